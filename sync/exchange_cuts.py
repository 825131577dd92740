"""The part of a sync that goes by the batch a log was cut at, where another life wrote otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sync import envelope, layout
from sync.envelope import Batch
from sync.errors import SyncError
from sync.exchange_receiving import Forked, Receiving
from sync.exchange_twins import Twins
from sync.opening import NoKey, UnknownErasure
from sync.replica import LogAt


class Cuts(Receiving, Twins):
    """Of two lives of a laptop that was shut out, the one that its coordinator knew stays.

    Neither may write again elsewhere what would count, so neither could give way to the other.
    """

    def _pull_space(self, space: bytes) -> None:
        super()._pull_space(space)
        for at, head in self.replica.cut_elsewhere(space):
            chain = self._chain_to(at, head)
            if chain:
                self._take_instead(at, chain, self.replica.follow_cut)
        for at, first in self.replica.beyond_cut(space):
            self._take_least(at, first)
        self._pull_behind()

    def _take_instead(
        self, at: LogAt, chain: list[Batch], take: Callable[[list[bytes]], bool]
    ) -> bool:
        """Take these batches; those of another life here are set aside, and our own written again."""
        first, raws = chain[0].header.number, [batch.raw for batch in chain]
        path = layout.batch(at.space, at.log, first)
        beside = {n: self.replica.batch(at.log, n) for n in range(first, at.number + 1)}
        if beside and at.device == self.replica.device:
            self._begin_anew({at.log: first})
            beside = {}
        try:
            if not take(raws):
                return False
        except (NoKey, UnknownErasure) as error:
            self.report.warn(error.code, path=path)
            return False
        except SyncError as error:
            self._set_aside(path, raws[0], error)
            return False
        for number, raw in beside.items():
            why = Forked("its log was cut at another life's")
            self._set_aside(layout.batch(at.space, at.log, number), raw or b"", why)
        for batch in chain:
            self.report.received.add(batch.header.changes, len(batch.raw))
        self._behind.add((at.space, at.log))
        return True

    def _chain_to(self, at: LogAt, head: bytes) -> list[Batch]:
        """The batches from what is held of a log to the one of this hash; none if any lacks."""
        numbers = sorted(self._numbers_anywhere(at.space, at.log), reverse=True)
        found = (self._other_batch(at, number, head) for number in numbers)
        batch = next((one for one in found if one is not None), None)
        chain: list[Batch] = []
        while batch is not None:
            chain.insert(0, batch)
            before, previous = batch.header.number - 1, batch.header.previous
            if previous == self._hash(at, before):
                return chain
            batch = self._other_batch(at, before, previous)
        return []

    def _take_least(self, at: LogAt, first: int) -> None:
        """Beyond the cut, where nothing counts either way, the one with the least hash stays."""
        found = (self._parting(at, raw, first) for raw in self._ends(at))
        least = sorted((one.header.number, one.hash, one.raw) for one in found if one is not None)
        for _number, _name, raw in least:
            batch = self._readable(raw)
            if batch is not None and self._take_instead(at, [batch], self._take_in_vain):
                return

    def _take_in_vain(self, raws: list[bytes]) -> bool:
        return all(map(self.replica.take_in_vain, raws))

    def _ends(self, at: LogAt) -> Iterator[bytes]:
        """The last of a log's batches that each lies somewhere, of those held or their like."""
        last = max((n for n in self._numbers_there(at.space, at.log) if n <= at.number), default=0)
        yield from self._in_place(at, last) if last else ()
        for device, numbers in self._relaying(at).items():
            last = max((n for n in numbers if n <= at.number), default=0)
            path = layout.relayed(device, at.log, last)
            raw = self._read(path, envelope.MAX_BATCH_BYTES) if last else None
            if raw is not None:
                yield raw

    def _parting(self, at: LogAt, raw: bytes, first: int) -> Batch | None:
        """The batch on the way to this one that parts from what is held, where it is the lesser."""
        batch = self._readable(raw)
        while batch is not None and batch.header.number >= first:
            number, previous = batch.header.number, batch.header.previous
            if previous == self._hash(at, number - 1):
                return batch if batch.hash < self._hash(at, number) else None
            batch = self._other_batch(at, number - 1, previous)
        return None
