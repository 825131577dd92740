"""Official numbers: given when an act is closed, shown as provisional before.

Nothing keeps two laptops from giving one number; that is found out on reading and told (sync rule
15). Numbers run by committee and year: 003-2026, with a prefix where the committee has one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_NUMBER = re.compile(r"(?:.*\D)?(\d{1,6})-(\d{4})")


def written(count: int, year: str, prefix: str = "") -> str:
    """The number of an act or resolution as it is written."""
    return f"{prefix}-{count:03}-{year}" if prefix else f"{count:03}-{year}"


def count_of(number: str, year: str) -> int:
    """The running count in a number of that year; 0 where it has none or is of another year."""
    found = _NUMBER.fullmatch(number.strip())
    return int(found[1]) if found and found[2] == year else 0


def last_count(numbers: Iterable[str], year: str) -> int:
    """The greatest running count given in a year."""
    return max((count_of(one, year) for one in numbers), default=0)


def clashes(numbers: Iterable[str]) -> list[str]:
    """The numbers that were given more than once."""
    often = Counter(number for number in numbers if number)
    return sorted(number for number, count in often.items() if count > 1)
