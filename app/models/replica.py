"""The open project as the sync engine sees it (sync.replica.Replica)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager

from app.models import spaces
from app.models.ledger import Touched
from app.models.ledger.sealing import LIMITS, KeyAwaited
from app.models.project import Project
from sync import envelope
from sync.crypto import KeyPair
from sync.ids import digest
from sync.opening import check, open_batch
from sync.replica import LogAt, Received, Verdict
from sync.roster import Entry, Roster
from sync.roster.state import UnknownPast

_KEEP_ASIDE_BYTES = 1024 * 1024
_KEEP_ASIDE_FILES = 200


class LocalReplica:
    """Gathers what arriving batches touched in `touched`."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._store = project.store
        self.touched = Touched()

    @property
    def roster(self) -> Roster:
        return self._project.roster

    @property
    def keys(self) -> KeyPair:
        return self._project.keys

    @property
    def device(self) -> bytes:
        return self._project.device

    @property
    def root_key(self) -> bytes:
        return bytes(self._store.meta("root_key"))

    def add_entries(self, entries: Sequence[Entry]) -> None:
        # Kept and judged in one stroke: entries found kept are never judged by again.
        with self._project.ledger.writing():
            self._project.keep_entries(list(entries))
            self.touched.merge(self._project.ledger.roster_changed(entries))

    def epoch_key(self, epoch: bytes) -> bytes | None:
        key = self._store.value("SELECT key FROM epochs WHERE epoch=?", (epoch,))
        return None if key is None else bytes(key)

    def add_epoch_key(self, epoch: bytes, space: bytes, key: bytes) -> None:
        self._store.run("INSERT OR IGNORE INTO epochs VALUES(?,?,?)", (epoch, space, key))

    def spaces(self) -> list[bytes]:
        """The common space first: forms and places are there, which others refer to."""
        common = self.roster.common
        return sorted(spaces.readable(self._project), key=lambda space: (space != common, space))

    def seal(self) -> int:
        made = self._project.ledger.seal()
        if made:
            self._project.bear_witness()
        return made

    def logs(self, space: bytes) -> list[LogAt]:
        ledger = self._project.ledger
        writing = ledger.author.log(space)
        return [
            LogAt(log.log, log.device, space, log.number, log.head, log.log == writing)
            for log in ledger.registers.logs(ledger.registers.sid(space))
        ]

    def batch(self, log: bytes, number: int) -> bytes | None:
        raw = self._store.value(
            "SELECT raw FROM batches WHERE number=? AND lid=(SELECT lid FROM logs WHERE log=?)",
            (number, log),
        )
        return None if raw is None else bytes(raw)

    def gathering(self) -> AbstractContextManager[None]:
        return self._project.ledger.writing()

    def receive(self, raw: bytes) -> Received:
        batch = check(raw, self.roster)
        header = batch.header
        log = self._project.ledger.registers.log(header.log)
        number, head = (log.number, log.head) if log else (0, envelope.NO_HASH)
        if header.number <= number:
            known = self.batch(header.log, header.number)
            same = known is not None and envelope.batch_hash(known) == batch.hash
            return Received(Verdict.KNOWN if same else Verdict.FORKED)
        if header.number > number + 1:
            return Received(Verdict.GAP)
        if (
            header.previous != head
            or header.first_seq != (log.seq if log and log.number else 0) + 1
        ):
            return Received(Verdict.FORKED)
        return self._apply(batch)

    def _apply(self, batch: envelope.Batch) -> Received:
        try:
            opened = open_batch(batch, self.epoch_key, LIMITS)
            touched = self._project.ledger.apply_batch(opened.batch, opened.context, opened.block)
        except (UnknownPast, KeyAwaited):
            return Received(Verdict.WAITING)
        self.touched.merge(touched)
        return Received(Verdict.APPLIED, batch.header.changes)

    def begin_incarnation(self) -> None:
        self._project.begin_incarnation()

    def share_of(self, location: str) -> bytes | None:
        found = self._store.value("SELECT share FROM remotes WHERE location=?", (location,))
        return None if found is None else bytes(found)

    def remember_share(self, location: str, share: bytes) -> None:
        """A place founded anew lies empty: what was sent there before counts no more."""
        before = self.share_of(location)
        if before == share:
            return
        with self._store.transaction():
            self._store.run(
                "INSERT INTO remotes(location, share) VALUES(?,?) "
                "ON CONFLICT(location) DO UPDATE SET share=excluded.share",
                (location, share),
            )
            if before is not None:
                self._store.run("DELETE FROM sent WHERE remote=?", (self._remote(location),))

    def _remote(self, location: str) -> int:
        return int(self._store.value("SELECT remote FROM remotes WHERE location=?", (location,)))

    def sent(self, location: str, log: bytes) -> int:
        return int(
            self._store.value(
                "SELECT number FROM sent WHERE remote=? AND lid=(SELECT lid FROM logs WHERE log=?)",
                (self._remote(location), log),
            )
            or 0
        )

    def remember_sent(self, location: str, log: bytes, number: int) -> None:
        lid = self._store.value("SELECT lid FROM logs WHERE log=?", (log,))
        self._store.run(
            "INSERT OR REPLACE INTO sent VALUES(?,?,?)", (self._remote(location), lid, number)
        )

    def finished(self, location: str) -> None:
        self._store.set_meta("must_sync", 0)
        self._store.run(
            "UPDATE remotes SET last_sync=? WHERE location=?",
            (self._project.ledger.now_ms(), location),
        )

    def quarantine(
        self, path: str, raw: bytes, code: str, params: Iterable[tuple[str, str]]
    ) -> None:
        """Keep the bytes for whoever looks into it, within bounds; the same bytes only once."""
        kept = int(self._store.value("SELECT count(*) FROM quarantine"))
        if kept < _KEEP_ASIDE_FILES:
            self._store.run(
                "INSERT OR IGNORE INTO quarantine(hash, path, code, params, at, raw) "
                "VALUES(?,?,?,?,?,?)",
                (digest(raw, b"kipu aside"), path, code, json.dumps(dict(params)),
                 self._project.ledger.now_ms(), raw[:_KEEP_ASIDE_BYTES]),
            )  # fmt: skip
