"""Ending an interview that cannot go on: as what, and why, on a strip under the question."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.i18n import LazyText, _, lazy
from app.views.language import Retranslated
from app.views.theme import FAR, NEAR, TIGHT, mark, theme
from app.views.widgets.parts import Dropdown, button, label, name, tool

_AS: Final[dict[str, LazyText]] = {
    "interrupted": lazy("Broken off: it cannot go on"),
    "refused": lazy("The person no longer agrees"),
    "not_eligible": lazy("This person is not to be interviewed"),
}


class AbandonStrip(Retranslated, QFrame):
    """Asks as what the interview ends and why; what was answered stays with it."""

    abandoned = Signal(str, str)
    """The status of the response, and the reason in words."""
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="head")
        column = QVBoxLayout(self)
        column.setContentsMargins(FAR, NEAR, FAR, NEAR)
        column.setSpacing(NEAR)
        head, row = QHBoxLayout(), QHBoxLayout()
        self._caption = label("caption", self)
        self._cross = tool(self, "cross", self.dismiss)
        head.addWidget(self._caption, 1)
        head.addWidget(self._cross)
        self._status = Dropdown(self)
        for code, words in _AS.items():
            self._status.addItem(str(words), code)
        self._reason = QLineEdit(self)
        self._reason.returnPressed.connect(self._abandon)
        self._do = button(self, "danger", "cross", self._abandon)
        row.setSpacing(NEAR)
        # Room for the ring around what has the focus.
        row.setContentsMargins(0, TIGHT, 0, TIGHT)
        row.addWidget(self._status)
        row.addWidget(self._reason, 1)
        row.addWidget(self._do)
        self._missing = label("refused", self)
        self._missing.hide()
        column.addLayout(head)
        column.addLayout(row)
        column.addWidget(self._missing)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        leave.activated.connect(self.dismiss)
        theme().changed.connect(self._fit)
        self.hide()
        self.retranslate()

    def open(self) -> None:
        """Show the strip with the cursor where the reason is written."""
        self.show()
        self._fit()
        self._reason.setFocus()

    def dismiss(self) -> None:
        """Close the strip; the interview goes on."""
        self._missing.hide()
        self.hide()
        self.closed.emit()

    def retranslate(self) -> None:
        self._caption.setText(
            _("End this interview unfinished. What was answered is kept, with the reason.")
        )
        for at, words in enumerate(_AS.values()):
            self._status.setItemText(at, str(words))
        name(self._status, _("How it ends"))
        self._reason.setAccessibleName(_("Reason"))
        self._reason.setPlaceholderText(_("reason, in a few words; no names"))
        self._do.setText(_("End it"))
        self._missing.setText(_("Say why the interview is abandoned."))
        name(self._cross, _("Go on with the interview"), "Esc")

    def _fit(self) -> None:
        """What was hidden knows its true height only once it is shown."""
        height = self._status.sizeHint().height()
        for part in (self._status, self._reason, self._do):
            part.setFixedHeight(max(height, part.sizeHint().height()))

    def _abandon(self) -> None:
        reason = self._reason.text().strip()
        self._missing.setVisible(not reason)
        if reason:
            self.abandoned.emit(str(self._status.currentData()), reason)
        else:
            self._reason.setFocus()
