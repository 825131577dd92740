"""Laptops with real stores for tests: founded, joined and synced in this process.

A cast is made once and copied for every test or example, since key derivation is what costs.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.models import checking, spaces
from app.models.commands import membership, records
from app.models.ledger import RecordKey
from app.models.ledger.projection import MADE, table
from app.models.project import Project, folders, open_project
from app.models.records import KINDS
from app.models.replica import LocalReplica
from app.models.vault import Unlocked, Vault
from sync import engine
from sync.ports import Remote
from sync.values import Value
from tests.sync.sharing import MemoryRemote

PASSPHRASE = "cuatro palabras de prueba"
PROJECT = "Pastaza"
PARISH = "Arajuno"
NOW_MS = 1_700_000_000_000


@dataclass
class Laptop:
    """One open project in a home folder of its own. Its clock goes on by a second a look."""

    home: Path
    project: Project
    clock_ms: int = NOW_MS

    def __post_init__(self) -> None:
        self.project.ledger.now_ms = self._tick

    def _tick(self) -> int:
        self.clock_ms += 1000
        return self.clock_ms

    @property
    def replica(self) -> LocalReplica:
        return LocalReplica(self.project)

    @property
    def device(self) -> bytes:
        return self.project.device

    def space(self, name: str = PARISH) -> bytes:
        return spaces.find(self.project, name).id

    def person(self, name: str, record: bytes | None = None, space: str = PARISH) -> RecordKey:
        return records.new(self.project, "person", {"name": name}, self.space(space), record)

    def edit(self, key: RecordKey, **values: Value) -> None:
        records.edit(self.project, key, values)

    def values(self, key: RecordKey) -> Mapping[str, Value]:
        from app.models.queries import records as reading

        return reading.values(self.project, key)

    def sync(self, remote: Remote, poll: bool = False) -> engine.Report:
        return engine.synchronise(self.replica, remote, poll=poll)

    def digests(self) -> dict[str, str]:
        """The digest of every space this laptop reads, by the space's name."""
        return {
            one.name: checking.digest(self.project, one.id)
            for one in spaces.all_named(self.project, with_common=True)
        }

    def batches(self) -> list[bytes]:
        """All sealed batches here, in the order they came."""
        rows = self.project.store.rows("SELECT raw FROM batches ORDER BY rowid")
        return [bytes(raw) for (raw,) in rows]

    def reopen(self) -> None:
        """Close the project and open it again from its folder."""
        self.project.close()
        self.project = reopened(self.home)
        self.__post_init__()

    def verify(self) -> None:
        assert checking.verify(self.project) == []

    def close(self) -> None:
        self.project.close()


def reopened(home: Path) -> Project:
    """Open the one project of a home by its passphrase."""

    def unlock(vault: Vault) -> Unlocked:
        return vault.unlock(PASSPHRASE)

    return open_project(folders(home)[0], home, unlock)


def found(home: Path, *names: str) -> Laptop:
    """A new project with these spaces (Arajuno by default), on its first laptop."""
    made = membership.create_project(home, PROJECT, "Rosa Andi", PASSPHRASE)
    for name in names or (PARISH,):
        membership.add_space(made.project, name)
    return Laptop(home, made.project)


def join(
    by: Laptop, home: Path, person: str, role: str, names: Sequence[str] = (PARISH,)
) -> Laptop:
    """Another laptop, admitted by a coordinator's."""
    asked = membership.make_request(home, person, PASSPHRASE)
    request, _words = membership.read_request(asked.raw)
    grant = membership.admit(by.project, request, role, () if role == "coordinator" else names)
    membership.join(asked.project, grant)
    return Laptop(home, asked.project)


@dataclass
class Cast:
    """Laptops that were made once and are copied, open, for each use."""

    template: Path
    names: Sequence[str]
    _count: int = field(default=0)

    def copy(self, folder: Path) -> list[Laptop]:
        """The laptops anew, in an empty folder."""
        self._count += 1
        target = folder / f"cast{self._count}"
        shutil.copytree(self.template, target)
        return [Laptop(target / name, reopened(target / name)) for name in self.names]


def make_cast(folder: Path, *roles: str) -> Cast:
    """A founder and one laptop a role, all in the one parish; closed, to be copied."""
    founder = found(folder / "l1")
    others = [
        join(founder, folder / f"l{number}", f"Persona {number}", role)
        for number, role in enumerate(roles, start=2)
    ]
    for one in (founder, *others):
        one.close()
    return Cast(folder, [f"l{number}" for number in range(1, len(roles) + 2)])


def at_floor(tmp_path_factory: pytest.TempPathFactory, *roles: str) -> Cast:
    """A cast made for longer than one test, whose environment its fixtures do not have yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KIPU_KDF", "floor")
        return make_cast(tmp_path_factory.mktemp("cast"), *roles)


def lent(cast: Cast, tmp_path: Path) -> Iterator[list[Laptop]]:
    """The laptops of a cast for one test, closed after it."""
    laptops = cast.copy(tmp_path)
    yield laptops
    for one in laptops:
        one.close()


def shared(*laptops: Laptop) -> MemoryRemote:
    """A share in memory founded by the first and met by all."""
    remote = MemoryRemote()
    engine.found(laptops[0].replica, remote)
    settle(remote, *laptops, rounds=1)
    return remote


def settle(remote: Remote, *laptops: Laptop, rounds: int = 3) -> None:
    """Sync all round until nothing can be left to tell."""
    for _round in range(rounds):
        for one in laptops:
            one.sync(remote)


def agree(*laptops: Laptop) -> None:
    """All laptops verify, show one digest for each space they share, and rebuild to the same."""
    for one in laptops:
        one.verify()
    first = laptops[0].digests()
    for one in laptops[1:]:
        theirs = one.digests()
        shared = first.keys() & theirs.keys()
        assert shared
        assert {n: first[n] for n in shared} == {n: theirs[n] for n in shared}
    for one in laptops:
        before, shown, order = one.digests(), shown_state(one), listed(one)
        one.project.ledger.rebuild()
        assert one.digests() == before
        assert shown_state(one) == shown
        assert listed(one) == order


def shown_state(laptop: Laptop) -> list[tuple[object, ...]]:
    """Everything a person could see of the records, whatever local numbers they have."""
    return sorted(
        laptop.project.store.rows(
            "SELECT hex(s.space), k.name, hex(r.id), r.state, r.data FROM records r "
            "JOIN spaces s USING(sid) JOIN kinds k USING(kid) WHERE r.lid IS NOT NULL"
        )
    )


def listed(laptop: Laptop) -> dict[str, list[str]]:
    """The ids of what each list shows, in its order."""
    return {
        name: [
            record
            for (record,) in laptop.project.store.rows(
                f'SELECT hex(r.id) FROM "{table(name)}" f JOIN records r USING(rid) '
                f"ORDER BY f.{MADE}"
            )
        ]
        for name in KINDS
    }
