"""What the meeting desk reads and writes in the worker, beyond the commands themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from app.models import drafts
from app.models.commands import meetings
from app.models.commands.meetings import Ballot, Done, Totals
from app.models.drafts import Draft
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import records
from app.models.queries.meetings import Attendee, Desk, desk
from app.models.vocabulary import Ref, Value, Verb
from app.views.pages.meeting_seat import Sitting
from app.views.pages.meeting_vote import BY_NAME, Cast
from app.views.record_reads import may

JOURNAL = "minutes"
"""The kind of draft that holds texts of a meeting until they are changes."""
_TEXT = "discussion"
Heads = tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """A text as typed, and the versions of it that had been seen when typing began."""

    text: str
    seen: Heads = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A meeting as the desk shows it, and which versions of its texts those are."""

    desk: Desk
    may_write: bool
    may_close: bool
    heads: Mapping[bytes, Heads] = field(default_factory=dict)
    """For each item, the versions of its text that stand."""
    journal: Mapping[bytes, Typed] = field(default_factory=dict)
    kept_ms: int = 0


class Committed(NamedTuple):
    """A text became a change: what is seen of it now, and whether another version stands beside.

    What was done stands last, where `Desk.do` looks for what was touched.
    """

    item: RecordKey
    text: str
    seen: Heads
    doubled: bool
    done: Done


def read(project: Project, meeting: RecordKey) -> Reading:
    """Read the meeting with the heads of its texts."""
    shown = desk(project, meeting)
    heads = {
        one.key.id: records.shown_heads(project, one.key).get(_TEXT, ()) for one in shown.agenda
    }
    kept = drafts.find(project, journal_id(meeting))
    return Reading(
        shown,
        may(project, "agenda_item", Verb.EDIT, meeting.space),
        may(project, "meeting", Verb.CLOSE, meeting.space),
        heads,
        _from_journal(kept),
        kept.kept_ms if kept is not None else 0,
    )


# -- the journal ---------------------------------------------------------------------------------


def journal_id(meeting: RecordKey) -> bytes:
    """Return the id of the draft in which a meeting's texts are kept while they are typed."""
    return hashlib.blake2b(b"minutes" + meeting.id, digest_size=16).digest()


def keep(project: Project, meeting: RecordKey, typed: Mapping[bytes, Typed]) -> int:
    """Write the texts being typed through to the disk; returns when, in milliseconds."""
    if not typed:
        drafts.drop(project, journal_id(meeting))
        return project.ledger.now_ms()
    found = drafts.find(project, journal_id(meeting))
    begun = found.started_ms if found is not None else project.ledger.now_ms()
    draft = Draft(journal_id(meeting), JOURNAL, meeting.space, begun, begun)
    body: dict[str, Value] = {"meeting": meeting.id.hex()}
    body["texts"] = {item.hex(): _to_journal(one) for item, one in typed.items()}
    return drafts.keep(project, replace(draft, body=body)).kept_ms


def _to_journal(typed: Typed) -> Value:
    return {"text": typed.text, "seen": [[log, seq] for log, seq in typed.seen]}


def _from_journal(draft: Draft | None) -> dict[bytes, Typed]:
    texts = draft.body.get("texts") if draft is not None else None
    found: dict[bytes, Typed] = {}
    for item, one in (texts if isinstance(texts, dict) else {}).items():
        if isinstance(one, dict):
            found[bytes.fromhex(item)] = Typed(str(one["text"]), tuple(_refs(one.get("seen"))))
    return found


def _refs(pairs: Value) -> Iterator[Ref]:
    for pair in pairs if isinstance(pairs, list) else ():
        if isinstance(pair, list):
            log, seq = pair
            assert isinstance(log, bytes), "written by `_to_journal`"
            assert isinstance(seq, int), "written by `_to_journal`"
            yield Ref(log, seq)


def commit(project: Project, item: RecordKey, typed: Typed) -> Committed:
    """Make a text a change.

    What is seen afterwards is what was seen before and this change alone: a version that arrived
    meanwhile has not been on the screen, and must not be overwritten by the next change.
    """
    before = records.heads(project, item).get(_TEXT, ())
    done = meetings.set_text(project, item, typed.text, {_TEXT: typed.seen})
    if done.undo is None:
        # It stands like this already: a laptop that died between the change and the journal.
        return Committed(item, typed.text, before, False, done)
    after = records.heads(project, item).get(_TEXT, ())
    seen = tuple(ref for ref in after if ref not in before or ref in typed.seen)
    return Committed(item, typed.text, seen, len(after) > len(seen), done)


# -- commands of two steps -----------------------------------------------------------------------


def vote(project: Project, cast: Cast, standing_way: str) -> Done:
    """Record a vote, in the way chosen in the strip."""
    if cast.way != standing_way:
        meetings.edit_motion(project, cast.motion, {"vote": cast.way})
    more = ("", cast.casting, cast.without_quorum)
    if cast.way in BY_NAME:
        votes = {id_: Ballot(choice, reason) for id_, (choice, reason) in cast.by_name.items()}
        return meetings.vote_by_name(project, cast.motion, votes, *more)
    totals = Totals(**cast.totals) if cast.totals else None
    return meetings.vote(project, cast.motion, totals, *more)


def sit(project: Project, meeting: RecordKey, one: Attendee, sitting: Sitting) -> Done:
    """Let somebody sit down as chosen in the strip, and keep what is only counted of them."""
    seat, at = one.seat.id.hex() if one.seat is not None else "", sitting.at
    values = {name: value for name, value in sitting.values.items() if value is not None}
    if sitting.way == "holder":
        done = meetings.check_in(project, meeting, one.key.id.hex(), at)
    elif sitting.way == "alternate":
        done = meetings.alternate(project, meeting, seat, sitting.name, at)
    elif sitting.way == "delegate":
        done = meetings.delegate(project, meeting, seat, sitting.name, sitting.document, at)
    elif sitting.way == "excused":
        done = meetings.excuse(project, one.key, sitting.name)
    else:
        return meetings.edit_attendance(project, one.key, sitting.values)
    if values:
        done.merge(meetings.edit_attendance(project, done.key or one.key, values))
    return done


def fields(project: Project, key: RecordKey) -> dict[str, Value]:
    """Return the fields of a record as they are kept."""
    return records.values(project, key)
