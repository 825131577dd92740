"""Before the meeting: made from its committee, called, cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.errors import KipuError
from app.i18n import _
from app.models.commands.meetings.sitting import require_open
from app.models.commands.meetings.work import Done, Work, require_kind
from app.models.ledger import RecordKey
from app.models.meetings.agenda import template
from app.models.project import Project
from app.models.queries.meetings import desk as read_desk
from app.models.queries.meetings.parts import STANDING
from app.models.queries.meetings.reading import seats_on
from app.models.queries.meetings.rows import Names, Row, by_field
from app.models.queries.meetings.snapshot import Desk
from app.models.records import kind
from sync.values import Value


def new_meeting(project: Project, committee: RecordKey, values: Mapping[str, Value]) -> Done:
    """Make a meeting of a committee, ready to be called.

    The agenda comes from the template of its type, an attendance line from every seat, and every
    commitment of the committee that is not settled is carried on it. Raises KipuError for values
    that are not fit.
    """
    require_kind(committee, "committee")
    project.require_joined()
    work = Work(project, committee.space)
    meeting = work.create("meeting", values, committee)
    made = work.changes[0].fields
    items = {}
    for title, code in template(str(made.get("type") or "ordinary")):
        items[code] = work.create("agenda_item", {"title": str(title), "type": code}, meeting)
    _expect(work, committee, meeting, str(made["date"]))
    _carry(work, committee, meeting, items.get("follow_up"))
    words = _("new meeting of {date}").format(
        date=kind("meeting").field("date").format(made["date"])
    )
    return work.commit("meeting new", words, meeting)


def _expect(work: Work, committee: RecordKey, meeting: RecordKey, day: str) -> None:
    """A line of the attendance list for every seat there is on that day."""
    seats = seats_on(work.project, committee, day)
    names = Names(work.project)
    names.gather("organisation", (one.text("organisation") for one in seats))
    for seat in seats:
        values: dict[str, Value] = {
            "seat": seat.key.id.hex(),
            "person": seat.text("holder") or None,
            "name": None if seat.text("holder") else seat.text("holder_name") or None,
            "institution": names.of(seat, "organisation", "institution", "organisation") or None,
            "role": seat.text("role") or None,
            "capacity": "holder",
            "presence": "expected",
        }
        work.create("attendance", values, meeting)


def _carry(work: Work, committee: RecordKey, meeting: RecordKey, item: RecordKey | None) -> None:
    """Put the committee's unsettled commitments on the agenda, the one due first at the top."""
    for one in sorted(open_commitments(work.project, committee), key=_due_first):
        values: dict[str, Value] = {
            "commitment": one.key.id.hex(),
            "agenda_item": item.id.hex() if item else None,
            "before": one.text("status") or "open",
        }
        work.create("follow_up", values, meeting)


def _due_first(one: Row) -> tuple[str, bytes]:
    return one.text("due") or "9999", one.key.id


def open_commitments(project: Project, committee: RecordKey) -> list[Row]:
    """The commitments of a committee that somebody still has to do something for."""
    found = by_field(project, "commitment", "committee", committee.id.hex())
    return [
        one for one in found if one.key.space == committee.space and one.text("status") in STANDING
    ]


def call_sent(
    project: Project, meeting: RecordKey, channel: str = "", on: str = "", at: str = ""
) -> Done:
    """Note that the call went out: by which channel, on which day and at what time.

    Without a day it is now. The notice says when that is later than the rules ask for.
    """
    desk = read_desk(project, meeting)
    require_open(desk)
    now = datetime.fromtimestamp(project.ledger.now_ms() / 1000)
    declared = kind("meeting")
    day = str(declared.field("call_sent_on").parse(on) or now.date().isoformat())
    values: dict[str, Value] = {"call_sent_on": day}
    if channel:
        values["call_channel"] = declared.field("call_channel").parse(channel)
    if desk.status in ("planned", ""):
        values["status"] = "called"
    work = Work(project, meeting.space)
    work.edit(meeting, values)
    notice = _doubt(desk, day, at or ("" if on else f"{now:%H:%M}"))
    return work.commit("meeting call", _("note the call"), meeting, notice)


def _doubt(desk: Desk, day: str, at: str) -> str:
    """That the call is late; a day without a time is given the benefit of its first minute."""
    try:
        sent = datetime.fromisoformat(f"{day}T{at or '00:00'}")
        meets = datetime.fromisoformat(f"{desk.date}T{desk.starts or '23:59'}")
    except ValueError:
        return ""
    return desk.rules.notice_doubt(desk.type, sent, meets)


def cancel(project: Project, meeting: RecordKey) -> Done:
    """Cancel a meeting that has not begun. Raises KipuError when it has."""
    desk = read_desk(project, meeting)
    if desk.status not in ("planned", "called", ""):
        raise KipuError(_("Only a meeting that has not begun can be cancelled."))
    work = Work(project, meeting.space)
    work.edit(meeting, {"status": "cancelled"})
    return work.commit("meeting cancel", _("cancel the meeting"), meeting)
