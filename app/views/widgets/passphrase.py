"""What the entrance asks with: a line for a passphrase, and people to choose from."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from app.i18n import _
from app.views import icons
from app.views.language import Retranslated
from app.views.theme import TARGET, TIGHT, mark
from app.views.widgets.parts import name, tool


class PassphraseField(Retranslated, QWidget):
    """A line for a passphrase that can be looked at for as long as the eye is held open."""

    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        self.line = QLineEdit(self)
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.returnPressed.connect(self.entered)
        self._eye = tool(self, "show")
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self._look)
        row.addWidget(self.line, 1)
        row.addWidget(self._eye)
        self.retranslate()

    def take(self) -> str:
        """Return what was typed and forget it."""
        typed = self.line.text()
        self.line.clear()
        return typed

    def retranslate(self) -> None:
        name(self._eye, _("Show what I type"))

    def _look(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.line.setEchoMode(mode)


class PersonButton(QPushButton):
    """Somebody to choose; Enter chooses too, for whoever comes by the arrow keys."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMinimumHeight(TARGET)
        self.setAutoDefault(False)
        mark(self, kind="choice")
        icons.put(self, "person", "ink", on="on_primary")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)
