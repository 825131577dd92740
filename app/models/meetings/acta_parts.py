"""The parts of an acta, each made from a meeting's snapshot."""

from __future__ import annotations

from datetime import date, time

from app.i18n import _
from app.models.ledger import RecordKey
from app.models.queries.meetings import snapshot as shown
from app.models.queries.meetings.parts import THERE
from app.reports.documents.content import (
    AgendaItem,
    Attendee,
    Commitment,
    Dissent,
    Motion,
    QuorumCheck,
    Resolution,
    Vote,
)
from sync.errors import SyncError
from sync.values import from_json

Promised = list[tuple[str, Commitment]]
"""Commitments, each with the id of the point it was made under (or an empty text)."""
_TOLD = ("text", "responsible", "institution", "due", "deliverable")
_BY_NAME = ("nominal", "reasoned")
_NEVER_CAME = ("expected", "absent", "")


def day_of(text: str) -> date | None:
    """The day an ISO text means, None when it means none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def time_of(text: str) -> time | None:
    """The time of day a text means, None when it means none."""
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def attendance(desk: shown.Desk) -> tuple[Attendee, ...]:
    """Everybody on the list; who was expected and never came is absent."""
    return tuple(
        Attendee(
            name=one.name,
            institution=one.institution,
            role=one.role,
            capacity=one.capacity,
            presence="absent" if one.presence in _NEVER_CAME else one.presence,
            arrived=time_of(one.arrived) if one.presence in THERE else None,
            departed=time_of(one.departed),
            note=_note(one),
        )
        for one in desk.attendance
    )


def _note(one: shown.Attendee) -> str:
    """The delegation somebody came with, and when they were out in between."""
    told = [one.delegation] if one.delegation else []
    if one.capacity in ("alternate", "delegate") and one.holder and one.holder != one.name:
        told.append(_("for {holder}").format(holder=one.holder))
    for before, after in zip(one.stays, one.stays[1:], strict=False):
        told.append(_("out from {left} to {back}").format(left=before.departed, back=after.arrived))
    return "; ".join(told)


def check(one: shown.Check) -> QuorumCheck:
    """A quorum check as the acta tells it."""
    moment = _("Second call") if one.call == "second" else _("First call")
    return QuorumCheck(
        present=one.present,
        seats=one.entitled,
        needed=one.required,
        reached=one.met,
        at=time_of(one.at),
        moment=moment,
        rule=one.article,
    )


def commitments(desk: shown.Desk, then: str) -> Promised:
    """What was promised: as it stands, or for a closed act as it stood (`then`, JSON)."""
    if then:
        return _as_closed(then)
    return [
        (
            one.item.id.hex() if one.item else "",
            _commitment(one.text, one.responsible, one.institution, one.due, one.deliverable),
        )
        for one in desk.commitments
    ]


def _as_closed(then: str) -> Promised:
    try:
        rows = from_json(then)
    except SyncError:
        return []
    found: Promised = []
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict):
            text = {name: value for name, value in row.items() if isinstance(value, str)}
            told = [text.get(name, "") for name in _TOLD]
            found.append((text.get("item", ""), _commitment(*told)))
    return found


def _commitment(
    what: str, responsible: str, institution: str, due: str, deliverable: str
) -> Commitment:
    who = ", ".join(part for part in dict.fromkeys((responsible, institution)) if part)
    return Commitment(what=what, responsible=who, due=day_of(due), deliverable=deliverable)


def follow_up(desk: shown.Desk) -> tuple[Commitment, ...]:
    """The commitments made before, and how they stand since this meeting."""
    return tuple(
        Commitment(
            what=one.text,
            responsible=", ".join(
                part for part in dict.fromkeys((one.responsible, one.institution)) if part
            ),
            due=day_of(one.due),
            status=one.state,
            note=one.said,
        )
        for one in desk.follow_ups
    )


def agenda(desk: shown.Desk, promised: Promised) -> tuple[AgendaItem, ...]:
    """The points with all that came of them; what belongs to none comes last, under its own."""
    found = [
        AgendaItem(
            title=one.title,
            presenter=one.presenter,
            text=one.text,
            conclusion=one.conclusion,
            motions=_motions(desk, one.key),
            resolutions=_resolutions(desk, one.key),
            commitments=tuple(made for item, made in promised if item == one.key.id.hex()),
        )
        for one in desk.agenda
    ]
    known = {one.key.id.hex() for one in desk.agenda}
    rest = AgendaItem(
        title=_("Outside the agenda"),
        motions=_motions(desk, None),
        resolutions=_resolutions(desk, None),
        commitments=tuple(made for item, made in promised if item not in known),
    )
    if rest.motions or rest.resolutions or rest.commitments:
        found.append(rest)
    return tuple(found)


def _belongs(desk: shown.Desk, item: RecordKey | None, wanted: RecordKey | None) -> bool:
    if wanted is None:
        return item is None or all(one.key != item for one in desk.agenda)
    return item == wanted


def _resolutions(desk: shown.Desk, item: RecordKey | None) -> tuple[Resolution, ...]:
    return tuple(
        Resolution(text=one.text, number=one.number, in_force_from=day_of(one.in_force_from))
        for one in desk.resolutions
        if _belongs(desk, one.item, item)
    )


def _motions(desk: shown.Desk, item: RecordKey | None) -> tuple[Motion, ...]:
    return tuple(_motion(desk, one) for one in desk.motions if _belongs(desk, one.item, item))


def _motion(desk: shown.Desk, one: shown.Motion) -> Motion:
    counted = next((check(known) for known in desk.checks if known.motion == one.key), None)
    decided = one.result in ("carried", "lost") and one.for_ is not None
    return Motion(
        text=one.text,
        mover=one.mover,
        seconder=one.seconder,
        kind=one.vote,
        majority=desk.rules.majority_sentence(one.majority).rstrip(".") if decided else "",
        votes_for=one.for_,
        votes_against=one.against,
        abstentions=one.abstentions,
        blank_votes=one.blank or None,
        present=one.present,
        casting_vote=bool(one.casting),
        at=time_of(one.voted_at[11:16]),
        quorum=counted,
        nominal=tuple(_vote(one, vote) for vote in one.votes) if one.vote in _BY_NAME else (),
        result=one.result,
        dissents=() if one.vote == "secret" else _dissents(one),
    )


def _is_dissent(motion: shown.Motion, vote: shown.Vote) -> bool:
    """Whether reasons stand apart as dissent; in a reasoned vote they stand beside the vote."""
    if motion.vote == "nominal":
        return vote.choice == "against" and bool(vote.reason)
    return motion.vote != "reasoned" and vote.choice == "against"


def _vote(motion: shown.Motion, vote: shown.Vote) -> Vote:
    reason = "" if _is_dissent(motion, vote) else vote.reason
    return Vote(name=vote.name, vote=vote.choice, reason=reason)


def _dissents(motion: shown.Motion) -> tuple[Dissent, ...]:
    return tuple(
        Dissent(name=vote.name, text=vote.reason)
        for vote in motion.votes
        if _is_dissent(motion, vote)
    )
