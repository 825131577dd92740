"""What every part of a sync shares: the two sides, what is told of it, and careful writing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from sync import envelope, layout, members
from sync.crypto import BadSignature
from sync.errors import Malformed, SyncError, UnknownVersion
from sync.opening import OtherProject
from sync.ports import (
    Names,
    Occupied,
    Remote,
    RemoteBroken,
    RemoteError,
    RemoteOther,
    RemoteTooLarge,
    RemoteUnreadable,
    put_marked,
)
from sync.replica import LogAt, Replica
from sync.roster import Roster, parse_entry
from sync.roster.entries import ROOT, check_signature


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


@dataclass
class Files:
    """Attachments that went one way whole, and the bytes that took."""

    files: int = 0
    bytes: int = 0

    def add(self, size: int) -> None:
        self.files += 1
        self.bytes += size


@dataclass
class Carried:
    """What a sync did about attachments; `missing` are named here and lie nowhere it could reach."""

    sent: Files = field(default_factory=Files)
    received: Files = field(default_factory=Files)
    missing: int = 0


@dataclass(frozen=True)
class Note:
    """Something a person should know: a code with its parameters, turned into words above."""

    code: str
    params: dict[str, str | int]


@dataclass
class Report:
    """What one sync did. `quarantined` names what was set aside, `warnings` what looks wrong.

    `snapshots` counts those left for newcomers, `packs` the files many batches were gathered in.
    """

    sent: Tally = field(default_factory=Tally)
    received: Tally = field(default_factory=Tally)
    quarantined: list[Note] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
    attachments: Carried = field(default_factory=Carried)
    snapshots: Tally = field(default_factory=Tally)
    packs: Files = field(default_factory=Files)

    @property
    def is_empty(self) -> bool:
        """Whether nothing came or went, and nothing is to be told."""
        return self == Report()

    def warn(self, code: str, **params: str | int) -> None:
        note = Note(code, params)
        if note not in self.warnings:
            self.warnings.append(note)


# What lies there is torn, or somebody else's: whoever has the real one is asked for it.
_NOT_ITS_WRITERS = (Malformed, BadSignature, OtherProject)


class Exchange:
    """One sync of one replica with one remote; its parts build upon this."""

    def __init__(self, replica: Replica, remote: Remote) -> None:
        self.replica = replica
        self.remote = remote
        self.report = Report()
        self.location = remote.name
        self.wanted: set[str] = set()
        self.doubted: set[str] = set()
        # Logs of which two batches with one number were met.
        self.forked: set[bytes] = set()
        self._marks: list[str] = []

    def _hash(self, at: LogAt, number: int) -> bytes:
        """Of the batch held of a log under a number; `NO_HASH` where there is none."""
        if number == at.number:
            return at.head
        held = self.replica.batch(at.log, number)
        return envelope.NO_HASH if held is None else envelope.batch_hash(held)

    def _read(self, path: str, limit: int) -> bytes | None:
        """A file's bytes; None where there is none of ours: too large, or it alone cannot be read."""
        found: bytes | None = None
        with self._passing_over(path):
            try:
                found = self.remote.read(path, limit)
            except RemoteTooLarge:
                self.report.warn("remote-too-large", place=self.location, path=path)
        return found

    def _list(self, prefix: str) -> Names:
        """The names there; none where something else lies in the folder's place, or it is closed."""
        names: Names = []
        with self._passing_over(prefix):
            names += self.remote.list(prefix)
        return names

    @contextlib.contextmanager
    def _passing_over(self, path: str) -> Iterator[None]:
        """What one file or folder alone refuses is told, and stops nothing else.

        Somebody's copy with their rights, a folder in a file's place: as long as the place still
        shows what it is, the others are to be had. Else the place is the trouble.
        """
        try:
            yield
        except (RemoteUnreadable, RemoteBroken, RemoteOther):
            if not self._is_open():
                raise
            self.report.warn("file-unreadable", place=self.location, path=path)

    def _is_open(self) -> bool:
        try:
            return self.remote.read(layout.SENTINEL, members.MAX_SMALL_BYTES) is not None
        except RemoteError:
            return False

    def _put(self, path: str, data: bytes) -> bool:
        return self._put_marked(path, data, "")[0]

    def _put_marked(self, path: str, data: bytes, mark: str) -> tuple[bool, bool]:
        """Write once, with the mark where that costs nothing more (`ports.put_marked`).

        Other bytes in our place are replaced if they are torn, or not of its writer. Else whoever
        may write to the share could keep a laptop from ever sending by a replayed file. What only a
        later Kipu can read is ours too, from another life of this laptop.
        """
        try:
            return put_marked(self.remote, path, data, mark)
        except Occupied:
            there = self._read(path, envelope.MAX_BATCH_BYTES)
            if is_later(there or b"", data, self.replica.roster):
                raise
            if there is not None and self._belongs(there, data):
                if self._gives_back(data, there):
                    self.remote.replace(path, data)
                    return True, False
                if is_same_batch(there, data):
                    return False, False
                raise
            is_foreign = there is not None and is_whole(there)
            self.report.warn("foreign-file" if is_foreign else "file-torn", path=path)
            self.remote.replace(path, data)
            return True, False

    def _belongs(self, there: bytes, data: bytes) -> bool:
        """Whether what lies where `data` should is its writer's (`belongs`), and whole."""
        return belongs(there, data, self.replica.roster) and not self._is_torn(there)

    def _is_torn(self, raw: bytes) -> bool:
        """Whether what stands in a batch since values were erased does not open.

        Its signature holds whatever became of it. Without the key nobody can tell.
        """
        batch = envelope.parse(raw) if header_of(raw) else None
        key = self.replica.epoch_key(batch.header.epoch) if batch and batch.replacement else None
        return batch is not None and key is not None and not envelope.opens(batch, key)

    def _gives_back(self, data: bytes, there: bytes) -> bool:
        """Whether it is one batch, and only `data` has what a void order took out of it."""
        return is_same_batch(there, data) and self._is_void(there) and not self._is_void(data)

    def _is_void(self, raw: bytes) -> bool:
        """Whether these bytes are a batch whose block somebody replaced who was to say nothing."""
        try:
            batch = envelope.parse(raw)
        except SyncError:
            return False
        return self.replica.roster.is_void(batch.hash, batch.replacement)

    def _tell(self, mark: str) -> None:
        """Leave this mark (sync.news) when all it speaks of lies there."""
        if mark not in self._marks:
            self._marks.append(mark)

    def _set_aside(self, path: str, raw: bytes, error: SyncError) -> None:
        if isinstance(error, RemoteError):
            raise error
        if isinstance(error, _NOT_ITS_WRITERS):
            self.wanted.add(path)
        params = {**error.params, "path": path}
        code = code_of(error)
        self.replica.quarantine(path, raw, code, [(k, str(v)) for k, v in params.items()])
        self.report.quarantined.append(Note(code, params))


def code_of(error: SyncError) -> str:
    """What a person is told: of what is too new one thing helps, whatever of it is unknown."""
    return error.default_code if isinstance(error, UnknownVersion) else error.code


def header_of(raw: bytes) -> envelope.Header | None:
    """The header of a batch whose outer form is sound."""
    try:
        return envelope.parse(raw).header
    except SyncError:
        return None


def belongs(there: bytes, data: bytes, roster: Roster) -> bool:
    """Whether what lies where `data` should is signed by its writer and has the same number."""
    ours = header_of(data)
    try:
        if ours is not None:
            batch = envelope.parse(there)
            envelope.check_signature(batch, roster.sign_key(ours.device) or bytes(32))
            return (batch.header.log, batch.header.number) == (ours.log, ours.number)
        entry, mine = parse_entry(there), parse_entry(data)
        is_root = mine.author == ROOT
        sign = bytes(roster.root.body["sign"]) if is_root else roster.sign_key(mine.author)
        check_signature(entry, sign or bytes(32))
        return (entry.author, entry.number) == (mine.author, mine.number)
    except SyncError:
        return False


def is_later(there: bytes, data: bytes, roster: Roster) -> bool:
    """Whether what lies where `data` should is its writer's, of a version only a later Kipu reads."""
    ours = header_of(data)
    return ours is not None and envelope.is_later(there, roster.sign_key, ours.log, ours.number)


def is_same_batch(there: bytes, data: bytes) -> bool:
    """Whether it is one batch, perhaps with values erased in one of the two."""
    is_batch = header_of(data) is not None
    return is_batch and envelope.batch_hash(there) == envelope.batch_hash(data)


def is_whole(raw: bytes) -> bool:
    """Whether the bytes are a complete file of Kipu's rather than a torn one."""
    for read in (envelope.parse, parse_entry):
        try:
            read(raw)
        except SyncError:
            continue
        return True
    return False
