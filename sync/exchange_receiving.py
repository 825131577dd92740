"""The part of a sync that takes batches in: log by log, in order, from wherever each lies."""

from __future__ import annotations

from functools import cached_property

from sync import envelope, layout, members
from sync.errors import Malformed, SyncError
from sync.exchange import header_of
from sync.exchange_packs import Packs
from sync.exchange_snapshots import Snapshots
from sync.ids import from_token
from sync.opening import NoKey, UnknownErasure
from sync.ports import Remote
from sync.replica import Replica, Verdict

# Batches applied in one transaction of the store: fewer, larger writes are what search wants.
_GATHER = 32
# Batches read and opened while earlier ones are written: as many as a write of `_GATHER` takes.
_AHEAD = 12
_NO_END = 1 << 40


class Forked(SyncError):
    """Two different batches with one number: a copied laptop, or a forgery."""

    default_code = "batch-forked"


class Receiving(Snapshots, Packs):
    """Pulls spaces and logs; what cannot be applied is set aside or waits, and stops nothing else."""

    def __init__(self, replica: Replica, remote: Remote) -> None:
        super().__init__(replica, remote)
        self._read_ahead: dict[str, bytes | None] = {}

    def _pull_space(self, space: bytes) -> None:
        self._bootstrap(space)
        known = {log.log: log for log in self.replica.logs(space)}
        claimed = self._claims(space)
        there = {**dict.fromkeys(known), **dict.fromkeys(claimed)}
        for name in self.remote.list(layout.logs_of(space)):
            log = from_token(name)
            if log is None:
                self.report.warn("foreign-file", path=f"{layout.logs_of(space)}/{name}")
                continue
            there[log] = None
        # A share may have lost a log's whole folder while others still relay it.
        there |= dict.fromkeys(log for log, of in self._relayed.items() if of == space)
        for log in there:
            at = known.get(log)
            self._pull_log(space, log, at.number if at else 0, claimed.get(log, 0))

    @cached_property
    def _relayed(self) -> dict[bytes, bytes]:
        """The logs that somebody relays, each with its space."""
        found: dict[bytes, bytes] = {}
        for device in self.remote.list(layout.RELAY):
            for name in self.remote.list(f"{layout.RELAY}/{device}"):
                log, folder = from_token(name), f"{layout.RELAY}/{device}/{name}"
                if log is None or log in found:
                    continue
                for number in self.remote.list(folder)[:1]:
                    raw = self._read(f"{folder}/{number}", envelope.MAX_BATCH_BYTES)
                    header = header_of(raw or b"")
                    if header is not None and header.log == log:
                        found[log] = header.space
        return found

    def _claims(self, space: bytes) -> dict[bytes, int]:
        """How far each device says its logs go: a hint that only makes gaps noticed."""
        claims: dict[bytes, int] = {}
        view = self.replica.roster.view()
        for name in self.remote.list(layout.heads_of(space)):
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
            claims |= {log: number for log, (number, _head) in heads.items()}
        return claims

    def _pull_log(
        self, space: bytes, log: bytes, number: int, claimed: int, last: int = _NO_END
    ) -> None:
        """Apply what a log has after `number`, to its end or to `last`."""
        self._read_ahead.clear()
        while number < last:
            most = min(_GATHER, last - number)
            with self.replica.gathering():
                applied = self._pull_some(space, log, range(number + 1, number + 1 + most), claimed)
            number += applied
            if applied < most:
                return

    def _pull_some(self, space: bytes, log: bytes, numbers: range, claimed: int) -> int:
        """Apply these batches as far as they are there; returns how many."""
        for number in numbers:
            path = layout.batch(space, log, number)
            raw = self._next_batch(space, log, range(number, min(number + _AHEAD, numbers.stop)))
            if raw is not None and self._receive(path, raw, space, log, number):
                continue
            if not self._from_relay(space, log, number):
                if raw is None and number <= claimed:
                    self.wanted.add(path)
                    self.report.warn("batch-missing", path=path)
                return number - numbers.start
        return len(numbers)

    def _next_batch(self, space: bytes, log: bytes, numbers: range) -> bytes | None:
        """The first of these batches; the others are read too, so that they are opened meanwhile."""
        ahead = self._read_ahead
        for coming in numbers:
            path = layout.batch(space, log, coming)
            if path not in ahead:
                loose = self._read(path, envelope.MAX_BATCH_BYTES)
                ahead[path] = loose if loose is not None else self._from_pack(space, log, coming)
                self.replica.expect(ahead[path] or b"")
            if ahead[path] is None:
                break
        return ahead.pop(layout.batch(space, log, numbers.start))

    def _from_relay(self, space: bytes, log: bytes, number: int) -> bool:
        for name in self.remote.list(layout.RELAY) if log in self._relayed else ():
            device = from_token(name)
            if device is None:
                continue
            path = layout.relayed(device, log, number)
            raw = self._read(path, envelope.MAX_BATCH_BYTES)
            if raw is not None and self._receive(path, raw, space, log, number):
                return True
        return False

    def _receive(self, path: str, raw: bytes, space: bytes, log: bytes, number: int) -> bool:
        """Whether the batch is applied (or was), so that the next one may follow."""
        try:
            header = envelope.parse(raw).header
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
        elif outcome.verdict is Verdict.FORKED:
            self._set_aside(path, raw, Forked("another batch has this number here"))
            return False
        elif outcome.verdict is Verdict.WAITING:
            self.report.warn("batch-waiting", path=path)
            return False
        return outcome.verdict is not Verdict.GAP
