"""Ctrl+F on a page that is no list: finds words on it and brings them into sight."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from app.i18n import _
from app.views.language import Retranslated
from app.views.theme import HALF, NEAR, mark, theme
from app.views.widgets.palette import matches
from app.views.widgets.parts import label, name, tool

_WIDTH: Final = 380
FOUND: Final = "found"
"""The property of a label or button that holds the words looked for."""


class FindBar(Retranslated, QFrame):
    """A line over the top of the page; Enter goes to the next place, Esc leaves."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._page: QWidget | None = None
        self._marked: QWidget | None = None
        self._came_from: QWidget | None = None
        self._at = -1
        mark(self, kind="palette")
        row = QHBoxLayout(self)
        row.setContentsMargins(HALF, NEAR, NEAR, NEAR)
        row.setSpacing(NEAR)
        self.typed = QLineEdit(self)
        self.says = label("caption", self, wrap=False)
        self._close = tool(self, "cross", self.dismiss)
        row.addWidget(self.typed, 1)
        row.addWidget(self.says)
        row.addWidget(self._close)
        self.typed.textChanged.connect(self._first)
        self.typed.returnPressed.connect(self.next)
        self.hide()
        self.retranslate()

    def open(self, page: QWidget) -> None:
        """Look for words on ``page``."""
        self._page = page
        if self.isHidden():
            self._came_from = self._window.focusWidget()
        width = min(round(_WIDTH * theme().scale), self._window.width() - 4 * NEAR)
        top = page.mapTo(self._window, QPoint(0, 0)).y()
        self.setGeometry(
            self._window.width() - width - NEAR, top + NEAR, width, self.sizeHint().height()
        )
        self.show()
        self.raise_()
        self.typed.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.typed.selectAll()
        self._first()

    def next(self) -> None:
        """Go to the next place that has the words, round to the first after the last."""
        found = self._places()
        self._unmark()
        self._say(found)
        if not found:
            self._at = -1
            return
        self._at = (self._at + 1) % len(found)
        self._show(found[self._at])
        self._say(found)

    def dismiss(self) -> None:
        """Close, and go back to where the cursor was."""
        self._unmark()
        self.hide()
        if self._came_from is not None:
            self._came_from.setFocus(Qt.FocusReason.OtherFocusReason)
            self._came_from = None
        self.closed.emit()

    def retranslate(self) -> None:
        self.typed.setPlaceholderText(_("Find on this page"))
        self.typed.setAccessibleName(_("Find on this page"))
        name(self._close, _("Close"), "Esc")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def _first(self) -> None:
        self._at = -1
        self.next()

    def _places(self) -> list[QWidget]:
        """The labels and buttons with the words, in reading order."""
        typed = self.typed.text().strip()
        if self._page is None or not typed:
            return []
        said: list[QLabel | QAbstractButton] = [
            *self._page.findChildren(QLabel), *self._page.findChildren(QAbstractButton)
        ]  # fmt: skip
        found = [one for one in said if one.isVisible() and matches(typed, _plain(one.text()))]
        return sorted(found, key=self._place)

    def _place(self, widget: QWidget) -> tuple[int, int]:
        assert self._page is not None
        at = widget.mapTo(self._page, QPoint(0, 0))
        return at.y(), at.x()

    def _show(self, widget: QWidget) -> None:
        parent = widget.parentWidget()
        while parent is not None and parent is not self._page:
            if isinstance(parent, QScrollArea):
                parent.ensureWidgetVisible(widget)
            parent = parent.parentWidget()
        mark(widget, **{FOUND: "true"})
        self._marked = widget
        widget.destroyed.connect(self._lost)

    def _unmark(self) -> None:
        if self._marked is not None:
            self._marked.destroyed.disconnect(self._lost)
            mark(self._marked, **{FOUND: ""})
            self._marked = None

    def _lost(self) -> None:
        self._marked = None

    def _say(self, found: list[QWidget]) -> None:
        if not self.typed.text().strip():
            self.says.setText("")
        elif not found:
            self.says.setText(_("not on this page"))
        else:
            place = _("{at} of {count}").format(at=self._at + 1, count=len(found))
            self.says.setText(place)


def _plain(text: str) -> str:
    return text.replace("&", "")
