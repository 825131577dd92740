"""The part of a sync that takes several batches of a log at once, for the last of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from sync import envelope, layout
from sync.envelope import NO_HASH, Batch, Header
from sync.errors import SyncError
from sync.exchange import Note, code_of
from sync.exchange_receiving import Forked, Receiving
from sync.exchange_twins import Twins
from sync.opening import check
from sync.replica import LogAt


class Chains(Receiving, Twins):
    """Of a laptop with several lives, what stays though another life wrote otherwise.

    Of one that was shut out, what its coordinator knew: no life may write again elsewhere what would
    count, so none could give way. And what one life wrote again while another had gone on from it.
    """

    def _pull_space(self, space: bytes) -> None:
        super()._pull_space(space)
        for at, head in self.replica.cut_elsewhere(space):
            chain = self._chain_to(at, head) if self._is_contested(at) else []
            if chain:
                self._take_instead(at, chain, self.replica.follow_cut)
        for at, first in self.replica.beyond_cut(space):
            self._take_least(at, first)
        self._pull_behind()

    def _pull_behind(self) -> None:
        super()._pull_behind()
        while self._passed_by:
            _log, header = self._passed_by.popitem()
            if self._take_followed(header):
                super()._pull_behind()

    def _take_followed(self, passed: Header) -> bool:
        """Take what was written again where something follows that was not: nobody gives that up."""
        last = max(self._numbers_anywhere(passed.space, passed.log), default=0)
        if last <= passed.number:
            return False
        held = (one for one in self.replica.logs(passed.space) if one.log == passed.log)
        unknown = LogAt(passed.log, passed.device, passed.space, 0, NO_HASH, is_writing=False)
        at = next(held, unknown)
        return any(
            self._take_instead(at, chain, self.replica.take_followed)
            for chain in map(partial(self._still_to_take, at), self._ends(at, last))
            if chain
        )

    def _still_to_take(self, at: LogAt, end: bytes) -> list[Batch]:
        """On the way to this one, the batches after what is held to the first not written again.

        None where this one was: all of a log that was given up is not read at every walk.
        """
        batch = self._sound(at, end)
        if batch is None or self.replica.is_replaced(batch.raw):
            return []
        chain = self._back_from(at, batch)
        first = chain[0].header.number
        if first > at.number and self._follows(at, chain[0]):
            left = (n for n, one in enumerate(chain, 1) if not self.replica.is_replaced(one.raw))
            return chain[: next(left)]
        if first > at.number + 1:
            # Another life's batch lies in the place of the one before.
            self._want(layout.batch(at.space, at.log, first - 1))
        return []

    def _take_instead(
        self, at: LogAt, chain: list[Batch], take: Callable[[bytes, list[bytes]], bool]
    ) -> bool:
        """Take these batches; those of another life here are set aside, and our own written again."""
        first = chain[0].header.number
        path = layout.batch(at.space, at.log, first)
        try:
            if not take(at.log, [batch.raw for batch in chain]):
                return False
        except SyncError as error:
            self.report.warn(code_of(error), path=path)
            return False
        if first <= at.number and at.device == self.replica.device:
            self.report.warn("store-copied")
            self.replica.seal()
        elif first <= at.number:
            self.report.quarantined.append(Note(Forked.default_code, {"path": path}))
        for batch in chain:
            self.report.received.add(batch.header.changes, len(batch.raw))
        self._behind.add((at.space, at.log))
        return True

    def _is_contested(self, at: LogAt) -> bool:
        """Whether another life's batches were met: what has not come yet is left to come."""
        ends = (self._sound(at, raw) for raw in self._ends(at, at.number + 1))
        return at.log in self.forked or any(
            one.hash != self._hash(at, one.header.number)
            if one.header.number <= at.number
            else one.header.previous != at.head
            for one in ends
            if one is not None
        )

    def _sound(self, at: LogAt, raw: bytes) -> Batch | None:
        """A batch of this log that its device signed; None for anything else that lies there."""
        try:
            batch = check(raw, self.replica.roster)
        except SyncError:
            return None
        named = (batch.header.space, batch.header.log, batch.header.device)
        return batch if named == (at.space, at.log, at.device) else None

    def _sound_batch(self, at: LogAt, number: int, name: bytes) -> Batch | None:
        """The batch of this number and hash, if it is to be had here."""
        found = self._other_batch(at, number, name)
        batch = self._sound(at, found.raw) if found else None
        return batch if batch is not None and batch.header.number == number else None

    def _chain_to(self, at: LogAt, head: bytes) -> list[Batch]:
        """The batches from what is held of a log to the one of this hash; none if any lacks."""
        numbers = sorted(self._numbers_anywhere(at.space, at.log), reverse=True)
        found = (self._sound_batch(at, number, head) for number in numbers)
        batch = next((one for one in found if one is not None), None)
        chain = self._back_from(at, batch) if batch is not None else []
        return chain if chain and self._follows(at, chain[0]) else []

    def _back_from(self, at: LogAt, batch: Batch) -> list[Batch]:
        """A batch after those it follows, down to what is held or as far as they are to be had here."""
        chain, before = [batch], self._before(at, batch)
        while before is not None:
            chain.insert(0, before)
            before = self._before(at, before)
        return chain

    def _before(self, at: LogAt, batch: Batch) -> Batch | None:
        """What a batch follows, if that is not held but to be had here."""
        number, name = batch.header.number - 1, batch.header.previous
        return None if self._follows(at, batch) else self._sound_batch(at, number, name)

    def _follows(self, at: LogAt, batch: Batch) -> bool:
        """Whether a batch follows one that is held."""
        return batch.header.previous == self._hash(at, batch.header.number - 1)

    def _take_least(self, at: LogAt, first: int) -> None:
        """Beyond the cut, where nothing counts either way, the one with the least hash stays."""
        found = (self._parting(at, raw, first) for raw in self._ends(at, at.number))
        least = [one for one in found if one is not None]
        for batch in sorted(least, key=lambda one: (one.header.number, one.hash)):
            if self._take_instead(at, [batch], self.replica.take_in_vain):
                return

    def _ends(self, at: LogAt, most: int) -> Iterator[bytes]:
        """The last of a log's batches that lies in each place, of those up to a number."""
        last = max((n for n in self._numbers_there(at.space, at.log) if n <= most), default=0)
        yield from self._in_place(at, last) if last else ()
        for device, numbers in self._relaying(at).items():
            last = max((n for n in numbers if n <= most), default=0)
            path = layout.relayed(device, at.log, last)
            raw = self._read(path, envelope.MAX_BATCH_BYTES) if last else None
            if raw is not None:
                yield raw

    def _parting(self, at: LogAt, raw: bytes, first: int) -> Batch | None:
        """The batch on the way to this one that parts from what is held, where it is the lesser."""
        end = self._sound(at, raw)
        batch = self._back_from(at, end)[0] if end is not None else None
        if batch is None or batch.header.number < first or not self._follows(at, batch):
            return None
        return batch if batch.hash < self._hash(at, batch.header.number) else None
