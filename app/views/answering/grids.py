"""Choices that stand side by side: in columns, on a scale, in the rows of a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.views.interview import Question
from app.views.marked import plain
from app.views.theme import TARGET, TIGHT, mark
from app.views.widgets.answers import LINE, ChoiceButtons, NothingToAnswer, button_lines
from app.views.widgets.flow import Flow
from app.views.widgets.parts import label

_COLUMNS = re.compile(r"(?:quick)?(?:columns|compact)-(\d{1,2})")
_FREE: Final = ("columns", "compact", "quickcompact", "horizontal-compact", "no-buttons")
_MOST: Final = 5
"""Columns where the form leaves their number to us."""
_MOST_HEADS: Final = 100
_NARROWEST: Final = 12
"""Characters of a line in the narrowest column."""


class Columns(Flow):
    """Lays widgets out in columns of one width, in fewer where the window is too narrow.

    With ``whole`` it is all side by side or each in a line of its own, so that a scale is never
    broken in the middle.
    """

    def __init__(self, most: int, *, whole: bool = False) -> None:
        super().__init__()
        self._most = max(most, 1)
        self._whole = whole
        self.setSpacing(TIGHT)

    def columns(self, width: int) -> int:
        """Return how many columns fit into ``width`` pixels."""
        widest = max((one.minimumSize().width() for one in self._items), default=1)
        fit = max(1, (width + self.spacing()) // (max(widest, 1) + self.spacing()))
        wanted = min(self._most, max(len(self._items), 1))
        if fit >= wanted:
            return wanted
        return 1 if self._whole else fit

    def sizeHint(self) -> QSize:
        widest = max((one.sizeHint().width() for one in self._items), default=0)
        return QSize((widest + self.spacing()) * min(self._most, len(self._items)), 0).expandedTo(
            self.minimumSize()
        )

    def _place(self, rect: QRect, moves: bool) -> int:
        count = self.columns(rect.width())
        wide = (rect.width() - (count - 1) * self.spacing()) // count
        y = rect.y()
        for start in range(0, len(self._items), count):
            row = self._items[start : start + count]
            tall = max(one.sizeHint().height() for one in row)
            for at, one in enumerate(row):
                if moves:
                    one.setGeometry(QRect(rect.x() + at * (wide + self.spacing()), y, wide, tall))
            y += tall + self.spacing()
        return max(0, y - self.spacing() - rect.y())


def put_in(holder: ChoiceButtons, layout: QLayout, rows: Sequence[QPushButton]) -> None:
    """Put a layout of buttons into its answer, under the words that several may be chosen."""
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(TIGHT)
    if holder.many:
        column.addWidget(holder.several())
    for row in rows:
        # Those of one line are of one height, however long their words are.
        row.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        layout.addWidget(row)
    column.addLayout(layout)


class ChoiceColumns(ChoiceButtons):
    """Choices in columns."""

    def __init__(self, question: Question, most: int, parent: QWidget | None = None) -> None:
        self._most = most
        super().__init__(question, parent)

    def dress(self, at: int, row: QPushButton, text: str) -> None:
        width = max(LINE // self._most - 4, _NARROWEST)
        row.setText(f"{self.key(at)}   {button_lines(text, width=width)}")

    def lay_out(self, rows: Sequence[QPushButton]) -> None:
        put_in(self, Columns(self._most), rows)


class ChoicePack(ChoiceButtons):
    """Choices one after the other, each as wide as its words."""

    def lay_out(self, rows: Sequence[QPushButton]) -> None:
        put_in(self, Flow(), rows)


class Likert(ChoiceButtons):
    """A scale: all choices side by side, of one width."""

    def dress(self, at: int, row: QPushButton, text: str) -> None:
        width = max(LINE // len(self._codes), _NARROWEST)
        row.setText(f"{self.key(at)}\n{button_lines(text, hang='', width=width)}")
        mark(row, cell="true")

    def lay_out(self, rows: Sequence[QPushButton]) -> None:
        put_in(self, Columns(len(rows), whole=True), rows)


class TableCells(ChoiceButtons):
    """The cells of one question in a table, under the heads that `ColumnHeads` shows."""

    beside = True

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(question, parent)
        for row in self._rows:
            row.toggled.connect(self._mark_cells)
        self._mark_cells()

    def dress(self, at: int, row: QPushButton, text: str) -> None:
        row.setToolTip(text)
        row.setMinimumSize(TARGET, TARGET)
        mark(row, cell="true")
        row.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def lay_out(self, rows: Sequence[QPushButton]) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(TIGHT)
        for row in rows:
            line.addWidget(row, 1)

    def _mark_cells(self) -> None:
        for at, row in enumerate(self._rows):
            row.setText("✓" if row.isChecked() else self.key(at))


class ColumnHeads(NothingToAnswer):
    """The words above the cells of a table."""

    beside = True

    def __init__(self, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(TIGHT)
        for code, text in question.choices[:_MOST_HEADS]:
            head = label("caption", self)
            head.setText(plain(text) or code)
            head.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom)
            # Every column is as wide as the cells under it, whatever its words.
            head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            line.addWidget(head, 1)


class LabelledCells(TableCells):
    """One row of a table with the words of its choices above the cells."""

    def lay_out(self, rows: Sequence[QPushButton]) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(TIGHT)
        for row in rows:
            column = QVBoxLayout()
            head = label("caption", self)
            head.setText(row.accessibleName())
            head.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom)
            head.setBuddy(row)
            column.addWidget(head, 1)
            column.addWidget(row)
            line.addLayout(column, 1)


def columns_wished(question: Question) -> int:
    """Return how many columns the form wishes for, 0 when it wishes for none."""
    for wish in question.wishes:
        if (found := _COLUMNS.fullmatch(wish)) is not None:
            return min(max(int(found[1]), 1), 10)
    if "horizontal" in question.wishes:
        return min(len(question.choices), 10)
    return _MOST if any(one in question.wishes for one in _FREE) else 0
