"""Verbs of the minutes: points, motions, votes, resolutions, commitments, and the closed act."""

from __future__ import annotations

import click

from app.cli.desk import Call, pairs, verb
from app.cli.meeting_desk import AT, ITEM, attendance, find, fitting, point, tell
from app.errors import KipuError
from app.i18n import _
from app.models.commands import meetings
from app.models.commands.meetings import Ballot, Totals
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import meetings as reading
from app.models.queries import records
from app.models.records import kind

# -- the agenda --------------------------------------------------------------------------------------


@click.command("item")
@click.argument("name", metavar="MEETING")
@click.argument("title", required=False)
@click.option("--item", "item", metavar="N|ID", help="A point that is on the agenda already.")
@click.option("--type", "code", default="discussion", help="Of a new point.")
@click.option("--after", metavar="N|ID", help="Behind this point.")
@click.option("--text", help="What was said.")
@click.option("--start", is_flag=True, help="Take it up.")
@click.option("--finish", is_flag=True)
@AT
@verb
def meeting_item(
    call: Call, name: str, title: str | None, item: str | None, code: str, after: str | None,
    text: str | None, start: bool, finish: bool, at: str,
) -> None:  # fmt: skip
    """Add a point, or write on one, move it, take it up, finish it."""
    project, key = find(call, name)
    if (title is None) == (item is None):
        raise KipuError(_("Give a title for a new point, or --item for one on the agenda."))
    place = point(project, key, after)
    done = None
    if title is not None:
        done = meetings.add_item(project, key, title, code, place)
    chosen = done.key if done else point(project, key, item)
    assert chosen is not None
    for wanted, command, given in (
        (done is None and place is not None, meetings.move_item, (place,)),
        (start, meetings.start_item, (at,)),
        (text is not None, meetings.set_text, (text or "",)),
        (finish, meetings.finish_item, (at,)),
    ):
        if wanted:
            done = command(project, chosen, *given)
    if done is None:
        raise KipuError(_("Say what is to be done: --text, --start, --finish or --after."))
    tell(call, done)


# -- deciding ----------------------------------------------------------------------------------------


@click.command("motion")
@click.argument("name", metavar="MEETING")
@click.argument("text")
@ITEM
@click.option("--mover", metavar="WHO")
@click.option("--vote", "vote_kind", default="", help="ordinary, nominal, reasoned, secret …")
@verb
def meeting_motion(
    call: Call, name: str, text: str, item: str | None, mover: str | None, vote_kind: str
) -> None:
    """Put a motion."""
    project, key = find(call, name)
    by = attendance(project, key, mover) if mover else None
    about = point(project, key, item)
    code = str(kind("motion").field("vote").parse(vote_kind) or "")
    tell(call, meetings.put_motion(project, key, text, about, by, code))


@click.command("vote")
@click.argument("name", metavar="MOTION")
@click.option("--for", "in_favour", type=int, metavar="N")
@click.option("--against", type=int, default=0, metavar="N")
@click.option("--abstain", type=int, default=0, metavar="N")
@click.option("--blank", type=int, default=0, metavar="N")
@click.option("--by-name", "votes", multiple=True, metavar="WHO=VOTE[:REASON]")
@click.option("--dissent", "dissents", multiple=True, metavar="WHO=REASON", help="After the vote.")
@click.option("--casting", default="", metavar="for|against")
@click.option("--majority", default="", help="Another than the rules', for this vote.")
@click.option("--without-quorum", is_flag=True, help="Keep it, flagged.")
@click.option("--withdraw", is_flag=True, help="The motion was withdrawn.")
@click.option("--postpone", is_flag=True, help="The motion was put off.")
@AT
@verb
def meeting_vote(
    call: Call, name: str, in_favour: int | None, against: int, abstain: int, blank: int,
    votes: tuple[str, ...], dissents: tuple[str, ...], casting: str, majority: str,
    without_quorum: bool, withdraw: bool, postpone: bool, at: str,
) -> None:  # fmt: skip
    """Note a vote on a motion (its id); the quorum is counted anew."""
    project = call.joined
    motion = records.standing(project, name, "motion")
    if withdraw or postpone:
        command = meetings.withdraw_motion if withdraw else meetings.postpone_motion
        tell(call, command(project, motion))
        return
    if dissents:
        tell(call, _dissent(project, motion, dissents))
        return
    if votes:
        ballots = _ballots(project, motion, votes)
        done = meetings.vote_by_name(
            project, motion, ballots, at, casting, without_quorum, majority
        )
    else:
        totals = None if in_favour is None else Totals(in_favour, against, abstain, blank)
        done = meetings.vote(project, motion, totals, at, casting, without_quorum, majority)
    tell(call, done)


def _dissent(project: Project, motion: RecordKey, given: tuple[str, ...]) -> meetings.Done:
    """Record each dissent; the last is told."""
    owner = records.parent(project, motion)
    assert owner is not None
    done = meetings.Done()
    for who, reason in pairs(given).items():
        done = meetings.dissent(project, motion, attendance(project, owner, who), reason)
    return done


def _ballots(project: Project, motion: RecordKey, votes: tuple[str, ...]) -> dict[bytes, Ballot]:
    owner = records.parent(project, motion)
    assert owner is not None
    desk = reading.desk(project, owner)
    found = {}
    for who, said in pairs(votes).items():
        choice, _sign, reason = said.partition(":")
        code = str(kind("vote").field("choice").parse(choice) or "")
        found[meetings.one_attendee(desk, who).key.id] = Ballot(code, reason.strip())
    return found


@click.command("resolve")
@click.argument("name", metavar="MEETING")
@click.argument("text", required=False, default="")
@click.option("--motion", metavar="ID", help="In this motion's words, where none are given.")
@ITEM
@verb
def meeting_resolve(call: Call, name: str, text: str, motion: str | None, item: str | None) -> None:
    """Write down a resolution; its number is provisional until the act is closed."""
    project, key = find(call, name)
    moved = records.standing(project, motion, "motion") if motion else None
    done = meetings.resolve(project, key, text, moved, point(project, key, item))
    found = next(o for o in reading.desk(project, key).resolutions if o.key == done.key)
    call.tell(
        {"id": found.key.id.hex(), "number": found.number, "provisional": found.provisional},
        f"{found.key.id.hex()}  {found.number}",
    )


@click.command("commit")
@click.argument("name", metavar="MEETING")
@click.argument("text")
@click.option("--who", default="", metavar="WHO", help="An id, or a name in words.")
@click.option("--due", default="", metavar="DAY")
@click.option("--organisation", default="", help="An id, or its name in words.")
@click.option("--deliverable", default="", help="What proves it.")
@ITEM
@verb
def meeting_commit(
    call: Call, name: str, text: str, who: str, due: str, organisation: str, deliverable: str,
    item: str | None,
) -> None:  # fmt: skip
    """Write down who does what by when."""
    project, key = find(call, name)
    known = fitting(project, key, who) if who else []
    person = known[0].key.id.hex() if len(known) == 1 else who
    done = meetings.commit(
        project, key, text, person, due, point(project, key, item), organisation,
        deliverable=deliverable,
    )  # fmt: skip
    tell(call, done)


@click.command("follow")
@click.argument("name", metavar="MEETING")
@click.argument("commitment", metavar="COMMITMENT")
@click.option("--said", default="", help="What was reported.")
@click.option("--state", default="", help="open, under_way, met, partly_met, not_met, dropped.")
@click.option("--due", default="", metavar="DAY", help="A new date.")
@verb
def meeting_follow(call: Call, name: str, commitment: str, said: str, state: str, due: str) -> None:
    """Write down what the meeting heard of a commitment."""
    project, key = find(call, name)
    tell(
        call, meetings.follow(project, key, records.standing(project, commitment), said, state, due)
    )


# -- the end -----------------------------------------------------------------------------------------


@click.command("end")
@click.argument("name", metavar="MEETING")
@AT
@verb
def meeting_end(call: Call, name: str, at: str) -> None:
    """End the session."""
    project, key = find(call, name)
    tell(call, meetings.end(project, key, at))


@click.command("approve")
@click.argument("name", metavar="MEETING")
@click.option("--on", default="", metavar="DAY")
@click.option("--in", "later", metavar="MEETING", help="The meeting that approved them.")
@click.option("--note", default="")
@verb
def meeting_approve(call: Call, name: str, on: str, later: str | None, note: str) -> None:
    """Note that the minutes were approved."""
    project, key = find(call, name)
    within = reading.find_meeting(project, later) if later else None
    tell(call, meetings.approve(project, key, on, within, note))


@click.command("close")
@click.argument("name", metavar="MEETING")
@verb
def meeting_close(call: Call, name: str) -> None:
    """Number the act and its resolutions, chain it, and close it for good."""
    project, key = find(call, name)
    meetings.close(project, key)
    found = reading.desk(project, key)
    call.tell(
        {"id": key.id.hex(), "number": found.number,
         "resolutions": [one.number for one in found.resolutions]},
        _("Act {number} is closed.").format(number=found.number),
    )  # fmt: skip


@click.command("remove")
@click.argument("name", metavar="ID")
@verb
def meeting_remove(call: Call, name: str) -> None:
    """Delete a point, an attendance, a motion, a resolution of a meeting that is not closed."""
    project = call.joined
    tell(call, meetings.remove(project, records.standing(project, name)))


VERBS = (
    meeting_item,
    meeting_motion,
    meeting_vote,
    meeting_resolve,
    meeting_commit,
    meeting_follow,
    meeting_end,
    meeting_approve,
    meeting_close,
    meeting_remove,
)
