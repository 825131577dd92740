"""What opens in the place of the lists of the Surveys page, and closes with Esc."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.i18n import _
from app.views.language import Retranslated
from app.views.theme import NEAR
from app.views.widgets.page import BringsMain
from app.views.widgets.parts import label, name, tool


class Panel(BringsMain, Retranslated, QWidget):
    """A heading, a sentence, a cross, and ``column`` for what the panel is for."""

    left = Signal()
    """The person is done with it."""
    told = Signal(str, str)
    """A state and a sentence for the page's banner."""
    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(NEAR)
        self.heading = label("section", self)
        self.says = label("hint", self)
        self._close = tool(self, "cross", self.leave)
        row = QHBoxLayout()
        row.setSpacing(NEAR)
        row.addWidget(self.heading, 1)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(row)
        self.column.addWidget(self.says)
        shortcut = QShortcut(QKeySequence("Esc"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.leave)

    def leave(self) -> None:
        """Go back to the lists."""
        self.left.emit()

    def say(self, heading: str, sentence: str = "") -> None:
        """Set the heading and the sentence under it."""
        self.heading.setText(heading)
        self.says.setText(sentence)
        self.says.setVisible(bool(sentence))
        self.setAccessibleName(heading)

    def retranslate(self) -> None:
        name(self._close, _("Close"), "Esc")

    def take_focus(self) -> None:
        self._close.setFocus()

    def keyPressEvent(self, event: Any) -> None:
        # What the page does with Enter is not meant while a panel is open.
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
