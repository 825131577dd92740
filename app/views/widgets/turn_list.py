"""TurnList: what was said, one turn after another: time, alias, words, and what holds of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.i18n import _
from app.views.theme import HALF, NEAR, TIGHT, theme

Index = QModelIndex | QPersistentModelIndex
_ROW: Final = int(Qt.ItemDataRole.UserRole)
_WRAP: Final = int(Qt.TextFlag.TextWordWrap)
_MOST: Final = 5_000
"""Heights of turns remembered."""


@dataclass(frozen=True, slots=True)
class TurnRow:
    """One turn in words; ``marks`` says what holds of it: may be quoted, the language."""

    id: str
    time: str
    alias: str
    text: str
    marks: str = ""

    def as_text(self) -> str:
        parts = (self.time, self.alias, self.text, self.marks)
        return " · ".join(part for part in parts if part)


class TurnModel(QAbstractListModel):
    """The turns; what is added at the end is inserted, so that the list stays where it is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: tuple[TurnRow, ...] = ()

    def show_rows(self, rows: Sequence[TurnRow]) -> None:
        old, new = self._rows, tuple(rows)
        if new[: len(old)] == old:
            if len(new) > len(old):
                self.beginInsertRows(QModelIndex(), len(old), len(new) - 1)
                self._rows = new
                self.endInsertRows()
        elif [one.id for one in old] == [one.id for one in new]:
            self._rows = new
            for at, (before, after) in enumerate(zip(old, new, strict=True)):
                if before != after:
                    self.dataChanged.emit(self.index(at), self.index(at))
        else:
            self.beginResetModel()
            self._rows = new
            self.endResetModel()

    def row(self, at: int) -> TurnRow | None:
        """Return the turn in a row, None where there is none."""
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def find(self, id_: str) -> int:
        """Return the row of a turn, -1 where it is not here."""
        return next((at for at, one in enumerate(self._rows) if one.id == id_), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        row = self.row(index.row())
        if row is None:
            return None
        if role in (int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.AccessibleTextRole)):
            return row.as_text()
        return row if role == _ROW else None


class _Painter(QStyledItemDelegate):
    """Draws a turn: time and alias in a column of their own, words beside, marks under them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        # Wrapping every turn anew for each one that is added would hold up typing.
        self._heights: dict[tuple[TurnRow, int, float], int] = {}

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: TurnRow = index.data(_ROW)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        rect: QRect = option.rect
        painter.save()
        if chosen:
            painter.fillRect(rect, theme().colour("primary"))
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        ink = option.palette.color(role)
        muted = ink if chosen else theme().colour("muted")
        side, words, marks = _places(rect, row)
        painter.setFont(_bold())
        painter.setPen(ink)
        painter.drawText(side, 0, row.alias)
        painter.setFont(theme().font("caption"))
        painter.setPen(muted)
        below = side.translated(0, QFontMetrics(_bold()).height())
        painter.drawText(below, 0, row.time)
        painter.drawText(marks, _WRAP, row.marks)
        painter.setFont(theme().font("body"))
        painter.setPen(ink)
        painter.drawText(words, _WRAP, row.text)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row: TurnRow | None = index.data(_ROW)
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListView) else 400
        if row is None:
            return QSize(width, theme().row())
        known = self._heights.get((row, width, theme().scale))
        if known is None:
            if len(self._heights) > _MOST:
                self._heights.clear()
            known = self._heights[row, width, theme().scale] = _height(row, width)
        return QSize(width, known)


def _height(row: TurnRow, width: int) -> int:
    """How tall a turn is in a list of this width."""
    _side, words, marks = _places(QRect(0, 0, width, 10_000), row)
    beside = QFontMetrics(_bold()).height() + QFontMetrics(theme().font("caption")).height()
    tall = max(words.height() + marks.height(), beside)
    return tall + 2 * NEAR


def _bold() -> QFont:
    font = QFont(theme().font("body"))
    font.setBold(True)
    return font


def _places(rect: QRect, row: TurnRow) -> tuple[QRect, QRect, QRect]:
    """Return where a turn's alias and time, its words and its marks stand."""
    caption, body = QFontMetrics(theme().font("caption")), QFontMetrics(theme().font("body"))
    beside = max(
        caption.horizontalAdvance("00:00:00"), QFontMetrics(_bold()).averageCharWidth() * 9
    )
    inner = rect.adjusted(NEAR, NEAR, -NEAR, -NEAR)
    side = QRect(inner.topLeft(), QSize(beside, inner.height()))
    room = QRect(inner.left() + beside + HALF, inner.top(), 0, 10_000)
    room.setRight(inner.right())
    words = body.boundingRect(room, _WRAP, row.text) if row.text else QRect(room.topLeft(), QSize())
    marks = QRect(room.topLeft() + QPoint(0, words.height() + TIGHT), QSize(room.width(), 0))
    if row.marks:
        tall = caption.boundingRect(room, _WRAP, row.marks).height()
        marks.setHeight(tall + TIGHT)
    words.setWidth(room.width())
    return side, words, marks


class TurnList(QListView):
    """The turns in order. Enter corrects one; any plain key is a speaker's."""

    corrected = Signal(str)
    deleted = Signal(str)
    typed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.turns = TurnModel(self)
        self.setModel(self.turns)
        self.setItemDelegate(_Painter(self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.doubleClicked.connect(self._open)
        theme().changed.connect(self.scheduleDelayedItemsLayout)
        self._follows = True
        self.verticalScrollBar().valueChanged.connect(self._moved)
        self.verticalScrollBar().rangeChanged.connect(self._grew)

    def show_rows(self, rows: Sequence[TurnRow]) -> None:
        """Show the turns, going along with what is added unless the person looks further up."""
        self.turns.show_rows(rows)

    def current(self) -> str:
        """Return the id of the turn chosen, empty when none is."""
        row = self.turns.row(self.currentIndex().row())
        return row.id if row is not None else ""

    def choose(self, id_: str) -> None:
        """Go to a turn."""
        self.setCurrentIndex(self.turns.index(self.turns.find(id_)))

    def as_text(self) -> str:
        """Return what was said as it reads, a line a turn."""
        rows = (self.turns.row(at) for at in range(self.turns.rowCount()))
        return "\n".join(row.as_text() for row in rows if row is not None)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.turns.rowCount():
            painter = QPainter(self.viewport())
            painter.setPen(theme().colour("muted"))
            room = self.viewport().rect().adjusted(HALF, HALF, -HALF, -HALF)
            flags = int(Qt.AlignmentFlag.AlignCenter) | _WRAP
            painter.drawText(room, flags, _("What is said stands here, turn by turn."))
            painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        elif event.key() == Qt.Key.Key_Delete and self.current():
            self.deleted.emit(self.current())
        elif event.text().strip() and event.text().isprintable():
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Words wrap elsewhere at another width.
        self.scheduleDelayedItemsLayout()

    def sizeHint(self) -> QSize:
        return QSize(theme().row() * 6, theme().row() * 3)

    def _moved(self, value: int) -> None:
        self._follows = value >= self.verticalScrollBar().maximum() - theme().row()

    def _grew(self) -> None:
        # How tall the turns are is known only once they were laid out.
        if self._follows:
            self.scrollToBottom()

    def _open(self, index: QModelIndex) -> None:
        if (row := self.turns.row(index.row())) is not None:
            self.corrected.emit(row.id)
