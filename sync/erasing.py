"""The part of a sync that takes erased values out of every copy it can reach, and says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set

from sync import envelope, layout, members, news
from sync.errors import SyncError
from sync.exchange import code_of
from sync.exchange_packs import Packs
from sync.exchange_snapshots import Snapshots
from sync.ids import digest, from_token
from sync.opening import check
from sync.ports import Occupied


class Erasing(Snapshots, Packs):
    """Carries out what coordinators ordered: here, and in the files on the share."""

    def _carry_out_erasures(self, push: Callable[[], None]) -> None:
        """What is ordered is carried out, and only of what is left is there something to order anew.

        That is what somebody wrote unaware, and what was ordered by one who was lost before the
        replacement lay anywhere. An order is pushed first: a server replaces nothing without.
        """
        replica = self.replica
        self._take_back_void()
        self._carry_out_all(push)
        if replica.renew_orders():
            push()
            self._carry_out_all(push)
        if self._rolled_back():
            replica.forget_swept(self.location)
        self._tell_done()

    def _carry_out_all(self, push: Callable[[], None]) -> None:
        for original in list(self.replica.roster.view().replaced):
            raw = self.replica.held(original)
            if raw is not None:
                self._carry_out(envelope.parse(raw), push)

    def _rolled_back(self) -> bool:
        return any(note.code == "share-rolled-back" for note in self.report.warnings)

    def _carry_out(self, batch: envelope.Batch, push: Callable[[], None]) -> None:
        """One batch; a coordinator unites two orders for it in a new one."""
        replica = self.replica
        wanted = replica.roster.view().replaced[batch.hash]
        if batch.replacement not in wanted:
            found = self._replacement(batch, wanted)
            if found is None:
                # Its place may hold a torn file, which nobody who has the batch would look at again.
                self.wanted.add(self._path(batch))
            if found is None or not self._rewrite(found):
                return
            batch = found
        self.wanted.discard(self._path(batch))
        others = wanted - {batch.replacement}
        united = None
        if others and self._coordinates():
            united = self._united(batch, self._replacement(batch, others))
        if united:
            push()
        self._sweep(envelope.parse(united) if united else batch)

    def _take_back_void(self) -> None:
        """Put back what only void orders took out, where anybody still has it.

        Some carried such an order out before they heard that its author was shut out; others never
        did. Values that nobody has any more stay erased.
        """
        for original in self.replica.roster.voided():
            raw = self.replica.held(original)
            if raw is not None and self._is_void(raw):
                self._ask_back(envelope.parse(raw))
            elif raw is not None:
                self._put_back(envelope.parse(raw))

    def _ask_back(self, batch: envelope.Batch) -> None:
        for path in self._places(batch):
            there = self._copy_at(path, batch)
            if there is not None and not self._is_void(there.raw) and self._rewrite(there):
                self._put_back(there)
                return
        self.wanted.add(self._path(batch))

    def _put_back(self, batch: envelope.Batch) -> None:
        """Write our copy over those on the share that lack its values, where that is ours to do."""
        is_own = batch.header.device == self.replica.device
        if not (is_own or self._coordinates()) or self.replica.swept(self.location, batch.hash):
            return
        for path in self._places(batch):
            there = self._copy_at(path, batch)
            if there is None or not self._is_void(there.raw):
                continue
            if not is_own and self._read(path, envelope.MAX_BATCH_BYTES) is None:
                # It lies in a pack only, and a loose file there is its writer's to leave.
                continue
            try:
                self.remote.replace(path, batch.raw)
            except Occupied:
                # A server that does not know yet that the order is void; the next sync tries again.
                return
        self.replica.remember_swept(self.location, batch.hash)

    def _united(self, batch: envelope.Batch, other: envelope.Batch | None) -> bytes | None:
        if other is None:
            return None
        try:
            return self.replica.unite(batch.raw, other.raw)
        except SyncError as error:
            # Perhaps a later Kipu wrote it; whoever can read both unites them.
            self.report.warn(code_of(error), path=self._path(batch))
            return None

    def _coordinates(self) -> bool:
        member = self.replica.roster.view().members.get(self.replica.device)
        return bool(member and member.is_coordinator)

    def _rewrite(self, found: envelope.Batch) -> bool:
        try:
            self.replica.rewrite(found.raw)
        except SyncError as error:
            self.report.warn(code_of(error), path=self._path(found))
            return False
        return True

    def _path(self, batch: envelope.Batch) -> str:
        header = batch.header
        return layout.batch(header.space, header.log, header.number)

    def _places(self, batch: envelope.Batch) -> Iterator[str]:
        """Where the batch may lie: its author's place first, then the relays."""
        yield self._path(batch)
        header = batch.header
        for name in self._list(layout.RELAY):
            device = from_token(name)
            if device is not None:
                yield layout.relayed(device, header.log, header.number)

    def _copy_at(self, path: str, batch: envelope.Batch) -> envelope.Batch | None:
        """The copy of a batch that lies at a path, whichever block it has."""
        raw = self._read(path, envelope.MAX_BATCH_BYTES)
        if raw is None and path == self._path(batch):
            header = batch.header
            raw = self._from_pack(header.space, header.log, header.number)
        try:
            there = check(raw, self.replica.roster) if raw is not None else None
        except SyncError:
            return None
        return there if there is not None and there.hash == batch.hash else None

    def _replacement(self, batch: envelope.Batch, wanted: Set[bytes]) -> envelope.Batch | None:
        for path in self._places(batch):
            there = self._copy_at(path, batch)
            if there is not None and there.replacement in wanted:
                return there
        return None

    def _sweep(self, batch: envelope.Batch) -> None:
        """Put the replaced batch over every copy on the share that still has the value."""
        ours = batch.header.device == self.replica.device or self._coordinates()
        if not ours or batch.replacement is None:
            return
        if not self.replica.swept(self.location, batch.replacement):
            for path in self._places(batch):
                self._put_over(path, batch)
            header = batch.header
            self._erase_from_pack(header.space, header.log, header.number, batch.raw)
            if self._coordinates():
                self._drop_snapshots(header.space)
            self.replica.remember_swept(self.location, batch.replacement)
        self._sweep_relays(batch)

    def _sweep_relays(self, batch: envelope.Batch) -> None:
        """The same where somebody relays the batch who had not heard of the order: each once."""
        header, relayed = batch.header, self._relayed.get(batch.header.log)
        for device, numbers in relayed.by.items() if relayed else ():
            name = digest((batch.replacement or b"") + device, b"kipu swept")
            if header.number in numbers and not self.replica.swept(self.location, name):
                self._put_over(layout.relayed(device, header.log, header.number), batch)
                self.replica.remember_swept(self.location, name)

    def _put_over(self, path: str, batch: envelope.Batch) -> None:
        there = self._read(path, envelope.MAX_BATCH_BYTES)
        is_copy = there is not None and envelope.batch_hash(there) == batch.hash
        if is_copy and there != batch.raw:
            self.remote.replace(path, batch.raw)

    def _tell_done(self) -> None:
        """Say which orders this device has carried out, and hear it of the others."""
        view = self.replica.roster.view()
        if not view.erasures:
            return
        done = [entry.hash for entry in view.erasures if self.replica.has_carried_out(entry)]
        content = members.make_done(self.replica.keys, self.replica.roster.project, done)
        path = layout.erased(self.replica.device)
        if self._read(path, members.MAX_SMALL_BYTES) != content:
            self.remote.replace(path, content)
            self._tell(news.device_mark("x", self.replica.device, content))
        if self._coordinates():
            for name in self._list(layout.ERASED):
                self._hear_done(from_token(name) or b"")

    def _hear_done(self, device: bytes) -> None:
        sign = self.replica.roster.sign_key(device)
        path = layout.erased(device)
        if sign is None or device == self.replica.device:
            return
        raw = self._read(path, members.MAX_SMALL_BYTES)
        try:
            done = members.read_done(raw or b"", self.replica.roster.project, sign)
        except SyncError:
            self.report.warn("heads-unreadable", path=path)
            return
        self.replica.remember_done(device, done)
