"""XLSX workbooks: typed numbers and dates, text that stays text, nothing written to the disk.

Rows go straight into the compressed file as they come, so that a table of a hundred thousand
interviews takes little more memory than its file; libraries that hold a workbook's cells, or put
them into the temp folder, are no use here.

Excel keeps 32,767 characters in a cell. A longer text is not cut: the cell holds its beginning and
says where the rest is, and the sheet "Long texts" holds the whole of it, in numbered parts.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from typing import IO, Final

from app.errors import KipuError
from app.i18n import _
from app.reports.tables import xlsx_parts as xml
from app.reports.tables.csv_out import Cell
from app.reports.tables.xlsx_cells import CELL_LIMIT, Cells, letters, parts, units

ROW_LIMIT: Final = 1_048_576
COLUMN_LIMIT: Final = 16_384
_NAME_LIMIT: Final = 31
_WIDTHS: Final = (8, 60)
_MEASURED_ROWS: Final = 200
_PIECE: Final = 256
"""Rows handed to the compressor at once."""
# Below this many units in UTF-16 whatever the characters are.
_SURELY_FITS: Final = CELL_LIMIT // 2
_COMPRESSION: Final = 4


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
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as archive:
        writer = _Writer(archive)
        for sheet in sheets:
            writer.write(sheet)
        writer.write_long_texts()
        writer.close()
    return stream.getvalue()


@dataclass
class _Writer:
    archive: zipfile.ZipFile
    names: set[str] = field(default_factory=lambda: {"history"})
    long_texts: list[tuple[str, str, str]] = field(default_factory=list)
    long_name: str = ""
    pages: list[xml.Page] = field(default_factory=list)
    cells: Cells = field(default_factory=Cells)

    def __post_init__(self) -> None:
        self.long_name = self._name(_("Long texts"))

    def write(self, sheet: Sheet) -> None:
        if len(sheet.header) > COLUMN_LIMIT:
            raise KipuError(
                _("“{name}” has {count} columns; Excel holds {limit}. Export it as CSV.").format(
                    name=sheet.name, count=len(sheet.header), limit=COLUMN_LIMIT
                )
            )
        rows = iter(sheet.rows)
        more = True
        while more:
            more = self._page(self._name(sheet.name), sheet.header, rows)
            first = next(rows, None) if more else None
            more = first is not None
            rows = chain([first], rows) if first is not None else rows

    def _page(self, name: str, header: Sequence[str], rows: Iterator[Sequence[Cell]]) -> bool:
        """Write one sheet; returns whether it is full and there may be more."""
        columns = letters(len(header))
        titles = [self._fit(name, title, "A1") for title in header]
        room = islice(rows, ROW_LIMIT - 1)
        measured = list(islice(room, _MEASURED_ROWS))
        count, fit = 1, partial(self._fit, name)
        with self._open(f"xl/worksheets/sheet{len(self.pages) + 1}.xml") as part:
            _put(part, xml.SHEET_OPENS, xml.view(), xml.widths(_measure(titles, measured)))
            _put(part, "<sheetData>", self.cells.head(columns, titles))
            every = chain(measured, room)
            while piece := list(islice(every, _PIECE)):
                numbered = enumerate(piece, count + 1)
                _put(part, *(self.cells.row(number, columns, row, fit) for number, row in numbered))
                count += len(piece)
            area = f"A1:{columns[-1]}{count}" if columns else ""
            _put(part, xml.sheet_closes(area))
        self.pages.append(xml.Page(name, area))
        return count == ROW_LIMIT

    def _fit(self, name: str, text: str, place: str) -> str:
        """Return a text as a cell can hold it; what is too long goes to a sheet of its own."""
        if len(text) <= _SURELY_FITS and text.isascii() and "\r" not in text:
            return text
        # Half a character, as damaged files have it, cannot be written at all.
        text = text.encode("utf-8", "replace").decode()
        # A cell breaks lines by \n; a \r would show as _x000D_ in other programs.
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if len(text) <= _SURELY_FITS or units(text) <= CELL_LIMIT:
            return text
        self.long_texts.append((name, place, text))
        return parts(text)[0] + _("… (whole text in the sheet “{sheet}”, cell {cell})").format(
            sheet=self.long_name, cell=place
        )

    def write_long_texts(self) -> None:
        """Add the sheet that holds, in parts, every text too long for its cell."""
        if self.long_texts:
            header = [_("Sheet"), _("Cell"), _("Part"), _("Text")]
            self._page(self.long_name, header, self._long_rows())

    def _long_rows(self) -> Iterator[list[Cell]]:
        for sheet, place, text in self.long_texts:
            for number, piece in enumerate(parts(text), 1):
                yield [sheet, place, number, piece]

    def close(self) -> None:
        """Write what names and joins the sheets."""
        count = len(self.pages)
        for name, text in (
            ("[Content_Types].xml", xml.content_types(count)),
            ("_rels/.rels", xml.package_relations()),
            ("xl/workbook.xml", xml.workbook(self.pages)),
            ("xl/_rels/workbook.xml.rels", xml.workbook_relations(count)),
            ("xl/styles.xml", xml.styles()),
        ):
            with self._open(name) as part:
                _put(part, text)
        with self._open("xl/sharedStrings.xml") as part:
            texts = iter(xml.shared_strings(self.cells.shared))
            while piece := list(islice(texts, _PIECE)):
                _put(part, *piece)

    def _open(self, name: str) -> IO[bytes]:
        return self.archive.open(name, "w", force_zip64=name.startswith("xl/worksheets"))

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


def _put(part: IO[bytes], *texts: str) -> None:
    part.write("".join(texts).encode("utf-8"))


def _measure(titles: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    low, high = _WIDTHS
    found = [len(title) for title in titles]
    for row in rows:
        found = [max(pair) for pair in zip(found, map(_width, row), strict=True)]
    return [min(high, max(low, width + 2)) for width in found]


def _width(cell: Cell) -> int:
    return max(len(line) for line in str(cell).split("\n")) if cell is not None else 0
