"""PagedTable: a list of any length. Counting, sorting and filtering happen in the source, which
runs on the worker thread; the model holds a few pages and asks for what the eye reaches."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from app.i18n import Text
from app.jobs import Job, Jobs
from app.views import words

PAGE: Final = 100
_PAGES_HELD: Final = 40
Index = QModelIndex | QPersistentModelIndex
Sort = tuple[str, bool]
"""A column's id and whether the order descends."""

_NUMERIC: Final = frozenset({"number", "integer", "decimal", "money", "date", "datetime"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list: ``kind`` decides how a value reads, ``width`` is in pixels."""

    id: str
    title: Text
    kind: str = "text"
    width: int = 160
    shown: bool = True
    sortable: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the key that opens it and one cell for each column, in the columns' order."""

    key: Any
    cells: Sequence[Any]


class PageSource(Protocol):
    """What a list asks; every method but ``columns`` is called on the worker thread."""

    @property
    def columns(self) -> Sequence[Column]: ...

    def count(self, filter: str) -> int:
        """Return how many rows match the words typed."""

    def page(self, offset: int, limit: int, sort: Sort | None, filter: str) -> list[Row]:
        """Return up to ``limit`` of the matching rows in order, beginning at ``offset``."""


class PagedTableModel(QAbstractTableModel):
    """Shows a ``PageSource``; ``data`` answers from memory and never raises."""

    counted = Signal(int)
    failed = Signal(object)

    def __init__(self, source: PageSource, jobs: Jobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._jobs = jobs
        self._columns = tuple(source.columns)
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self._wanted: dict[int, Job] = {}
        self._asked: set[int] = set()
        self._counting: Job | None = None
        self._count = 0
        self._filter = ""
        self._sort: Sort | None = None
        self._ask = QTimer(self)
        self._ask.setSingleShot(True)
        self._ask.timeout.connect(self._fetch)

    @property
    def columns(self) -> tuple[Column, ...]:
        return self._columns

    @property
    def filter(self) -> str:
        return self._filter

    @property
    def order(self) -> Sort | None:
        return self._sort

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._columns)

    def row(self, number: int) -> Row | None:
        """Return a row that is in memory; a row that is not is asked for and is None until then."""
        if not 0 <= number < self._count:
            return None
        page, at = divmod(number, PAGE)
        rows = self._pages.get(page)
        if rows is None:
            self._want(page)
            return None
        self._pages.move_to_end(page)
        return rows[at] if at < len(rows) else None

    def find(self, key: Any) -> int | None:
        """Return where the row of ``key`` is, None when it is in no page held."""
        for page, rows in self._pages.items():
            for at, row in enumerate(rows):
                if row.key == key:
                    return page * PAGE + at
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or not 0 <= index.column() < len(self._columns):
            return None
        column = self._columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        row = self.row(index.row())
        if row is None or index.column() >= len(row.cells):
            return "…" if role == Qt.ItemDataRole.DisplayRole and row is None else None
        return words.value(row.cells[index.column()], column.kind)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return str(self._columns[section].title)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(self._columns[section])
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        wanted: Sort | None = None
        if 0 <= column < len(self._columns) and self._columns[column].sortable:
            wanted = (self._columns[column].id, order == Qt.SortOrder.DescendingOrder)
        if wanted != self._sort:
            self._sort = wanted
            self.refresh()

    def set_filter(self, typed: str) -> None:
        """Show only what matches the words typed."""
        typed = typed.strip()
        if typed != self._filter:
            self._filter = typed
            self.refresh()

    def refresh(self) -> None:
        """Ask everything anew; what is on screen stays until the answer comes."""
        for job in (self._counting, *self._wanted.values()):
            if job is not None:
                job.cancel()
        self._wanted.clear()
        self._counting = self._jobs.run(
            _first, self._source, self._sort, self._filter, on_done=self._begin, on_error=self._fail
        )

    def _begin(self, answer: tuple[int, list[Row]]) -> None:
        self._counting = None
        self.beginResetModel()
        self._count, rows = answer
        self._pages.clear()
        self._pages[0] = rows
        self.endResetModel()
        self.counted.emit(self._count)

    def _want(self, page: int) -> None:
        if page not in self._wanted and self._counting is None:
            self._asked.add(page)
            self._ask.start(0)

    def _fetch(self) -> None:
        asked, self._asked = self._asked, set()
        for page in sorted(asked - self._wanted.keys() - self._pages.keys()):
            self._wanted[page] = self._jobs.run(
                _read, self._source, page, self._sort, self._filter,
                on_done=self._fill, on_error=self._fail,
            )  # fmt: skip

    def _fill(self, answer: tuple[int, list[Row]]) -> None:
        page, rows = answer
        self._wanted.pop(page, None)
        self._pages[page] = rows
        while len(self._pages) > _PAGES_HELD:
            self._pages.popitem(last=False)
        top, bottom = page * PAGE, min(self._count, (page + 1) * PAGE) - 1
        if bottom >= top and self._columns:
            self.dataChanged.emit(self.index(top, 0), self.index(bottom, len(self._columns) - 1))

    def _fail(self, error: BaseException) -> None:
        self._counting = None
        self.failed.emit(error)


def _alignment(column: Column) -> Qt.AlignmentFlag:
    numeric = column.kind in _NUMERIC
    side = Qt.AlignmentFlag.AlignRight if numeric else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _first(source: PageSource, sort: Sort | None, typed: str) -> tuple[int, list[Row]]:
    return source.count(typed), source.page(0, PAGE, sort, typed)


def _read(source: PageSource, page: int, sort: Sort | None, typed: str) -> tuple[int, list[Row]]:
    return page, source.page(page * PAGE, PAGE, sort, typed)
