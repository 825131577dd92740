"""Batches that count no more, since their author wrote the same changes again in another log.

Two lives of one laptop (a copy, a restored backup) may both have sent something under one number of
one log. Whichever learns of it first moves its own changes to a new log and says so in a batch there
(docs/decisions/0018). Here that word is checked and carried out: who holds the first batches takes
them back as the second ones come, whoever meets them later leaves them where they lie.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from app.models.ledger import reissues
from app.models.ledger.judge import Judge
from app.models.ledger.merging import Merging
from app.models.ledger.registers import Log, Registers, Standing
from app.models.ledger.reissues import Again
from app.models.ledger.sealing import LIMITS
from app.models.store import Store
from sync import columns, envelope
from sync.changes import Change, Ref, Transaction, Verb
from sync.values import ERASED


class Reissuing:
    """Every method runs inside the caller's transaction."""

    def __init__(
        self,
        store: Store,
        registers: Registers,
        merging: Merging,
        judge: Judge,
        judge_everything: Callable[[], None],
    ) -> None:
        self._store = store
        self._registers = registers
        self._merging = merging
        self._judge = judge
        self._judge_everything = judge_everything
        self.cut_back: set[tuple[bytes, bytes]] = set()
        """Spaces and logs that gave back batches since somebody took these, to be read from there."""

    # -- whose word counts -------------------------------------------------------------------

    def replaces(self, batch: envelope.Batch) -> bool:
        """Whether a batch counts no more: all of it stands and counts in another log of its author."""
        return any(
            not self._withheld(again, batch.header.changes) and self._stands(batch, again)
            for again in reissues.claims(self._store, batch.hash, batch.header.device)
        )

    def _withheld(self, again: Again, count: int) -> bool:
        return bool(
            self._store.value(
                "SELECT EXISTS(SELECT 1 FROM transactions WHERE lid=? AND first_seq>=? "
                "AND first_seq<? AND class<>0)",
                (again.lid, again.seq, again.seq + count),
            )
        )

    def _is_given_up(self, lid: int, batch: envelope.Batch) -> bool:
        """Whether a batch held here stands in another log of its author's as well as it does here.

        Else who was shut out could take what they wrote before out of sight, and a member what they
        gave to an act that was closed since.
        """
        return any(
            not self._counts_only_here(lid, batch.header, again) and self._stands(batch, again)
            for again in reissues.claims(self._store, batch.hash, batch.header.device)
        )

    def _counts_only_here(self, lid: int, header: envelope.Header, again: Again) -> bool:
        return bool(
            self._store.value(
                "SELECT EXISTS(SELECT 1 FROM transactions x JOIN transactions t ON t.lid=? "
                "AND t.first_seq=x.first_seq-? WHERE x.lid=? AND x.first_seq BETWEEN ? AND ? "
                "AND x.class=0 AND t.class<>0)",
                (again.lid, header.first_seq - again.seq, lid, header.first_seq, header.last_seq),
            )
        )

    def _stands(self, batch: envelope.Batch, again: Again) -> bool:
        """Whether a batch's transactions stand where its author says; nobody's word is taken for it."""
        held = self._transactions_at(again, batch.header.changes)
        key = self._store.epoch_key(batch.header.epoch)
        if not held or key is None:
            return False
        block = columns.decode(envelope.open_block(batch, key), LIMITS)
        there = self._registers.log_name(again.lid)
        return _are_same(
            block.transactions, held, batch.header.log, there, batch.header.first_seq - again.seq
        )

    def _transactions_at(self, again: Again, count: int) -> list[Transaction]:
        """These changes of a log, transaction by transaction; none where they are not all there."""
        found: list[Transaction] = []
        for first, raw in self._store.rows(
            "SELECT first_seq, raw FROM batches WHERE lid=? AND first_seq+changes>? AND first_seq<? "
            "ORDER BY number",
            (again.lid, again.seq, again.seq + count),
        ):
            batch = envelope.parse(bytes(raw))
            key = self._store.epoch_key(batch.header.epoch)
            assert key is not None, "it was opened with it when it came"
            block = columns.decode(envelope.open_block(batch, key), LIMITS)
            for header, one in zip(block.headers, block.transactions, strict=True):
                if again.seq <= first + header.first < again.seq + count:
                    found.append(one)
        return found if sum(len(one.changes) for one in found) == count else []

    # -- where the roster says which life stays --------------------------------------------------

    def cut_logs(self, space: bytes) -> Iterator[tuple[Log, int | None, bytes]]:
        """Logs of a space that were cut so that nothing can count beyond.

        Each with the number and hash of the batch it was cut at: None where that is not held, 0
        for one that was cut before its first. Not those whose device may write again.
        """
        cut = self._judge.roster.view().cuts
        for log in self._registers.logs(self._registers.sid(space)) if cut else ():
            end = None
            if log.device in cut and self._judge.is_silent(log.device, space):
                end = self._judge.end_of(log.device, log.log, space)
            if end == envelope.NO_HASH:
                yield log, 0, end
            elif end is not None:
                number = self._store.value(
                    "SELECT number FROM batches WHERE hash=? AND lid=?", (end, log.lid)
                )
                yield log, number, end

    def end_at(self, log: Log, kept: int) -> bool:
        """Let a log end at a batch, for those it was cut at; False where ours waits to be sealed."""
        if self._waits(log):
            return False
        if kept < log.number:
            self._take_back(log, kept)
        return True

    def is_in_vain(self, lid: int, number: int) -> bool:
        """Whether nothing counts of a log from a batch on."""
        first = self._store.value(
            "SELECT first_seq FROM batches WHERE lid=? AND number=?", (lid, number)
        )
        return first is None or not self.counts_beyond(lid, int(first) - 1)

    def counts_beyond(self, lid: int, seq: int) -> bool:
        """Whether anything counts of a log after a change."""
        return bool(
            self._store.value(
                "SELECT EXISTS(SELECT 1 FROM transactions WHERE lid=? AND first_seq>? AND class=0)",
                (lid, seq),
            )
        )

    def is_built_upon(self, log: Log, number: int) -> bool:
        """Whether somebody wrote, here or elsewhere, who had seen a log from a batch on as it stands."""
        return bool(
            self._store.value(
                "SELECT EXISTS(SELECT 1 FROM frontiers WHERE seen_lid=?1 AND (hash IS NULL OR hash IN "
                "(SELECT substr(hash, 1, 16) FROM batches WHERE lid=?1 AND number>=?2))) "
                "OR EXISTS(SELECT 1 FROM pending JOIN logs USING(lid) WHERE sid=?3 AND lid<>?1)",
                (log.lid, number, log.sid),
            )
        )

    def is_named(self, log: Log) -> bool:
        """Whether a change of another log names one of a log."""
        return bool(
            self._store.value(
                "SELECT EXISTS(SELECT 1 FROM edits WHERE lid<>? AND instr(replaces, ?))",
                (log.lid, log.log.hex()),
            )
        )

    def _waits(self, log: Log) -> bool:
        return bool(
            self._store.value("SELECT EXISTS(SELECT 1 FROM pending WHERE lid=?)", (log.lid,))
        )

    # -- carrying it out ---------------------------------------------------------------------

    def hear(self, told: Iterable[envelope.Reissued], device: bytes) -> None:
        """Judge by what the author of a batch that was just applied says of earlier ones."""
        known = map(self._registers.log, {one.log for one in told})
        logs = [log for log in known if log is not None and log.device == device]
        # What somebody had seen of these logs may be less than it seemed.
        rids = [
            int(rid)
            for log in logs
            for (rid,) in self._store.rows(
                "SELECT DISTINCT rid FROM edits WHERE instr(replaces, ?)", (log.log.hex(),)
            )
        ]
        self._merging.refresh(rids)
        if rids or (logs and self._judge.any_closes()):
            self._judge_everything()

    def settle(self) -> None:
        """Take back what is held here of batches that their authors have written again.

        Of each log from its end: what its author never wrote again is not taken from anybody. Again
        until nothing is left to take, as standings change with it.
        """
        while any(self._settle(lid) for lid in self._concerned()):
            pass

    def _concerned(self) -> list[int]:
        # CROSS JOIN lets SQLite begin with the few; else it would look at every batch there is.
        rows = self._store.rows(
            "SELECT DISTINCT b.lid FROM reissued a CROSS JOIN batches b ON b.hash=a.hash"
        )
        return [int(lid) for (lid,) in rows]

    def _settle(self, lid: int) -> bool:
        log = self._registers.log(self._registers.log_name(lid))
        assert log is not None
        kept = self._kept(log)
        if kept < log.number:
            self._take_back(log, kept)
            self.cut_back.add((self._registers.space(log.sid), log.log))
        return kept < log.number

    def _kept(self, log: Log) -> int:
        """The last batch of a log that was not written again with all that follows it."""
        if self._waits(log):
            return log.number
        for number, raw in self._store.each(
            "SELECT number, raw FROM batches WHERE lid=? AND number>=(SELECT min(b.number) FROM "
            "reissued a CROSS JOIN batches b ON b.hash=a.hash WHERE b.lid=?) ORDER BY number DESC",
            (log.lid, log.lid),
        ):
            if not self._is_given_up(log.lid, envelope.parse(bytes(raw))):
                return int(number)
            kept = int(number) - 1
        return kept

    def _take_back(self, log: Log, kept: int) -> None:
        """Let a log end at a batch again, as if nothing after it had come."""
        store = self._store
        first = self.cut(log, kept)
        from_there = (log.lid, first)
        for at, count, standing in store.rows(
            "DELETE FROM transactions WHERE lid=? AND first_seq>=? "
            "RETURNING first_seq, changes, class", from_there
        ):  # fmt: skip
            self._merging.released(log.sid, log.lid, at, count, Standing(standing))
        owners = [
            owner
            for (rid,) in store.rows("SELECT rid FROM records WHERE lid=? AND seq>=?", from_there)
            for owner in self._judge.roots(int(rid))[1:]
        ]
        edited = store.rows("DELETE FROM edits WHERE lid=? AND seq>=? RETURNING rid", from_there)
        created = store.rows("SELECT rid FROM records WHERE lid=? AND seq>=?", from_there)
        for (rid,) in created:
            self._take_back_creation(int(rid))
        rids = dict.fromkeys(int(rid) for (rid,) in [*edited, *created])
        self._merging.refresh([*rids, *owners])
        store.run_many(
            "DELETE FROM records WHERE rid=?1 AND lid IS NULL "
            "AND NOT EXISTS(SELECT 1 FROM edits WHERE rid=?1)",
            [(rid,) for rid in rids],
        )
        # A close or an admission may have gone with it.
        self._judge_everything()

    def cut(self, log: Log, kept: int) -> int:
        """Forget a log's batches after one; returns the number of the first change they had."""
        store = self._store
        row = store.row(
            "SELECT hash, first_seq+changes FROM batches WHERE lid=? AND number=?", (log.lid, kept)
        )
        head, first = (bytes(row[0]), int(row[1])) if row else (envelope.NO_HASH, 1)
        store.run("DELETE FROM batches WHERE lid=? AND number>?", (log.lid, kept))
        store.run("DELETE FROM frontiers WHERE lid=? AND number>?", (log.lid, kept))
        store.run("UPDATE sent SET number=min(number, ?) WHERE lid=?", (kept, log.lid))
        store.run(
            "UPDATE logs SET number=?, seq=?, head=? WHERE lid=?", (kept, first - 1, head, log.lid)
        )
        return first

    def _take_back_creation(self, rid: int) -> None:
        """Another creation of the record takes its place, with the owner it has; else none does."""
        store = self._store
        others = store.rows(
            "DELETE FROM edits WHERE eid=(SELECT min(eid) FROM edits WHERE rid=? AND verb=?) "
            "RETURNING lid, seq, effective_ms, class, fields",
            (rid, Verb.CREATE),
        )
        for other in others:
            store.run(
                "UPDATE records SET lid=?, seq=?, effective_ms=?, class=?, base=? WHERE rid=?",
                (*other, rid),
            )
        if not others:
            store.run(
                "UPDATE records SET lid=NULL, seq=NULL, effective_ms=NULL, class=NULL, "
                "parent_kid=NULL, parent_id=NULL, base=NULL, data='{}' WHERE rid=?",
                (rid,),
            )


def _are_same(
    before: Sequence[Transaction], after: Sequence[Transaction], old: bytes, new: bytes, offset: int
) -> bool:
    """Whether transactions are the same but for what they are called, and for erased values.

    What was change n of the log `old` is change n - `offset` of the log `new`.
    """
    return len(before) == len(after) and all(
        (was.at_ms, was.person, was.command, was.label, len(was.changes))
        == (now.at_ms, now.person, now.command, now.label, len(now.changes))
        and all(
            _is_same_change(one, other, old, new, offset)
            for one, other in zip(was.changes, now.changes, strict=True)
        )
        for was, now in zip(before, after, strict=True)
    )


def _is_same_change(was: Change, now: Change, old: bytes, new: bytes, offset: int) -> bool:
    def is_same_ref(one: Ref, other: Ref) -> bool:
        moved = one.log == old and other == Ref(new, one.seq - offset)
        return one == other or moved

    def are_same_refs(some: Iterable[Ref], others: Iterable[Ref]) -> bool:
        left = list(others)
        for one in some:
            found = next((other for other in left if is_same_ref(one, other)), None)
            if found is None:
                return False
            left.remove(found)
        return not left

    named = (was.verb, was.kind, was.record, was.parent, was.fields.keys(), was.replaces.keys())
    return (
        named == (now.verb, now.kind, now.record, now.parent, now.fields.keys(), now.replaces.keys())
        and all(_agree(value, now.fields[name]) for name, value in was.fields.items())
        and all(are_same_refs(refs, now.replaces[name]) for name, refs in was.replaces.items())
    )  # fmt: skip


def _agree(was: object, now: object) -> bool:
    return was == now or was is ERASED or now is ERASED
