"""The meeting in lines: what was decided on an item, what was promised, who is here."""

from __future__ import annotations

from app.i18n import _
from app.models.ledger import RecordKey
from app.models.queries.meetings import Attendee, Commitment, Desk, FollowUp, Motion, Resolution
from app.models.queries.meetings.snapshot import Addendum
from app.models.records import kind
from app.models.records.common import COMMITMENT_STATES
from app.views import words
from app.views.theme import Role
from app.views.widgets import attendance_list
from app.views.widgets.agenda_strip import Point, Standing
from app.views.widgets.line_list import Entry

STATES = tuple(code for code, _label in COMMITMENT_STATES)
"""The states of a commitment; the key of each is its place in this row, from 1."""
_RESULTS: dict[str, tuple[str, Role]] = {
    "": ("next", "info"),
    "carried": ("check", "primary"),
    "lost": ("cross", "danger"),
    "withdrawn": ("back", "muted"),
    "postponed": ("pause", "muted"),
}
_STATE_ICONS: dict[str, tuple[str, Role]] = {
    "open": ("circle", "muted"),
    "under_way": ("next", "info"),
    "met": ("check", "primary"),
    "partly_met": ("pause", "warning"),
    "not_met": ("cross", "danger"),
    "dropped": ("cross", "muted"),
}
_STANDING: dict[str, Standing] = {"waiting": "open", "running": "current", "done": "done"}


def points(desk: Desk) -> list[Point]:
    """Return the agenda as its strip shows it."""
    return [Point(one.key.id, one.title, _STANDING[one.state]) for one in desk.agenda]


def attendees(desk: Desk) -> list[attendance_list.Attendee]:
    """Return the attendance list, seats in their order, then guests."""
    return [_attendee(one, desk.ends) for one in desk.attendance]


def _attendee(one: Attendee, ends: str) -> attendance_list.Attendee:
    presence: attendance_list.Presence = "expected"
    if one.is_present:
        presence = "here"
    elif one.arrived:
        presence = "left"
    elif one.presence == "excused":
        presence = "excused"
    capacity = ""
    if one.capacity in ("alternate", "delegate", "guest", "public"):
        capacity = kind("attendance").field("capacity").format(one.capacity)
    chair = _("presides") if one.presides else ""
    detail = [one.institution or one.role, capacity, chair]
    title = one.name or one.holder or one.role or one.institution
    return attendance_list.Attendee(
        one.key.id, title, " · ".join(part for part in detail if part and part != title),
        presence, one.arrived, one.departed or ends, one.alternate if presence == "expected" else "",
    )  # fmt: skip


def decisions(desk: Desk, item: RecordKey | None) -> list[Entry]:
    """Return motions, resolutions and commitments of an item in the order they came.

    Behind them stands whatever was let into a closed act later, of all its items.
    """
    found = [_motion(one) for one in desk.motions if one.item in (item, None)]
    found += [_resolution(one) for one in desk.resolutions if one.item in (item, None)]
    found += [commitment(one) for one in desk.commitments if one.item == item]
    return [*found, *addenda(desk)]


def addenda(desk: Desk) -> list[Entry]:
    """Return what was let into the act after it was closed, under a heading of its own."""
    if not desk.addenda:
        return []
    head = _("Added after the act was closed; what was signed stays as it is:")
    return [Entry(head), *(_addendum(one) for one in desk.addenda)]


def _addendum(one: Addendum) -> Entry:
    said = _("deleted") if one.deleted else one.value or "–"
    about = " · ".join(part for part in (one.record, one.field) if part)
    by = " · ".join(part for part in (one.person, words.day(one.at)) if part)
    return Entry(f"{about}: {said}\n{by}", one.key, "plus", "info")


def _motion(one: Motion) -> Entry:
    icon, role = _RESULTS.get(one.result, ("next", "info"))
    lines = [_("Motion: {text}").format(text=one.text), outcome(one)]
    lines += [_dissent(name, choice, reason) for name, choice, reason in dissents(one)]
    return Entry("\n".join(line for line in lines if line), one.key, icon, role)


def outcome(one: Motion) -> str:
    """Return the vote in one line: "7 in favour, 1 against, 1 abstention: carried"."""
    if not one.result:
        return _("not voted yet (F6)")
    result = kind("motion").field("result").format(one.result).lower()
    if one.for_ is None:
        return result
    said = _("{yes} in favour, {no} against, {none} abstaining: {result}").format(
        yes=one.for_, no=one.against or 0, none=one.abstentions or 0, result=result
    )
    return said if one.quorum_met is not False else f"{said} · {_('without quorum')}"


def dissents(one: Motion) -> list[tuple[str, str, str]]:
    """Return who voted against or abstained by name, or gave a reason."""
    return [
        (vote.name, vote.choice, vote.reason)
        for vote in one.votes
        if vote.reason or vote.choice not in ("for", "blank")
    ]


def _dissent(name: str, choice: str, reason: str) -> str:
    word = kind("vote").field("choice").format(choice).lower()
    return f"    {name}: {word}" + (f" ({reason})" if reason else "")


def _resolution(one: Resolution) -> Entry:
    number = one.number or "…"
    said = _("Resolution {number}: {text}").format(number=number, text=one.text)
    return Entry(said, one.key, "outline", "primary")


def commitment(one: Commitment | FollowUp) -> Entry:
    """Return a commitment as a line: what, who, by when, how it stands."""
    state = one.status if isinstance(one, Commitment) else one.state
    icon, role = _STATE_ICONS.get(state, ("outline", "muted"))
    parts = [one.responsible or one.institution]
    if one.due:
        parts.append(_("by {day}").format(day=words.day(one.due)))
    parts.append(kind("commitment").field("status").format(state).lower())
    if one.overdue and state in ("open", "under_way", "partly_met"):
        icon, role = "danger", "danger"
        parts.append(_("overdue"))
    said = one.said if isinstance(one, FollowUp) else ""
    lines = [one.text, " · ".join(part for part in parts if part), said]
    return Entry("\n".join(line for line in lines if line), one.key, icon, role)


def commitments(desk: Desk) -> list[Entry]:
    """Return what was promised here, and what was open from before."""
    made = [commitment(one) for one in desk.commitments]
    before = [commitment(one) for one in desk.follow_ups]
    entries = [Entry(_("From this meeting: {count}").format(count=len(made)))] if made else []
    entries += made
    if before:
        entries.append(Entry(_("From before: {count}").format(count=len(before))))
    return entries + before


def names(desk: Desk) -> list[str]:
    """Return who may be named for a commitment: people at the meeting, then institutions."""
    people = [one.name or one.holder for one in desk.attendance]
    institutions = [one.institution for one in desk.attendance]
    return list(dict.fromkeys(one for one in (*people, *institutions) if one))


def heading(desk: Desk) -> str:
    """Return what stands above the desk: act and committee."""
    act = _("Act {number}").format(number=desk.number) if desk.number else ""
    return " · ".join(part for part in (act, desk.committee_name) if part)


def occasion(desk: Desk) -> str:
    """Return what stands under it: type, date, place, subject."""
    type_ = kind("meeting").field("type").format(desk.type)
    parts = (type_, words.day(desk.date), desk.venue, desk.subject)
    return " · ".join(part for part in parts if part)
