"""The laptops every run begins with, made once and copied: deriving keys is what would cost."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.models.commands import membership
from app.models.project import Project
from app.models.vault import Unlocked
from app.simulation.chance import seeded

SPACES = ("Arajuno", "Curaray")
# Role and spaces of every laptop that joins; the founder is a coordinator.
JOINING: Sequence[tuple[str, Sequence[str]]] = (
    ("secretary", SPACES),
    ("coordinator", ()),
    ("facilitator", SPACES[:1]),
    ("observer", SPACES[:1]),
    ("secretary", SPACES),
)
_PASSPHRASE = "la lluvia cae sobre el rio"


@dataclass
class Cast:
    """Closed laptops in folders m1, m2 … and what opens each; `stranger` is another project's."""

    folder: Path
    keys: dict[str, Unlocked]

    def copy(self, target: Path, names: Sequence[str]) -> None:
        for name in names:
            shutil.copytree(self.folder / name, target / name)


def make_cast(folder: Path) -> Cast:
    """Found a project with two spaces and admit everybody."""
    before = os.environ.get("KIPU_KDF")
    os.environ["KIPU_KDF"] = "floor"
    try:
        with seeded("cast"):
            return _make(folder)
    finally:
        if before is None:
            del os.environ["KIPU_KDF"]
        else:
            os.environ["KIPU_KDF"] = before


def _make(folder: Path) -> Cast:
    founder = membership.create_project(folder / "m1", "Simulada", "Persona 1", _PASSPHRASE).project
    for name in SPACES:
        membership.add_space(founder, name)
    everyone = [founder]
    for number, (role, names) in enumerate(JOINING, start=2):
        asked = membership.make_request(folder / f"m{number}", f"Persona {number}", _PASSPHRASE)
        request, _words = membership.read_request(asked.raw)
        membership.join(asked.project, membership.admit(founder, request, role, names))
        everyone.append(asked.project)
    everyone.append(membership.create_project(folder / "x", "Otra", "Ajena", _PASSPHRASE).project)
    names = [*(f"m{number}" for number in range(1, len(everyone))), "x"]
    keys = {name: _unlocked(one) for name, one in zip(names, everyone, strict=True)}
    for one in everyone:
        one.close()
    return Cast(folder, keys)


def _unlocked(project: Project) -> Unlocked:
    return Unlocked(project.data_key, project.person.id, project.vault.people[0].id)
