"""The part of a sync that takes several batches of a log at once, for the last of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

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
            name, passed = self._passed_by.popitem()
            if self._take_followed(passed, name):
                super()._pull_behind()

    def _take_followed(self, passed: Header, name: bytes) -> bool:
        """Take what was written again where something follows that was not: nobody gives that up."""
        at = self._log_of(passed)
        chain: list[Batch] = []
        batch = self._sound_batch(at, passed.number, name) if self._may_go_on(at, passed) else None
        while batch is not None and self._is_replaced(batch):
            chain.append(batch)
            batch = self._following(at, batch)
        if batch is None:
            return False
        if at.is_writing:
            self._begin_anew({})
        return self._take_instead(at, [*chain, batch], self.replica.take_followed)

    def _log_of(self, passed: Header) -> LogAt:
        """How far a batch's log is held; a log that was only heard of has no device yet."""
        unknown = LogAt(passed.log, passed.device, passed.space, 0, NO_HASH, is_writing=False)
        held = self.replica.logs(passed.space)
        return next(
            (at for at in held if (at.log, at.device) == (passed.log, passed.device)), unknown
        )

    def _may_go_on(self, at: LogAt, passed: Header) -> bool:
        """Whether what lies behind a batch may count, going by the last that lies in each place.

        All of a log that was given up is not read at every walk.
        """
        last = max(self._numbers_anywhere(at.space, at.log), default=0)
        if last <= passed.number:
            return False
        ends = (self._sound(at, raw) for raw in self._ends(at, last))
        return any(
            end is None or (end.header.number > passed.number and not self._is_replaced(end))
            for end in ends
        )

    def _is_replaced(self, batch: Batch) -> bool:
        """Nor does a batch count that opens for nobody and that its device says it wrote again."""
        try:
            return self.replica.is_replaced(batch.raw)
        except SyncError:
            return True

    def _following(self, at: LogAt, batch: Batch) -> Batch | None:
        """The batch that follows one, if it is to be had here; else what lacks for it is asked for."""
        number = batch.header.number + 1
        sound = (self._sound(at, raw) for raw in self._lying(at, number))
        there = [one for one in sound if one is not None and one.header.number == number]
        for one in there:
            if one.header.previous == batch.hash:
                return one
        counting = [one for one in there if not self._is_replaced(one)]
        if any(self._sound_batch(at, number - 1, one.header.previous) is None for one in counting):
            # What they follow belongs where this one lies, which another life wrote.
            self._want(layout.batch(at.space, at.log, number - 1))
        elif not there and max(self._numbers_anywhere(at.space, at.log)) >= number:
            self._want(layout.batch(at.space, at.log, number))
        return None

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
            key_of = self.replica.epoch_key
            stuck = next((one for one in chain if key_of(one.header.epoch) is None), chain[0])
            path = layout.batch(at.space, at.log, stuck.header.number)
            self.report.warn(code_of(error), path=path)
            return False
        if first <= at.number and at.device == self.replica.device:
            self.report.warn("store-copied")
            self.replica.seal()
        elif first <= at.number:
            self.report.quarantined.append(Note(Forked.default_code, {"path": path}))
        for batch in chain:
            self.report.received.add(batch.header.changes, len(batch.raw))
        self.replica.remember_sent(self.location, at.log, chain[-1].header.number)
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
        chain: list[Batch] = []
        while batch is not None:
            chain.insert(0, batch)
            before, previous = batch.header.number - 1, batch.header.previous
            if previous == self._hash(at, before):
                return chain
            batch = self._sound_batch(at, before, previous)
        return []

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
        batch = self._sound(at, raw)
        while batch is not None and batch.header.number >= first:
            number, previous = batch.header.number, batch.header.previous
            if previous == self._hash(at, number - 1):
                return batch if batch.hash < self._hash(at, number) else None
            batch = self._sound_batch(at, number - 1, previous)
        return None
