"""A space begun from a snapshot: whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

import sqlcipher3

from app.models import helping
from app.models.helping import Helper
from app.models.ledger import Touched
from app.models.ledger.projection import table
from app.models.ledger.rows import DIGEST_BYTES
from app.models.project import Project
from app.models.records import KINDS
from app.models.snapshots import image
from app.models.snapshots.image import UNREADABLE, Laid, Numbers, Part, Row, UnlikeItself
from sync import envelope
from sync.opening import NoKey, check
from sync.roster.state import UnknownPast
from sync.snapshots import Sealed

_SHOWN = {table(name): name for name in KINDS}


@dataclass
class _End:
    """How far the batches of a log have come: the last one's number, hash and last change."""

    number: int = 0
    head: bytes = envelope.NO_HASH
    seq: int = 0


@dataclass
class _Taking:
    """One snapshot on its way in: what its maker's numbers are called here, and what has come."""

    numbers: Numbers
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


def take(
    project: Project, space: bytes, parts: Iterable[Sealed], helper: Helper | None = None
) -> tuple[int, Touched]:
    """Begin a space from a snapshot, whole or not at all; how many changes it covers comes back.

    A helper reads the parts while those before are written. Raises UnlikeItself, what
    `sync.opening.check` and `Sealed.open` raise, or sync.roster.state.UnknownPast.
    """
    try:
        with project.ledger.writing():
            coming = iter(parts)
            taking = _take_head(project, space, coming)
            rest = (Part(one, taking.numbers) for one in coming)
            for laid in helping.each(helper, image.lay_out, rest):
                _take_part(project, taking, laid)
            touched = _finish(project, taking)
    except (*UNREADABLE, sqlcipher3.dbapi2.Error) as error:
        raise UnlikeItself("a snapshot cannot be read") from error
    return sum(end.seq for end in taking.came.values()), touched


def _take_head(project: Project, space: bytes, parts: Iterator[Sealed]) -> _Taking:
    registers = project.ledger.registers
    offset = int(project.store.value("SELECT ifnull(max(rid), 0) FROM records"))
    with closing(image.opened(next(parts).open())) as memory:
        told = {name: memory.execute(f"SELECT * FROM {name}").fetchall() for name in image.HEAD}
    entries = frozenset(name for (name,) in told["entries"])
    if not entries <= {entry.hash for entry in project.roster.entries}:
        raise UnknownPast("a snapshot was made by someone who knew more of the roster")
    kinds = {old: registers.kid(name) for old, name in told["kinds"]}
    persons = {old: registers.pid(person, name or "") for old, person, name in told["persons"]}
    if any(log == project.ledger.author.log(space) for _lid, log, *_rest in told["logs"]):
        raise UnlikeItself("a snapshot goes on in the log that is written here")
    logs = {lid: registers.open_log(log, device, incarnation, space).lid
            for lid, log, device, incarnation, *_at in told["logs"]}  # fmt: skip
    [(digest, reference_ms)] = told["head"]
    return _Taking(
        Numbers(registers.sid(space), offset, kinds, persons, logs),
        names={lid: log for lid, log, *_rest in told["logs"]},
        claimed={lid: _End(number, head, seq) for lid, *_log, number, seq, head in told["logs"]},
        entries=entries, digest=digest, reference_ms=reference_ms,
    )  # fmt: skip


def _take_part(project: Project, taking: _Taking, laid: Laid) -> None:
    store = project.store
    store.run_many(
        "INSERT INTO batches VALUES(?,?,?,?,?,?,?,?)",
        [_checked(project, taking, *one) for one in laid.batches],
    )
    for filled in laid.tables:
        if filled.table in _SHOWN:
            project.ledger.merging.touched.add(_SHOWN[filled.table], ())
        if filled.rows:
            store.run_many(filled.statement, filled.rows)
    project.ledger.projection.keep_words(laid.words)
    taking.summed += laid.digests


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
    taking.seen.append((taking.numbers.logs[lid], number, context))
    return (
        taking.numbers.logs[lid], number, batch.hash, header.first_seq, header.changes,
        context.reference_ms, b"".join(sorted(context.roster_heads)), raw,
    )  # fmt: skip


def _finish(project: Project, taking: _Taking) -> Touched:
    store, ledger, sid = project.store, project.ledger, taking.numbers.sid
    if taking.came != taking.claimed:
        raise UnlikeItself("a snapshot lacks batches it speaks of")
    for lid, end in taking.came.items():
        store.run("UPDATE logs SET number=?, seq=?, head=? WHERE lid=?",
                  (end.number, end.seq, end.head, taking.numbers.logs[lid]))  # fmt: skip
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
