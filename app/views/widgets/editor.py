"""RecordEditor: the editor every record gets from its declaration, kept while people type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.errors import KipuError
from app.i18n import _
from app.models.fields import Answers, Boolean, Choice, Field, MultiChoice, Position
from app.views.language import Retranslated
from app.views.theme import HALF, NEAR, TIGHT, mark
from app.views.widgets.field_input import Input
from app.views.widgets.inputs import input_for
from app.views.widgets.link_input import Lookup
from app.views.widgets.parts import label

KEEP_MS: Final = 400
"""How long after the last key what was typed is handed over, in milliseconds."""


class _Line(QWidget):
    """One field: its label, its input and, beside it, what is wrong or worth a doubt."""

    def __init__(self, field: Field, lookup: Lookup, parent: QWidget) -> None:
        super().__init__(parent)
        self.field = field
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        self._label = QLabel(self)
        self.input: Input = input_for(field, lookup, self)
        self._label.setBuddy(self.input.control())
        self._help = label("caption", self)
        self.message = label("refused", self)
        self.message.hide()
        head = QHBoxLayout()
        head.addWidget(self._label, 1)
        column.addLayout(head)
        column.addWidget(self.input)
        column.addWidget(self.message)
        column.addWidget(self._help)
        self.relabel()

    def relabel(self) -> None:
        required = self.field.required and not self.field.automatic
        text = str(self.field.label)
        self._label.setText(_("{field} (required)").format(field=text) if required else text)
        self._help.setText(str(self.field.help))
        self._help.setVisible(bool(str(self.field.help)))
        self.input.relabel()

    def say(self, text: str, refused: bool) -> None:
        """Show ``text`` under the field, as a refusal or as a doubt; empty hides it."""
        self.message.setText(text)
        self.message.setVisible(bool(text))
        mark(self.message, type="refused" if refused else "hint")
        self.input.tell_refused(refused)


class RecordEditor(Retranslated, QWidget):
    """Edits one record. ``edited`` hands over what changed at most 0.4 s after the last key.

    Only values the field accepts are handed over; for the others the reason stands beside the
    field and what was typed stays in it.
    """

    edited = Signal(dict)
    """Field id → value, for the fields that changed since the last time."""
    typing = Signal()
    """Something was typed that has not been handed over yet."""

    def __init__(
        self, fields: Sequence[Field], lookup: Lookup, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._lines: dict[str, _Line] = {}
        self._kept: dict[str, Any] = {}
        self._touched: set[str] = set()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, NEAR, NEAR, NEAR)
        column.setSpacing(HALF)
        for field in fields:
            if not isinstance(field, Answers | Position):
                self._add(field, lookup, column)
        column.addStretch(1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(KEEP_MS)
        self._pause.timeout.connect(self._keep)

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show a record's fields; a field with something typed and not yet kept is left alone."""
        for id_, line in self._lines.items():
            if id_ not in self._touched:
                self._kept[id_] = values.get(id_)
                line.input.show_value(values.get(id_))
                line.say(line.field.remark(values.get(id_)), refused=False)

    def values(self) -> dict[str, Any]:
        """Return what was accepted last for every field that has a value."""
        return {id_: value for id_, value in self._kept.items() if value is not None}

    def show_problem(self, field: str, sentence: str) -> None:
        """Show why a field was refused elsewhere; fields that are not here are passed over."""
        if (line := self._lines.get(field)) is not None:
            line.say(sentence, refused=True)

    def problems(self) -> dict[str, str]:
        """Return field id → sentence for everything that stands refused."""
        return {
            id_: line.message.text()
            for id_, line in self._lines.items()
            if line.message.property("type") == "refused" and line.message.text()
        }

    def missing(self) -> list[str]:
        """Mark the required fields that are empty and return their ids."""
        empty = [
            id_
            for id_, line in self._lines.items()
            if line.field.required and not line.field.automatic and self._kept.get(id_) is None
        ]
        for id_ in empty:
            if id_ not in self._touched:
                self._lines[id_].say(_("Needed."), refused=True)
        return empty

    def focus_first(self) -> None:
        """Put the cursor into the first field, or the first that stands refused."""
        refused = self.problems()
        wanted = [line for id_, line in self._lines.items() if id_ in refused]
        usable = [line for line in self._lines.values() if not line.field.automatic]
        for line in [*wanted, *usable][:1]:
            line.input.control().setFocus()

    def flush(self) -> None:
        """Hand over now what was typed and is accepted; say what is not."""
        self._keep(judge=True)

    def forget(self) -> bool:
        """Let go of what was typed and not handed over; returns whether there was any."""
        self._pause.stop()
        typed = bool(self._touched)
        self._touched.clear()
        return typed

    def _keep(self, judge: bool = False) -> None:
        # In the middle of a date or an amount the person knows that it is not finished.
        self._pause.stop()
        accepted: dict[str, Any] = {}
        for id_ in sorted(self._touched):
            line = self._lines[id_]
            try:
                value = line.input.value()
            except KipuError as error:
                if judge:
                    line.say(error.message, refused=True)
                continue
            self._touched.discard(id_)
            line.say(line.field.remark(value), refused=False)
            if value != self._kept.get(id_):
                self._kept[id_] = accepted[id_] = value
        if accepted:
            self.edited.emit(accepted)

    def retranslate(self) -> None:
        for line in self._lines.values():
            line.relabel()

    def hideEvent(self, event: Any) -> None:
        self.flush()
        super().hideEvent(event)

    def _add(self, field: Field, lookup: Lookup, column: QVBoxLayout) -> None:
        line = _Line(field, lookup, self)
        line.input.changed.connect(partial(self._changed, field.id))
        line.input.left.connect(partial(self._left, field.id))
        self._lines[field.id] = line
        column.addWidget(line)

    def _changed(self, id_: str) -> None:
        self._touched.add(id_)
        self.typing.emit()
        self._pause.start()

    def _left(self, id_: str) -> None:
        self.flush()
        line = self._lines[id_]
        if id_ not in self._touched and not isinstance(line.field, Boolean | Choice | MultiChoice):
            line.input.show_value(self._kept.get(id_))
