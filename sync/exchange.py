"""What every part of a sync shares: the two sides, what is told of it, and careful writing."""

from __future__ import annotations

from dataclasses import dataclass, field

from sync import envelope
from sync.errors import Malformed, SyncError
from sync.ports import Occupied, Remote, RemoteError, RemoteTooLarge
from sync.replica import Replica
from sync.roster import parse_entry


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


class Exchange:
    """One sync of one replica with one remote; its parts build upon this."""

    def __init__(self, replica: Replica, remote: Remote) -> None:
        self.replica = replica
        self.remote = remote
        self.report = Report()
        self.location = remote.name
        self.wanted: set[str] = set()

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
            if there is not None and is_whole(there):
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


def header_of(raw: bytes) -> envelope.Header | None:
    """The header of a batch whose outer form is sound."""
    try:
        return envelope.parse(raw).header
    except SyncError:
        return None


def is_whole(raw: bytes) -> bool:
    """Whether the bytes are a complete file of Kipu's rather than a torn one."""
    for read in (envelope.parse, parse_entry):
        try:
            read(raw)
        except SyncError:
            continue
        return True
    return False
