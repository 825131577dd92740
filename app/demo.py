"""A ready project to look at: three laptops and a share, made by running the real verbs.

Nothing here reaches behind the verbs, so what the demo shows is what anybody gets.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import random
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from app.errors import KipuError
from app.i18n import _

PASSPHRASE = "kipu demo 2026"
_INTERVIEWS = 60
_BARRIOS = ("Centro", "La Unión", "Santa Rosa", "San Vicente", "El Dorado")
_WISHES = (
    "Alumbrado en la calle principal", "Rondas con la comunidad", "Una alarma que funcione",
    "Limpiar los lotes vacíos", "Que la policía conteste", "Espacios para los jóvenes",
)  # fmt: skip


@dataclass(frozen=True)
class Laptop:
    """One laptop of the demo: its data folder."""

    home: Path

    def run(self, *words: str) -> Any:
        """Run one verb with --json and return what it printed."""
        return json.loads(self._run([*words, "--json"]))

    def batch(self, lines: Sequence[Sequence[str]]) -> list[Any]:
        """Run many verbs after one unlock; returns what each printed."""
        listed = self.home.parent / f".{self.home.name}.verbs"
        listed.write_text("\n".join(shlex.join([*line, "--json"]) for line in lines), "utf-8")
        try:
            printed = self._run(["batch", str(listed)])
        finally:
            listed.unlink()
        return [json.loads(line) for line in printed.splitlines()]

    def _run(self, words: list[str]) -> str:
        from app.cli import main

        out = io.StringIO()
        errors = io.StringIO()
        with (
            _environment(self.home),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(errors),
        ):
            code = main(words)
        if code:
            raise KipuError(errors.getvalue().strip())
        return out.getvalue()


@contextlib.contextmanager
def _environment(home: Path) -> Iterator[None]:
    before = dict(os.environ)
    os.environ["KIPU_HOME"] = str(home)
    os.environ["KIPU_PASSPHRASE"] = PASSPHRASE
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def build(folder: Path) -> dict[str, str]:
    """Make the demo in a new or empty folder; returns what lies where."""
    if folder.exists() and any(folder.iterdir()):
        raise KipuError(
            _("{folder} is not empty; the demo needs a new folder.").format(folder=folder)
        )
    folder.mkdir(parents=True, exist_ok=True)
    coordinator, facilitator, secretary = (
        Laptop(folder / name) for name in ("coordinator", "facilitator", "secretary")
    )
    share, exports = folder / "share", folder / "exports"
    share.mkdir()
    exports.mkdir()
    _found(coordinator, share)
    _admit(coordinator, facilitator, "María Andi", "facilitator", "Arajuno", folder)
    _admit(coordinator, secretary, "Rosa Tapuy", "secretary", "Consejo Cantonal", folder)
    for laptop in (coordinator, facilitator, secretary):
        laptop.run("sync", str(share))
    _interviews(facilitator, folder)
    _council(secretary)
    for laptop in (facilitator, secretary, coordinator):
        laptop.run("sync")
    _disagree(coordinator, facilitator)
    for suffix in ("csv", "xlsx"):
        coordinator.run(
            "survey", "export", "percepcion", "-o", str(exports / f"percepcion.{suffix}")
        )
    return {
        "coordinator": str(coordinator.home), "share": str(share), "exports": str(exports),
        "passphrase": PASSPHRASE,
    }  # fmt: skip


def _found(coordinator: Laptop, share: Path) -> None:
    coordinator.run("init", "--project", "Pastaza Segura", "--person", "Elena Grefa")
    with as_file(files("resources") / "forms" / "percepcion.md") as form:
        coordinator.batch([
            ["space", "add", "Arajuno"],
            ["space", "add", "Consejo Cantonal"],
            ["place", "import", "ecuador"],
            ["form", "import", str(form)],
            ["sync", str(share), "--found"],
        ])  # fmt: skip


def _admit(
    coordinator: Laptop, laptop: Laptop, person: str, role: str, space: str, folder: Path
) -> None:
    request, grant = folder / "request.kipu", folder / "grant.kipu"
    asked = laptop.run("request", "--person", person, "--out", str(request))
    admitted = coordinator.run(
        "admit", str(request), "--role", role, "--space", space, "--out", str(grant),
        "--phrase", asked["phrase"],
    )  # fmt: skip
    laptop.run("join", str(grant), "--phrase", admitted["project_phrase"])
    request.unlink()
    grant.unlink()


def _interviews(facilitator: Laptop, folder: Path) -> None:
    """Interviews keyed in from paper, one done at the desk, and one left open."""
    chance = random.Random(2026)
    table = folder / "keyed.csv"
    rows = [_answers(chance) for _number in range(_INTERVIEWS)]
    with table.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, sorted({name for row in rows for name in row}))
        writer.writeheader()
        writer.writerows(rows)
    facilitator.run("survey", "import", "percepcion", str(table), "--space", "Arajuno")
    table.unlink()
    for finished in (True, False):
        begun = facilitator.run("interview", "start", "percepcion", "--space", "Arajuno")
        given = [f"{name}={value}" for name, value in _answers(chance).items()]
        facilitator.run("interview", "answer", begun["id"], *given)
        if finished:
            facilitator.run("interview", "finish", begun["id"])


def _answers(chance: random.Random) -> dict[str, str]:
    """One person's answers, such as could be given."""
    found = {
        "acepta": "si",
        "sexo": chance.choice(("mujer", "mujer", "hombre")),
        "edad": str(chance.randint(18, 82)),
        "barrio": chance.choice(_BARRIOS),
        "de_noche": chance.choice(("mucho", "algo", "poco", "poco", "nada")),
        "problemas": " ".join(chance.sample(("luz", "robo", "alcohol", "terreno", "agua"), 2)),
        "victima": chance.choice(("si", "no", "no", "no")),
        "propuesta": chance.choice(_WISHES),
    }
    if found["victima"] == "si":
        found["denuncio"] = chance.choice(("si", "no", "no"))
    if found.get("denuncio") == "no":
        found["por_que_no"] = chance.choice(("No sirve de nada", "Por miedo", "Queda lejos"))
    return found


def _council(secretary: Laptop) -> None:
    committee = secretary.run(
        "record", "new", "committee", "name=Consejo Cantonal de Seguridad", "--space",
        "Consejo Cantonal",
    )["id"]  # fmt: skip
    seats = ("Alcaldía", "Policía Nacional", "Gobernación", "Iglesia", "Junta parroquial")
    secretary.batch(
        [["record", "new", "seat", f"committee={committee}", f"role={n}"] for n in seats]
    )
    for number in range(3):
        _meeting(secretary, committee, number + 1)


def _meeting(secretary: Laptop, committee: str, number: int) -> None:
    day = date(2026, 8, 20) + timedelta(days=30 * number)
    meeting = secretary.run(
        "record", "new", "meeting", f"committee={committee}", f"number={number:03d}-2026",
        f"date={day.isoformat()}", "subject=Seguridad en los barrios", "status=held",
    )["id"]  # fmt: skip
    owner = f"meeting={meeting}"
    secretary.batch([
        ["record", "new", "agenda_item", owner, "title=Lectura del acta anterior"],
        ["record", "new", "agenda_item", owner, "title=Alarmas comunitarias"],
        *(["record", "new", "attendance", owner, f"person={name}"]
          for name in ("Alcaldesa Vargas", "Cap. Mena", "Rosa Tapuy", "P. Andrade")),
        ["record", "new", "resolution", owner, f"number={number:03d}-2026",
         "text=Instalar y probar las alarmas de Santa Rosa."],
        ["record", "new", "commitment", "text=Revisar el alumbrado de la vía principal",
         f"due={(day + timedelta(days=21)).isoformat()}"],
    ])  # fmt: skip


def _disagree(coordinator: Laptop, facilitator: Laptop) -> None:
    """The same answer corrected on two laptops: a conflict to settle."""
    response = facilitator.run("record", "list", "response", "--limit", "1")[0]["id"]
    coordinator.run("record", "set", response, "edad=44")
    facilitator.run("record", "set", response, "edad=47")
    for laptop in (coordinator, facilitator, coordinator):
        laptop.run("sync")
