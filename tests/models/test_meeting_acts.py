"""Votes, commitments and closed acts on a real store, and what is read and printed of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import cast

import pytest

from app.errors import KipuError
from app.models.commands import meetings, records
from app.models.commands.meetings import Ballot, Totals
from app.models.ledger import RecordKey
from app.models.meetings.chain import fingerprint, is_intact
from app.models.meetings.papers import acta_of, attendance_sheet_of, call_of
from app.models.meetings.rules import Rules
from app.models.queries.meetings import (
    committee_health,
    desk,
    find_committee,
    find_meeting,
    meetings_of,
)
from app.models.queries.meetings.reading import Source, read
from app.models.queries.meetings.rows import Names, Row
from tests.effort import statements
from tests.models.laptops import Laptop, found, settle
from tests.models.meeting_room import SEATS, Room, make_room, new_meeting
from tests.sync.sharing import MemoryRemote

ROLES = [role for role, _holder, _alternate in SEATS]


# -- votes -----------------------------------------------------------------------------------------


def test_a_vote_is_refused_without_a_quorum_or_kept_and_flagged(room: Room) -> None:
    room.open()
    motion = room.motion()
    meetings.check_out(room.project, room.row("Alcaldía"), "14:20")
    with pytest.raises(KipuError, match=r"There is no quorum: 2 of 5 .* There can be no vote"):
        meetings.vote(room.project, motion, Totals(2, 0), "14:21")
    assert room.desk.motions[0].result == ""
    done = meetings.vote(room.project, motion, Totals(2, 0), "14:21", without_quorum=True)
    assert done.notice.startswith("There is no quorum")
    [shown] = room.desk.motions
    assert (shown.result, shown.quorum_met, shown.present) == ("carried", False, 2)
    assert room.desk.checks[-1].motion == motion


def test_a_vote_by_name_counts_itself_and_keeps_dissent(room: Room) -> None:
    room.open(*ROLES[:4])
    motion = room.motion(kind="nominal")
    voters = [room.row(role).id for role in ROLES[:4]]
    votes = dict(zip(voters, (Ballot("for"), Ballot("for"), Ballot("against", "Sin estudio"),
                              Ballot("against")), strict=True))  # fmt: skip
    absent = room.row(ROLES[4]).id
    with pytest.raises(KipuError, match="Rosa Tapuy may not vote now"):
        meetings.vote_by_name(room.project, motion, {absent: Ballot("for")}, "14:10")
    done = meetings.vote_by_name(room.project, motion, votes, "14:10", casting="for")
    assert done.notice.endswith("Whoever presides breaks ties (Ordenanza 12).")
    [shown] = room.desk.motions
    assert (shown.for_, shown.against, shown.result) == (2, 2, "carried")
    assert shown.sentence.startswith("Carried: 2 in favour")
    assert [(one.name, one.choice) for one in shown.votes] == [
        ("Elena Grefa", "for"), ("Jorge Mena", "for"), ("Luis Andi", "against"),
        ("Inés Andrade", "against"),
    ]  # fmt: skip
    printed = acta_of(room.project, room.meeting).agenda[-1].motions[0]
    assert [(one.name, one.text) for one in printed.dissents] == [("Luis Andi", "Sin estudio")]
    with pytest.raises(KipuError, match="voted already"):
        meetings.edit_motion(room.project, motion, {"text": "Otra"})


def test_dissent_from_an_ordinary_vote_is_recorded_of_who_was_there(room: Room) -> None:
    room.open()
    motion, secret = room.motion(), room.motion(kind="secret")
    with pytest.raises(KipuError, match="after the vote"):
        meetings.dissent(room.project, motion, room.row("Alcaldía"), "No")
    meetings.vote(room.project, motion, Totals(2, 1), "14:10")
    meetings.dissent(room.project, motion, room.row("Alcaldía"), "Falta presupuesto")
    with pytest.raises(KipuError, match="recorded already"):
        meetings.dissent(room.project, motion, room.row("Alcaldía"), "No")
    with pytest.raises(KipuError, match="Nobody else voted against"):
        meetings.dissent(room.project, motion, room.row("Gobernación"), "No")
    printed = acta_of(room.project, room.meeting).agenda[-1].motions[0]
    assert printed.nominal == ()
    assert [(one.name, one.text) for one in printed.dissents] == [
        ("Elena Grefa", "Falta presupuesto")
    ]
    meetings.vote(room.project, secret, Totals(2, 1), "14:12")
    with pytest.raises(KipuError, match="nobody's vote is kept"):
        meetings.dissent(room.project, secret, room.row("Alcaldía"), "No")


def test_of_a_secret_ballot_only_totals_ever_enter(room: Room) -> None:
    room.open()
    motion = room.motion(kind="secret")
    with pytest.raises(KipuError, match="votes by name are not kept"):
        meetings.vote_by_name(
            room.project, motion, {room.row("Alcaldía").id: Ballot("for")}, "14:10"
        )
    meetings.vote(room.project, motion, Totals(1, 1, 0, 1), "14:10")
    assert read(room.project, room.meeting).rows["vote"] == []
    assert room.desk.motions[0].blank == 1
    assert acta_of(room.project, room.meeting).agenda[-1].motions[0].nominal == ()


def test_only_a_carried_motion_becomes_a_resolution_and_consensus_needs_no_totals(
    room: Room,
) -> None:
    room.open()
    lost, agreed = room.motion(), room.motion("Pedir el informe", kind="consensus")
    meetings.vote(room.project, lost, Totals(1, 2), "14:10")
    meetings.vote(room.project, agreed, at="14:12")
    with pytest.raises(KipuError, match="Only a motion that was carried"):
        meetings.resolve(room.project, room.meeting, motion=lost)
    with pytest.raises(KipuError, match="how many voted"):
        meetings.vote(room.project, room.motion(), at="14:13")
    meetings.resolve(room.project, room.meeting, motion=agreed)
    [resolution] = room.desk.resolutions
    assert (resolution.text, resolution.number) == ("Pedir el informe", "001-2026")
    meetings.withdraw_motion(room.project, room.desk.motions[-1].key)
    assert room.desk.motions[-1].result == "withdrawn"


# -- commitments -----------------------------------------------------------------------------------


def test_a_commitment_is_followed_up_extended_and_met(room: Room) -> None:
    project = room.project
    made = meetings.commit(
        project, room.meeting, "Alumbrado", room.row("Policía Nacional").id.hex(), "2026-12-01",
        organisation="Empresa Eléctrica",
    ).key  # fmt: skip
    assert made is not None
    [one] = room.desk.commitments
    assert (one.responsible, one.institution, one.due) == (
        "Jorge Mena", "Empresa Eléctrica", "2026-12-01",
    )  # fmt: skip
    later = new_meeting(project, room.committee, "2026-12-18")
    line = desk(project, later).follow_ups[0].key
    meetings.follow(project, later, line, "Faltan postes", "under_way", "2027-01-15")
    values = room.laptop.values(made)
    assert (values["status"], values["due"], values["extensions"]) == (
        "under_way", "2027-01-15", 1,
    )  # fmt: skip
    [told] = desk(project, later).follow_ups
    assert (told.before, told.state, told.said) == ("open", "under_way", "Faltan postes")
    meetings.follow(project, later, made, state="met")
    assert room.laptop.values(made)["met_on"] == "2026-12-18"
    assert acta_of(project, later).follow_up[0].status == "met"
    with pytest.raises(KipuError, match="Say what was reported"):
        meetings.follow(project, later, made)


# -- the end ---------------------------------------------------------------------------------------


def held(room: Room) -> None:
    """Hold the meeting: one motion, one resolution, one commitment, ended."""
    room.open()
    motion = room.motion()
    meetings.vote(room.project, motion, Totals(3, 0), "14:10")
    meetings.resolve(room.project, room.meeting, motion=motion)
    meetings.commit(room.project, room.meeting, "Probar la alarma", "Rosa Tapuy", "2026-12-01")
    meetings.end(room.project, room.meeting, "16:00")


def test_after_closing_nothing_changes_and_the_act_says_what_it_said(room: Room) -> None:
    held(room)
    with pytest.raises(KipuError, match="Approve the minutes before closing"):
        meetings.close(room.project, room.meeting)
    meetings.approve(room.project, room.meeting, "2026-11-27")
    closed = meetings.close(room.project, room.meeting)
    assert closed.undo is None
    shown = room.desk
    assert (shown.is_closed, shown.provisional, shown.status) == (True, False, "approved")
    assert not shown.resolutions[0].provisional
    meeting, project = room.meeting, room.project
    changes: tuple[Callable[[], object], ...] = (
        lambda: meetings.set_meeting(project, meeting, {"closing": "x"}),
        lambda: meetings.set_text(project, shown.agenda[0].key, "x"),
        lambda: meetings.check_in(project, meeting, "iglesia"),
        lambda: meetings.put_motion(project, meeting, "x"),
        lambda: meetings.commit(project, meeting, "x"),
        lambda: meetings.remove(project, shown.motions[0].key),
        lambda: meetings.check_quorum(project, meeting),
    )
    for change in changes:
        with pytest.raises(KipuError, match="This act is closed"):
            change()
    records.edit(project, shown.commitments[0].key, {"text": "Otra cosa", "status": "met"})
    assert acta_of(project, meeting).commitments[0].what == "Probar la alarma"
    assert is_intact(read(project, meeting))
    room.laptop.verify()


def test_acts_are_chained_and_the_minutes_say_that_the_last_were_approved(room: Room) -> None:
    held(room)
    project = room.project
    second = Room(room.laptop, room.committee, new_meeting(project, room.committee, "2026-12-18"))
    meetings.approve(project, room.meeting, in_meeting=second.meeting)
    assert second.desk.previous_minutes == "The minutes 001-2026 were read and approved."
    assert second.desk.previous is not None
    assert second.desk.previous.key == room.meeting
    meetings.close(project, room.meeting)
    held(second)
    meetings.approve(project, second.meeting, "2027-01-10")
    meetings.close(project, second.meeting)
    first_hash = room.laptop.values(room.meeting)["act_hash"]
    assert room.laptop.values(second.meeting)["previous_acts"] == first_hash
    printed = acta_of(project, second.meeting)
    assert [(one.number, one.hash) for one in printed.previous] == [
        ("001-2026", str(room.laptop.values(room.meeting)["text_hash"])[:12]),
    ]  # fmt: skip
    assert printed.status == "closed"
    assert second.desk.resolutions[0].number == "002-2026"


def test_every_command_is_taken_back(room: Room) -> None:
    before = room.desk
    room.open("Alcaldía", "Iglesia", "Junta parroquial")
    steps: list[Callable[[], meetings.Done]] = [
        lambda: meetings.check_out(room.project, room.row("Iglesia"), "14:20"),
        lambda: meetings.check_in(room.project, room.meeting, "iglesia", "14:25"),
        lambda: meetings.add_item(room.project, room.meeting, "Alarmas"),
        lambda: meetings.put_motion(room.project, room.meeting, "Probar"),
        lambda: meetings.vote(room.project, room.desk.motions[0].key, Totals(2, 1), "14:30"),
        lambda: meetings.resolve(room.project, room.meeting, motion=room.desk.motions[0].key),
        lambda: meetings.commit(room.project, room.meeting, "Probar", "Rosa", "2026-12-01"),
        lambda: meetings.remove(room.project, room.desk.agenda[2].key),
        lambda: meetings.end(room.project, room.meeting, "16:00"),
    ]
    shown, done = [room.desk], []
    for step in steps:
        done.append(step())
        shown.append(room.desk)
    for one, then in zip(reversed(done), reversed(shown[:-1]), strict=True):
        assert one.undo is not None
        assert one.words
        meetings.take_back(room.project, one.undo)
        assert room.desk == then
    assert before.agenda == room.desk.agenda


# -- reading ---------------------------------------------------------------------------------------


def test_meetings_are_found_by_number_and_committees_by_name(begun: Laptop) -> None:
    room = make_room(begun)
    records.edit(begun.project, room.committee, {"name": "Red de Tena", "act_prefix": "RT"})
    assert find_meeting(begun.project, "RT-001-2026") == room.meeting
    assert find_committee(begun.project, "red de tena") == room.committee
    assert [one.number for one in meetings_of(begun.project, room.committee)] == ["RT-001-2026"]
    with pytest.raises(KipuError, match="is not the number of one meeting"):
        find_meeting(begun.project, "099-1999")
    with pytest.raises(KipuError, match="is not the name of one committee"):
        find_committee(begun.project, "Nadie")


def test_health_counts_sessions_due_and_tells_clashing_numbers(begun: Laptop) -> None:
    room = make_room(begun)
    held(room)
    second = new_meeting(begun.project, room.committee, "2026-12-18")
    for meeting in (room.meeting, second):
        records.edit(begun.project, meeting, {"number": "007-2026"})

    def of(day: date) -> tuple[int, int | None, bool]:
        health = committee_health(begun.project, day)
        [one] = [one for one in health.committees if one.key == room.committee]
        return one.held, one.due, one.dormant

    assert of(date(2026, 12, 1)) == (1, 11, False)
    assert of(date(2027, 3, 1)) == (1, 11, True)
    assert of(date(2026, 11, 1)) == (0, 11, True)
    health = committee_health(begun.project, date(2026, 12, 20))
    assert "Consejo Cantonal: 007-2026" in health.clashing
    assert "Probar la alarma" in [one.text for one in health.overdue]


def test_an_evening_meeting_may_pass_midnight(room: Room) -> None:
    meetings.set_meeting(room.project, room.meeting, {"starts": "19:00"})
    room.come(*ROLES[:3], at="18:50")
    meetings.install(room.project, room.meeting, "19:05")
    meetings.check_out(room.project, room.row("Alcaldía"), "00:10")
    assert room.desk.quorum_at("00:05").met
    assert not room.desk.quorum_at("00:10").met
    motion = room.motion()
    meetings.vote(room.project, motion, Totals(3, 0), "00:05")
    assert room.desk.motions[0].voted_at == "2026-11-21T00:05:00"
    meetings.end(room.project, room.meeting, "00:30")
    assert room.desk.elapsed_s == 325 * 60


def test_papers_print_totals_merged_and_never_a_trait_beside_a_name(room: Room) -> None:
    room.come(*ROLES)
    for number in range(4):
        meetings.guest(room.project, room.meeting, f"Vecina {number}", at="14:00")
    rows = [one.key for one in room.desk.attendance]
    for number, key in enumerate(rows):
        values = {
            "sex": "female" if number < 5 else "male",
            "ethnicity": "indigenous" if number == 0 else "mestizo",
        }
        meetings.edit_attendance(room.project, key, values)
    acta = acta_of(room.project, room.meeting)
    assert [(one.title, one.rows) for one in acta.tallies] == [
        ("Sex", (("Woman", 5), ("Man", 4))),
    ]  # fmt: skip
    assert acta.status == "draft"
    assert [one.presence for one in acta.attendance] == ["present"] * 9
    told = call_of(room.project, room.meeting)
    assert told.addressed_to[0] == "Elena Grefa · Alcaldía"
    assert told.second_call_after == 30
    assert told.notice == "It is called at least 48 hours before (Ordenanza 12)."
    assert len(attendance_sheet_of(room.project, room.meeting).expected) == 9


def test_the_signature_blocks_name_who_chaired_with_their_document(room: Room) -> None:
    project = room.project
    person = records.new(
        project, "person",
        {"name": "Elena Grefa", "document": {"type": "ec_cedula", "number": "1600123456"}},
        room.laptop.space(),
    )  # fmt: skip
    room.come("Alcaldía", "Junta parroquial")
    meetings.edit_attendance(project, room.row("Alcaldía"), {"person": person.id.hex()})
    meetings.preside(project, room.row("Alcaldía"))
    meetings.keep_minutes(project, room.row("Junta parroquial"))
    chair, secretary = acta_of(project, room.meeting).signatures
    assert (chair.name, chair.role) == ("Elena Grefa", "Chair · Alcaldía")
    assert chair.document.endswith("1600123456")
    assert (secretary.name, secretary.document) == ("Rosa Tapuy", "")


def test_a_full_meeting_is_read_with_as_few_statements_as_an_empty_one(tmp_path: Path) -> None:
    laptop = found(tmp_path / "l1")
    room = make_room(laptop)
    room.open(*ROLES)
    item = meetings.add_item(laptop.project, room.meeting, "Primer punto").key
    meetings.put_motion(laptop.project, room.meeting, "Se mociona", item)
    before = statements(laptop.project.store.connection, lambda: room.desk)
    for number in range(35):
        meetings.guest(laptop.project, room.meeting, f"Vecino {number}", at="14:00")
    items = [meetings.add_item(laptop.project, room.meeting, f"Punto {n}").key for n in range(19)]
    for item in items:
        assert item is not None
        meetings.set_text(laptop.project, item, "\n".join(["Se dijo lo que se dijo."] * 10))
        meetings.put_motion(laptop.project, room.meeting, "Se mociona", item)
    shown, after = room.desk, statements(laptop.project.store.connection, lambda: room.desk)
    laptop.close()
    assert len(shown.attendance) == 40
    assert len(shown.agenda) == 26
    assert after == before


# -- two laptops -----------------------------------------------------------------------------------


def test_two_secretaries_write_one_meeting_and_neither_loses_a_line(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ours, theirs = make_room(five[1]), five[2]
    settle(share, *five[:3], rounds=1)
    other = Room(theirs, ours.committee, ours.meeting)
    ours.come("Alcaldía", "Iglesia")
    other.come("Gobernación", "Junta parroquial")
    meetings.guest(ours.project, ours.meeting, "Vecina", at="14:03")
    meetings.add_item(other.project, other.meeting, "Alarmas")
    settle(share, *five[1:3])
    assert ours.desk == other.desk
    assert ours.desk.quorum_at("14:05").present == 4
    assert len(ours.desk.attendance) == 6
    assert "Alarmas" in [one.title for one in ours.desk.agenda]


def test_what_a_lagging_laptop_wrote_never_alters_a_closed_act(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ours, theirs = make_room(five[1]), five[2]
    settle(share, *five[:3], rounds=1)
    other = Room(theirs, ours.committee, ours.meeting)
    meetings.guest(other.project, other.meeting, "Tarde", at="14:03")
    held(ours)
    meetings.approve(ours.project, ours.meeting, "2026-11-27")
    meetings.close(ours.project, ours.meeting)
    settle(share, *five[1:3])
    assert ours.desk == other.desk
    assert "Tarde" not in [one.name for one in other.desk.attendance]
    assert is_intact(read(other.project, other.meeting))


def test_acts_closed_apart_fork_the_chain_and_clash_in_their_number(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ours = make_room(five[1])
    settle(share, *five[:3], rounds=1)
    day = "2026-11-20"
    pair = [
        Room(laptop, ours.committee, new_meeting(laptop.project, ours.committee, day))
        for laptop in five[1:3]
    ]
    meetings.cancel(ours.project, ours.meeting)
    for one in pair:
        meetings.set_meeting(one.project, one.meeting, {"number": "001-2026"})
        held(one)
        meetings.approve(one.project, one.meeting, "2026-11-27")
        meetings.close(one.project, one.meeting)
    settle(share, *five[1:3])
    last = Room(five[1], ours.committee, new_meeting(five[1].project, ours.committee, "2027-01-08"))
    held(last)
    meetings.approve(last.project, last.meeting, "2027-02-08")
    meetings.close(last.project, last.meeting)
    hashes = {str(five[1].values(one.meeting)["act_hash"]) for one in pair}
    assert set(str(five[1].values(last.meeting)["previous_acts"]).split()) == hashes
    health = committee_health(five[1].project, date(2027, 2, 9))
    assert health.clashing == ("Consejo Cantonal: 001-2026",)


def test_the_fingerprint_of_an_act_is_the_one_that_is_written_down() -> None:
    """The vector of docs/formats/acts.md: acts that were closed must check for ever."""
    meeting = Row(
        RecordKey(bytes(16), "meeting", bytes(15) + b"\x01"),
        {"date": "2026-11-20", "act_hash": "old", "chair": None},
    )
    resolution = Row(
        RecordKey(bytes(16), "resolution", bytes(15) + b"\x02"),
        {"text": "Probar las alarmas", "position": "a0"},
        meeting.key.id,
    )
    rows = {"resolution": [resolution]}
    source = Source(meeting, meeting, [], Rules(), rows, [], {}, [], cast(Names, None))
    numbers = {resolution.key.id: "001-2026"}
    told = (
        '{"act":[{"fields":{"commitments_then":"[]","date":"2026-11-20","number":"001-2026"},'
        f'"id":"{meeting.key.id.hex()}","kind":"meeting","owner":""}},'
        '{"fields":{"number":"001-2026","position":"a0","text":"Probar las alarmas"},'
        f'"id":"{resolution.key.id.hex()}","kind":"resolution","owner":"{meeting.key.id.hex()}"}}],'
        '"previous":[]}'
    )
    found = fingerprint(source, "001-2026", numbers, {"commitments_then": "[]"}, [])
    assert found == hashlib.sha256(told.encode()).hexdigest()
    assert found == "05ba512651ca414c1c8164a7abd79a7f1c8f4f4906472a674c7c176e2923e05d"
