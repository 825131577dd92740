"""Says, while somebody is entered, who is here already and looks like them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol, runtime_checkable

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from app.i18n import _
from app.models.ledger import RecordKey
from app.models.queries.duplicates import Likely, reason
from app.views.language import Retranslated
from app.views.theme import HALF, NEAR, mark
from app.views.widgets.parts import button, label, name

_MOST = 3


@runtime_checkable
class Knows(Protocol):
    """Tells who is here that looks like what was typed."""

    def alike(
        self,
        kind: str,
        values: Mapping[str, Any],
        own: bytes | None,
        answer: Callable[[Any], object],
    ) -> None:
        """Call ``answer`` on the window's thread with a list of `Likely`; ``own`` is the id of the
        record on show."""


class _Line(QWidget):
    """One record that may be the one meant, and what can be said of it."""

    def __init__(self, owner: Twins, pick: bool) -> None:
        super().__init__(owner)
        self.found: Likely | None = None
        self._pick = pick
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._said = label("caption", self)
        column.addWidget(self._said)
        row = QGridLayout()
        row.setHorizontalSpacing(NEAR)
        row.setVerticalSpacing(0)
        self._buttons = {
            signal: button(self, "link", icon, partial(self._say, signal))
            for signal, icon in (
                (owner.picked, "check" if pick else "show"),
                (owner.same, "check"),
                (owner.apart, "cross"),
            )
        }
        # Two by two: a sheet beside a list has no room for three.
        for at, made in enumerate(self._buttons.values()):
            row.addWidget(made, at // 2, at % 2, Qt.AlignmentFlag.AlignLeft)
        row.setColumnStretch(1, 1)
        column.addLayout(row)

    def show_found(self, one: Likely | None, kept: bool) -> None:
        """Show a record, None for nothing; ``kept`` tells whether the one on show is made."""
        self.found = one
        self.setVisible(one is not None)
        if one is None:
            return
        self._said.setText(f"{one.title} – {reason(one.why)}")
        look = _("Use this one") if self._pick else _("Look at it")
        texts = (look, _("The same"), _("Two different ones"))
        for at, (made, text) in enumerate(zip(self._buttons.values(), texts, strict=True)):
            made.setText(text)
            name(made, f"{text}: {one.title}")
            made.setVisible(at == 0 or (kept and not self._pick))

    def _say(self, signal: SignalInstance) -> None:
        if self.found is not None:
            signal.emit(self.found.key, self.found.title)


class Twins(Retranslated, QFrame):
    """One line for each record that may be the one meant; hidden while there is none.

    With ``pick`` there is one button a line, to use that record instead; without, to look at it,
    and, once the record on show is kept, to say whether they are one or two.
    """

    picked = Signal(object, str)
    """The key and title of a record to use, or to look at."""
    same = Signal(object, str)
    """The key and title of a record that is the same as the one on show."""
    apart = Signal(object, str)
    """The key and title of a record that only looks like the one on show."""

    def __init__(
        self, kind: str, knows: object, pick: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self._knows = knows if isinstance(knows, Knows) else None
        self._own: RecordKey | None = None
        self._found: Sequence[Likely] = ()
        mark(self, kind="banner", state="warning")
        column = QVBoxLayout(self)
        column.setContentsMargins(HALF, NEAR, HALF, NEAR)
        column.setSpacing(NEAR)
        self._head = label("body", self)
        column.addWidget(self._head)
        # Made beforehand, so that Tab comes to them where they stand.
        self._lines = [_Line(self, pick) for _at in range(_MOST)]
        for line in self._lines:
            column.addWidget(line)
        self.retranslate()

    def ask(self, values: Mapping[str, Any]) -> None:
        """Look for records that are like ``values``."""
        if self._knows is not None:
            own = self._own.id if self._own is not None else None
            self._knows.alike(self._kind, dict(values), own, self.show_found)

    def belongs_to(self, key: RecordKey | None) -> None:
        """Say which record is on show, None while it is not kept."""
        if key != self._own:
            self._own = key
            self.show_found(self._found)

    def show_found(self, found: Sequence[Likely]) -> None:
        """Show what was found, without the record on show itself."""
        self._found = found
        self.retranslate()

    def retranslate(self) -> None:
        self._head.setText(
            _("Is this somebody who is here already?")
            if self._kind == "person"
            else _("Is this one that is here already?")
        )
        found = [one for one in self._found if one.key != self._own][:_MOST]
        for at, line in enumerate(self._lines):
            line.show_found(found[at] if at < len(found) else None, self._own is not None)
        self.setVisible(bool(found))
