"""What had happened on the three laptops before each journey begins, done by plain commands."""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path

from app.models import spaces
from app.models.commands import groups, meetings, records, surveys, syncing
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import records as reading
from app.models.queries import surveys as forms
from app.models.queries.meetings import desk as snapshot
from tests.models.laptops import PARISH, Laptop
from tests.views.councils import make_committee
from tests.views.offices import COORDINATOR, FACILITATOR, SECRETARY, elsewhere, respond


def month_before(laptop: Laptop) -> None:
    """A council, and a meeting of it whose one commitment is still open."""
    project = laptop.project
    before = date.today() - timedelta(days=30)
    laptop.clock_ms = int(time.time() * 1000) - 30 * 86_400_000
    committee = make_committee(project)
    key = meetings.new_meeting(project, committee, {"date": before.isoformat()}).key
    assert key is not None
    _hold(project, key)


def _hold(project: Project, key: RecordKey) -> None:
    for one in snapshot(project, key).attendance[:3]:
        meetings.check_in(project, key, one.key.id.hex())
    meetings.install(project, key)
    due = (date.today() - timedelta(days=3)).isoformat()
    meetings.commit(project, key, "Cambiar el foco del puente", due=due)
    meetings.end(project, key)


def weeks_before(project: Project) -> None:
    """One interview that is done, and one that was broken off."""
    respond(project)
    form = forms.find_form(project, "percepcion")
    draft = surveys.start(project, form, spaces.find(project, PARISH).id)
    surveys.answer(project, draft, {"acepta": "si", "sexo": "mujer"})


def at_now(desks: Path, name: str) -> Laptop:
    """Somebody's laptop, its clock as it is."""
    made = elsewhere(desks, name)
    made.clock_ms = int(time.time() * 1000) - 3_600_000
    return made


def week_before(desks: Path) -> None:
    """Interviews, a person met twice, a late commitment, and one answer two people corrected."""
    share = str(desks / "share")
    ours, field, room = (at_now(desks, one) for one in (COORDINATOR, FACILITATOR, SECRETARY))
    folio = respond(field.project)
    respond(field.project, edad=51)
    _met(field.project, "Nayra Shiguango Andi")
    syncing.sync(field.project, share)
    syncing.sync(ours.project, share)
    key = reading.find(field.project, folio)
    records.edit(ours.project, key, {"/persona/edad": 44})
    records.edit(field.project, key, {"/persona/edad": 47})
    _met(room.project, "Nayra Chiguango Andi")
    _council(room.project)
    for one in (field, room):
        syncing.sync(one.project, share)
    for one in (ours, field, room):
        one.close()


def _met(project: Project, name: str) -> None:
    records.new(project, "person", {"name": name}, spaces.find(project, PARISH).id)


def _council(project: Project) -> None:
    space = spaces.find(project, PARISH).id
    records.new(project, "committee", {"name": "Consejo Cantonal", "status": "dormant"}, space)
    late = (date.today() - timedelta(days=9)).isoformat()
    records.new(project, "commitment", {"text": "Revisar las alarmas", "due": late}, space)


def act_closed_too_early(desks: Path) -> None:
    """The room wrote a point into an act that the coordinator had closed meanwhile."""
    share = str(desks / "share")
    ours, room = at_now(desks, COORDINATOR), at_now(desks, SECRETARY)
    space = spaces.find(room.project, PARISH).id
    committee = records.new(room.project, "committee", {"name": "Mesa de barrio"}, space)
    day = date.today().isoformat()
    values = {"committee": committee.id.hex(), "number": "003-2026", "date": day}
    act = records.new(room.project, "meeting", values, space)
    syncing.sync(room.project, share)
    syncing.sync(ours.project, share)
    records.close(ours.project, act)
    point = {"meeting": act.id.hex(), "title": "Luminarias que faltan"}
    records.new(room.project, "agenda_item", point, space)
    syncing.sync(room.project, share)
    ours.close()
    room.close()


def group_before(project: Project) -> None:
    """A focus group made ready: a topic, and two who sit and agreed to everything."""
    space = spaces.find(project, PARISH).id
    group = records.new(project, "focus_group", {"topic": "El alumbrado del río"}, space)
    agreed = dict.fromkeys(("consent_take_part", "consent_recording", "consent_quotes"), True)
    for sex in ("female", "male"):
        groups.seat(project, group, {**agreed, "sex": sex})
