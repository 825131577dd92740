"""The one loop that brings a laptop and a remote together.

Order: the place proves itself; seal; roster and keys; pull; push; say how far we are; attachments,
unless only the essentials are wanted. Every step can stop anywhere and be done again: each file is
written once, each batch applied once, watermarks move only after the bytes are known to lie there.
Nothing absent is ever taken for deleted.
"""

from __future__ import annotations

import os
from functools import cached_property

from sync import envelope, layout, members
from sync.erasing import Erasing
from sync.errors import Malformed, SyncError
from sync.exchange import Carried as Carried
from sync.exchange import Files as Files
from sync.exchange import Note as Note
from sync.exchange import Report as Report
from sync.exchange import Tally as Tally
from sync.exchange import header_of
from sync.exchange_attachments import Attachments
from sync.exchange_roster import RosterExchange
from sync.ids import from_token, token
from sync.opening import NoKey, UnknownErasure
from sync.ports import Occupied, Remote
from sync.replica import LogAt, Replica, Verdict

# Batches applied in one transaction of the store: fewer, larger writes are what search wants.
_GATHER = 32
# Batches read and opened while earlier ones are written: as many as a write of `_GATHER` takes.
_AHEAD = 12


class NotAShare(SyncError):
    """The place lacks the sentinel of a share: empty, unmounted, or the wrong folder."""

    default_code = "not-a-share"


class OtherShare(SyncError):
    """The place is another project's share."""

    default_code = "other-project-share"


class NotEmpty(SyncError):
    """Founding needs an empty place."""

    default_code = "place-not-empty"


class AlreadyFounded(SyncError):
    """The place is a share already."""

    default_code = "already-founded"


class Forked(SyncError):
    """Two different batches with one number: a copied laptop, or a forgery."""

    default_code = "batch-forked"


def found(replica: Replica, remote: Remote) -> None:
    """Make an empty place the project's share. Raises AlreadyFounded where it is one."""
    remote.probe()
    there = remote.read(layout.SENTINEL, members.MAX_SMALL_BYTES)
    if there is not None and _is_sentinel(there):
        raise AlreadyFounded("the place is a share already")
    sentinel = members.make_sentinel(replica.keys, replica.roster.project, os.urandom(16))
    remote.put(layout.ROOT_KEY, replica.root_key)
    if there is None:
        remote.put(layout.SENTINEL, sentinel)
    else:
        # What a founding that was cut off left behind founds nothing.
        remote.replace(layout.SENTINEL, sentinel)


def _is_sentinel(raw: bytes) -> bool:
    try:
        members.read_sentinel(raw)
    except Malformed:
        return False
    return True


def synchronise(replica: Replica, remote: Remote, essentials: bool = False) -> Report:
    """Bring both sides up to date; see the module's docstring for the order.

    With ``essentials`` attachments stay where they are; words always go first.
    Raises NotAShare, OtherShare or a RemoteError when the place itself is the trouble. Files that
    are not what they should be are set aside and named in the report; they stop nothing else.
    """
    return _Session(replica, remote).run(essentials)


class _Session(RosterExchange, Erasing, Attachments):
    """One sync of one replica with one remote."""

    def __init__(self, replica: Replica, remote: Remote) -> None:
        super().__init__(replica, remote)
        self._read_ahead: dict[str, bytes | None] = {}

    def run(self, essentials: bool) -> Report:
        self.remote.probe()
        raw = self._sentinel()
        # What was written before the roster's news arrived must not claim to have seen them.
        self.replica.seal()
        self._pull_roster()
        self._prove(raw)
        self._push_roster()
        self._pull_keys()
        self.replica.seal()
        self._detect_copy()
        with self.replica.reading_ahead():
            for space in self.replica.spaces():
                self._pull_space(space)
        for space in self.replica.spaces():
            self._push_space(space)
        if self._carry_out_erasures():
            self._push_roster()
        self._blank_erased_attachments()
        self._serve_wants()
        if not essentials:
            self._plan_attachments()
        self._say_wants()
        self.replica.finished(self.location)
        if not essentials:
            self._carry_attachments()
        return self.report

    # -- the place proves itself -------------------------------------------------------------

    def _sentinel(self) -> bytes:
        raw = self.remote.read(layout.SENTINEL, members.MAX_SMALL_BYTES)
        if raw is None:
            raise NotAShare("{place} is not a share of Kipu's", place=self.location)
        try:
            sentinel, _signature, _content = members.read_sentinel(raw)
        except Malformed as error:
            raise NotAShare("{place} is not a share of Kipu's", place=self.location) from error
        if sentinel.project != self.replica.roster.project:
            raise OtherShare("{place} is another project's share", place=self.location)
        return raw

    def _prove(self, raw: bytes) -> None:
        """The sentinel must be signed by a coordinator; the roster just pulled knows whom."""
        sentinel, _signature, _content = members.read_sentinel(raw)
        member = self.replica.roster.view().members.get(sentinel.device)
        if member is None or not self.replica.roster.has_coordinated(member.device):
            raise NotAShare("{place} was not founded by a coordinator", place=self.location)
        members.check_sentinel(raw, member.sign)
        before = self.replica.share_of(self.location)
        if before is not None and before != sentinel.share:
            self.report.warn("share-founded-anew", place=self.location)
        self.replica.remember_share(self.location, sentinel.share)

    # -- pull --------------------------------------------------------------------------------

    def _pull_space(self, space: bytes) -> None:
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

    def _pull_log(self, space: bytes, log: bytes, number: int, claimed: int) -> None:
        self._read_ahead.clear()
        applied = _GATHER
        while applied == _GATHER:
            with self.replica.gathering():
                applied = self._pull_some(space, log, number, claimed)
            number += applied

    def _pull_some(self, space: bytes, log: bytes, number: int, claimed: int) -> int:
        """Apply up to `_GATHER` batches after `number`; returns how many."""
        for ahead in range(1, _GATHER + 1):
            path = layout.batch(space, log, number + ahead)
            raw = self._next_batch(space, log, number + ahead)
            if raw is not None and self._receive(path, raw, space, log, number + ahead):
                continue
            if not self._from_relay(space, log, number + ahead):
                if raw is None and number + ahead <= claimed:
                    self.wanted.add(path)
                    self.report.warn("batch-missing", path=path)
                return ahead - 1
        return _GATHER

    def _next_batch(self, space: bytes, log: bytes, number: int) -> bytes | None:
        """The batch of a number; those after it are read too, so that they are opened meanwhile."""
        ahead = self._read_ahead
        for coming in range(number, number + _AHEAD):
            path = layout.batch(space, log, coming)
            if path not in ahead:
                ahead[path] = self._read(path, envelope.MAX_BATCH_BYTES)
                self.replica.expect(ahead[path] or b"")
            if ahead[path] is None:
                break
        return ahead.pop(layout.batch(space, log, number))

    def _from_relay(self, space: bytes, log: bytes, number: int) -> bool:
        for name in self.remote.list(layout.RELAY):
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

    # -- push --------------------------------------------------------------------------------

    def _detect_copy(self) -> None:
        """Look for our own head beyond what we hold: then this store is a copy (rule 11)."""
        for space in self.replica.spaces():
            for at in self.replica.logs(space):
                if at.is_writing and self._went_on_elsewhere(at):
                    self.report.warn("store-copied")
                    self.replica.begin_incarnation()
                    self.replica.seal()
                    return

    def _went_on_elsewhere(self, at: LogAt) -> bool:
        sent = self.replica.sent(self.location, at.log)
        names = self.remote.list(f"{layout.logs_of(at.space)}/{token(at.log)}")
        last = max((int(name) for name in names if name.isdecimal()), default=0)
        for number in sorted({sent + 1, at.number + 1, max(last, 1)}):
            raw = self._read(layout.batch(at.space, at.log, number), envelope.MAX_BATCH_BYTES)
            held = self.replica.batch(at.log, number)
            if raw is not None and self._is_other(raw, held, at.log, number):
                return True
        return False

    def _is_other(self, raw: bytes, held: bytes | None, log: bytes, number: int) -> bool:
        """Whether these bytes are our batch of this number, and not the one held (erased or not).

        Anybody can put an older batch of ours there; that tells of no other life.
        """
        try:
            batch = envelope.parse(raw)
            envelope.check_signature(batch, self.replica.keys.sign_public)
        except SyncError:
            return False
        same = held is not None and envelope.batch_hash(held) == batch.hash
        return (batch.header.log, batch.header.number) == (log, number) and not same

    def _push_space(self, space: bytes) -> None:
        heads: dict[bytes, tuple[int, bytes]] = {}
        for at in self.replica.logs(space):
            if at.device == self.replica.device:
                self._push_log(at)
                heads[at.log] = (at.number, at.head)
            elif at.number:
                self._relay_lost(at)
        if heads:
            content = members.make_heads(
                self.replica.keys, self.replica.roster.project, space, heads
            )
            path = layout.heads(space, self.replica.device)
            if self._read(path, members.MAX_SMALL_BYTES) != content:
                self.remote.replace(path, content)

    def _push_log(self, at: LogAt) -> None:
        first = self.replica.sent(self.location, at.log) + 1
        lost = self._first_lost(at, first - 1)
        if lost < first:
            self.report.warn("share-rolled-back", place=self.location)
        for number in range(lost, at.number + 1):
            raw = self.replica.batch(at.log, number)
            if raw is None:
                raise Malformed("a sealed batch of this laptop is missing from its store")
            try:
                is_new = self._put(layout.batch(at.space, at.log, number), raw)
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

    def _first_lost(self, at: LogAt, sent: int) -> int:
        """The first number to write: after `sent`, or earlier where the share lost some."""
        names = set(self.remote.list(f"{layout.logs_of(at.space)}/{token(at.log)}")) if sent else ()
        return next((n for n in range(1, sent + 1) if f"{n:08d}" not in names), sent + 1)

    def _relay_lost(self, at: LogAt) -> None:
        """Put back what a share lost of another's log, in our own place (rule 10)."""
        names = set(self.remote.list(f"{layout.logs_of(at.space)}/{token(at.log)}"))
        lost = [n for n in range(1, at.number + 1) if f"{n:08d}" not in names]
        for number in lost:
            raw = self.replica.batch(at.log, number)
            path = layout.relayed(self.replica.device, at.log, number)
            if raw is not None and self._put(path, raw):
                self.report.warn("share-rolled-back", place=self.location)
