"""People at their laptops, as tests play them: every step is a process that runs a verb.

What a verb promises scripts is checked at each step, so no test can lean on a verb that breaks it.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.models import checking
from app.models.project import Project, folders, open_project
from app.models.vault import Unlocked, Vault
from tests.journeys.forking import CAN_FORK, SETTINGS, server

COMMAND = (sys.executable, "-m", "app")
PASSPHRASE = "río que no vuelve 7"
PROJECT, PARISH, COUNCIL = "Pastaza Segura", "Arajuno", "Consejo Cantonal"
PATIENCE = 120.0
OUR_FAULT = 70

FORM = """
| survey | | | | | | |
| | type | name | label | relevant | constraint | required | calculation |
| | text | who | ¿Cómo se llama? | | | yes | |
| | integer | age | Edad | | . < 120 | | |
| | date | when | ¿Cuándo? | | | | |
| | text | code | Código | | | | |
| | select_one yn | safe | ¿Se siente seguro? | | | | |
| | text | why | ¿Por qué? | ${safe} = 'no' | | | |
| | calculate | twice | | | | | ${age} * 2 |
| choices | | | | | | | |
| | list_name | name | label | | | | |
| | yn | si | Sí | | | | |
| | yn | no | No | | | | |
| settings | | | | | | | |
| | form_id | form_title | version | | | | |
| | mini | Entrevista mínima | 1 | | | | |
"""


@dataclass(frozen=True)
class Outcome:
    """What a process left: exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value on stdout."""
        assert self.code == 0, self.err
        assert len(self.out.splitlines()) == 1, self.out
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The JSON values of a batch, one a line."""
        assert self.code == 0, self.err
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def sentence(self) -> str:
        """The one clear sentence of a refusal, having checked that it is one."""
        assert 0 < self.code < OUR_FAULT, (self.code, self.out, self.err)
        assert self.out == "", self.out
        said = self.err.strip()
        assert said, "a refusal without a word"
        assert "Traceback" not in said, said
        assert 'File "' not in said, said
        return said


@dataclass
class Desk:
    """A laptop: its data folder, and the passphrase of who sits there."""

    home: Path
    passphrase: str = PASSPHRASE
    temp: Path | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """An environment with nothing of the machine's own in it but what processes need."""
        kept = {n: os.environ[n] for n in ("PATH", "SYSTEMROOT", "LANG") if n in os.environ}
        beside = self.home.parent / f"{self.home.name}-user"
        temp = self.temp or beside / "temp"
        for folder in (beside, temp):
            folder.mkdir(parents=True, exist_ok=True)
        places = {n: str(temp) for n in ("TMPDIR", "TEMP", "TMP")}
        places |= {f"XDG_{n}_HOME": str(beside / n.lower())
                   for n in ("CONFIG", "DATA", "STATE", "CACHE")}  # fmt: skip
        return kept | places | {
            "HOME": str(beside), "KIPU_HOME": str(self.home), "KIPU_KDF": "floor",
            "KIPU_LANG": "en", "KIPU_PASSPHRASE": self.passphrase, **SETTINGS, **self.extra,
        }  # fmt: skip

    @property
    def work(self) -> Path:
        """The folder the verbs are run in."""
        folder = self.home.parent / f"{self.home.name}-work"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def start(self, *words: str, **options: Any) -> subprocess.Popen[str]:
        """Begin a verb by its command; the caller waits for it, or kills it."""
        return subprocess.Popen(
            [*COMMAND, *words],
            cwd=self.work,
            env=self.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            **options,
        )

    def run(self, *words: str, given: str = "", **options: Any) -> Outcome:
        """Run a verb: in a forked process, unless `options` ask more of how it is started."""
        if CAN_FORK and not options:
            return Outcome(*server().run(words, self.environment(), self.work, given, PATIENCE))
        with self.start(*words, **options) as process:
            try:
                out, err = process.communicate(given, timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return Outcome(process.returncode, out, err)

    def tell(self, *words: str, given: str = "") -> Any:
        """Run a verb with --json; returns its value."""
        return self.run(*words, "--json", given=given).json

    def refused(self, *words: str, given: str = "") -> str:
        """Run a verb that must be refused; returns the sentence."""
        return self.run(*words, given=given).sentence

    def batch(self, *verbs: Sequence[str]) -> list[Any]:
        """Run verbs with --json after one unlock; returns their values."""
        return self.run("batch", "-", given=script(*verbs)).lines

    # -- looking inside, without a process -------------------------------------------------------

    @property
    def folder(self) -> Path:
        return folders(self.home)[0]

    def open(self) -> Project:
        """The project, opened in this process."""

        def unlock(vault: Vault) -> Unlocked:
            return vault.unlock(self.passphrase)

        return open_project(self.folder, self.home, unlock)

    def digests(self) -> dict[str, str]:
        """The digest of every space, having verified that all is whole."""
        project = self.open()
        try:
            assert checking.verify(project) == []
            from app.cli.projects import summary

            return {name: one["digest"] for name, one in summary(project)["spaces"].items()}
        finally:
            project.close()


def script(*verbs: Sequence[str]) -> str:
    """The text of a batch whose verbs all answer in JSON."""
    return "".join(shlex.join([*verb, "--json"]) + "\n" for verb in verbs)


def agree(*desks: Desk) -> None:
    """All verify, and show one digest for every space they share."""
    seen: dict[str, str] = {}
    for desk in desks:
        for name, digest in desk.digests().items():
            assert seen.setdefault(name, digest) == digest, name


@dataclass(frozen=True)
class World:
    """A project on three laptops, and its share."""

    root: Path

    def desk(self, name: str) -> Desk:
        return Desk(self.root / name)

    @property
    def coordinator(self) -> Desk:
        return self.desk("coordinator")

    @property
    def facilitator(self) -> Desk:
        return self.desk("facilitator")

    @property
    def secretary(self) -> Desk:
        return self.desk("secretary")

    @property
    def share(self) -> Path:
        return self.root / "share"

    @property
    def location(self) -> str:
        return str(self.share)

    def copy(self, target: Path) -> World:
        """The same laptops and share elsewhere, as if nothing had happened yet."""
        shutil.copytree(self.root, target, ignore=shutil.ignore_patterns("*-user", "*-work"))
        return World(target)

    def sync(self, *desks: Desk, rounds: int = 1) -> None:
        """Sync desks one after another (all three by default)."""
        for _round in range(rounds):
            for desk in desks or (self.coordinator, self.facilitator, self.secretary):
                report = desk.tell("sync", self.location)
                assert report["quarantined"] == [], report


# Copies of the world sync with their own share, and never again with the one all were copied with.
_REST = ["remote", "set", "share", "--pause"]


def make_world(root: Path) -> World:
    """Found the project, admit a facilitator and a secretary, import a form, sync."""
    root.mkdir(parents=True, exist_ok=True)
    world = World(root)
    founder, share = world.coordinator, world.location
    world.share.mkdir()
    (root / "mini.md").write_text(FORM, "utf-8")
    founder.tell("init", "--project", PROJECT, "--person", "María Tello")
    founder.batch(
        ["space", "add", PARISH],
        ["space", "add", COUNCIL],
        ["sync", share, "--found"],
        ["form", "import", str(root / "mini.md")],
        ["sync", share],
    )
    cast = (("facilitator", PARISH, "Luis Andi"), ("secretary", COUNCIL, "Rosa Tapuy"))
    for role, _space, person in cast:
        world.desk(role).tell("request", "--person", person, "--out", str(root / f"{role}.req"))
    founder.batch(
        *(["admit", str(root / f"{role}.req"), "--role", role, "--space", space,
           "--out", str(root / f"{role}.grant")] for role, space, _person in cast),
        ["sync", share], _REST,
    )  # fmt: skip
    for role, _space, _person in cast:
        world.desk(role).batch(["join", str(root / f"{role}.grant")], ["sync", share], _REST)
    return world
