"""The meetings and committees here, as lists show them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from app.errors import KipuError
from app.i18n import _
from app.models.ledger import RecordKey
from app.models.ledger.projection import table
from app.models.ledger.registers import State
from app.models.project import Project
from app.models.queries import records
from app.models.queries.meetings.finding import fold
from app.models.queries.meetings.numbering import act_number
from app.models.queries.meetings.rows import Row, children, row_of


@dataclass(frozen=True)
class CommitteeRow:
    """A committee: what it is, how many seats it has and how often it meets."""

    key: RecordKey
    name: str
    type: str
    status: str
    seats: int
    cadence: str


@dataclass(frozen=True)
class MeetingRow:
    """A meeting with the number it has, or would get."""

    key: RecordKey
    committee: RecordKey
    committee_name: str
    number: str
    provisional: bool
    subject: str
    type: str
    status: str
    date: str
    starts: str
    is_closed: bool


def committees(project: Project) -> list[CommitteeRow]:
    """The committees here, by name."""
    seats = Counter(
        bytes(parent)
        for (parent,) in project.store.rows(
            f'SELECT r.parent_id FROM "{table("seat")}" f JOIN records r USING(rid)'
        )
    )
    rows = project.store.rows(
        "SELECT s.space, r.id, f.name, f.type, f.status, f.cadence "
        f'FROM "{table("committee")}" f JOIN records r USING(rid) JOIN spaces s ON s.sid=r.sid '
        "ORDER BY f.name, r.id"
    )
    return [
        CommitteeRow(
            RecordKey(bytes(space), "committee", bytes(one)), str(name or ""), str(kind or ""),
            str(status or ""), seats[bytes(one)], str(cadence or ""),
        )
        for space, one, name, kind, status, cadence in rows
    ]  # fmt: skip


def meetings_of(project: Project, committee: RecordKey | None = None) -> list[MeetingRow]:
    """The meetings of a committee, or of all here, newest first."""
    owners = [committee] if committee else [one.key for one in committees(project)]
    found = [row for owner in owners for row in _meetings(project, row_of(project, owner))]
    return sorted(found, key=lambda one: (one.date, one.starts, one.key.id), reverse=True)


def _meetings(project: Project, committee: Row) -> list[MeetingRow]:
    rows = children(project, committee.key, "meeting")
    closed = {
        bytes(one)
        for (one,) in project.store.rows(
            "SELECT id FROM records WHERE parent_id=? AND state & ?",
            (committee.key.id, State.CLOSED),
        )
    }
    prefix = committee.text("act_prefix")
    return [
        MeetingRow(
            one.key, committee.key, committee.text("name"), *act_number(one, rows, prefix),
            one.text("subject"), one.text("type"), one.text("status"), one.text("date"),
            one.text("starts"), one.key.id in closed,
        )
        for one in rows
    ]  # fmt: skip


def find_meeting(project: Project, text: str) -> RecordKey:
    """The meeting of an id or a number, provisional ones too. Raises KipuError naming those here."""
    if len(text.strip()) >= 32:
        return records.standing(project, text, "meeting")
    rows = meetings_of(project)
    found = [one for one in rows if one.number == text.strip()]
    if len(found) != 1:
        told = ", ".join(f"{one.number} {one.committee_name}" for one in (found or rows)[:8])
        raise KipuError(
            _("“{text}” is not the number of one meeting here; there are: {known}.").format(
                text=text, known=told or "–"
            )
        )
    return found[0].key


def find_committee(project: Project, text: str) -> RecordKey:
    """The committee of an id or a name. Raises KipuError naming the ones there are."""
    if len(text.strip()) >= 32 and " " not in text.strip():
        return records.standing(project, text, "committee")
    rows = committees(project)
    found = [one for one in rows if fold(one.name) == fold(text)] or [
        one for one in rows if fold(text) and fold(text) in fold(one.name)
    ]
    if len(found) != 1:
        told = ", ".join(one.name for one in found or rows)
        raise KipuError(
            _("“{text}” is not the name of one committee here; there are: {known}.").format(
                text=text, known=told or "–"
            )
        )
    return found[0].key
