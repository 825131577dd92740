"""The order of rows in a list, as text between any two of which more text fits.

A key is an integer part and a fraction, in base 62 with the digits of ASCII's order. The integer
part says its own length first ("a0" … "az", "b00" …; "Zz" is the one before "a0"), so adding rows
at either end keeps keys short; inserting between two rows makes fractions, without limit.

Two laptops may give two rows the same key; rows are therefore ordered by (key, record id).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Final

from app.i18n import Text as Label
from app.i18n import _, lazy
from app.models.fields.base import Field
from sync.values import Value

DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
# Without the outermost heads, so that there is always a following and a preceding key.
_KEY = re.compile("([B-Za-y])([0-9A-Za-z]*)")


def between(before: str | None, after: str | None) -> str:
    """Return a key that sorts after ``before`` and before ``after``.

    None means the start or the end of the list. A key that is no key (a damaged row) counts as
    None; for two equal or reversed keys, as two laptops can leave them, the answer lies close
    behind ``before``.
    """
    low = before if before is not None and valid(before) else None
    high = after if after is not None and valid(after) else None
    if low is None:
        return _first() if high is None else _ahead(high)
    whole, fraction = _split(low)
    if high is not None and low >= high:
        return whole + _middle(fraction, "")
    if high is None:
        return _encode(_decode(whole) + 1)
    high_whole, high_fraction = _split(high)
    if whole == high_whole:
        return whole + _middle(fraction, high_fraction)
    following = _encode(_decode(whole) + 1)
    return following if following < high else whole + _middle(fraction, "")


def valid(key: str) -> bool:
    """Tell whether ``key`` is a position: a whole part of its length, no trailing zero."""
    found = _KEY.fullmatch(key)
    if not found or len(found[2]) < _width(found[1]):
        return False
    return not _split(key)[1].endswith("0")


def _first() -> str:
    return _encode(0)


def _ahead(high: str) -> str:
    whole, fraction = _split(high)
    return whole if fraction else _encode(_decode(whole) - 1)


def _width(head: str) -> int:
    return ord(head) - ord("a") + 1 if head >= "a" else ord("Z") - ord(head) + 1


def _split(key: str) -> tuple[str, str]:
    end = 1 + _width(key[0])
    return key[:end], key[end:]


def _decode(whole: str) -> int:
    number = 0
    for digit in whole[1:]:
        number = number * 62 + DIGITS.index(digit)
    width = len(whole) - 1
    smaller: int = sum(62**size for size in range(1, width))
    return number + smaller if whole[0] >= "a" else number - 62**width - smaller


def _encode(number: int) -> str:
    rank, width = (number, 1) if number >= 0 else (-number - 1, 1)
    while rank >= 62**width:
        rank -= 62**width
        width += 1
    head = chr(ord("a") + width - 1) if number >= 0 else chr(ord("Z") - width + 1)
    rest = rank if number >= 0 else 62**width - 1 - rank
    digits = ""
    for _digit in range(width):
        rest, value = divmod(rest, 62)
        digits = DIGITS[value] + digits
    return head + digits


def _middle(low: str, high: str) -> str:
    """Return a fraction between two others; an empty ``high`` is one, an empty ``low`` zero."""
    found = ""
    place = 0
    while True:
        floor = DIGITS.index(low[place]) if place < len(low) else 0
        ceiling = DIGITS.index(high[place]) if place < len(high) else 62
        if ceiling - floor > 1:
            return found + DIGITS[(floor + ceiling) // 2]
        found += DIGITS[floor]
        if ceiling > floor:
            high = ""
        place += 1


@dataclass(frozen=True)
class Position(Field):
    """Where a row stands in its list; see ``between``."""

    written_as: ClassVar[Label] = lazy("a position key; Kipu writes it")

    def _check(self, value: Value) -> Value:
        if not isinstance(value, str) or not valid(value):
            raise self.refuse(_("{field}: “{given}” is not a position; leave it empty."), value)
        return value

    def _format(self, value: Value, labels: bool) -> str | None:
        return value if isinstance(value, str) else None
