"""A decoded block: whole columns for storing, objects for those who look at single changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from json.encoder import encode_basestring
from typing import cast

from sync.changes import Change, Ref, Transaction, Verb
from sync.columns.column import ABSENT, Column
from sync.values import Value


@dataclass(slots=True)
class Header:
    """A transaction without its changes, which are `count` from index `first` in the block."""

    at_ms: int
    person: bytes
    command: bytes | None
    label: str
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Group:
    """Changes with one verb and kind and nearly the same fields, as columns.

    All lists are parallel: a row is the change at `positions[row]` of the block. `parents` and
    `replaces` are None where no row has any. `columns` is sorted by field.
    """

    verb: Verb
    kind: str
    positions: list[int]
    ids: list[bytes]
    parents: list[tuple[str, bytes] | None] | None
    columns: dict[str, Column]
    replaces: list[dict[str, tuple[Ref, ...]]] | None

    def __len__(self) -> int:
        return len(self.ids)

    def json_rows(self) -> list[str]:
        """Each row's fields as canonical JSON, the same text as `to_json` of its dict."""
        if not self.columns:
            return ["{}"] * len(self)
        leads = [f",{encode_basestring(name)}:" for name in self.columns]
        leads[0] = "{" + leads[0][1:]
        texts = [
            column.json(lead) for lead, column in zip(leads, self.columns.values(), strict=True)
        ]
        rows = list(map("".join, zip(*texts, repeat("}"), strict=False)))
        if all(texts[0]):
            return rows
        # Without the first field a row begins with the comma of the next one.
        return [row if row[0] == "{" else "{" + row.removeprefix(",") for row in rows]

    def rows(self) -> list[dict[str, Value]]:
        """Each row's fields as a dict; absent ones are left out."""
        cells = [column.values() for column in self.columns.values()]
        if not cells:
            return [{} for _ in range(len(self))]
        return [
            {
                name: cast("Value", cell)
                for name, cell in zip(self.columns, row, strict=True)
                if cell is not ABSENT
            }
            for row in zip(*cells, strict=True)
        ]

    def changes(self) -> list[Change]:
        """The rows as objects."""
        parents = self.parents or [None] * len(self)
        replaces = self.replaces or [{} for _ in range(len(self))]
        return [
            Change(self.verb, self.kind, record, parent, fields, refs)
            for record, parent, fields, refs in zip(
                self.ids, parents, self.rows(), replaces, strict=True
            )
        ]


@dataclass(frozen=True)
class Block:
    """One batch's content. `persons` maps the ids used to display names."""

    salt: bytes
    persons: dict[bytes, str]
    headers: list[Header]
    groups: list[Group]

    @property
    def count(self) -> int:
        """The number of changes."""
        return sum(one.count for one in self.headers)

    @cached_property
    def transactions(self) -> tuple[Transaction, ...]:
        """All changes as objects in their order: the slow and convenient path."""
        placed: dict[int, Change] = {}
        for group in self.groups:
            placed.update(zip(group.positions, group.changes(), strict=True))
        return tuple(
            Transaction(
                one.at_ms,
                one.person,
                one.command,
                one.label,
                tuple(placed[k] for k in range(one.first, one.first + one.count)),
            )
            for one in self.headers
        )
