"""Compare: two versions side by side, their differences marked by a word and a ground."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.i18n import _
from app.views.language import Retranslated
from app.views.theme import HALF, NEAR, TIGHT, mark
from app.views.widgets.parts import Chip, clear, label


@dataclass(frozen=True, slots=True)
class Side:
    """One version: what heads its column and who wrote it, when and where, in words."""

    heading: str
    byline: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One field in both versions, as text; ``None`` says the version does not have it."""

    label: str
    left: str | None
    right: str | None

    @property
    def differs(self) -> bool:
        return self.left != self.right

    def as_text(self) -> str:
        return f"{'≠' if self.differs else '='} {self.label}: {self.left} | {self.right}"


class Compare(Retranslated, QWidget):
    """Two columns, one line a field; lines that differ say so and come first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Side, Side, tuple[Line, ...]] | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(NEAR)

    def compare(self, left: Side, right: Side, lines: Sequence[Line]) -> None:
        """Show the two versions."""
        ordered = sorted(lines, key=_by_difference)
        self._shown = (left, right, tuple(ordered))
        self.retranslate()

    def as_text(self) -> str:
        """Return what the eye reads, one line a field, for tests and for screen readers."""
        if self._shown is None:
            return ""
        left, right, lines = self._shown
        said = [f"{left.heading} | {right.heading}"]
        said += [line.as_text() for line in lines]
        return "\n".join(said)

    def retranslate(self) -> None:
        if self._shown is None:
            return
        clear(self._column)
        left, right, lines = self._shown
        heads = QHBoxLayout()
        heads.setSpacing(HALF)
        for side in (left, right):
            heads.addWidget(self._head(side), 1)
        self._column.addLayout(heads)
        grid = QGridLayout()
        grid.setHorizontalSpacing(HALF)
        grid.setVerticalSpacing(TIGHT)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        for at, line in enumerate(lines):
            self._add_line(grid, at * 2, line)
        self._column.addLayout(grid)
        self._column.addStretch(1)
        self.setAccessibleDescription(self.as_text())

    def _head(self, side: Side) -> QFrame:
        head = QFrame(self)
        mark(head, kind="card")
        column = QVBoxLayout(head)
        column.setContentsMargins(HALF, NEAR, HALF, NEAR)
        column.setSpacing(TIGHT)
        title = label("section", head)
        title.setText(side.heading)
        byline = label("caption", head)
        byline.setText(side.byline)
        column.addWidget(title)
        column.addWidget(byline)
        return head

    def _add_line(self, grid: QGridLayout, at: int, line: Line) -> None:
        caption = QWidget(self)
        row = QHBoxLayout(caption)
        row.setContentsMargins(0, NEAR, 0, 0)
        words = label("caption", caption, wrap=False)
        words.setText(line.label)
        row.addWidget(words)
        if line.differs:
            chip = Chip(caption)
            chip.show_state("warning", _("differs"), "review")
            row.addWidget(chip)
        row.addStretch(1)
        grid.addWidget(caption, at, 0, 1, 2)
        for column, (text, other) in enumerate(((line.left, line.right), (line.right, line.left))):
            shown = label("body", self)
            shown.setText(_("(nothing)") if not text else _marked(text, other or ""))
            shown.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            shown.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            mark(shown, differs="true" if line.differs else "false")
            grid.addWidget(shown, at + 1, column)


def _by_difference(line: Line) -> bool:
    return not line.differs


def _marked(text: str, other: str) -> str:
    """Return long text with the words only it has in square brackets; short text as it is."""
    own, theirs = text.split(), other.split()
    if len(own) < 4 or len(theirs) < 4 or own == theirs:
        return text
    said: list[str] = []
    for kind, start, end, _from, _to in difflib.SequenceMatcher(a=own, b=theirs).get_opcodes():
        if start == end:
            continue
        part = " ".join(own[start:end])
        said.append(part if kind == "equal" else f"[{part}]")
    return " ".join(said)
