"""What the verbs of the meeting desk share: the group itself, and finding what is meant."""

from __future__ import annotations

import click

from app.cli.desk import Call
from app.errors import KipuError
from app.i18n import _
from app.models.commands import meetings
from app.models.commands.meetings import Done
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import meetings as reading

AT = click.option("--at", default="", metavar="HH:MM", help="When; else now.")
REMOTE = click.option("--remote", is_flag=True, help="By telephone or network.")
ITEM = click.option("--item", "item", metavar="N|ID", help="The point; else the one begun.")


@click.group()
def meeting() -> None:
    """Meetings of committees; MEETING is an id or a number (003-2026)."""


def tell(call: Call, done: Done) -> None:
    """What was done: the record, what was said of it, and the sentence worth knowing."""
    found = {"id": done.key.id.hex() if done.key else "", "notice": done.notice}
    words = " ".join(part for part in (done.words + ".", done.notice) if part)
    call.tell(found, words)


def find(call: Call, name: str) -> tuple[Project, RecordKey]:
    """The project and the meeting that is meant."""
    project = call.joined
    return project, reading.find_meeting(project, name)


def point(project: Project, meeting_key: RecordKey, text: str | None) -> RecordKey | None:
    """A point by its number or its id. Raises KipuError when it is not on the agenda."""
    if not text:
        return None
    for one in reading.desk(project, meeting_key).agenda:
        if text in (str(one.number), one.key.id.hex()):
            return one.key
    raise KipuError(_("That point is not on this agenda."))


def attendance(project: Project, meeting_key: RecordKey, who: str) -> RecordKey:
    """The attendance line that is meant. Raises KipuError."""
    return meetings.one_attendee(reading.desk(project, meeting_key), who).key


def fitting(project: Project, key: RecordKey, who: str) -> list[reading.Attendee]:
    """Those on the attendance list who fit an id or what was typed."""
    desk = reading.desk(project, key)
    by_id = [one for one in desk.attendance if one.key.id.hex() == who]
    return by_id or reading.find_attendees(desk, who)
