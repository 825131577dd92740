"""CSV as people really send it: any separator, Excel's encodings, a row gone wrong here and there.

The file is read row by row, so a large one costs little memory and a hostile one is told from a
large one early. Problems are told by row, counted as a spreadsheet counts: the header is row 1.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from app.errors import KipuError
from app.i18n import _
from app.reports.tables.csv_out import restore

MAX_BYTES: Final = 256 * 1024 * 1024
MAX_COLUMNS: Final = 16_384
MAX_LINE: Final = 4_000_000
"""Characters in one line or one cell, beyond any real narrative."""
_MAX_SEPARATORS: Final = 200_000

_SAMPLE: Final = 65_536
_SAMPLE_ROWS: Final = 20
_SEPARATORS: Final = (";", ",", "\t", "|")
_SEPARATOR_LINE = re.compile(r"\ufeff?\"?sep=(.)\"?\s*", re.IGNORECASE)
_QUOTED_FORMULA = re.compile(r'="([^"]*)"')


@dataclass(frozen=True)
class Row:
    """One row: its number in a spreadsheet, a cell for each column, and what is wrong with it.

    A row with a ``problem`` has no cells to trust.
    """

    number: int
    cells: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """A CSV file whose header has been read; iterating reads its rows, again each time."""

    header: tuple[str, ...]
    separator: str
    encoding: str
    _data: bytes

    def __iter__(self) -> Iterator[Row]:
        """Yield every row that is not blank; short rows are filled up with empty cells."""
        records = _records(self._data, self.encoding, self.separator)
        for record in records:
            if record.problem or _has_words(record):
                break
        for record in records:
            if record.problem or _has_words(record):
                yield self._fitted(record)

    def _fitted(self, row: Row) -> Row:
        cells, width = row.cells, len(self.header)
        if row.problem or len(cells) == width:
            return row
        if any(cells[width:]):
            return Row(
                row.number,
                (),
                _("Row {row} has {found} cells, the header {expected}.").format(
                    row=row.number, found=len(cells), expected=width
                ),
            )
        return Row(row.number, (*cells, *[""] * (width - len(cells)))[:width])


def from_csv(data: bytes, max_bytes: int = MAX_BYTES) -> Table:
    """Open a CSV file: UTF-8, UTF-16 or Windows-1252; separated by comma, semicolon, tab or bar.

    The apostrophes ``to_csv`` put before formulas are taken off again, and ="020150" is 020150.
    Raises KipuError when the file is too large, no text, or has no usable header; what is wrong
    with a single row is told when that row is read.
    """
    if len(data) > max_bytes:
        raise KipuError(
            _("The file is larger than {limit} MB; split it.").format(limit=max_bytes >> 20)
        )
    encoding = _encoding(data)
    separator = _separator(data, encoding)
    first = next((row for row in _records(data, encoding, separator) if _has_words(row)), None)
    if first is None:
        raise KipuError(_("The file is empty: it has no header row."))
    if first.problem:
        raise KipuError(first.problem)
    return Table(_header(first), separator, encoding, data)


def _has_words(row: Row) -> bool:
    return bool(row.problem) or any(cell.strip() for cell in row.cells)


def _header(row: Row) -> tuple[str, ...]:
    names = [name.strip() for name in row.cells]
    while names and not names[-1]:
        names.pop()
    seen: set[str] = set()
    for number, name in enumerate(names, 1):
        if not name:
            raise KipuError(_("Column {number} has no name in the header.").format(number=number))
        if name in seen:
            raise KipuError(_("Two columns are named “{name}”.").format(name=name))
        seen.add(name)
    if len(names) > MAX_COLUMNS:
        raise KipuError(_("The file has more than {limit} columns.").format(limit=MAX_COLUMNS))
    return tuple(names)


def _encoding(data: bytes) -> str:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise KipuError(_("This is an Excel workbook; save it as CSV UTF-8 and choose that file."))
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            candidates: tuple[str, ...] = (name,)
            break
    else:
        candidates = _by_zeros(data[:_SAMPLE])
    for name in candidates:
        if _decodes(data, name):
            return name
    raise KipuError(_("This is no text file Kipu can read; save it as CSV UTF-8."))


def _by_zeros(sample: bytes) -> tuple[str, ...]:
    """Return the encodings to try on a file without a mark; zeros give UTF-16 away."""
    if b"\0" not in sample:
        return ("utf-8", "cp1252")
    return ("utf-16-le",) if sample[1::2].count(0) > sample[::2].count(0) else ("utf-16-be",)


def _decodes(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    step = 1 << 20
    try:
        for start in range(0, len(data), step):
            # A zero byte left after decoding means a file of some other kind.
            if "\0" in decoder.decode(data[start : start + step]):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _separator(data: bytes, encoding: str) -> str:
    sample = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="").read(_SAMPLE)
    lines = list(io.StringIO(sample, newline=""))
    if lines and (named := _SEPARATOR_LINE.fullmatch(lines[0])):
        return named[1]
    if len(lines) > 1 and len(sample) == _SAMPLE:
        lines.pop()
    return max(_SEPARATORS, key=lambda candidate: _fit(lines, candidate))


def _fit(lines: list[str], separator: str) -> tuple[bool, float, int]:
    """Return how well ``separator`` splits the sample: does it, how evenly, into how many."""
    try:
        found = [row for row in csv.reader(islice(lines, 500), delimiter=separator) if row]
    except csv.Error:
        return False, 0.0, 0
    widths = [len(row) for row in found[:_SAMPLE_ROWS]]
    if not widths or widths[0] < 2:
        return False, 0.0, 0
    return True, sum(width == widths[0] for width in widths) / len(widths), widths[0]


def _records(data: bytes, encoding: str, separator: str) -> Iterator[Row]:
    # The limit belongs to the whole process, so it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_LINE))
    reader = csv.reader(_lines(data, encoding, separator), delimiter=separator, strict=True)
    number = 0
    while True:
        number += 1
        before = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            if reader.line_num - before > 1:
                sentence = _("Row {row}: a quotation mark is never closed; the rest is unread.")
                yield Row(number, (), sentence.format(row=number))
                return
            sentence = _("Row {row}: a quotation mark is out of place.")
            yield Row(number, (), sentence.format(row=number))
        except _TooLong:
            yield Row(number, (), _("Row {row} is too long to be read.").format(row=number))
            return
        else:
            yield Row(number, tuple(map(_cell, cells)))


class _TooLong(Exception):
    """A line no spreadsheet would write; the rest of the file cannot be trusted."""


def _lines(data: bytes, encoding: str, separator: str) -> Iterator[str]:
    stream = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    line = stream.readline(MAX_LINE + 1)
    if _SEPARATOR_LINE.fullmatch(line):
        line = stream.readline(MAX_LINE + 1)
    while line:
        if len(line) > MAX_LINE or line.count(separator) > _MAX_SEPARATORS:
            raise _TooLong
        yield line
        line = stream.readline(MAX_LINE + 1)


def _cell(text: str) -> str:
    # Hardly any cell begins so, and there are many cells.
    if text[:1] not in ("=", "'"):
        return text
    quoted = _QUOTED_FORMULA.fullmatch(text)
    return quoted[1] if quoted else restore(text)
