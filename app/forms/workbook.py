"""Open what a form author brings: XLSX, XLS, CSV or Markdown becomes rows with their numbers.

The file comes from outside, so what it would unpack to is measured before anything unpacks it.
"""

from __future__ import annotations

import contextlib
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from app.forms.problems import FormError, Problem
from app.i18n import _

MAX_FILE_BYTES = 10_000_000
MAX_UNPACKED_BYTES = 60_000_000
MAX_PART_BYTES = 20_000_000
MAX_CELLS = 200_000
MAX_ELEMENTS = 3 * MAX_CELLS
MAX_MARKUP = 10_000
MAX_QUESTIONS = 5_000
MAX_PARTS = 1_000
MAX_CELL_TEXT = 100_000
FIRST_ROW = 2
"""The number of the first row below the headers, as spreadsheets count."""

SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")
_UNREADABLE = (
    zipfile.BadZipFile,
    expat.ExpatError,
    zlib.error,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True)
class Sheet:
    """A sheet: its headers as written, and its rows as column → text; empty rows are kept."""

    name: str
    headers: tuple[str, ...]
    rows: Sequence[dict[str, Any]]

    def numbered(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield (row number as the spreadsheet shows it, row) for every row with something."""
        for number, row in enumerate(self.rows, FIRST_ROW):
            if row:
                yield number, row


@dataclass(frozen=True)
class Workbook:
    """The sheets a form uses, by name, and the names of all sheets there are.

    ``data`` is what pyxform takes.
    """

    sheets: dict[str, Sheet]
    names: tuple[str, ...]
    data: dict[str, Any] = field(repr=False)


def open_workbook(data: bytes, kind: str) -> Workbook:
    """Read a file of ``kind`` (``.xlsx``, ``.xls``, ``.csv`` or ``.md``).

    Raises FormError when it is too large, would unpack to too much, or cannot be read as its kind.
    """
    if len(data) > MAX_FILE_BYTES:
        raise refused(_("The file is too large: a form may have at most 10 MB."))
    if kind in (".xlsx", ".xlsm"):
        _check_archive(data)
    elif kind in (".csv", ".md"):
        data = _as_utf8(data)
    return _workbook(_read(data, kind))


def refused(message: str) -> FormError:
    """Return the refusal of a whole file."""
    return FormError([Problem(message)])


def _as_utf8(data: bytes) -> bytes:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused(_("The file is not written in UTF-8.")) from None
    if text.count(",") + text.count("|") > MAX_CELLS:
        raise _too_many_cells()
    return text.encode()


def _check_archive(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            # zipfile never unpacks more of a part than the part declares.
            if len(parts) > MAX_PARTS or sum(one.file_size for one in parts) > MAX_UNPACKED_BYTES:
                raise _unpacks_to_too_much()
            gate = _PartGate()
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    if part.file_size > MAX_PART_BYTES:
                        raise _unpacks_to_too_much()
                    gate.check(archive.read(part))
    except _UNREADABLE:
        raise refused(_("The file is not a readable XLSX workbook.")) from None


class _PartGate:
    """Looks at the XML of a workbook before the reader does, in one pass over each part.

    The reader feeds its parser piecemeal, and then a comment, an instruction or a tag of megabytes
    takes time that grows with the square of its size; no workbook has any of them.
    """

    def __init__(self) -> None:
        self._left = MAX_ELEMENTS

    def check(self, data: bytes) -> None:
        """Raise FormError for what no workbook has, or for more of it than a form needs."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.StartDoctypeDeclHandler = self._doctype
        parser.CommentHandler = self._unexpected
        parser.ProcessingInstructionHandler = self._unexpected
        parser.Parse(data, True)

    def _start(self, _name: str, attributes: dict[str, str]) -> None:
        self._left -= 1 + len(attributes) // 16
        if self._left < 0:
            raise _too_many_cells()
        for value in attributes.values():
            self._unexpected(value)

    def _doctype(self, *_declaration: object) -> None:
        raise refused(_("The file declares a document type, which is not accepted."))

    def _unexpected(self, *texts: str) -> None:
        if max(map(len, texts)) > MAX_MARKUP:
            raise _unpacks_to_too_much()


def _unpacks_to_too_much() -> FormError:
    return refused(_("The file would unpack to far more than a form needs."))


def _too_many_cells() -> FormError:
    return refused(_("The workbook has more than {count} cells.").format(count=MAX_CELLS))


def _read(data: bytes, kind: str) -> Any:
    # openpyxl warns about what it leaves out, and xlrd prints to the output it finds when it is
    # first imported: neither concerns the form, nor belongs in what a verb prints.
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        from pyxform.errors import PyXFormError
        from pyxform.xls2json_backends import get_xlsform

        try:
            return get_xlsform(data, file_type=".xlsx" if kind == ".xlsm" else kind)
        except PyXFormError as error:
            raise FormError([_reading_problem(str(error), data, kind)]) from None
        except Exception as error:
            # Hostile bytes make the readers fail in every way there is; all mean the same here.
            raise refused(_("The file cannot be read as a form workbook.")) from error


def _reading_problem(message: str, data: bytes, kind: str) -> Problem:
    match = re.fullmatch(r"Duplicate column header: (.*)", message, re.DOTALL)
    if match is None:
        return Problem(_("The file cannot be read as a form workbook."))
    column = match[1]
    return Problem(
        _("Two columns are called “{name}”; give one of them another name.").format(name=column),
        sheet=_sheet_with_twins(data, kind, column),
        row=1,
        column=column,
    )


def _sheet_with_twins(data: bytes, kind: str, column: str) -> str:
    if kind in (".xlsx", ".xlsm"):
        from openpyxl import load_workbook  # type: ignore[import-untyped]

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            for name in book.sheetnames:
                first = next(book[name].iter_rows(max_row=1, values_only=True), ())
                if first.count(column) > 1:
                    return str(name)
        finally:
            book.close()
    elif kind == ".xls":
        import xlrd  # type: ignore[import-untyped]

        for sheet in xlrd.open_workbook(file_contents=data, logfile=io.StringIO()).sheets():
            if sheet.nrows and sheet.row_values(0).count(column) > 1:
                return str(sheet.name)
    return ""


def _workbook(read: Any) -> Workbook:
    sheets: dict[str, Sheet] = {}
    data: dict[str, Any] = {"sheet_names": read.sheet_names}
    for name in SHEETS:
        rows, headers = getattr(read, name), getattr(read, f"{name}_header")
        if rows is not None:
            # What stands under an empty header belongs to no column.
            rows = [{key: row[key] for key in row if key is not None} for row in rows]
        data[name], data[f"{name}_header"] = rows, headers
        if rows is not None:
            written = tuple(str(key) for header in headers or () for key in header)
            sheets[name] = Sheet(name, written, rows)
            if name == "survey" and len(rows) > MAX_QUESTIONS:
                raise refused(
                    _("The survey has more than {count} rows.").format(count=MAX_QUESTIONS)
                )
            _check_cells(sheets[name])
    return Workbook(sheets, tuple(read.sheet_names or ()), data)


def _check_cells(sheet: Sheet) -> None:
    for number, row in sheet.numbered():
        for column, value in row.items():
            if len(str(value)) > MAX_CELL_TEXT:
                raise FormError(
                    [
                        Problem(
                            _("The text is too long: at most 100 000 characters fit."),
                            sheet=sheet.name,
                            row=number,
                            column=str(column),
                        )
                    ]
                )
