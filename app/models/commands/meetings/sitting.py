"""The session itself: begun, called a second time, ended, or not installed at all."""

from __future__ import annotations

from collections.abc import Mapping

from app.errors import KipuError
from app.i18n import _
from app.models.commands.meetings.work import Done, Work, require_kind
from app.models.commands.records import Heads
from app.models.ledger import RecordKey
from app.models.meetings.quorum import QuorumState, clock, minute, second_call_minute
from app.models.project import Project
from app.models.queries.meetings import desk as read_desk
from app.models.queries.meetings.snapshot import Desk
from app.models.records import kind
from sync.values import Value

_OPEN = ("planned", "called", "")


def at_clock(desk: Desk, at: str) -> str:
    """The wall-clock minute meant; the present one when nothing was given. Raises KipuError."""
    if not at.strip():
        return desk.ends or desk.clock
    found = kind("meeting").field("starts").parse(at)
    assert isinstance(found, str)
    return found[:5]


def note_check(
    work: Work, desk: Desk, at: str, state: QuorumState, motion: RecordKey | None = None
) -> None:
    """Write down a count of the seats present."""
    own = desk.rules.second_call_article if state.call == "second" else desk.rules.quorum_article
    values: dict[str, Value] = {
        "checked_at": at,
        "present": state.present,
        "required": state.required,
        "entitled": state.entitled,
        "call": state.call,
        "met": state.met,
        "article": own or desk.rules.article or None,
        "motion": motion.id.hex() if motion else None,
    }
    work.create("quorum_check", values, desk.key)


def require_open(desk: Desk) -> None:
    """Raises KipuError when the act is closed (what lies outside it could still be written)."""
    if desk.is_closed:
        raise KipuError(_("This act is closed and can no longer be changed. Nothing was changed."))


def _require_not_begun(desk: Desk) -> None:
    require_open(desk)
    if desk.status == "cancelled":
        raise KipuError(_("This meeting was cancelled."))
    if desk.status not in _OPEN:
        raise KipuError(
            _("This session was opened already, at {at}.").format(at=desk.installed_at or desk.ends)
        )


def install(project: Project, meeting: RecordKey, at: str = "") -> Done:
    """Declare the quorum and open the session.

    Raises KipuError with the rule's sentence when there is none.
    """
    desk = read_desk(project, meeting)
    _require_not_begun(desk)
    at = at_clock(desk, at)
    state = desk.quorum_at(at)
    if not state.met:
        raise KipuError(f"{state.sentence} {_second_call_told(desk)}".strip())
    work = Work(project, meeting.space)
    note_check(work, desk, at, state)
    _open_session(work, desk, at, state)
    return work.commit("meeting install", _("open the session"), meeting, state.sentence)


def _second_call_told(desk: Desk) -> str:
    if not desk.quorum.second_call_at:
        return ""
    return _("A second call may be made from {at}.").format(at=desk.quorum.second_call_at)


def _open_session(work: Work, desk: Desk, at: str, state: QuorumState) -> None:
    values: dict[str, Value] = {
        "status": "in_session", "installed_at": at, "quorum_required": state.required,
    }  # fmt: skip
    if state.call == "second":
        values |= {"second_call": True, "second_call_at": at}
    work.edit(desk.key, values)


def second_call(project: Project, meeting: RecordKey, at: str = "") -> Done:
    """Call a second time, and open the session where the rules are now met.

    The lack of quorum on the first call is written down too. Raises KipuError when the rules have
    no second call, or it is too early for it.
    """
    desk = read_desk(project, meeting)
    _require_not_begun(desk)
    at = at_clock(desk, at)
    _require_second_call(desk, at)
    work = Work(project, meeting.space)
    first = desk.quorum_at(at, "first")
    if first.met:
        raise KipuError(_("There is a quorum; the session can be opened on the first call."))
    if not any(one.call == "first" for one in desk.checks):
        note_check(work, desk, at, first)
    state = desk.quorum_at(at, "second")
    note_check(work, desk, at, state)
    if state.met:
        _open_session(work, desk, at, state)
    else:
        work.edit(meeting, {"second_call": True, "second_call_at": at})
    return work.commit("meeting second-call", _("second call"), meeting, state.sentence)


def _require_second_call(desk: Desk, at: str) -> None:
    if desk.rules.second_call_after is None:
        raise KipuError(
            _("The rules of this committee have no second call ({article}).").format(
                article=desk.rules.source(desk.rules.second_call_article)
            )
        )
    starts = minute(desk.starts)
    earliest, now = second_call_minute(desk.rules, starts), minute(at, starts)
    if earliest is not None and now is not None and now < earliest:
        raise KipuError(
            _("The second call may be made from {at} ({article}).").format(
                at=clock(earliest), article=desk.rules.source(desk.rules.second_call_article)
            )
        )


def not_installed(project: Project, meeting: RecordKey, at: str = "") -> Done:
    """Leave a meeting uninstalled for lack of quorum; its short act says so.

    Raises KipuError when there is a quorum.
    """
    desk = read_desk(project, meeting)
    _require_not_begun(desk)
    at = at_clock(desk, at)
    state = desk.quorum_at(at)
    if state.met:
        raise KipuError(_("There is a quorum: the session can be opened."))
    work = Work(project, meeting.space)
    note_check(work, desk, at, state)
    work.edit(meeting, {"status": "no_quorum", "ends": at, "quorum_required": state.required})
    words = _("not installed for lack of quorum")
    return work.commit("meeting no-quorum", words, meeting, state.sentence)


def check_quorum(project: Project, meeting: RecordKey, at: str = "") -> Done:
    """Write down whether there is a quorum now."""
    desk = read_desk(project, meeting)
    at = at_clock(desk, at)
    state = desk.quorum_at(at)
    work = Work(project, meeting.space)
    note_check(work, desk, at, state)
    return work.commit("meeting quorum", _("check the quorum"), work.made[0], state.sentence)


def end(project: Project, meeting: RecordKey, at: str = "") -> Done:
    """End the session; the point being treated ends with it. Raises KipuError when none is on."""
    desk = read_desk(project, meeting)
    require_open(desk)
    if desk.status != "in_session":
        raise KipuError(_("This session is not open."))
    at = at_clock(desk, at)
    work = Work(project, meeting.space)
    if desk.running:
        work.edit(desk.running.key, {"finished": at})
    work.edit(meeting, {"status": "held", "ends": at})
    return work.commit("meeting end", _("end the session"), meeting)


def set_meeting(
    project: Project, meeting: RecordKey, values: Mapping[str, Value], shown: Heads | None = None
) -> Done:
    """Set fields of the meeting: opening, closing, subject, venue …"""
    require_kind(meeting, "meeting")
    work = Work(project, meeting.space)
    work.edit(meeting, values, shown)
    names = ", ".join(str(kind("meeting").field(name).label) for name in values)
    return work.commit("meeting edit", _("edit {what}").format(what=names), meeting)
