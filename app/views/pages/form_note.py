"""The interviewer's note: a strip under the question, never a dialog over the respondent."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.i18n import _
from app.views.language import Retranslated
from app.views.theme import FAR, NEAR, mark, theme
from app.views.widgets.parts import label, name, tool

_KEEP_MS = 250


class NoteStrip(Retranslated, QFrame):
    """One text for the whole interview; opening it at a question begins a line with its name."""

    changed = Signal()
    noted = Signal(str)
    """The whole note, a quarter of a second after a key at the latest."""
    closed = Signal()

    def __init__(self, note: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._handed = note
        mark(self, kind="head")
        column = QVBoxLayout(self)
        column.setContentsMargins(FAR, NEAR, FAR, NEAR)
        column.setSpacing(NEAR)
        head = QHBoxLayout()
        self._caption = label("caption", self)
        self._cross = tool(self, "cross", self.dismiss)
        head.addWidget(self._caption, 1)
        head.addWidget(self._cross)
        self._text = QPlainTextEdit(note, self)
        self._text.setTabChangesFocus(True)
        self._text.textChanged.connect(self._typed)
        column.addLayout(head)
        column.addWidget(self._text)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_KEEP_MS)
        self._pause.timeout.connect(self.hand_over)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.dismiss)
        theme().changed.connect(self._fit)
        self._fit()
        self.hide()
        self.retranslate()

    def open_for(self, question: str) -> None:
        """Open with the cursor in a line of its own for ``question`` (none when empty)."""
        text = self._text.toPlainText()
        lines = text.splitlines()
        if question and not any(line.startswith(f"{question}: ") for line in lines):
            self._text.setPlainText("\n".join([*lines, f"{question}: "]))
        self.show()
        self._text.moveCursor(QTextCursor.MoveOperation.End)
        self._text.setFocus()

    def is_behind(self) -> bool:
        """Whether anything typed has not been handed over yet."""
        return self._pause.isActive()

    def hand_over(self) -> None:
        """Hand the note over if it was touched since."""
        self._pause.stop()
        text = self._text.toPlainText().strip()
        if text != self._handed:
            self._handed = text
            self.noted.emit(text)

    def dismiss(self) -> None:
        """Close the strip; what was written is handed over."""
        self.hand_over()
        self.hide()
        self.closed.emit()

    def retranslate(self) -> None:
        self._caption.setText(_("Interviewer’s note; it is kept with the interview."))
        self._text.setAccessibleName(_("Interviewer’s note"))
        name(self._cross, _("Close the note"), "Esc")

    def _typed(self) -> None:
        self.changed.emit()
        if not self._pause.isActive():
            self._pause.start()

    def _fit(self) -> None:
        self._text.setFixedHeight(theme().row() * 3)
