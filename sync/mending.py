"""The part of a sync that heals a share: devices say what they found torn, holders write it anew."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from sync import envelope, layout, members, news
from sync.crypto import CannotOpen
from sync.errors import SyncError
from sync.exchange import Note, header_of, is_later, is_same_batch
from sync.exchange_packs import Packs
from sync.ids import digest, from_token, token
from sync.opening import NoKey, check
from sync.ports import Occupied
from sync.roster import EntryType


class Mending(Packs):
    """Serves what others want and says what is wanted here."""

    def _serve_wants(self, devices: Iterable[bytes] | None = None) -> None:
        """Write anew what others (these, or all) found torn or missing, where it is ours to write."""
        project = self.replica.roster.project
        if devices is None:
            devices = [from_token(name) or b"" for name in self._list(layout.WANTS)]
        for device in devices:
            sign = self.replica.roster.sign_key(device) if device else None
            if sign is None:
                continue
            raw = self._read(layout.wants(device), members.MAX_SMALL_BYTES)
            try:
                wanted = members.read_wants(raw or b"", project, sign)
            except SyncError:
                self.report.warn("heads-unreadable", path=layout.wants(device))
                continue
            for path in wanted:
                # Under our own name too: a copy of this laptop may want what we have.
                with self._passing_over(path):
                    self._serve(path, device)

    def _serve(self, path: str, asker: bytes) -> None:
        kind, *parts = path.split("/")
        numbered = len(parts) > 1 and parts[-1].isdecimal() and len(parts[-1]) <= 12
        if kind == layout.ROSTER and numbered:
            self._serve_entry(parts[0], int(parts[1]))
        elif kind == "spaces" and numbered and len(parts) == 3:
            self._serve_batch(from_token(parts[1]) or b"", int(parts[2]))
        elif kind == layout.FILES and len(parts) in (3, 4):
            self._serve_attachment("/".join([kind, *parts[:3]]), is_doubted=len(parts) == 4)
        elif kind == "keys" and len(parts) in (1, 3):
            epoch = from_token(parts[-2:][0]) or b""
            if path == layout.wrapped_key(self.replica.device, epoch, asker):
                self._serve_key(epoch, asker, is_doubted=True)
            elif len(parts) == 1:
                self._serve_key(epoch, asker, is_doubted=False)

    def _serve_key(self, epoch: bytes, asker: bytes, is_doubted: bool) -> None:
        """Wrap an epoch's key, anew where ours is torn or does not open, for a device that lacks it."""
        roster, key = self.replica.roster, self.replica.epoch_key(epoch)
        view = roster.view()
        may_read = any(view.role(asker, space) for space in roster.epoch_spaces(epoch))
        if key is None or not may_read:
            return
        path = layout.wrapped_key(self.replica.device, epoch, asker)
        wrapped = members.wrap_epoch(view.members[asker].seal, roster.project, epoch, key)
        there = self._read(path, members.MAX_SMALL_BYTES)
        # Who doubts it may be away for long: what we wrote for them is not written at every sync.
        is_ours = there is not None and self.replica.swept(
            self.location, digest(there, b"kipu key")
        )
        if (is_doubted and not is_ours) or there is None or len(there) != len(wrapped):
            self.remote.replace(path, wrapped)
            self.replica.remember_swept(self.location, digest(wrapped, b"kipu key"))

    def _serve_entry(self, author: str, number: int) -> None:
        for entry in self.replica.roster.entries:
            if (token(entry.author), entry.number) == (author, number):
                self._put(layout.roster_entry(entry.author, number), entry.raw)

    def _serve_batch(self, log: bytes, number: int) -> None:
        raw = self.replica.batch(log, number)
        header = header_of(raw or b"")
        if raw is None or header is None:
            return
        if header.device != self.replica.device:
            self._serve_relayed(log, number, raw)
            return
        self._mend_packs(header.space, log, number)
        there = self._read(layout.batch(header.space, log, number), envelope.MAX_BATCH_BYTES)
        is_kept = there is not None and (
            self._belongs(there, raw) or is_later(there, raw, self.replica.roster)
        )
        if is_kept and not is_same_batch(there or b"", raw):
            # Another life of this laptop wrote here: ours is to be had beside it.
            self._serve_relayed(log, number, raw)
        elif not is_kept or self._gives_back(raw, there or b""):
            self._put(layout.batch(header.space, log, number), raw)

    def _serve_relayed(self, log: bytes, number: int, raw: bytes) -> None:
        path = layout.relayed(self.replica.device, log, number)
        try:
            self._put(path, raw)
        except Occupied:
            if not self._renew_relayed(path, raw):
                # A copy of this laptop relays what another life of that log's device wrote.
                self.report.quarantined.append(Note("batch-forked", {"path": path}))

    def _renew_relayed(self, path: str, raw: bytes) -> bool:
        """Relay a batch in the place of one that was written again since, where that can be."""
        there, header = self._read(path, envelope.MAX_BATCH_BYTES), header_of(raw)
        if (
            there is None
            or header is None
            or not self.replica.is_reissued(envelope.batch_hash(there), header.device)
        ):
            return False
        with contextlib.suppress(Occupied):
            # A server keeps what it has.
            self.remote.replace(path, raw)
            return True
        return False

    def _serve_attachment(self, folder: str, is_doubted: bool) -> None:
        """Look for it again, and where a copy is unsound put ours; the sending comes after."""
        name = from_token(folder.rpartition("/")[2])
        if name is not None:
            self.replica.forget_attachments_there(self.location, name)
            if is_doubted:
                self.doubted.add(folder)

    def _find_stray_keys(self) -> None:
        """Learn from anybody the keys that their epochs' authors left no copy of, else ask for them.

        They were shut out or lost between sealing a key to one laptop and to the next; what that
        one wrote under it in good faith is to be read all the same, and the space written in again.
        """
        stray = self._stray_epochs()
        authors = self._list("keys") if stray else []
        for epoch, batch in stray.items():
            if not any(self._take_stray_key(author, epoch, batch) for author in authors):
                self.wanted.add(f"keys/{token(epoch)}")

    def _stray_epochs(self) -> dict[bytes, envelope.Batch | None]:
        """Epochs whose keys are missing here: those to write under, those of batches on the share."""
        replica, view = self.replica, self.replica.roster.view()
        found: dict[bytes, envelope.Batch | None] = {
            epoch: None
            for space in replica.spaces()
            for epoch in view.current_epochs(space)
            if replica.epoch_key(epoch) is None
        }
        for note in self.report.warnings:
            if note.code == NoKey.default_code:
                raw = self._read(str(note.params["path"]), envelope.MAX_BATCH_BYTES)
                with contextlib.suppress(SyncError):
                    batch = check(raw or b"", replica.roster)
                    found[batch.header.epoch] = batch
        return found

    def _take_stray_key(self, author: str, epoch: bytes, batch: envelope.Batch | None) -> bool:
        replica, roster = self.replica, self.replica.roster
        path = layout.wrapped_key(from_token(author) or b"", epoch, replica.device)
        raw = self._read(path, members.MAX_SMALL_BYTES)
        if raw is None:
            return False
        try:
            key = members.unwrap_epoch(replica.keys, roster.project, epoch, raw)
            self._require_key_of(epoch, key, batch)
        except SyncError:
            return False
        [space, *_others] = roster.epoch_spaces(epoch)
        replica.add_epoch_key(epoch, space, key)
        return True

    def _require_key_of(self, epoch: bytes, key: bytes, batch: envelope.Batch | None) -> None:
        """It opens the batch, and the keys of the epochs before, lest somebody invent one."""
        roster = self.replica.roster
        if batch is not None:
            envelope.open_context(batch, key)
        elif not members.is_key_of(roster, epoch, key):
            raise CannotOpen("the key opens nothing that was sealed under its epoch")
        for entry in roster.entries:
            if entry.type == EntryType.EPOCH and entry.body["epoch"] == epoch:
                members.open_parents(entry, key)

    def _say_wants(self) -> None:
        self._find_stray_keys()
        path = layout.wants(self.replica.device)
        there = self._read(path, members.MAX_SMALL_BYTES)
        if there is None and not self.wanted:
            return
        content = members.make_wants(self.replica.keys, self.replica.roster.project, self.wanted)
        if there != content:
            self.remote.replace(path, content)
            self._tell(news.device_mark("w", self.replica.device, content))
