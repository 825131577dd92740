"""The catalogue as people look for places: by typing, by path, by going down the tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.models.ledger.projection import MADE, table
from app.models.project import Project
from app.models.queries.folding import loose, ordered_sql
from app.models.queries.lists import match_query

ARROW: Final = " › "
_DEEPEST: Final = 12
_LOOKED_AT: Final = 400
_PLACES: Final = table("place")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as it is offered: its id, where it lies from the largest to itself, its level."""

    id: str
    name: str
    path: str
    level: str
    has_parts: bool = False


def path(project: Project, place: str) -> str:
    """Where a place lies: "Pastaza › Arajuno › Curaray"; empty when it is not here.

    A ring of places, which two laptops can make together, ends where it begins again.
    """
    return ARROW.join(reversed(list(_upwards(project, place))))


def _upwards(project: Project, place: str) -> Iterator[str]:
    seen: set[str] = set()
    following: str | None = place
    while following and following not in seen and len(seen) < _DEEPEST:
        seen.add(following)
        row = project.store.row(
            f'SELECT f.name, f.part_of, f.level FROM "{_PLACES}" f JOIN records r USING(rid) '
            "WHERE r.id=?",
            (bytes.fromhex(following),),
        )
        if row is None:
            return
        name, following, level = row
        if level != "country":
            yield str(name or "")


def find(project: Project, typed: str, limit: int = 12) -> list[Spot]:
    """Places by what was typed: each word begins a word of the place, its code or its path."""
    words = loose(typed).split()
    if not words:
        return []
    # "Arajuno Curaray" names one place by two, of which its own record holds only one.
    any_word = " OR ".join(f'"{word}"*' for word in re.findall(r"\w+", typed))
    rows = _matching(project, match_query(typed)) or _matching(project, any_word)
    found = []
    for record, name, level, code, others in rows:
        where = path(project, bytes(record).hex())
        known = loose(f"{where} {code or ''} {others or ''}").split()
        if all(any(one.startswith(word) for one in known) for word in words):
            found.append(Spot(bytes(record).hex(), str(name or ""), where, str(level or "")))
    found.sort(key=lambda one: (not loose(one.name).startswith(words[0]), loose(one.path)))
    return found[:limit]


def _matching(project: Project, query: str) -> Sequence[Any]:
    if not query:
        return []
    return project.store.rows(
        f'SELECT r.id, f.name, f.level, f.code, f.other_names FROM "{_PLACES}" f '
        "JOIN records r USING(rid) WHERE f.same_as IS NULL AND f.rid IN "
        f"({project.ledger.projection.matching()}) "
        f"ORDER BY f.{MADE} LIMIT ?",
        (query, _LOOKED_AT),
    )


def parts(project: Project, place: str = "") -> list[Spot]:
    """The places a place has directly below it, by name; without one, those that lie in none."""
    rows = project.store.rows(
        f'SELECT r.id, f.name, f.level, f.part_of FROM "{_PLACES}" f JOIN records r USING(rid) '
        f"WHERE f.same_as IS NULL ORDER BY {ordered_sql('f.name')}, r.id"
    )
    here = {bytes(record).hex() for record, *_rest in rows}
    owners = {above for *_rest, above in rows}
    return [
        Spot(id_, str(name or ""), "", str(level or ""), id_ in owners)
        for id_, (_record, name, level, above) in zip(
            (bytes(row[0]).hex() for row in rows), rows, strict=True
        )
        if (above == place if place else above not in here)
    ]
