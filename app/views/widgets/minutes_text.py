"""The text of an agenda item: a page that says what was typed while it is still being typed."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

HAND_MS: Final = 250
"""Longest that typing waits before it is handed over; writing it down needs the rest of half a
second."""
REST_MS: Final = 20_000
"""How long nobody types before a text counts as finished for now, and becomes a change."""


class MinutesText(QPlainTextEdit):
    """Paragraphs; Tab leaves. ``handed`` follows each key within a quarter of a second."""

    keyed = Signal()
    """Something was typed that is not handed over yet."""
    handed = Signal(str)
    """The whole text as it reads now."""
    rested = Signal()
    """Nobody typed for a while, or the cursor went elsewhere."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self._is_behind = False
        self._hand = _once(self, HAND_MS, self.hand_over)
        self._rest = _once(self, REST_MS, self._rested)
        self.textChanged.connect(self._typed)

    def show_text(self, text: str) -> None:
        """Show ``text``, the cursor staying where it is; nothing is handed over."""
        if text == self.toPlainText():
            return
        at, scrolled = self.textCursor().position(), self.verticalScrollBar().value()
        self.blockSignals(True)
        self.setPlainText(text)
        self.blockSignals(False)
        cursor = self.textCursor()
        cursor.setPosition(min(at, len(text)))
        self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(scrolled)

    def begin(self, text: str) -> None:
        """Show the text of another item, the cursor at its end."""
        self.show_text(text)
        self.document().clearUndoRedoStacks()
        self.moveCursor(QTextCursor.MoveOperation.End)

    def is_behind(self) -> bool:
        """Whether anything typed has not been handed over yet."""
        return self._is_behind

    def hand_over(self) -> None:
        """Hand over now what was typed since the last time."""
        self._hand.stop()
        if self._is_behind:
            self._is_behind = False
            self.handed.emit(self.toPlainText())

    def line(self) -> str:
        """Return what is selected, else the line the cursor is in, else the last one written."""
        cursor = self.textCursor()
        if cursor.hasSelection():
            return " ".join(cursor.selectedText().split())
        words = cursor.block().text().strip()
        lines = [one.strip() for one in self.toPlainText().splitlines() if one.strip()]
        return words or (lines[-1] if lines else "")

    def focusOutEvent(self, event: Any) -> None:
        super().focusOutEvent(event)
        self._rested()

    def hideEvent(self, event: Any) -> None:
        # Hiding everything, locking and closing come this way; the project closes right after.
        super().hideEvent(event)
        self._rested()

    def _typed(self) -> None:
        self._is_behind = True
        self.keyed.emit()
        # Never started anew while it runs: whoever types on and on is kept all the same.
        if not self._hand.isActive():
            self._hand.start()
        self._rest.start()

    def _rested(self) -> None:
        self._rest.stop()
        self.hand_over()
        self.rested.emit()


def _once(parent: QWidget, after_ms: int, function: Any) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(after_ms)
    timer.timeout.connect(function)
    return timer
