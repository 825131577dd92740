"""Lists of records by kind: searched, filtered, sorted and paged in SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.errors import KipuError
from app.i18n import _
from app.models.fields import Text
from app.models.ledger import RecordKey
from app.models.ledger.projection import MADE, table
from app.models.ledger.registers import State
from app.models.project import Project
from app.models.queries.filters import Condition, clause
from app.models.queries.folding import ordered_sql
from app.models.records import kind
from sync.values import Value, from_json


@dataclass(frozen=True)
class Listing:
    """Which records of a kind to show. `words` searches; `equal` compares columns or answers.

    `where` are further conditions, which must all hold. `sort` is a column or an answer ("/q01");
    empty sorts newest first. What sorts alike stands in the order it was made, on every laptop.
    """

    kind: str
    words: str = ""
    space: bytes | None = None
    owner: bytes | None = None
    equal: Mapping[str, Value] = field(default_factory=dict)
    sort: str = ""
    descending: bool = False
    where: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Row:
    """One record of a list, with all its shown values."""

    key: RecordKey
    values: dict[str, Value]
    state: State
    parent: bytes | None


def count(project: Project, listing: Listing) -> int:
    """How many records the list has."""
    source, parameters = _source(project, listing)
    return int(project.store.value(f"SELECT count(*) {source}", parameters))


def page(project: Project, listing: Listing, offset: int, limit: int) -> list[Row]:
    """One page of the list."""
    source, parameters = _source(project, listing)
    inner = f"SELECT f.rid {source} {_order(listing)} LIMIT ? OFFSET ?"
    numbers = project.store.rows(inner, [*parameters, limit, offset])
    return _rows(project, listing.kind, [rid for (rid,) in numbers])


def every(project: Project, listing: Listing, size: int = 1000) -> Iterator[Row]:
    """All records of the list, read in pages."""
    source, parameters = _source(project, listing)
    numbers = [
        rid for (rid,) in project.store.rows(f"SELECT f.rid {source} {_order(listing)}", parameters)
    ]
    for start in range(0, len(numbers), size):
        yield from _rows(project, listing.kind, numbers[start : start + size])


def _rows(project: Project, kind_name: str, rids: Sequence[int]) -> list[Row]:
    marks = ",".join("?" * len(rids))
    found = {}
    for rid, space, record, data, state, parent in project.store.rows(
        "SELECT r.rid, s.space, r.id, r.data, r.state, r.parent_id FROM records r "
        f"JOIN spaces s USING(sid) WHERE r.rid IN ({marks})",
        rids,
    ):
        values = from_json(data)
        assert isinstance(values, dict)
        key = RecordKey(bytes(space), kind_name, bytes(record))
        found[rid] = Row(key, values, State(state), parent and bytes(parent))
    return [found[rid] for rid in rids]


def _source(project: Project, listing: Listing) -> tuple[str, list[Any]]:
    declared = kind(listing.kind)
    joins: list[str] = []
    where: list[str] = []
    parameters: list[Any] = []
    if (
        listing.owner is not None
        or any(_is_answer(name) for name in listing.equal)
        or any(_is_answer(one.field) for one in listing.where)
        or _is_answer(listing.sort)
    ):
        joins.append("JOIN records r ON r.rid=f.rid")
    if listing.space is not None:
        where.append("f.sid=?")
        parameters.append(project.ledger.registers.sid(listing.space))
    if listing.owner is not None:
        where.append("r.parent_id=?")
        parameters.append(listing.owner)
    for name, value in listing.equal.items():
        where.append(f"{_column(declared.name, name)} IS ?")
        parameters.append(_comparable(listing.kind, name, value))
    for one in listing.where:
        value = None if one.operator == "~" else _comparable(listing.kind, one.field, one.value)
        compared, given = clause(one, _column(declared.name, one.field), value)
        where.append(compared)
        parameters += given
    query = match_query(listing.words)
    if listing.words.strip() and not query:
        # Words without a letter or a digit are in no record's; an empty search finds all.
        where.append("0")
    elif query:
        where.append(f"f.rid IN ({project.ledger.projection.matching()})")
        parameters.append(query)
    compared = f"WHERE {' AND '.join(where)}" if where else ""
    return f'FROM "{table(declared.name)}" f {" ".join(joins)} {compared}', parameters


def _order(listing: Listing) -> str:
    direction = "DESC" if listing.descending else "ASC"
    if not listing.sort:
        return f"ORDER BY f.{MADE} DESC"
    column = _column(listing.kind, listing.sort)
    if _is_words(listing.kind, listing.sort):
        column = f"{ordered_sql(column)} {direction}, {column}"
    return f"ORDER BY {column} {direction}, f.{MADE} {direction}"


def _is_words(kind_name: str, name: str) -> bool:
    """Whether a column holds words, which are ordered as a language has them."""
    declared = None if _is_answer(name) else kind(kind_name).field(name)
    return isinstance(declared, Text) and not declared.coded


def _is_answer(name: str) -> bool:
    return name.startswith("/")


def _column(kind_name: str, name: str) -> str:
    """A column of the kind's table, or an answer out of the record; never raw text in SQL."""
    if _is_answer(name):
        if not re.fullmatch(r"[\w./-]+", name):
            raise KipuError(_("There is no question “{name}”.").format(name=name))
        return f"json_extract(r.data, '$.\"{name}\"')"
    return f'f."{kind(kind_name).field(name).id}"'


def _comparable(kind_name: str, name: str, value: Value) -> Any:
    return value if _is_answer(name) else kind(kind_name).field(name).to_column(value)


def match_query(words: str) -> str:
    """What was typed as a full-text query: every word must occur, the last may be unfinished.

    Empty where nothing typed has a letter or a digit; beside others such words are passed over.
    """
    found = re.findall(r"\w+", words)
    return " ".join(f'"{word}"' for word in found[:-1]) + (f' "{found[-1]}"*' if found else "")
