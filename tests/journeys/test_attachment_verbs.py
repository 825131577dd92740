"""Files by verb: attached, listed, sent after the words, fetched, written out, erased."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.desk import PARISH, World

PHOTO = bytes(range(256)) * 1500


@pytest.fixture
def world(template: World, tmp_path: Path) -> World:
    (tmp_path / "casa de Ana.jpg").write_bytes(PHOTO)
    return template.copy(tmp_path / "w")


def test_a_photograph_goes_from_laptop_to_laptop(world: World, tmp_path: Path) -> None:
    boss, field = world.coordinator, world.facilitator
    photo = tmp_path / "casa de Ana.jpg"
    made = field.tell("record", "new", "person", "--space", PARISH, "name=Ana")
    added = field.tell(
        "attachment", "add", made["id"], str(photo), "taken=2026-11-20 14:30",
        "--caption", "La casa", "--question", "/house/photo",
    )  # fmt: skip
    assert added == {
        "id": added["id"], "name": "casa de Ana.jpg", "media": "image/jpeg", "bytes": len(PHOTO),
        "here": True,
        "fields": {"type": "photo", "caption": "La casa", "question": "/house/photo",
                   "taken": "2026-11-20T14:30:00"},
    }  # fmt: skip
    waiting = field.tell("status")["attachments"]
    assert waiting == {
        "to_send": 1, "bytes_to_send": len(PHOTO), "to_fetch": 0, "bytes_to_fetch": 0
    }  # fmt: skip
    told = field.tell("sync", world.location, "--essentials")
    assert told["attachments"]["sent"] == {"files": 0, "bytes": 0}
    told = boss.tell("sync", world.location)
    assert told["attachments"]["missing"] == 1
    [one] = boss.tell("attachment", "list", made["id"])
    assert one == {**added, "here": False}
    target = tmp_path / "out.jpg"
    assert "not on this laptop yet" in boss.refused(
        "attachment", "get", one["id"], "-o", str(target)
    )
    assert boss.tell("verify")["ok"]
    assert field.tell("sync", world.location)["attachments"]["sent"]["files"] == 1
    assert boss.tell("sync", world.location)["attachments"]["received"]["files"] == 1
    got = boss.tell("attachment", "get", one["id"], "-o", str(target))
    assert got == {"file": str(target), "bytes": len(PHOTO)}
    assert target.read_bytes() == PHOTO
    shown = boss.tell("record", "show", one["id"])
    assert shown["fields"]["owner"] == made["id"]
    assert boss.tell("status")["attachments"]["to_fetch"] == 0


def test_words_for_people_and_what_is_refused(world: World, tmp_path: Path) -> None:
    field, photo = world.facilitator, str(tmp_path / "casa de Ana.jpg")
    made = field.tell("record", "new", "person", "--space", PARISH, "name=Ana")["id"]
    assert field.run("attachment", "list", made).out.strip() == "No files."
    added = field.tell("attachment", "add", made, photo, "--type", "map")
    line = field.run("attachment", "list", made).out
    assert "casa de Ana.jpg" in line
    assert f"{len(PHOTO)} B" in line
    assert "cannot be read" in field.refused("attachment", "add", made, str(tmp_path / "no.jpg"))
    assert "cannot be read" in field.refused("attachment", "add", made, str(tmp_path))
    assert "not offered" in field.refused("attachment", "add", made, photo, "--type", "x")
    assert "no field" in field.refused("attachment", "add", made, photo, "colour=red")
    assert "no record" in field.refused("attachment", "get", made, "-o", str(tmp_path / "o"))
    assert field.tell("attachment", "delete", added["id"]) == {"id": added["id"]}
    assert "deleted" in field.refused("attachment", "delete", added["id"])
    assert field.tell("attachment", "list", made) == []
    field.tell("record", "restore", added["id"])
    assert len(field.tell("attachment", "list", made)) == 1
    told = field.tell("erase", made, "--yes")
    assert told["records"] == 2
    [folder] = [path for path in field.home.iterdir() if path.is_dir() and len(path.name) == 16]
    assert [path for path in (folder / "attachments").rglob("*") if path.is_file()] == []
    assert field.tell("verify")["ok"]


def test_a_laptop_with_the_only_copy_is_not_wiped_unasked(world: World, tmp_path: Path) -> None:
    field, photo = world.facilitator, str(tmp_path / "casa de Ana.jpg")
    made = field.tell("record", "new", "person", "--space", PARISH, "name=Ana")["id"]
    field.tell("attachment", "add", made, photo)
    field.tell("sync", world.location, "--essentials")
    world.share.rename(tmp_path / "unplugged")
    assert "1 file" in field.refused("handover", "--yes")
