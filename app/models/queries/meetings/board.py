"""Puts one meeting together as the page shows it, from a handful of queries."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from app.models.ledger import RecordKey
from app.models.ledger.registers import State
from app.models.meetings import quorum as counting
from app.models.project import Project
from app.models.queries import records as reading
from app.models.queries.meetings import parts
from app.models.queries.meetings.closed_acts import addenda
from app.models.queries.meetings.numbering import act_number, resolution_numbers
from app.models.queries.meetings.reading import Source, read
from app.models.queries.meetings.rows import Row
from app.models.queries.meetings.snapshot import Attendee, Desk, Previous, Quorum, Room


def desk(project: Project, meeting: RecordKey, now: str = "") -> Desk:
    """One meeting as it stands at `now` ("14:05"; empty: by the laptop's clock).

    Of a past day's meeting the last moment anything was noted counts as now. Raises KipuError when
    it is no meeting that is here.
    """
    source = read(project, meeting)
    today = datetime.fromtimestamp(project.ledger.now_ms() / 1000)
    room = _room(source)
    moment = _moment(source.meeting, room, now, today)
    call = "second" if source.meeting.flag("second_call") else "first"
    state = counting.at_moment(room.chairs, room.sittings, source.rules, moment, call)
    attendance = parts.attendance(source.rows, source.seats, source.names, state, moment, room)
    return _desk(project, source, room, moment, today, _quorum(source, state), attendance)


def _room(source: Source) -> Room:
    starts = counting.minute(source.meeting.text("starts"))
    begun = counting.minute(source.meeting.text("installed_at"))
    start = starts if starts is not None else begun
    returns: dict[bytes, list[Row]] = defaultdict(list)
    for one in source.rows["reentry"]:
        returns[one.owner].append(one)
    sittings = tuple(
        counting.Sitting(
            one.key.id, _seat_id(one), one.text("capacity"),
            parts.spans(one, returns[one.key.id], start),
        )
        for one in source.rows["attendance"]
    )  # fmt: skip
    chairs = tuple(
        counting.Chair(
            one.key.id,
            one.values.get("votes") is not False,
            bool(source.names.of(one, "holder", "holder_name")),
        )
        for one in source.seats
    )
    return Room(chairs, sittings, start)


def _seat_id(row: Row) -> bytes | None:
    found = row.link("seat", "seat")
    return found.id if found else None


def _moment(meeting: Row, room: Room, now: str, today: datetime) -> int:
    """The minute the page speaks of."""
    given = counting.minute(now, room.starts)
    if given is not None:
        return given
    ends = counting.minute(meeting.text("ends"), room.starts)
    if ends is not None:
        return ends - 1  # Who stayed to the end left at the end.
    if is_live(meeting.text("date"), today):
        return counting.minute(f"{today:%H:%M}", room.starts) or 0
    known = [meeting.text("installed_at"), meeting.text("starts")]
    noted = [found for one in known if (found := counting.minute(one, room.starts)) is not None]
    noted += [moment for one in room.sittings for span in one.spans
              for moment in (span.arrived, span.departed) if moment is not None]  # fmt: skip
    return max(noted, default=0)


def is_live(day: str, now: datetime) -> bool:
    """Whether a meeting of a day may be going on now; an evening's goes on past midnight."""
    night_before = (now - timedelta(days=1)).date().isoformat()
    return day == now.date().isoformat() or (day == night_before and now.hour < 6)


def _quorum(source: Source, state: counting.QuorumState) -> Quorum:
    meeting, rules = source.meeting, source.rules
    later = counting.second_call_minute(rules, counting.minute(meeting.text("starts")))
    waits = (
        later is not None and not meeting.flag("second_call") and not meeting.text("installed_at")
    )
    return Quorum(
        state.present, state.required, state.entitled, state.met, state.call, state.sentence,
        counting.clock(later) if waits and later is not None else "", state.missing,
    )  # fmt: skip


def _desk(
    project: Project, source: Source, room: Room, moment: int, today: datetime, quorum: Quorum,
    attendance: tuple[Attendee, ...],
) -> Desk:  # fmt: skip
    row, rows, names = source.meeting, source.rows, source.names
    number, provisional = act_number(row, source.siblings, source.committee.text("act_prefix"))
    who = {one.key.id: one.name for one in attendance}
    day = today.date().isoformat()
    given = resolution_numbers(project, source.committee, row, rows["resolution"])
    return Desk(
        key=row.key,
        committee=source.committee.key,
        committee_name=source.committee.text("name"),
        number=number,
        provisional=provisional,
        **{name: row.text(name) for name in _PLAIN},
        clock=counting.clock(moment),
        elapsed_s=_elapsed(row, room, moment),
        second_call=row.flag("second_call"),
        chair=names.of(row, "chair", "chair_name"),
        secretary=names.of(row, "secretary", "secretary_name"),
        is_closed=bool(reading.flags(project, row.key) & State.CLOSED),
        quorum=quorum,
        rules=source.rules,
        agenda=parts.agenda(rows, names),
        attendance=attendance,
        motions=parts.motions(rows, who, source.rules, quorum.entitled),
        resolutions=parts.resolutions(rows, given),
        commitments=tuple(parts.commitment(one, names, day) for one in source.made_here),
        follow_ups=parts.follow_ups(rows, source.carried, names, day),
        checks=parts.checks(rows),
        previous=_previous(source),
        room=room,
        addenda=addenda(project, row.key, source.signed) if source.signed else (),
    )


_PLAIN = ("subject", "type", "status", "mode", "date", "starts", "venue", "installed_at", "ends",
          "call_sent_on", "opening", "previous_minutes", "closing", "approved_on")  # fmt: skip


def _elapsed(meeting: Row, room: Room, moment: int) -> int:
    begun = counting.minute(meeting.text("installed_at"), room.starts)
    ends = counting.minute(meeting.text("ends"), room.starts)
    if begun is None:
        return 0
    return max(0, (ends if ends is not None else moment) - begun) * 60


def _previous(source: Source) -> Previous | None:
    """The last meeting of the committee before this one that was held, or could not be."""
    this = _order(source.meeting)
    held = ("held", "no_quorum", "approved")
    before = [one for one in source.siblings if _order(one) < this and one.text("status") in held]
    last = max(before, key=_order, default=None)
    if last is None:
        return None
    prefix = source.committee.text("act_prefix")
    number, _provisional = act_number(last, source.siblings, prefix)
    return Previous(last.key, number, last.text("date"), last.text("status"))


def _order(meeting: Row) -> tuple[str, str, bytes]:
    return meeting.text("date"), meeting.text("starts"), meeting.key.id
