"""A space begun from a snapshot: whole, or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import sqlcipher3

from app.models.ledger import Touched, waiting_words
from app.models.project import Project
from app.models.snapshots import beside, image, pages
from app.models.snapshots.pages import NAME, UnlikeItself
from app.models.store import Row
from sync import envelope
from sync.errors import Malformed
from sync.opening import NoKey
from sync.roster.state import UnknownPast
from sync.snapshots import Sealed

# What reading rows of another's making may raise, and SQLite where it finds them unreadable itself.
_UNREADABLE = (UnicodeDecodeError, TypeError, ValueError, KeyError, OverflowError, Malformed)

_GATHERED = "gathered"  # a function of SQL while a snapshot is taken
_DIGEST_BYTES = 16
# The maker's numbers in a table, what they number, and how they are looked up: a record of which
# nothing stands has no log. CROSS keeps the order of rows, as trees grow fastest at their ends.
_NUMBERED = {
    "transactions": {"lid": ("logs", "CROSS"), "pid": ("persons", "CROSS")},
    "records": {
        "kid": ("kinds", "CROSS"),
        "parent_kid": ("kinds", "LEFT"),
        "lid": ("logs", "LEFT"),
    },
    "edits": {"lid": ("logs", "CROSS")},
}


@dataclass
class _End:
    """How far the batches of a log have come: the last one's number, hash and last change."""

    number: int = 0
    head: bytes = envelope.NO_HASH
    seq: int = 0


@dataclass
class _Taking:
    """One snapshot on its way in: what its maker's numbers are called here, and what has come.

    Records are numbered on from `offset`.
    """

    sid: int
    offset: int
    logs: Mapping[int, int]
    names: Mapping[int, bytes]
    claimed: Mapping[int, _End]
    entries: frozenset[bytes]
    digest: bytes
    reference_ms: int
    digests: bytearray = field(default_factory=bytearray)
    came: dict[int, _End] = field(default_factory=dict)
    seen: list[tuple[int, int, envelope.Context]] = field(default_factory=list)

    def summed(self) -> int:
        digests = range(0, len(self.digests), _DIGEST_BYTES)
        return sum(int.from_bytes(self.digests[at : at + _DIGEST_BYTES]) for at in digests)


def may_take(project: Project, space: bytes) -> bool:
    """Whether nothing at all is known of a space, so that a snapshot can be its beginning."""
    sid = project.ledger.registers.sid(space)
    return not project.store.value(
        "SELECT EXISTS(SELECT 1 FROM records WHERE sid=?) OR EXISTS(SELECT 1 FROM logs WHERE sid=? "
        "AND seq>0)", (sid, sid)
    )  # fmt: skip


@contextlib.contextmanager
def laid_beside(project: Project, parts: Iterable[Sealed]) -> Iterator[None]:
    """A snapshot beside the store's tables, for `take`; begin before a transaction, end after it.

    Raises UnlikeItself, or what `sync.snapshots.Sealed.open` raises.
    """
    store = project.store
    with store.written_straight(), pages.attached(store, project.paths.incoming) as laid:
        for some in beside.enciphered(parts, laid):
            laid.append(some)
        yield


def take(project: Project, space: bytes) -> tuple[int, Touched]:
    """Begin a space from what is laid beside; how many changes it covers comes back.

    Whole or not at all. Raises UnlikeItself, what `sync.opening.check` raises, or
    sync.roster.state.UnknownPast.
    """
    try:
        with project.ledger.writing():
            _require_tables(project)
            taking = _take_head(project, space)
            with (
                _gathering(project, taking.digests),
                closing(_batches(project)) as found,
                beside.checked(found, project.roster) as batches,
            ):
                _take_rows(project, taking)
                _take_words(project, taking)
                _take_batches(project, taking, batches)
            touched = _finish(project, taking)
    except sqlcipher3.dbapi2.Error as error:
        room = project.store.out_of_room(error)
        raise room or UnlikeItself("a snapshot cannot be read") from error
    except _UNREADABLE as error:
        raise UnlikeItself("a snapshot cannot be read") from error
    return sum(end.seq for end in taking.came.values()), touched


@contextlib.contextmanager
def _gathering(project: Project, digests: bytearray) -> Iterator[None]:
    """Have records' digests gathered as they go by: to read them all again takes three times as long.

    Around all that reads the image: SQLite forgets no function while a statement is under way.
    """
    # A function of Python's own would swallow an interrupt: it comes between two of its steps.
    project.store.connection.create_function(_GATHERED, 1, digests.extend)
    try:
        yield
    finally:
        project.store.connection.create_function(_GATHERED, 1, None)


def _run(project: Project, sql: str, parameters: Any = ()) -> Any:
    """A statement on the image. What SQLite says of that is not said of the store.

    A cursor not read to its end is to be closed: nothing that is being read can be detached.
    """
    return project.store.connection.execute(sql, parameters)


def _require_tables(project: Project) -> None:
    """Raises UnlikeItself where the image is anything but plain tables, none missing, none more."""
    found = dict(_run(project, f"SELECT name, sql FROM {NAME}.sqlite_master"))
    if found != {name: image.definition(name) for name in image.names()}:
        raise UnlikeItself("a snapshot has other tables than its layout says")


def _take_head(project: Project, space: bytes) -> _Taking:
    registers = project.ledger.registers
    told = {
        name: _run(project, f"SELECT * FROM {NAME}.{name}").fetchall()
        for name in ("head", "entries", "kinds", "persons", "logs")
    }
    entries = frozenset(name for (name,) in told["entries"])
    if not entries <= {entry.hash for entry in project.roster.entries}:
        raise UnknownPast("a snapshot was made by someone who knew more of the roster")
    if any(log == project.ledger.author.log(space) for _lid, log, *_rest in told["logs"]):
        raise UnlikeItself("a snapshot goes on in the log that is written here")
    logs = {lid: registers.open_log(log, device, incarnation, space).lid
            for lid, log, device, incarnation, *_at in told["logs"]}  # fmt: skip
    kinds = {old: registers.kid(name) for old, name in told["kinds"]}
    persons = {old: registers.pid(person, name or "") for old, person, name in told["persons"]}
    for name, numbers in (("kinds", kinds), ("persons", persons), ("logs", logs)):
        _run(project, f"CREATE TABLE {NAME}.map_{name}(old INTEGER PRIMARY KEY, new INTEGER)")
        project.store.connection.executemany(
            f"INSERT INTO {NAME}.map_{name} VALUES(?,?)", numbers.items()
        )
    [(digest, reference_ms)] = told["head"]
    # Blocks of words go over as they are, so none may be half ours.
    offset = (_last(project) // waiting_words.BLOCK + 1) * waiting_words.BLOCK
    return _Taking(
        registers.sid(space), offset, logs,
        names={lid: log for lid, log, *_rest in told["logs"]},
        claimed={lid: _End(number, head, seq) for lid, *_log, number, seq, head in told["logs"]},
        entries=entries, digest=digest, reference_ms=reference_ms,
    )  # fmt: skip


def _batches(project: Project) -> Any:
    columns = ", ".join(image.columns("batches"))
    return _run(project, f"SELECT {columns} FROM {NAME}.batches ORDER BY lid, number")


def _take_batches(
    project: Project, taking: _Taking, batches: Iterable[tuple[Row, envelope.Batch]]
) -> None:
    project.store.connection.executemany(
        "INSERT INTO batches VALUES(?,?,?,?,?,?,?,?)",
        (_placed(project, taking, row, batch) for row, batch in batches),
    )


def _placed(project: Project, taking: _Taking, row: Row, batch: envelope.Batch) -> Row:
    """A batch as it is kept here, held against those before it like one that came by itself."""
    lid, number, raw = row
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


def _take_rows(project: Project, taking: _Taking) -> None:
    """Rows go over within SQLite, with our numbers for the maker's."""
    touched, shown = project.ledger.merging.touched, image.shown()
    for name in ("transactions", "records", "edits", *shown):
        _run(project, _moved(name, name), {"offset": taking.offset, "sid": taking.sid})
        if name in shown and project.store.value("SELECT changes()"):
            touched.add(shown[name], ())


def _take_words(project: Project, taking: _Taking) -> None:
    """Blocks of words go over as they are, under their numbers here.

    None may fail whoever searches first, nor be of a record that is yet to come.
    """
    first, last = taking.offset // waiting_words.BLOCK, _last(project)
    with closing(_run(project, f"SELECT block, words FROM {NAME}.words")) as found:
        for block, packed in found:
            if block < 0 or max(waiting_words.unpack(first + block, packed)) > last:
                raise UnlikeItself("a snapshot has words of records that are not in it")
            project.ledger.projection.keep_words([(first + block, packed)])


def _last(project: Project) -> int:
    """The highest local number of a record."""
    return int(project.store.value("SELECT ifnull(max(rid), 0) FROM records"))


def _moved(name: str, table: str) -> str:
    """The statement that brings a table's rows here; those with numbers nobody told of stay behind."""
    filled, joined = {one: f't."{one}"' for one in image.columns(name)}, ""
    for column, (numbered, how) in _NUMBERED.get(name, {}).items():
        filled[column] = f"{column}_.new"
        joined += f" {how} JOIN {NAME}.map_{numbered} {column}_ ON {column}_.old=t.{column}"
    if "rid" in filled:
        filled["rid"] = "t.rid+:offset"
    if name == "records" or name in image.shown():
        filled["sid"] = ":sid"
    if "digest" in filled:
        filled["digest"] = f"ifnull({_GATHERED}(t.digest), t.digest)"
    columns = ", ".join(f'"{one}"' for one in filled)
    return (
        f'INSERT INTO main."{table}"({columns}) SELECT {", ".join(filled.values())} '
        f'FROM {NAME}."{name}" t{joined}'
    )


def _finish(project: Project, taking: _Taking) -> Touched:
    store, ledger, sid = project.store, project.ledger, taking.sid
    if taking.came != taking.claimed:
        raise UnlikeItself("a snapshot lacks batches it speaks of")
    for lid, end in taking.came.items():
        store.run("UPDATE logs SET number=?, seq=?, head=? WHERE lid=?",
                  (end.number, end.seq, end.head, taking.logs[lid]))  # fmt: skip
    for lid, number, context in taking.seen:
        ledger.note_seen(lid, number, context, sid)
    ledger.reissuing.settle()
    store.run(
        "UPDATE spaces SET reference_ms=?, run_reference_ms=?, digest=? WHERE sid=?",
        (taking.reference_ms, taking.reference_ms, taking.digest, sid),
    )
    if ledger.merging.summed_digest(sid, taking.summed()) != taking.digest:
        raise UnlikeItself("a snapshot's records are not those its digest is of")
    newer = [entry for entry in project.roster.entries if entry.hash not in taking.entries]
    touched = ledger.merging.take_touched()
    if newer:
        touched.merge(ledger.roster_changed(newer))
    return touched
