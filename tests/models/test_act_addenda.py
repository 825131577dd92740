"""Closed acts that two laptops wrote at: conflicts before and after, late changes, two closes."""

from __future__ import annotations

import pytest

from app.errors import KipuError
from app.models.commands import conflicts as settling
from app.models.commands import meetings, records
from app.models.queries import conflicts
from tests.models.laptops import Laptop, agree, settle
from tests.models.meeting_room import Room, make_room
from tests.sync.sharing import MemoryRemote


@pytest.fixture
def rooms(five: list[Laptop], share: MemoryRemote) -> list[Room]:
    """One meeting that was held, on the laptops of a coordinator and of two secretaries."""
    made = make_room(five[1])
    made.open()
    meetings.add_item(made.project, made.meeting, "Alarmas")
    meetings.end(made.project, made.meeting, "16:00")
    settle(share, *five[:3])
    return [Room(one, made.committee, made.meeting) for one in five[:3]]


def sync(rooms: list[Room], share: MemoryRemote) -> None:
    settle(share, *(one.laptop for one in rooms))


def fields(room: Room) -> list[str]:
    return [one.field for one in conflicts.all_conflicts(room.project)]


def decide(room: Room, field: str, value: object) -> None:
    found = next(one for one in conflicts.all_conflicts(room.project) if one.field == field)
    settling.take(room.project, found, next(v for v in found.versions if v.value == value))


def write(room: Room, words: str) -> None:
    """Write how the session was opened, and what was said of the last point."""
    meetings.set_meeting(room.project, room.meeting, {"opening": words})
    meetings.set_text(room.project, room.desk.agenda[-1].key, words)


def test_minutes_are_neither_approved_nor_closed_over_a_conflict(
    rooms: list[Room], share: MemoryRemote
) -> None:
    _boss, ours, theirs = rooms
    write(ours, "Eva")
    write(theirs, "Fer")
    sync(rooms, share)
    with pytest.raises(KipuError, match="stand of: Opening; Agenda item “Closing"):
        meetings.approve(ours.project, ours.meeting, "2026-11-27")
    for one in list(conflicts.all_conflicts(ours.project)):
        settling.take(ours.project, one, one.versions[0])
    sync(rooms, share)
    meetings.approve(ours.project, ours.meeting, "2026-11-27")
    write(ours, "Eva again")
    write(theirs, "Fer again")
    sync(rooms, share)
    for close in (meetings.close, records.close):
        with pytest.raises(KipuError, match="Two versions still stand of: Opening"):
            close(ours.project, ours.meeting)
    for one in list(conflicts.all_conflicts(ours.project)):
        settling.take(ours.project, one, one.versions[0])
    meetings.close(ours.project, ours.meeting)
    sync(rooms, share)
    assert all(one.desk.is_closed and not fields(one) for one in rooms)
    agree(*(one.laptop for one in rooms))
