"""The demo's story: a project founded, a month of field work, a year of meetings, a Friday's mess."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from importlib.resources import as_file, files
from operator import itemgetter
from pathlib import Path
from typing import Final

from app.demo import answers, field, talks
from app.demo.laptop import PASSPHRASE, Clock, Laptop, Run
from app.demo.meetings import LATER, Year, days_ago
from app.demo.moments import Calendar, Visit
from app.demo.sessions import BARRIO, COUNCIL
from app.errors import KipuError
from app.i18n import _, speaking

LAPTOPS: Final = ("coordinator", "facilitator", "secretary")
PARISH, COUNCIL_SPACE, BARRIO_SPACE = "Arajuno", "Consejo Cantonal", "Barrio Santa Rosa"
_NEXT = "Seguimiento del operativo de fiestas y plan 2027"
_SAID = COUNCIL.sessions[-1].points[0].said
_BEFORE: Final = 20
"""Days between the project's beginning and the first session."""
_SURVEYS: Final = 48
"""How many days ago the surveys were ready."""
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
    """The folder of the demo, what lies in it, and what time it is on each laptop."""

    folder: Path
    size: Size
    calendar: Calendar
    clocks: dict[str, Clock]

    @property
    def today(self) -> date:
        """The day the story ends on."""
        return self.calendar.today

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
        return Laptop(self.folder / name, self.clocks[name])


def build(folder: Path, size: Size = FULL, now: datetime | None = None) -> dict[str, str]:
    """Make the demo in a new or empty folder; returns what lies where. Raises KipuError.

    The story ends at ``now``, in local time.
    """
    if folder.exists() and any(folder.iterdir()):
        raise KipuError(
            _("{folder} is not empty; the demo needs a new folder.").format(folder=folder)
        )
    calendar = Calendar(now or datetime.now())
    begins = calendar.at(_first_session(size) + _BEFORE, 9)
    demo = Demo(folder, size, calendar, {name: Clock(begins) for name in LAPTOPS})
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


def _sessions(size: Size) -> tuple[range, range]:
    """Which sessions are held: the council's last, and the neighbourhood's first."""
    held = len(COUNCIL.sessions)
    return range(held - size.council, held), range(size.barrio)


def _first_session(size: Size) -> int:
    """How many days ago the first session of the two committees was held."""
    council, barrio = _sessions(size)
    return max(days_ago(COUNCIL, council[0]), days_ago(BARRIO, barrio[0]))


def _found(demo: Demo) -> None:
    """The project with its spaces, places and laptops; months later the surveys."""
    clock, days = demo.clocks["coordinator"], demo.calendar
    with demo.laptop("coordinator").sitting() as run:
        run("init", "--project", "Pastaza Segura", "--person", "Elena Grefa", "--country", "ec")
        for space in (PARISH, COUNCIL_SPACE, BARRIO_SPACE):
            run("space", "add", space)
        run("place", "import", "ecuador")
        run("sync", str(demo.share), "--found")
        _admit(demo, run, "facilitator", "María Andi", [PARISH])
        _admit(demo, run, "secretary", "Rosa Tapuy", [COUNCIL_SPACE, BARRIO_SPACE])
        field.organisations(run, clock, _known_since(demo))
        clock.go(days.at(_SURVEYS, 10))
        with as_file(files("resources") / "forms" / "percepcion.md") as form:
            run("form", "import", str(form))
        # The newest is offered first: the one most interviews are made with.
        for own in ("recorrido", "negocio", "hogar"):
            made = run("form", "import", "--own", own)
            run("record", "set", made["id"], f"target={_planned(demo.size, own)}")
        run("sync")
    for name in ("facilitator", "secretary"):
        demo.laptop(name).run("sync", str(demo.share))


def _known_since(demo: Demo) -> list[datetime]:
    """When each organisation is entered: one after another until the surveys begin."""
    first, count = _first_session(demo.size) + _BEFORE, len(field.ORGANISATIONS)
    apart = (first - _SURVEYS) / count
    return [demo.calendar.at(first - round(at * apart), 11) for at in range(count)]


def _planned(size: Size, own: str) -> int:
    """How many interviews the team set out to make: some more than it has."""
    made = {"hogar": size.households, "negocio": size.businesses, "recorrido": size.walks}
    return made[own] * 6 // 5


def _admit(demo: Demo, run: Run, name: str, person: str, spaces: list[str]) -> None:
    laptop = demo.laptop(name)
    laptop.clock.ms = demo.clocks["coordinator"].ms
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
    days, clock = demo.calendar, demo.clocks["facilitator"]
    held = talks.TALKS[: size.groups]
    field_days = days.field_days([talk.days_ago for talk in held])
    interviews, walks, broken = _visits(demo, field_days, chance)
    with demo.laptop("facilitator").sitting() as run:
        clock.go(days.at(_SURVEYS - 2, 14))
        field.people(run, max(6, size.interviews // 8), PARISH)
        happenings: list[tuple[datetime, Callable[[], object]]] = [
            *((one.begins, partial(field.interview, run, clock, one, PARISH))
              for one in (*interviews, *walks)),
            (broken.begins, partial(field.broken_off, run, clock, broken, PARISH)),
            *((days.at(talk.days_ago, 15), partial(talks.hold, run, clock, talk, PARISH, days.today))
              for talk in held),
        ]  # fmt: skip
        for _moment, happens in sorted(happenings, key=itemgetter(0)):
            happens()
        clock.go(days.today_at(0.72))
        field.left_open(run, "hogar_seguridad", PARISH, answers.household(chance))
        field.left_open(run, "negocio_seguridad", PARISH, answers.business(chance))
        run("sync")


def _visits(
    demo: Demo, days: list[date], chance: random.Random
) -> tuple[list[Visit], list[Visit], Visit]:
    """All interviews, the points of the walks, and one interview that was broken off."""
    size = demo.size
    planned = [
        *(("hogar_seguridad", answers.household(chance)) for _one in range(size.households)),
        *(("negocio_seguridad", answers.business(chance)) for _one in range(size.businesses)),
        *(("percepcion", answers.perception(chance)) for _one in range(size.perception)),
    ]
    interviews = demo.calendar.visits(planned, days, chance)
    walks = [
        Visit("recorrido_exploratorio", answers.walk(chance, moment), moment,
              moment + timedelta(minutes=chance.randint(4, 7)))
        for moment in demo.calendar.evenings(size.walks, days)
    ]  # fmt: skip
    evening = datetime.combine(days[-1], time(18, 10))
    broken = Visit("negocio_seguridad", answers.business(chance), evening,
                   evening + timedelta(minutes=9))  # fmt: skip
    return interviews, walks, broken


# -- the secretary -----------------------------------------------------------------------------------


def _in_the_room(demo: Demo) -> None:
    """All sessions but the council's last, which comes after the coordinator's late correction."""
    clock, today = demo.clocks["secretary"], demo.today
    (*before, last), early = _sessions(demo.size)
    with demo.laptop("secretary").sitting() as run:
        barrio = Year(run, clock, BARRIO, today, BARRIO_SPACE)
        council = Year(run, clock, COUNCIL, today, COUNCIL_SPACE)
        happenings: list[tuple[date, Callable[[], object]]] = [
            *((barrio.day(one), partial(barrio.hold, one)) for one in early),
            (barrio.day(early[-1]) + LATER, barrio.approve_last),
            *((council.day(one), partial(council.hold, one)) for one in before),
        ]
        barrio.found()
        council.found()
        # One laptop keeps both minutes, and its clock only goes on.
        for _day, happens in sorted(happenings, key=itemgetter(0)):
            happens()
        run("sync")
        _correct_late(demo, council.before, council.day(last - 1) + timedelta(days=3))
        council.hold(last)
        council.plan_next(_NEXT, 5)
        run("sync")


def _correct_late(demo: Demo, meeting: str, day: date) -> None:
    """The coordinator mends an act, not knowing that the secretary is about to close it."""
    demo.clocks["coordinator"].go(datetime.combine(day, time(16)))
    with demo.laptop("coordinator").sitting() as run:
        run("sync")
        resolved = run("meeting", "show", meeting)["resolutions"][0]
        run("record", "set", resolved["key"], f"text={resolved['text']}, con informe mensual")


# -- a Friday ----------------------------------------------------------------------------------------


def _friday(demo: Demo) -> None:
    """Two people change the same, each unaware of the other; somebody is entered twice."""
    coordinator, facilitator, secretary = map(demo.laptop, LAPTOPS)
    now = demo.calendar.today_at
    coordinator.clock.go(now(0.8))
    with coordinator.sitting() as run:
        run("sync")
        answered = _two(run, "response", "form_id=hogar_seguridad", "status=complete")
        field_work = (*answered, _two(run, "person", "phone!=")[0])
        minutes = _last_session(run)
        _mend_field_work(run, field_work, "Luz en la calle de la escuela", "5", "0984410022")
        _mend_minutes(run, minutes, f"{_SAID} {_ADDED[0]}", demo.today + timedelta(days=12))
        double = ("name=GAD Parroquial Curaray", "type=parish_government")
        run("record", "new", "organisation", *double)
    facilitator.clock.go(now(0.85))
    with facilitator.sitting() as run:
        wish = "Luz y rondas en la calle de la escuela"
        _mend_field_work(run, field_work, wish, "6", "0984410220")
        run("record", "new", "person", "name=Delia Greffa Albarado", "--space", PARISH)
        run("sync")
    secretary.clock.go(now(0.9))
    with secretary.sitting() as run:
        _mend_minutes(run, minutes, f"{_ADDED[1]} {_SAID}", demo.today + timedelta(days=20))
        run("sync")
    for laptop in (coordinator, facilitator, secretary):
        laptop.clock.go(demo.calendar.now)
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
