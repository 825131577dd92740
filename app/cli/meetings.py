"""Verbs of the meeting desk: from the call to the closed act."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click

from app.cli import meeting_minutes
from app.cli.desk import Call, pairs, verb
from app.cli.meeting_desk import AT, REMOTE, attendance, find, fitting, meeting, tell
from app.cli.meeting_papers import acta, paper
from app.models.commands import meetings
from app.models.ledger import RecordKey
from app.models.queries import meetings as reading
from app.models.queries.meetings import Desk
from app.models.records import kind, read_texts


def register(cli: click.Group) -> None:
    for command in (*meeting_minutes.VERBS, paper):
        meeting.add_command(command)
    for group in (meeting, acta):
        cli.add_command(group)


# -- before ------------------------------------------------------------------------------------------


@meeting.command("new")
@click.argument("committee", metavar="COMMITTEE")
@click.argument("fields", nargs=-1, metavar="FIELD=VALUE...")
@verb
def meeting_new(call: Call, committee: str, fields: tuple[str, ...]) -> None:
    """Make a meeting (date=…): agenda, attendance list and open commitments come with it."""
    project = call.joined
    key = reading.find_committee(project, committee)
    done = meetings.new_meeting(project, key, read_texts(kind("meeting"), pairs(fields)))
    assert done.key is not None
    made = reading.desk(project, done.key)
    found = {
        "id": done.key.id.hex(), "number": made.number, "provisional": made.provisional,
        "agenda": len(made.agenda), "attendance": len(made.attendance),
        "follow_ups": len(made.follow_ups),
    }  # fmt: skip
    call.tell(found, f"{done.key.id.hex()}  {made.number}")


@meeting.command("list")
@click.option("--committee", metavar="COMMITTEE")
@verb
def meeting_list(call: Call, committee: str | None) -> None:
    """The meetings here, newest first."""
    project = call.joined
    owner = reading.find_committee(project, committee) if committee else None
    rows = [
        {"id": one.key.id.hex(), "committee": one.committee_name, "number": one.number,
         "provisional": one.provisional, "date": one.date, "type": one.type,
         "status": one.status, "subject": one.subject, "closed": one.is_closed}
        for one in reading.meetings_of(project, owner)
    ]  # fmt: skip
    lines = [f"{r['number']}  {r['date']}  {r['committee']}  {r['status']}" for r in rows]
    call.tell(rows, "\n".join(lines))


@meeting.command("health")
@click.option("--on", default="", metavar="DAY", help="As of a day; else today.")
@verb
def meeting_health(call: Call, on: str) -> None:
    """Sessions held against sessions due, dormant committees, overdue commitments."""
    project = call.joined
    given = kind("meeting").field("date").parse(on)
    today = datetime.fromtimestamp(project.ledger.now_ms() / 1000).date()
    found = reading.committee_health(project, date.fromisoformat(str(given)) if given else today)
    result = {
        "committees": [{**_plain(one), "id": one.key.id.hex()} for one in found.committees],
        "overdue": [{**_plain(one), "id": one.key.id.hex()} for one in found.overdue],
        "clashing": list(found.clashing),
    }
    lines = [f"{one.name}: {one.sentence}" for one in found.committees]
    lines += [f"{one.due}  {one.text}  {one.responsible}" for one in found.overdue]
    call.tell(result, "\n".join(lines))


@meeting.command("call")
@click.argument("name", metavar="MEETING")
@click.option("--channel", default="", help="letter, email, message, phone, radio, notice, other.")
@click.option("--on", default="", metavar="DAY")
@click.option("--at", default="", metavar="HH:MM")
@verb
def meeting_call(call: Call, name: str, channel: str, on: str, at: str) -> None:
    """Note that the call went out; says when that is later than the rules ask for."""
    project, key = find(call, name)
    tell(call, meetings.call_sent(project, key, channel, on, at))


@meeting.command("cancel")
@click.argument("name", metavar="MEETING")
@verb
def meeting_cancel(call: Call, name: str) -> None:
    """Cancel a meeting that has not begun."""
    tell(call, meetings.cancel(*find(call, name)))


# -- the room ----------------------------------------------------------------------------------------


@meeting.command("show")
@click.argument("name", metavar="MEETING")
@click.option("--at", default="", metavar="HH:MM", help="As it stood then.")
@verb
def meeting_show(call: Call, name: str, at: str) -> None:
    """A meeting as the desk shows it."""
    project, key = find(call, name)
    found = reading.desk(project, key, at)
    call.tell(snapshot(found), "\n".join(_lines(found)))


def snapshot(found: Desk) -> dict[str, Any]:
    """The desk as JSON; records by their ids."""
    told: dict[str, Any] = _plain(found)
    told["id"] = found.key.id.hex()
    del told["room"], told["rules"]
    return told


def _plain(value: Any) -> Any:
    """A snapshot's values as JSON has them: keys as hexadecimal ids."""
    if isinstance(value, RecordKey):
        return value.id.hex()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def _lines(found: Desk) -> list[str]:
    lines = [f"{found.number}  {found.committee_name}  {found.date}  {found.status}"]
    lines.append(found.quorum.sentence)
    lines += [
        f"{'✓' if one.is_present else '–'} {one.role or one.name}  {one.name}  {one.arrived}"
        for one in found.attendance
    ]
    lines += [f"{one.number}. {one.title} ({one.state})" for one in found.agenda]
    lines += [f"{one.text}: {one.sentence or one.result or '…'}" for one in found.motions]
    lines += [f"{one.number}: {one.text}" for one in found.resolutions]
    lines += [f"{one.text} · {one.responsible} · {one.due}" for one in found.commitments]
    lines += [f"+ {one.record} {one.field}: {one.value}" for one in found.addenda]
    return lines


@meeting.command("check-in")
@click.argument("name", metavar="MEETING")
@click.argument("who", nargs=-1, required=True, metavar="WHO...")
@AT
@REMOTE
@click.option("--alternate", "substitute", metavar="NAME", help="This alternate, for seat WHO.")
@click.option("--delegate", metavar="NAME", help="This delegate, for seat WHO.")
@click.option("--document", default="", help="The letter or order of the delegation.")
@click.option("--guest", is_flag=True, help="WHO has no seat.")
@click.option("--institution", default="", help="The guest's institution.")
@verb
def meeting_check_in(
    call: Call, name: str, who: tuple[str, ...], at: str, remote: bool, substitute: str | None,
    delegate: str | None, document: str, guest: bool, institution: str,
) -> None:  # fmt: skip
    """Note that somebody has come, or come back; WHO is an id or letters of name, role, seat."""
    project, key = find(call, name)
    text = " ".join(who)
    if guest:
        done = meetings.guest(project, key, text, institution, at, remote=remote)
    elif delegate:
        done = meetings.delegate(project, key, text, delegate, document, at, remote)
    elif substitute is not None:
        done = meetings.alternate(project, key, text, substitute, at, remote)
    else:
        done = meetings.check_in(project, key, text, at, remote)
    tell(call, done)


@meeting.command("check-out")
@click.argument("name", metavar="MEETING")
@click.argument("who", nargs=-1, required=True, metavar="WHO...")
@AT
@verb
def meeting_check_out(call: Call, name: str, who: tuple[str, ...], at: str) -> None:
    """Note that somebody has left."""
    project, key = find(call, name)
    here = [one for one in fitting(project, key, " ".join(who)) if one.is_present]
    chosen = here[0].key if len(here) == 1 else attendance(project, key, " ".join(who))
    tell(call, meetings.check_out(project, chosen, at))


@meeting.command("excuse")
@click.argument("name", metavar="MEETING")
@click.argument("who", metavar="WHO")
@click.option("--reason", default="")
@verb
def meeting_excuse(call: Call, name: str, who: str, reason: str) -> None:
    """Note that somebody sent an excuse."""
    project, key = find(call, name)
    tell(call, meetings.excuse(project, attendance(project, key, who), reason))


@meeting.command("chair")
@click.argument("name", metavar="MEETING")
@click.argument("who", metavar="WHO")
@click.option("--secretary", is_flag=True, help="WHO keeps the minutes instead.")
@verb
def meeting_chair(call: Call, name: str, who: str, secretary: bool) -> None:
    """Note who chairs, or who keeps the minutes."""
    project, key = find(call, name)
    command = meetings.keep_minutes if secretary else meetings.preside
    tell(call, command(project, attendance(project, key, who)))


@meeting.command("install")
@click.argument("name", metavar="MEETING")
@AT
@click.option("--no-quorum", is_flag=True, help="It is not installed: there is none.")
@verb
def meeting_install(call: Call, name: str, at: str, no_quorum: bool) -> None:
    """Declare the quorum and open the session, or leave it uninstalled for lack of one."""
    project, key = find(call, name)
    command = meetings.not_installed if no_quorum else meetings.install
    tell(call, command(project, key, at))


@meeting.command("second-call")
@click.argument("name", metavar="MEETING")
@AT
@verb
def meeting_second_call(call: Call, name: str, at: str) -> None:
    """Call a second time; opens the session where the rules are met."""
    project, key = find(call, name)
    tell(call, meetings.second_call(project, key, at))


@meeting.command("quorum")
@click.argument("name", metavar="MEETING")
@AT
@verb
def meeting_quorum(call: Call, name: str, at: str) -> None:
    """Count the seats present and write it down."""
    project, key = find(call, name)
    tell(call, meetings.check_quorum(project, key, at))


@meeting.command("set")
@click.argument("name", metavar="MEETING")
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@verb
def meeting_set(call: Call, name: str, fields: tuple[str, ...]) -> None:
    """Set fields of a meeting: opening, closing, previous_minutes, venue …"""
    project, key = find(call, name)
    tell(call, meetings.set_meeting(project, key, read_texts(kind("meeting"), pairs(fields))))
