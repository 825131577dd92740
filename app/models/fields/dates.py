"""Days, moments and times of day; stored as ISO 8601 text, which also sorts.

A date of which only the year or the month is known keeps that precision: "2026" and "2026-11" are
values of their own, not the first of January. Moments are wall-clock times, with an offset when
one was given.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar

from app.i18n import Text as Label
from app.i18n import _, lazy
from app.models.country import day_comes_first
from app.models.fields.base import Field
from sync.values import Value

_MONTHS = (
    lazy("Jan"), lazy("Feb"), lazy("Mar"), lazy("Apr"), lazy("May"), lazy("Jun"),
    lazy("Jul"), lazy("Aug"), lazy("Sep"), lazy("Oct"), lazy("Nov"), lazy("Dec"),
)  # fmt: skip
_MONTH_NUMBERS = {
    "ene": 1, "jan": 1, "feb": 2, "mar": 3, "abr": 4, "apr": 4, "may": 5, "jun": 6, "jul": 7,
    "ago": 8, "aug": 8, "sep": 9, "set": 9, "oct": 10, "nov": 11, "dic": 12, "dec": 12,
}  # fmt: skip
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/. ](\d{4})|(\d{4})[-/.](\d{1,2})")
_WORDY = re.compile(r"(?:(\d{1,2})[-/. ]+)?([a-z]{3,10})\.?[-/., ]+(?:(\d{1,2})[, ]+)?(\d{4})")
_PARTIAL = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:h.](\d{2})?)?(?::(\d{2})(?:\.\d+)?)?\s*([ap])?\.?\s*(?:m\.?)?", re.IGNORECASE
)
# Longer texts are no moments, and would keep the pattern busy.
_LONGEST = 80
_MOMENT = re.compile(r"(.+?)(?:[T,]\s*|\s+)(\d{1,2}[:h].*?)\s*(Z|[+-]\d{2}:?\d{2})?")


def _iso(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _ambiguous(day: str, month: str) -> bool:
    # In Ecuador the day comes first; in Panama, or in English, nobody can tell 3/4 from 4/3.
    return not day_comes_first() and int(day) <= 12 and int(month) <= 12 and int(day) != int(month)


def read_day(text: str) -> str | None:
    """Return the whole date ``text`` means as ISO text, or None.

    Reads ISO, 20/11/2026, "20 de noviembre de 2026" and "Nov 20, 2026". Two-digit years are
    refused, and so is 3/4/2026 where both orders are written: in Panama, and in English.
    """
    if found := _ISO.fullmatch(text):
        return _iso(*found.groups())
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
        return None if _ambiguous(day, month) else _iso(year, month, day)
    found_day, month_number, year = _in_words(text)
    return _iso(year, str(month_number), found_day) if found_day and month_number else None


def _in_words(text: str) -> tuple[str, int, str]:
    """Return day (empty when not given), month (0 when there is none) and year."""
    bare = unicodedata.normalize("NFKD", text).casefold()
    bare = re.sub(r"\b(de|del|of)\b", " ", bare).strip()
    found = _WORDY.fullmatch(re.sub(r"\s+", " ", bare))
    if not found or (found[1] and found[3]):
        return "", 0, ""
    return found[1] or found[3] or "", _MONTH_NUMBERS.get(found[2][:3], 0), found[4]


def show_day(stored: str) -> str:
    """Return ISO text of year, month or day with the month in words ("20 Nov 2026")."""
    year, month, day = [*stored.split("-"), "", ""][:3]
    if not month:
        return year
    words = {"year": year, "month": _MONTHS[int(month) - 1], "day": int(day or 0)}
    return (_("{day} {month} {year}") if day else _("{month} {year}")).format(**words)


@dataclass(frozen=True)
class PartialDate(Field):
    """A date as far as it is known: a year, a month or a day, one value of ISO text."""

    written_as: ClassVar[Label] = lazy("a date, a month or a year: 2026-11-20, 2026-11 or 2026")

    def _parse(self, text: str) -> Value:
        if found := _MONTH_YEAR.fullmatch(text):
            text = f"{found[2] or found[3]}-{int(found[1] or found[4]):02}"
        elif not (text := read_day(text) or text)[:4].isdigit():
            _day, month, year = _in_words(text)
            text = f"{year}-{month:02}" if month else text
        return self._check(text)

    def _check(self, value: Value) -> Value:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or not _real(value):
            raise self.refuse(
                _("{field}: “{given}” is not a date; write 2026-11-20, 2026-11 or only 2026."),
                value,
            )
        return value

    def _format(self, value: Value, labels: bool) -> str | None:
        if not isinstance(value, str) or not _real(value):
            return None
        return show_day(value) if labels else value


def _real(text: str) -> bool:
    if not _PARTIAL.fullmatch(text):
        return False
    year, month, day = [*text.split("-"), "1", "1"][:3]
    return _iso(year, month, day) is not None


@dataclass(frozen=True)
class Date(Field):
    """A whole date, ISO text."""

    written_as: ClassVar[Label] = lazy("a date, such as 2026-11-20")

    def _parse(self, text: str) -> Value:
        # Spreadsheets add midnight to their dates.
        return self._check(read_day(re.sub(r"[T ]00:00(:00(\.0+)?)?$", "", text)) or text)

    def _check(self, value: Value) -> Value:
        if not isinstance(value, str) or len(value) != 10 or not _real(value):
            raise self.refuse(
                _("{field}: “{given}” is not a date; write it like 2026-11-20."), value
            )
        return value

    def _format(self, value: Value, labels: bool) -> str | None:
        if not isinstance(value, str) or not _real(value):
            return None
        return show_day(value) if labels else value


@dataclass(frozen=True)
class Time(Field):
    """A time of day on the wall clock: "14:02" or "14:02:30"."""

    written_as: ClassVar[Label] = lazy("a time of day, such as 14:30")

    def _parse(self, text: str) -> Value:
        return self._check(_clock(text) or text)

    def _check(self, value: Value) -> Value:
        found = _clock(value) if isinstance(value, str) else None
        if found is None:
            raise self.refuse(_("{field}: “{given}” is not a time; write it like 14:30."), value)
        return found

    def _format(self, value: Value, labels: bool) -> str | None:
        return value if isinstance(value, str) else None


def _clock(text: str) -> str | None:
    found = _CLOCK.fullmatch(text.strip())
    if not found or not (found[2] or found[4]):
        return None
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found[4] and not 1 <= hour <= 12:
        return None
    if found[4]:
        hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
    try:
        return time(hour, minute, second).isoformat("seconds" if second else "minutes")
    except ValueError:
        return None


@dataclass(frozen=True)
class DateTime(Field):
    """A moment: date and wall-clock time to the second, with its offset when one was given."""

    written_as: ClassVar[Label] = lazy("a date and a time, such as 2026-11-20 14:30")

    def _parse(self, text: str) -> Value:
        return self._check(_moment(text) or text)

    def _check(self, value: Value) -> Value:
        found = _moment(value) if isinstance(value, str) else None
        if found is None:
            raise self.refuse(
                _("{field}: “{given}” is not a date with a time; write it like 2026-11-20 14:30."),
                value,
            )
        return found

    def _format(self, value: Value, labels: bool) -> str | None:
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            return None
        if moment is None or not labels:
            return value if isinstance(value, str) else None
        day, clock = show_day(moment.date().isoformat()), moment.time()
        shown = clock.isoformat("seconds" if clock.second else "minutes")
        return _("{date}, {time}").format(date=day, time=shown)


def _moment(text: str) -> str | None:
    found = _MOMENT.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if not found:
        return None
    day, clock = read_day(found[1].strip()), _clock(found[2])
    if not day or not clock:
        return None
    offset = (found[3] or "").replace("Z", "+00:00")
    try:
        return datetime.fromisoformat(f"{day}T{clock}{offset}").isoformat(timespec="seconds")
    except ValueError:
        return None
