"""The part of a sync that sends our batches and puts back what a share lost."""

from __future__ import annotations

from sync import envelope, layout, members, news
from sync.errors import Malformed
from sync.exchange import Note
from sync.exchange_twins import Twins
from sync.ports import Occupied
from sync.replica import LogAt


class Sending(Twins):
    """Pushes our logs, each batch once and as it was sealed."""

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
                is_apart = self._put_apart(at, number, raw)
                if at.is_writing and not is_apart:
                    raise
                if not is_apart:
                    # Another life's, which the next sync looks into.
                    self.report.quarantined.append(Note("batch-forked", {"path": layout.batch(
                        at.space, at.log, number)}))  # fmt: skip
                    return
                is_new, is_marked = True, False
            if is_new:
                self.report.sent.add(envelope.parse(raw).header.changes, len(raw))
            self.replica.remember_sent(self.location, at.log, number)
            if is_marked:
                self._went_beside(at.log, number, name)

    def _put_apart(self, at: LogAt, number: int, raw: bytes) -> bool:
        """Relay our own batch where the one in its place counts no more; whether that was done."""
        found = [envelope.batch_hash(one) for one in self._in_place(at, number)]
        if not any(self.replica.is_reissued(one, self.replica.device) for one in found):
            return False
        try:
            self._put_relayed(at, number, raw)
        except Occupied:
            return False
        return True

    def _put_relayed(self, at: LogAt, number: int, raw: bytes) -> bool:
        path = layout.relayed(self.replica.device, at.log, number)
        try:
            is_new = self._put(path, raw)
        except Occupied:
            # Ours, of a batch that counted then; nobody else writes there.
            self.remote.replace(path, raw)
            is_new = True
        if is_new:
            self._tell(news.device_mark("y", self.replica.device, path.encode()))
        return is_new

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
        apart = self._stands_otherwise(at)
        there = self._numbers_anywhere(at.space, at.log) - apart
        was = self.replica.sent(self.location, at.log)
        for number in range(1, at.number + 1):
            raw = self.replica.batch(at.log, number) if number not in there else None
            try:
                is_new = raw is not None and self._put_relayed(at, number, raw)
            except Occupied:
                # A server keeps what it has.
                path = layout.relayed(self.replica.device, at.log, number)
                self.report.quarantined.append(Note("batch-forked", {"path": path}))
                break
            if is_new and number <= was and number not in apart:
                self.report.warn("share-rolled-back", place=self.location)
        if was != at.number:
            self.replica.remember_sent(self.location, at.log, at.number)

    def _stands_otherwise(self, at: LogAt) -> set[int]:
        """Numbers of a log that forked under which something else lies here than what is held.

        Its device learns from what is held that it has two lives, and others get it here. The last
        that is held is among them however it lies: who sent another one there does not look again.
        """
        if at.log not in self.forked:
            return set()
        found = {at.number}
        for number in range(at.number, 0, -1):
            raw = self.replica.batch(at.log, number) or b""
            there = self._in_place(at, number)
            if there and envelope.batch_hash(there[0]) == envelope.batch_hash(raw):
                break
            found.add(number)
        return found
