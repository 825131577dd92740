"""What stands side by side and goes on below where the window is narrow."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QLayout, QLayoutItem, QWidget

from app.views.theme import NEAR, theme


class Flow(QLayout):
    """Lays its widgets out like words of a line, at the left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(NEAR)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), moves=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, moves=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            if not item.isEmpty():
                size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, moves: bool) -> int:
        """Put every widget in its place; returns the height that takes."""
        y, row, used = rect.y(), list[tuple[QLayoutItem, QSize]](), 0
        shown = [(item, item.sizeHint()) for item in self._items if not item.isEmpty()]
        for item, hint in shown:
            if row and used + hint.width() > rect.width():
                y += self._line(row, rect, y, moves) + self.spacing()
                row, used = [], 0
            row.append((item, hint))
            used += hint.width() + self.spacing()
        return y + self._line(row, rect, y, moves) - rect.y()

    def _line(self, row: list[tuple[QLayoutItem, QSize]], rect: QRect, y: int, moves: bool) -> int:
        """Put one line's widgets in the middle of its height; returns that height."""
        tall, x = max((hint.height() for _item, hint in row), default=0), rect.x()
        for item, hint in row:
            if moves:
                size = QSize(min(hint.width(), rect.width()), hint.height())
                item.setGeometry(QRect(QPoint(x, y + (tall - hint.height()) // 2), size))
            x += hint.width() + self.spacing()
        return tall


class Beside(QWidget):
    """A few parts side by side; below each other where there is no room for all.

    ``least`` is how wide it must be for that at text size 1, in pixels; without it, as wide as the
    parts ask for.
    """

    def __init__(self, parent: QWidget, least: int = 0) -> None:
        super().__init__(parent)
        self._least = least
        self.row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(NEAR)

    def minimumSizeHint(self) -> QSize:
        narrow = max((part.minimumSize().width() for part in self._parts()), default=0)
        return QSize(narrow, super().minimumSizeHint().height())

    def event(self, event: QEvent) -> bool:
        # Also when parts come and go, say something else, or the text size changes.
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            wide = round(self._least * theme().scale) or self._wanted()
            way = QBoxLayout.Direction
            self.row.setDirection(way.LeftToRight if self.width() >= wide else way.TopToBottom)
        return super().event(event)

    def _wanted(self) -> int:
        widths = [part.sizeHint().width() for part in self._parts()]
        return sum(widths) + self.row.spacing() * (len(widths) - 1)

    def _parts(self) -> list[QLayoutItem]:
        found = (self.row.itemAt(at) for at in range(self.row.count()))
        return [part for part in found if part is not None and not part.isEmpty()]
