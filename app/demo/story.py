"""The demo's story: a project founded, a month of field work, a year of meetings, a Friday's mess."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from app.demo import answers, field, talks
from app.demo.laptop import PASSPHRASE, Laptop, Run
from app.demo.meetings import Year
from app.demo.sessions import BARRIO, COUNCIL
from app.errors import KipuError
from app.i18n import _, speaking

LAPTOPS: Final = ("coordinator", "facilitator", "secretary")
PARISH, COUNCIL_SPACE, BARRIO_SPACE = "Arajuno", "Consejo Cantonal", "Barrio Santa Rosa"
_NEXT = "Seguimiento del operativo de fiestas y plan 2027"
_SAID = COUNCIL.sessions[-1].points[0].said
_ADDED = (
    "El Cuerpo de Bomberos ofrece una carpa de primeros auxilios.",
    "Se aclara que los turnos rigen de viernes a domingo.",
)


@dataclass(frozen=True)
class Size:
    """How much of the story is played: interviews by form, sessions of each committee, groups."""

    households: int
    businesses: int
    walks: int
    perception: int
    council: int
    barrio: int
    groups: int

    @property
    def interviews(self) -> int:
        """All interviews that are finished."""
        return self.households + self.businesses + self.walks + self.perception


FULL = Size(200, 50, 30, 20, len(COUNCIL.sessions), len(BARRIO.sessions), len(talks.TALKS))
SMALL = Size(12, 4, 3, 2, 3, 3, 1)


@dataclass(frozen=True)
class Demo:
    """The folder of the demo and what lies in it."""

    folder: Path
    size: Size
    today: date

    @property
    def share(self) -> Path:
        """The folder through which the laptops exchange batches."""
        return self.folder / "share"

    @property
    def exports(self) -> Path:
        """Where tables and documents lie that are readable by anybody."""
        return self.folder / "exports"

    def laptop(self, name: str) -> Laptop:
        """The laptop of the coordinator, the facilitator or the secretary."""
        return Laptop(self.folder / name)


def build(folder: Path, size: Size = FULL) -> dict[str, str]:
    """Make the demo in a new or empty folder; returns what lies where. Raises KipuError."""
    if folder.exists() and any(folder.iterdir()):
        raise KipuError(
            _("{folder} is not empty; the demo needs a new folder.").format(folder=folder)
        )
    demo = Demo(folder, size, date.today())
    demo.share.mkdir(parents=True, exist_ok=True)
    demo.exports.mkdir()
    # Its people speak Spanish, whatever the language of whoever looks on.
    with speaking("es"):
        _found(demo)
        _in_the_field(demo)
        _in_the_room(demo)
        _friday(demo)
        _exports(demo)
    return {
        **{name: str(demo.laptop(name).home) for name in LAPTOPS},
        "share": str(demo.share), "exports": str(demo.exports), "passphrase": PASSPHRASE,
    }  # fmt: skip


# -- the first day -----------------------------------------------------------------------------------


def _found(demo: Demo) -> None:
    with demo.laptop("coordinator").sitting() as run:
        run("init", "--project", "Pastaza Segura", "--person", "Elena Grefa", "--country", "ec")
        for space in (PARISH, COUNCIL_SPACE, BARRIO_SPACE):
            run("space", "add", space)
        run("place", "import", "ecuador")
        with as_file(files("resources") / "forms" / "percepcion.md") as form:
            run("form", "import", str(form))
        # The newest is offered first: the one most interviews are made with.
        for own in ("recorrido", "negocio", "hogar"):
            made = run("form", "import", "--own", own)
            run("record", "set", made["id"], f"target={_planned(demo.size, own)}")
        field.organisations(run)
        run("sync", str(demo.share), "--found")
        _admit(demo, run, "facilitator", "María Andi", [PARISH])
        _admit(demo, run, "secretary", "Rosa Tapuy", [COUNCIL_SPACE, BARRIO_SPACE])
        run("sync")
    for name in ("facilitator", "secretary"):
        demo.laptop(name).run("sync", str(demo.share))


def _planned(size: Size, own: str) -> int:
    """How many interviews the team set out to make: some more than it has."""
    made = {"hogar": size.households, "negocio": size.businesses, "recorrido": size.walks}
    return made[own] * 6 // 5


def _admit(demo: Demo, run: Run, name: str, person: str, spaces: list[str]) -> None:
    laptop = demo.laptop(name)
    request, grant = demo.folder / "request.kipu", demo.folder / "grant.kipu"
    asked = laptop.run("request", "--person", person, "--out", str(request))
    wanted = [word for space in spaces for word in ("--space", space)]
    admitted = run(
        "admit", str(request), "--role", name, *wanted, "--out", str(grant), "--phrase",
        asked["phrase"],
    )  # fmt: skip
    laptop.run("join", str(grant), "--phrase", admitted["project_phrase"])
    request.unlink()
    grant.unlink()


# -- the facilitator ---------------------------------------------------------------------------------


def _in_the_field(demo: Demo) -> None:
    size, chance = demo.size, random.Random(2026)
    forms: tuple[tuple[str, int, Callable[[], answers.Answers]], ...] = (
        ("hogar_seguridad", size.households, partial(answers.household, chance)),
        ("negocio_seguridad", size.businesses, partial(answers.business, chance)),
        ("recorrido_exploratorio", size.walks, lambda: _walk(demo, chance)),
        ("percepcion", size.perception, partial(answers.perception, chance)),
    )
    with demo.laptop("facilitator").sitting() as run:
        field.people(run, max(6, size.interviews // 8), PARISH)
        for form, count, answer in forms:
            field.interviews(run, form, PARISH, count, answer)
        field.broken_off(run, "negocio_seguridad", PARISH, answers.business(chance))
        for form, _count, answer in forms[:2]:
            field.left_open(run, form, PARISH, answer())
        for talk in talks.TALKS[: size.groups]:
            talks.hold(run, talk, PARISH, demo.today)
        run("sync")


def _walk(demo: Demo, chance: random.Random) -> answers.Answers:
    return answers.walk(chance, field.days_before(demo.today, chance))


# -- the secretary -----------------------------------------------------------------------------------


def _in_the_room(demo: Demo) -> None:
    """All sessions but the council's last, which comes after the coordinator's late correction."""
    with demo.laptop("secretary").sitting() as run:
        barrio = Year(run, BARRIO, demo.today, BARRIO_SPACE)
        barrio.found()
        for number in range(demo.size.barrio):
            barrio.hold(number)
        run("meeting", "approve", barrio.before)
        run("meeting", "close", barrio.before)
        council = Year(run, COUNCIL, demo.today, COUNCIL_SPACE)
        council.found()
        *before, last = range(len(COUNCIL.sessions) - demo.size.council, len(COUNCIL.sessions))
        for number in before:
            council.hold(number)
        run("sync")
        _correct_late(demo, council.before)
        council.hold(last)
        council.plan_next(_NEXT, 5)
        run("sync")


def _correct_late(demo: Demo, meeting: str) -> None:
    """The coordinator mends an act, not knowing that the secretary is about to close it."""
    with demo.laptop("coordinator").sitting() as run:
        run("sync")
        resolved = run("meeting", "show", meeting)["resolutions"][0]
        run("record", "set", resolved["key"], f"text={resolved['text']}, con informe mensual")


# -- a Friday ----------------------------------------------------------------------------------------


def _friday(demo: Demo) -> None:
    """Two people change the same, each unaware of the other; somebody is entered twice."""
    coordinator, facilitator, secretary = map(demo.laptop, LAPTOPS)
    with coordinator.sitting() as run:
        run("sync")
        answered = _two(run, "response", "form_id=hogar_seguridad", "status=complete")
        field_work = (*answered, _two(run, "person", "phone!=")[0])
        minutes = _last_session(run)
        _mend_field_work(run, field_work, "Luz en la calle de la escuela", "5", "0984410022")
        _mend_minutes(run, minutes, f"{_SAID} {_ADDED[0]}", demo.today + timedelta(days=12))
        double = ("name=GAD Parroquial Curaray", "type=parish_government")
        run("record", "new", "organisation", *double)
    with facilitator.sitting() as run:
        wish = "Luz y rondas en la calle de la escuela"
        _mend_field_work(run, field_work, wish, "6", "0984410220")
        run("record", "new", "person", "name=Delia Greffa Albarado", "--space", PARISH)
        run("sync")
    with secretary.sitting() as run:
        _mend_minutes(run, minutes, f"{_ADDED[1]} {_SAID}", demo.today + timedelta(days=20))
        run("sync")
    for laptop in (coordinator, facilitator, secretary):
        laptop.run("sync")


def _mend_field_work(
    run: Run, records: tuple[str, str, str], wish: str, people: str, phone: str
) -> None:
    household, other, person = records
    run("record", "set", household, f"propuesta={wish}")
    run("record", "set", other, f"personas={people}")
    run("record", "set", person, f"phone={phone}")


def _mend_minutes(run: Run, records: tuple[str, str], said: str, due: date) -> None:
    point, promise = records
    run("record", "set", point, f"discussion={said}")
    run("record", "set", promise, f"due={due.isoformat()}")


def _two(run: Run, kind: str, *where: str) -> tuple[str, str]:
    conditions = [word for one in where for word in ("--where", one)]
    first, second = run("record", "list", kind, *conditions, "--space", PARISH, "--limit", "2")
    return first["id"], second["id"]


def _last_session(run: Run) -> tuple[str, str]:
    """The point and the first promise of the council's last session, whose act is still a draft."""
    listed = run("meeting", "list", "--committee", COUNCIL.name)
    held = next(one for one in listed if one["status"] == "held")
    shown = run("meeting", "show", held["id"])
    title = COUNCIL.sessions[-1].points[0].title
    point = next(one["key"] for one in shown["agenda"] if one["title"] == title)
    return point, shown["commitments"][0]["key"]


# -- what leaves Kipu --------------------------------------------------------------------------------


def _exports(demo: Demo) -> None:
    """Tables and documents, as the coordinator, the secretary and the facilitator write them."""
    out = demo.exports
    with demo.laptop("coordinator").sitting() as run:
        for suffix in ("csv", "xlsx"):
            table = str(out / f"hogares.{suffix}")
            run("survey", "export", "hogar_seguridad", "--labels", "-o", table)
        run("record", "export", "commitment", "--labels", "-o", str(out / "compromisos.xlsx"))
    with demo.laptop("secretary").sitting() as run:
        listed = run("meeting", "list", "--committee", COUNCIL.name)
        papers = {one["status"]: one["id"] for one in reversed(listed)}
        for suffix in ("pdf", "docx"):
            run("acta", papers["approved"], "-o", str(out / f"acta.{suffix}"))
            run("acta", papers["held"], "-o", str(out / f"acta-borrador.{suffix}"))
        run("meeting", "paper", papers["planned"], "--call", "-o", str(out / "convocatoria.pdf"))
        run("meeting", "paper", papers["planned"], "--attendance", "-o",
            str(out / "hoja-de-asistencia.pdf"))  # fmt: skip
    with demo.laptop("facilitator").sitting() as run:
        group = run("record", "list", "focus_group", "--limit", "1")[0]["id"]
        for suffix in ("pdf", "docx"):
            run("group", "paper", group, "-o", str(out / f"nota-de-campo.{suffix}"))
