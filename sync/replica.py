"""What the engine asks of a laptop's store; the store implements it, tests may too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from sync.crypto import KeyPair
from sync.roster import Entry, Roster


@dataclass(frozen=True, slots=True)
class LogAt:
    """How far a log has been applied: `number` batches, the last one hashed `head`."""

    log: bytes
    device: bytes | None
    space: bytes
    number: int
    head: bytes
    is_writing: bool


class Verdict(Enum):
    """What became of a batch that arrived."""

    APPLIED = "applied"
    KNOWN = "known"
    GAP = "gap"
    WAITING = "waiting"
    FORKED = "forked"


@dataclass(frozen=True, slots=True)
class Received:
    """A verdict, and the number of changes applied."""

    verdict: Verdict
    changes: int = 0


class Replica(Protocol):
    """One laptop's copy of a project."""

    @property
    def roster(self) -> Roster: ...

    @property
    def keys(self) -> KeyPair: ...

    @property
    def device(self) -> bytes: ...

    @property
    def root_key(self) -> bytes:
        """The project root's wrapped key, to lie on every share."""

    def add_entries(self, entries: Sequence[Entry]) -> None:
        """Keep new roster entries and judge again what they bear on."""

    def epoch_key(self, epoch: bytes) -> bytes | None: ...

    def add_epoch_key(self, epoch: bytes, space: bytes, key: bytes) -> None: ...

    def spaces(self) -> list[bytes]:
        """The spaces this device may read now."""

    def seal(self) -> int:
        """Seal what was written here; returns how many batches that made."""

    def logs(self, space: bytes) -> list[LogAt]: ...

    def batch(self, log: bytes, number: int) -> bytes | None:
        """The sealed bytes as first made or received."""

    def gathering(self) -> AbstractContextManager[None]:
        """What is received within is written through together at its end."""

    def receive(self, raw: bytes) -> Received:
        """Check and apply a batch. Raises SyncError when it can never be applied."""

    def begin_incarnation(self) -> None:
        """Carry on under a new incarnation: this store is a copy of one that went on elsewhere."""

    def share_of(self, location: str) -> bytes | None:
        """The share last met at a location."""

    def remember_share(self, location: str, share: bytes) -> None: ...

    def sent(self, location: str, log: bytes) -> int:
        """How many of a log's batches are known to lie at a location."""

    def remember_sent(self, location: str, log: bytes, number: int) -> None: ...

    def finished(self, location: str) -> None:
        """A sync with a location came to its end."""

    def quarantine(
        self, path: str, raw: bytes, code: str, params: Iterable[tuple[str, str]]
    ) -> None:
        """Keep what was set aside, and why."""
