"""The part of a sync that sends our batches, puts back what a share lost, and notices a twin."""

from __future__ import annotations

from sync import envelope, layout, members, news
from sync.errors import Malformed, SyncError
from sync.exchange import Note
from sync.exchange_news import News
from sync.exchange_packs import Packs
from sync.ports import Occupied
from sync.replica import LogAt


class Sending(News, Packs):
    """Pushes our logs, each batch once and as it was sealed."""

    def _detect_copy(self) -> None:
        """Look for our own head beyond what we hold: then this store is a copy (rule 11)."""
        for space in self.replica.spaces():
            for at in self.replica.logs(space):
                if at.is_writing and self._went_on_elsewhere(at):
                    self._begin_anew()
                    return

    def _begin_anew(self) -> None:
        self.report.warn("store-copied")
        self.replica.begin_incarnation()
        self.replica.seal()

    def _went_on_elsewhere(self, at: LogAt) -> bool:
        sent = self.replica.sent(self.location, at.log)
        there = self._numbers_there(at.space, at.log)
        # The first of what the other life wrote may be torn; any of it tells.
        ahead = {number for number in there if sent < number <= at.number}
        numbers = sorted({sent + 1, at.number + 1, max(there, default=1)} | ahead)
        return any(self._is_taken(at, number) for number in numbers)

    def _is_taken(self, at: LogAt, number: int) -> bool:
        """Whether another life of this laptop wrote this number."""
        path = layout.batch(at.space, at.log, number)
        raw = self._read(path, envelope.MAX_BATCH_BYTES)
        if raw is None:
            raw = self._from_pack(at.space, at.log, number)
        held = self.replica.batch(at.log, number)
        return raw is not None and self._is_other(raw, held, at.log, number)

    def _is_other(self, raw: bytes, held: bytes | None, log: bytes, number: int) -> bool:
        """Whether these bytes are our batch of this number, and not the one held (erased or not).

        Anybody can put an older batch of ours there; that tells of no other life.
        """
        if envelope.is_later(raw, self.replica.roster.sign_key, log, number):
            return True
        try:
            batch = envelope.parse(raw)
            envelope.check_signature(batch, self.replica.keys.sign_public)
        except SyncError:
            return False
        same = held is not None and envelope.batch_hash(held) == batch.hash
        return (batch.header.log, batch.header.number) == (log, number) and not same

    def _push_space(self, space: bytes) -> None:
        for at in self.replica.logs(space):
            if at.device == self.replica.device:
                self._push_log(at, self._first_lost(at))
            elif at.number:
                self._relay(at)
        self._push_heads(space)

    def _push_heads(self, space: bytes) -> None:
        # An empty log says nothing, and copies of a laptop would write theirs over each other's.
        heads = {at.log: (at.number, at.head) for at in self.replica.logs(space)
                 if at.device == self.replica.device and at.number}  # fmt: skip
        if heads:
            content = members.make_heads(
                self.replica.keys, self.replica.roster.project, space, heads
            )
            path = layout.heads(space, self.replica.device)
            if self._read(path, members.MAX_SMALL_BYTES) != content:
                self.remote.replace(path, content)

    def _push_log(self, at: LogAt, first: int) -> None:
        for number in range(first, at.number + 1):
            raw = self.replica.batch(at.log, number)
            if raw is None:
                raise Malformed("a sealed batch of this laptop is missing from its store")
            name = news.batch_mark(at.space, at.log, number)
            mark = self._beside(name) if number == at.number else ""
            try:
                is_new, is_marked = self._put_marked(
                    layout.batch(at.space, at.log, number), raw, mark
                )
            except Occupied:
                if at.is_writing:
                    raise
                # An incarnation of ours that forked before it was noticed: both lie apart.
                self.report.quarantined.append(Note("batch-forked", {"path": layout.batch(
                    at.space, at.log, number)}))  # fmt: skip
                return
            if is_new:
                self.report.sent.add(envelope.parse(raw).header.changes, len(raw))
            self.replica.remember_sent(self.location, at.log, number)
            if is_marked:
                self._went_beside(at.log, number, name)

    def _first_lost(self, at: LogAt) -> int:
        """The first number to write: after those sent, or earlier where the share lost some."""
        sent = self.replica.sent(self.location, at.log)
        there = self._numbers_there(at.space, at.log) if sent else set()
        first = next((n for n in range(1, sent + 1) if n not in there), sent + 1)
        if first <= sent:
            self.report.warn("share-rolled-back", place=self.location)
        return first

    def _relay(self, at: LogAt) -> None:
        """Put what is not here of another's log in our own place (rule 10): lost, or never come.

        What a stick brought, or another place, goes on to those who meet only here. What another
        laptop relays already is left to it; a copy that is not sound is asked for by whoever reads it.
        """
        there = self._numbers_anywhere(at.space, at.log)
        was = self.replica.sent(self.location, at.log)
        for number in range(1, at.number + 1):
            raw = self.replica.batch(at.log, number) if number not in there else None
            path = layout.relayed(self.replica.device, at.log, number)
            if raw is not None and self._put(path, raw):
                if number <= was:
                    self.report.warn("share-rolled-back", place=self.location)
                self._tell(news.device_mark("y", self.replica.device, path.encode()))
        if was != at.number:
            self.replica.remember_sent(self.location, at.log, at.number)
