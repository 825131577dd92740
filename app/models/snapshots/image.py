"""What lies in the parts of a snapshot: the images of small SQLite databases, made and read in memory.

The first part tells what was known, the others hold batches, transactions and records. Local numbers in
them are their maker's. Nothing here asks the store, so that a helping process can read parts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.models.ledger.projection import MADE, table
from app.models.records import KINDS
from sync.errors import SyncError
from sync.snapshots import Sealed

FORMAT = 2
Row = Sequence[Any]

HEAD = {
    "head": "digest, reference_ms",
    "entries": "hash",
    "kinds": "kid, name",
    "persons": "pid, person, name",
    "logs": "lid, log, device, incarnation, number, seq, head",
}
BATCHES = "lid, number, raw"
TRANSACTIONS = "lid, first_seq, changes, at, pid, command, label, class"
RECORDS = (
    "rid, kid, id, parent_kid, parent_id, lid, seq, effective_ms, class, state, digest, data, base"
)
EDITS = "rid, lid, seq, verb, effective_ms, class, fields, replaces"
# What reading rows of another's making may raise.
UNREADABLE = (sqlite3.Error, UnicodeDecodeError, TypeError, ValueError, KeyError)


class UnlikeItself(SyncError):
    """A snapshot whose parts do not agree with one another, or with the batches in them."""

    default_code = "snapshot-unlike"


def made(tables: Mapping[str, tuple[str, Iterable[Row]]]) -> bytes:
    """The image of a database with these tables, each with its columns and rows."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as memory:
        memory.execute("BEGIN")
        for name, (columns, rows) in tables.items():
            memory.execute(f'CREATE TABLE "{name}"({columns})')
            marks = ",".join("?" * (columns.count(",") + 1))
            memory.executemany(f'INSERT INTO "{name}" VALUES({marks})', rows)
        memory.execute("COMMIT")
        return memory.serialize()


def opened(plain: bytes) -> sqlite3.Connection:
    memory = sqlite3.connect(":memory:", isolation_level=None)
    memory.deserialize(plain)
    # Whatever a schema in it might want to run, it is not run.
    memory.execute("PRAGMA trusted_schema=OFF")
    memory.execute("PRAGMA cell_size_check=ON")
    return memory


# -- rows as the store that takes them has them -----------------------------------------------------


@dataclass(frozen=True)
class Numbers:
    """What the maker's numbers are called here; rids go on from `offset`, all in the space `sid`."""

    sid: int
    offset: int
    kinds: Mapping[int, int] = field(default_factory=dict)
    persons: Mapping[int, int] = field(default_factory=dict)
    logs: Mapping[int, int] = field(default_factory=dict)


class Part(NamedTuple):
    """A part to be read, and the numbers to read it with."""

    sealed: Sealed
    numbers: Numbers


class Filled(NamedTuple):
    """Rows of one table, and the statement that stores one."""

    table: str
    statement: str
    rows: list[Row]


class Laid(NamedTuple):
    """A part's rows. `batches` are for checking first; `digests` is the sum of the records' own."""

    batches: list[tuple[int, int, bytes]]
    tables: list[Filled]
    words: list[tuple[int, str]]
    digests: int


def lay_out(part: Part) -> Laid:
    """Read a part. Raises UnlikeItself, or what `sync.snapshots.Sealed.open` raises."""
    plain = part.sealed.open()
    try:
        with closing(opened(plain)) as memory:
            return _laid(memory, part.numbers)
    except UNREADABLE as error:
        raise UnlikeItself("a snapshot cannot be read") from error


def _laid(memory: sqlite3.Connection, numbers: Numbers) -> Laid:
    tables = {name for (name,) in memory.execute("SELECT name FROM sqlite_master")}
    for name in ("logs", "kinds", "persons"):
        memory.execute(f"CREATE TEMP TABLE map_{name}(old INTEGER PRIMARY KEY, new INTEGER)")
        memory.executemany(f"INSERT INTO map_{name} VALUES(?,?)", getattr(numbers, name).items())
    batches, words, digests = [], [], 0
    filled: list[Filled] = []
    if "batches" in tables:
        batches = memory.execute(
            f"SELECT {BATCHES} FROM batches ORDER BY lid, number").fetchall()  # fmt: skip
    if "transactions" in tables:
        filled.append(_transactions(memory))
    if "records" in tables:
        filled += _records(memory, numbers, tables)
        digests = sum(
            int.from_bytes(one) for (one,) in memory.execute("SELECT digest FROM records")
        )
        words = memory.execute("SELECT rid+?, words FROM words", (numbers.offset,)).fetchall()
    return Laid(batches, filled, words, digests)


def _transactions(memory: sqlite3.Connection) -> Filled:
    columns = {name: name for name in TRANSACTIONS.split(", ")} | {"lid": "l.new", "pid": "p.new"}
    source = "transactions t JOIN map_logs l ON l.old=t.lid JOIN map_persons p ON p.old=t.pid"
    return _filled(memory, "transactions", columns, source, {})


def _records(memory: sqlite3.Connection, numbers: Numbers, tables: set[str]) -> list[Filled]:
    place = {"offset": numbers.offset, "sid": numbers.sid}
    here = {"rid": "rid+:offset", "sid": ":sid"}
    records = {name: name for name in RECORDS.split(", ")} | here
    records |= {"kid": "k.new", "parent_kid": "p.new", "lid": "l.new"}
    edits = {name: name for name in EDITS.split(", ")} | {"rid": "rid+:offset", "lid": "l.new"}
    found = [
        _filled(
            memory, "records", records,
            "records r JOIN map_kinds k ON k.old=r.kid LEFT JOIN map_kinds p ON p.old=r.parent_kid "
            "LEFT JOIN map_logs l ON l.old=r.lid", place,
        ),
        _filled(memory, "edits", edits, "edits e JOIN map_logs l ON l.old=e.lid",
                {"offset": numbers.offset}),
    ]  # fmt: skip
    for kind in KINDS.values():
        name = table(kind.name)
        if name in tables:
            shown = {
                column for _at, column, *_rest in memory.execute(f'PRAGMA table_info("{name}")')
            }
            if not shown <= {"rid", MADE, *(one.id for one in kind.columns)}:
                raise UnlikeItself("a snapshot shows what this Kipu does not know")
            columns = here | {f'"{one}"': f'"{one}"' for one in sorted(shown - {"rid"})}
            found.append(_filled(memory, name, columns, f'"{name}"', place))
    return found


def _filled(
    memory: sqlite3.Connection, name: str, columns: Mapping[str, str], source: str,
    place: Mapping[str, int],
) -> Filled:  # fmt: skip
    """Rows for a table: what each of its columns is filled with, out of the image.

    Columns that are empty throughout are left out, for each cell costs; texts and bytes come in the
    one type that the store's driver takes without asking.
    """
    rows = memory.execute(f"SELECT {', '.join(columns.values())} FROM {source}", place).fetchall()
    names, marks, cells = [], [], []
    for column, values in zip(columns, zip(*rows, strict=True), strict=False):
        types = set(map(type, values))
        if types != {type(None)}:
            names.append(column)
            marks.append("CAST(? AS TEXT)" if types == {str} else "?")
            cells.append(_for_driver(values, types))
    statement = f'INSERT INTO "{name}"({", ".join(names)}) VALUES({", ".join(marks)})'
    return Filled(name, statement, list(zip(*cells, strict=True)))


def _for_driver(values: Sequence[Any], types: set[type]) -> Iterable[Any]:
    if types == {str}:
        return [bytearray(value.encode()) for value in values]
    return map(bytearray, values) if types == {bytes} else values
