"""How alike two people, organisations or places are, from what is known of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.models.fields.base import from_json, plain
from app.models.sounding import shared, sounds
from sync.values import Value

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "person": ("name", "known_as", "birth", "document", "same_as"),
    "organisation": ("name", "acronym", "place", "tax_number", "same_as"),
    "place": ("name", "other_names", "part_of", "code", "same_as"),
}
"""The fields that are compared, by kind, in the order `traits_of` takes them."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What two records of a kind are compared by."""

    sounds: tuple[str, ...]
    aside: tuple[str, ...] = ()
    year: int | None = None
    number: str = ""
    within: str = ""
    joined: bool = False


def likeness(kind_name: str, one: Traits, other: Traits) -> tuple[float, tuple[str, ...]]:
    """Return how alike two are, from 0 to 1 and a little more, and why."""
    if one.number and one.number == other.number:
        return 1.2, ("number",)
    if not one.sounds or not other.sounds:
        return 0.0, ()
    if kind_name == "person":
        return _persons(one, other)
    same = shared(one.sounds, other.sounds)
    score = same / max(len(one.sounds), len(other.sounds))
    if _short_names(one) & _short_names(other):
        score = max(score, 0.85)
    if one.within and other.within and one.within != other.within:
        # San José is a parish of many cantons, and every town has its police.
        score -= 0.4
    if kind_name == "place" and one.number and other.number:
        score -= 0.6
    return score, ("name",) if one.sounds == other.sounds else ("similar",)


def _short_names(traits: Traits) -> set[str]:
    """Acronyms and other names, and a name of one word, which may be an acronym itself."""
    alone = traits.sounds if len(traits.sounds) == 1 else ()
    return {*traits.aside, *alone}


def _persons(one: Traits, other: Traits) -> tuple[float, tuple[str, ...]]:
    short, long = sorted((len(one.sounds), len(other.sounds)))
    same = shared(one.sounds, other.sounds)
    if short < 2 or same < 1.9:
        return 0.0, ()
    score = 0.7 * same / short + 0.3 * same / long
    why = ["name" if one.sounds == other.sounds else "similar"]
    if one.year and other.year:
        between = abs(one.year - other.year)
        score += 0.1 if between <= 1 else 0.0 if between == 2 else -0.35
        why += ["year"] if between == 0 else []
    if one.number and other.number:
        # Two cards of one kind with other numbers: two people, or a slip of the pen.
        score -= 0.3 if one.number[:2] == other.number[:2] else 0.0
    return score, tuple(why)


def traits_of(kind_name: str, columns: Sequence[Value]) -> Traits:
    """Return the traits of a record from its fields in the order of ``COLUMNS``."""
    name, second, third, number, same_as = columns
    spoken = sounds(name) if isinstance(name, str) else ()
    aside = sounds(second) if isinstance(second, str) else ()
    joined = bool(same_as)
    if kind_name == "person":
        born = str(third)[:4] if third is not None else ""
        year = int(born) if born.isdigit() else None
        return Traits(spoken, aside, year, _document(number), joined=joined)
    within = third if isinstance(third, str) else ""
    plain = _digits(number) if isinstance(number, str) else ""
    return Traits(spoken, aside, None, plain, within, joined)


def _document(value: Value) -> str:
    found = from_json(value) if isinstance(value, str) else value
    if not isinstance(found, dict) or not found.get("number"):
        return ""
    return f"{plain(found.get('type'))}:{_digits(plain(found['number']))}"


def _digits(text: str) -> str:
    return re.sub(r"[\W_]", "", text).upper()
