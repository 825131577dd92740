"""The strip under a field that refers to a record, for adding the one that is missing.

It asks for the little that tells one from another; the rest is filled in on the record's own page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, runtime_checkable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.errors import KipuError
from app.i18n import _
from app.models.ledger import RecordKey
from app.models.records import check_record, kind
from app.views.faults import told
from app.views.language import Retranslated
from app.views.theme import HALF, NEAR, TIGHT, mark
from app.views.widgets.field_input import Input
from app.views.widgets.page import BringsMain
from app.views.widgets.parts import button, label
from app.views.widgets.twins import Knows, Twins

ASKED: Final[Mapping[str, tuple[str, ...]]] = {
    "person": ("name", "document", "birth"),
    "organisation": ("name", "acronym"),
    "place": ("name", "level", "part_of"),
}
"""What is asked of a new record, by its kind; only these kinds are added from a field."""


@runtime_checkable
class Registry(Knows, Protocol):
    """Adds records, beside telling who is like them."""

    def add(
        self,
        kind: str,
        values: Mapping[str, Any],
        answer: Callable[[tuple[str, str]], object],
        failed: Callable[[BaseException], object],
    ) -> None:
        """Make a record; call ``answer`` with its id and how it is called, or ``failed``."""


class AddStrip(BringsMain, Retranslated, QFrame):
    """Asks for a new record's first fields; Ctrl+Enter adds it, Esc leaves."""

    added = Signal(str, str)
    """The id of the record to use, new or found, and how it is called."""
    dismissed = Signal()

    def __init__(self, kind_name: str, registry: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # The inputs know of fields that refer to records, and those of this strip.
        from app.views.widgets.inputs import input_for

        self._kind = kind(kind_name)
        self._registry = registry
        mark(self, kind="card")
        column = QVBoxLayout(self)
        column.setContentsMargins(HALF, HALF, HALF, HALF)
        column.setSpacing(TIGHT)
        self._head = label("section", self)
        column.addWidget(self._head)
        self._labels: dict[str, QLabel] = {}
        self.inputs: dict[str, Input] = {}
        for id_ in ASKED[kind_name]:
            made = input_for(self._kind.field(id_), registry, self)
            caption = QLabel(self)
            caption.setBuddy(made.control())
            made.left.connect(self._look)
            column.addWidget(caption)
            column.addWidget(made)
            self._labels[id_], self.inputs[id_] = caption, made
        self.twins = Twins(kind_name, registry, True, self)
        self.twins.picked.connect(self._use)
        self._wrong = label("refused", self)
        self._wrong.hide()
        column.addWidget(self.twins)
        column.addWidget(self._wrong)
        column.addLayout(self._buttons())
        for keys, act in (("Ctrl+Return", self.add), ("Esc", self.dismissed.emit)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self.retranslate()

    def begin(self, typed: str) -> None:
        """Start with the name that was typed."""
        self.inputs["name"].show_value(typed)
        self.inputs["name"].control().setFocus()
        self._look()

    def add(self) -> None:
        """Make the record, or say what keeps it from being made."""
        try:
            values = self._values()
            problems = check_record(self._kind, values)
        except KipuError as error:
            self._refuse(error)
            return
        if problems:
            self._say(problems[0].message)
            return
        self._add.setEnabled(False)
        self._registry.add(self._kind.name, values, self._added, self._refuse)

    def retranslate(self) -> None:
        self._head.setText(_("New: {kind}").format(kind=self._kind.label))
        for id_, made in self.inputs.items():
            self._labels[id_].setText(str(self._kind.field(id_).label))
            made.relabel()
        self._add.setText(_("Add"))
        self._leave.setText(_("Cancel"))

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(NEAR)
        self._leave = button(self, "plain", "", self.dismissed.emit)
        self._add = button(self, "main", "plus", self.add)
        row.addStretch(1)
        row.addWidget(self._leave)
        row.addWidget(self._add)
        return row

    def _values(self) -> dict[str, Any]:
        found = {id_: made.value() for id_, made in self.inputs.items()}
        return {id_: value for id_, value in found.items() if value is not None}

    def _look(self) -> None:
        self._say("")
        try:
            self.twins.ask(self._values())
        except KipuError:
            # What is half typed is told when it is added.
            return

    def _use(self, key: RecordKey, title: str) -> None:
        self.added.emit(key.id.hex(), title)

    def _added(self, made: tuple[str, str]) -> None:
        self._add.setEnabled(True)
        self.added.emit(*made)

    def _refuse(self, error: BaseException) -> None:
        self._add.setEnabled(True)
        self._say(told(error)[1])

    def _say(self, text: str) -> None:
        self._wrong.setText(text)
        self._wrong.setVisible(bool(text))


def can_add(kind_name: str, lookup: object) -> bool:
    """Tell whether a field for this kind may offer to add what is missing."""
    return kind_name in ASKED and isinstance(lookup, Registry)
