"""A space of this store as the parts of a snapshot, and back (see sync.snapshots).

A part's plain bytes are the image of a small SQLite database in memory; local numbers in it are its
maker's and are mapped to the taker's as the rows go over. Signatures, chains and what authors had
seen are checked batch by batch; that the rows say what the batches say is `verify`'s to check.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import sqlcipher3

from app.models import schema
from app.models.ledger import Touched
from app.models.ledger.projection import table
from app.models.ledger.rows import DIGEST_BYTES, words_of
from app.models.project import Project
from app.models.records import KINDS
from app.models.store import Store
from sync import columns as blocks
from sync import envelope
from sync.changes import Verb
from sync.errors import SyncError
from sync.opening import NoKey, check
from sync.roster.state import UnknownPast
from sync.values import from_json

_FORMAT = 2
_PART_BYTES = 8 * 1024 * 1024
_PART_ROWS = 8192
_ROW_COST = 200  # bytes of a row beside its texts, about
Row = Sequence[Any]

_HEAD = {
    "head": "digest, reference_ms",
    "entries": "hash",
    "kinds": "kid, name",
    "persons": "pid, person, name",
    "logs": "lid, log, device, incarnation, number, seq, head",
}
# What reading rows of another's making may raise.
_UNREADABLE = (sqlite3.Error, UnicodeDecodeError, TypeError, ValueError, KeyError)
_BATCHES = "lid, number, raw"
_TRANSACTIONS = "lid, first_seq, changes, at, pid, command, label, class"
_RECORDS = (
    "rid, kid, id, parent_kid, parent_id, lid, seq, effective_ms, class, state, digest, data, base"
)
_EDITS = "rid, lid, seq, verb, effective_ms, class, fields, replaces"


class UnlikeItself(SyncError):
    """A snapshot whose parts do not agree with one another, or with the batches in them."""

    default_code = "snapshot-unlike"


def layout(project: Project) -> str:
    """Which stores can take a snapshot of this one in: those that keep the same tables.

    And that read the same batches: rows are not compared with them here, and nobody may come to hold
    by a snapshot what they could not have replayed.
    """
    reads = f"{blocks.MAJOR}{max(Verb)}"
    return f"{_FORMAT}.{schema.VERSION}.{reads}.{project.ledger.projection.fingerprint[:16]}"


# -- making --------------------------------------------------------------------------------------


def export(project: Project, space: bytes) -> Iterator[bytes]:
    """The parts of a space, in the order `take` needs them. Everything in it must be sealed."""
    sid = project.ledger.registers.sid(space)
    yield _head(project, sid)
    for name, columns, sql in (
        ("batches", _BATCHES, "SELECT b.lid, b.number, raw FROM batches b JOIN logs l USING(lid) "
         "WHERE l.sid=? ORDER BY b.lid, b.number"),
        ("transactions", _TRANSACTIONS, "SELECT t.* FROM transactions t JOIN logs l USING(lid) "
         "WHERE l.sid=? ORDER BY t.lid, first_seq"),
    ):  # fmt: skip
        for rows in _portions(project.store.each(sql, (sid,))):
            yield _image({name: (columns, rows)})
    sql = f"SELECT {_RECORDS} FROM records WHERE sid=? ORDER BY rid"
    for rows in _portions(project.store.each(sql, (sid,))):
        yield _records(project, sid, rows)


def _head(project: Project, sid: int) -> bytes:
    store = project.store
    spaces = store.rows("SELECT digest, reference_ms FROM spaces WHERE sid=?", (sid,))
    return _image(
        {
            "head": (_HEAD["head"], list(spaces)),
            "entries": (_HEAD["entries"], [(entry.hash,) for entry in project.roster.entries]),
            "kinds": (_HEAD["kinds"], list(store.rows("SELECT kid, name FROM kinds"))),
            "persons": (_HEAD["persons"], list(store.rows(
                "SELECT pid, person, name FROM persons WHERE pid IN (SELECT pid FROM transactions "
                "JOIN logs USING(lid) WHERE sid=?)", (sid,)))),
            "logs": (_HEAD["logs"], list(store.rows(
                f"SELECT {_HEAD['logs']} FROM logs WHERE sid=? AND number>0", (sid,)))),
        }
    )  # fmt: skip


def _records(project: Project, sid: int, rows: list[Row]) -> bytes:
    """Records with what was changed in them, how they are shown, and the words they are found by."""
    store, first, last = project.store, rows[0][0], rows[-1][0]
    tables: dict[str, tuple[str, Iterable[Sequence[Any]]]] = {"records": (_RECORDS, rows)}
    edits = ", ".join(f"e.{name}" for name in _EDITS.split(", "))
    tables["edits"] = (_EDITS, list(store.rows(
        f"SELECT {edits} FROM edits e JOIN records r USING(rid) "
        "WHERE r.sid=? AND e.rid BETWEEN ? AND ?", (sid, first, last))))  # fmt: skip
    for kind in KINDS.values():
        columns = ["rid", *(one.id for one in kind.columns)]
        names = ", ".join(f'"{one}"' for one in columns)
        found = list(store.rows(
            f'SELECT {names} FROM "{table(kind.name)}" WHERE sid=? AND rid BETWEEN ? AND ?',
            (sid, first, last)))  # fmt: skip
        if found:
            tables[table(kind.name)] = _filled(columns, found)
    tables["words"] = ("rid, words", list(_words(project, rows)))
    return _image(tables)


def _filled(columns: Sequence[str], rows: Iterable[Row]) -> tuple[str, Iterable[Row]]:
    """A table without the columns that are empty throughout: whoever takes them pays for each cell."""
    cells = list(zip(*rows, strict=True))
    used = [at for at, column in enumerate(cells) if any(one is not None for one in column)]
    names = ", ".join(f'"{columns[at]}"' for at in used)
    return names, zip(*(cells[at] for at in used), strict=True)


def _words(project: Project, rows: Iterable[Row]) -> Iterator[Row]:
    names = project.ledger.registers
    paths = project.ledger.projection.text_paths
    for row in rows:
        rid, kid, state, data = row[0], row[1], row[9], row[11]
        kind = KINDS.get(names.kind(kid))
        values = from_json(data) if kind is not None and state & 1 and data else None
        if kind is not None and isinstance(values, dict):
            words = words_of(kind, values, paths)
            if words:
                # SQLite's JSON ends a text at a NUL, and nobody searches for one.
                yield rid, words.replace("\0", " ")


def _portions(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in lists that make parts of bearable size."""
    portion: list[Row] = []
    size = 0
    for row in rows:
        size += _ROW_COST + sum(len(cell) for cell in row if isinstance(cell, str | bytes))
        portion.append(row)
        if size >= _PART_BYTES or len(portion) >= _PART_ROWS:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _image(tables: Mapping[str, tuple[str, Iterable[Row]]]) -> bytes:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as memory:
        memory.execute("BEGIN")
        for name, (columns, rows) in tables.items():
            memory.execute(f'CREATE TABLE "{name}"({columns})')
            marks = ",".join("?" * (columns.count(",") + 1))
            memory.executemany(f'INSERT INTO "{name}" VALUES({marks})', rows)
        memory.execute("COMMIT")
        return memory.serialize()


# -- taking --------------------------------------------------------------------------------------


@dataclass
class _End:
    """How far the batches of a log have come: the last one's number, hash and last change."""

    number: int = 0
    head: bytes = envelope.NO_HASH
    seq: int = 0


@dataclass
class _Taking:
    """One snapshot on its way in: what its maker's numbers are called here."""

    sid: int
    offset: int
    kinds: dict[int, int] = field(default_factory=dict)
    persons: dict[int, int] = field(default_factory=dict)
    logs: dict[int, int] = field(default_factory=dict)
    names: dict[int, bytes] = field(default_factory=dict)
    claimed: dict[int, _End] = field(default_factory=dict)
    came: dict[int, _End] = field(default_factory=dict)
    seen: list[tuple[int, int, envelope.Context]] = field(default_factory=list)
    entries: frozenset[bytes] = frozenset()
    digest: bytes = bytes(DIGEST_BYTES)
    summed: int = 0
    reference_ms: int = 0


def may_take(project: Project, space: bytes) -> bool:
    """Whether nothing at all is known of a space, so that a snapshot can be its beginning."""
    sid = project.ledger.registers.sid(space)
    return not project.store.value(
        "SELECT EXISTS(SELECT 1 FROM records WHERE sid=?) OR EXISTS(SELECT 1 FROM logs WHERE sid=? "
        "AND seq>0)", (sid, sid)
    )  # fmt: skip


def take(project: Project, space: bytes, parts: Iterable[bytes]) -> tuple[int, Touched]:
    """Begin a space from a snapshot, whole or not at all; how many changes it covers comes back.

    Raises UnlikeItself, what `sync.opening.check` raises, or sync.roster.state.UnknownPast.
    """
    store, ledger = project.store, project.ledger
    try:
        with ledger.writing():
            sid = ledger.registers.sid(space)
            offset = int(store.value("SELECT ifnull(max(rid), 0) FROM records"))
            taking = _Taking(sid, offset)
            for index, plain in enumerate(parts):
                with closing(_opened(plain)) as memory:
                    if index == 0:
                        _take_head(project, space, taking, memory)
                    else:
                        _take_part(project, taking, memory)
            touched = _finish(project, taking)
    except (*_UNREADABLE, sqlcipher3.dbapi2.Error) as error:
        raise UnlikeItself("a snapshot cannot be read") from error
    return sum(end.seq for end in taking.came.values()), touched


def _opened(plain: bytes) -> sqlite3.Connection:
    memory = sqlite3.connect(":memory:", isolation_level=None)
    memory.deserialize(plain)
    # Whatever a schema in it might want to run, it is not run.
    memory.execute("PRAGMA trusted_schema=OFF")
    memory.execute("PRAGMA cell_size_check=ON")
    return memory


def _take_head(project: Project, space: bytes, taking: _Taking, memory: sqlite3.Connection) -> None:
    registers = project.ledger.registers
    taking.digest, taking.reference_ms = memory.execute("SELECT * FROM head").fetchone()
    taking.entries = frozenset(name for (name,) in memory.execute("SELECT hash FROM entries"))
    if not taking.entries <= {entry.hash for entry in project.roster.entries}:
        raise UnknownPast("a snapshot was made by someone who knew more of the roster")
    taking.kinds = {old: registers.kid(name) for old, name in memory.execute(
        "SELECT kid, name FROM kinds")}  # fmt: skip
    taking.persons = {old: registers.pid(person, name or "") for old, person, name in
                      memory.execute("SELECT pid, person, name FROM persons")}  # fmt: skip
    own = project.ledger.author.log(space)
    for lid, log, device, incarnation, number, seq, head in memory.execute("SELECT * FROM logs"):
        if log == own:
            raise UnlikeItself("a snapshot goes on in the log that is written here")
        taking.logs[lid] = registers.open_log(log, device, incarnation, space).lid
        taking.names[lid] = log
        taking.claimed[lid] = _End(number, head, seq)


def _take_part(project: Project, taking: _Taking, memory: sqlite3.Connection) -> None:
    tables = {name for (name,) in memory.execute("SELECT name FROM sqlite_master")}
    _map(memory, taking)
    if "batches" in tables:
        project.store.run_many(
            "INSERT INTO batches VALUES(?,?,?,?,?,?,?,?)",
            (_checked(project, taking, *row) for row in memory.execute(
                f"SELECT {_BATCHES} FROM batches ORDER BY lid, number")),
        )  # fmt: skip
    if "transactions" in tables:
        project.store.run_many(
            "INSERT INTO transactions VALUES(?,?,?,?,?,?,?,?)",
            memory.execute(
                "SELECT l.new, first_seq, changes, at, p.new, command, label, class FROM "
                "transactions t JOIN map_logs l ON l.old=t.lid JOIN map_persons p ON p.old=t.pid"
            ),
        )
    if "records" in tables:
        _take_records(project, taking, memory, tables)


def _map(memory: sqlite3.Connection, taking: _Taking) -> None:
    for name, numbers in (
        ("logs", taking.logs), ("kinds", taking.kinds), ("persons", taking.persons),
    ):  # fmt: skip
        memory.execute(f"CREATE TEMP TABLE map_{name}(old INTEGER PRIMARY KEY, new INTEGER)")
        memory.executemany(f"INSERT INTO map_{name} VALUES(?,?)", numbers.items())


def _checked(project: Project, taking: _Taking, lid: int, number: int, raw: bytes) -> Row:
    """A batch as it is kept here, checked like one that came by itself."""
    batch = check(raw, project.roster)
    header, end = batch.header, taking.came.setdefault(lid, _End())
    placed = (header.log, header.number, header.first_seq, header.previous)
    if placed != (taking.names[lid], end.number + 1, end.seq + 1, end.head) or number != placed[1]:
        raise UnlikeItself("the batches of a snapshot are not one chain")
    key = project.store.epoch_key(header.epoch)
    if key is None:
        raise NoKey("the key of a batch in a snapshot is not here")
    context = envelope.open_context(batch, key)
    taking.came[lid] = _End(number, batch.hash, header.last_seq)
    taking.seen.append((taking.logs[lid], number, context))
    return (
        taking.logs[lid], number, batch.hash, header.first_seq, header.changes,
        context.reference_ms, b"".join(sorted(context.roster_heads)), raw,
    )  # fmt: skip


def _take_records(
    project: Project, taking: _Taking, memory: sqlite3.Connection, tables: set[str]
) -> None:
    store, place = project.store, {"offset": taking.offset, "sid": taking.sid}
    digests = memory.execute("SELECT digest FROM records")
    taking.summed += sum(int.from_bytes(digest) for (digest,) in digests)
    _copy(
        store, memory, "records",
        {"rid": "rid+:offset", "sid": ":sid", "kid": "k.new", "id": "id", "parent_kid": "p.new",
         "parent_id": "parent_id", "lid": "l.new", "seq": "seq", "effective_ms": "effective_ms",
         "class": "class", "state": "state", "digest": "digest", "data": "data", "base": "base"},
        "records r JOIN map_kinds k ON k.old=r.kid LEFT JOIN map_kinds p ON p.old=r.parent_kid "
        "LEFT JOIN map_logs l ON l.old=r.lid", place,
    )  # fmt: skip
    _copy(
        store, memory, "edits",
        {"rid": "rid+:offset", "lid": "l.new", "seq": "seq", "verb": "verb",
         "effective_ms": "effective_ms", "class": "class", "fields": "fields",
         "replaces": "replaces"},
        "edits e JOIN map_logs l ON l.old=e.lid", place,
    )  # fmt: skip
    for kind in KINDS.values():
        if table(kind.name) in tables:
            shown = _columns_of(memory, table(kind.name)) - {"rid"}
            if not shown <= {one.id for one in kind.columns}:
                raise UnlikeItself("a snapshot shows what this Kipu does not know")
            columns = {"rid": "rid+:offset", "sid": ":sid"}
            columns |= {f'"{one}"': f'"{one}"' for one in sorted(shown)}
            _copy(store, memory, table(kind.name), columns, f'"{table(kind.name)}"', place)
            project.ledger.merging.touched.add(kind.name, ())
    project.ledger.projection.keep_words(
        memory.execute("SELECT rid+?, words FROM words", (taking.offset,))
    )


def _copy(
    store: Store, memory: sqlite3.Connection, target: str, columns: Mapping[str, str],
    source: str, place: Mapping[str, int],
) -> None:  # fmt: skip
    """Copy rows into a table: what each column is filled with, out of the image."""
    store.run_many(
        f'INSERT INTO "{target}"({", ".join(columns)}) VALUES({",".join("?" * len(columns))})',
        memory.execute(f"SELECT {', '.join(columns.values())} FROM {source}", place),
    )


def _columns_of(memory: sqlite3.Connection, name: str) -> set[str]:
    return {column for _at, column, *_rest in memory.execute(f'PRAGMA table_info("{name}")')}


def _finish(project: Project, taking: _Taking) -> Touched:
    store, ledger, sid = project.store, project.ledger, taking.sid
    if taking.came != taking.claimed:
        raise UnlikeItself("a snapshot lacks batches it speaks of")
    for lid, end in taking.came.items():
        store.run("UPDATE logs SET number=?, seq=?, head=? WHERE lid=?",
                  (end.number, end.seq, end.head, taking.logs[lid]))  # fmt: skip
    for lid, number, context in taking.seen:
        ledger.note_seen(lid, number, context, sid)
    store.run(
        "UPDATE spaces SET reference_ms=?, run_reference_ms=?, digest=? WHERE sid=?",
        (taking.reference_ms, taking.reference_ms, taking.digest, sid),
    )
    if ledger.merging.summed_digest(sid, taking.summed) != taking.digest:
        raise UnlikeItself("a snapshot's records are not those its digest is of")
    newer = [entry for entry in project.roster.entries if entry.hash not in taking.entries]
    touched = ledger.merging.take_touched()
    if newer:
        touched.merge(ledger.roster_changed(newer))
    return touched
