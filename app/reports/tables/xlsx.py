"""XLSX workbooks: typed numbers and dates, text that stays text, nothing written to the disk.

Excel keeps 32,767 characters in a cell. A longer text is not cut: the cell holds its beginning and
says where the rest is, and the sheet "Long texts" holds the whole of it, in numbered parts.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from app.errors import KipuError
from app.i18n import _
from app.reports.tables.csv_out import Cell

CELL_LIMIT: Final = 32_767
"""UTF-16 units in a cell; an emoji counts as two."""
_PART: Final = 32_000
ROW_LIMIT: Final = 1_048_576
COLUMN_LIMIT: Final = 16_384
_NAME_LIMIT: Final = 31
# Excel computes with 15 digits; longer numbers are kept whole as text.
_EXACT: Final = 10**15
_EPOCH: Final = date(1900, 3, 1)
_WIDTHS: Final = (8, 60)
_MEASURED_ROWS: Final = 200


@dataclass(frozen=True)
class Sheet:
    """One table of a workbook; ``rows`` are read once."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def to_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook: frozen header, filters, widths that fit.

    A table of more rows than Excel has goes on in a further sheet. Raises KipuError for more
    columns than Excel has.
    """
    import xlsxwriter

    stream = io.BytesIO()
    # ``in_memory`` or the library writes every sheet to the temp folder first.
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "remove_timezone": True})
    writer = _Writer(book)
    for sheet in sheets:
        writer.write(sheet)
    writer.write_long_texts()
    book.close()
    return stream.getvalue()


@dataclass
class _Writer:
    book: Any
    names: set[str] = field(default_factory=lambda: {"history"})
    long_texts: list[tuple[str, str, str]] = field(default_factory=list)
    long_name: str = ""

    def __post_init__(self) -> None:
        self.long_name = self._name(_("Long texts"))
        self.bold = self.book.add_format({"bold": True})
        self.text = self.book.add_format({"num_format": "@"})
        self.dates = {
            datetime: self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            date: self.book.add_format({"num_format": "yyyy-mm-dd"}),
            time: self.book.add_format({"num_format": "hh:mm"}),
        }

    def write(self, sheet: Sheet) -> None:
        if len(sheet.header) > COLUMN_LIMIT:
            raise KipuError(
                _("“{name}” has {count} columns; Excel holds {limit}. Export it as CSV.").format(
                    name=sheet.name, count=len(sheet.header), limit=COLUMN_LIMIT
                )
            )
        rows = iter(sheet.rows)
        more = self._page(sheet, rows)
        while more is not None:
            more = self._page(sheet, rows, more)

    def _page(
        self, sheet: Sheet, rows: Iterable[Sequence[Cell]], first: Sequence[Cell] | None = None
    ) -> Sequence[Cell] | None:
        """Write one sheet; return the row that no longer fitted, None at the end."""
        name = self._name(sheet.name)
        page = self.book.add_worksheet(name)
        widths = [len(title) for title in sheet.header]
        for column, title in enumerate(sheet.header):
            self._cell(page, name, 0, column, title, self.bold)
        count, rest = 0, None
        for row in rows if first is None else _chain(first, rows):
            if count + 1 == ROW_LIMIT:
                rest = row
                break
            count += 1
            if count <= _MEASURED_ROWS:
                widths = [max(pair) for pair in zip(widths, map(_width, row), strict=True)]
            for column, cell in enumerate(row):
                self._cell(page, name, count, column, cell)
        self._dress(page, widths, count)
        return rest

    def _dress(self, page: Any, widths: Sequence[int], count: int) -> None:
        page.freeze_panes(1, 0)
        if widths:
            page.autofilter(0, 0, count, len(widths) - 1)
            page.ignore_errors({"number_stored_as_text": f"A1:XFD{count + 1}"})
        low, high = _WIDTHS
        for column, width in enumerate(widths):
            page.set_column(column, column, min(high, max(low, width + 2)))

    def _cell(
        self, page: Any, name: str, row: int, column: int, cell: Cell, style: Any = None
    ) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, str):
            self._text(page, name, row, column, cell, style)
        elif isinstance(cell, bool):
            page.write_boolean(row, column, cell)
        elif isinstance(cell, int | float | Decimal):
            if math.isfinite(cell) and -_EXACT < cell < _EXACT:
                page.write_number(row, column, cell)
            else:
                page.write_string(row, column, str(cell), self.text)
        elif isinstance(cell, time) or _day(cell) >= _EPOCH:
            page.write_datetime(row, column, cell, self.dates[type(cell)])
        else:
            # Excel's calendar begins in 1900, with a day that never was.
            page.write_string(row, column, cell.isoformat(), self.text)

    def _text(self, page: Any, name: str, row: int, column: int, text: str, style: Any) -> None:
        from xlsxwriter.utility import xl_rowcol_to_cell

        # Half a character, as damaged files have it, cannot be written at all.
        text = text.encode("utf-8", "replace").decode()
        # A cell breaks lines by \n; a \r would show as _x000D_ in other programs.
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if units(text) > CELL_LIMIT:
            place = xl_rowcol_to_cell(row, column)
            self.long_texts.append((name, place, text))
            text = parts(text)[0] + _("… (whole text in the sheet “{sheet}”, cell {cell})").format(
                sheet=self.long_name, cell=place
            )
        # A code such as 020150 keeps its zero even when someone edits the cell.
        page.write_string(row, column, text, style or (self.text if text.isdigit() else None))

    def write_long_texts(self) -> None:
        """Add the sheet that holds, in parts, every text too long for its cell."""
        if not self.long_texts:
            return
        page = self.book.add_worksheet(self.long_name)
        header = (_("Sheet"), _("Cell"), _("Part"), _("Text"))
        for column, title in enumerate(header):
            page.write_string(0, column, title, self.bold)
        count = 0
        for sheet, place, text in self.long_texts:
            for number, part in enumerate(parts(text), 1):
                count += 1
                page.write_string(count, 0, sheet)
                page.write_string(count, 1, place)
                page.write_number(count, 2, number)
                page.write_string(count, 3, part)
        self._dress(page, [20, 8, 6, 60], count)

    def _name(self, wanted: str) -> str:
        """Return a name Excel accepts and no other sheet has."""
        clean = "".join("_" if char in "[]:*?/\\" or char < " " else char for char in wanted)
        clean = clean.strip("'").strip() or _("Sheet")
        name, number = clean[:_NAME_LIMIT], 1
        while name.casefold() in self.names:
            number += 1
            suffix = f" ({number})"
            name = clean[: _NAME_LIMIT - len(suffix)] + suffix
        self.names.add(name.casefold())
        return name


def _chain(first: Sequence[Cell], rest: Iterable[Sequence[Cell]]) -> Iterable[Sequence[Cell]]:
    yield first
    yield from rest


def _day(cell: date) -> date:
    return cell.date() if isinstance(cell, datetime) else cell


def _width(cell: Cell) -> int:
    return max(len(line) for line in str(cell).split("\n")) if cell is not None else 0


def units(text: str) -> int:
    """Return the length of ``text`` as Excel counts it."""
    return len(text) + sum(char > "\uffff" for char in text)


def parts(text: str) -> list[str]:
    """Return ``text`` cut into pieces that fit a cell, between characters."""
    # Half the limit in characters fits whatever the characters are.
    size = _PART if len(text) == units(text) else _PART // 2
    return [text[start : start + size] for start in range(0, len(text), size)]
