"""The ledger itself: commit, seal, receive. See the package's docstring."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from app.errors import KipuError
from app.i18n import _
from app.models.ledger.judge import Judge, Touch, Warrant
from app.models.ledger.merging import Merging
from app.models.ledger.projection import Projection, TextPaths
from app.models.ledger.registers import Log, Registers, Standing, Touched
from app.models.store import Store
from sync import clock, columns, envelope
from sync.changes import Change, Transaction, Verb
from sync.columns import Block, Group
from sync.crypto import KeyPair
from sync.errors import Malformed
from sync.ids import log_id
from sync.roster import Roster

LIMITS = columns.Limits()
BATCH_CHANGES = 1000
BATCH_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True)
class Author:
    """Who writes here: this device (its keys and incarnation) and the person sitting at it."""

    keys: KeyPair
    device: bytes
    incarnation: bytes
    person: bytes
    person_name: str

    def log(self, space: bytes) -> bytes:
        return log_id(self.device, self.incarnation, space)


class Ledger:
    """Everything that changes data goes through here, in one database transaction each."""

    def __init__(
        self,
        store: Store,
        roster: Roster,
        author: Author,
        text_paths: TextPaths,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.store = store
        self.roster = roster
        self.author = author
        self.now_ms = now_ms
        self.registers = Registers(store)
        self.projection = Projection(store, text_paths)
        self.judge = Judge(store, self.registers, roster)
        self.merging = Merging(store, self.registers, self.projection, self.judge)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One database transaction; on failure every cache is as it was before."""
        try:
            with self.store.transaction():
                yield
                self.merging.flush_digests()
        except BaseException:
            self.registers.forget()
            self.merging.forget()
            raise

    # -- our own changes ---------------------------------------------------------------------

    def commit(
        self, space: bytes, changes: Sequence[Change], label: str, command: bytes | None = None
    ) -> Touched:
        """Write one transaction of changes in one space; all of it or nothing.

        Raises KipuError when this device's role does not allow it, or when a record is closed.
        """
        with self.writing():
            log = self._own_log(space)
            transaction = Transaction(
                self.now_ms(), self.author.person, command, label, tuple(changes)
            )
            block = columns.encode([transaction], {self.author.person: self.author.person_name})
            self.store.run(
                "INSERT INTO pending VALUES(?,?,?,?)", (log.lid, log.seq + 1, len(changes), block)
            )
            warrant = self.judge.warrant(self.author.device, log.log, space, None)
            reference = self.store.value(
                "SELECT run_reference_ms FROM spaces WHERE sid=?", (log.sid,)
            )
            standings = self._apply(
                columns.decode(block, LIMITS), log, log.seq + 1, int(reference), warrant
            )
            self._refuse(standings)
        return self.merging.take_touched()

    def _refuse(self, standings: Iterable[Standing]) -> None:
        for standing in standings:
            if standing is Standing.UNAUTHORISED:
                raise KipuError(
                    _("Your role here does not allow this. Nothing was changed; ask a coordinator.")
                )
            if standing is Standing.LATE:
                raise KipuError(
                    _("This act is closed and can no longer be changed. Nothing was changed.")
                )

    def _own_log(self, space: bytes) -> Log:
        author = self.author
        return self.registers.open_log(author.log(space), author.device, author.incarnation, space)

    def pending_changes(self) -> int:
        """How many changes of this laptop are not sealed yet."""
        return int(self.store.value("SELECT ifnull(sum(changes), 0) FROM pending"))

    # -- sealing -----------------------------------------------------------------------------

    def seal(self) -> int:
        """Seal everything written here into batches; returns how many were made.

        Sealed bytes are in the store before anything is sent, and never made again (rule 10).
        """
        made = 0
        lids = [row[0] for row in self.store.rows("SELECT DISTINCT lid FROM pending")]
        logs = [log for log in self.registers.logs() if log.lid in lids]
        for log in logs:
            with self.writing():
                made += self._seal_log(log)
        return made

    def seal_space(self, sid: int) -> None:
        """Seal what is pending in one space; inside a transaction (before applying others')."""
        for log in self.registers.logs(sid):
            if log.device == self.author.device:
                self._seal_log(log)

    def _seal_log(self, log: Log) -> int:
        made = 0
        for first_seq, blocks in self._runs(log.lid):
            self._seal_run(self._reload(log), first_seq, blocks)
            made += 1
        if made:
            self._start_run(log.sid)
        return made

    def _reload(self, log: Log) -> Log:
        found = self.registers.log(log.log)
        assert found is not None
        return found

    def _runs(self, lid: int) -> list[tuple[int, list[bytes]]]:
        """Pending blocks gathered into batches of bounded size; a transaction is never split."""
        runs: list[tuple[int, list[bytes]]] = []
        changes = size = 0
        for first, count, block in self.store.rows(
            "SELECT first_seq, changes, block FROM pending WHERE lid=? ORDER BY first_seq", (lid,)
        ):
            if not runs or changes + count > BATCH_CHANGES or size + len(block) > BATCH_BYTES:
                runs.append((first, []))
                changes = size = 0
            runs[-1][1].append(block)
            changes, size = changes + count, size + len(block)
        return runs

    def _seal_run(self, log: Log, first_seq: int, blocks: list[bytes]) -> None:
        block, count = self._joined(blocks)
        space = self.registers.space(log.sid)
        epoch, key = self.writing_epoch(space)
        heads = self.roster.heads()
        reference = int(
            self.store.value("SELECT run_reference_ms FROM spaces WHERE sid=?", (log.sid,))
        )
        number = log.number + 1
        context = envelope.Context(reference, heads, self._advance_frontier(log, number))
        header = envelope.Header(
            self.roster.project, log.device, log.incarnation, space, epoch,
            envelope.new_batch_id(), number, first_seq, count, log.head,
        )  # fmt: skip
        raw = envelope.seal(header, context, block, key, self.author.keys)
        self._keep_batch(log.lid, header, context, raw)
        self.store.run(
            "DELETE FROM pending WHERE lid=? AND first_seq BETWEEN ? AND ?",
            (log.lid, first_seq, header.last_seq),
        )

    def _joined(self, blocks: list[bytes]) -> tuple[bytes, int]:
        """One block holding all these transactions, and how many changes that is."""
        if len(blocks) == 1:
            return blocks[0], columns.decode(blocks[0], LIMITS).count
        decoded = [columns.decode(block, LIMITS) for block in blocks]
        transactions = [one for block in decoded for one in block.transactions]
        persons = {person: name for block in decoded for person, name in block.persons.items()}
        count = sum(len(one.changes) for one in transactions)
        return columns.encode(transactions, persons), count

    def _advance_frontier(self, log: Log, number: int) -> dict[bytes, envelope.Seen]:
        """What was applied in this space since this log's last batch, recorded and returned."""
        rows = self.store.rows(
            "SELECT o.lid, o.log, o.seq, o.head FROM logs o WHERE o.sid=? AND o.lid<>? AND o.seq>0 "
            "AND o.seq > ifnull((SELECT max(f.seq) FROM frontiers f WHERE f.lid=? AND "
            "f.seen_lid=o.lid), 0)",
            (log.sid, log.lid, log.lid),
        )
        self.store.run_many(
            "INSERT INTO frontiers VALUES(?,?,?,?)",
            [(log.lid, lid, number, seq) for lid, _log, seq, _head in rows],
        )
        return {bytes(name): envelope.Seen(seq, bytes(head)) for _lid, name, seq, head in rows}

    def _keep_batch(
        self, lid: int, header: envelope.Header, context: envelope.Context, raw: bytes
    ) -> None:
        name = envelope.batch_hash(raw)
        self.store.run(
            "INSERT INTO batches VALUES(?,?,?,?,?,?,?,?)",
            (lid, header.number, name, header.first_seq, header.changes, context.reference_ms,
             b"".join(sorted(context.roster_heads)), raw),
        )  # fmt: skip
        self.store.run(
            "UPDATE logs SET number=?, seq=?, head=? WHERE lid=?",
            (header.number, header.last_seq, name, lid),
        )

    def _start_run(self, sid: int) -> None:
        """From here on our changes are ordered after everything applied so far (rule 9)."""
        self.store.run("UPDATE spaces SET run_reference_ms=reference_ms WHERE sid=?", (sid,))

    def writing_epoch(self, space: bytes) -> tuple[bytes, bytes]:
        """The epoch to seal under and its key. Raises KipuError when it has not reached us."""
        for epoch in reversed(self.roster.view().current_epochs(space)):
            key = self.store.value("SELECT key FROM epochs WHERE epoch=?", (epoch,))
            if key is not None:
                return epoch, bytes(key)
        raise KipuError(
            _("The key of this space has not reached this laptop yet; sync and try again.")
        )

    # -- batches of others -------------------------------------------------------------------

    def apply_batch(
        self, batch: envelope.Batch, context: envelope.Context, block: Block
    ) -> Touched:
        """Apply a verified batch that continues its log.

        Raises sync.roster.UnknownPast when the roster entries it names have not arrived, and
        Malformed when block and header disagree; then nothing is changed.
        """
        header = batch.header
        if block.count != header.changes:
            raise Malformed("a batch holds another number of changes than its header says")
        with self.writing():
            sid = self.registers.sid(header.space)
            self.seal_space(sid)
            log = self.registers.open_log(
                header.log, header.device, header.incarnation, header.space
            )
            warrant = self.judge.warrant(
                header.device, header.log, header.space, context.roster_heads
            )
            self._note_frontier(log, header.number, context, sid)
            self._keep_batch(log.lid, header, context, batch.raw)
            self._apply(block, log, header.first_seq, context.reference_ms, warrant)
            self._start_run(sid)
        return self.merging.take_touched()

    def _note_frontier(self, log: Log, number: int, context: envelope.Context, sid: int) -> None:
        rows = []
        for name, seen in context.frontier.items():
            self.store.run(
                "INSERT OR IGNORE INTO logs(log, sid, head) VALUES(?,?,?)", (name, sid, bytes(32))
            )
            lid = self.store.value("SELECT lid FROM logs WHERE log=?", (name,))
            rows.append((log.lid, lid, number, seen.seq))
        self.store.run_many("INSERT OR REPLACE INTO frontiers VALUES(?,?,?,?)", rows)

    # -- applying ----------------------------------------------------------------------------

    def _apply(
        self, block: Block, log: Log, first_seq: int, reference: int, warrant: Warrant
    ) -> list[Standing]:
        """Project a block's changes; returns the standing of each transaction."""
        headers = block.headers
        effective = [clock.effective(one.at_ms, reference) for one in headers]
        self._note_transactions(block, log, first_seq)
        standings = self._store_block(block, log, first_seq, effective, warrant)
        counted = [
            eff for eff, one in zip(effective, standings, strict=True) if one is Standing.EFFECTIVE
        ]
        self.store.run(
            "UPDATE spaces SET reference_ms=max(reference_ms, ?) WHERE sid=?",
            (max(counted, default=0), log.sid),
        )
        return standings

    def _note_transactions(self, block: Block, log: Log, first_seq: int) -> None:
        pids = {person: self.registers.pid(person, name) for person, name in block.persons.items()}
        self.store.run_many(
            "INSERT INTO transactions VALUES(?,?,?,?,?,?,?,?)",
            [
                (log.lid, first_seq + one.first, one.count, one.at_ms,
                 pids.get(one.person) or self.registers.pid(one.person, ""),
                 one.command, one.label, Standing.EFFECTIVE)
                for one in block.headers
            ],
        )  # fmt: skip
        self.store.run(
            "UPDATE logs SET seq=max(seq, ?) WHERE lid=?",
            (first_seq + block.count - 1, log.lid),
        )

    def _store_block(
        self, block: Block, log: Log, first_seq: int, effective: Sequence[int], warrant: Warrant
    ) -> list[Standing]:
        if self._is_plain(block, first_seq, warrant):
            per_change = _spread(block, effective)
            for group in block.groups:
                self._store_group(group, log, first_seq, per_change)
            return [Standing.EFFECTIVE] * len(block.headers)
        return self._store_changes(block, log, first_seq, effective, warrant)

    def _is_plain(self, block: Block, first_seq: int, warrant: Warrant) -> bool:
        """Only creations, all of them allowed, and nothing closed or deleted they could touch."""
        last = first_seq + block.count - 1
        if any(
            group.verb is not Verb.CREATE
            or not warrant.allows(first_seq, group.verb, group.kind)
            or not warrant.allows(last, group.verb, group.kind)
            for group in block.groups
        ):
            return False
        owned = any(group.parents for group in block.groups)
        return not (owned and self._any_endings())

    def _any_endings(self) -> bool:
        return bool(
            self.store.value(
                "SELECT EXISTS(SELECT 1 FROM edits WHERE verb IN (?,?))", (Verb.CLOSE, Verb.DELETE)
            )
        )

    def _store_group(
        self, group: Group, log: Log, first_seq: int, effective: Sequence[int]
    ) -> None:
        seqs = [first_seq + position for position in group.positions]
        times = [effective[position] for position in group.positions]
        if self.merging.create_group(group, log.sid, log.lid, seqs, times):
            return
        rids = []
        for change, seq, eff in zip(group.changes(), seqs, times, strict=True):
            rids.append(self.merging.note(change, log.sid, log.lid, seq, eff, Standing.EFFECTIVE))
        self.merging.refresh(rids)

    def _store_changes(
        self, block: Block, log: Log, first_seq: int, effective: Sequence[int], warrant: Warrant
    ) -> list[Standing]:
        standings = []
        for header, eff, transaction in zip(
            block.headers, effective, block.transactions, strict=True
        ):
            first = first_seq + header.first
            touches = [
                Touch(first + i, one.verb, one.kind,
                      self.merging.note(one, log.sid, log.lid, first + i, eff, Standing.EFFECTIVE))
                for i, one in enumerate(transaction.changes)
            ]  # fmt: skip
            standing = self.judge.standing(warrant, log.lid, touches)
            if standing is not Standing.EFFECTIVE:
                self._set_standing(log, first, header.count, Standing.EFFECTIVE, standing)
            self.merging.refresh(touch.rid for touch in touches)
            standings.append(standing)
            self._follow(transaction.changes, touches)
        return standings

    def _follow(self, changes: Sequence[Change], touches: Sequence[Touch]) -> None:
        """Judge again what a close, an admission or a late-arrived owner bears on."""
        if not self.judge.any_closes():
            return
        roots = [
            touch.rid
            for change, touch in zip(changes, touches, strict=True)
            if change.verb in (Verb.CLOSE, Verb.ADMIT, Verb.CREATE)
        ]
        for root in roots:
            self.rejudge(self._transactions_under(root))

    # -- judging again -----------------------------------------------------------------------

    def _transactions_under(self, root: int) -> list[tuple[int, int]]:
        """(lid, first_seq) of every transaction that touches a record or what it owns."""
        below = (
            "WITH RECURSIVE below(rid) AS (SELECT ? UNION SELECT c.rid FROM below b "
            "JOIN records p ON p.rid=b.rid JOIN records c ON c.parent_id=p.id "
            "AND c.parent_kid=p.kid AND c.sid=p.sid) "
        )
        rows = self.store.rows(
            below + "SELECT lid, seq FROM records WHERE rid IN below AND lid IS NOT NULL "
            "UNION SELECT lid, seq FROM edits WHERE rid IN below",
            (root,),
        )
        found = {self._transaction_of(lid, seq) for lid, seq in rows}
        return sorted(one for one in found if one is not None)

    def _transaction_of(self, lid: int, seq: int) -> tuple[int, int] | None:
        first = self.store.value(
            "SELECT first_seq FROM transactions WHERE lid=? AND first_seq<=? "
            "ORDER BY first_seq DESC LIMIT 1",
            (lid, seq),
        )
        return (lid, int(first)) if first is not None else None

    def rejudge(self, transactions: Iterable[tuple[int, int]]) -> None:
        """Judge stored transactions again, and what follows from any that change standing."""
        queue = list(transactions)
        seen: set[tuple[int, int]] = set()
        while queue:
            lid, first = queue.pop()
            if (lid, first) in seen:
                continue
            seen.add((lid, first))
            queue += self._rejudge_one(lid, first)

    def _rejudge_one(self, lid: int, first: int) -> list[tuple[int, int]]:
        count, old = self.store.row(
            "SELECT changes, class FROM transactions WHERE lid=? AND first_seq=?", (lid, first)
        )  # type: ignore[misc]
        touches = self._touches(lid, first, count)
        log = next(one for one in self.registers.logs() if one.lid == lid)
        standing = self.judge.standing(self._warrant_of(log, first), lid, touches)
        if standing == old:
            return []
        self._set_standing(log, first, count, Standing(old), standing)
        self.merging.refresh(touch.rid for touch in touches)
        endings = [t.rid for t in touches if t.verb in (Verb.CLOSE, Verb.ADMIT)]
        return [one for rid in endings for one in self._transactions_under(rid)]

    def _warrant_of(self, log: Log, seq: int) -> Warrant:
        heads = self.store.value(
            "SELECT roster_heads FROM batches WHERE lid=? AND first_seq<=? AND first_seq+changes>?",
            (log.lid, seq, seq),
        )
        named = None if heads is None else [heads[i : i + 32] for i in range(0, len(heads), 32)]
        return self.judge.warrant(log.device, log.log, self.registers.space(log.sid), named)

    def _touches(self, lid: int, first: int, count: int) -> list[Touch]:
        rows = self.store.rows(
            "SELECT seq, ?, kid, rid FROM records WHERE lid=? AND seq BETWEEN ? AND ? UNION ALL "
            "SELECT e.seq, e.verb, r.kid, e.rid FROM edits e JOIN records r ON r.rid=e.rid "
            "WHERE e.lid=? AND e.seq BETWEEN ? AND ? ORDER BY 1",
            (Verb.CREATE, lid, first, first + count - 1, lid, first, first + count - 1),
        )
        return [
            Touch(seq, Verb(verb), self.registers.kind(kid), rid) for seq, verb, kid, rid in rows
        ]

    def _set_standing(self, log: Log, first: int, count: int, old: Standing, new: Standing) -> None:
        last = first + count - 1
        for name in ("records", "edits"):
            self.store.run(
                f"UPDATE {name} SET class=? WHERE lid=? AND seq BETWEEN ? AND ?",
                (new, log.lid, first, last),
            )
        self.store.run(
            "UPDATE transactions SET class=? WHERE lid=? AND first_seq=?", (new, log.lid, first)
        )
        self.merging.released(log.sid, log.lid, first, count, old)
        self.merging.withheld(log.sid, log.lid, first, count, new)

    def roster_changed(self) -> Touched:
        """Judge again whatever a revocation or demotion known now may cut off."""
        with self.writing():
            for device, cuts in self.roster.view().cuts.items():
                for log in self.registers.logs():
                    if log.device == device:
                        start = min(cut.logs.get(log.log, 0) for cut in cuts)
                        self.rejudge(self._transactions_after(log.lid, start))
        return self.merging.take_touched()

    def _transactions_after(self, lid: int, seq: int) -> list[tuple[int, int]]:
        return [
            (lid, int(first))
            for (first,) in self.store.rows(
                "SELECT first_seq FROM transactions WHERE lid=? AND first_seq+changes>?",
                (lid, seq + 1),
            )
        ]

    # -- projections -------------------------------------------------------------------------

    def rebuild(self) -> None:
        """Make every table by kind and the search index anew; writes no change to the log."""
        with self.writing():
            self.projection.create_tables()
            for (rid,) in self.store.rows("SELECT rid FROM records WHERE lid IS NOT NULL"):
                self.merging.refresh([rid])

    def with_author(self, author: Author) -> None:
        """Another person sits down, or a new incarnation begins."""
        self.author = replace(author)


def _spread(block: Block, per_transaction: Sequence[int]) -> list[int]:
    """One value a change from one value a transaction."""
    spread: list[int] = []
    for header, value in zip(block.headers, per_transaction, strict=True):
        spread += [value] * header.count
    return spread
