"""A long list: paged, sorted and filtered by its source, never by the window."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QModelIndex, Qt

from app.errors import KipuError
from app.jobs import Jobs
from app.views.widgets.listing import PagedTable
from app.views.widgets.table import PAGE, Column, PagedTableModel, Row, Sort


class Numbers:
    """A source that notes what it was asked."""

    def __init__(self, total: int = 100_000) -> None:
        self.total = total
        self.asked: list[tuple[int, Sort | None, str]] = []
        self.columns: Sequence[Column] = (
            Column("n", "Number", "number"),
            Column("word", "Word"),
            Column("odd", "Odd", shown=False),
        )

    def count(self, filter: str) -> int:
        return self.total if not filter else 3

    def page(self, offset: int, limit: int, sort: Sort | None, filter: str) -> list[Row]:
        self.asked.append((offset, sort, filter))
        end = min(offset + limit, self.count(filter))
        rows = range(offset, end)
        if sort is not None and sort[1]:
            rows = range(self.total - 1 - offset, self.total - 1 - end, -1)
        return [Row(n, (n, f"word {n}", n % 2 == 1)) for n in rows]


@pytest.fixture
def source() -> Numbers:
    return Numbers()


@pytest.fixture
def listing(qtbot, jobs: Jobs, source: Numbers) -> PagedTable:
    made = PagedTable(source, jobs)
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    with qtbot.waitSignal(made.model.counted):
        made.refresh()
    return made


def _cell(listing: PagedTable, row: int, column: int = 1) -> object:
    return listing.model.data(listing.model.index(row, column))


def test_the_model_keeps_qt_s_rules(qtmodeltester, qtbot, jobs: Jobs) -> None:
    model = PagedTableModel(Numbers(250), jobs, jobs)
    qtmodeltester.check(model)
    with qtbot.waitSignal(model.counted):
        model.refresh()
    qtmodeltester.check(model)


def test_only_the_pages_in_sight_are_read(listing: PagedTable, source: Numbers) -> None:
    assert listing.model.rowCount() == 100_000
    assert {offset for offset, _sort, _filter in source.asked} == {0}


def test_a_row_far_down_arrives_when_it_is_looked_at(qtbot, listing: PagedTable) -> None:
    assert _cell(listing, 54_321) == "…"
    qtbot.waitUntil(lambda: _cell(listing, 54_321) == "word 54321")


def test_a_header_sorts_in_the_source(qtbot, listing: PagedTable, source: Numbers) -> None:
    with qtbot.waitSignal(listing.model.counted):
        listing.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert source.asked[-1] == (0, ("n", True), "")
    assert _cell(listing, 0) == "word 99999"


def test_typing_filters_after_a_pause(qtbot, listing: PagedTable, source: Numbers) -> None:
    with qtbot.waitSignal(listing.model.counted):
        qtbot.keyClicks(listing.filter, "abc")
    assert source.asked[-1] == (0, None, "abc")
    assert listing.model.rowCount() == 3
    assert len([one for one in source.asked if one[2]]) == 1


def test_ctrl_f_goes_to_the_filter_and_enter_to_the_list(qtbot, listing: PagedTable) -> None:
    listing.activateWindow()
    listing.table.setFocus()
    qtbot.keyClick(listing.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert listing.filter.hasFocus()
    qtbot.keyClick(listing.filter, Qt.Key.Key_Return)
    assert listing.table.hasFocus()


def test_enter_opens_the_row(qtbot, listing: PagedTable) -> None:
    listing.table.setCurrentIndex(listing.model.index(4, 0))
    with qtbot.waitSignal(listing.opened) as opened:
        qtbot.keyClick(listing.table, Qt.Key.Key_Return)
    assert opened.args == [4]


def test_the_same_row_stays_chosen_when_the_list_is_read_anew(qtbot, listing: PagedTable) -> None:
    listing.table.setCurrentIndex(listing.model.index(7, 0))
    with qtbot.waitSignal(listing.model.counted):
        listing.refresh()
    assert listing.current_key() == 7


def test_columns_are_chosen_and_remembered(
    qtbot, jobs: Jobs, source: Numbers, listing: PagedTable
) -> None:
    assert listing.shown_columns() == ["n", "word"]
    listing.restore({"hidden": ["n"], "sort": ("word", True), "widths": {"word": 222}})
    assert listing.shown_columns() == ["word", "odd"]
    other = PagedTable(source, jobs)
    qtbot.addWidget(other)
    other.restore(listing.state())
    assert other.state() == listing.state()
    assert other.model.order == ("word", True)
    with qtbot.waitSignal(other.model.counted):
        other.refresh()


def test_the_last_column_cannot_be_hidden(listing: PagedTable) -> None:
    listing.restore({"hidden": ["n", "word", "odd"]})
    assert len(listing.shown_columns()) == 1


def test_an_empty_list_says_what_to_do_first(qtbot, jobs: Jobs) -> None:
    listing = PagedTable(Numbers(0), jobs)
    qtbot.addWidget(listing)
    listing.say_when_empty("Nobody yet.", "Add somebody")
    listing.show()
    with qtbot.waitSignal(listing.model.counted):
        listing.refresh()
    assert not listing.table.isVisible()
    with qtbot.waitSignal(listing.first_step):
        listing._empty._step.click()


def test_strange_values_never_raise(jobs: Jobs) -> None:
    class Strange(Numbers):
        def page(self, offset: int, limit: int, sort: Sort | None, filter: str) -> list[Row]:
            return [Row(0, (2**80, b"\x00\xff")), Row(1, ({"a": [None]}, object(), 1))]

    model = PagedTableModel(Strange(2), jobs, jobs)
    model._begin((2, Strange(2).page(0, PAGE, None, "")))
    for row in range(-1, 4):
        for column in range(-1, 5):
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
                model.data(model.index(row, column), role)
    assert model.data(QModelIndex()) is None


def test_a_source_that_fails_says_so(qtbot, jobs: Jobs) -> None:
    class Broken(Numbers):
        def count(self, filter: str) -> int:
            raise KipuError("The list cannot be read.")

    listing = PagedTable(Broken(), jobs)
    qtbot.addWidget(listing)
    with qtbot.waitSignal(listing.failed) as failed:
        listing.refresh()
    assert str(failed.args[0]) == "The list cannot be read."
