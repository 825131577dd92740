"""The part of a sync that takes batches in: log by log, in order, from wherever each lies."""

from __future__ import annotations

from collections.abc import Mapping

from sync import envelope, layout, members, news
from sync.errors import Malformed, SyncError, UnknownVersion
from sync.exchange_news import News
from sync.exchange_packs import Packs
from sync.exchange_snapshots import Snapshots
from sync.ids import from_token
from sync.opening import NoKey, UnknownErasure
from sync.ports import Remote, RemoteError
from sync.replica import LogAt, Replica, Verdict

# Batches applied in one transaction of the store: fewer, larger writes are what search wants.
_GATHER = 32
# Batches read and opened while earlier ones are written, so many that none are waited for while
# `_GATHER` are made to last; large ones, which grow twentyfold when opened, only up to this size.
_AHEAD = 24
_AHEAD_BYTES = 4 * 1024 * 1024
_NO_END = 1 << 40


class Forked(SyncError):
    """Two different batches with one number: a copied laptop, or a forgery."""

    default_code = "batch-forked"


class Receiving(News, Snapshots, Packs):
    """Pulls spaces and logs; what cannot be applied is set aside or waits, and stops nothing else."""

    def __init__(self, replica: Replica, remote: Remote) -> None:
        super().__init__(replica, remote)
        # By number, of the log that is being pulled.
        self._read_ahead: dict[int, bytes | RemoteError | None] = {}
        self._behind: set[tuple[bytes, bytes]] = set()
        # Batches that were left where they lie because they were written again, by hash.
        self._passed_by: dict[bytes, envelope.Header] = {}
        # Logs that were read again, each with the head they had: no device's word makes that endless.
        self._read_again: set[tuple[bytes, bytes]] = set()

    def _pull_space(self, space: bytes) -> None:
        self._bootstrap(space)
        known = {log.log: log for log in self.replica.logs(space)}
        claimed = self._claims(space, known)
        for marked, mark in news.newest(self.bookmark.seen, claimed).items():
            if mark.space == space:
                claimed[marked] = mark.number
        there = {**dict.fromkeys(known), **dict.fromkeys(claimed)}
        for name in self._list(layout.logs_of(space)):
            log = from_token(name)
            if log is None:
                self.report.warn("foreign-file", path=f"{layout.logs_of(space)}/{name}")
                continue
            there[log] = None
        # A share may have lost a log's whole folder while others still relay it.
        there |= dict.fromkeys(log for log, one in self._relayed.items() if one.space == space)
        for log in there:
            at = known.get(log)
            self._pull_log(space, log, at.number if at else 0, claimed.get(log, 0))
        self._pull_behind()

    def _pull_behind(self) -> None:
        """What logs have that gave back batches, under numbers which were passed already."""
        self._behind |= self.replica.gave_back()
        while self._behind:
            space, log = self._behind.pop()
            at = next((at for at in self.replica.logs(space) if at.log == log), None)
            state = (log, at.head if at else envelope.NO_HASH)
            if state not in self._read_again:
                self._read_again.add(state)
                self._pull_log(space, log, at.number if at else 0, 0)
                self._behind |= self.replica.gave_back()

    def _claims(self, space: bytes, known: Mapping[bytes, LogAt]) -> dict[bytes, int]:
        """How far each device says its logs go: a hint that only makes gaps and forks noticed."""
        claims: dict[bytes, int] = {}
        view = self.replica.roster.view()
        for name in self._list(layout.heads_of(space)):
            member = view.members.get(from_token(name) or b"")
            if member is None:
                self.report.warn("foreign-file", path=f"{layout.heads_of(space)}/{name}")
                continue
            path = layout.heads(space, member.device)
            raw = self._read(path, members.MAX_SMALL_BYTES)
            try:
                heads = members.read_heads(
                    raw or b"", self.replica.roster.project, space, member.sign
                )
            except SyncError:
                self.report.warn("heads-unreadable", path=path)
                continue
            for log, (number, head) in heads.items():
                claims[log] = number
                at = known.get(log)
                if at is not None and at.number >= number and self._hash(at, number) != head:
                    self.forked.add(log)
        return claims

    def _pull_log(
        self, space: bytes, log: bytes, number: int, claimed: int, last: int = _NO_END
    ) -> None:
        """Apply what a log has after `number`, to its end or to `last`."""
        self._read_ahead.clear()
        while number < last:
            most = min(_GATHER, last - number)
            numbers = range(number + 1, number + 1 + most)
            with self.replica.gathering():
                applied, failure = self._pull_some(space, log, numbers, claimed, last)
            number += applied
            if applied:
                self.replica.remember_sent(self.location, log, number)
            if failure:
                raise failure
            if applied < most:
                return

    def _pull_some(
        self, space: bytes, log: bytes, numbers: range, claimed: int, last: int
    ) -> tuple[int, RemoteError | None]:
        """Apply these batches as far as they come: how many, and what the remote failed with.

        What came before it failed is to last.
        """
        for number in numbers:
            # Beyond these too, or nothing would be opened while they are made to last.
            coming = range(number, min(number + _AHEAD, last + 1))
            try:
                is_applied = self._pull_batch(space, log, coming, claimed)
            except RemoteError as error:
                return number - numbers.start, error
            if not is_applied:
                return number - numbers.start, None
        return len(numbers), None

    def _pull_batch(self, space: bytes, log: bytes, coming: range, claimed: int) -> bool:
        """Apply the first of these batches; whether it was there and the next may follow."""
        number = coming.start
        path = layout.batch(space, log, number)
        raw = self._next_batch(space, log, coming)
        if raw is not None and self._receive(path, raw, space, log, number):
            return True
        # What lies loose may be torn, or have been covered, and its pack be whole.
        packed = self._from_pack(space, log, number) if raw is not None else None
        if packed is not None and packed != raw and self._receive(path, packed, space, log, number):
            return True
        if self._from_relay(space, log, number):
            return True
        was_relayed = any(one.log == log for one in self._passed_by.values())
        lacks = raw is None and not was_relayed
        if lacks and (number <= claimed or self._goes_on(space, log, number)):
            self._want(path)
        return False

    def _want(self, path: str) -> None:
        """Ask for a batch that is not here."""
        self.wanted.add(path)
        self.report.warn("batch-missing", path=path)

    def _goes_on(self, space: bytes, log: bytes, number: int) -> bool:
        """Whether this batch or a later one of its log lies there, readable or not."""
        return max(self._numbers_anywhere(space, log), default=0) >= number

    def _next_batch(self, space: bytes, log: bytes, numbers: range) -> bytes | None:
        """The first of these batches; the others are read too, so that they are opened meanwhile.

        Raises RemoteError where the first of them could not be read.
        """
        ahead = self._read_ahead
        for coming in numbers:
            if coming not in ahead:
                if sum(len(one) for one in ahead.values() if isinstance(one, bytes)) > _AHEAD_BYTES:
                    break
                ahead[coming] = self._read_batch(space, log, coming)
            if not isinstance(ahead[coming], bytes):
                break
        found = ahead.pop(numbers.start)
        if isinstance(found, RemoteError):
            raise found
        return found

    def _read_batch(self, space: bytes, log: bytes, number: int) -> bytes | RemoteError | None:
        """A batch, loose or packed; a failure waits until those before it are applied."""
        try:
            loose = self._read(layout.batch(space, log, number), envelope.MAX_BATCH_BYTES)
            raw = loose if loose is not None else self._from_pack(space, log, number)
        except RemoteError as error:
            return error
        self.replica.expect(raw or b"")
        return raw

    def _from_relay(self, space: bytes, log: bytes, number: int) -> bool:
        for name in self._list(layout.RELAY) if log in self._relayed else ():
            device = from_token(name)
            if device is None:
                continue
            path = layout.relayed(device, log, number)
            raw = self._read(path, envelope.MAX_BATCH_BYTES)
            if raw is not None and self._receive(path, raw, space, log, number):
                return True
        return False

    def _parsed(self, raw: bytes, log: bytes, number: int) -> envelope.Batch:
        """Raises UnknownVersion only for what its device really wrote so; else it is wanted anew."""
        try:
            return envelope.parse(raw)
        except UnknownVersion as error:
            if envelope.is_later(raw, self.replica.roster.sign_key, log, number):
                raise
            raise Malformed("a batch looks later than it is: its device never signed it") from error

    def _receive(self, path: str, raw: bytes, space: bytes, log: bytes, number: int) -> bool:
        """Whether the batch is applied (or was), so that the next one may follow."""
        try:
            batch = self._parsed(raw, log, number)
            header = batch.header
            if (header.space, header.log, header.number) != (space, log, number):
                raise Malformed("a batch lies in another log's place")
            outcome = self.replica.receive(raw)
        except (NoKey, UnknownErasure) as error:
            self.report.warn(error.code, path=path)
            return False
        except SyncError as error:
            self._set_aside(path, raw, error)
            return False
        if outcome.verdict is Verdict.APPLIED:
            self.report.received.add(outcome.changes, len(raw))
        elif outcome.verdict is Verdict.REISSUED:
            self._passed_by[batch.hash] = header
            return False
        elif outcome.verdict is Verdict.FORKED:
            self.forked.add(log)
            self._set_aside(path, raw, Forked("another batch has this number here"))
            return False
        elif outcome.verdict is Verdict.WAITING:
            self.report.warn("batch-waiting", path=path)
            return False
        return outcome.verdict is not Verdict.GAP
