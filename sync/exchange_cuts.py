"""The part of a sync that goes by the batch a log was cut at, where another life wrote otherwise."""

from __future__ import annotations

from sync import layout
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
                self._follow_cut(at, chain)
        self._pull_behind()

    def _follow_cut(self, at: LogAt, chain: list[Batch]) -> None:
        """Take these batches; those of another life here are set aside, and our own written again."""
        first, raws = chain[0].header.number, [batch.raw for batch in chain]
        path = layout.batch(at.space, at.log, first)
        beside = {n: self.replica.batch(at.log, n) for n in range(first, at.number + 1)}
        if beside and at.device == self.replica.device:
            self._begin_anew({at.log: first})
            beside = {}
        try:
            if not self.replica.follow_cut(at.log, raws):
                return
        except (NoKey, UnknownErasure) as error:
            self.report.warn(error.code, path=path)
            return
        except SyncError as error:
            self._set_aside(path, raws[0], error)
            return
        for number, raw in beside.items():
            why = Forked("its log was cut at another life's")
            self._set_aside(layout.batch(at.space, at.log, number), raw or b"", why)
        for batch in chain:
            self.report.received.add(batch.header.changes, len(batch.raw))
        self._behind.add((at.space, at.log))

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
