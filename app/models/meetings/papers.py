"""What the papers of a meeting say: its acta, its call, the sheet to sign.

Everything is read from the meeting as it stands. A closed act prints what it took from elsewhere as
it stood when it was closed, in the language of then, whatever became of it since.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.i18n import _, current, speaking
from app.models import practice, project_settings
from app.models.ledger import RecordKey
from app.models.meetings import register
from app.models.meetings.acta_parts import (
    agenda,
    attendance,
    check,
    commitments,
    day_of,
    follow_up,
    time_of,
)
from app.models.meetings.tallies import counted, tallies
from app.models.project import Project
from app.models.queries import records as reading
from app.models.queries.meetings import desk as read_desk
from app.models.queries.meetings.closed_acts import addenda
from app.models.queries.meetings.numbering import act_number
from app.models.queries.meetings.parts import THERE
from app.models.queries.meetings.reading import Source, read
from app.models.queries.meetings.rows import Row, by_ids
from app.models.queries.meetings.snapshot import Desk
from app.models.records import kind
from app.reports.documents.content import (
    Acta,
    Addendum,
    Annex,
    AttendanceSheet,
    Attendee,
    Call,
    CallNotice,
    Country,
    Letterhead,
    PreviousAct,
    Setting,
    Signature,
    Status,
)

_SHORT = 12
_COUNTRIES: dict[str, Country] = {"ec": "EC", "pa": "PA"}


def acta_of(project: Project, meeting: RecordKey) -> Acta:
    """What the minutes of a meeting say. Raises KipuError when it is not here."""
    return acta_from(project, read_desk(project, meeting), read(project, meeting))


def acta_from(project: Project, desk: Desk, source: Source) -> Acta:
    """What the minutes of a meeting say, read already; in the language they were closed in."""
    if not source.then:
        return _acta(project, desk, source)
    with speaking(source.then["language"]):
        return _acta(project, desk, source)


def register_of(project: Project, desk: Desk, source: Source, previous: Iterable[str]) -> str:
    """What an act being closed takes from outside itself (see `register`)."""
    return register.register_then(
        source,
        _setting(project, source),
        _town(project, source),
        _signatures(desk, source, _people(project, source)),
        _counted(project, desk, source),
        _previous(source, previous),
    )


def _acta(project: Project, desk: Desk, source: Source) -> Acta:
    people = _people(project, source)
    row, committee = source.meeting, source.committee
    promised = commitments(desk, row.text("commitments_then"))
    return Acta(
        setting=_setting(project, source),
        committee=desk.committee_name,
        number=desk.number,
        hash=row.text("text_hash")[:_SHORT],
        previous=_previous(source, row.text("previous_acts").split()),
        legal_basis=committee.text("legal_basis"),
        type=desk.type,
        mode=desk.mode,
        subject=desk.subject,
        town=_town(project, source),
        place=desk.venue,
        date=day_of(desk.date),
        starts=time_of(desk.installed_at or desk.starts),
        ends=time_of(desk.ends),
        chair=desk.chair,
        secretary=desk.secretary,
        second_call=desk.second_call,
        installed=desk.status != "no_quorum",
        opening=desk.opening,
        call=_call(desk, row),
        attendance=attendance(desk),
        tallies=tallies(_counted(project, desk, source)),
        quorum=tuple(check(one) for one in desk.checks if one.motion is None),
        previous_minutes=desk.previous_minutes,
        follow_up=follow_up(desk),
        agenda=agenda(desk, promised),
        commitments=tuple(one for _item, one in promised),
        closing=desk.closing,
        signatures=_signatures(desk, source, people),
        annexes=_annexes(source),
        addenda=_addenda(project, source),
        status=_status(desk),
    )


def call_of(project: Project, meeting: RecordKey) -> CallNotice:
    """What the call to a meeting says. Raises KipuError when it is not here."""
    desk, source = read_desk(project, meeting), read(project, meeting)
    people = _people(project, source)
    return CallNotice(
        setting=_setting(project, source),
        committee=desk.committee_name,
        number=desk.number,
        type=desk.type,
        mode=desk.mode,
        second_call_after=desk.rules.second_call_after,
        town=_town(project, source),
        issued=day_of(desk.call_sent_on),
        date=day_of(desk.date),
        starts=time_of(desk.starts),
        place=desk.venue or source.committee.text("usual_place"),
        notice=desk.rules.notice_sentence(desk.type),
        addressed_to=tuple(
            " · ".join(part for part in (one.name, one.role) if part)
            for one in desk.attendance
            if one.seat
        ),
        agenda=tuple(one.title for one in desk.agenda),
        message=desk.subject,
        signatures=_caller(desk, source, people),
    )


def attendance_sheet_of(project: Project, meeting: RecordKey) -> AttendanceSheet:
    """The list to sign by hand: the seats, then room for whoever else comes."""
    desk, source = read_desk(project, meeting), read(project, meeting)
    return AttendanceSheet(
        setting=_setting(project, source),
        committee=desk.committee_name,
        number=desk.number,
        type=desk.type,
        date=day_of(desk.date),
        starts=time_of(desk.starts),
        place=desk.venue or source.committee.text("usual_place"),
        expected=tuple(
            Attendee(
                name=one.name, institution=one.institution, role=one.role, capacity=one.capacity,
                presence="",
            )
            for one in desk.attendance
        ),
    )  # fmt: skip


def _setting(project: Project, source: Source) -> Setting:
    if source.then:
        return register.setting_of(source.then, practice.is_practice(project))
    convener = source.committee.text("organisation")
    name = reading.title(project, "organisation", convener) if convener else ""
    return Setting(
        letterhead=Letterhead(project=project.name, lines=(name,) if name else ()),
        language=current(),
        country=_COUNTRIES.get(project_settings.country_of(project), ""),
        practice=practice.is_practice(project),
    )


def _people(project: Project, source: Source) -> dict[str, Row]:
    """The people of the attendance and the offices, by their ids as references hold them."""
    rows = [*source.rows["attendance"], source.meeting]
    links = {row.text(name) for row in rows for name in ("person", "chair", "secretary")}
    found = by_ids(project, "person", (bytes.fromhex(one) for one in links if one))
    return {record.hex(): row for record, row in found.items()}


def _town(project: Project, source: Source) -> str:
    if source.then:
        return str(source.then["town"])
    return _place(project, source.meeting) or _place(project, source.committee)


def _counted(project: Project, desk: Desk, source: Source) -> register.Counted:
    """The totals of who was there, small ones merged."""
    if source.then:
        return register.counted_of(source.then)
    there = [one for one in source.rows["attendance"] if one.text("presence") in THERE]
    return counted(there, _people(project, source), desk.date)


def _place(project: Project, row: Row) -> str:
    place = row.text("place")
    return reading.title(project, "place", place) if place else ""


def _status(desk: Desk) -> Status:
    if desk.is_closed:
        return "closed"
    return "approved" if desk.approved_on else "draft"


def _call(desk: Desk, meeting: Row) -> Call | None:
    sent = day_of(desk.call_sent_on)
    if sent is None:
        return None
    return Call(
        sent=sent,
        channel=meeting.text("call_channel"),
        proof=kind("meeting").field("call_proof").format(meeting.values.get("call_proof")),
        notice=desk.rules.notice_sentence(desk.type),
    )


def _signatures(desk: Desk, source: Source, people: dict[str, Row]) -> tuple[Signature, ...]:
    """Who chaired and who kept the minutes; a name that is not known is filled in by hand."""
    meeting = source.meeting
    chairing = next((one.name for one in desk.attendance if one.presides and one.is_present), "")
    made = (
        _signature(desk, meeting.text("chair"), desk.chair or chairing, _("Chair"), people),
        _signature(desk, meeting.text("secretary"), desk.secretary, _("Secretary"), people),
    )
    if not source.then:
        return made
    return tuple(
        replace(one, role=role, institution=institution, document=document)
        for one, (role, institution, document) in zip(made, source.then["signatures"], strict=True)
    )


def _caller(desk: Desk, source: Source, people: dict[str, Row]) -> tuple[Signature, ...]:
    """Who calls: whoever is to chair, else who holds the seat that presides."""
    (chair, _secretary) = _signatures(desk, source, people)
    holder = next((one.holder for one in desk.attendance if one.presides), "")
    return (chair if chair.name else replace(chair, name=holder),)


def _signature(
    desk: Desk, person: str, name: str, office: str, people: dict[str, Row]
) -> Signature:
    seat = next((one for one in desk.attendance if name and name == one.name), None)
    known = people.get(person or (seat.person if seat else ""))
    document = known.values.get("document") if known else None
    role = seat.role if seat else ""
    return Signature(
        name=name,
        role=f"{office} · {role}" if role else office,
        document=kind("person").field("document").format(document),
        institution=seat.institution if seat and seat.institution != role else "",
    )


def _previous(source: Source, links: Iterable[str]) -> tuple[PreviousAct, ...]:
    """The acts this one is chained to: their numbers, and the fingerprints their papers bear."""
    if source.then:
        return register.previous_of(source.then)
    prefix = source.committee.text("act_prefix")
    known = {one.text("act_hash"): one for one in source.siblings}
    return tuple(
        PreviousAct(
            number=act_number(known[one], source.siblings, prefix)[0],
            hash=known[one].text("text_hash")[:_SHORT],
        )
        for one in links
        if one in known
    )


def _addenda(project: Project, source: Source) -> tuple[Addendum, ...]:
    """What was let in since, in the language of the act."""
    late = addenda(project, source.meeting.key, source.signed) if source.signed else ()
    return tuple(
        Addendum(
            where=" · ".join(part for part in (one.record, one.field) if part),
            text=one.value,
            deleted=one.deleted,
            person=one.person,
            on=day_of(one.at),
        )
        for one in late
    )


def _annexes(source: Source) -> tuple[Annex, ...]:
    """The files kept with the attendance and the call."""
    kept = [(_("Delegation"), one, "delegation_file") for one in source.rows["attendance"]]
    kept.append((_("Proof of the call"), source.meeting, "call_proof"))
    found = []
    for title, row, name in kept:
        file = row.values.get(name)
        if isinstance(file, dict):
            digest = str(file.get("hash") or "")[:_SHORT]
            found.append(Annex(title=title, note=str(file.get("name") or ""), hash=digest))
    return tuple(found)
