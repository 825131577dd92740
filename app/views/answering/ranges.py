"""Numbers from a range: a slider with its number, stars, or a box to pick from.

Nothing is chosen until somebody chooses: a slider that stands somewhere from the start would answer
for people who never did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.errors import KipuError
from app.i18n import _
from app.views import words
from app.views.answering.finding import FindAnswer
from app.views.answering.grids import Columns, put_in
from app.views.answering.lines import TypedLine, line_for
from app.views.answering.slider import RangeSlider, Scale, number_of, scale_of
from app.views.interview import Question, read
from app.views.marked import plain
from app.views.theme import NEAR, mark, theme
from app.views.widgets.answers import Answer, ChoiceButtons

_MOST_STARS: Final = 20


class SliderAnswer(Answer):
    """A slider and its number, which may be typed too."""

    def __init__(self, question: Question, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = scale
        self._slider = RangeSlider(scale, _tick_words(question, scale), self)
        self._slider.ticks = "no-ticks" not in question.wishes
        self._slider.setEnabled(not question.readonly)
        self._slider.setAccessibleName(plain(question.label))
        self._line = line_for(question, self, _shown(question.value))
        self._line.setMaximumWidth(theme().row() * 4)
        self._line.setAccessibleDescription(_bounds(scale))
        self._line.setToolTip(_bounds(scale))
        is_tall = "vertical" in question.wishes
        if is_tall:
            self._slider.setOrientation(Qt.Orientation.Vertical)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(NEAR * 2)
        row.addWidget(self._slider, 0 if is_tall else 1)
        row.addWidget(self._line, 0, Qt.AlignmentFlag.AlignTop)
        if is_tall:
            row.addStretch(1)
        self._slider.place(scale.position(question.value))
        self._slider.valueChanged.connect(self._slid)
        self._slider.emptied.connect(self._empty)
        self._line.textEdited.connect(self._typed_in)
        self._tell_state()

    def value(self) -> Any:
        return read("decimal", self._line.text())

    def typed(self) -> str:
        return self._line.text()

    def take_focus(self) -> None:
        (self._slider if self._slider.isEnabled() else self._line).setFocus()

    def press(self, text: str) -> bool:
        """Figures typed at the slider go into the number."""
        if not text or text not in "0123456789-+.," or self._line.isReadOnly():
            return False
        self._line.setFocus()
        self._line.setText(text)
        self._typed_in(text)
        return True

    def tell_refused(self, refused: bool) -> None:
        mark(self._line, state="refused" if refused else "")

    def _slid(self, at: int) -> None:
        self._line.setText(_shown(self._scale.value(at)))
        self._tell_state()
        self.changed.emit()

    def _empty(self) -> None:
        self._line.clear()
        self._typed_in("")

    def _typed_in(self, _typed: str) -> None:
        try:
            at = self._scale.position(self.value())
        except KipuError:
            # What is no number yet stands nowhere on the slider; the page refuses it in words.
            at = None
        self._slider.place(at)
        self._tell_state()
        self.changed.emit()

    def _tell_state(self) -> None:
        said = self._line.text() if self._slider.is_set else _("nothing chosen yet")
        self._slider.setAccessibleDescription(f"{said} · {_bounds(self._scale)}")


class StarsAnswer(ChoiceButtons):
    """A row of stars: all up to the chosen one are full."""

    def __init__(self, question: Question, scale: Scale, parent: QWidget | None = None) -> None:
        self._scale = scale
        numbers = [scale.value(at) for at in range(scale.count + 1)]
        offered = [(_shown(number), words.number(number)) for number in numbers]
        at = scale.position(question.value)
        held = offered[at][0] if at is not None else None
        super().__init__(_as_choices(question, offered, held), parent)
        last = words.number(numbers[-1])
        for number, row in zip(numbers, self._rows, strict=True):
            said = _("{number} of {last}").format(number=words.number(number), last=last)
            row.setAccessibleName(said)
            row.setToolTip(said)
            row.toggled.connect(self._fill)
        self._fill()

    def dress(self, at: int, row: QPushButton, text: str) -> None:
        mark(row, cell="star")

    def lay_out(self, rows: Sequence[QPushButton]) -> None:
        put_in(self, Columns(len(rows)), rows)

    def value(self) -> Any:
        code = super().value()
        return None if code is None else self._scale.value(self._codes.index(code))

    def _fill(self) -> None:
        on = next((at for at, row in enumerate(self._rows) if row.isChecked()), -1)
        for at, row in enumerate(self._rows):
            star = "★" if at <= on else "☆"
            row.setText(f"{star}\n{self._codes[at]}")


class PickerAnswer(FindAnswer):
    """The numbers of a range in a box to pick from."""

    def __init__(self, question: Question, scale: Scale, parent: QWidget | None = None) -> None:
        self._scale = scale
        named = _tick_words(question, scale)
        offered = []
        for at in range(scale.count + 1):
            number = scale.value(at)
            offered.append((_shown(number), f"{words.number(number)}  {named.get(at, '')}".strip()))
        at_ = scale.position(question.value)
        held = offered[at_][0] if at_ is not None else None
        super().__init__(_as_choices(question, offered, held), parent, folds=True)

    def value(self) -> Any:
        code = super().value()
        return None if code is None else read("decimal", code)


def range_answer(question: Question, parent: QWidget | None) -> Answer:
    """Return the control for a range as the form wishes it."""
    scale = scale_of(question.attributes)
    if scale is None or scale.count == 0:
        return TypedLine(question, parent)
    if "rating" in question.wishes and scale.count < _MOST_STARS:
        return StarsAnswer(question, scale, parent)
    if "picker" in question.wishes:
        return PickerAnswer(question, scale, parent)
    return SliderAnswer(question, scale, parent)


def _as_choices(
    question: Question, offered: Sequence[tuple[str, str]], value: str | None
) -> Question:
    return replace(question, kind="select_one", choices=tuple(offered), value=value)


def _tick_words(question: Question, scale: Scale) -> dict[int, str]:
    found: dict[int, str] = {}
    for code, text in question.choices:
        number = number_of({"start": code}, "start")
        at = scale.position(float(number)) if number is not None else None
        if at is not None:
            found[at] = " ".join(plain(text).split())
    return found


def _shown(value: Any) -> str:
    # Without marks between thousands: what is typed here is read again.
    text = "" if value is None else str(value)
    return text.replace(".", QLocale().decimalPoint()) if isinstance(value, float) else text


def _bounds(scale: Scale) -> str:
    ends = sorted((scale.value(0), scale.value(scale.count)))
    return _("from {least} to {most}").format(
        least=words.number(ends[0]), most=words.number(ends[1])
    )
