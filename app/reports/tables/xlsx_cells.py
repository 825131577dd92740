"""Cells as the XML of a worksheet: typed numbers and dates, and text that never runs.

Repeated texts are kept once for the whole workbook, as Excel does it, up to a limit that bounds
memory; longer and rarer ones stand in their cell.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from app.reports.tables.csv_out import Cell

CELL_LIMIT: Final = 32_767
"""UTF-16 units in a cell; an emoji counts as two."""
# Excel computes with 15 digits; longer numbers are kept whole as text.
_EXACT: Final = 10**15
_FIRST_DAY: Final = date(1900, 3, 1)
_DAY_ZERO: Final = date(1899, 12, 30).toordinal()
_SHARED_TEXTS: Final = 50_000
_SHARED_LENGTH: Final = 40
_PART: Final = 32_000

# What XML cannot hold, and what would be taken for the escape of such a character.
_UNFIT = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_FORMULA = re.compile("[=+\\-@\t\r\n＝＋－＠]")

# The styles of app.reports.tables.xlsx_parts, by their place there.
BOLD, TEXT, MOMENT, DAY, CLOCK, QUOTED = 1, 2, 3, 4, 5, 6


class Cells:
    """Turns values into cells; one for a workbook, whose shared texts it gathers."""

    def __init__(self) -> None:
        self.shared: dict[str, int] = {}
        self._ready: dict[str, str] = {}
        """What follows the reference in the cell of a text that was seen before."""

    def row(
        self,
        number: int,
        letters: Sequence[str],
        cells: Sequence[Cell],
        fit: Callable[[str, str], str],
    ) -> str:
        """Return a row of XML; ``fit`` makes a text that is new here, for a place such as "B7", one
        that a cell can hold."""
        found = [f'<row r="{number}">']
        ready = self._ready
        for letter, cell in zip(letters, cells, strict=False):
            if cell is None:
                continue
            if type(cell) is int or type(cell) is float:
                rest = f"><v>{cell}</v>" if -_EXACT < cell < _EXACT else _other(cell)
            elif not isinstance(cell, str):
                rest = _other(cell)
            elif not cell:
                continue
            else:
                rest = ready.get(cell) or self._text(fit(cell, f"{letter}{number}"))
            found.append(f'<c r="{letter}{number}"{rest}</c>')
        found.append("</row>")
        return "".join(found)

    def head(self, letters: list[str], titles: list[str]) -> str:
        """Return the first row, in bold."""
        cells = [
            f'<c r="{letter}1"{_inline(title, BOLD)}</c>'
            for letter, title in zip(letters, titles, strict=True)
            if title
        ]
        return f'<row r="1">{"".join(cells)}</row>'

    def _text(self, text: str) -> str:
        style = _style(text)
        if len(text) > _SHARED_LENGTH or len(self.shared) >= _SHARED_TEXTS:
            return _inline(text, style)
        number = self.shared.setdefault(text, len(self.shared))
        rest = f'{_styled(style)} t="s"><v>{number}</v>'
        self._ready[text] = rest
        return rest


def _style(text: str) -> int:
    # A code such as 020150 keeps its zero, and "=1+1" stays words, even when someone edits the cell.
    if text.isdigit():
        return TEXT
    return QUOTED if _FORMULA.match(text) else 0


def _styled(style: int) -> str:
    return f' s="{style}"' if style else ""


def _inline(text: str, style: int = 0) -> str:
    return f'{_styled(style)} t="inlineStr"><is>{element(text)}</is>'


def element(text: str) -> str:
    """Return a text as an element that every reader gives back as it is."""
    clean = _UNFIT.sub(_escaped, text)
    clean = clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    space = ' xml:space="preserve"' if clean != clean.strip() or "\n" in clean else ""
    return f"<t{space}>{clean}</t>"


def _escaped(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):04X}_"


def _other(cell: Cell) -> str:
    if isinstance(cell, bool):
        return f' t="b"><v>{int(cell)}</v>'
    if isinstance(cell, int | float | Decimal):
        if math.isfinite(cell) and -_EXACT < cell < _EXACT:
            return f"><v>{cell}</v>"
        return _inline(str(cell), TEXT)
    assert isinstance(cell, date | time)
    return _dated(cell)


def _dated(cell: date | time) -> str:
    if isinstance(cell, time):
        return f' s="{CLOCK}"><v>{_seconds(cell) / 86_400!r}</v>'
    if isinstance(cell, datetime):
        # Excel knows no zones: the clock on the wall is what was meant.
        cell = cell.replace(tzinfo=None)
    day = cell.date() if isinstance(cell, datetime) else cell
    if day < _FIRST_DAY:
        # Excel's calendar begins in 1900, with a day that never was.
        return _inline(cell.isoformat(), TEXT)
    number = day.toordinal() - _DAY_ZERO
    if isinstance(cell, datetime):
        return f' s="{MOMENT}"><v>{number + _seconds(cell.time()) / 86_400!r}</v>'
    return f' s="{DAY}"><v>{number}</v>'


def _seconds(clock: time) -> float:
    return clock.hour * 3600 + clock.minute * 60 + clock.second + clock.microsecond / 1e6


def letters(count: int) -> list[str]:
    """Return the names of the first ``count`` columns: A, B … Z, AA …"""
    return [_letter(number) for number in range(1, count + 1)]


def _letter(number: int) -> str:
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def units(text: str) -> int:
    """Return the length of ``text`` as Excel counts it."""
    return len(text.encode("utf-16-le")) // 2


def parts(text: str) -> list[str]:
    """Return ``text`` cut into pieces that fit a cell, between characters."""
    # Half the limit in characters fits whatever the characters are.
    size = _PART if len(text) == units(text) else _PART // 2
    return [text[start : start + size] for start in range(0, len(text), size)]
