"""Two records that may be one, side by side on the review page: join them, or keep them apart."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.i18n import _
from app.views.pages.review_deciding import Deciding
from app.views.pages.review_reads import Twins
from app.views.theme import HALF, NEAR, theme
from app.views.widgets.answers import LINE, button_lines
from app.views.widgets.compare import Compare, Line, Side
from app.views.widgets.parts import button, clear, label

APART = 3
"""The key that keeps two apart, after 1 and 2 for the one that stands for both."""


class TwinsView(Deciding):
    """One pair: why they look alike, what each says, and the three decisions."""

    joined = Signal(object, int)
    """The pair and the number of the record that stands for both, from 1."""
    parted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._twins: Twins | None = None
        self._made: list[QPushButton] = []
        self.marked.connect(self._show_mark)
        theme().changed.connect(self.retranslate)
        self._title = label("section", self)
        self._why = label("hint", self)
        self.compare = Compare(self)
        self._choices = QVBoxLayout()
        self._choices.setSpacing(NEAR)
        column = QVBoxLayout(self)
        column.setContentsMargins(HALF, 0, HALF, 0)
        column.setSpacing(HALF)
        for part in (self._title, self._why, self.banner):
            column.addWidget(part)
        column.addLayout(self._choices)
        column.addWidget(self.compare)
        column.addStretch(1)

    def show_twins(self, twins: Twins | None) -> None:
        """Show a pair, or nothing; the same once more keeps what was marked."""
        self.setVisible(twins is not None)
        if twins is None or twins == self._twins:
            return
        self._twins = twins
        self.let_go()
        self.retranslate()

    def decide(self, number: int) -> None:
        """Mark a decision by its number."""
        twins = self._twins
        if twins is None or not 1 <= number <= APART:
            return
        if number == APART:
            said = _("Marked: “{one}” and “{other}” are two.")
            settle = partial(self.parted.emit, twins)
        else:
            said = _("Marked: both are one, and “{title}” stands for both.")
            settle = partial(self.joined.emit, twins, number)
        one, other = twins.pair.titles
        kept = (one, other)[min(number, 2) - 1]
        self.mark_decision(number, said.format(one=one, other=other, title=kept), settle)

    def _show_mark(self, number: int) -> None:
        for at, made in enumerate(self._made, start=1):
            made.setChecked(at == number)

    def _press(self, number: int) -> None:
        # The press alone marks nothing: what is marked says so in words, too.
        self._show_mark(0)
        self.decide(number)

    def why(self) -> str:
        """Return why the two look alike, as it reads."""
        return self._why.text()

    def retranslate(self) -> None:
        clear(self._choices)
        self._made.clear()
        twins = self._twins
        if twins is None:
            return
        self._title.setText(" · ".join((twins.kind, " / ".join(twins.pair.titles))))
        self._why.setText(
            _("They look alike: {why}. Joining deletes nothing and can be undone.").format(
                why=twins.why
            )
        )
        first, second = (
            Side(f"{number} · {title}", space)
            for number, title, space in zip((1, 2), twins.pair.titles, twins.spaces, strict=True)
        )
        lines = [Line(name, left, right) for name, left, right in twins.lines]
        self.compare.compare(first, second, lines)
        words = (
            _("One and the same; the first stands for both"),
            _("One and the same; the second stands for both"),
            _("They are two: keep them apart"),
        )
        for number, text in enumerate(words, start=1):
            icon = "cross" if number == APART else "check"
            made = button(self, "choice", icon, partial(self._press, number))
            made.setCheckable(True)
            made.setText(f"{number}   {button_lines(text, width=round(LINE / theme().scale))}")
            self._made.append(made)
            self._choices.addWidget(made)
