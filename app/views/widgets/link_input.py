"""The input for a field that refers to another record: found while typing, kept by its id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

from PySide6.QtCore import QStringListModel, QTimer
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from app.errors import KipuError
from app.i18n import _
from app.models.fields import Reference
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
    """Another record, found while typing: a person, a place, a committee."""

    def __init__(self, field: Reference, lookup: Lookup, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._kind = field.kind
        self._lookup = lookup
        self._id: str | None = None
        self._shown = ""
        self._found: dict[str, str] = {}
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
        self._row.addWidget(self._edit)
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
        self._names.setStringList(list(self._found))
        if self._found and self._edit.hasFocus():
            self._edit.completer().complete()

    def _take(self, label: str) -> None:
        if (id_ := self._found.get(label)) is not None:
            self._id = id_
            self._named(label)
            self.changed.emit()
            self.left.emit()

    def _finished(self) -> None:
        typed = self._edit.text().strip()
        if typed != self._shown and typed in self._found:
            self._take(typed)
        else:
            self.left.emit()
