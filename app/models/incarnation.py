"""A restored or cloned store carries on under a new incarnation (sync rule 11).

Its logs so far stay what they are, wherever they went on; whatever was written here and handed to
nobody is moved, change by change, into new logs, so that no number is ever used twice. So is what was
handed out under numbers that another life of this laptop used as well: the new log says that it was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from app.models import handed_out
from app.models.ledger import reissues
from app.models.ledger.registers import Log, Standing
from app.models.ledger.sealing import LIMITS
from app.models.store import Store
from sync import clock, columns, envelope
from sync.changes import Change, Ref, Transaction
from sync.ids import log_id, random_incarnation

if TYPE_CHECKING:
    from app.models.project import Project


def begin(project: Project, lost: Mapping[bytes, int]) -> None:
    """Start a new incarnation and move what was not sent into its logs.

    Of a log in `lost` everything from that batch on moves, sent or not.
    """
    store, ledger = project.store, project.ledger
    with ledger.writing():
        new = random_incarnation()
        turn = int(store.meta("incarnation_number")) + 1
        old = [log for log in ledger.registers.logs() if log.device == project.device]
        store.set_meta("incarnation", new)
        store.set_meta("incarnation_number", turn)
        # Whoever coordinates must first learn what they themselves wrote to the roster since.
        store.set_meta("must_sync", 1)
        for log in old:
            left = others_may_have(store, log)
            _move(project, log, new, min(left, lost.get(log.log, left + 1) - 1), left)


def others_may_have(store: Store, log: Log) -> int:
    """How far a log of ours left this laptop, by any place or by hand."""
    sent = int(store.value("SELECT ifnull(max(number), 0) FROM sent WHERE lid=?", (log.lid,)))
    return min(max(sent, handed_out.number(store, log.log)), log.number)


def _move(project: Project, log: Log, incarnation: bytes, kept: int, left: int) -> None:
    """Move what a log has after batch `kept`; others may have it up to batch `left`."""
    from app.models import erasures

    store, registers = project.store, project.ledger.registers
    transactions, persons = _unsent(project, log, kept)
    if not transactions:
        return
    space = registers.space(log.sid)
    name = log_id(project.device, incarnation, space)
    target = registers.open_log(name, project.device, incarnation, space)
    sealed = store.rows(
        "SELECT first_seq, changes, roster_heads FROM batches WHERE lid=? AND number>?",
        (log.lid, kept),
    )
    others_have = store.rows(
        "SELECT hash, number, changes FROM batches WHERE lid=? AND number>? AND number<=? "
        "ORDER BY number", (log.lid, kept, left)
    )  # fmt: skip
    first = project.ledger.reissuing.cut(log, kept)
    store.run("DELETE FROM pending WHERE lid=?", (log.lid,))
    reissues.follow(store, log.lid, first, target.lid, first - target.seq - 1)
    project.ledger.judge.forget()
    reissues.note_ours(store, others_have, log.log, target.lid, target.seq + 1)
    offset = first - target.seq - 1
    set_aside = store.rows(
        "SELECT first_seq, changes, class FROM transactions WHERE lid=? AND first_seq>=? "
        "AND class<>0", (log.lid, first)
    )  # fmt: skip
    rids = _renumber(project, log, target, first, offset)
    for at, count, standing in set_aside:
        # The digest names what is set aside by its log and number.
        project.ledger.merging.released(log.sid, log.lid, at, count, Standing(standing))
        project.ledger.merging.withheld(
            log.sid, target.lid, at - offset, count, Standing(standing)
        )  # fmt: skip
    reference = int(store.value("SELECT run_reference_ms FROM spaces WHERE sid=?", (log.sid,)))
    seq = target.seq
    for one in transactions:
        moved = _moved(one, log.log, first, target.log, offset)
        block = columns.encode([moved], persons)
        store.run(
            "INSERT INTO pending VALUES(?,?,?,?)", (target.lid, seq + 1, len(one.changes), block)
        )
        _retime(store, target.lid, seq, one, reference)
        seq += len(one.changes)
    store.run("UPDATE logs SET seq=? WHERE lid=?", (seq, target.lid))
    written = [(range(at - offset, at - offset + n), bytes(heads)) for at, n, heads in sealed]
    erasures.forget_moved(project, target, written)
    project.ledger.merging.refresh(rids)
    project.ledger.rejudging.again(
        (target.lid, int(first))
        for (first,) in store.rows("SELECT first_seq FROM transactions WHERE lid=?", (target.lid,))
    )


def _retime(store: Store, lid: int, seq: int, one: Transaction, reference: int) -> None:
    """Order the moved changes as readers of their new batches will."""
    effective = clock.effective(one.at_ms, reference)
    for table in ("records", "edits"):
        store.run(
            f"UPDATE {table} SET effective_ms=? WHERE lid=? AND seq BETWEEN ? AND ?",
            (effective, lid, seq + 1, seq + len(one.changes)),
        )


def _unsent(project: Project, log: Log, kept: int) -> tuple[list[Transaction], dict[bytes, str]]:
    """Transactions sealed but never sent, then those not even sealed, in their order."""
    store = project.store
    blocks = []
    for (raw,) in store.rows(
        "SELECT raw FROM batches WHERE lid=? AND number>? ORDER BY number", (log.lid, kept)
    ):
        batch = envelope.parse(bytes(raw))
        key = store.epoch_key(batch.header.epoch)
        assert key is not None, "it was sealed here under this key"
        blocks.append(envelope.open_block(batch, key))
    blocks += [
        bytes(block)
        for (block,) in store.rows(
            "SELECT block FROM pending WHERE lid=? ORDER BY first_seq", (log.lid,)
        )
    ]
    decoded = [columns.decode(block, LIMITS) for block in blocks]
    persons = {person: name for block in decoded for person, name in block.persons.items()}
    return [one for block in decoded for one in block.transactions], persons


def _renumber(project: Project, log: Log, target: Log, first: int, offset: int) -> list[int]:
    """Let everything stored about the moved changes name them anew; returns their records."""
    store = project.store
    rids = [
        row[0]
        for row in store.rows(
            "SELECT rid FROM records WHERE lid=? AND seq>=? UNION "
            "SELECT rid FROM edits WHERE lid=? AND seq>=?",
            (log.lid, first, log.lid, first),
        )
    ]
    # In one UPDATE the old and new numbers could meet; they cannot, as the target log is new.
    for table, column in (("records", "seq"), ("edits", "seq"), ("transactions", "first_seq")):
        store.run(
            f"UPDATE {table} SET lid=?, {column}={column}-? WHERE lid=? AND {column}>=?",
            (target.lid, offset, log.lid, first),
        )
    for rid in rids:
        for eid, replaces in store.rows(
            "SELECT eid, replaces FROM edits WHERE rid=? AND lid=?", (rid, target.lid)
        ):
            store.run(
                "UPDATE edits SET replaces=? WHERE eid=?",
                (_renamed(replaces, log.log, first, target.log, offset), eid),
            )
    return rids


def _renamed(text: str, old: bytes, first: int, new: bytes, offset: int) -> str:
    stored = json.loads(text)
    for refs in stored.values():
        for ref in refs:
            if ref[0] == old.hex() and ref[1] >= first:
                ref[0], ref[1] = new.hex(), ref[1] - offset
    return json.dumps(stored)


def _moved(one: Transaction, old: bytes, first: int, new: bytes, offset: int) -> Transaction:
    def rename(ref: Ref) -> Ref:
        return Ref(new, ref.seq - offset) if ref.log == old and ref.seq >= first else ref

    changes = tuple(
        Change(
            change.verb, change.kind, change.record, change.parent, change.fields,
            {field: tuple(map(rename, refs)) for field, refs in change.replaces.items()},
        )
        for change in one.changes
    )  # fmt: skip
    return Transaction(one.at_ms, one.person, one.command, one.label, changes)
