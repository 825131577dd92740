"""Numbers in disguise: scaled decimals, dates, counters with a prefix, ids written as text.

A view turns the distinct values of a column into integers, or declines when even one of them
would not come back exactly as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import repeat
from operator import floordiv, methodcaller, mod, mul, truediv
from typing import Final, cast

from sync.columns.limits import TEXT_COST
from sync.columns.streams import Piece, Source, concat, joined
from sync.errors import Malformed, UnknownVersion
from sync.values import INT_LIMIT, Value, to_json

INTEGER: Final = 0
DECIMAL: Final = 1
COUNTER: Final = 2
DATE: Final = 3
MOMENT: Final = 4
ID_TEXT: Final = 5
ID_BYTES: Final = 6

_EXACT: Final = (1 << 53) - 1
_EPOCH: Final = datetime(1970, 1, 1)
_DAY_ZERO: Final = _EPOCH.toordinal()
_CLOCK: Final = [f"T{n // 60:02d}:{n % 60:02d}" for n in range(1440)]
_MINUTES: Final = {text: n for n, text in enumerate(_CLOCK)}
_LAST_DAY: Final = date.max.toordinal()
_MOST_DIGITS: Final = 15
_SAMPLE: Final = 12
_DIGITS: Final = "0123456789"
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_UUID_LINE: Final = b"00000000-0000-0000-0000-000000000000\n"
_UUID_DIGITS: Final = [place for place, byte in enumerate(_UUID_LINE) if byte == ord("0")]
# After the minutes: seconds, their fraction, and whatever says the zone.
_END: Final = re.compile(r"(:[0-5][0-9](?:\.([0-9]{3}|[0-9]{6}))?)?((?![:.0-9])[^\0]*)")
_UNITS: Final = {0: 0, 3: 1, 7: 2, 10: 3}
_STEPS: Final = (60_000_000, 1_000_000, 1_000, 1)
_LENGTHS: Final = (16, 19, 23, 26)

Values = list[Value]
Ids = dict[bytes, int]


@dataclass(frozen=True, slots=True)
class View:
    """How integers are shown, a run at a time: as values and as canonical JSON.

    Without `json` the values are texts.
    """

    values: Callable[[Sequence[int]], Values]
    json: Callable[[Sequence[int]], list[str]] | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a view made of some values: its parameters and their integers."""

    params: Piece
    numbers: list[int]


def see_numbers(values: Sequence[int | float], whole: bool) -> Seen | None:
    """Integers as they are; floats scaled by a power of ten that gives each back exactly."""
    if whole:
        if max(values) >= INT_LIMIT or min(values) <= -INT_LIMIT:
            raise Malformed("A whole number is too large to keep", code="value.integer")
        return Seen(Piece(meta=bytes((INTEGER,))), cast("list[int]", values))
    scale = max(map(_decimals, values[:_SAMPLE]))
    seen = _scaled(values, scale)
    if seen is None and len(values) > _SAMPLE:
        seen = _scaled(values, max(map(_decimals, values)))
    return seen


def _decimals(value: float) -> int:
    text = repr(value)
    if "e" in text:
        return _MOST_DIGITS + 1
    return len(text.partition(".")[2])


def _scaled(values: Sequence[float], scale: int) -> Seen | None:
    if not 1 <= scale <= _MOST_DIGITS:
        return None
    power = 10**scale
    try:
        numbers = list(map(round, map(mul, values, repeat(power))))
    except (ValueError, OverflowError):
        return None
    if max(map(abs, numbers)) > _EXACT or list(map(truediv, numbers, repeat(power))) != values:
        return None
    return Seen(Piece(meta=bytes((DECIMAL, scale))), numbers)


def see_texts(texts: list[str], ids: Ids) -> Seen | None:
    """The first view of text that fits all of `texts`; ids met are added to `ids`."""
    first = texts[0]
    if len(first) == 36 and first[8] == "-" and first[23] == "-":
        seen = _ids(texts, ids)
    elif len(first) == 10 and first[4] == "-" and first[7] == "-":
        seen = _dates(texts)
    elif len(first) >= 16 and first[10] == "T" and first[4] == "-":
        seen = _moments(texts)
    else:
        seen = None
    return seen or _counters(texts)


def see_bytes(values: list[bytes], ids: Ids) -> Seen | None:
    """Sixteen bytes each are ids."""
    if set(map(len, values)) != {16}:
        return None
    return Seen(Piece(meta=bytes((ID_BYTES,))), [ids.setdefault(v, len(ids)) for v in values])


def _ids(texts: list[str], ids: Ids) -> Seen | None:
    if not all(map(_UUID.fullmatch, texts)):
        return None
    raw = map(bytes.fromhex, map(methodcaller("replace", "-", ""), texts))
    numbers = [ids.setdefault(one, len(ids)) for one in raw]
    return Seen(Piece(meta=bytes((ID_TEXT,))), numbers)


def _dates(texts: list[str]) -> Seen | None:
    try:
        days = list(map(date.fromisoformat, texts))
    except ValueError:
        return None
    if list(map(date.isoformat, days)) != texts:
        return None
    return Seen(Piece(meta=bytes((DATE,))), list(map(date.toordinal, days)))


def _moments(texts: list[str]) -> Seen | None:
    end = _END.fullmatch(texts[0][16:])
    if end is None:
        return None
    unit = _UNITS[len(end[1] or "")]
    minute = 60_000_000 // _STEPS[unit]
    try:
        dates = {one: _day(one) * 1440 * minute for one in {text[:10] for text in texts}}
        ends = {one: _end(one, unit, end[3]) for one in {text[16:] for text in texts}}
        numbers = [
            dates[text[:10]] + _MINUTES[text[10:16]] * minute + ends[text[16:]] for text in texts
        ]
    except (ValueError, KeyError):
        return None
    return Seen(concat((Piece(meta=bytes((MOMENT, unit))), joined([end[3]]))), numbers)


def _day(text: str) -> int:
    """Days since 1970; ValueError for other forms of a date than the usual one."""
    found = date.fromisoformat(text)
    if found.isoformat() != text:
        raise ValueError(text)
    return found.toordinal() - _DAY_ZERO


def _end(text: str, unit: int, zone: str) -> int:
    found = _END.fullmatch(text)
    if found is None or found[3] != zone or _UNITS[len(found[1] or "")] != unit:
        raise ValueError(text)
    seconds = int(found[1][1:3]) if found[1] else 0
    return seconds * (1_000_000 // _STEPS[unit]) + int(found[2] or 0)


def _counters(texts: list[str]) -> Seen | None:
    prefixes = set(map(str.rstrip, texts, repeat(_DIGITS)))
    if len(prefixes) != 1:
        return None
    prefix = prefixes.pop()
    if "\0" in prefix:
        return None
    tails = [text[len(prefix) :] for text in texts]
    lengths = set(map(len, tails))
    width = min(lengths)
    if not width or max(lengths) > _MOST_DIGITS:
        return None
    if len(lengths) > 1 and any(tail[0] == "0" and len(tail) > width for tail in tails):
        return None
    head = concat((Piece(meta=bytes((COUNTER, width))), joined([prefix])))
    return Seen(head, list(map(int, tails)))


def read_view(source: Source, count: int, ids: Sequence[bytes]) -> tuple[View, int, int]:
    """A view and the least and greatest integer it can show, for a column of `count` rows."""
    kind = source.meta.byte()
    if kind == INTEGER:
        return View(_as_they_are, _numerals), 1 - INT_LIMIT, INT_LIMIT - 1
    if kind == DECIMAL:
        return _read_decimal(source)
    if kind == COUNTER:
        return _read_counter(source, count)
    if kind == DATE:
        return _texts(_days_shown), 1, _LAST_DAY
    if kind == MOMENT:
        return _read_moment(source, count)
    if kind == ID_TEXT:
        source.budget.take(TEXT_COST * 36 * count)
        return _texts(partial(_uuids_shown, ids)), 0, len(ids) - 1
    if kind == ID_BYTES:
        return _bytes_view(ids), 0, len(ids) - 1
    raise UnknownVersion("Unknown view of numbers {view}", code="block.view", view=kind)


def _texts(show: Callable[[Sequence[int]], list[str]]) -> View:
    return View(cast("Callable[[Sequence[int]], Values]", show))


def _as_they_are(numbers: Sequence[int]) -> Values:
    return list(numbers)


def _numerals(numbers: Sequence[int]) -> list[str]:
    return list(map(str, numbers))


def _read_decimal(source: Source) -> tuple[View, int, int]:
    scale = source.meta.byte()
    if not 1 <= scale <= _MOST_DIGITS:
        raise Malformed("A decimal has a wrong scale", code="block.range")
    power = 10**scale

    def values(numbers: Sequence[int]) -> Values:
        floats = map(truediv, numbers, repeat(power))
        return [int(one) if one.is_integer() else one for one in floats]

    def texts(numbers: Sequence[int]) -> list[str]:
        whole = "\n".join(map(repr, map(truediv, numbers, repeat(power)))) + "\n"
        return whole.replace(".0\n", "\n").split("\n")[:-1]

    return View(values, texts), -_EXACT, _EXACT


def _read_counter(source: Source, count: int) -> tuple[View, int, int]:
    width = source.meta.byte()
    prefix = source.strings(1)[0]
    if not 1 <= width <= _MOST_DIGITS:
        raise Malformed("A counter has a wrong width", code="block.range")
    source.budget.take(TEXT_COST * count * (len(prefix) + width))

    def show(numbers: Sequence[int]) -> list[str]:
        tails = map(str.zfill, map(str, numbers), repeat(width))
        return [prefix + tail for tail in tails]

    return _texts(show), 0, 10**_MOST_DIGITS - 1


def _read_moment(source: Source, count: int) -> tuple[View, int, int]:
    unit = source.meta.byte()
    zone = source.strings(1)[0]
    if unit >= len(_STEPS):
        raise UnknownVersion("Unknown unit of time {unit}", code="block.unit", unit=unit)
    source.budget.take(TEXT_COST * count * (len(zone) + _LENGTHS[unit]))
    step = timedelta(microseconds=_STEPS[unit])
    low, high = (datetime.min - _EPOCH) // step, (datetime.max - _EPOCH) // step
    return _texts(lambda numbers: _moments_shown(numbers, unit, zone)), low, high


def _moments_shown(numbers: Sequence[int], unit: int, zone: str) -> list[str]:
    minute = 60_000_000 // _STEPS[unit]
    day = 1440 * minute
    dates = {one: _date(one) for one in set(map(floordiv, numbers, repeat(day)))}
    ends = {one: _seconds(one, unit) + zone for one in set(map(mod, numbers, repeat(minute)))}
    return [dates[n // day] + _CLOCK[n // minute % 1440] + ends[n % minute] for n in numbers]


def _date(days: int) -> str:
    return date.fromordinal(_DAY_ZERO + days).isoformat()


def _seconds(number: int, unit: int) -> str:
    if unit == 0:
        return ""
    second = 1_000_000 // _STEPS[unit]
    digits = f".{number % second:0{3 * unit - 3}d}" if unit > 1 else ""
    return f":{number // second:02d}{digits}"


def _days_shown(numbers: Sequence[int]) -> list[str]:
    shown = {day: date.fromordinal(day).isoformat() for day in set(numbers)}
    return list(map(shown.__getitem__, numbers))


def _bytes_view(ids: Sequence[bytes]) -> View:
    def values(numbers: Sequence[int]) -> Values:
        return list(map(ids.__getitem__, numbers))

    return View(values, lambda numbers: list(map(to_json, values(numbers))))


def _uuids_shown(ids: Sequence[bytes], numbers: Sequence[int]) -> list[str]:
    """Sixteen bytes each in the lower-case form with hyphens, all of them a digit at a time."""
    digits = b"".join([ids[number] for number in numbers]).hex().encode()
    lines = bytearray(_UUID_LINE * len(numbers))
    for at, place in enumerate(_UUID_DIGITS):
        lines[place :: len(_UUID_LINE)] = digits[at :: len(_UUID_DIGITS)]
    return lines.decode().split("\n")[:-1]
