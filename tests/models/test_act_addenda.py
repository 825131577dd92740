"""Closed acts that two laptops wrote at: conflicts before and after, late changes, two closes."""

from __future__ import annotations

import io
import random
import zipfile
from dataclasses import replace

import pytest

from app.errors import KipuError
from app.models.commands import conflicts as settling
from app.models.commands import meetings, records
from app.models.ledger.registers import Standing
from app.models.meetings.chain import is_intact
from app.models.meetings.closed import check_pdf
from app.models.meetings.papers import acta_of
from app.models.queries import conflicts
from app.models.queries.meetings.reading import read
from app.reports import documents
from app.views.pages import meeting_lines
from sync.replica import Verdict
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


def close(room: Room) -> None:
    meetings.approve(room.project, room.meeting, "2026-11-27")
    meetings.close(room.project, room.meeting)


def admit(room: Room) -> None:
    late = [one for one in conflicts.withheld(room.project) if one.standing is Standing.LATE]
    records.admit_late(room.project, room.meeting, [ref for one in late for ref in one.refs])


def printed(room: Room) -> bytes:
    return documents.acta_pdf(acta_of(room.project, room.meeting))


def signed_and_late(rooms: list[Room], share: MemoryRemote) -> None:
    """One secretary writes and closes while the other, who knows nothing of it, goes on writing."""
    _boss, ours, theirs = rooms
    write(ours, "Eva signed")
    close(ours)
    write(theirs, "Fer late")
    meetings.add_item(theirs.project, theirs.meeting, "Too late")
    meetings.remove(theirs.project, theirs.desk.agenda[0].key)
    sync(rooms, share)


def test_a_late_change_is_an_addendum_and_the_signed_words_stay(
    rooms: list[Room], share: MemoryRemote
) -> None:
    boss, ours, _theirs = rooms
    signed_and_late(rooms, share)
    before, words = ours.desk, acta_of(ours.project, ours.meeting)
    assert meeting_lines.addenda(before) == []
    pdf = printed(ours)
    admit(boss)
    sync(rooms, share)
    for room in rooms:
        after = room.desk
        assert replace(after, addenda=(), room=before.room) == before
        told = {(one.record, one.field): one for one in after.addenda}
        shown = "\n".join(one.text for one in meeting_lines.decisions(after, None))
        assert all(" · ".join(filter(None, about)) in shown for about in told)
        assert "what was signed stays as it is" in shown
        assert told["", "Opening"].value == "Fer late"
        assert told["", "Opening"].person == "Persona 3"
        assert told["Agenda item “Too late”", "Title"].value == "Too late"
        [gone] = [one for one in after.addenda if one.deleted]
        assert before.agenda[0].title in gone.record
        source = read(room.project, room.meeting)
        assert is_intact(source)
        checked = check_pdf(room.project, room.meeting, pdf)
        assert (checked.match, checked.intact) == ("same", True)
        assert "printed behind it as addenda" in checked.sentence
        acta = acta_of(room.project, room.meeting)
        assert replace(acta, addenda=()) == words
        assert documents.acta_pdf(replace(acta, addenda=())) == pdf
        assert "Fer late" in text_of(documents.acta_docx(acta))
    assert [one.addenda for one in (rooms[0].desk, rooms[1].desk)] == [rooms[2].desk.addenda] * 2
    agree(*(one.laptop for one in rooms))


def text_of(docx: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as packed:
        return packed.read("word/document.xml").decode()


def test_a_conflict_of_a_closed_act_is_settled_by_a_coordinator_as_an_addendum(
    rooms: list[Room], share: MemoryRemote
) -> None:
    boss, ours, _theirs = rooms
    signed_and_late(rooms, share)
    admit(boss)
    sync(rooms, share)
    item = next(one.key for one in ours.desk.agenda if one.text == "Eva signed")
    assert set(fields(ours)) == {"opening", "discussion"}
    with pytest.raises(KipuError, match="a coordinator has to settle this"):
        decide(ours, "opening", "Fer late")
    decide(boss, "opening", "Fer late")
    decide(boss, "discussion", "Eva signed")
    assert fields(boss) == []
    sync(rooms, share)
    for room in rooms:
        assert room.desk.opening == "Eva signed"
        assert [one.value for one in room.desk.addenda if one.field == "Opening"] == ["Fer late"]
        assert not [one for one in room.desk.addenda if one.key == item]
        assert is_intact(read(room.project, room.meeting))
        assert conflicts.all_conflicts(room.project) == []
        assert conflicts.withheld(room.project) == []
    agree(*(one.laptop for one in rooms))


@pytest.mark.parametrize("chosen", [0, 1])
def test_of_two_closes_the_chosen_one_leaves_nothing_of_the_other(
    rooms: list[Room], share: MemoryRemote, chosen: int
) -> None:
    boss, ours, theirs = rooms
    for room in (ours, theirs):
        meetings.resolve(room.project, room.meeting, text=f"By {room.laptop.device.hex()}")
        meetings.commit(room.project, room.meeting, f"Of {room.laptop.device.hex()}")
        close(room)
    acts = [room.laptop.values(room.meeting)["act_hash"] for room in (ours, theirs)]
    pdf = printed(rooms[1 + chosen])
    sync(rooms, share)
    [conflict] = conflicts.all_conflicts(boss.project)
    device = rooms[1 + chosen].laptop.project.code
    version = next(one for one in conflict.versions if one.device == device)
    with pytest.raises(KipuError, match="a coordinator has to settle this"):
        settling.take(ours.project, conflict, version)
    settling.take(boss.project, conflict, version)
    sync(rooms, share)
    for room in rooms:
        assert conflicts.all_conflicts(room.project) == []
        assert conflicts.withheld(room.project) == []
        assert room.laptop.values(room.meeting)["act_hash"] == acts[chosen]
        assert is_intact(read(room.project, room.meeting))
        assert check_pdf(room.project, room.meeting, pdf).match == "same"
    agree(*(one.laptop for one in rooms))


@pytest.mark.parametrize("seed", range(4))
def test_an_addendum_counts_in_whatever_order_it_comes(
    five: list[Laptop], rooms: list[Room], share: MemoryRemote, seed: int
) -> None:
    """The admission stands in the transaction it lets in, which may come before the close."""
    boss, _ours, _theirs = rooms
    signed_and_late(rooms, share)
    admit(boss)
    decide(boss, "opening", "Fer late")
    decide(boss, "discussion", "Eva signed")
    boss.laptop.replica.seal()
    waiting, chance = boss.laptop.batches(), random.Random(seed)
    while waiting:
        raw = chance.choice(waiting)
        if five[4].replica.receive(raw).verdict is not Verdict.GAP:
            waiting.remove(raw)
    assert conflicts.withheld(five[4].project) == []
    assert conflicts.all_conflicts(five[4].project) == []
    sync(rooms, share)
    agree(boss.laptop, five[4])
