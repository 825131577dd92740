"""Functions on dates and times."""

from __future__ import annotations

import math
import re

from app.forms.xpath.context import Context
from app.forms.xpath.functions.registry import function
from app.forms.xpath.values import (
    DAY_SECONDS,
    Moment,
    Result,
    calendar_date,
    clock_fraction,
    moment,
    to_number,
    to_text,
)
from app.i18n import lazy

MONTHS = (
    lazy("Jan"),
    lazy("Feb"),
    lazy("Mar"),
    lazy("Apr"),
    lazy("May"),
    lazy("Jun"),
    lazy("Jul"),
    lazy("Aug"),
    lazy("Sep"),
    lazy("Oct"),
    lazy("Nov"),
    lazy("Dec"),
)
DAYS = (
    lazy("Sun"),
    lazy("Mon"),
    lazy("Tue"),
    lazy("Wed"),
    lazy("Thu"),
    lazy("Fri"),
    lazy("Sat"),
)


_BROWSER_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
_BROWSER = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"(?P<day>\d{1,2}) (?P<year>\d{4}) (?P<time>\d{2}:\d{2}:\d{2}) GMT(?P<zone>[+-]\d{4})?"
)
"""“Sat Nov 21 2026 11:31:59 GMT-0700 (…)”, as browsers write a moment."""


@function("today", "moment", "C")
def _today(context: Context) -> Moment:
    return moment(context.host.today_days(), context.offset)


@function("now", "moment", "C")
def _now(context: Context) -> Moment:
    return moment(context.host.now_days(), context.offset)


@function("date", "moment", "Cv")
def _date(context: Context, value: Result) -> Moment:
    if isinstance(value, Moment):
        return value
    return moment(_decimal_date_time(context, value), context.offset)


@function("date-time", "moment", "Cv")
def _date_time(context: Context, value: Result) -> Moment:
    return _date(context, value)


@function("decimal-date-time", "number", "Cv")
def _decimal_date_time(context: Context, value: Result) -> float:
    return math.nan if isinstance(value, bool) else _days(context, value)


@function("decimal-time", "number", "Ct")
def _decimal_time(context: Context, text: str) -> float:
    return clock_fraction(text, context.offset)


@function("format-date", "text", "Cvt")
def _format_date(context: Context, value: Result, pattern: str) -> str:
    return format_moment(_written_days(context, value), pattern, context.offset)


@function("format-date-time", "text", "Cvt")
def _format_date_time(context: Context, value: Result, pattern: str) -> str:
    return format_moment(_written_days(context, value), pattern, context.offset)


def _written_days(context: Context, value: Result) -> float:
    """Return the days of a moment, also where a browser's own writing of it was kept."""
    days = _days(context, value)
    match = _BROWSER.match(to_text(value)) if days != days else None
    if match is None:
        return days
    month, zone = _BROWSER_MONTHS.index(match["month"]) // 3 + 1, match["zone"] or "+0000"
    iso = f"{match['year']}-{month:02d}-{int(match['day']):02d}T{match['time']}{zone}"
    return to_number(iso, context.offset)


def _days(context: Context, value: Result) -> float:
    return to_number(value, context.offset)


def format_moment(days: float, pattern: str, offset: int) -> str:
    """Write a moment by a pattern of ``%Y %y %m %n %b %d %e %a %W %H %h %M %S %3``.

    ``days`` since 1970 UTC; an absent date gives an empty text. ``%`` before anything else is
    written as it stands.
    """
    if days != days or abs(days) > 3_000_000:
        return ""
    milliseconds = round(days * DAY_SECONDS * 1000) + offset * 1000
    day, clock = divmod(milliseconds, DAY_SECONDS * 1000)
    fields = {**_date_fields(day), **_clock_fields(clock), "%": "%"}
    return re.sub(r"%(.)", lambda match: fields.get(match[1], match[0]), pattern)


def _date_fields(day: int) -> dict[str, str]:
    year, month, of_month = calendar_date(day)
    return {
        "Y": f"{year:04d}",
        "y": f"{year % 100:02d}",
        "m": f"{month:02d}",
        "n": str(month),
        "b": str(MONTHS[month - 1]),
        "d": f"{of_month:02d}",
        "e": str(of_month),
        "a": str(DAYS[(day + 4) % 7]),
        "W": str(_iso_week(day)),
    }


def _clock_fields(milliseconds: int) -> dict[str, str]:
    seconds, thousandths = divmod(milliseconds, 1000)
    return {
        "H": f"{seconds // 3600:02d}",
        "h": str(seconds // 3600),
        "M": f"{seconds // 60 % 60:02d}",
        "S": f"{seconds % 60:02d}",
        "3": f"{thousandths:03d}",
    }


def _iso_week(day: int) -> int:
    # The week belongs to the year its Thursday is in; day 0 was a Thursday.
    thursday = day - (day + 3) % 7 + 3
    year, _month, _day = calendar_date(thursday)
    first = thursday
    while calendar_date(first - 7)[0] == year:
        first -= 7
    return (thursday - first) // 7 + 1
