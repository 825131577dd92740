"""Answers nobody gave, for looking at a form before it is used."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from app.forms.definition import Bind, Definition, Question
from app.forms.state import State
from app.forms.xpath.syntax import Number, String, everything
from app.forms.xpath.values import number_text, plain_number

_WORDS = ("Ana", "José", "Puyo", "sí", "n/a", "casa azul", "ana@example.org", "A-12")
LATEST = date(2026, 1, 15)
"""The last day anything made up falls on: the day of the preview's clock."""


def made_up(definition: Definition, question: Question, state: State, chance: Random) -> str:
    """Return something that might be answered to a question, as a person would type it.

    Numbers and texts its constraint speaks of come up often, so that narrow rules are met.
    """
    if state.choices:
        return _chosen(question.kind, [value for value, _label in state.choices], chance)
    maker = _MAKERS.get(question.kind)
    if maker is not None:
        return maker(question, chance)
    bind = definition.binds.get(question.path, Bind())
    spoken = _spoken_of(bind)
    if question.kind in ("integer", "decimal"):
        return _number(question.kind == "integer", spoken, chance)
    return _text(question, spoken, chance)


def _chosen(kind: str, values: list[str], chance: Random) -> str:
    if kind == "select_one":
        return chance.choice(values)
    if kind == "rank":
        return " ".join(chance.sample(values, len(values)))
    # A few at a time: who ticks everything contradicts “none of these”.
    return " ".join(chance.sample(values, min(len(values), chance.choice((1, 1, 1, 2, 3)))))


def _spoken_of(bind: Bind) -> list[str | float]:
    if bind.constraint is None:
        return []
    tree = bind.constraint.source.tree
    return [one.value for one in everything(tree) if isinstance(one, (Number, String))]


def _number(whole: bool, spoken: list[str | float], chance: Random) -> str:
    near = [one + step for one in spoken if isinstance(one, float) for step in (-1, 0, 1)]
    pool = [*near, chance.randint(0, 9), chance.randint(0, 99), chance.randint(0, 9_999)]
    number = float(chance.choice(pool))
    if not whole and chance.random() < 0.5:
        number += 0.5
    return number_text(float(int(number)) if whole else number)


def _text(question: Question, spoken: list[str | float], chance: Random) -> str:
    if "numbers" in question.appearance.split() or chance.random() < 0.3:
        digits = chance.choice((1, 4, 6, 8, 9, 10, 10, 13))
        return "".join(chance.choices("0123456789", k=digits))
    known = [one for one in spoken if isinstance(one, str) and one.strip()]
    return chance.choice([*_WORDS, *known])


def _date(_question: Question, chance: Random) -> str:
    back = chance.choice(
        (0, chance.randint(0, 60), chance.randint(0, 700), chance.randint(0, 36_000))
    )
    return (LATEST - timedelta(days=back)).isoformat()


def _time(_question: Question, chance: Random) -> str:
    return f"{chance.randint(0, 23):02d}:{chance.randint(0, 59):02d}"


def _date_time(question: Question, chance: Random) -> str:
    return f"{_date(question, chance)}T{_time(question, chance)}"


def _point(_question: Question, chance: Random) -> str:
    return f"{chance.uniform(-4, 1):.5f} {chance.uniform(-80, -76):.5f}"


def _points(count: int) -> Callable[[Question, Random], str]:
    def make(question: Question, chance: Random) -> str:
        found = [_point(question, chance) for _each in range(count)]
        return "; ".join([*found, found[0]] if count > 2 else found)

    return make


def _range(question: Question, chance: Random) -> str:
    given = dict(question.attributes)
    start, end, step = (plain_number(given.get(one, "")) for one in ("start", "end", "step"))
    is_whole = step and not math.isnan(start + end + step)
    steps = int(min(abs(end - start) / abs(step), 1_000_000)) if is_whole else 0
    sign = -1.0 if end < start else 1.0
    return number_text(start + sign * abs(step) * chance.randint(0, steps)) if steps else "1"


def _file(question: Question, _chance: Random) -> str:
    return f"{question.name}.jpg"


_MAKERS: dict[str, Callable[[Question, Random], str]] = {
    "acknowledge": lambda _question, _chance: "OK",
    "date": _date,
    "time": _time,
    "dateTime": _date_time,
    "geopoint": _point,
    "geotrace": _points(2),
    "geoshape": _points(3),
    "range": _range,
    "upload": _file,
}
