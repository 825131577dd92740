"""The open project as the sync engine sees it (sync.replica.Replica)."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

from app.models import (
    attachments,
    drafts,
    epochs,
    erasures,
    forked,
    quotas,
    set_aside,
    snapshots,
    spaces,
    two_lives,
)
from app.models.ahead import Ahead
from app.models.attachments import whereabouts
from app.models.ledger import Touched, reissues
from app.models.ledger.registers import Log
from app.models.ledger.sealing import LIMITS, KeyAwaited
from app.models.project import Project
from app.models.remotes import known
from app.models.safe_files import replace_file
from app.models.spaces import device_code
from sync import envelope
from sync.attachments import Attachment
from sync.crypto import KeyPair
from sync.opening import OverQuota, check
from sync.replica import LogAt, Received, Verdict
from sync.roster import Entry, Roster
from sync.roster.state import UnknownPast
from sync.snapshots import Sealed


class LocalReplica:
    """Gathers what arriving batches touched in `touched`."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._store = project.store
        self.touched = Touched()
        self._used: dict[tuple[bytes, bytes], int] = {}
        self._beyond: dict[bytes, quotas.Beyond] = {}
        self._ahead = Ahead(lambda: project.roster, self.epoch_key, self._text_paths, LIMITS)

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
        self.touched.roster |= bool(entries)

    def epoch_key(self, epoch: bytes) -> bytes | None:
        return self._store.epoch_key(epoch)

    def add_epoch_key(self, epoch: bytes, space: bytes, key: bytes) -> None:
        if self.epoch_key(epoch) is None:
            self._store.run("INSERT INTO epochs VALUES(?,?,?)", (epoch, space, key))
            # A space whose key was missing has a name now.
            self.touched.roster = True

    def spaces(self) -> list[bytes]:
        """The common space first: forms and places are there, which others refer to."""
        common = self.roster.common
        return sorted(spaces.readable(self._project), key=lambda space: (space != common, space))

    def seal(self) -> int:
        made = self._project.ledger.seal()
        if made or self._own_entries() > int(self._store.meta("roster_sent") or 0):
            # A store that goes back behind what is sent next must be seen to have.
            self._project.bear_witness()
        return made

    def _own_entries(self) -> int:
        last = self.roster.last_of(self.device)
        return last.number if last else 0

    def logs(self, space: bytes) -> list[LogAt]:
        registers = self._project.ledger.registers
        return [self._at(log, space) for log in registers.logs(registers.sid(space))]

    def _at(self, log: Log, space: bytes) -> LogAt:
        is_writing = log.log == self._project.ledger.author.log(space)
        return LogAt(log.log, log.device, space, log.number, log.head, is_writing)

    def batch(self, log: bytes, number: int) -> bytes | None:
        raw = self._store.value(
            "SELECT raw FROM batches WHERE number=? AND lid=(SELECT lid FROM logs WHERE log=?)",
            (number, log),
        )
        return None if raw is None else bytes(raw)

    def gathering(self) -> AbstractContextManager[None]:
        return self._project.ledger.writing()

    def reading_ahead(self) -> AbstractContextManager[None]:
        return self._ahead.running()

    def expect(self, raw: bytes) -> None:
        self._ahead.expect(raw)

    def _text_paths(self) -> dict[str, frozenset[str] | None]:
        """Which answers are words, of every form that is here."""
        forms = self._store.rows("SELECT DISTINCT form_id FROM kind_survey WHERE form_id NOT NULL")
        return {form: self._project.ledger.projection.text_paths(form) for (form,) in forms}

    def receive(self, raw: bytes, on_the_way: bool = False) -> Received:
        """What is on the way to a batch that follows is taken even where it was written again."""
        batch = check(raw, self.roster)
        header = batch.header
        log = self._project.ledger.registers.log(header.log)
        number, head = (log.number, log.head) if log else (0, envelope.NO_HASH)
        if header.number <= number:
            known = self.batch(header.log, header.number)
            same = known is not None and envelope.batch_hash(known) == batch.hash
            if not same and self.is_reissued(batch.hash, header.device):
                return Received(Verdict.REISSUED)
            return Received(Verdict.KNOWN if same else Verdict.FORKED)
        if header.number > number + 1:
            return Received(Verdict.GAP)
        if not on_the_way and self._project.ledger.reissuing.replaces(batch):
            return Received(Verdict.REISSUED)
        if (
            header.previous != head
            or header.first_seq != (log.seq if log and log.number else 0) + 1
        ):
            return Received(Verdict.FORKED)
        self._require_room(header)
        return self._apply(batch, on_the_way)

    def _require_room(self, header: envelope.Header) -> None:
        """Raises OverQuota: what one device may fill of everybody's disks has an end."""
        place = (header.device, header.space)
        if place not in self._used:
            self._used[place] = quotas.batch_bytes(self._project, *place)
        limit = self.roster.view().quota(header.device)
        if self._used[place] + header.size > limit:
            raise self._over_quota(header.device, limit)
        self._used[place] += header.size

    def _require_room_kept(self, space: bytes) -> None:
        """Raises OverQuota where a space holds what batch by batch would not have been let in."""
        devices = {log.device for log in self._project.ledger.registers.logs() if log.device}
        for device in devices:
            limit = self.roster.view().quota(device)
            if quotas.batch_bytes(self._project, device, space) > limit:
                raise self._over_quota(device, limit)

    def _over_quota(self, device: bytes, limit: int) -> OverQuota:
        code = device_code(self._project, device)
        return OverQuota("{device} has put more into a space than it may", device=code, limit=limit)

    def _apply(self, batch: envelope.Batch, on_the_way: bool) -> Received:
        cut_back = self._project.ledger.reissuing.cut_back
        before = len(cut_back)
        try:
            opened = self._ahead.open(batch)
            touched = self._project.ledger.apply_batch(
                batch, opened.context, opened.content, on_the_way
            )
        except (UnknownPast, KeyAwaited):
            return Received(Verdict.WAITING)
        self.touched.merge(touched)
        if len(cut_back) > before:
            # What was taken back fills nobody's room any more.
            self._used.clear()
        log = self._project.ledger.registers.log(batch.header.log)
        is_kept = log is not None and log.number >= batch.header.number
        return Received(Verdict.APPLIED if is_kept else Verdict.REISSUED, batch.header.changes)

    def gave_back(self) -> set[tuple[bytes, bytes]]:
        cut_back = self._project.ledger.reissuing.cut_back
        found = set(cut_back)
        cut_back.clear()
        if found:
            self._used.clear()
        return found

    def begin_incarnation(self, lost: Mapping[bytes, int]) -> None:
        self._project.begin_incarnation(lost)
        self._used.clear()

    def is_reissued(self, batch: bytes, device: bytes) -> bool:
        return bool(reissues.claims(self._store, batch, device))

    def cut_elsewhere(self, space: bytes) -> list[tuple[LogAt, bytes]]:
        found = self._project.ledger.reissuing.cut_logs(space)
        return [(self._at(log, space), end) for log, number, end in found if number is None]

    def beyond_cut(self, space: bytes) -> list[tuple[LogAt, int]]:
        return [
            (self._at(log, space), first)
            for log, first in two_lives.beyond_cut(self._project, space)
        ]

    def follow_cut(self, log: bytes, chain: Sequence[bytes]) -> bool:
        with self._counting_anew():
            return two_lives.follow_cut(self._project, self.receive, log, chain)

    def take_in_vain(self, log: bytes, chain: Sequence[bytes]) -> bool:
        with self._counting_anew():
            return two_lives.take_in_vain(self._project, self.receive, log, chain)

    def is_replaced(self, raw: bytes) -> bool:
        return self._project.ledger.reissuing.replaces(check(raw, self.roster))

    def take_followed(self, log: bytes, chain: Sequence[bytes]) -> bool:
        with self._counting_anew():
            return two_lives.take_followed(self._project, self.receive, log, chain)

    @contextlib.contextmanager
    def _counting_anew(self) -> Iterator[None]:
        """What is taken back within fills nobody's room any more."""
        self._used.clear()
        try:
            yield
        finally:
            self._used.clear()

    def share_of(self, location: str) -> bytes | None:
        found = self._store.value("SELECT share FROM remotes WHERE location=?", (location,))
        return None if found is None else bytes(found)

    def remember_share(self, location: str, share: bytes) -> None:
        """A place founded anew lies empty: what was sent there before counts no more."""
        before = self.share_of(location)
        if before == share:
            return
        with self._store.transaction():
            known.insert(self._store, location, known.fresh_name(self._store, location))
            self._store.run("UPDATE remotes SET share=? WHERE location=?", (share, location))
            if before is not None:
                self._store.run("DELETE FROM sent WHERE remote=?", (self._remote(location),))
                self.forget_swept(location)
                self.forget_attachments_there(location)

    def _remote(self, location: str) -> int:
        return int(self._store.value("SELECT remote FROM remotes WHERE location=?", (location,)))

    def bookmark(self, location: str) -> str:
        found = self._store.value("SELECT state FROM remotes WHERE location=?", (location,))
        return str(found or "")

    def remember_bookmark(self, location: str, text: str) -> None:
        self._store.run("UPDATE remotes SET state=? WHERE location=?", (text, location))

    def sent(self, location: str, log: bytes) -> int:
        return int(
            self._store.value(
                "SELECT number FROM sent WHERE remote=? AND lid=(SELECT lid FROM logs WHERE log=?)",
                (self._remote(location), log),
            )
            or 0
        )

    def unsent(self, location: str, space: bytes) -> list[LogAt]:
        rows = self._store.rows(
            "SELECT l.log FROM logs l LEFT JOIN sent s ON s.lid=l.lid AND s.remote=? "
            "WHERE l.sid=? AND l.number > ifnull(s.number, 0)",
            (self._remote(location), self._project.ledger.registers.sid(space)),
        )
        found = {bytes(log) for (log,) in rows}
        return [at for at in self.logs(space) if at.log in found] if found else []

    def remember_sent(self, location: str, log: bytes, number: int) -> None:
        lid = self._store.value("SELECT lid FROM logs WHERE log=?", (log,))
        self._store.run(
            "INSERT OR REPLACE INTO sent VALUES(?,?,?)", (self._remote(location), lid, number)
        )

    def finished(self, location: str) -> None:
        with self._project.ledger.writing():
            self._project.ledger.reissuing.settle()
        self._store.set_meta("must_sync", 0)
        self._store.set_meta("roster_sent", self._own_entries())
        self._store.run(
            "UPDATE remotes SET last_sync=? WHERE location=?",
            (self._project.ledger.now_ms(), location),
        )
        attachments.sweep(self._project)

    def quarantine(
        self, path: str, raw: bytes, code: str, params: Iterable[tuple[str, str]]
    ) -> None:
        set_aside.keep_some(self._store, path, raw, code, params, self._project.ledger.now_ms())

    # -- snapshots ---------------------------------------------------------------------------

    @property
    def snapshot_layout(self) -> str:
        return snapshots.layout(self._project)

    def changes_in(self, space: bytes) -> int:
        sid = self._project.ledger.registers.sid(space)
        waits = self._store.value(
            "SELECT EXISTS(SELECT 1 FROM pending JOIN logs USING(lid) WHERE sid=?)", (sid,)
        )
        sealed = "SELECT ifnull(sum(changes), 0) FROM batches JOIN logs USING(lid) WHERE sid=?"
        return 0 if waits else int(self._store.value(sealed, (sid,)))

    def snapshot(self, space: bytes) -> Iterable[bytes]:
        return snapshots.export(self._project, space)

    def may_bootstrap(self, space: bytes) -> bool:
        return snapshots.may_take(self._project, space)

    def bootstrap(self, space: bytes, parts: Iterable[Sealed]) -> int:
        with snapshots.laid_beside(self._project, parts), self._project.ledger.writing():
            changes, touched = snapshots.take(self._project, space)
            self._require_room_kept(space)
        self.touched.merge(touched)
        return changes

    def keep_part(self, name: bytes, raw: bytes) -> None:
        folder = self._project.paths.incoming
        folder.mkdir(exist_ok=True)
        replace_file(folder / name.hex(), raw)

    def kept_part(self, name: bytes) -> bytes | None:
        try:
            return (self._project.paths.incoming / name.hex()).read_bytes()
        except FileNotFoundError:
            return None

    def drop_parts(self) -> None:
        # What cannot be removed now is sealed, and goes with the next snapshot or the project.
        shutil.rmtree(self._project.paths.incoming, ignore_errors=True)

    # -- attachments -------------------------------------------------------------------------

    def attachments(self) -> list[Attachment]:
        found = whereabouts.wanted(self._project, self.spaces())
        self._beyond = quotas.files_beyond(self._project, found)
        return found

    def require_room_for(self, one: Attachment) -> None:
        why = self._beyond.get(one.seal.name)
        if why is not None:
            raise OverQuota(
                "{device} has put more files into a space than it may", "over-quota.files",
                device=device_code(self._project, why.device), limit=why.limit,
            )  # fmt: skip

    def holds_attachment(self, one: Attachment) -> bool:
        return whereabouts.holds(self._project, one)

    def is_attachment_sound(self, one: Attachment) -> bool:
        return whereabouts.is_sound(self._project, one)

    def attachment_piece(self, one: Attachment, index: int) -> bytes:
        return whereabouts.piece(self._project, one, index)

    def attachment_begun(self, one: Attachment) -> int:
        return whereabouts.begun(self._project, one)

    def take_attachment_piece(self, one: Attachment, index: int, raw: bytes) -> None:
        whereabouts.take_piece(self._project, one, index, raw)

    def take_attachment(self, one: Attachment) -> None:
        whereabouts.take_whole(self._project, one)

    def is_attachment_there(self, location: str, name: bytes) -> bool:
        return whereabouts.lies_there(self._project, self._remote(location), name)

    def remember_attachment_there(self, location: str, one: Attachment) -> None:
        whereabouts.remember_there(self._project, self._remote(location), one)

    def forget_attachments_there(self, location: str, name: bytes | None = None) -> None:
        whereabouts.forget_there(self._project, self._remote(location), name)

    def attachments_to_blank(self, location: str) -> list[tuple[bytes, bytes]]:
        return whereabouts.to_blank(self._project, self._remote(location))

    def remember_attachment_blanked(self, location: str, name: bytes) -> None:
        whereabouts.remember_blanked(self._project, self._remote(location), name)

    # -- erasure -----------------------------------------------------------------------------

    def held(self, batch: bytes) -> bytes | None:
        return erasures.held(self._project, batch)

    def rewrite(self, raw: bytes) -> None:
        with self._project.ledger.writing(), attachments.forgetting(self._project):
            erasures.rewrite(self._project, raw)
        drafts.forget_erased(self._project)
        self.touched.merge(self._project.ledger.merging.take_touched())

    def renew_orders(self) -> bool:
        if not self.roster.view().erasures:
            return False
        with self._project.ledger.writing(), attachments.forgetting(self._project):
            return erasures.renew(self._project)

    def withdraw_entries(self, first: int) -> int:
        return forked.give_way(self._project, first)

    def renew_epochs(self) -> bool:
        with self._project.ledger.writing():
            return epochs.renew(self._project)

    def unite(self, held: bytes, other: bytes) -> bytes | None:
        try:
            with self._project.ledger.writing(), attachments.forgetting(self._project):
                return erasures.unite(self._project, held, other)
        except KeyAwaited:
            return None

    def has_carried_out(self, entry: Entry) -> bool:
        return erasures.is_done(self._project, entry)

    def remember_done(self, device: bytes, orders: Iterable[bytes]) -> None:
        erasures.remember_done(self._project, device, orders)

    def swept(self, location: str, replacement: bytes) -> bool:
        return bool(
            self._store.value(
                "SELECT EXISTS(SELECT 1 FROM swept WHERE remote=? AND replacement=?)",
                (self._remote(location), replacement),
            )
        )

    def remember_swept(self, location: str, replacement: bytes) -> None:
        self._store.run(
            "INSERT OR IGNORE INTO swept VALUES(?,?)", (self._remote(location), replacement)
        )

    def forget_swept(self, location: str) -> None:
        self._store.run("DELETE FROM swept WHERE remote=?", (self._remote(location),))
