"""Sorts changes into groups whose rows have nearly the same fields.

One group a set of fields would make hundreds of tiny groups out of a long questionnaire with
skips; one group a kind would give every form the columns of all others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sync.changes import Change, Verb

# Changes that carry this text field are kept apart by its value: it names the questionnaire.
FORM: Final = "form_id"
_MOST_FORMS: Final = 64
_SMALL: Final = 24
_MOST_FIELDS: Final = 2_048

_Key = tuple[int, str, str | None]


@dataclass(slots=True)
class Shape:
    """The rows of one group: their places among the block's changes, and all their fields."""

    verb: Verb
    kind: str
    form: str | None
    fields: set[str] = field(default_factory=set)
    positions: list[int] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    orders: set[tuple[str, ...]] = field(default_factory=set)

    def near(self, names: frozenset[str]) -> bool:
        """Whether rows with these fields fit in without leaving most cells empty."""
        union = len(self.fields | names)
        if union > _MOST_FIELDS:
            return not self.fields
        if self.form is not None or union <= _SMALL:
            return True
        return len(self.fields & names) * 3 >= min(len(self.fields), len(names))


def group(changes: Sequence[Change]) -> tuple[list[Shape], list[int]]:
    """The groups in order of first appearance, and the group of each change."""
    shapes: list[Shape] = []
    by_key: dict[_Key, list[int]] = {}
    known: dict[tuple[_Key, tuple[str, ...]], int] = {}
    order = []
    forms = _forms(changes)
    last: tuple[_Key, tuple[str, ...]] | None = None
    number = -1
    for position, (change, form) in enumerate(zip(changes, forms, strict=True)):
        # As an int: the hash of an enum's member is a slow one.
        key = (int(change.verb), change.kind, form)
        sort = (key, tuple(change.fields))
        # Neighbours are often alike, and comparing is faster than hashing so many names.
        if sort != last:
            last = sort
            number = known.get(sort, -1)
        if number < 0:
            number = _place(*sort, shapes, by_key.setdefault(key, []))
            known[sort] = number
        shape = shapes[number]
        shape.positions.append(position)
        shape.changes.append(change)
        order.append(number)
    return shapes, order


def _forms(changes: Sequence[Change]) -> list[str | None]:
    found = [change.fields.get(FORM) for change in changes]
    names = [one if type(one) is str else None for one in found]
    return names if len(set(names)) <= _MOST_FORMS else [None] * len(names)


def _place(key: _Key, order: tuple[str, ...], shapes: list[Shape], same: list[int]) -> int:
    names = frozenset(order)
    number = next((one for one in same if shapes[one].near(names)), len(shapes))
    if number == len(shapes):
        same.append(number)
        shapes.append(Shape(Verb(key[0]), key[1], key[2]))
    shapes[number].fields |= names
    shapes[number].orders.add(order)
    return number
