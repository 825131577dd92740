"""A short list of sentences with an icon each, worked by keyboard: decisions, commitments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetrics, QIcon, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.views import icons
from app.views.theme import NEAR, Role, TypeSize, theme


def row_icon(sign: str, role: Role) -> QIcon:
    """Return an icon for a row of a list, which stays legible where the row is chosen."""
    size = round(16 * theme().scale)
    made = icons.icon(sign, role, size)
    made.addPixmap(icons.pixmap(sign, "on_primary", size), QIcon.Mode.Selected)
    return made


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: what it stands for, its words, and its icon. Without a `data` it is a heading."""

    text: str
    data: Any = None
    icon: str = ""
    role: Role = "muted"


class LineList(QListWidget):
    """Entries whose words wrap. Enter opens one, Delete asks to remove it, digits set its state."""

    opened = Signal(object)
    removed = Signal(object)
    numbered = Signal(object, int)
    """An entry's data and the digit pressed on it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()
        self._fresh: Any = None
        self.setWordWrap(True)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.itemDoubleClicked.connect(self._open)
        theme().changed.connect(self._draw)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these entries; the cursor stays on what it was on."""
        if tuple(entries) != self._entries:
            self._entries = tuple(entries)
            self._draw()

    def as_text(self) -> str:
        """Return the list as it reads."""
        return "\n".join(one.text for one in self._entries)

    def current(self) -> Any:
        """Return what the entry under the cursor stands for."""
        at = self.currentRow()
        return self.item(at).data(Qt.ItemDataRole.UserRole) if at >= 0 else None

    def choose(self, data: Any) -> None:
        """Put the cursor on the entry that stands for ``data``."""
        at = next((n for n, one in enumerate(self._entries) if one.data == data), -1)
        if at >= 0:
            self.setCurrentRow(at)

    def point_out(self, data: Any) -> None:
        """Bring an entry that is new into sight and write it in bold, until another is new."""
        self._fresh = data
        self._draw()
        if (item := self._item_of(data)) is not None:
            self.scrollToItem(item, QListWidget.ScrollHint.PositionAtCenter)

    def is_pointed_out(self, data: Any) -> bool:
        """Tell whether an entry is in bold and in sight."""
        item = self._item_of(data) if self._fresh == data else None
        return item is not None and self.viewport().rect().intersects(self.visualItemRect(item))

    def _item_of(self, data: Any) -> QListWidgetItem | None:
        at = next((n for n, one in enumerate(self._entries) if one.data == data), -1)
        return self.item(at) if at >= 0 else None

    def _draw(self) -> None:
        chosen = self.current()
        self.clear()
        for one in self._entries:
            item = QListWidgetItem(one.text)
            item.setData(Qt.ItemDataRole.UserRole, one.data)
            if one.icon:
                item.setIcon(row_icon(one.icon, one.role))
            if one.data is None:
                item.setFlags(Qt.ItemFlag.ItemIsEnabled)
                item.setFont(_bold())
            elif one.data == self._fresh:
                item.setFont(_bold("body"))
            self.addItem(item)
        self._fit()
        if chosen is not None:
            self.choose(chosen)
        if self.currentRow() < 0:
            first = next((n for n, one in enumerate(self._entries) if one.data is not None), -1)
            self.setCurrentRow(first)
        if not self.hasFocus():
            self.clearSelection()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.currentRow() >= 0:
            self.item(self.currentRow()).setSelected(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        # What is chosen counts only where the cursor is; elsewhere it would shout.
        super().focusOutEvent(event)
        self.clearSelection()

    def _fit(self) -> None:
        # An item measures its words unwrapped until it is told the width there is.
        room = self.viewport().width() - 2 * NEAR
        for at in range(self.count()):
            item = self.item(at)
            own = item.data(Qt.ItemDataRole.FontRole)
            metrics = self.fontMetrics() if own is None else QFontMetrics(own)
            icon = round(16 * theme().scale) + NEAR if not item.icon().isNull() else 0
            rect = metrics.boundingRect(
                0, 0, max(room - icon - NEAR, 40), 10_000,
                int(Qt.TextFlag.TextWordWrap.value), item.text(),
            )  # fmt: skip
            item.setSizeHint(QSize(room, rect.height() + 2 * NEAR))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        data, number = self.current(), event.text()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open()
        elif event.key() == Qt.Key.Key_Delete and data is not None:
            self.removed.emit(data)
        elif number.isdigit() and data is not None:
            self.numbered.emit(data, int(number))
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        if (data := self.current()) is not None:
            self.opened.emit(data)


def _bold(type_: TypeSize = "caption") -> QFont:
    font = theme().font(type_)
    font.setBold(True)
    return font
