"""Two records that may be one, side by side on the review page: join them, or keep them apart."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.i18n import _
from app.views.language import Retranslated
from app.views.pages.review_reads import Twins
from app.views.theme import HALF, NEAR
from app.views.widgets.compare import Compare, Line, Side
from app.views.widgets.parts import button, clear, label

APART = 3
"""The key that keeps two apart, after 1 and 2 for the one that stands for both."""


class TwinsView(Retranslated, QWidget):
    """One pair: why they look alike, what each says, and the three decisions."""

    joined = Signal(object, int)
    """The pair and the number of the record that stands for both, from 1."""
    parted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._twins: Twins | None = None
        self._title = label("section", self)
        self._why = label("hint", self)
        self.compare = Compare(self)
        self._choices = QVBoxLayout()
        self._choices.setSpacing(NEAR)
        column = QVBoxLayout(self)
        column.setContentsMargins(HALF, 0, HALF, 0)
        column.setSpacing(HALF)
        for part in (self._title, self._why, self.compare):
            column.addWidget(part)
        column.addLayout(self._choices)
        column.addStretch(1)

    def show_twins(self, twins: Twins | None) -> None:
        """Show a pair, or nothing."""
        self._twins = twins
        self.setVisible(twins is not None)
        self.retranslate()

    def decide(self, number: int) -> None:
        """Take a decision by its number."""
        if self._twins is None:
            return
        if number in (1, 2):
            self.joined.emit(self._twins, number)
        elif number == APART:
            self.parted.emit(self._twins)

    def why(self) -> str:
        """Return why the two look alike, as it reads."""
        return self._why.text()

    def retranslate(self) -> None:
        clear(self._choices)
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
            made = button(self, "choice", icon, partial(self.decide, number))
            made.setText(f"{number}   {text}")
            self._choices.addWidget(made)
