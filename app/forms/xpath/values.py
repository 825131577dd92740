"""What an expression can yield, and how each kind turns into the others.

XForms adds one kind to XPath's four: the moment. It counts as days since 1970 UTC and reads as an
ISO date or date-time. A text that looks like a date also counts as one wherever a number is due;
dates without a zone are local ones, so every conversion is told the local offset from UTC.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import TypeAlias

from app.forms.xpath.nodes import Node, text_of

NAN = math.nan
DAY_SECONDS = 86_400

_PLAIN = re.compile(r"[ \t\r\n]*-?(?:\d+(?:\.\d*)?|\.\d+)[ \t\r\n]*", re.ASCII)
_ISO = re.compile(
    r"\s*(-?\d{4,6})-(\d{1,2})-(\d{1,2})"
    r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?\s*(Z|[+\-]\d{2}(?::?\d{2})?)?)?\s*",
    re.ASCII,
)
_CLOCK = re.compile(
    r"\s*(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?\s*(Z|[+\-]\d{2}(?::?\d{2})?)?\s*", re.ASCII
)


class Moment:
    """A point in time: ``days`` since 1970-01-01 UTC (NaN: no such date), ``text`` in ISO."""

    __slots__ = ("days", "text")

    def __init__(self, days: float, text: str) -> None:
        self.days = days
        self.text = text


Result: TypeAlias = str | float | bool | Moment | list[Node]


def plain_number(text: str) -> float:
    """Return ``text`` as an XPath 1.0 number: no exponent, no plus sign; NaN for anything else."""
    return float(text) if _PLAIN.fullmatch(text) else NAN


def form_number(text: str, offset: int) -> float:
    """Return ``text`` as XForms counts it: a number, else the days of a date, else NaN.

    ``offset`` is the local zone's distance from UTC in seconds.
    """
    if _PLAIN.fullmatch(text):
        return float(text)
    return days_of(text, offset)


def number_text(number: float) -> str:
    """Write a number as XPath does: no exponent, no trailing zeros, ``NaN``, ``Infinity``."""
    if number != number:
        return "NaN"
    if number in (math.inf, -math.inf):
        return "Infinity" if number > 0 else "-Infinity"
    if number == int(number):
        return str(int(number))
    text = repr(float(number))
    return format(Decimal(text), "f") if "e" in text else text


def to_text(value: Result) -> str:
    """Return any result as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return text_of(value[0]) if value else ""
    return value.text if isinstance(value, Moment) else number_text(value)


def to_number(value: Result, offset: int | None) -> float:
    """Return any result as a number; ``offset`` None means plain XPath, without dates."""
    if isinstance(value, float):
        return value
    if isinstance(value, Moment):
        return value.days
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    text = to_text(value)
    return plain_number(text) if offset is None else form_number(text, offset)


def to_truth(value: Result) -> bool:
    """Return any result as a boolean: nodes exist, texts are not empty, numbers not 0 nor NaN."""
    if isinstance(value, Moment):
        value = value.days
    if isinstance(value, float):
        return value == value and value != 0
    return bool(value)


def days_of(text: str, offset: int) -> float:
    """Return the days since 1970 UTC of an ISO date or date-time, or NaN."""
    match = _ISO.fullmatch(text)
    if match is None:
        return NAN
    year, month, day = int(match[1]), int(match[2]), int(match[3])
    seconds = 0.0 if match[4] is None else clock_seconds(match[4], match[5], match[6])
    shift = zone_seconds(match[7], offset)
    if not _is_day(year, month, day) or seconds != seconds or shift is None:
        return NAN
    return day_number(year, month, day) + (seconds - shift) / DAY_SECONDS


def looks_like_date(text: str) -> bool:
    """Tell whether a text is written as a date or a date-time, whether there is such a day or not."""
    return _ISO.fullmatch(text) is not None


def clock_fraction(text: str, offset: int) -> float:
    """Return the part of the local day, 0 to 1, that a time of day stands for, or NaN."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return NAN
    seconds, shift = clock_seconds(match[1], match[2], match[3]), zone_seconds(match[4], offset)
    if seconds != seconds or shift is None:
        return NAN
    return (seconds - shift + offset) % DAY_SECONDS / DAY_SECONDS


def clock_seconds(hour: str, minute: str, second: str | None) -> float:
    """Return the seconds since midnight, or NaN when there is no such time of day."""
    hours, minutes, seconds = int(hour), int(minute), float(second or 0)
    if minutes > 59 or seconds >= 60 or hours > 23:
        return NAN
    return hours * 3600 + minutes * 60 + seconds


def zone_seconds(zone: str | None, offset: int) -> int | None:
    """Return a written zone's distance from UTC in seconds, ``offset`` when none is written."""
    if zone is None:
        return offset
    if zone == "Z":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[-2:]) if len(zone) > 3 else 0
    if hours > 23 or minutes > 59:
        return None
    return (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)


def day_number(year: int, month: int, day: int) -> int:
    """Return the days from 1970-01-01 to a date of the Gregorian calendar, any year."""
    year -= month <= 2
    era, of_era = divmod(year, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def calendar_date(days: int) -> tuple[int, int, int]:
    """Return (year, month, day) of a day number."""
    era, of_era = divmod(days + 719_468, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    return year + era * 400 + (month <= 2), month, day


def _is_day(year: int, month: int, day: int) -> bool:
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return False
    return calendar_date(day_number(year, month, day)) == (year, month, day)


def moment(days: float, offset: int) -> Moment:
    """Return the moment ``days`` after 1970 UTC; at local midnight it reads as a mere date."""
    if days != days or abs(days) > 3_000_000:
        return Moment(NAN, "")
    milliseconds = round(days * DAY_SECONDS * 1000) + offset * 1000
    day, rest = divmod(milliseconds, DAY_SECONDS * 1000)
    year, month, of_month = calendar_date(day)
    date = f"{year:04d}-{month:02d}-{of_month:02d}"
    if rest == 0:
        return Moment(days, date)
    return Moment(days, f"{date}T{clock_text(rest)}{zone_text(offset)}")


def clock_text(milliseconds: int) -> str:
    """Write a time of day as hh:mm:ss.mmm."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"


def zone_text(offset: int) -> str:
    """Write a distance from UTC as ±hh:mm."""
    minutes = abs(offset) // 60
    return f"{'-' if offset < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}"
