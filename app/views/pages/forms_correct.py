"""The strip that asks why a finished interview is corrected."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.i18n import _
from app.views.language import Retranslated
from app.views.theme import HALF, NEAR, TIGHT, mark
from app.views.widgets.flow import Flow
from app.views.widgets.page import BringsMain
from app.views.widgets.parts import button, label


class CorrectStrip(BringsMain, Retranslated, QFrame):
    """One field; Enter opens the interview as a draft, Esc leaves it as it is."""

    asked = Signal(str)
    """The reason, in the person's words."""
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="card")
        self._caption = QLabel(self)
        self.reason = QLineEdit(self)
        self.reason.returnPressed.connect(self.ask)
        self._caption.setBuddy(self.reason)
        self._hint = label("hint", self)
        self._wrong = label("refused", self)
        self._wrong.hide()
        self._go = button(self, "main", "edit", self.ask)
        self._leave = button(self, "plain", "", self.dismissed.emit)
        flow = Flow()
        for one in (self._go, self._leave):
            flow.addWidget(one)
        column = QVBoxLayout(self)
        column.setContentsMargins(HALF, NEAR, HALF, NEAR)
        column.setSpacing(TIGHT)
        for part in (self._caption, self.reason, self._wrong, self._hint):
            column.addWidget(part)
        column.addLayout(flow)
        leave = QShortcut(QKeySequence("Esc"), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.dismissed)
        self.retranslate()

    def take_focus(self) -> None:
        self.reason.setFocus()

    def ask(self) -> None:
        """Go on with the reason, or say that one is needed."""
        reason = self.reason.text().strip()
        self._wrong.setVisible(not reason)
        if reason:
            self.asked.emit(reason)
        else:
            self.reason.setFocus()

    def retranslate(self) -> None:
        self._caption.setText(_("&Why is it corrected?"))
        self._hint.setText(
            _("It opens as a draft. Until it is finished again the response stays as it is; what "
              "it said before stays in its history.")
        )  # fmt: skip
        self._wrong.setText(_("Say why the interview is corrected."))
        self._go.setText(_("Open it"))
        self._leave.setText(_("Cancel"))
