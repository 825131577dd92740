"""The part of a sync that heals a share: devices say what they found torn, holders write it anew."""

from __future__ import annotations

from sync import envelope, layout, members
from sync.errors import SyncError
from sync.exchange import Exchange, belongs, header_of
from sync.ids import from_token, token


class Mending(Exchange):
    """Serves what others want and says what is wanted here."""

    def _serve_wants(self) -> None:
        """Write anew what others found torn or missing, where it is ours to write."""
        project = self.replica.roster.project
        for name in self.remote.list(layout.WANTS):
            device = from_token(name)
            sign = self.replica.roster.sign_key(device) if device else None
            if device is None or sign is None or device == self.replica.device:
                continue
            raw = self._read(layout.wants(device), members.MAX_SMALL_BYTES)
            try:
                wanted = members.read_wants(raw or b"", project, sign)
            except SyncError:
                self.report.warn("heads-unreadable", path=layout.wants(device))
                continue
            for path in wanted:
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
        elif kind == "keys" and len(parts) == 3:
            epoch = from_token(parts[1]) or b""
            if path == layout.wrapped_key(self.replica.device, epoch, asker):
                self._serve_key(path, epoch, asker)

    def _serve_key(self, path: str, epoch: bytes, asker: bytes) -> None:
        """Wrap an epoch's key anew for a device that cannot open what lies there."""
        roster, key = self.replica.roster, self.replica.epoch_key(epoch)
        view = roster.view()
        may_read = any(view.role(asker, space) for space in roster.epoch_spaces(epoch))
        if key is not None and may_read and epoch in view.epochs:
            wrapped = members.wrap_epoch(view.members[asker].seal, roster.project, epoch, key)
            self.remote.replace(path, wrapped)

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
            self._put(layout.relayed(self.replica.device, log, number), raw)
            return
        there = self._read(layout.batch(header.space, log, number), envelope.MAX_BATCH_BYTES)
        if there is None or not belongs(there, raw, self.replica.roster):
            self._put(layout.batch(header.space, log, number), raw)

    def _serve_attachment(self, folder: str, is_doubted: bool) -> None:
        """Look for it again, and where a copy is unsound put ours; the sending comes after."""
        name = from_token(folder.rpartition("/")[2])
        if name is not None:
            self.replica.forget_attachments_there(self.location, name)
            if is_doubted:
                self.doubted.add(folder)

    def _say_wants(self) -> None:
        path = layout.wants(self.replica.device)
        there = self._read(path, members.MAX_SMALL_BYTES)
        if there is None and not self.wanted:
            return
        content = members.make_wants(self.replica.keys, self.replica.roster.project, self.wanted)
        if there != content:
            self.remote.replace(path, content)
