"""Who comes and goes: checked in by typing, out and in again, alternates, delegates, guests."""

from __future__ import annotations

from collections.abc import Mapping

from app.errors import KipuError
from app.i18n import _
from app.models.commands.meetings.sitting import at_clock
from app.models.commands.meetings.work import Done, Work, require_kind
from app.models.fields import record_id
from app.models.ledger import RecordKey
from app.models.meetings.quorum import minute
from app.models.project import Project
from app.models.queries import records as reading
from app.models.queries.meetings import desk as read_desk
from app.models.queries.meetings.finding import find_attendees, is_alternate
from app.models.queries.meetings.snapshot import Attendee, Desk
from app.models.records import kind
from sync.values import Value

_MANY = 5


def check_in(
    project: Project, meeting: RecordKey, who: str, at: str = "", remote: bool = False
) -> Done:
    """Note that somebody on the list has come, or come back.

    ``who`` is the id of an attendance or a seat, or letters of a name, role or institution; those
    of a seat's alternate bring the alternate in. Raises KipuError when nobody or several fit.
    """
    desk = read_desk(project, meeting)
    found = one_attendee(desk, who)
    if not found.stays and is_alternate(found, who):
        return _sit(project, desk, found, "alternate", "", at, remote)
    return _arrive(project, desk, found, at_clock(desk, at), remote)


def one_attendee(desk: Desk, who: str) -> Attendee:
    """The one on the list that is meant. Raises KipuError when nobody or several are."""
    wanted = record_id(who)
    if wanted:
        ids = bytes.fromhex(wanted)
        found = [one for one in desk.attendance if ids in (one.key.id, one.seat and one.seat.id)]
    else:
        found = find_attendees(desk, who)
    if not found:
        raise KipuError(
            _("Nobody on the attendance list fits “{text}”; add them as a guest.").format(text=who)
        )
    waiting = [one for one in found if not one.is_present]
    if len(found) > 1 and len(waiting) != 1:
        names = ", ".join(told(one) for one in found[:_MANY])
        raise KipuError(
            _("“{text}” fits several: {names}. Type more of it.").format(text=who, names=names)
        )
    return waiting[0] if waiting else found[0]


def told(one: Attendee) -> str:
    """How somebody on the list is called: the name, and the seat or institution."""
    beside = one.role or one.institution
    return f"{one.name} ({beside})" if one.name and beside else one.name or beside


def _arrive(project: Project, desk: Desk, one: Attendee, at: str, remote: bool) -> Done:
    words = _("check in {name}").format(name=told(one))
    work = Work(project, desk.key.space)
    if one.is_present:
        notice = _("{name} is here since {at}.").format(name=told(one), at=one.stays[-1].arrived)
        return Done(key=one.key, words=words, notice=notice)
    if not one.stays:
        presence = "remote" if remote else "present"
        work.edit(one.key, {"presence": presence, "arrived": at, "departed": None})
    else:
        _require_after(desk, one.departed, at)
        work.create("reentry", {"arrived": at, "remote": remote or None}, one.key)
    return _committed(work, desk, "meeting check-in", words, one.key, at)


def _require_after(desk: Desk, before: str, at: str) -> None:
    start = desk.room.starts
    left, now = minute(before, start), minute(at, start)
    if left is None or (now is not None and now < left):
        raise KipuError(_("They left at {at} and cannot come back before.").format(at=before))


def _committed(work: Work, desk: Desk, label: str, words: str, key: RecordKey, at: str) -> Done:
    """Commit, and say how the quorum stands when that made it or broke it."""
    done = work.commit(label, words, key)
    before = desk.quorum_at(at)
    after = read_desk(work.project, desk.key).quorum_at(at)
    if before.met != after.met:
        done.notice = after.sentence
    return done


def check_out(project: Project, attendance: RecordKey, at: str = "") -> Done:
    """Note that somebody has left. Raises KipuError when they are not here."""
    desk, one = _listed(project, attendance)
    at = at_clock(desk, at)
    stay = next((stay for stay in reversed(one.stays) if not stay.departed), None)
    if stay is None:
        raise KipuError(_("{name} is not here.").format(name=told(one)))
    arrived, now = minute(stay.arrived, desk.room.starts), minute(at, desk.room.starts)
    if arrived is not None and now is not None and now < arrived:
        raise KipuError(_("Nobody leaves before arriving."))
    work = Work(project, attendance.space)
    work.edit(stay.key, {"departed": at})
    words = _("check out {name}").format(name=told(one))
    return _committed(work, desk, "meeting check-out", words, one.key, at)


def _listed(project: Project, attendance: RecordKey) -> tuple[Desk, Attendee]:
    require_kind(attendance, "attendance")
    meeting = reading.parent(project, attendance)
    assert meeting is not None, "an attendance belongs to a meeting"
    desk = read_desk(project, meeting)
    found = [one for one in desk.attendance if one.key == attendance]
    if not found:
        raise KipuError(_("There is no record “{text}” here.").format(text=attendance.id.hex()))
    return desk, found[0]


def alternate(
    project: Project, meeting: RecordKey, seat: str, name: str = "", at: str = "",
    remote: bool = False,
) -> Done:  # fmt: skip
    """Note that a seat's alternate has come in place of its holder."""
    desk = read_desk(project, meeting)
    return _sit(project, desk, one_attendee(desk, seat), "alternate", name, at, remote)


def delegate(
    project: Project, meeting: RecordKey, seat: str, name: str, document: str = "", at: str = "",
    remote: bool = False,
) -> Done:  # fmt: skip
    """Note that somebody has come for a seat by delegation; `document` is the letter or order."""
    desk = read_desk(project, meeting)
    if not name.strip():
        raise KipuError(_("Say who comes by delegation."))
    one = one_attendee(desk, seat)
    return _sit(project, desk, one, "delegate", name, at, remote, document)


def _sit(
    project: Project, desk: Desk, one: Attendee, capacity: str, name: str, at: str, remote: bool,
    document: str = "",
) -> Done:  # fmt: skip
    """Put somebody else on a seat: on its holder's line, or beside it when the holder was here."""
    if one.seat is None:
        raise KipuError(_("{name} has no seat on the committee.").format(name=told(one)))
    if one.is_present:
        raise KipuError(
            _("{name} is here; note that they left before somebody takes the seat.").format(
                name=told(one)
            )
        )
    at = at_clock(desk, at)
    seat = reading.values(project, one.seat)
    who = _person(name) if name else _substitute(seat)
    if not any(who.values()):
        raise KipuError(_("The seat has no alternate on record; say who came."))
    values: dict[str, Value] = {
        **who,
        "capacity": capacity,
        "presence": "remote" if remote else "present",
        "arrived": at,
        "delegation": document.strip() or None,
    }
    work, key = Work(project, desk.key.space), one.key
    if one.stays:
        link: dict[str, Value] = {"seat": one.seat.id.hex(), "role": one.role or None,
                                  "institution": one.institution or None}  # fmt: skip
        key = work.create("attendance", {**values, **link}, desk.key)
    else:
        work.edit(key, {**values, "departed": None})
    words = _("check in {name}").format(name=f"{name or one.alternate} ({one.role})")
    return _committed(work, desk, f"meeting {capacity}", words, key, at)


def _person(name: str) -> dict[str, Value]:
    found = record_id(name)
    return {"person": found, "name": None if found else " ".join(name.split())}


def _substitute(seat: Mapping[str, Value]) -> dict[str, Value]:
    return {"person": seat.get("alternate"), "name": seat.get("alternate_name")}


def guest(
    project: Project, meeting: RecordKey, name: str, institution: str = "", at: str = "",
    public: bool = False, remote: bool = False,
) -> Done:  # fmt: skip
    """Add somebody without a seat, who has come."""
    if not name.strip():
        raise KipuError(_("Say who came."))
    desk = read_desk(project, meeting)
    values: dict[str, Value] = {
        **_person(name),
        "institution": institution.strip() or None,
        "capacity": "public" if public else "guest",
        "presence": "remote" if remote else "present",
        "arrived": at_clock(desk, at),
    }
    work = Work(project, meeting.space)
    key = work.create("attendance", values, meeting)
    words = _("add {name} to the attendance").format(name=name)
    return work.commit("meeting guest", words, key)


def excuse(project: Project, attendance: RecordKey, reason: str = "") -> Done:
    """Note that somebody excused themselves. Raises KipuError when they are or were here."""
    _desk, one = _listed(project, attendance)
    if one.stays:
        raise KipuError(_("{name} was here.").format(name=told(one)))
    values: dict[str, Value] = {"presence": "excused"}
    if reason.strip():
        values["notes"] = reason.strip()
    work = Work(project, attendance.space)
    work.edit(attendance, values)
    return work.commit("meeting excuse", _("excuse {name}").format(name=told(one)), attendance)


def preside(project: Project, attendance: RecordKey) -> Done:
    """Note who chairs the meeting."""
    return _office(project, attendance, "chair", _("{name} chairs"))


def keep_minutes(project: Project, attendance: RecordKey) -> Done:
    """Note who keeps the minutes."""
    return _office(project, attendance, "secretary", _("{name} keeps the minutes"))


def _office(project: Project, attendance: RecordKey, field: str, words: str) -> Done:
    desk, one = _listed(project, attendance)
    work = Work(project, attendance.space)
    name = None if one.person else one.name or None
    work.edit(desk.key, {field: one.person or None, f"{field}_name": name})
    return work.commit(f"meeting {field}", words.format(name=told(one)), desk.key)


def edit_attendance(project: Project, attendance: RecordKey, values: Mapping[str, Value]) -> Done:
    """Set fields of an attendance: traits, signature, notes, times."""
    require_kind(attendance, "attendance", "reentry")
    work = Work(project, attendance.space)
    work.edit(attendance, values)
    title = kind(attendance.kind).title_of(reading.values(project, attendance))
    return work.commit("meeting attendance", _("edit {what}").format(what=title), attendance)
