"""The list people work in: a filter that answers while they type, columns they choose, a table."""

from __future__ import annotations

from functools import partial
from typing import Any, Final, TypedDict

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QStackedLayout,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _, ngettext
from app.jobs import Jobs
from app.views import words
from app.views.language import Retranslated
from app.views.theme import NEAR, theme
from app.views.widgets.parts import EmptyState, label, name, tool
from app.views.widgets.table import PagedTableModel, PageSource

_PAUSE_MS: Final = 180
_REST_MS: Final = 800
"""How long after a change of looks it is remembered, in milliseconds."""


class ListState(TypedDict, total=False):
    """What a list remembers between visits."""

    hidden: list[str]
    widths: dict[str, int]
    sort: tuple[str, bool] | None
    filter: str


class _Table(QTableView):
    """A table whose Enter opens and whose Tab leaves."""

    opened = Signal(QModelIndex)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class PagedTable(Retranslated, QWidget):
    """A list over a ``PageSource``: Ctrl+F filters, Enter opens, headers sort."""

    opened = Signal(object)
    """The key of the row that was chosen by Enter or a double click."""
    selected = Signal(object)
    """The key of the row the person moved to, None when there is none."""
    export_asked = Signal()
    first_step = Signal()
    failed = Signal(object)
    left = Signal(object)
    """A `ListState`, when the person changed how the list looks and went on."""

    def __init__(
        self, source: PageSource, jobs: Jobs, icon: str = "surveys", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._empty_words = ("", "")
        self._current: Any = None
        self.model = PagedTableModel(source, jobs, self)
        self.model.counted.connect(self._counted)
        self.model.failed.connect(self.failed)
        self.filter = QLineEdit(self)
        self.filter.setClearButtonEnabled(True)
        self._count = label("caption", self, wrap=False)
        self._columns = self._column_chooser()
        self._export = tool(self, "export", self.export_asked.emit)
        self.table = self._make_table()
        self._empty = EmptyState(icon, self)
        self._empty.acted.connect(self._first_step)
        self._lay_out()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._filter_now)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._tell_state)
        header = self.table.horizontalHeader()
        for changed in (header.sortIndicatorChanged, header.sectionResized):
            changed.connect(self._looks_changed)
        self.filter.textChanged.connect(self._typed)
        self.filter.returnPressed.connect(self._to_table)
        theme().changed.connect(self._restyle)
        self.retranslate()

    def say_when_empty(self, sentence: str, step: str = "") -> None:
        """Set what a list with nothing in it says, and the words of its first step."""
        self._empty_words = (sentence, step)
        self._say_empty()

    def refresh(self) -> None:
        """Read the list anew."""
        self.model.refresh()

    def focus_filter(self) -> None:
        """Put the cursor into the filter."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def take_focus(self) -> None:
        """Put the cursor into the list."""
        self.table.setFocus()

    def current_key(self) -> Any:
        """Return the key of the current row, None when there is none."""
        row = self.model.row(self.table.currentIndex().row())
        return row.key if row is not None else None

    def shown_columns(self) -> list[str]:
        """Return the ids of the columns on show, from left to right."""
        header = self.table.horizontalHeader()
        order = (header.logicalIndex(at) for at in range(header.count()))
        return [self.model.columns[at].id for at in order if not header.isSectionHidden(at)]

    def state(self) -> ListState:
        """Return what to remember of this list."""
        columns = enumerate(self.model.columns)
        widths = {column.id: self.table.columnWidth(at) for at, column in columns}
        shown = set(self.shown_columns())
        hidden = [column.id for column in self.model.columns if column.id not in shown]
        widths = {id_: width for id_, width in widths.items() if id_ in shown}
        order, typed = self.model.order, self.filter.text().strip()
        return {"hidden": hidden, "widths": widths, "sort": order, "filter": typed}

    def restore(self, state: ListState) -> None:
        """Show the list as it was remembered; columns that no longer exist are passed over."""
        hidden = state.get("hidden")
        sort = state.get("sort")
        for at, column in enumerate(self.model.columns):
            if hidden is not None:
                self._show_column(at, column.id not in hidden)
            if width := state.get("widths", {}).get(column.id):
                self.table.setColumnWidth(at, width)
            if sort is not None and column.id == sort[0]:
                order = Qt.SortOrder.DescendingOrder if sort[1] else Qt.SortOrder.AscendingOrder
                self.table.horizontalHeader().setSortIndicator(at, order)
        if typed := state.get("filter", ""):
            self.filter.setText(typed)
            self._filter_now()

    def retranslate(self) -> None:
        self.filter.setPlaceholderText(_("Filter by typing (Ctrl+F)"))
        self.filter.setAccessibleName(_("Filter this list"))
        name(self._columns, _("Choose columns"))
        name(self._export, _("Export what is shown"))
        self.table.setAccessibleName(_("List"))
        self._fill_chooser()
        self._say_count()
        self._say_empty()
        last = max(len(self.model.columns) - 1, 0)
        self.model.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # The window has the same keys and finds this list; this answers where there is no window.
        if event.matches(QKeySequence.StandardKey.Find):
            self.focus_filter()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NEAR)
        bar = QHBoxLayout()
        bar.setSpacing(NEAR)
        bar.addWidget(self.filter, 1)
        bar.addWidget(self._count)
        bar.addWidget(self._columns)
        bar.addWidget(self._export)
        column.addLayout(bar)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        column.addLayout(self._stack, 1)

    def _make_table(self) -> _Table:
        table = _Table(self)
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        table.verticalHeader().setDefaultSectionSize(theme().row())
        header = table.horizontalHeader()
        header.setSectionsMovable(True)
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        table.setSortingEnabled(True)
        for at, column in enumerate(self.model.columns):
            wide = max(round(column.width * theme().scale), header.sectionSizeHint(at) + NEAR)
            table.setColumnWidth(at, wide)
            table.setColumnHidden(at, not column.shown)
        table.opened.connect(self._open)
        table.doubleClicked.connect(self._open)
        table.selectionModel().currentRowChanged.connect(self._moved)
        return table

    def _column_chooser(self) -> QToolButton:
        chooser = tool(self, "columns")
        chooser.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        chooser.setMenu(QMenu(chooser))
        return chooser

    def _fill_chooser(self) -> None:
        menu = self._columns.menu()
        for old in menu.actions():
            menu.removeAction(old)
            old.deleteLater()
        for at, column in enumerate(self.model.columns):
            action = QAction(str(column.title), menu)
            action.setCheckable(True)
            action.setChecked(not self.table.isColumnHidden(at))
            action.toggled.connect(partial(self._show_column, at))
            menu.addAction(action)

    def _show_column(self, at: int, shown: bool) -> None:
        if shown or len(self.shown_columns()) > 1:
            self.table.setColumnHidden(at, not shown)
            self._looks_changed()
        if at < len(actions := self._columns.menu().actions()):
            actions[at].setChecked(not self.table.isColumnHidden(at))

    def _typed(self) -> None:
        self._pause.start()
        self._looks_changed()

    def _looks_changed(self, *_how: object) -> None:
        self._rest.start()

    def _tell_state(self) -> None:
        if self.isVisible():
            self.left.emit(self.state())

    def _filter_now(self) -> None:
        self.model.set_filter(self.filter.text())

    def _to_table(self) -> None:
        self._pause.stop()
        self._filter_now()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _counted(self, count: int) -> None:
        self._say_count()
        self._say_empty()
        self._stack.setCurrentIndex(0 if count else 1)
        if count:
            at = self.model.find(self._current) or 0
            self.table.setCurrentIndex(self.model.index(at, self._first_column()))

    def _first_column(self) -> int:
        shown = self.shown_columns()
        ids = [column.id for column in self.model.columns]
        return ids.index(shown[0]) if shown else 0

    def _say_count(self) -> None:
        count = self.model.rowCount()
        says = ngettext("{count} row", "{count} rows", count)
        self._count.setText(says.format(count=words.number(count)))

    def _say_empty(self) -> None:
        if self.model.filter:
            self._empty.say(
                _("Nothing here matches “{typed}”.").format(typed=self.model.filter),
                _("Show everything"),
            )
        else:
            self._empty.say(*self._empty_words)

    def _first_step(self) -> None:
        if self.model.filter:
            self.filter.clear()
            self._filter_now()
            self.focus_filter()
        else:
            self.first_step.emit()

    def _open(self, index: QModelIndex) -> None:
        row = self.model.row(index.row())
        if row is not None:
            self.opened.emit(row.key)

    def _moved(self, index: QModelIndex) -> None:
        row = self.model.row(index.row()) if index.isValid() else None
        self._current = row.key if row is not None else None
        self.selected.emit(self._current)

    def _restyle(self) -> None:
        self.table.verticalHeader().setDefaultSectionSize(theme().row())
