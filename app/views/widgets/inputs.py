"""One input for each kind of field a declaration may have."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.errors import KipuError
from app.i18n import _
from app.models.fields import Boolean, Choice, Field, LongText, MultiChoice, Reference
from app.views.theme import mark, theme
from app.views.widgets.field_input import Input
from app.views.widgets.link_input import LinkInput, Lookup
from app.views.widgets.parts import Dropdown
from app.views.widgets.place_picker import PlaceInput


def legible(field: Field, value: Any) -> str:
    """Return ``value`` as a person would type it: as it reads, where that reads back unchanged."""
    shown = field.format(value)
    try:
        return shown if field.read(shown) == value else field.format(value, labels=False)
    except KipuError:
        return field.format(value, labels=False)


class LineInput(Input):
    """Anything written on one line: words, numbers, dates, money."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._edit = QLineEdit(self)
        self._edit.setReadOnly(field.automatic)
        self._edit.textEdited.connect(self._say_changed)
        self._edit.editingFinished.connect(self.left)
        self._row.addWidget(self._edit)
        self.relabel()

    def control(self) -> QWidget:
        return self._edit

    def show_value(self, value: Any) -> None:
        self._edit.setText(legible(self.field, value))

    def value(self) -> Any:
        return self.field.read(self._edit.text())

    def relabel(self) -> None:
        super().relabel()
        self._edit.setToolTip(str(self.field.written_as))

    def _say_changed(self) -> None:
        self.changed.emit()


class _Paragraphs(QPlainTextEdit):
    """A text whose Tab leaves and that says when it was left."""

    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)

    def focusOutEvent(self, event: Any) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class LongInput(Input):
    """Words with paragraphs."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._edit = _Paragraphs(self)
        self._edit.setReadOnly(field.automatic)
        self._edit.setMinimumHeight(theme().row() * 3)
        self._edit.textChanged.connect(self.changed)
        self._edit.left.connect(self.left)
        self._row.addWidget(self._edit)
        self.relabel()

    def control(self) -> QWidget:
        return self._edit

    def show_value(self, value: Any) -> None:
        self._edit.blockSignals(True)
        self._edit.setPlainText(self.field.format(value))
        self._edit.blockSignals(False)

    def value(self) -> Any:
        return self.field.parse(self._edit.toPlainText())


class ChoiceInput(Input):
    """One of what is offered, or nothing; yes and no are two choices."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._box = Dropdown(self)
        self._box.setEnabled(not field.automatic)
        self._box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._box.setMinimumContentsLength(12)
        self._box.activated.connect(self._chosen)
        self._row.addWidget(self._box)
        self.relabel()

    def control(self) -> QWidget:
        return self._box

    def show_value(self, value: Any) -> None:
        if value is not None and self._box.findData(_key(value)) < 0:
            # A code of another country, or from a newer Kipu, is shown and kept as it is.
            self._box.addItem(self.field.format(value), _key(value))
        self._box.setCurrentIndex(self._box.findData(_key(value)))

    def value(self) -> Any:
        kept = self._box.currentData()
        if isinstance(self.field, Boolean):
            return {"true": True, "false": False}.get(str(kept))
        return kept or None

    def relabel(self) -> None:
        super().relabel()
        kept = self._box.currentData()
        self._box.clear()
        self._box.addItem(_("(no answer)"), "")
        for code, label in self._choices():
            self._box.addItem(label, code)
        self._box.setCurrentIndex(max(self._box.findData(kept or ""), 0))

    def _choices(self) -> list[tuple[str, str]]:
        if isinstance(self.field, Boolean):
            return [("true", _("yes").capitalize()), ("false", _("no").capitalize())]
        return [(code, str(label)) for code, label in self.field.offered()]

    def _chosen(self) -> None:
        self.changed.emit()
        self.left.emit()


def _key(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


class CheckboxGroup(Input):
    """Several of what is offered, each with a box of its own."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self._unknown: list[str] = []
        column = QVBoxLayout()
        column.setSpacing(0)
        self._boxes: dict[str, QCheckBox] = {}
        for code, _label in field.choices:
            box = QCheckBox(self)
            box.setEnabled(not field.automatic)
            box.clicked.connect(self._clicked)
            self._boxes[code] = box
            column.addWidget(box)
        self._row.addLayout(column)
        self.relabel()

    def control(self) -> QWidget:
        return next(iter(self._boxes.values()), self)

    def show_value(self, value: Any) -> None:
        chosen = [str(code) for code in value] if isinstance(value, list) else []
        self._unknown = [code for code in chosen if code not in self._boxes]
        for code, box in self._boxes.items():
            box.setChecked(code in chosen)

    def value(self) -> Any:
        chosen = [code for code, box in self._boxes.items() if box.isChecked()]
        return [*chosen, *self._unknown] or None

    def relabel(self) -> None:
        for code, label in self.field.choices:
            self._boxes[code].setText(str(label))
            self._boxes[code].setAccessibleName(f"{self.field.label}: {label}")

    def tell_refused(self, refused: bool) -> None:
        mark(self, state="refused" if refused else "")

    def _clicked(self) -> None:
        self.changed.emit()
        self.left.emit()


def input_for(field: Field, lookup: Lookup, parent: QWidget | None = None) -> Input:
    """Return the input that fits the kind of ``field``."""
    if isinstance(field, Reference):
        picker = PlaceInput if field.kind == "place" else LinkInput
        return picker(field, lookup, parent)
    if isinstance(field, LongText):
        return LongInput(field, parent)
    if isinstance(field, MultiChoice) and 0 < len(field.choices) <= 14:
        return CheckboxGroup(field, parent)
    if isinstance(field, Boolean) or (isinstance(field, Choice) and field.choices):
        return ChoiceInput(field, parent)
    return LineInput(field, parent)
