"""What is deleted stays deleted: nothing new is written at it, and nobody chooses it any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli.main import main
from app.errors import KipuError
from app.models.commands import meetings, records
from app.models.ledger import RecordKey
from app.models.queries import conflicts
from app.models.queries import records as reading
from tests.models.laptops import PASSPHRASE, Laptop, found
from tests.models.meeting_room import Room, make_room

DELETED = "This record is deleted; its history is kept"
VERBS = {
    "person": [
        "record new consent person={id} purpose=survey",
        "attachment add {id} {file}",
        "record new seat committee={committee} role=R holder={id}",
        "record set {committee_seat} holder={id}",
    ],
    "focus_group": [
        "group seat {id} sex=male --takes-part yes --recording no --quotes no",
        "group turn {id} 0 word",
        "group end {id} --at 5",
        "group note {id} word",
        "group show {id}",
        "attachment add {id} {file}",
    ],
    "meeting": [
        "meeting item {id} word",
        "meeting motion {id} word",
        "meeting set {id} opening=word",
        "meeting commit {id} word",
        "meeting resolve {id} word",
        "meeting quorum {id}",
        "meeting call {id}",
        "meeting check-in {id} R",
        "meeting show {id}",
        "meeting close {id}",
        "meeting paper {id} --call -o {out}",
        "acta {id} -o {out}",
        "record close {id}",
        "record new agenda_item meeting={id} title=word",
    ],
}


@pytest.fixture
def laptop_with_records(tmp_path: Path) -> tuple[Laptop, dict[str, RecordKey]]:
    """A laptop with a record of each kind, deleted, and a committee with a seat that stand."""
    laptop = found(tmp_path / "l1")
    room = make_room(laptop)
    topic = {"topic": "Agua"}
    made = {
        "person": laptop.person("Eva"),
        "focus_group": records.new(laptop.project, "focus_group", topic, laptop.space()),
        "meeting": room.meeting,
    }
    for key in made.values():
        records.delete(laptop.project, key)
    seat = records.new(
        laptop.project, "seat", {"committee": room.committee.id.hex(), "role": "Vocal"}
    )
    return laptop, {**made, "committee": room.committee, "committee_seat": seat}


@pytest.mark.parametrize("kind", VERBS)
def test_no_verb_writes_at_what_is_deleted(
    laptop_with_records: tuple[Laptop, dict[str, RecordKey]], kind: str, tmp_path: Path,
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    laptop, made = laptop_with_records
    laptop.close()
    monkeypatch.setenv("KIPU_HOME", str(laptop.home))
    (tmp_path / "x.txt").write_text("word")
    names = {name: key.id.hex() for name, key in made.items()}
    for line in VERBS[kind]:
        words = line.format(
            id=names[kind], file=tmp_path / "x.txt", out=tmp_path / "x.pdf",
            committee=names["committee"], committee_seat=names["committee_seat"],
        ).split()  # fmt: skip
        # It is taken out of the environment when it was read.
        monkeypatch.setenv("KIPU_PASSPHRASE", PASSPHRASE)
        assert main(words) == 1, line
        assert DELETED in capfd.readouterr().err, line
    assert not (tmp_path / "x.pdf").exists()
    laptop.reopen()
    assert conflicts.all_conflicts(laptop.project) == []
    assert not reading.flags(laptop.project, made[kind]) & 1
    laptop.close()


def test_a_part_of_what_is_deleted_is_refused_by_the_commands_too(room: Room) -> None:
    meetings.remove(room.project, room.meeting)
    for command in (meetings.add_item, meetings.put_motion):
        with pytest.raises(KipuError, match=DELETED):
            command(room.project, room.meeting, "word")
    with pytest.raises(KipuError, match=DELETED):
        meetings.check_quorum(room.project, room.meeting)
    assert not reading.flags(room.project, room.meeting) & 1


def test_a_table_may_name_what_was_deleted_since(laptop: Laptop) -> None:
    person = laptop.person("Eva")
    place = records.new(laptop.project, "place", {"name": "Puyo"}, laptop.space())
    records.delete(laptop.project, place)
    with pytest.raises(KipuError, match=f"Place: {DELETED}"):
        records.edit(laptop.project, person, {"place": place.id.hex()})
    elsewhere = {"name": "Ana", "place": "ab" * 16}
    records.new(laptop.project, "person", elsewhere, laptop.space())
    kept = {"name": "Luis", "place": place.id.hex()}
    records.new(laptop.project, "person", kept, laptop.space(), imported=True)
