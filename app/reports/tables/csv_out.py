"""CSV for spreadsheets: the separator Excel expects, and no cell that turns into a formula.

Excel runs a cell that begins with = + - @ (or their wide twins, a tab or a line break before them)
as a formula, wherever the words came from. Such a text gets an apostrophe in front; a text that
already had apostrophes there gets one more, so that ``restore`` gives every text back exactly.
A plain negative number is no formula and stays as it is.

CSV has no types: Excel drops the zero of 020150 when it opens one by itself. XLSX keeps it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from app.i18n import Language, current

Cell = str | int | float | bool | Decimal | date | datetime | time | None

BOM: Final = b"\xef\xbb\xbf"
_STARTS_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_RESTORABLE = re.compile("'+[=+\\-@\t\r\n＝＋－＠]")
_NEGATIVE = re.compile(r"-\d+([.,]\d+)?")


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written: the separator of cells and the decimal mark of numbers."""

    separator: str = ","
    decimal_mark: str = "."


def dialect_for(language: Language) -> Dialect:
    """Return what Excel expects where the language is spoken: Spanish lists use semicolons.

    Panama's and Mexico's settings are those of English; people there pass their own dialect.
    """
    return Dialect(";", ",") if language == "es" else Dialect(",", ".")


def to_csv(
    header: Sequence[str], rows: Iterable[Sequence[Cell]], dialect: Dialect | None = None
) -> bytes:
    """Return the table as CSV (RFC 4180, CRLF) in UTF-8 with a mark that Excel needs to see.

    Without a ``dialect`` it is that of the interface language. Dates are ISO 8601, which Excel
    reads; true and false are in English, which ``from_csv`` and the fields read.
    """
    chosen = dialect or dialect_for(current())
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=chosen.separator, lineterminator="\r\n")
    writer.writerow([defuse(name) for name in header])
    writer.writerows([as_text(cell, chosen.decimal_mark) for cell in row] for row in rows)
    # A zero byte would make every reader take the file for something else than text.
    return BOM + stream.getvalue().replace("\0", "").encode("utf-8", "replace")


def as_text(cell: Cell, decimal_mark: str = ".") -> str:
    """Return what stands in the file for ``cell``."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return defuse(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell).replace(".", decimal_mark)


def defuse(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula."""
    if _STARTS_FORMULA.match(text) and not _NEGATIVE.fullmatch(text):
        return "'" + text
    return text


def restore(text: str) -> str:
    """Return what ``defuse`` was given."""
    return text[1:] if _RESTORABLE.match(text) else text
