"""A closed act for ever: whatever the register says later, it prints the same bytes."""

from __future__ import annotations

import hashlib

import pytest

from app.errors import KipuError
from app.i18n import set_language
from app.models.commands import meetings, records
from app.models.ledger import RecordKey
from app.models.meetings.chain import is_intact, link
from app.models.meetings.closed import check_pdf
from app.models.meetings.papers import acta_of
from app.models.queries.meetings.reading import read
from app.reports import documents
from tests.models.laptops import Laptop, settle
from tests.models.meeting_room import SEATS, Room, make_room
from tests.sync.sharing import MemoryRemote

ROLES = [role for role, _holder, _alternate in SEATS]
PEOPLE = ("Elena Grefa", "Jorge Mena", "Luis Andi", "Inés Andrade", "Rosa Tapuy")


def hold(room: Room) -> None:
    """Hold and approve a meeting: people with documents and traits, a vote, a commitment."""
    space = room.laptop.space()
    for role, name in zip(ROLES, PEOPLE, strict=True):
        person = records.new(
            room.project, "person",
            {"name": name, "sex": "female" if name < "J" else "male",
             "document": {"type": "ec_cedula", "number": "1600123456"}}, space,
        )  # fmt: skip
        meetings.edit_attendance(room.project, room.row(role), {"person": person.id.hex()})
    room.come(*ROLES)
    for number in range(4):
        meetings.guest(room.project, room.meeting, f"Vecina {number}", at="14:00")
    for one in room.desk.attendance:
        if one.capacity == "guest":
            meetings.edit_attendance(room.project, one.key, {"sex": "female"})
    meetings.preside(room.project, room.row("Alcaldía"))
    meetings.keep_minutes(room.project, room.row("Junta parroquial"))
    meetings.install(room.project, room.meeting, "14:05")
    motion = room.motion(kind="nominal")
    ballots = {room.row(role).id: meetings.Ballot("for") for role in ROLES}
    meetings.vote_by_name(room.project, motion, ballots, "14:10")
    meetings.resolve(room.project, room.meeting, motion=motion)
    meetings.commit(room.project, room.meeting, "Probar la alarma", "Rosa Tapuy", "2026-12-01")
    meetings.end(room.project, room.meeting, "16:00")
    meetings.approve(room.project, room.meeting, "2026-11-27")


def printed(room: Room) -> bytes:
    return documents.acta_pdf(acta_of(room.project, room.meeting))


def unsettle(room: Room) -> None:
    """Change everything in the register that an act is made from."""
    project = room.project
    for one in read(project, room.meeting).rows["attendance"]:
        if one.text("person"):
            person = RecordKey(one.key.space, "person", bytes.fromhex(one.text("person")))
            room.laptop.edit(person, name="Otra", sex="intersex",
                             document={"type": "ec_cedula", "number": "0"})  # fmt: skip
        seat = one.link("seat", "seat")
        if seat is not None:
            room.laptop.edit(seat, role="Otro cargo", holder_name="Nadie", votes=False,
                             presides=False, institution="Otra")  # fmt: skip
    room.laptop.edit(room.committee, name="Otro", legal_basis="Otra ley", act_prefix="X")
    records.new(
        project, "rule_set",
        {"committee": room.committee.id.hex(), "article": "Otra", "majority": "two_thirds",
         "valid_from": "2026-01-02"}, room.committee.space,
    )  # fmt: skip


def test_a_closed_act_prints_the_same_bytes_whatever_the_register_says_since(room: Room) -> None:
    hold(room)
    meetings.close(room.project, room.meeting)
    values = room.laptop.values(room.meeting)
    said, pdf = acta_of(room.project, room.meeting), printed(room)
    assert hashlib.sha256(pdf).hexdigest() == values["pdf_hash"]
    assert said.signatures[0].document.endswith("1600123456")
    assert [(one.title, one.rows) for one in said.tallies] == [("Sex", (("Woman", 6), ("Man", 3)))]
    unsettle(room)
    set_language("es")
    assert acta_of(room.project, room.meeting) == said
    assert printed(room) == pdf
    assert is_intact(read(room.project, room.meeting))


def test_what_is_kept_of_traits_is_their_totals(room: Room) -> None:
    hold(room)
    meetings.close(room.project, room.meeting)
    kept = str(room.laptop.values(room.meeting)["register_then"])
    assert '"tallies":[["sex",[["female",6],["male",3]],0]]' in kept
    assert kept.count("female") == 1
    assert kept.count("1600123456") == 2  # of who presided and who kept the minutes


def test_another_laptop_prints_the_act_that_was_closed(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ours = make_room(five[1])
    hold(ours)
    meetings.close(ours.project, ours.meeting)
    settle(share, *five[:3], rounds=2)
    theirs = Room(five[2], ours.committee, ours.meeting)
    assert printed(theirs) == printed(ours)
    assert check_pdf(theirs.project, theirs.meeting, printed(ours)).match == "same"


def test_a_file_is_told_from_the_one_that_was_closed(room: Room) -> None:
    hold(room)
    draft = printed(room)
    with pytest.raises(KipuError, match="not closed yet"):
        check_pdf(room.project, room.meeting, draft)
    meetings.close(room.project, room.meeting)
    pdf = printed(room)
    same = check_pdf(room.project, room.meeting, pdf)
    assert (same.match, same.intact) == ("same", True)
    signed = check_pdf(room.project, room.meeting, pdf + b"1 0 obj\n<<>>\nendobj\n%%EOF\n")
    assert signed.match == "added"
    assert "signature" in signed.sentence
    assert check_pdf(room.project, room.meeting, draft).match == "other"
    assert check_pdf(room.project, room.meeting, pdf[:-9] + b"x" * 9).match == "other"


def test_the_link_of_the_chain_is_the_one_that_is_written_down() -> None:
    """The second vector of docs/formats/acts.md."""
    told = '{"pdf":"' + "b" * 64 + '","text":"' + "a" * 64 + '"}'
    found = link("a" * 64, "b" * 64)
    assert found == hashlib.sha256(told.encode()).hexdigest()
    assert found == "b41c81d56d82761e88c3e6d2887f26a403b575e8b4439f9a3dbad95c7c858d3b"
