"""The ledger itself: commit, seal, apply. See the package's docstring."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from app.errors import KipuError
from app.i18n import _
from app.models.ledger import reissues
from app.models.ledger.forgotten import Forgotten
from app.models.ledger.judge import Judge, Touch, Warrant
from app.models.ledger.merging import Merging
from app.models.ledger.projection import Projection
from app.models.ledger.registers import Author, Log, Registers, Standing, Touched
from app.models.ledger.reissuing import Reissuing
from app.models.ledger.rejudging import Rejudging
from app.models.ledger.rewriting import Rewriting
from app.models.ledger.rows import Content, TextPaths, spread
from app.models.ledger.sealing import LIMITS, Sealing, mark, require_key
from app.models.store import Store
from sync import columns, envelope
from sync.changes import Change, Ref, Transaction, Verb
from sync.columns import Block, Group
from sync.errors import Malformed, TooLarge
from sync.roster import Entry, EntryType, Roster

_CUTTING = (EntryType.GRANT, EntryType.REVOKE)


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
        self.forgotten = Forgotten(store, self.registers, roster)
        self.merging = Merging(store, self.registers, self.projection, self.judge)
        self.sealing = Sealing(store, self.registers, roster)
        self.rewriting = Rewriting(store, self.merging)
        self.rejudging = Rejudging(store, self.registers, self.judge, self.merging)
        self.reissuing = Reissuing(
            store, self.registers, self.merging, self.judge, self.judge_everything
        )

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """One database transaction, or a part of one; on failure all is as it was before."""
        before = self.projection.waiting()
        outermost = not self.store.in_transaction
        try:
            with self.store.transaction():
                yield
                self.merging.flush_digests()
                if outermost:
                    self.projection.write_words()
        except BaseException:
            self.registers.forget()
            self.merging.forget()
            self.judge.forget()
            self.projection.go_back(before)
            # An entry built on one that was never kept would keep the store from opening again.
            self.roster.go_back(int(self.store.value("SELECT count(*) FROM roster")))
            raise

    # -- our own changes ---------------------------------------------------------------------

    def commit(
        self, space: bytes, changes: Sequence[Change], label: str, command: bytes | None = None
    ) -> Touched:
        """Write one transaction of changes in one space; all of it or nothing.

        Raises KipuError when this device's role does not allow it, when a record is closed or was
                erased, or when something new is to begin where no key is here.
        """
        if any(change.verb is Verb.CREATE for change in changes):
            require_key(self.store, space)
        with self.writing():
            self.forgotten.require_kept(space, changes)
            log = self._own_log(space)
            transaction = Transaction(
                self.now_ms(), self.author.person, command, label, tuple(changes)
            )
            raw, block = _encoded(transaction, self.author)
            self.store.run(
                "INSERT INTO pending VALUES(?,?,?,?)", (log.lid, log.seq + 1, len(changes), raw)
            )
            warrant = self.judge.warrant(self.author.device, log.log, space, None)
            reference = self.store.value(
                "SELECT run_reference_ms FROM spaces WHERE sid=?", (log.sid,)
            )
            standings = self._apply(Content.of(block), log, log.seq + 1, int(reference), warrant)
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

    def next_ref(self, space: bytes) -> Ref:
        """What the next change written here will be called: later ones of its transaction may
        name it."""
        name = self.author.log(space)
        log = self.registers.log(name)
        return Ref(name, (log.seq if log else 0) + 1)

    def pending_changes(self) -> int:
        """How many changes of this laptop are not sealed yet."""
        return int(self.store.value("SELECT ifnull(sum(changes), 0) FROM pending"))

    def awaiting_key(self) -> int:
        """How many changes made here are not sealed because the key of their space is not here."""
        held = [log.lid for log in self.sealing.waiting() if not self.sealing.can_seal(log)]
        counted = "SELECT sum(changes) FROM pending WHERE lid=?"
        return sum(int(self.store.value(counted, (lid,))) for lid in held)

    def seal(self) -> int:
        """Seal everything written here into batches; returns how many were made.

        A space whose key is awaited keeps what is pending, and holds up no other.
        """
        made = 0
        for log in self.sealing.waiting():
            with self.writing():
                if self.sealing.can_seal(log):
                    made += self._seal(log)
                else:
                    self.sealing.hold(log)
        return made

    def _seal(self, log: Log) -> int:
        """Seal one log; what a missing key held up is judged by what was known when it was written."""
        was_held = self.sealing.is_held(log)
        made = self.sealing.seal(log, self.author)
        if was_held:
            self.rejudging.again(self.rejudging.of_log(log.lid))
        return made

    # -- batches of others -------------------------------------------------------------------

    def apply_batch(
        self,
        batch: envelope.Batch,
        context: envelope.Context,
        content: Content,
        on_the_way: bool = False,
    ) -> Touched:
        """Apply a verified batch that continues its log.

        One that is only on the way to what follows it stays for now, whoever wrote it again.

        Raises sync.roster.UnknownPast when the roster entries it names have not arrived, and
        Malformed when content and header disagree; then nothing is changed.
        """
        header = batch.header
        if content.count != header.changes:
            raise Malformed("a batch holds another number of changes than its header says")
        with self.writing():
            sid = self.registers.sid(header.space)
            for own in self.sealing.waiting():
                if own.sid == sid:
                    self._seal(own)
            log = self.registers.open_log(
                header.log, header.device, header.incarnation, header.space
            )
            warrant = self.judge.warrant(
                header.device, header.log, header.space, context.roster_heads
            )
            self.note_seen(log.lid, header.number, context, sid)
            self.sealing.keep(log.lid, header, context, batch.raw)
            self._apply(content, log, header.first_seq, context.reference_ms, warrant)
            if context.reissued or reissues.claims(self.store, batch.hash, header.device):
                self.reissuing.hear(context.reissued, header.device)
                if not on_the_way:
                    self.reissuing.settle()
            self.sealing.start_run(sid)
        return self.merging.take_touched()

    def note_seen(self, lid: int, number: int, context: envelope.Context, sid: int) -> None:
        """What the author of a log's batch had seen when it was sealed, and had written again."""
        if context.reissued:
            reissues.hear(self.store, lid, context)
            self.judge.forget()
        rows = []
        for name, seen in context.frontier.items():
            self.store.run(
                "INSERT OR IGNORE INTO logs(log, sid, head) VALUES(?,?,?)", (name, sid, bytes(32))
            )
            other = self.store.value("SELECT lid FROM logs WHERE log=?", (name,))
            rows.append((lid, other, number, seen.seq, mark(seen.batch_hash)))
        self.store.run_many("INSERT OR REPLACE INTO frontiers VALUES(?,?,?,?,?)", rows)

    # -- applying ----------------------------------------------------------------------------

    def _apply(
        self, content: Content, log: Log, first_seq: int, reference: int, warrant: Warrant
    ) -> list[Standing]:
        """Project a block's changes; returns the standing of each transaction."""
        effective = content.effective(reference)
        self._note_transactions(content, log, first_seq)
        if self._is_plain(content, first_seq, warrant):
            self._store_creations(content, log, first_seq, reference)
            standings = [Standing.EFFECTIVE] * len(content.headers)
        else:
            standings = self._store_changes(content.block, log, first_seq, effective, warrant)
        counted = [
            eff for eff, one in zip(effective, standings, strict=True) if one is Standing.EFFECTIVE
        ]
        self.store.run(
            "UPDATE spaces SET reference_ms=max(reference_ms, ?) WHERE sid=?",
            (max(counted, default=0), log.sid),
        )
        return standings

    def _note_transactions(self, content: Content, log: Log, first_seq: int) -> None:
        names = content.persons.items()
        pids = {person: self.registers.pid(person, name) for person, name in names}
        self.store.run_many(
            "INSERT INTO transactions VALUES(?,?,?,?,?,?,?,?)",
            [
                (log.lid, first_seq + one.first, one.count, one.at_ms,
                 pids.get(one.person) or self.registers.pid(one.person, ""),
                 one.command, one.label, Standing.EFFECTIVE)
                for one in content.headers
            ],
        )  # fmt: skip
        self.store.run(
            "UPDATE logs SET seq=max(seq, ?) WHERE lid=?",
            (first_seq + content.count - 1, log.lid),
        )

    def _is_plain(self, content: Content, first_seq: int, warrant: Warrant) -> bool:
        """Only creations, all of them allowed, and nothing closed or deleted they could touch."""
        last = first_seq + content.count - 1
        if any(
            shape.verb is not Verb.CREATE
            or not warrant.allows(first_seq, shape.verb, shape.kind)
            or not warrant.allows(last, shape.verb, shape.kind)
            for shape in content.shapes
        ):
            return False
        return not (any(shape.owned for shape in content.shapes) and self._any_endings())

    def _any_endings(self) -> bool:
        return bool(
            self.store.value(
                "SELECT EXISTS(SELECT 1 FROM edits WHERE verb IN (?,?))", (Verb.CLOSE, Verb.DELETE)
            )
        )

    def _store_creations(self, content: Content, log: Log, first_seq: int, reference: int) -> None:
        """Store creations kind by kind, singly where some of their records are known already."""
        known: list[tuple[Change, Touch]] = []
        effective = spread(content.headers, content.effective(reference))
        found = content.rows(log.log, first_seq, reference, self.projection.text_paths)
        for place, rows in enumerate(found):
            if not self.merging.create_rows(rows, log.sid, log.lid):
                group = content.block.groups[place]
                known += self._store_singly(group, log, first_seq, effective)
        # What closed them before they came bears on their creation.
        self._follow([change for change, _touch in known], [touch for _change, touch in known])

    def _store_singly(
        self, group: Group, log: Log, first_seq: int, effective: Sequence[int]
    ) -> list[tuple[Change, Touch]]:
        changes = list(group.changes())
        places = [(first_seq + position, effective[position]) for position in group.positions]
        touches = [
            Touch(seq, change.verb, change.kind,
                  self.merging.note(change, log.sid, log.lid, seq, eff, Standing.EFFECTIVE))
            for change, (seq, eff) in zip(changes, places, strict=True)
        ]  # fmt: skip
        self.merging.refresh(touch.rid for touch in touches)
        return list(zip(changes, touches, strict=True))

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
                self.rejudging.set_standing(log, first, header.count, Standing.EFFECTIVE, standing)
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
            self.rejudging.again(self.rejudging.under(root))

    def roster_changed(self, entries: Sequence[Entry]) -> Touched:
        """Judge again whatever newly known revocations and demotions may cut off.

        When one hits a coordinator, whatever they granted may fall too, so everything is judged.
        """
        cut = {bytes(entry.body["device"]) for entry in entries if entry.type in _CUTTING}
        if any(_admits(entry, self.author.device) for entry in entries):
            # What waits to be sealed here is worth what this laptop may again.
            cut.add(self.author.device)
        if any(self.roster.last_of(device) for device in cut):
            cut = {log.device for log in self.registers.logs()}
        with self.writing():
            for log in self.registers.logs():
                if log.device in cut:
                    self.rejudging.again(self.rejudging.of_log(log.lid))
            self.reissuing.settle()
        return self.merging.take_touched()

    def judge_everything(self) -> None:
        """Judge every transaction again: what was known of the roster is no more."""
        with self.writing():
            for log in self.registers.logs():
                self.rejudging.again(self.rejudging.of_log(log.lid))

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


def _admits(entry: Entry, device: bytes) -> bool:
    return entry.type == EntryType.ADMIT and entry.body["device"] == device


def _encoded(transaction: Transaction, author: Author) -> tuple[bytes, Block]:
    """The transaction as a block, as any reader will see it.

    Raises KipuError for one that no reader would take.
    """
    try:
        raw = columns.encode([transaction], {author.person: author.person_name})
        block = columns.decode(raw, LIMITS)
    except TooLarge as error:
        raise KipuError(_("This is more than can be kept at once. Nothing was changed.")) from error
    return raw, block
