"""The laptops every run begins with, made once and copied: deriving keys is what would cost."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.models.commands import membership
from app.models.project import Project
from app.models.vault import Unlocked
from app.simulation.chance import seeded
from sync.members import read_request

SPACES = ("Arajuno", "Curaray")
GUESTS = ("g1", "g2")
# Role and spaces of every laptop that joins; the founder is a coordinator.
JOINING: Sequence[tuple[str, Sequence[str]]] = (
    ("secretary", SPACES),
    ("coordinator", ()),
    ("facilitator", SPACES[:1]),
    ("observer", SPACES[:1]),
    ("secretary", SPACES),
)
PASSPHRASE = "la lluvia cae sobre el rio"


@dataclass
class Cast:
    """Closed laptops in folders m1, m2 … and what opens each; x is another project's.

    Guests have asked to join (`requests`) and were not answered yet; `paper` recovers the project.
    """

    folder: Path
    keys: dict[str, Unlocked]
    requests: dict[str, bytes]
    paper: str

    @property
    def members(self) -> list[str]:
        return sorted(name for name in self.keys if name[0] == "m")

    def copy(self, target: Path, names: Sequence[str]) -> None:
        for name in names:
            shutil.copytree(self.folder / name, target / name)


def make_cast(folder: Path) -> Cast:
    """Found a project with two spaces, admit everybody, and let the guests ask."""
    with at_floor(), seeded("cast"):
        return _make(folder)


@contextlib.contextmanager
def at_floor() -> Iterator[None]:
    """Within this, making a vault costs as little as it may."""
    before = os.environ.get("KIPU_KDF")
    os.environ["KIPU_KDF"] = "floor"
    try:
        yield
    finally:
        if before is None:
            del os.environ["KIPU_KDF"]
        else:
            os.environ["KIPU_KDF"] = before


def _make(folder: Path) -> Cast:
    created = membership.create_project(folder / "m1", "Simulada", "Persona 1", PASSPHRASE)
    founder = created.project
    for name in SPACES:
        membership.add_space(founder, name)
    everyone = {"m1": founder}
    for number, (role, names) in enumerate(JOINING, start=2):
        asked = membership.make_request(folder / f"m{number}", f"Persona {number}", PASSPHRASE)
        request = read_request(asked.raw)
        membership.join(asked.project, membership.admit(founder, request, role, names))
        everyone[f"m{number}"] = asked.project
    requests = {}
    for name in GUESTS:
        asked = membership.make_request(folder / name, f"Persona {name}", PASSPHRASE)
        everyone[name], requests[name] = asked.project, asked.raw
    everyone["x"] = membership.create_project(folder / "x", "Otra", "Ajena", PASSPHRASE).project
    keys = {name: unlocked(one) for name, one in everyone.items()}
    for one in everyone.values():
        one.close()
    return Cast(folder, keys, requests, created.project_code)


def unlocked(project: Project) -> Unlocked:
    """What opens an open project's vault again without deriving a key."""
    return Unlocked(project.data_key, project.person.id, project.vault.people[0].id)
