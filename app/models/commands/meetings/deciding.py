"""Motions, votes and resolutions. The quorum is counted anew at every vote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.errors import KipuError
from app.i18n import _
from app.models.commands.meetings.sitting import at_clock, note_check, require_open
from app.models.commands.meetings.work import Done, Work, require_kind
from app.models.ledger import RecordKey
from app.models.meetings.quorum import QuorumState, minute
from app.models.meetings.votes import Outcome, Totals, outcome
from app.models.project import Project
from app.models.queries import records as reading
from app.models.queries.meetings import desk as read_desk
from app.models.queries.meetings.snapshot import Desk, Motion
from app.models.records import kind
from sync.values import Value

_BY_NAME = ("nominal", "reasoned")
_CHOICES = ("for", "against", "abstention", "blank")


@dataclass(frozen=True)
class Ballot:
    """One member's vote, with reasons or dissent where they asked for it to be recorded."""

    choice: str
    reason: str = ""


def put_motion(
    project: Project, meeting: RecordKey, text: str, item: RecordKey | None = None,
    mover: RecordKey | None = None, vote_kind: str = "",
) -> Done:  # fmt: skip
    """Put a motion; without a point it belongs to the one being treated."""
    desk = read_desk(project, meeting)
    item = item or (desk.running.key if desk.running else None)
    values: dict[str, Value] = {
        "text": text.strip() or None,
        "agenda_item": item.id.hex() if item else None,
        "mover": mover.id.hex() if mover else None,
        "vote": vote_kind or desk.rules.default_vote,
    }
    work = Work(project, meeting.space)
    key = work.create("motion", values, meeting)
    return work.commit("meeting motion", _("put a motion"), key)


def edit_motion(project: Project, motion: RecordKey, values: Mapping[str, Value]) -> Done:
    """Set a motion's text, mover, kind of vote. Raises KipuError once it was voted."""
    _desk, found = _open_motion(project, motion)
    work = Work(project, motion.space)
    work.edit(found.key, values)
    return work.commit("meeting motion", _("edit a motion"), motion)


def _open_motion(project: Project, motion: RecordKey) -> tuple[Desk, Motion]:
    desk, found = _motion(project, motion)
    if found.result in ("carried", "lost"):
        raise KipuError(_("This motion was voted already; undo the vote to change it."))
    return desk, found


def _motion(project: Project, motion: RecordKey) -> tuple[Desk, Motion]:
    require_kind(motion, "motion")
    meeting = reading.parent(project, motion)
    assert meeting is not None, "a motion belongs to a meeting"
    desk = read_desk(project, meeting)
    found = next((one for one in desk.motions if one.key == motion), None)
    if found is None:
        raise KipuError(_("There is no record “{text}” here.").format(text=motion.id.hex()))
    return desk, found


def vote(
    project: Project, motion: RecordKey, totals: Totals | None = None, at: str = "",
    casting: str = "", without_quorum: bool = False, majority: str = "",
) -> Done:  # fmt: skip
    """Note the totals of a vote; of a secret ballot nothing else is ever kept.

    A vote by consensus has no totals. The notice says what it came to and under which article.
    Raises KipuError without a quorum (unless `without_quorum`: then the vote is kept and flagged),
    and for totals nobody could have cast.
    """
    desk, found = _open_motion(project, motion)
    at = at_clock(desk, at)
    state = _quorum_for(desk, at, without_quorum)
    work = Work(project, motion.space)
    if found.vote == "consensus":
        return _agreed(work, desk, motion, at, state)
    if totals is None:
        raise KipuError(_("Say how many voted in favour and how many against."))
    result = outcome(desk.rules, totals, state.present, state.entitled, majority, casting)
    return _voted(work, desk, motion, totals, _Vote(at, state, result, majority, casting))


def _quorum_for(desk: Desk, at: str, without_quorum: bool) -> QuorumState:
    require_open(desk)
    if not desk.installed_at:
        raise KipuError(_("The session is not open yet: there can be no vote."))
    state = desk.quorum_at(at)
    if not state.met and not without_quorum:
        raise KipuError(f"{state.sentence} {_('There can be no vote.')}")
    return state


@dataclass(frozen=True)
class _Vote:
    at: str
    state: QuorumState
    result: Outcome
    majority: str
    casting: str


def _voted(work: Work, desk: Desk, motion: RecordKey, totals: Totals, held: _Vote) -> Done:
    state, result = held.state, held.result
    values: dict[str, Value] = {
        "votes_for": totals.for_,
        "votes_against": totals.against,
        "abstentions": totals.abstentions,
        "blank_votes": totals.blank,
        "present": state.present,
        "majority": held.majority or desk.rules.majority,
        "majority_needed": result.needed,
        "casting_vote": result.casting_used,
        "casting_for": held.casting or None,
        "quorum_met": state.met,
        "voted_at": _moment(desk, held.at),
        "result": "carried" if result.carried else "lost",
    }
    note_check(work, desk, held.at, state, motion)
    work.edit(motion, values)
    flagged = "" if state.met else state.sentence
    return work.commit("meeting vote", _("vote"), motion, f"{flagged} {result.sentence}".strip())


def _agreed(work: Work, desk: Desk, motion: RecordKey, at: str, state: QuorumState) -> Done:
    values: dict[str, Value] = {
        "present": state.present,
        "quorum_met": state.met,
        "voted_at": _moment(desk, at),
        "result": "carried",
    }
    note_check(work, desk, at, state, motion)
    work.edit(motion, values)
    flagged = "" if state.met else state.sentence
    told = _("Carried by consensus.")
    return work.commit("meeting vote", _("vote"), motion, f"{flagged} {told}".strip())


def _moment(desk: Desk, at: str) -> str:
    """The day and time of a vote; past midnight it is the day after the meeting's."""
    found = minute(at, desk.room.starts) or 0
    day = date.fromisoformat(desk.date) + timedelta(days=found // 1440)
    return f"{day.isoformat()}T{at}:00"


def vote_by_name(
    project: Project, motion: RecordKey, votes: Mapping[bytes, Ballot], at: str = "",
    casting: str = "", without_quorum: bool = False, majority: str = "",
) -> Done:  # fmt: skip
    """Note a vote by name: for each attendance (its id) how they voted.

    Raises KipuError for a ballot that is not by name (a secret one above all), for who may not vote
    now, and as `vote` does.
    """
    desk, found = _open_motion(project, motion)
    if found.vote not in _BY_NAME:
        raise KipuError(
            _("This vote is {kind}: votes by name are not kept.").format(
                kind=kind("motion").field("vote").format(found.vote).lower() or "–"
            )
        )
    at = at_clock(desk, at)
    state = _quorum_for(desk, at, without_quorum)
    _require_voters(desk, state, votes)
    totals = Totals.of(one.choice for one in votes.values())
    result = outcome(desk.rules, totals, state.present, state.entitled, majority, casting)
    work = Work(project, motion.space)
    for attendance in (one.key.id for one in desk.attendance if one.key.id in votes):
        ballot = votes[attendance]
        values: dict[str, Value] = {"attendance": attendance.hex(), "choice": ballot.choice,
                                    "reason": ballot.reason.strip() or None}  # fmt: skip
        work.create("vote", values, motion)
    return _voted(work, desk, motion, totals, _Vote(at, state, result, majority, casting))


def dissent(project: Project, motion: RecordKey, attendance: RecordKey, text: str) -> Done:
    """Record that a member voted against, with their reasons, of a vote that was not by name.

    Raises KipuError before the vote, of a secret one, and for who could not vote in it.
    """
    desk, found = _motion(project, motion)
    if found.result not in ("carried", "lost"):
        raise KipuError(_("Dissent is recorded after the vote."))
    if found.vote == "secret":
        raise KipuError(_("Of a secret vote nobody's vote is kept."))
    if any(one.attendance == attendance.id for one in found.votes):
        raise KipuError(_("How they voted is recorded already."))
    if sum(one.choice == "against" for one in found.votes) >= (found.against or 0):
        raise KipuError(_("Nobody else voted against."))
    state = desk.quorum_at(found.voted_at[11:16])
    _require_voters(desk, state, {attendance.id: Ballot("against")})
    values: dict[str, Value] = {"attendance": attendance.id.hex(), "choice": "against",
                                "reason": text.strip() or None}  # fmt: skip
    work = Work(project, motion.space)
    key = work.create("vote", values, motion)
    return work.commit("meeting dissent", _("record a dissent"), key)


def _require_voters(desk: Desk, state: QuorumState, votes: Mapping[bytes, Ballot]) -> None:
    names = {one.key.id: one.name or one.role for one in desk.attendance}
    for attendance, ballot in votes.items():
        if attendance not in state.counted:
            raise KipuError(
                _("{name} may not vote now: not here, or without a seat that votes.").format(
                    name=names.get(attendance, attendance.hex()[:8])
                )
            )
        if ballot.choice not in _CHOICES:
            raise KipuError(
                _("“{given}” is no vote; it is one of: {codes}.").format(
                    given=ballot.choice, codes=", ".join(_CHOICES)
                )
            )


def withdraw_motion(project: Project, motion: RecordKey) -> Done:
    """Note that a motion was withdrawn before its vote."""
    return _set_aside(project, motion, "withdrawn", _("withdraw a motion"))


def postpone_motion(project: Project, motion: RecordKey) -> Done:
    """Note that a motion was put off; it may still be voted."""
    return _set_aside(project, motion, "postponed", _("postpone a motion"))


def _set_aside(project: Project, motion: RecordKey, result: str, words: str) -> Done:
    _open_motion(project, motion)
    work = Work(project, motion.space)
    work.edit(motion, {"result": result})
    return work.commit("meeting motion", words, motion)


def resolve(
    project: Project, meeting: RecordKey, text: str = "", motion: RecordKey | None = None,
    item: RecordKey | None = None,
) -> Done:  # fmt: skip
    """Write down a resolution, in the motion's words where none are given.

    Its number is provisional until the act is closed. Raises KipuError for a motion that was not
    carried.
    """
    desk = read_desk(project, meeting)
    found = next((one for one in desk.motions if one.key == motion), None)
    if motion is not None and (found is None or found.result != "carried"):
        raise KipuError(_("Only a motion that was carried becomes a resolution."))
    running = desk.running.key if desk.running else None
    item = item or (found.item if found else None) or running
    values: dict[str, Value] = {
        "text": text.strip() or (found.text if found else ""),
        "motion": motion.id.hex() if motion else None,
        "agenda_item": item.id.hex() if item else None,
    }
    work = Work(project, meeting.space)
    key = work.create("resolution", {k: v for k, v in values.items() if v}, meeting)
    return work.commit("meeting resolution", _("write down a resolution"), key)


def edit_resolution(project: Project, resolution: RecordKey, values: Mapping[str, Value]) -> Done:
    """Set a resolution's text, standing or date."""
    require_kind(resolution, "resolution")
    work = Work(project, resolution.space)
    work.edit(resolution, values)
    return work.commit("meeting resolution", _("edit a resolution"), resolution)
