"""Small numbers for long names: the store's local ids for spaces, logs, kinds and persons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from typing import NamedTuple

from app.models.store import Store
from sync.crypto import KeyPair
from sync.ids import log_id


class RecordKey(NamedTuple):
    """A record as people and scripts name it: its space, its kind, its 16-byte id."""

    space: bytes
    kind: str
    id: bytes


class Standing(IntEnum):
    """What a transaction is worth (sync rule 12)."""

    EFFECTIVE = 0
    UNAUTHORISED = 1
    LATE = 2


class State(IntFlag):
    """Where a record stands; a plain visible record is VISIBLE alone."""

    VISIBLE = 1
    CONFLICT = 2
    CLOSED = 4
    DELETED = 8


@dataclass
class Touched:
    """What a command or an arriving batch changed, for views to decide what to refresh.

    Of records that came as a whole batch of new ones only the kind is told: a million ids would
    fill the memory, and nobody looks at them.
    """

    kinds: set[str] = field(default_factory=set)
    records: set[bytes] = field(default_factory=set)
    roster: bool = False
    """Whether entries of the roster or keys came: names of spaces, roles and members may differ."""

    def add(self, kind: str, records: Iterable[bytes]) -> None:
        self.kinds.add(kind)
        self.records.update(records)

    def merge(self, other: Touched) -> None:
        self.kinds |= other.kinds
        self.records |= other.records
        self.roster |= other.roster


@dataclass(frozen=True)
class Author:
    """Who writes here: this device (its keys and incarnation) and the person sitting at it."""

    keys: KeyPair
    device: bytes
    incarnation: bytes
    person: bytes
    person_name: str

    def log(self, space: bytes) -> bytes:
        return log_id(self.device, self.incarnation, space)


@dataclass(slots=True)
class Log:
    """A row of `logs`: how far one log has been applied here."""

    lid: int
    log: bytes
    device: bytes
    incarnation: bytes
    sid: int
    number: int
    seq: int
    head: bytes


class Registers:
    """Looks local ids up, making them where they are new; caches what never changes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kinds: dict[str, int] = {}
        self._names: dict[int, str] = {}
        self._spaces: dict[bytes, int] = {}
        self._persons: dict[bytes, int] = {}
        self._logs: dict[int, bytes] = {}

    def forget(self) -> None:
        """Drop the caches: after a rolled-back transaction they may name what is not there."""
        for cache in (self._kinds, self._names, self._spaces, self._persons, self._logs):
            cache.clear()

    def kid(self, kind: str) -> int:
        if kind not in self._kinds:
            self._store.run("INSERT OR IGNORE INTO kinds(name) VALUES(?)", (kind,))
            found = int(self._store.value("SELECT kid FROM kinds WHERE name=?", (kind,)))
            self._kinds[kind], self._names[found] = found, kind
        return self._kinds[kind]

    def kind(self, kid: int) -> str:
        if kid not in self._names:
            self._names[kid] = str(self._store.value("SELECT name FROM kinds WHERE kid=?", (kid,)))
        return self._names[kid]

    def sid(self, space: bytes) -> int:
        if space not in self._spaces:
            self._store.run(
                "INSERT OR IGNORE INTO spaces(space, digest) VALUES(?, zeroblob(16))", (space,)
            )
            self._spaces[space] = int(
                self._store.value("SELECT sid FROM spaces WHERE space=?", (space,))
            )
        return self._spaces[space]

    def space(self, sid: int) -> bytes:
        return bytes(self._store.value("SELECT space FROM spaces WHERE sid=?", (sid,)))

    def pid(self, person: bytes, name: str) -> int:
        """The person's local id; a name that became known, or changed, is kept."""
        if person not in self._persons:
            self._store.run("INSERT OR IGNORE INTO persons(person) VALUES(?)", (person,))
            self._persons[person] = int(
                self._store.value("SELECT pid FROM persons WHERE person=?", (person,))
            )
        pid = self._persons[person]
        if name:
            self._store.run("UPDATE persons SET name=? WHERE pid=? AND name IS NOT ?",
                            (name, pid, name))  # fmt: skip
        return pid

    def log_name(self, lid: int) -> bytes:
        if lid not in self._logs:
            self._logs[lid] = bytes(self._store.value("SELECT log FROM logs WHERE lid=?", (lid,)))
        return self._logs[lid]

    def log(self, log: bytes) -> Log | None:
        row = self._store.row(
            "SELECT lid, log, device, incarnation, sid, number, seq, head FROM logs WHERE log=?",
            (log,),
        )
        return Log(*row) if row else None

    def open_log(self, log: bytes, device: bytes, incarnation: bytes, space: bytes) -> Log:
        self._store.run(
            "INSERT OR IGNORE INTO logs(log, device, incarnation, sid, head) VALUES(?,?,?,?,?)",
            (log, device, incarnation, self.sid(space), bytes(32)),
        )
        # Another author's frontier may have named it before; only its own batches say whose it is.
        self._store.run(
            "UPDATE logs SET device=?, incarnation=?, sid=? WHERE log=? AND device IS NULL",
            (device, incarnation, self.sid(space), log),
        )
        found = self.log(log)
        assert found is not None
        return found

    def logs(self, sid: int | None = None) -> list[Log]:
        where, parameters = ("WHERE sid=?", (sid,)) if sid is not None else ("", ())
        rows = self._store.rows(
            "SELECT lid, log, device, incarnation, sid, number, seq, head FROM logs "
            f"{where} ORDER BY lid",
            parameters,
        )
        return [Log(*row) for row in rows]
