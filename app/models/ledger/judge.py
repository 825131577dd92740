"""What a transaction is worth: decided by what its author had seen, never by arrival or time.

Authority comes from the roster at the heads the batch names, cut by revocations its author had not
seen; lateness from the closes of the records it touches (sync rules 3, 4, 5 and 13). One refused
change refuses its whole transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import reduce

from app.models.ledger import reissues
from app.models.ledger.registers import Registers, Standing
from app.models.store import Store
from sync.changes import Ref, Verb
from sync.envelope import NO_HASH
from sync.roster import Policy, Roster
from sync.roster.policy import COMMON, OWN
from sync.roster.state import lesser

_MAX_ANCESTORS = 32


@dataclass(frozen=True, slots=True)
class Touch:
    """One change as the judge needs it: where it stands and which record it is about."""

    seq: int
    verb: Verb
    kind: str
    rid: int


@dataclass(frozen=True)
class Warrant:
    """What a log's author may do, as of the roster heads one batch names."""

    role: str | None
    policy: Policy
    where: str
    limits: tuple[tuple[int, str | None], ...]

    def role_at(self, seq: int) -> str | None:
        """The role for a change: the lesser of what was seen and of every cut it lies beyond."""
        cuts = [role for last, role in self.limits if seq > last]
        return reduce(lesser, cuts, self.role)

    def allows(self, seq: int, verb: Verb, kind: str) -> bool:
        return self.policy.allows(kind, verb, self.where, self.role_at(seq))


class Judge:
    """Judges transactions against the roster and the closes in the store."""

    def __init__(self, store: Store, registers: Registers, roster: Roster) -> None:
        self._store = store
        self._registers = registers
        self.roster = roster
        self._first_reopened: dict[int, int] | None = None

    def warrant(
        self, device: bytes, log: bytes, space: bytes, heads: Iterable[bytes] | None
    ) -> Warrant:
        """Raises sync.roster.UnknownPast when the heads have not arrived."""
        view = self.roster.view(heads)
        where = self._where(space)
        limits = []
        for cut in self.roster.view().cuts.get(device, []):
            unseen = heads is not None and not self.roster.has_seen(heads, cut.entry)
            if unseen and cut.bears_on(space):
                limits.append((cut.logs.get(log, 0), cut.role(space)))
        return Warrant(view.role(device, space), view.policy, where, tuple(limits))

    def end_of(self, device: bytes, log: bytes, space: bytes) -> bytes | None:
        """The batch that a log was cut at, by its hash, where nothing beyond that can count.

        Of several such cuts the one that goes furthest, `NO_HASH` where none of them names the log;
        None where there is none.
        """
        view = self.roster.view()
        where = self._where(space)
        ends = [
            (-cut.logs.get(log, 0), cut.heads.get(log, NO_HASH))
            for cut in view.cuts.get(device, [])
            if cut.bears_on(space) and view.policy.silences(where, cut.role(space))
        ]
        return min(ends)[1] if ends else None

    def _where(self, space: bytes) -> str:
        return COMMON if space == self.roster.common else OWN

    def is_silent(self, device: bytes, space: bytes) -> bool:
        """Whether a device may write nothing in a space now."""
        view = self.roster.view()
        where = self._where(space)
        return view.policy.silences(where, view.role(device, space))

    def standing(self, warrant: Warrant, lid: int, touches: Sequence[Touch]) -> Standing:
        """The standing of one transaction, all of whose changes are given."""
        if not all(warrant.allows(one.seq, one.verb, one.kind) for one in touches):
            return Standing.UNAUTHORISED
        if not self.any_closes():
            return Standing.EFFECTIVE
        closed = {one.rid for one in touches if one.verb is Verb.CLOSE}
        changing = [one for one in touches if one.verb not in (Verb.CLOSE, Verb.ADMIT)]
        span = touches[0].seq, touches[-1].seq
        if any(self._is_late(lid, one, span, closed) for one in changing):
            return Standing.LATE
        return Standing.EFFECTIVE

    def any_closes(self) -> bool:
        return bool(
            self._store.value("SELECT EXISTS(SELECT 1 FROM edits WHERE verb=?)", (Verb.CLOSE,))
        )

    def roots(self, rid: int) -> list[int]:
        """The record and its owners, nearest first, as far as they have arrived."""
        found = [rid]
        for _step in range(_MAX_ANCESTORS):
            parent = self._store.value(
                "SELECT p.rid FROM records r JOIN records p ON p.id=r.parent_id "
                "AND p.kid=r.parent_kid AND p.sid=r.sid WHERE r.rid=?",
                (found[-1],),
            )
            if parent is None or parent in found:
                break
            found.append(int(parent))
        return found

    def closes_over(self, rid: int) -> list[tuple[int, int]]:
        """(lid, seq) of every authorised close of the record or an owner of it."""
        roots = self.roots(rid)
        marks = ",".join("?" * len(roots))
        rows = self._store.rows(
            f"SELECT lid, seq FROM edits WHERE rid IN ({marks}) AND verb=? AND class=?",
            (*roots, Verb.CLOSE, Standing.EFFECTIVE),
        )
        return [(int(lid), int(seq)) for lid, seq in rows]

    def first_closes(self, rid: int) -> list[tuple[int, int]]:
        """(lid, seq) of the closes over a record that decide what is late for it."""
        return self._first_closes(self.closes_over(rid))

    def _is_late(
        self, lid: int, touch: Touch, span: tuple[int, int], closed: AbstractSet[int]
    ) -> bool:
        """Whether a change came after the act. Its own transaction has the changes in `span`, and
        closes the records `closed`."""
        closes = self.first_closes(touch.rid)
        if not closes or any(self.had_seen(*close, lid, touch.seq) for close in closes):
            return False
        is_part = bool(closed) and not closed.isdisjoint(self.roots(touch.rid))
        if is_part and not any(self.had_seen(lid, touch.seq, *close) for close in closes):
            # Part of an act of its own: one whose author knew of no other stands beside it.
            return False
        return not self._is_admitted(touch.rid, lid, touch.seq, span)

    def _first_closes(self, closes: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Closes whose authors knew of no other: closing again lets nothing late in."""
        first = [
            one
            for one in closes
            if not any(other != one and self.had_seen(*one, *other) for other in closes)
        ]
        # Only lies about what was seen can make a ring; then every close counts.
        return first or list(closes)

    def _is_admitted(self, rid: int, lid: int, seq: int, span: tuple[int, int]) -> bool:
        """Whether an admission that counts lets a change in, or one of its own transaction."""
        roots = self.roots(rid)
        marks = ",".join("?" * len(roots))
        rows = self._store.rows(
            f"SELECT lid, seq, replaces FROM edits WHERE rid IN ({marks}) AND verb=? "
            "AND (class=? OR lid=? AND seq BETWEEN ? AND ?)",
            (*roots, Verb.ADMIT, Standing.EFFECTIVE, lid, *span),
        )
        name = Ref(self._registers.log_name(lid), seq)
        return any(
            name in unpack_refs(replaces).get("", ()) and self.had_seen(by, at, lid, seq)
            for by, at, replaces in rows
        )

    def had_seen(self, lid: int, seq: int, other: int, other_seq: int) -> bool:
        """Whether the author of change (lid, seq) had applied change (other, other_seq)."""
        if lid == other:
            return other_seq < seq
        return self.seen(lid, seq, other) >= other_seq

    def seen(self, lid: int, seq: int, other: int) -> int:
        """How far the author of change (lid, seq) had applied the log `other`."""
        number = self._store.value(
            "SELECT number FROM batches WHERE lid=? AND first_seq<=? AND first_seq+changes>? "
            "ORDER BY first_seq DESC LIMIT 1",
            (lid, seq, seq),
        )
        if number is None:
            # Not sealed yet, so it is ours, and we have seen all there is: sealing comes before
            # anything from elsewhere is applied.
            return int(self._store.value("SELECT seq FROM logs WHERE lid=?", (other,)) or 0)
        row = self._store.row(
            "SELECT seq, hash FROM frontiers WHERE lid=? AND seen_lid=? AND number<=? "
            "ORDER BY number DESC LIMIT 1",
            (lid, other, number),
        )
        return self._in_this_life(other, *row) if row else 0

    def _in_this_life(self, log: int, seq: int, mark: bytes | None) -> int:
        """How far somebody had seen a log as it stands here, who had seen it to this batch.

        Where its author wrote what they had seen again elsewhere, other changes have its numbers.
        """
        first = self._reopened().get(log)
        if first is None or mark is None:
            return seq
        held = self._store.value(
            "SELECT hash FROM batches WHERE lid=? AND first_seq<=? AND first_seq+changes>?",
            (log, seq, seq),
        )
        if held is not None and bytes(held).startswith(mark):
            return seq
        begins = self._store.value(
            "SELECT first_seq FROM batches WHERE lid=? AND number=?", (log, first)
        )
        return seq if begins is None else min(seq, int(begins) - 1)

    def _reopened(self) -> dict[int, int]:
        """The logs of which batches were written again, each with the first such number."""
        if self._first_reopened is None:
            self._first_reopened = reissues.reopened(self._store)
        return self._first_reopened

    def forget(self) -> None:
        """What was written again changed, or a transaction was rolled back."""
        self._first_reopened = None


def pack_refs(replaces: Mapping[str, tuple[Ref, ...]]) -> str:
    """References as stored in `edits.replaces`."""
    return json.dumps({k: [[log.hex(), seq] for log, seq in refs] for k, refs in replaces.items()})


def unpack_refs(text: str | None) -> dict[str, tuple[Ref, ...]]:
    stored = json.loads(text or "{}")
    return {k: tuple(Ref(bytes.fromhex(log), seq) for log, seq in v) for k, v in stored.items()}
