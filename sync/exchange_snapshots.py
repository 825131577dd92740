"""The part of a sync that begins a space from a snapshot, and leaves snapshots for newcomers."""

from __future__ import annotations

import time
from collections.abc import Iterator

from sync import layout, ports, snapshots
from sync.errors import Malformed, SyncError
from sync.exchange import Exchange
from sync.ids import from_token
from sync.opening import NoKey
from sync.ports import RemoteError
from sync.snapshots import About, Part, Sealed, Sealer

_ABOUT = "about"
# With fewer changes than this, replaying them takes no longer.
WORTH_IT = 200
# Large batches are an eighth of a snapshot's bytes, which counts where it comes over a line.
MOST_A_BATCH = 250
_LONG_S = 0.5


class Snapshots(Exchange):
    """Takes the largest snapshot that fits, whole or not at all; what came after is pulled as ever."""

    def _bootstrap(self, space: bytes) -> None:
        if not self.replica.may_bootstrap(space):
            return
        for device, about in sorted(self._offers(space), key=lambda one: -one[1].changes):
            folder = layout.snapshot(space, device)
            try:
                taken = self.replica.bootstrap(space, self._parts(folder, about))
            except RemoteError:
                # What has come stays, for the next sync to go on from.
                raise
            except SyncError as error:
                self.report.warn("snapshot-unusable", path=folder, reason=error.code)
                self.replica.drop_parts()
                continue
            self.replica.drop_parts()
            self.report.received.add(taken, about.size)
            return

    def _offers(self, space: bytes) -> Iterator[tuple[bytes, About]]:
        """The snapshots of coordinators that this laptop could take in."""
        view = self.replica.roster.view()
        for name in self._list(layout.snapshots_of(space)):
            member = view.members.get(from_token(name) or b"")
            if member is None or not member.is_coordinator:
                continue
            path = f"{layout.snapshot(space, member.device)}/{_ABOUT}"
            raw = self._read(path, snapshots.MAX_ABOUT_BYTES)
            try:
                about = snapshots.read_about(
                    raw or b"", self.replica.roster.project, space, member.sign
                )
            except SyncError:
                continue
            fits = about.layout == self.replica.snapshot_layout and self._opens(about)
            if fits and about.changes >= WORTH_IT and self._is_quicker(about):
                yield member.device, about

    def _is_quicker(self, about: About) -> bool:
        """Whether it is here sooner than the batches are replayed."""
        return ports.is_near(self.remote) or about.changes < MOST_A_BATCH * about.batches

    def _opens(self, about: About) -> bool:
        spaces = self.replica.roster.epoch_spaces(about.epoch)
        return about.space in spaces and self.replica.epoch_key(about.epoch) is not None

    def _parts(self, folder: str, about: About) -> Iterator[Sealed]:
        key = self.replica.epoch_key(about.epoch)
        if key is None:
            raise NoKey("the key of a snapshot is not here")
        for index, (name, part) in enumerate(zip(snapshots.names(about), about.parts, strict=True)):
            raw = self.replica.kept_part(part.hash)
            if raw is None:
                raw = self._fetched(f"{folder}/{name}", part)
            yield Sealed(key, about.salt, about.space, index, raw)

    def _fetched(self, path: str, part: Part) -> bytes:
        """A part from the share, which is kept where it would take long to come again."""
        began = time.monotonic()
        raw = self._read(path, part.size)
        if raw is None or snapshots.part_hash(raw) != part.hash:
            raise Malformed("a part of a snapshot is missing or torn")
        # A folder may be mounted from far away.
        if not ports.is_near(self.remote) or time.monotonic() - began > _LONG_S:
            self.replica.keep_part(part.hash, raw)
        return raw

    # -- offering ----------------------------------------------------------------------------

    def _offer_snapshots(self) -> None:
        """A coordinator leaves a snapshot of every space that has grown since its last one."""
        member = self.replica.roster.view().members.get(self.replica.device)
        if member is None or not member.is_coordinator:
            return
        for space in self.replica.spaces():
            if self.replica.changes_in(space) >= max(WORTH_IT, self._offered(space) + 1):
                self._offer(space)

    def _offered(self, space: bytes) -> int:
        """How many changes our snapshot there covers; 0 where it is none of this layout."""
        path = f"{layout.snapshot(space, self.replica.device)}/{_ABOUT}"
        raw = self._read(path, snapshots.MAX_ABOUT_BYTES)
        keys, project = self.replica.keys, self.replica.roster.project
        try:
            about = snapshots.read_about(raw or b"", project, space, keys.sign_public)
        except SyncError:
            return 0
        return about.changes if about.layout == self.replica.snapshot_layout else 0

    def _offer(self, space: bytes) -> None:
        epochs = reversed(self.replica.roster.view().writing_epochs(space))
        held = [(epoch, key) for epoch in epochs if (key := self.replica.epoch_key(epoch))]
        if not held:
            return
        folder = layout.snapshot(space, self.replica.device)
        before = [name for name in self._list(folder) if name != _ABOUT]
        sealer = Sealer(self.replica.roster.project, space, *held[0])
        changes, size = self.replica.changes_in(space), 0
        batches = sum(at.number for at in self.replica.logs(space))
        for index, plain in enumerate(self.replica.snapshot(space)):
            raw = sealer.seal(plain)
            self.remote.put(f"{folder}/{sealer.name}-{index:05d}", raw)
            size += len(raw)
        about = sealer.about(self.replica.snapshot_layout, changes, batches)
        self.remote.replace(f"{folder}/{_ABOUT}", about.pack(self.replica.keys))
        # Whoever is reading the one before finds a part missing, and replays.
        for old in before:
            self.remote.remove(f"{folder}/{old}")
        self.report.snapshots.add(changes, size)

    def _drop_snapshots(self, space: bytes) -> None:
        """Something in the space was erased: no snapshot from before may stay."""
        for device in self._list(layout.snapshots_of(space)):
            folder = f"{layout.snapshots_of(space)}/{device}"
            names = self._list(folder)
            for name in sorted(names, key=lambda name: name != _ABOUT):
                self.remote.remove(f"{folder}/{name}")
