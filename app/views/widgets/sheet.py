"""SideSheet: edit beside the list, not in a dialog that hides it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.i18n import _
from app.views.actions import CLOSE_SHEET, offer
from app.views.language import Retranslated
from app.views.theme import HALF, NEAR, WIDE, mark, theme
from app.views.widgets.page import scrolled
from app.views.widgets.parts import Banner, KeptLabel, label, name, tool

_WIDTH = 400


class SideSheet(Retranslated, QFrame):
    """A column at the right of a page that holds one widget; Esc or its cross closes it."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content: QWidget | None = None
        self._area: QScrollArea | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(WIDE, HALF, WIDE, HALF)
        self._column.setSpacing(NEAR)
        head = QHBoxLayout()
        self._title = label("section", self)
        self.kept = KeptLabel(self)
        self._close = tool(self, "cross", self.dismiss)
        head.addWidget(self._title, 1)
        head.addWidget(self.kept)
        head.addWidget(self._close)
        self._column.addLayout(head)
        self.banner = Banner(self)
        self._column.addWidget(self.banner)
        offer(self, CLOSE_SHEET, self.dismiss, live=False)
        mark(self, kind="sheet")
        theme().changed.connect(self._fit)
        self._fit()
        self.hide()
        self.retranslate()

    def present(self, title: str, content: QWidget) -> None:
        """Show ``content`` under ``title``; what was shown before is deleted."""
        self.empty()
        self._title.setText(title)
        self.setAccessibleName(title)
        self._content = content
        self._area = scrolled(content, self, grows=False)
        self._column.addWidget(self._area, 1)
        self.show()

    def content(self) -> QWidget | None:
        return self._content

    def empty(self) -> None:
        """Delete what the sheet holds."""
        if self._area is not None:
            self._area.hide()
            self._area.deleteLater()
        self._area = self._content = None
        self.banner.dismiss()

    def dismiss(self) -> None:
        """Close the sheet."""
        self.hide()
        self.closed.emit()
        self.empty()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # No shortcut: what lies inside may have its own use for the key, and comes first.
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def retranslate(self) -> None:
        name(self._close, _("Close"), "Esc")

    def _fit(self) -> None:
        self.setMinimumWidth(round(min(_WIDTH * theme().scale, 600) * 0.8))
        self.setMaximumWidth(round(_WIDTH * theme().scale * 1.4))
