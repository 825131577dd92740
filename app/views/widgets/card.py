"""Card: a figure with its word, that opens what it counts; and a row of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.views import icons, words
from app.views.theme import HALF, NEAR, TIGHT, WIDE, Role, mark, theme
from app.views.widgets.parts import label

_NARROWEST = 190
"""Pixels below which a card's words would break badly, at text size 1."""


class Card(QFrame):
    """A figure with its word; it opens what it counts."""

    opened = Signal()

    def __init__(self, icon: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = icon
        mark(self, kind="card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, HALF, WIDE, HALF)
        column.setSpacing(TIGHT)
        head = QHBoxLayout()
        head.setSpacing(NEAR)
        self._picture = QLabel(self)
        self._figure = label("title", self, wrap=False)
        head.addWidget(self._picture)
        head.addWidget(self._figure, 1)
        self._word = label("body", self)
        self._more = label("caption", self)
        column.addLayout(head)
        column.addWidget(self._word)
        column.addWidget(self._more)
        column.addStretch(1)

    def tell(self, figure: int, word: str, more: str = "", role: Role = "ink") -> None:
        """Show how many of what; `role` colours the icon, and the words say the same."""
        icons.put(self._picture, self._icon, role, 24)
        self._figure.setText(words.number(figure))
        self._word.setText(word)
        self._more.setText(more)
        self._more.setVisible(bool(more))
        self.setAccessibleName(f"{words.number(figure)} {word}")
        self.setAccessibleDescription(more)

    def text(self) -> str:
        """Return the card as it reads."""
        parts = (self._figure.text(), self._word.text(), self._more.text())
        return " ".join(part for part in parts if part)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        else:
            super().keyPressEvent(event)


class CardRow(QWidget):
    """Cards beside one another; two by two, or one below the other, where there is no room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._cards: list[Card] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(HALF)
        theme().changed.connect(self._lay_out)

    def show_cards(self, cards: Sequence[Card]) -> None:
        """Show these cards in this order; whoever made them hides the others."""
        if list(cards) != self._cards:
            self._cards = list(cards)
            self._lay_out()

    def _lay_out(self) -> None:
        count = len(self._cards)
        room = max(self.width() // round(_NARROWEST * theme().scale), 1)
        across = count if count <= room else min(2, room)
        for at in range(self._grid.columnCount()):
            self._grid.setColumnStretch(at, 0)
        for at, card in enumerate(self._cards):
            self._grid.addWidget(card, at // max(across, 1), at % max(across, 1))
            self._grid.setColumnStretch(at % max(across, 1), 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()
