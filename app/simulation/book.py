"""What everybody did and what they knew then, noted beside the program: the truth to check it by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.models.ledger.registers import Standing
from app.models.ledger.sealing import LIMITS
from app.models.records.policy import default_policy
from app.simulation.machines import Machine
from sync import columns
from sync.changes import Change, Verb
from sync.roster.policy import ANY, COMMON, LETTERS, OWN

Key = tuple[bytes, int]
"""A transaction whatever log it lies in: its person, and the time it claims (unique here)."""

RecordName = tuple[bytes, str, bytes]


@dataclass(frozen=True)
class Broken:
    """An invariant that does not hold, and where."""

    invariant: str
    detail: str


@dataclass(frozen=True)
class Knowledge:
    """What a laptop had applied, and how much of it counted there, before a command."""

    applied: frozenset[Key]
    effective: frozenset[Key]
    roster: frozenset[bytes]


@dataclass
class Act:
    """One transaction as it was written. `shown` is what the screen showed when editing began."""

    key: Key
    machine: str
    device: bytes
    space: bytes
    changes: tuple[Change, ...]
    known: Knowledge
    shown: Knowledge
    allowed: bool
    label: str
    version: int
    uncertain: bool = False


@dataclass(frozen=True)
class CutNote:
    """A demotion or revocation, and what its author had applied of the device by then."""

    entry: bytes
    device: bytes
    space: bytes | None
    role: str | None
    applied: frozenset[Key]


@dataclass(frozen=True)
class Erasure:
    """A field that a laptop erased: what it had applied by then, and the orders it wrote.

    It rests on those, too, by which the field had been erased before: what they took was not there any
    more to be ordered again.
    """

    machine: str
    record: bytes
    field: str
    applied: frozenset[Key]
    orders: frozenset[bytes]
    rests_on: frozenset[bytes]

    def takes(self, act: Act) -> bool:
        """Whether it takes a value of that act: what was written knowing of it stays."""
        unaware = bool(self.orders) and not self.orders & act.known.roster
        return act.key in self.applied or unaware


@dataclass
class Book:
    """All acts of a run."""

    acts: dict[Key, Act] = field(default_factory=dict)
    cuts: list[CutNote] = field(default_factory=list)
    erased: list[Erasure] = field(default_factory=list)
    doubled: set[str] = field(default_factory=set)
    _noted: set[bytes] = field(default_factory=set)

    def note(self, machine: Machine, known: Knowledge, shown: Knowledge | None = None) -> int:
        """Take in what a command left waiting to be sealed; returns how many transactions."""
        store, new = machine.project.store, 0
        for space, block in store.rows(
            "SELECT s.space, p.block FROM pending p JOIN logs l USING(lid) JOIN spaces s USING(sid) "
            "ORDER BY p.lid, p.first_seq"
        ):
            if bytes(block) in self._noted:
                continue
            self._noted.add(bytes(block))
            for one in columns.decode(bytes(block), LIMITS).transactions:
                key = (one.person, one.at_ms)
                if key in self.acts:
                    continue
                new += 1
                allowed = may(role_of(machine, bytes(space)), is_common(machine, bytes(space)),
                              one.changes)  # fmt: skip
                self.acts[key] = Act(
                    key, machine.name, machine.device, bytes(space), one.changes, known,
                    shown or known, allowed, one.label, machine.version,
                )  # fmt: skip
        return new


def knowledge(machine: Machine) -> Knowledge:
    """What a laptop has applied now."""
    rows = machine.project.store.rows(
        "SELECT p.person, t.at, t.class FROM transactions t JOIN persons p USING(pid)"
    )
    applied = frozenset((bytes(person), int(at)) for person, at, _class in rows)
    effective = frozenset(
        (bytes(person), int(at)) for person, at, standing in rows if standing == Standing.EFFECTIVE
    )
    entries = frozenset(entry.hash for entry in machine.project.roster.entries)
    return Knowledge(applied, effective, entries)


def standings(machine: Machine) -> Mapping[Key, set[Standing]]:
    """What every transaction is worth at a laptop; a set, for a copied one may lie in two logs."""
    found: dict[Key, set[Standing]] = {}
    for person, at, standing in machine.project.store.rows(
        "SELECT p.person, t.at, t.class FROM transactions t JOIN persons p USING(pid)"
    ):
        found.setdefault((bytes(person), int(at)), set()).add(Standing(standing))
    return found


def role_of(machine: Machine, space: bytes) -> str | None:
    return machine.project.roster.view().role(machine.device, space)


def is_common(machine: Machine, space: bytes) -> bool:
    return space == machine.project.roster.common


def may(role: str | None, common: bool, changes: tuple[Change, ...]) -> bool:
    """Whether a role may do all of this by the policy a project begins with."""
    policy = default_policy()
    where = COMMON if common else OWN
    letters = [
        policy.get(one.kind, policy[ANY])[where].get(role or "", "") for one in changes
    ]  # fmt: skip
    return all(LETTERS[Verb(one.verb)] in row for one, row in zip(changes, letters, strict=True))
