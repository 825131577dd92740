"""The facilitator's month: places, people and organisations of Pastaza, interviews, groups."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime

from app.demo import answers
from app.demo.laptop import Clock, Run
from app.demo.moments import Visit

ORGANISATIONS = (
    ("Municipio de Arajuno", "GADMA", "municipality"),
    ("GAD parroquial de Curaray", "", "parish_government"),
    ("Gobernación de Pastaza", "", "central_government"),
    ("Distrito de Policía Arajuno", "", "police"),
    ("Centro de Salud Arajuno", "", "health"),
    ("Unidad educativa Arajuno", "", "education"),
    ("Cuerpo de Bomberos de Arajuno", "", "emergency"),
    ("Asociación de comunidades kichwas de Arajuno", "ACKA", "indigenous"),
    ("Federación de barrios de Arajuno", "", "neighbourhood"),
    ("Asociación de comerciantes 12 de Mayo", "", "private"),
)
_CANTONS = (
    ("Pastaza", "1601"), ("Mera", "1602"), ("Santa Clara", "1603"), ("Arajuno", "1604"),
)  # fmt: skip
_PARISHES = (
    ("1601", "Puyo", "160150"), ("1601", "Canelos", "160152"), ("1601", "Sarayaku", "160159"),
    ("1601", "Tarqui", "160161"), ("1602", "Shell", "160252"), ("1604", "Arajuno", "160450"),
    ("1604", "Curaray", "160451"),
)  # fmt: skip
_FIRST = (
    "Gloria", "Wilmer", "Nancy", "Byron", "Elvia", "Darío", "Sonia", "Milton", "Clara", "Rubén",
    "Narcisa", "Fausto", "Lida", "Ángel", "Zoila", "Camilo", "Betty", "Hernán", "Marisol", "Tito",
)  # fmt: skip
_LAST = (
    "Andi", "Grefa", "Tapuy", "Shiguango", "Calapucha", "Licuy", "Vargas", "Santi", "Aguinda",
    "Mayancha", "Nihua", "Enqueri", "Illanes", "Toapanta", "Chicaiza", "Guevara",
)  # fmt: skip
_COMMUNITIES = ("Nushino", "Shiwa Kucha", "Chuyayaku", "Pitacocha", "Santa Rosa", "San Vicente")


def organisations(run: Run, clock: Clock, moments: Sequence[datetime]) -> None:
    """Institutions everybody refers to, entered as the project comes to know them."""
    for moment, (name, acronym, kind) in zip(moments, ORGANISATIONS, strict=True):
        clock.go(moment)
        run("record", "new", "organisation", f"name={name}", f"acronym={acronym}", f"type={kind}")
        # What was not synced for months would be dated by a clock that nobody trusts.
        run("sync")


def places(run: Run) -> dict[str, str]:
    """Pastaza's cantons, some parishes, and the communities of Arajuno; ids by name."""
    province = run("record", "list", "place", "--where", "code=16", "--limit", "1")[0]["id"]
    cantons = {code: _place(run, name, "canton", province, code=code) for name, code in _CANTONS}
    parishes = {
        name: _place(run, name, "parish", cantons[canton], code=code)
        for canton, name, code in _PARISHES
    }
    return {name: _place(run, name, "community", parishes["Arajuno"]) for name in _COMMUNITIES}


def _place(run: Run, name: str, level: str, part_of: str, code: str = "") -> str:
    given = [f"code={code}", "code_system=EC-DPA"] if code else []
    found = run("record", "new", "place", f"name={name}", f"level={level}", "country=EC",
                f"part_of={part_of}", *given)  # fmt: skip
    return str(found["id"])


def people(run: Run, count: int, space: str) -> None:
    """Neighbours the team has to be able to find again, each in a community."""
    chance = random.Random(16)
    where = places(run)
    pairs = [(first, last) for first in _FIRST for last in _LAST]
    for first, last in chance.sample(pairs, count):
        second = chance.choice([one for one in _LAST if one != last])
        run(
            "record", "new", "person", f"name={first} {last} {second}", "--space", space,
            f"place={where[chance.choice(_COMMUNITIES)]}", f"birth={chance.randint(1950, 2004)}",
            f"phone=09{chance.randint(60_000_000, 99_999_999)}",
            f"languages={chance.choice(('es', 'es qu', 'es qu', 'es shuar'))}",
        )  # fmt: skip


def interview(run: Run, clock: Clock, visit: Visit, space: str) -> None:
    """One interview from its first question to its last.

    Raises ValueError where the form refuses an answer or would not have asked it: then the demo
    would show answers that nobody could give.
    """
    form, given = visit.form, visit.given
    clock.go(visit.begins)
    made = str(run("interview", "start", form, "--space", space)["id"])
    told = run("interview", "answer", made, *(f"{name}={value}" for name, value in given.items()))
    if told["errors"] or told["not_relevant"]:
        raise ValueError(f"{form}: {told}")
    clock.go(visit.ends)
    run("interview", "finish", made)


def left_open(run: Run, form: str, space: str, given: answers.Answers) -> None:
    """An interview somebody was called away from."""
    made = run("interview", "start", form, "--space", space)["id"]
    some = list(given.items())[: len(given) // 2]
    run("interview", "answer", made, *(f"{name}={value}" for name, value in some))


def broken_off(run: Run, clock: Clock, visit: Visit, space: str) -> None:
    """An interview that ended early and says why."""
    clock.go(visit.begins)
    made = run("interview", "start", visit.form, "--space", space)["id"]
    some = list(visit.given.items())[: len(visit.given) // 2]
    run("interview", "answer", made, *(f"{name}={value}" for name, value in some))
    clock.go(visit.ends)
    run("interview", "abandon", made, "--status", "interrupted", "--reason", "Llegó una visita")
