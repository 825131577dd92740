"""ProgressLine: what is going on, how far it is, and a way to stop it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from app.i18n import _
from app.views.language import Retranslated
from app.views.theme import HALF, NEAR, mark
from app.views.widgets.parts import button, line


class ProgressLine(Retranslated, QFrame):
    """A line of words and a bar; hidden while nothing is going on."""

    cancelled = Signal()
    paused = Signal()

    def __init__(self, parent: QWidget | None = None, *, can_pause: bool = False) -> None:
        super().__init__(parent)
        mark(self, kind="card")
        row = QHBoxLayout(self)
        row.setContentsMargins(HALF, NEAR, NEAR, NEAR)
        row.setSpacing(HALF)
        self._says = line("body", self)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(NEAR)
        self._pause = button(self, "plain", "pause", self.paused.emit)
        self._pause.setVisible(can_pause)
        self._stop = button(self, "plain", "cross", self.cancelled.emit)
        row.addWidget(self._says, 2)
        row.addWidget(self._bar, 1)
        row.addWidget(self._pause)
        row.addWidget(self._stop)
        self.hide()
        self.retranslate()

    def tell(self, text: str, done: int = 0, total: int = 0) -> None:
        """Say what is going on; without a ``total`` the bar only shows that something is."""
        self._says.setText(text)
        self._bar.setMaximum(total)
        self._bar.setValue(done)
        self._bar.setAccessibleName(text)
        self._allow(True)
        self.show()

    def stopping(self, text: str) -> None:
        """Say that it will stop, which cannot be asked twice."""
        self._says.setText(text)
        self._allow(False)

    def end(self) -> None:
        """Nothing is going on any more."""
        self.hide()

    def text(self) -> str:
        return "" if self.isHidden() else self._says.text()

    def retranslate(self) -> None:
        self._pause.setText(_("Pause"))
        self._stop.setText(_("Stop"))

    def _allow(self, free: bool) -> None:
        for one in (self._pause, self._stop):
            one.setEnabled(free)
