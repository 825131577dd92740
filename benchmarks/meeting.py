"""A meeting as large as the largest councils hold: forty people, two hundred lines, many votes."""

from __future__ import annotations

from datetime import date
from typing import Final

from app.models.commands import meetings, records
from app.models.ledger import RecordKey
from app.models.meetings.votes import Totals
from app.models.project import Project
from app.models.queries.meetings import desk
from app.models.vocabulary import Value

SEATS: Final = 40
LINES: Final = 200
_MOTIONS: Final = 20
_LINE: Final = "Se informa que tres de las seis alarmas de la comunidad no suenan desde agosto. "


def full_meeting(project: Project, space: bytes) -> RecordKey:
    """A meeting in session whose every seat is taken, with its text, votes and commitments."""
    key = _called(project, space)
    for one in desk(project, key).attendance:
        meetings.check_in(project, key, one.key.id.hex())
    meetings.install(project, key)
    item = desk(project, key).agenda[0].key
    meetings.start_item(project, item)
    meetings.set_text(project, item, "\n".join([_LINE] * LINES))
    for number in range(_MOTIONS):
        _decide(project, key, number)
    return key


def _called(project: Project, space: bytes) -> RecordKey:
    committee = records.new(project, "committee", {"name": "Consejo"}, space)
    for number in range(SEATS):
        values: dict[str, Value] = {
            "committee": committee.id.hex(), "role": "Vocal", "votes": True,
            "holder_name": f"Rosa Elena Tapuy Grefa {number}", "presides": number == 0,
            "institution": f"Barrio {number}",
        }  # fmt: skip
        records.new(project, "seat", values, space)
    made = meetings.new_meeting(project, committee, {"date": date.today().isoformat()})
    assert made.key is not None
    return made.key


def _decide(project: Project, meeting: RecordKey, number: int) -> None:
    text = f"{number}. Que se revisen las alarmas y se informe en la próxima reunión"
    motion = meetings.put_motion(project, meeting, text).key
    assert motion is not None
    meetings.vote(project, motion, Totals(SEATS - 5, 3, 2))
    meetings.resolve(project, meeting, text, motion)
    meetings.commit(project, meeting, text, due=date.today().isoformat())
