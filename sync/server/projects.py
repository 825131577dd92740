"""What the server knows of one project: the clear part of its roster, as far as storage has it."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from sync import envelope, layout
from sync.crypto import BadSignature
from sync.errors import Malformed, SyncError
from sync.ids import from_token
from sync.ports import Names, Remote
from sync.roster import Entry, Member, Roster, parse_entry
from sync.roster.entries import MAX_ENTRY_BYTES, ROOT
from sync.roster.state import UnknownPast
from sync.roster.view import View
from sync.server.refusals import Refused, forbidden
from sync.server.sessions import Session

_LOGS_MOST = 100_000
# What may be brought of an author who coordinates no more: bytes, by members and by newcomers.
_FORMER_MOST, _FORMER_MOST_BY_NEWCOMERS = 16 * 2**20, 64 * 2**10


class Kind(Enum):
    """What a session's holder is to the project."""

    MEMBER = "member"
    ROOT = "root"
    """Whoever opened the project's key with its recovery code."""
    NEWCOMER = "newcomer"
    """In no entry that has come here; may bring its own admission, which proves itself."""
    FOUNDER = "founder"
    """May bring the beginning of a roster."""


@dataclass(frozen=True)
class Who:
    """Who asks, as the roster stands now."""

    device: bytes
    sign: bytes
    kind: Kind
    view: View | None = None
    member: Member | None = None
    common: bytes = b""

    @property
    def is_coordinator(self) -> bool:
        return self.member is not None and self.member.is_coordinator

    def is_in(self, space: bytes | None) -> bool:
        """Whether the device has any role in a space."""
        if self.member is None or space is None:
            return False
        return self.member.role(space, self.common) is not None


class Log(NamedTuple):
    """Whose a log is, in which space, and a number it reaches at least."""

    device: bytes
    space: bytes
    reaches: int


class Project:
    """One project's roster, read from storage and read on where another server may have added.

    `remote` gives the project's files for the thread that asks, None where there are none.
    """

    def __init__(
        self,
        project: bytes,
        remote: Callable[[], Remote | None],
        stands: float = 5,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.id = project
        self.remote = remote
        self.roster = Roster()
        self._stands, self._clock = stands, clock
        self._next: dict[bytes, int] = {}
        self._waiting: list[Entry] = []
        self._read_at: float | None = None
        self._lock = threading.RLock()
        self.is_gone = False
        """Whether no roster lies any more where one was read."""
        self._members: dict[bytes, Member] = {}
        self._members_at = 0
        self._logs: OrderedDict[bytes, Log] = OrderedDict()

    # -- the roster --------------------------------------------------------------------------

    def refresh(self, older_than: float | None = None) -> None:
        """Read entries that came since, unless that was done within so many seconds."""
        age = self._stands if older_than is None else older_than
        with self._lock:
            now = self._clock()
            if self._read_at is not None and now - self._read_at < age:
                return
            remote = self.remote()
            names = remote.list(layout.ROSTER) if remote else []
            self.is_gone = not names and len(self.roster) > 0
            if remote is not None:
                self._waiting += list(self._new_entries(remote, names))
                self._take_waiting()
            self._read_at = now

    def _new_entries(self, remote: Remote, names: Names) -> Iterator[Entry]:
        for name in names:
            author = from_token(name)
            if author is None:
                continue
            number = self._next.get(author, 0 if author == ROOT else 1)
            while raw := remote.read(layout.roster_entry(author, number), MAX_ENTRY_BYTES):
                number += 1
                self._next[author] = number
                try:
                    yield parse_entry(raw)
                except SyncError:
                    # Somebody else's hand was in the storage; laptops set such a file aside too.
                    continue

    def _take_waiting(self) -> None:
        while True:
            left = [entry for entry in self._waiting if not self._take(entry)]
            if len(left) == len(self._waiting):
                return
            self._waiting = left

    def _take(self, entry: Entry) -> bool:
        """Whether the entry is dealt with, for good or ill."""
        try:
            if entry.project == self.id:
                self.roster.add(entry)
        except UnknownPast:
            return False
        except SyncError:
            return True
        return True

    @contextmanager
    def adding(self, entry: Entry, who: Who) -> Iterator[None]:
        """Take an entry in while it is written within; a write that fails takes it out again.

        Raises Refused where it can never belong, or not yet, or is not theirs to bring.
        """
        with self._lock:
            is_new = self._add(entry, who)
            try:
                yield
            except BaseException:
                if is_new:
                    self.roster.go_back(len(self.roster) - 1)
                raise
            after = self._next.get(entry.author, 0 if entry.author == ROOT else 1)
            if entry.number == after:
                self._next[entry.author] = after + 1
            self._take_waiting()

    def _add(self, entry: Entry, who: Who) -> bool:
        try:
            return self._add_fitting(entry, who)
        except UnknownPast as error:
            # Another server may have taken in what this one builds on.
            self.refresh(0)
            try:
                return self._add_fitting(entry, who)
            except UnknownPast:
                raise Refused(409, "roster-incomplete") from error

    def _add_fitting(self, entry: Entry, who: Who) -> bool:
        if entry.project != self.id:
            raise Refused(422, "unsound")
        if entry.hash not in self.roster and not self._may_bring(entry, who):
            raise forbidden()
        try:
            return self.roster.add(entry)
        except UnknownPast:
            raise
        except (Malformed, BadSignature) as error:
            raise Refused(422, "unsound") from error

    def _may_bring(self, entry: Entry, who: Who) -> bool:
        """Whether an entry is worth its room, whoever signed it.

        What former coordinators wrote may have to arrive, for others' entries name it; but their
        keys are in whose hands they are, and newcomers cost nothing to make.
        """
        if who.is_coordinator:
            return True
        if self.coordinates(entry.author):
            return True
        if not self.roster.has_coordinated(entry.author):
            return False
        most = _FORMER_MOST if who.kind is Kind.MEMBER else _FORMER_MOST_BY_NEWCOMERS
        return self._void_bytes(entry.author) + len(entry.raw) <= most

    def coordinates(self, author: bytes) -> bool:
        """Whether an author's entries count, as far as is known here."""
        member = self._member(author)
        return author == ROOT or (member is not None and member.is_coordinator)

    def _void_bytes(self, author: bytes) -> int:
        """What is here of an author's entries that do not count."""
        entries, valid = self.roster.entries, self.roster.valid
        return sum(len(entry.raw) for position, entry in enumerate(entries)
                   if entry.author == author and not valid >> position & 1)  # fmt: skip

    @property
    def view(self) -> View | None:
        with self._lock:
            return self.roster.view() if len(self.roster) else None

    def is_founded(self) -> bool:
        """Whether the roster has anybody who can let others in."""
        view = self.view
        return view is not None and any(one.is_coordinator for one in view.members.values())

    # -- who asks ----------------------------------------------------------------------------

    def who(self, session: Session) -> Who:
        """Raises Refused for whom the roster does not know, or shut out."""
        view = self.view
        if view is not None and session.device == ROOT:
            root = self.roster.root.body
            return Who(ROOT, bytes(root["sign"]), Kind.ROOT, view)
        member = self._member(session.device)
        if member is not None and member.is_active:
            return Who(member.device, member.sign, Kind.MEMBER, view, member, self.roster.common)
        if member is None and session.sign is not None:
            is_founded = self.is_founded()
            if is_founded or session.may_found:
                kind = Kind.NEWCOMER if is_founded else Kind.FOUNDER
                return Who(session.device, session.sign, kind, view)
        raise forbidden("not-admitted")

    def _member(self, device: bytes) -> Member | None:
        with self._lock:
            if len(self.roster) != self._members_at:
                self._members, self._members_at = {}, len(self.roster)
            known = self._members.get(device)
            if known is None and self._members_at:
                known = self.roster.view().member(device)
                if known is not None:
                    self._members[device] = known
            return known

    def sign_key(self, device: bytes) -> bytes | None:
        """The key a device signs with, or once did."""
        return self.roster.sign_key(device)

    def has_entry(self, author: bytes, number: int) -> bool:
        with self._lock:
            return number < self._next.get(author, 0)

    def erases(self, batch: envelope.Batch) -> bool:
        """Whether a coordinator ordered what stands in the batch's place."""
        return batch.replacement in self.roster.replacements(batch.hash)

    # -- logs --------------------------------------------------------------------------------

    def remember_log(self, header: envelope.Header, number: int = 0) -> None:
        """A batch of the log was checked: whose it is, and where, follows from its name for ever.

        `number` is how far the log goes in its own place, 0 where that is not known.
        """
        with self._lock:
            before = self._logs.get(header.log)
            reaches = max(number, before.reaches if before else 0)
            self._logs[header.log] = Log(header.device, header.space, reaches)
            if len(self._logs) > _LOGS_MOST:
                self._logs.popitem(last=False)

    def log_of(self, log: bytes, *paths: str, reaching: int = 0) -> Log | None:
        """Whose a log is and where, learnt from a batch at one of the paths.

        With `reaching`, only a log whose batch of that number lies at the path.
        """
        found = self._logs.get(log)
        if found is not None and found.reaches >= reaching:
            return found
        remote = self.remote()
        for path in paths if remote is not None else ():
            header = _header_at(remote, path)
            if header is not None and (header.log, header.project) == (log, self.id):
                self.remember_log(header, reaching)
                return self._logs[log]
        return None


def _header_at(remote: Remote | None, path: str) -> envelope.Header | None:
    raw = remote.read(path, envelope.MAX_BATCH_BYTES) if remote else None
    try:
        return envelope.parse(raw or b"").header
    except SyncError:
        return None
