"""The one loop that brings a laptop and a remote together.

Order: the place proves itself; seal; roster and keys; pull; push; say how far we are. Every step can
stop anywhere and be done again: each file is written once, each batch applied once, watermarks move
only after the bytes are known to lie there. Nothing absent is ever taken for deleted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from sync import envelope, layout, members
from sync.errors import Malformed, SyncError
from sync.ids import from_token, token
from sync.opening import NoKey
from sync.ports import Occupied, Remote, RemoteError, RemoteTooLarge
from sync.replica import LogAt, Replica, Verdict
from sync.roster import Entry, parse_entry
from sync.roster.entries import MAX_ENTRY_BYTES, ROOT
from sync.roster.state import UnknownPast

_MAX_ROUNDS = 1000
# Batches applied in one transaction of the store: fewer, larger writes are what search wants.
_GATHER = 16


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


class Copied(SyncError):
    """This store is a copy of one that went on elsewhere; a new incarnation begins."""

    default_code = "store-copied"


@dataclass
class Tally:
    """What went one way."""

    batches: int = 0
    changes: int = 0
    bytes: int = 0

    def add(self, changes: int, size: int) -> None:
        self.batches += 1
        self.changes += changes
        self.bytes += size


@dataclass(frozen=True)
class Note:
    """Something a person should know: a code with its parameters, turned into words above."""

    code: str
    params: dict[str, str | int]


@dataclass
class Report:
    """What one sync did. `quarantined` names what was set aside, `warnings` what looks wrong."""

    sent: Tally = field(default_factory=Tally)
    received: Tally = field(default_factory=Tally)
    quarantined: list[Note] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)

    def warn(self, code: str, **params: str | int) -> None:
        note = Note(code, params)
        if note not in self.warnings:
            self.warnings.append(note)


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


def synchronise(replica: Replica, remote: Remote) -> Report:
    """Bring both sides up to date; see the module's docstring for the order.

    Raises NotAShare, OtherShare or a RemoteError when the place itself is the trouble. Files that
    are not what they should be are set aside and named in the report; they stop nothing else.
    """
    return _Session(replica, remote).run()


class _Session:
    """One sync of one replica with one remote."""

    def __init__(self, replica: Replica, remote: Remote) -> None:
        self.replica = replica
        self.remote = remote
        self.report = Report()
        self.location = remote.name
        self.wanted: set[str] = set()

    def run(self) -> Report:
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
        for space in self.replica.spaces():
            self._pull_space(space)
        for space in self.replica.spaces():
            self._push_space(space)
        self._serve_wants()
        self._say_wants()
        self.replica.finished(self.location)
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

    # -- the roster and the keys -------------------------------------------------------------

    def _pull_roster(self) -> None:
        """Take entries in from every author until nothing more fits."""
        waiting = list(self._new_entries())
        taken: list[Entry] = []
        for _round in range(_MAX_ROUNDS):
            left = [entry for entry in waiting if not self._take(entry, taken)]
            if len(left) == len(waiting):
                break
            waiting = left
        if taken:
            self.replica.add_entries(taken)
        if waiting:
            self.report.warn("roster-incomplete", entries=len(waiting))

    def _new_entries(self) -> Iterator[Entry]:
        roster = self.replica.roster
        for name in self.remote.list(layout.ROSTER):
            author = from_token(name)
            if author is None:
                self.report.warn("foreign-file", path=f"{layout.ROSTER}/{name}")
                continue
            last = roster.last_of(author)
            number = last.number + 1 if last else (0 if author == ROOT else 1)
            while (entry := self._read_entry(author, number)) is not None:
                yield entry
                number += 1

    def _read_entry(self, author: bytes, number: int) -> Entry | None:
        path = layout.roster_entry(author, number)
        raw = self._read(path, MAX_ENTRY_BYTES)
        if raw is None:
            return None
        try:
            entry = parse_entry(raw)
            if (entry.author, entry.number) != (author, number):
                raise Malformed("a roster entry lies in the wrong place")
        except SyncError as error:
            self._set_aside(path, raw, error)
            return None
        return entry

    def _take(self, entry: Entry, taken: list[Entry]) -> bool:
        """Whether the entry is dealt with, for good or ill; False to try again."""
        try:
            if self.replica.roster.add(entry):
                taken.append(entry)
        except UnknownPast:
            return False
        except SyncError as error:
            path = layout.roster_entry(entry.author, entry.number)
            self._set_aside(path, entry.raw, error)
        return True

    def _push_roster(self) -> None:
        """Every entry we hold belongs on the share; identical bytes may come from anyone."""
        listed = {name: set(self.remote.list(f"{layout.ROSTER}/{name}"))
                  for name in self.remote.list(layout.ROSTER)}  # fmt: skip
        for entry in self.replica.roster.entries:
            if f"{entry.number:08d}" not in listed.get(token(entry.author), ()):
                self._put(layout.roster_entry(entry.author, entry.number), entry.raw)
        self._push_keys()

    def _push_keys(self) -> None:
        """A coordinator sees to it that every reader of an epoch finds its key."""
        roster = self.replica.roster
        view = roster.view()
        me = view.members.get(self.replica.device)
        if me is None or not me.is_coordinator:
            return
        self._put(layout.ROOT_KEY, self.replica.root_key)
        for epoch, entry in view.epochs.items():
            space = bytes(entry.body["space"])
            key = self.replica.epoch_key(epoch)
            if key is None or epoch not in view.current_epochs(space):
                continue
            have = set(self.remote.list(layout.wrapped_key(self.replica.device, epoch, None)
                                        .rpartition("/")[0]))  # fmt: skip
            recipients = {token(m.device): m.seal for m in view.readers(space)}
            recipients["root"] = bytes(roster.root.body["seal"])
            for name, seal in recipients.items():
                if name not in have:
                    path = layout.wrapped_key(self.replica.device, epoch, None)
                    path = path.removesuffix("root") + name
                    self._put(path, members.wrap_epoch(seal, roster.project, epoch, key))

    def _pull_keys(self) -> None:
        """Find the keys of epochs we may read, and through them those of the epochs before."""
        view = self.replica.roster.view()
        may_read = set(self.replica.spaces())
        for epoch, entry in view.epochs.items():
            if bytes(entry.body["space"]) in may_read and self.replica.epoch_key(epoch) is None:
                self._find_key(epoch, entry)
        for _round in range(len(view.epochs)):
            if not self._open_parents():
                break

    def _find_key(self, epoch: bytes, entry: Entry) -> None:
        view = self.replica.roster.view()
        authors = [entry.author, *(d for d, m in view.members.items() if m.is_coordinator)]
        for author in dict.fromkeys(authors):
            path = layout.wrapped_key(author, epoch, self.replica.device)
            raw = self._read(path, members.MAX_SMALL_BYTES)
            if raw is None:
                continue
            try:
                project = self.replica.roster.project
                key = members.unwrap_epoch(self.replica.keys, project, epoch, raw)
            except SyncError as error:
                self.wanted.add(path)
                self._set_aside(path, raw, error)
                continue
            self.replica.add_epoch_key(epoch, bytes(entry.body["space"]), key)
            return

    def _open_parents(self) -> bool:
        found_any = False
        for epoch, entry in self.replica.roster.view().epochs.items():
            key = self.replica.epoch_key(epoch)
            parents = [bytes.fromhex(name) for name in entry.body["parents"]]
            if key is None or all(self.replica.epoch_key(parent) for parent in parents):
                continue
            try:
                opened = members.open_parents(entry, key)
            except SyncError:
                self.report.warn("epoch-broken", epoch=epoch.hex()[:8])
                continue
            for parent, parent_key in opened.items():
                if self.replica.epoch_key(parent) is None:
                    self.replica.add_epoch_key(parent, bytes(entry.body["space"]), parent_key)
                    found_any = True
        return found_any

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
                    header = _header(raw or b"")
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
        applied = _GATHER
        while applied == _GATHER:
            with self.replica.gathering():
                applied = self._pull_some(space, log, number, claimed)
            number += applied

    def _pull_some(self, space: bytes, log: bytes, number: int, claimed: int) -> int:
        """Apply up to `_GATHER` batches after `number`; returns how many."""
        for ahead in range(1, _GATHER + 1):
            path = layout.batch(space, log, number + ahead)
            raw = self._read(path, envelope.MAX_BATCH_BYTES)
            if raw is not None and self._receive(path, raw, space, log, number + ahead):
                continue
            if not self._from_relay(space, log, number + ahead):
                if raw is None and number + ahead <= claimed:
                    self.wanted.add(path)
                    self.report.warn("batch-missing", path=path)
                return ahead - 1
        return _GATHER

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
        except NoKey as error:
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
            if raw is not None and raw != self.replica.batch(at.log, number) and self._is_ours(raw):
                return True
        return False

    def _is_ours(self, raw: bytes) -> bool:
        try:
            batch = envelope.parse(raw)
            envelope.check_signature(batch, self.replica.keys.sign_public)
        except SyncError:
            return False
        return batch.header.device == self.replica.device

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

    # -- torn and missing files --------------------------------------------------------------

    def _serve_wants(self) -> None:
        """Write anew what others found torn or missing, where it is ours to write."""
        project = self.replica.roster.project
        for name in self.remote.list(layout.WANTS):
            device = from_token(name)
            sign = self.replica.roster.sign_key(device) if device else None
            if device is None or sign is None or device == self.replica.device:
                continue
            raw = self._read(layout.wants(device), members.MAX_SMALL_BYTES)
            try:
                wanted = members.read_wants(raw or b"", project, sign)
            except SyncError:
                self.report.warn("heads-unreadable", path=layout.wants(device))
                continue
            for path in wanted:
                self._serve(path, device)

    def _serve(self, path: str, asker: bytes) -> None:
        kind, *parts = path.split("/")
        numbered = len(parts) > 1 and parts[-1].isdecimal() and len(parts[-1]) <= 12
        if kind == layout.ROSTER and numbered:
            self._serve_entry(parts[0], int(parts[1]))
        elif kind == "spaces" and numbered and len(parts) == 3:
            self._serve_batch(from_token(parts[1]) or b"", int(parts[2]))
        elif kind == "keys" and len(parts) == 3:
            epoch = from_token(parts[1]) or b""
            if path == layout.wrapped_key(self.replica.device, epoch, asker):
                self._serve_key(path, epoch, asker)

    def _serve_key(self, path: str, epoch: bytes, asker: bytes) -> None:
        """Wrap an epoch's key anew for a device that cannot open what lies there."""
        roster, key = self.replica.roster, self.replica.epoch_key(epoch)
        view = roster.view()
        may_read = any(view.role(asker, space) for space in roster.epoch_spaces(epoch))
        if key is not None and may_read and epoch in view.epochs:
            wrapped = members.wrap_epoch(view.members[asker].seal, roster.project, epoch, key)
            self.remote.replace(path, wrapped)

    def _serve_entry(self, author: str, number: int) -> None:
        for entry in self.replica.roster.entries:
            if (token(entry.author), entry.number) == (author, number):
                self._put(layout.roster_entry(entry.author, number), entry.raw)

    def _serve_batch(self, log: bytes, number: int) -> None:
        raw = self.replica.batch(log, number)
        header = _header(raw or b"")
        if raw is None or header is None:
            return
        if header.device != self.replica.device:
            self._put(layout.relayed(self.replica.device, log, number), raw)
            return
        there = self._read(layout.batch(header.space, log, number), envelope.MAX_BATCH_BYTES)
        if there is None or not _is_whole(there):
            self._put(layout.batch(header.space, log, number), raw)

    def _say_wants(self) -> None:
        path = layout.wants(self.replica.device)
        there = self._read(path, members.MAX_SMALL_BYTES)
        if there is None and not self.wanted:
            return
        content = members.make_wants(self.replica.keys, self.replica.roster.project, self.wanted)
        if there != content:
            self.remote.replace(path, content)

    # -- small helpers -----------------------------------------------------------------------

    def _read(self, path: str, limit: int) -> bytes | None:
        """A file's bytes; None where there is none, or one too large for anything of ours."""
        try:
            return self.remote.read(path, limit)
        except RemoteTooLarge:
            self.report.warn("remote-too-large", place=self.location, path=path)
            return None

    def _put(self, path: str, data: bytes) -> bool:
        """Write once; other bytes in our place are replaced only if they are torn, not a batch."""
        try:
            return self.remote.put(path, data)
        except Occupied:
            there = self._read(path, envelope.MAX_BATCH_BYTES)
            if there is not None and _is_whole(there):
                if path.startswith("keys/"):
                    return False
                raise
            self.report.warn("file-torn", path=path)
            self.remote.replace(path, data)
            return True

    def _set_aside(self, path: str, raw: bytes, error: SyncError) -> None:
        if isinstance(error, RemoteError):
            raise error
        if isinstance(error, Malformed):
            self.wanted.add(path)
        params = {**error.params, "path": path}
        self.replica.quarantine(path, raw, error.code, [(k, str(v)) for k, v in params.items()])
        self.report.quarantined.append(Note(error.code, params))


def _header(raw: bytes) -> envelope.Header | None:
    """The header of a batch whose outer form is sound."""
    try:
        return envelope.parse(raw).header
    except SyncError:
        return None


def _is_whole(raw: bytes) -> bool:
    """Whether the bytes are a complete file of Kipu's rather than a torn one."""
    for read in (envelope.parse, parse_entry):
        try:
            read(raw)
        except SyncError:
            continue
        return True
    return False
