"""Compare: two versions side by side, their differences marked by a word and a ground."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _, ngettext
from app.views import icons
from app.views.language import Retranslated
from app.views.theme import HALF, NEAR, TIGHT, mark, theme
from app.views.widgets.page import scrolled
from app.views.widgets.parts import Chip, button, clear, label

_LONG: Final = 280
"""Letters from which a text gets a window of its own, of so many rows."""
_ROWS: Final = 3.5


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
    """Two columns, one line a field: lines that differ say so; lines that agree are folded away.

    With ``picks`` the two heads are buttons, to mark a version by; the marked one is filled and
    says so.
    """

    picked = Signal(int)
    """The number of the version whose head was pressed, from 1."""

    def __init__(self, parent: QWidget | None = None, *, picks: bool = False) -> None:
        super().__init__(parent)
        self._shown: tuple[Side, Side, tuple[Line, ...]] | None = None
        self._picks = picks
        self._marked = 0
        self._choices: list[QPushButton] = []
        self._is_open = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NEAR)
        self._body = QVBoxLayout()
        self._body.setSpacing(NEAR)
        column.addLayout(self._body)
        # Whoever has more to say between takes these two further down.
        self.fold = button(self, "link", "down", self._turn)
        self.equal = QWidget(self)
        self._equal = QVBoxLayout(self.equal)
        self._equal.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.equal)
        column.addStretch(1)
        self.fold.hide()

    def compare(self, left: Side, right: Side, lines: Sequence[Line]) -> None:
        """Show the two versions; what agrees is folded, unless nothing differs."""
        shown = (left, right, tuple(lines))
        if shown != self._shown:
            self._shown = shown
            self._is_open = not any(line.differs for line in lines)
        self.retranslate()

    def mark_side(self, number: int) -> None:
        """Fill the head of the version of this number, from 1; 0 fills none."""
        self._marked = number
        for at, made in enumerate(self._choices, start=1):
            made.setChecked(at == number)

    def as_text(self) -> str:
        """Return what the eye reads, one line a field, for tests and for screen readers."""
        if self._shown is None:
            return ""
        left, right, lines = self._shown
        said = [f"{left.heading} | {right.heading}"]
        said += [line.as_text() for line in lines if line.differs]
        agreeing = [line.as_text() for line in lines if not line.differs]
        if agreeing and not self._is_open:
            said.append(_agreeing(len(agreeing)))
        return "\n".join([*said, *(agreeing if self._is_open else [])])

    def retranslate(self) -> None:
        if self._shown is None:
            return
        clear(self._body)
        clear(self._equal)
        left, right, lines = self._shown
        heads = QHBoxLayout()
        heads.setSpacing(HALF)
        self._choices.clear()
        for number, side in enumerate((left, right), start=1):
            heads.addWidget(self._head(number, side), 1)
        self._body.addLayout(heads)
        self._body.addLayout(self._grid([line for line in lines if line.differs]))
        equal = [line for line in lines if not line.differs]
        if self._is_open:
            self._equal.addLayout(self._grid(equal))
        self.equal.setVisible(self._is_open)
        self.fold.setText(_fewer(len(equal)) if self._is_open else _agreeing(len(equal)))
        icons.put(self.fold, "minus" if self._is_open else "down", "info")
        self.fold.setVisible(bool(equal) and len(equal) < len(lines))
        self.mark_side(self._marked)
        self.setAccessibleDescription(self.as_text())

    def _turn(self) -> None:
        self._is_open = not self._is_open
        self.retranslate()

    def _grid(self, lines: Sequence[Line]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(HALF)
        grid.setVerticalSpacing(TIGHT)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        for at, line in enumerate(lines):
            self._add_line(grid, at * 2, line)
        return grid

    def _head(self, number: int, side: Side) -> QWidget:
        head = QFrame(self)
        column = QVBoxLayout(head)
        column.setSpacing(TIGHT)
        if self._picks:
            column.setContentsMargins(0, 0, 0, 0)
            column.addWidget(self._choice(number, side))
        else:
            mark(head, kind="card")
            column.setContentsMargins(HALF, NEAR, HALF, NEAR)
            title = label("section", head)
            title.setText(side.heading)
            column.addWidget(title)
        byline = label("caption", head)
        byline.setText(side.byline)
        byline.setVisible(bool(side.byline))
        column.addWidget(byline)
        return head

    def _choice(self, number: int, side: Side) -> QPushButton:
        made = button(self, "choice", "check", partial(self._pick, number))
        made.setCheckable(True)
        made.setText(side.heading.replace("&", "&&"))
        made.setAccessibleDescription(side.byline)
        # It may grow narrower than its words: they are short, and the value stands below.
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._choices.append(made)
        return made

    def _pick(self, number: int) -> None:
        # What is marked is decided by whoever hears of the press.
        self.mark_side(self._marked)
        self.picked.emit(number)

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
            grid.addWidget(self._value(text, other, line.differs), at + 1, column)

    def _value(self, text: str | None, other: str | None, differs: bool) -> QWidget:
        shown = label("body", self)
        shown.setText(_("(nothing)") if not text else _marked(text, other or ""))
        shown.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        shown.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        mark(shown, differs="true" if differs else "false")
        if len(text or "") < _LONG:
            return shown
        # However long a text is, the choice stays in sight.
        area = scrolled(shown, self)
        mark(shown, kind="")
        area.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        area.setAccessibleName(shown.text())
        area.setFixedHeight(round(theme().row() * _ROWS))
        return area


def _agreeing(count: int) -> str:
    return ngettext("{count} field agrees", "{count} fields agree", count).format(count=count)


def _fewer(count: int) -> str:
    said = ngettext("Hide the {count} that agrees", "Hide the {count} that agree", count)
    return said.format(count=count)


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
