"""What is kept of batches that their author wrote again in another log (see `reissuing`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from app.models.store import Store
from sync import envelope


class Again(NamedTuple):
    """Where the changes of a batch stand now: a log, and the number of the first of them."""

    lid: int
    seq: int


def note_ours(
    store: Store, batches: Iterable[tuple[bytes, int, int]], log: bytes, lid: int, seq: int
) -> None:
    """Batches of a log (hash, number, changes) are written again in ours, from a change on.

    The next batch sealed there tells of them.
    """
    for name, number, changes in batches:
        _note(store, name, log, number, Again(lid, seq), told=False)
        seq += changes


def hear(store: Store, lid: int, context: envelope.Context) -> None:
    """Keep what the author of a log says of their earlier batches."""
    for one in context.reissued:
        _note(store, one.batch_hash, one.log, one.number, Again(lid, one.seq), told=True)


def _note(store: Store, name: bytes, log: bytes, number: int, again: Again, *, told: bool) -> None:
    store.run(
        "INSERT OR IGNORE INTO reissued(hash, log, number, lid, seq, told) VALUES(?,?,?,?,?,?)",
        (name, log, number, again.lid, again.seq, told),
    )


def follow(store: Store, old: int, first: int, new: int, offset: int) -> None:
    """What stood in a log from a change on has moved to another one: that is to be told instead."""
    store.run(
        "UPDATE OR REPLACE reissued SET lid=?, seq=seq-?, told=0 WHERE lid=? AND seq>=?",
        (new, offset, old, first),
    )


def to_tell(store: Store, lid: int) -> tuple[envelope.Reissued, ...]:
    """What the next batch of a log must tell, as much as one can; from then on it counts as told."""
    rows = store.rows(
        "UPDATE reissued SET told=1 WHERE (hash, lid) IN (SELECT hash, lid FROM reissued WHERE lid=? "
        "AND told=0 LIMIT ?) RETURNING log, number, hash, seq",
        (lid, envelope.MAX_REISSUED),
    )
    return tuple(
        envelope.Reissued(bytes(log), number, bytes(name), seq) for log, number, name, seq in rows
    )


def claims(store: Store, name: bytes, device: bytes) -> list[Again]:
    """Where a device says it wrote a batch of its own again, by its hash."""
    rows = store.rows(
        "SELECT a.lid, a.seq FROM reissued a JOIN logs l USING(lid) WHERE a.hash=? AND l.device=?",
        (name, device),
    )
    return [Again(*row) for row in rows]


def reopened(store: Store) -> dict[int, int]:
    """The logs of which their authors wrote batches again, each with the first such number."""
    return dict(
        store.rows(
            "SELECT o.lid, min(a.number) FROM reissued a JOIN logs t ON t.lid=a.lid "
            "JOIN logs o ON o.log=a.log AND o.device=t.device GROUP BY o.lid"
        )
    )
