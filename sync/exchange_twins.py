"""The part of a sync that notices another life of this laptop: a copy, or one from before a backup."""

from __future__ import annotations

from collections.abc import Iterator

from sync import envelope, layout
from sync.errors import SyncError
from sync.exchange_news import News
from sync.exchange_packs import Packs
from sync.replica import LogAt


class Twins(News, Packs):
    """Two lives never write one log for long: who notices carries on in new ones (sync rule 11)."""

    def _detect_copy(self) -> bool:
        """Look for batches of ours that we did not write; carry on under a new incarnation if any.

        Where ours and the other's parted before the last of ours went out, what we wrote since is
        written again in the new logs: one number means one batch.
        """
        went_on, lost = False, {}
        for at in self._our_logs():
            partings = list(self._partings(at))
            went_on |= at.is_writing and bool(partings)
            found = [number for number in partings if number is not None]
            if found:
                lost[at.log] = min(found)
        if went_on or lost:
            self._begin_anew(lost)
        return went_on or bool(lost)

    def _begin_anew(self, lost: dict[bytes, int]) -> None:
        self.report.warn("store-copied")
        self.replica.begin_incarnation(lost)
        self.replica.seal()

    def _our_logs(self) -> Iterator[LogAt]:
        for space in self.replica.spaces():
            for at in self.replica.logs(space):
                if at.device == self.replica.device:
                    yield at

    def _partings(self, at: LogAt) -> Iterator[int | None]:
        """For each batch here of a log of ours which another life wrote: see `_parted`.

        One that follows ours in a log we write no more is none: it is only to be taken in.
        """
        for number, raw in self._candidates(at):
            if self._is_other(raw, at, number):
                parted = self._parted(at, raw)
                if at.is_writing or number <= at.number or parted is not None:
                    yield parted

    def _candidates(self, at: LogAt) -> Iterator[tuple[int, bytes]]:
        """What may tell of another life, by number: the ends, as a chain is one if its end is."""
        sent = self.replica.sent(self.location, at.log)
        there = self._numbers_there(at.space, at.log)
        # The first of what the other life wrote may be torn; any of it tells.
        wanted = {number for number in there if sent < number <= at.number + 1}
        if at.is_writing:
            wanted |= {sent + 1, at.number + 1, max(there, default=1)}
        for number in sorted(wanted):
            for raw in self._in_place(at, number):
                yield number, raw
        for device, relayed in self._relaying(at).items():
            last = max((number for number in relayed if number <= at.number + 1), default=0)
            if last:
                path = layout.relayed(device, at.log, last)
                found = self._read(path, envelope.MAX_BATCH_BYTES)
                if found is not None:
                    yield last, found

    def _relaying(self, at: LogAt) -> dict[bytes, set[int]]:
        """Who relays a log, and which batches of it they have there."""
        found = self._relayed.get(at.log)
        return found.by if found else {}

    def _is_other(self, raw: bytes, at: LogAt, number: int) -> bool:
        """Whether these bytes are our batch of this number, and not the one held (erased or not).

        Anybody can put an older batch of ours there; that tells of no other life. Nor does one whose
        changes stand in another log by now, nor any beside one that was written again in vain.
        """
        if envelope.is_later(raw, self.replica.roster.sign_key, at.log, number):
            return True
        try:
            batch = envelope.parse(raw)
            envelope.check_signature(batch, self.replica.keys.sign_public)
        except SyncError:
            return False
        held = self._hash(at, number)
        placed = (batch.header.log, batch.header.number) == (at.log, number)
        settled = any(
            self.replica.is_reissued(one, self.replica.device) for one in (batch.hash, held)
        )
        return placed and batch.hash != held and not settled

    def _parted(self, at: LogAt, raw: bytes) -> int | None:
        """The first of our numbers under which the other life of this batch wrote something else.

        None where that one went on from all we have, where it cannot be told, and where ours was
        written again in vain.
        """
        batch = self._readable(raw)
        if batch is None or batch.header.number > at.number + 1:
            return None
        number = batch.header.number
        while number > 1 and batch.header.previous != self._hash(at, number - 1):
            number -= 1
            batch = self._other_batch(at, number, batch.header.previous)
            if batch is None:
                break
        is_settled = self.replica.is_reissued(self._hash(at, number), self.replica.device)
        return number if number <= at.number and not is_settled else None

    def _readable(self, raw: bytes) -> envelope.Batch | None:
        try:
            return envelope.parse(raw)
        except SyncError:
            return None

    def _other_batch(self, at: LogAt, number: int, name: bytes) -> envelope.Batch | None:
        """The other life's batch of this number, by its hash, if it is to be had here."""
        for raw in self._lying(at, number):
            batch = self._readable(raw)
            if batch is not None and batch.hash == name:
                return batch
        return None

    def _lying(self, at: LogAt, number: int) -> Iterator[bytes]:
        """What lies under a number of a log, in its place and then relayed."""
        yield from self._in_place(at, number)
        for device, there in self._relaying(at).items():
            if number in there:
                path = layout.relayed(device, at.log, number)
                yield self._read(path, envelope.MAX_BATCH_BYTES) or b""
