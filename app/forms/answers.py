"""Answers between people, Python and the form: what is typed, what is stored, what is returned.

A form stores text. Outside it numbers are numbers; dates and times are ISO text; several choices
are their values with a space between, as ODK stores them.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Container
from typing import TypeAlias

from app.errors import KipuError
from app.forms.definition import Question
from app.forms.xpath.values import (
    NAN,
    clock_seconds,
    days_of,
    number_text,
    plain_number,
    zone_seconds,
)
from app.i18n import _, ngettext

Answer: TypeAlias = "str | int | float | None"
Given: TypeAlias = "Answer | bool | list[str] | tuple[str, ...] | dt.date | dt.time"

MAX_ANSWER = 1_000_000
MAX_INTEGER = 1 << 63
_DIGITS = 20  # of a whole number that may be within that
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
# Spreadsheets and programs write small numbers with an exponent.
_DECIMAL = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,2})?", re.ASCII)
_NUMBER = r"[+-]?\d{1,3}(?:[.,]\d+)?"
_POINT = re.compile(
    rf"(?P<lat>{_NUMBER})\s*°?\s*(?P<ns>[NS])?(?:\s*;\s*|\s*,\s+|\s+|\s*,(?=[+-]))"
    rf"(?P<lon>{_NUMBER})\s*°?\s*(?P<ew>[EWO])?"
    r"(?:\s+(?P<altitude>-?\d+(?:\.\d+)?)(?=\s+\d))?"
    r"(?:[\s;,]*(?:±|\s)\s*(?P<accuracy>\d+(?:[.,]\d+)?)\s*m?)?",
    re.ASCII | re.IGNORECASE,
)
_DATE = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?", re.ASCII)
_TIME = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d{1,6})?))?(Z|[+\-]\d{2}(?::?\d{2})?)?", re.ASCII
)


class AnswerError(KipuError):
    """What was given is no answer to this question; the message says what is expected."""


def stored(given: Given, question: Question, offered: Container[str] | None = None) -> str:
    """Return ``given`` as the form stores it; an empty text means no answer.

    ``offered`` narrows what may be chosen. Raises AnswerError when it cannot be an answer to
    ``question``.
    """
    if isinstance(given, bool):
        given = "true" if given else "false"
    text = _text(given)
    if len(text) > MAX_ANSWER:
        raise AnswerError(_("The answer is too long."))
    if question.kind in ("select_one", "select_multiple", "rank"):
        return _chosen(text, question, question.values if offered is None else offered)
    convert = _CONVERT.get(question.type)
    if convert is None or not text.strip():
        return text
    converted = convert(text.strip())
    if question.kind == "range":
        _check_range(converted, dict(question.attributes))
    return converted


def _check_range(text: str, attributes: dict[str, str]) -> None:
    """Refuse a number outside a range, or between its steps (ODK XForms, “Range”)."""
    start, end, step = (plain_number(attributes.get(one, "")) for one in ("start", "end", "step"))
    number, least, most = float(text), min(start, end), max(start, end)
    if number < least or number > most:
        raise AnswerError(
            _("The number must be between {least} and {most}.").format(
                least=number_text(least), most=number_text(most)
            )
        )
    # Where a bound or the step is missing, it is NaN, and refuses nothing.
    steps = (number - start) / step if step and step == step and start == start else 0.0
    if abs(steps - round(steps)) > 1e-6:
        raise AnswerError(
            _("The number must be reached from {start} in steps of {step}.").format(
                start=number_text(start), step=number_text(step)
            )
        )


def typed(given: Given) -> str:
    """Return what was given as the person wrote it, for showing it again."""
    return " ".join(map(str, given)) if isinstance(given, (list, tuple)) else str(given)


def _text(given: Given) -> str:
    if given is None:
        return ""
    if isinstance(given, (list, tuple)):
        return " ".join(map(str, given))
    if isinstance(given, float):
        if not math.isfinite(given):
            raise AnswerError(_("This is not a number."))
        return number_text(given)
    if isinstance(given, (dt.date, dt.time)):
        return given.isoformat()
    return str(given)


def returned(text: str, question: Question) -> Answer:
    """Return stored text as Python has it; None when there is no answer."""
    if not text:
        return None
    if question.type in ("int", "integer") and _INTEGER.fullmatch(text):
        return int(text) if len(text) <= _DIGITS and abs(int(text)) < MAX_INTEGER else text
    if question.type == "decimal" and _DECIMAL.fullmatch(text):
        number = float(text)
        if not math.isfinite(number):
            return text
        return int(number) if number.is_integer() and abs(number) < MAX_INTEGER else number
    return text


def computed(text: str, question: Question) -> str:
    """Return what a calculation yields as the form stores it: dates cut to their type."""
    if text == "NaN":
        return ""
    if question.type in ("int", "integer"):
        return text.partition(".")[0] if re.fullmatch(r"-?\d+\.\d+", text) else text
    if question.type == "date" and len(text) > 10 and _DATE.fullmatch(text):
        return text[:10]
    return text


def _chosen(text: str, question: Question, offered: Container[str]) -> str:
    several = question.kind != "select_one"
    words = list(dict.fromkeys(text.split() if several else filter(None, [text.strip()])))
    if any(word not in offered for word in words):
        raise AnswerError(not_offered(" ".join(words), offered, several))
    return " ".join(words)


def not_offered(text: str, offered: Container[str], several: bool = True) -> str:
    """Say which of the values in ``text`` is none of those offered; there must be one."""
    words = text.split() if several else [text]
    word = next(word for word in words if word not in offered)
    return _("“{value}” is not one of the choices.").format(value=word[:60])


def _integer(text: str) -> str:
    if not _INTEGER.fullmatch(text) or len(text) > _DIGITS or abs(int(text)) >= MAX_INTEGER:
        raise AnswerError(_("This is not a whole number."))
    return str(int(text))


def _decimal(text: str) -> str:
    # Either mark: the same form is filled where people write 1,5 and where they write 1.5.
    if not _DECIMAL.fullmatch(text) or len(text) > 40:
        raise AnswerError(_("This is not a number."))
    return number_text(float(text.replace(",", ".")))


def _date(text: str) -> str:
    match = _DATE.fullmatch(text)
    if match is None or math.isnan(days_of("-".join(match.groups()), 0)):
        raise AnswerError(_("This is not a date; write it as year-month-day: 2026-03-31."))
    return f"{match[1]}-{int(match[2]):02d}-{int(match[3]):02d}"


def _time(text: str) -> str:
    match = _TIME.fullmatch(text)
    seconds = clock_seconds(match[1], match[2], match[3]) if match else NAN
    if match is None or seconds != seconds or zone_seconds(match[4], 0) is None:
        raise AnswerError(_("This is not a time of day; write it as hours:minutes: 14:30."))
    return f"{int(match[1]):02d}:{match[2]}:{match[3] or '00'}{match[4] or ''}"


def _date_time(text: str) -> str:
    if "T" not in text and " " not in text:
        return f"{_date(text)}T00:00:00"
    if math.isnan(days_of(text, 0)):
        raise AnswerError(_("This is not a date and time; write it as 2026-03-31T14:30."))
    date, _mark, time = text.replace(" ", "T", 1).partition("T")
    return f"{_date(date)}T{_time(time)}"


def _point(text: str) -> str:
    """Read latitude and longitude as people write them; store them as XForms do."""
    match = _POINT.fullmatch(text.replace("−", "-"))
    if match is None:
        raise AnswerError(
            _("This is not a point; write latitude and longitude, such as -1.4924 -78.0024.")
        )
    lat = _degrees(match["lat"], match["ns"], "S")
    lon = _degrees(match["lon"], match["ew"], "WO")
    if abs(lat) > 90 or abs(lon) > 180:
        raise AnswerError(_("This point is not on Earth; latitude comes first, then longitude."))
    altitude = float(match["altitude"] or 0)
    accuracy = float((match["accuracy"] or "0").replace(",", "."))
    return f"{number_text(lat)} {number_text(lon)} {altitude!r} {accuracy!r}"


def _line(fewest: int) -> Callable[[str], str]:
    """Return what reads a trace or shape of at least ``fewest`` points, parted by semicolons."""

    def read(text: str) -> str:
        points = [one.strip() for one in text.strip().strip(";").split(";")]
        if len(points) < fewest:
            raise AnswerError(
                ngettext("At least {count} point is needed.", "At least {count} points are needed.",
                         fewest).format(count=fewest)
            )  # fmt: skip
        return ";".join(map(_point, points))

    return read


def _degrees(written: str, side: str | None, negative: str) -> float:
    degrees = float(written.replace(",", "."))
    return -abs(degrees) if side and side.upper() in negative else degrees


_CONVERT = {
    "geopoint": _point,
    "geotrace": _line(2),
    "geoshape": _line(3),
    "int": _integer,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "time": _time,
    "dateTime": _date_time,
}
