"""Erasure as this laptop carries it out: which changes hold what is to be forgotten, and forgetting.

`app.models.commands.erasing` is what people call; the sync engine calls through `LocalReplica`.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.errors import KipuError
from app.i18n import _
from app.models import spaces
from app.models.ledger import RecordKey
from app.models.ledger.registers import Log
from app.models.ledger.sealing import LIMITS, KeyAwaited
from app.models.project import Project
from app.models.queries import records as reading
from app.models.roster_writing import write_entry
from sync import envelope, erasure
from sync.erasure import MOST_BATCHES, Erased, Order
from sync.errors import SyncError
from sync.ids import moved_id
from sync.opening import check
from sync.roster import Entry, EntryType
from sync.values import ERASED, from_json

Places = dict[int, dict[int, tuple[str, ...]]]
"""Fields to erase, by log (its local number) and number of the change in it."""


@dataclass
class Found:
    """Where values to be forgotten lie: in sealed batches, and in what is not sealed yet."""

    sealed: Places = field(default_factory=lambda: defaultdict(dict))
    pending: Places = field(default_factory=lambda: defaultdict(dict))

    def __bool__(self) -> bool:
        return bool(self.sealed or self.pending)


def find(
    project: Project, space: bytes, records: Iterable[Erased], unseen: Entry | None = None
) -> Found:
    """Every change of these records that still has a value to forget.

    With `unseen`, only changes whose author did not know of that order yet: those that know wrote
    on purpose, and what is not sealed yet was written here, where it is known.
    """
    found = Found()
    sid = project.ledger.registers.sid(space)
    for one in records:
        for lid, seq, fields in _changes(project, sid, one):
            wanted = fields if one.fields is None else fields & set(one.fields)
            if not wanted:
                continue
            heads = _heads_of_batch(project, lid, seq)
            if unseen is not None and (heads is None or project.roster.has_seen(heads, unseen)):
                continue
            side = found.pending if heads is None else found.sealed
            side[lid][seq] = tuple(sorted(wanted))
    return found


def _changes(project: Project, sid: int, one: Erased) -> list[tuple[int, int, set[str]]]:
    """Log, number and fields with a value, of every change of a record."""
    rows = project.store.rows(
        "SELECT r.lid, r.seq, ifnull(r.base, r.data) FROM records r JOIN kinds k USING(kid) "
        "WHERE r.sid=?1 AND k.name=?2 AND r.id=?3 AND r.lid IS NOT NULL UNION ALL "
        "SELECT e.lid, e.seq, e.fields FROM edits e JOIN records r USING(rid) JOIN kinds k USING(kid) "
        "WHERE r.sid=?1 AND k.name=?2 AND r.id=?3",
        (sid, one.kind, one.record),
    )
    found = []
    for lid, seq, text in rows:
        fields = from_json(text)
        assert isinstance(fields, dict)
        found.append((lid, seq, {name for name, value in fields.items() if value is not ERASED}))
    return found


def _heads_of_batch(project: Project, lid: int, seq: int) -> list[bytes] | None:
    """The roster heads the author of a sealed change had seen; None for one not sealed yet."""
    heads = project.store.value(
        "SELECT roster_heads FROM batches WHERE lid=? AND first_seq<=? AND first_seq+changes>?",
        (lid, seq, seq),
    )
    return None if heads is None else split_heads(heads)


def split_heads(heads: bytes) -> list[bytes]:
    """The roster heads of a batch, as they are kept: 32 bytes each."""
    return [heads[at : at + 32] for at in range(0, len(heads), 32)]


def require_open(project: Project, space: bytes, records: Iterable[Erased]) -> None:
    """Raises KipuError where one is part of a closed act: signed acts stay as they are."""
    for one in records:
        rid = reading.rid(project, RecordKey(space, one.kind, one.record))
        if project.ledger.judge.closes_over(rid):
            raise KipuError(
                _("This belongs to a closed act, and signed acts stay as they are. "
                  "Nothing was erased.")
            )  # fmt: skip


def copies(project: Project, space: bytes, one: Erased) -> list[tuple[bytes, Erased]]:
    """The same record in other spaces: where it was moved or adopted from, and to."""
    rows = project.store.rows(
        "SELECT s.space, r.id FROM records r JOIN kinds k USING(kid) JOIN spaces s USING(sid) "
        "WHERE k.name=? AND s.space<>? AND r.lid IS NOT NULL",
        (one.kind, space),
    )
    found = []
    for there, record in rows:
        came_from = moved_id(there, one.kind, record, space) == one.record
        if came_from or moved_id(space, one.kind, one.record, there) == record:
            found.append((bytes(there), Erased(one.kind, bytes(record), one.fields)))
    return found


def forget_moved(project: Project, log: Log, written: Sequence[tuple[range, bytes]]) -> None:
    """Take out of what moved to a log, not sealed yet, what orders forget that its author had not seen.

    `written` says which numbers there were sealed before at which roster heads (joined). Sealed anew
    they will name today's, as if the value had been written on purpose.
    """
    space = project.ledger.registers.space(log.sid)
    places: dict[int, set[str]] = defaultdict(set)
    for entry in project.roster.view().erasures:
        wish = read_order(project, entry)
        records = [r for one in _with_copies(project, wish) if one.space == space
                   for r in one.records] if wish else []  # fmt: skip
        for record in records:
            for at, seq, fields in _changes(project, log.sid, record):
                mine = written if at == log.lid else ()
                heads = next((heads for some, heads in mine if seq in some), None)
                if heads is not None and not project.roster.has_seen(split_heads(heads), entry):
                    places[seq] |= fields & set(fields if record.fields is None else record.fields)
    if found := {seq: tuple(sorted(names)) for seq, names in places.items() if names}:
        forget_pending(project, {log.lid: found})


def forget_pending(project: Project, places: Places) -> None:
    """Take the values out of what was not sealed yet: nobody else ever had them."""
    for lid, seqs in places.items():
        project.ledger.rewriting.pending(lid, seqs)
        project.store.set_meta("purge_backups", 1)


def order(project: Project, wish: Order, places: Places) -> list[Entry]:
    """Replace every batch that holds one of the values, here, and order the same everywhere."""
    epoch, key = project.ledger.sealing.writing_epoch(wish.space)
    replaced = {}
    for lid, seqs in places.items():
        for old, targets in _batches(project, lid, seqs):
            new = erasure.replace_block(old, _key(project, old.header.epoch), targets, LIMITS)
            assert new.replacement is not None
            replaced[old.hash] = new.replacement
            _put(project, old, new)
    entries = []
    names = sorted(replaced)
    for first in range(0, len(names), MOST_BATCHES):
        some = {name: replaced[name] for name in names[first : first + MOST_BATCHES]}
        body = erasure.body(wish, epoch, key, some)
        entries.append(write_entry(project, EntryType.ERASE, body))
    return entries


def _batches(
    project: Project, lid: int, seqs: Mapping[int, Sequence[str]]
) -> list[tuple[envelope.Batch, list[erasure.Target]]]:
    """The batches of a log that hold these changes, each with what to erase in it."""
    rows = project.store.rows(
        "SELECT first_seq, changes, raw FROM batches WHERE lid=? AND first_seq<=? "
        "AND first_seq+changes>? ORDER BY number",
        (lid, max(seqs), min(seqs)),
    )
    found = []
    for first, count, raw in rows:
        targets = [
            (seq - first, name)
            for seq, names in seqs.items()
            if first <= seq < first + count
            for name in names
        ]
        if targets:
            found.append((envelope.parse(bytes(raw)), targets))
    return found


def _key(project: Project, epoch: bytes) -> bytes:
    """The key of a batch that is held here: it was opened with it."""
    key = project.store.epoch_key(epoch)
    assert key is not None
    return key


def _put(project: Project, old: envelope.Batch, new: envelope.Batch) -> None:
    # Over what somebody put there who was to say nothing, values may come back.
    is_void = project.roster.is_void(old.hash, old.replacement)
    key = _key(project, old.header.epoch)
    project.ledger.rewriting.batch(old, new, key, gives_back=is_void)
    # Backups made until now have the value; see Project.back_up_if_due.
    project.store.set_meta("purge_backups", 1)


# -- what the sync engine asks ---------------------------------------------------------------------


def rewrite(project: Project, raw: bytes) -> None:
    """Carry an order out on one batch. Raises what `sync.opening.check` and `Unfaithful` say."""
    new = check(raw, project.roster)
    old = held(project, new.hash)
    assert old is not None
    with project.ledger.writing():
        _put(project, envelope.parse(old), new)


def held(project: Project, batch: bytes) -> bytes | None:
    raw = project.store.value("SELECT raw FROM batches WHERE hash=?", (batch,))
    return None if raw is None else bytes(raw)


def read_order(project: Project, entry: Entry) -> Order | None:
    """What an order is about; None where its space is not readable here."""
    key = project.store.epoch_key(bytes(entry.body["epoch"]))
    try:
        return None if key is None else erasure.read_order(entry, key)
    except SyncError:
        return None


def renew(project: Project) -> bool:
    """A coordinator orders anew what others wrote about a record before they knew it was erased.

    Where the key of a space is awaited, that waits as well: the next sync asks again.
    """
    if not project.is_coordinator or project.store.meta("must_sync"):
        return False
    renewed = False
    for entry in list(project.roster.view().erasures):
        wish = read_order(project, entry)
        for one in _with_copies(project, wish) if wish else ():
            if found := find(project, one.space, one.records, entry):
                with contextlib.suppress(KeyAwaited), project.ledger.writing():
                    order(project, one, found.sealed)
                    renewed = True
    return renewed


def _with_copies(project: Project, wish: Order) -> list[Order]:
    """An order, and one like it for each space somebody unaware of it may have moved a record to."""
    others = [one.id for one in spaces.all_named(project, True) if one.id != wish.space]
    return [wish] + [
        replace(wish, space=there, records=tuple(
            replace(one, record=moved_id(wish.space, one.kind, one.record, there))
            for one in wish.records
        ))
        for there in others
    ]  # fmt: skip


def unite(project: Project, kept: bytes, other: bytes) -> bytes:
    """One replacement that erases what two coordinators erased, unknown to each other."""
    ours, theirs = envelope.parse(kept), envelope.parse(other)
    key = _key(project, ours.header.epoch)
    epoch, epoch_key = project.ledger.sealing.writing_epoch(ours.header.space)
    new = _united(ours, theirs, key)
    wish = Order(ours.header.space, (), "", project.person.name, project.ledger.now_ms())
    assert new.replacement is not None
    with project.ledger.writing():
        if new is not ours:
            _put(project, ours, new)
        body = erasure.body(wish, epoch, epoch_key, {ours.hash: new.replacement})
        write_entry(project, EntryType.ERASE, body)
    return new.raw


def _united(ours: envelope.Batch, theirs: envelope.Batch, key: bytes) -> envelope.Batch:
    """One of the two where it erases all, the same one for everybody; else a third.

    Coordinators who made a third each time would never be done answering one another.
    """
    mine, others = erasure.erased_in(ours, key, LIMITS), erasure.erased_in(theirs, key, LIMITS)
    if mine == others:
        return min(ours, theirs, key=lambda one: one.replacement or b"")
    if mine >= others:
        return ours
    if others >= mine:
        return theirs
    return erasure.replace_block(ours, key, others - mine, LIMITS)


def remember_done(project: Project, device: bytes, orders: Iterable[bytes]) -> None:
    """Note which orders another laptop says it has carried out."""
    project.store.run_many(
        "INSERT OR IGNORE INTO erased_by VALUES(?,?)", ((device, one) for one in orders)
    )


def is_done(project: Project, entry: Entry) -> bool:
    """Whether this laptop holds none of the values an order is about any more."""
    for name in entry.body["replaced"]:
        batch = bytes.fromhex(name)
        raw = held(project, batch)
        wanted = project.roster.view().replaced[batch]
        if raw is not None and envelope.parse(raw).replacement not in wanted:
            return False
    return True
