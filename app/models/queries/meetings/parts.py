"""The parts of a meeting's snapshot, each made from its rows."""

from __future__ import annotations

from collections import defaultdict

from app.models.fields import record_id
from app.models.meetings.quorum import QuorumState, Span, minute
from app.models.meetings.rules import Rules
from app.models.meetings.votes import Totals, decided
from app.models.queries.meetings.numbering import Given
from app.models.queries.meetings.rows import Names, Row
from app.models.queries.meetings.snapshot import (
    Attendee,
    Check,
    Commitment,
    FollowUp,
    Item,
    Motion,
    Resolution,
    Room,
    Stay,
    Vote,
)

Rows = dict[str, list[Row]]
THERE = ("present", "remote")
STANDING = frozenset({"", "open", "under_way", "partly_met"})
"""States of a commitment that somebody still has to do something for."""


def spans(row: Row, returns: list[Row], start: int | None) -> tuple[Span, ...]:
    """From when to when somebody was there; nothing for who is not marked present."""
    if row.text("presence") not in THERE:
        return ()
    remote = row.text("presence") == "remote"
    first = Span(minute(row.text("arrived"), start), minute(row.text("departed"), start), remote)
    again = [
        Span(minute(one.text("arrived"), start), minute(one.text("departed"), start),
             one.flag("remote"))
        for one in returns
    ]  # fmt: skip
    return (first, *again)


def attendance(
    rows: Rows, seats: list[Row], names: Names, state: QuorumState, moment: int, room: Room
) -> tuple[Attendee, ...]:
    """The attendance list, as it stands at a moment."""
    seated = {one.key.id: one for one in seats}
    returns: dict[bytes, list[Row]] = defaultdict(list)
    for one in rows["reentry"]:
        returns[one.owner].append(one)
    there = {one.id: any(span.holds(moment) for span in one.spans) for one in room.sittings}
    return tuple(
        _attendee(one, seated, returns[one.key.id], names, there[one.key.id], state)
        for one in rows["attendance"]
    )


def _attendee(
    row: Row, seated: dict[bytes, Row], returns: list[Row], names: Names, there: bool,
    state: QuorumState,
) -> Attendee:  # fmt: skip
    link = row.link("seat", "seat")
    seat = seated.get(link.id) if link else None
    stays = _stays(row, returns)
    holder = names.of(seat, "holder", "holder_name") if seat else ""
    institution = names.of(seat, "organisation", "institution", "organisation") if seat else ""
    return Attendee(
        key=row.key,
        name=names.of(row, "person", "name"),
        institution=row.text("institution") or institution,
        role=row.text("role") or (seat.text("role") if seat else ""),
        seat=link,
        capacity=row.text("capacity"),
        presence=row.text("presence"),
        votes=seat is not None and seat.values.get("votes") is not False,
        is_present=there,
        counts=row.key.id in state.counted,
        arrived=row.text("arrived"),
        departed=stays[-1].departed if stays else "",
        stays=stays,
        presides=seat is not None and seat.flag("presides"),
        delegation=row.text("delegation"),
        holder=holder,
        alternate=names.of(seat, "alternate", "alternate_name") if seat else "",
        signed=row.flag("signed"),
        notes=row.text("notes"),
        person=row.text("person"),
    )


def _stays(row: Row, returns: list[Row]) -> tuple[Stay, ...]:
    if row.text("presence") not in THERE:
        return ()
    remote = row.text("presence") == "remote"
    first = Stay(row.key, row.text("arrived"), row.text("departed"), remote)
    again = [
        Stay(one.key, one.text("arrived"), one.text("departed"), one.flag("remote"))
        for one in returns
    ]
    return (first, *again)


def agenda(rows: Rows, names: Names) -> tuple[Item, ...]:
    """The points in their order."""
    return tuple(
        Item(
            key=row.key,
            number=number,
            title=row.text("title"),
            type=row.text("type"),
            presenter=names.of(row, "presenter", "presenter_name"),
            minutes_planned=row.number("minutes_planned"),
            text=row.text("discussion"),
            conclusion=row.text("conclusion"),
            notes=row.text("notes"),
            started=row.text("started"),
            finished=row.text("finished"),
        )
        for number, row in enumerate(rows["agenda_item"], start=1)
    )


def motions(rows: Rows, who: dict[bytes, str], rules: Rules, entitled: int) -> tuple[Motion, ...]:
    """The motions with their votes; `who` names the attendance rows."""
    votes: dict[bytes, list[Vote]] = defaultdict(list)
    for row in rows["vote"]:
        voter = row.link("attendance", "attendance")
        one = voter.id if voter else b""
        votes[row.owner].append(
            Vote(row.key, one, who.get(one, ""), row.text("choice"), row.text("reason"))
        )
    return tuple(
        _motion(row, tuple(votes[row.key.id]), who, rules, entitled) for row in rows["motion"]
    )


def _motion(
    row: Row, votes: tuple[Vote, ...], who: dict[bytes, str], rules: Rules, entitled: int
) -> Motion:
    met = row.values.get("quorum_met")
    return Motion(
        key=row.key,
        text=row.text("text"),
        item=row.link("agenda_item", "agenda_item"),
        mover=_who(row, "mover", who) or row.text("mover_name"),
        seconder=_who(row, "seconder", who),
        vote=row.text("vote"),
        for_=row.number("votes_for"),
        against=row.number("votes_against"),
        abstentions=row.number("abstentions"),
        blank=row.number("blank_votes"),
        present=row.number("present"),
        casting=row.text("casting_for"),
        quorum_met=met if isinstance(met, bool) else None,
        majority=row.text("majority"),
        needed=row.number("majority_needed"),
        voted_at=row.text("voted_at"),
        result=row.text("result"),
        sentence=_sentence(row, rules, entitled),
        votes=votes,
    )


def _who(row: Row, name: str, who: dict[bytes, str]) -> str:
    found = row.link(name, "attendance")
    return who.get(found.id, "") if found else ""


def _sentence(row: Row, rules: Rules, entitled: int) -> str:
    """Why a motion carried or not, from what was kept of its vote."""
    in_favour, against = row.number("votes_for"), row.number("votes_against")
    if row.text("result") not in ("carried", "lost") or in_favour is None:
        return ""
    totals = Totals(in_favour, against or 0, row.number("abstentions") or 0)
    needed = row.number("majority_needed")
    if needed is None:
        present = row.number("present") or totals.cast
        majority = row.text("majority") or rules.majority
        needed = rules.votes_needed(majority, totals.against, present, entitled)
    told = decided(
        rules, totals, row.text("majority") or rules.majority, needed,
        row.text("result") == "carried",
    )  # fmt: skip
    return f"{told} {rules.casting_sentence()}".strip() if row.flag("casting_vote") else told


def resolutions(rows: Rows, given: Given) -> tuple[Resolution, ...]:
    """The resolutions with the numbers they have, or would get."""
    return tuple(
        Resolution(
            row.key,
            *given[row.key],
            row.text("text"),
            row.link("motion", "motion"),
            row.link("agenda_item", "agenda_item"),
            row.text("status"),
            row.text("in_force_from"),
        )
        for row in rows["resolution"]
    )


def commitment(row: Row, names: Names, today: str) -> Commitment:
    """A commitment as it stands on a day (ISO)."""
    due = row.text("due")
    return Commitment(
        key=row.key,
        text=row.text("text"),
        responsible=names.of(row, "person", "responsible"),
        institution=names.of(row, "organisation", "institution", "organisation"),
        due=due,
        status=row.text("status"),
        item=row.link("agenda_item", "agenda_item"),
        overdue=bool(due) and due < today and row.text("status") in STANDING,
        deliverable=row.text("deliverable"),
        committee=row.text("committee"),
    )


def follow_ups(
    rows: Rows, carried: dict[bytes, Row], names: Names, today: str
) -> tuple[FollowUp, ...]:
    """The commitments carried on this meeting's agenda."""
    found = []
    for row in rows["follow_up"]:
        link = record_id(row.text("commitment"))
        origin = carried.get(bytes.fromhex(link)) if link else None
        then = commitment(origin, names, today) if origin else None
        found.append(
            FollowUp(
                key=row.key,
                commitment=then.key if then else None,
                text=then.text if then else "",
                responsible=then.responsible if then else "",
                institution=then.institution if then else "",
                due=row.text("new_due") or (then.due if then else ""),
                before=row.text("before"),
                state=row.text("outcome") or row.text("before"),
                said=row.text("said"),
                overdue=then.overdue if then else False,
                item=row.link("agenda_item", "agenda_item"),
            )
        )
    return tuple(found)


def checks(rows: Rows) -> tuple[Check, ...]:
    """The quorum checks written down."""
    return tuple(
        Check(
            row.key,
            row.text("checked_at"),
            row.number("present") or 0,
            row.number("required") or 0,
            row.number("entitled") or 0,
            row.flag("met"),
            row.text("call"),
            row.text("article"),
            row.link("motion", "motion"),
        )
        for row in rows["quorum_check"]
    )
