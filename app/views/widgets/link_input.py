"""The input for a field that refers to another record: found while typing, kept by its id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from PySide6.QtCore import QStringListModel, QTimer
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.errors import KipuError
from app.i18n import _
from app.models.fields import Reference
from app.views.theme import NEAR
from app.views.widgets.add_strip import AddStrip, can_add
from app.views.widgets.field_input import Input

Found = Sequence[tuple[str, str]]
"""Ids (32 hexadecimal digits) and labels of records."""
Answer = Callable[[Found], object]
_PAUSE_MS: Final = 150


class Lookup(Protocol):
    """Finds records by what is typed, for the fields that refer to one."""

    def find(self, kind: str, typed: str, answer: Answer) -> None:
        """Call ``answer`` on the window's thread with up to a dozen (id, label) that match."""

    def name(self, kind: str, id_: str, answer: Callable[[str], object]) -> None:
        """Call ``answer`` on the window's thread with the label of a record."""


class LinkInput(Input):
    """Another record, found while typing: a person, a place, a committee.

    A person, place or organisation that is not here can be added without leaving the field, where
    the lookup is a `Registry` too.
    """

    def __init__(self, field: Reference, lookup: Lookup, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._kind = field.kind
        self._lookup = lookup
        self._id: str | None = None
        self._shown = ""
        self._found: dict[str, str] = {}
        self._adds = can_add(field.kind, lookup) and not field.automatic
        self._strip: AddStrip | None = None
        self._edit = QLineEdit(self)
        self._edit.setReadOnly(field.automatic)
        self._edit.setClearButtonEnabled(not field.automatic)
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.activated.connect(self._take)
        self._edit.setCompleter(completer)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._search)
        self._edit.textEdited.connect(self._typed)
        self._edit.editingFinished.connect(self._finished)
        self._line = QHBoxLayout()
        self._line.setSpacing(NEAR)
        self._line.addWidget(self._edit)
        self._column = QVBoxLayout()
        self._column.setSpacing(NEAR)
        self._column.addLayout(self._line)
        self._row.addLayout(self._column)
        self.relabel()

    def control(self) -> QWidget:
        return self._edit

    def show_value(self, value: Any) -> None:
        self._id = value if isinstance(value, str) else None
        self._shown = ""
        self._edit.setText(self._shown)
        if self._id is not None:
            self._lookup.name(self._kind, self._id, self._named)

    def value(self) -> Any:
        if self._edit.text().strip() != self._shown:
            sentence = _("{field}: choose one of the names offered while typing.")
            raise KipuError(sentence.format(field=self.field.label))
        return self.field.check(self._id)

    def relabel(self) -> None:
        super().relabel()
        self._edit.setPlaceholderText(_("Type to find"))

    def choose(self, id_: str, label: str) -> None:
        """Take a record as the person's choice."""
        self._id = id_
        self._named(label)
        self.changed.emit()
        self.left.emit()

    def _named(self, label: str) -> None:
        self._shown = label
        self._edit.setText(label)
        self._edit.setCursorPosition(0)

    def _typed(self, typed: str) -> None:
        if not typed.strip():
            self._id, self._shown = None, ""
        self._pause.start()
        self.changed.emit()

    def _search(self) -> None:
        if typed := self._edit.text().strip():
            self._lookup.find(self._kind, typed, self._offer)

    def _offer(self, found: Found) -> None:
        self._found = {label: id_ for id_, label in found}
        offered = list(self._found)
        typed = self._edit.text().strip()
        if self._adds and typed and typed != self._shown:
            offered.append(_add_words(typed))
        self._names.setStringList(offered)
        if offered and self._edit.hasFocus():
            self._edit.completer().complete()

    def _take(self, label: str) -> None:
        if (id_ := self._found.get(label)) is not None:
            self.choose(id_, label)
        elif self._adds and label in self._names.stringList():
            before, _mark, after = _add_words("\0").partition("\0")
            self.begin_adding(label.removeprefix(before).removesuffix(after))

    def _finished(self) -> None:
        typed = self._edit.text().strip()
        if typed != self._shown and typed in self._found:
            self._take(typed)
        else:
            self.left.emit()

    # -- adding what is missing -----------------------------------------------------------------

    def begin_adding(self, typed: str) -> None:
        """Put the strip under the field, with the name that was typed."""
        # The completer writes what was activated into the field; that was never a name.
        self._edit.setText(typed)
        if self._strip is None:
            self._strip = AddStrip(self._kind, self._lookup, self)
            self._strip.added.connect(self._added)
            self._strip.dismissed.connect(self._leave_strip)
            self._column.addWidget(self._strip)
        self._strip.show()
        self._strip.begin(typed)

    def _added(self, id_: str, label: str) -> None:
        self._leave_strip()
        self.choose(id_, label)

    def _leave_strip(self) -> None:
        """Put the strip away; the next one begins empty."""
        if self._strip is not None:
            self._strip.hide()
            self._strip.deleteLater()
            self._strip = None
        self._edit.setFocus()


def _add_words(typed: str) -> str:
    return _("Add “{name}” …").format(name=typed)
