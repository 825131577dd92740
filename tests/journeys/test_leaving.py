"""Practising and handing over, by verbs alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.desk import PARISH, World


def _files(folder: Path) -> list[Path]:
    return [one for one in folder.rglob("*") if one.is_file()]


def test_practice_comes_and_goes_beside_real_work(world: World) -> None:
    desk = world.facilitator
    made = desk.tell("practice")
    assert made["project"] == "Práctica"
    assert "is here already" in desk.refused("practice")
    # The real project is still the one meant.
    assert desk.tell("status")["project"] == "Pastaza Segura"
    assert desk.tell("verify")["ok"]
    mine = desk.run("status", "--json", "--project", "Práctica")
    assert mine.code != 0
    desk.passphrase = made["passphrase"]
    assert desk.tell("record", "list", "meeting", "--project", "Práctica") != []
    assert "only with its own folder" in desk.refused("sync", world.location)
    assert desk.tell("sync", "--project", "Práctica")["quarantined"] == []
    assert desk.tell("practice", "--throw-away") == {"thrown_away": True}
    assert "no practice project" in desk.refused("practice", "--throw-away")


def test_what_leaves_practice_is_marked_and_not_taken_in(world: World, tmp_path: Path) -> None:
    desk = world.facilitator
    real = desk.passphrase
    desk.passphrase = desk.tell("practice")["passphrase"]
    table = tmp_path / "people.csv"
    desk.tell("record", "export", "person", "-o", str(table), "--project", "Práctica")
    assert table.read_text("utf-8-sig").startswith("PRÁCTICA")
    desk.passphrase = real
    said = desk.refused("record", "import", "person", str(table), "--space", PARISH)
    assert "comes from a practice project" in said


def test_handing_over_a_laptop_that_sent_everything(world: World, tmp_path: Path) -> None:
    desk = world.facilitator
    world.sync(desk)
    desk.tell("record", "new", "person", "name=Zoe", "--space", PARISH)
    assert "Say --yes" in desk.refused("handover")
    receipt = tmp_path / "receipt.pdf"
    done = desk.tell("handover", "--yes", "--receipt", str(receipt))
    assert done["device"] == "L2"
    assert done["sent_to"] == world.location
    assert done["lost"] == {"changes": 0, "drafts": 0, "files": 0}
    assert _files(desk.home) == []
    assert receipt.read_bytes().startswith(b"%PDF")
    world.sync(world.coordinator)
    found = world.coordinator.tell("status")["spaces"]
    assert {name: one["digest"] for name, one in done["spaces"].items()}.items() <= {
        name: one["digest"] for name, one in found.items()
    }.items()
    names = [one["fields"]["name"] for one in world.coordinator.tell("record", "list", "person")]
    assert "Zoe" in names
    seen = {one["device"]: one for one in world.coordinator.tell("device", "list")}
    assert (seen["L2"]["person"], seen["L2"]["last_sent"]) == ("Luis Andi", "Zoe")


def test_handing_over_never_wipes_what_nobody_else_has(world: World) -> None:
    desk = world.facilitator
    world.sync(desk)
    world.share.rename(world.root / "away")
    desk.tell("record", "new", "person", "name=Zoe", "--space", PARISH)
    begun = desk.tell("interview", "start", "mini", "--space", PARISH)
    for words in (("--yes",), ("--yes", "--lose", "lose everything")):
        said = desk.refused("handover", *words)
        assert "1 change, 1 draft" in said
    assert desk.tell("interview", "show", begun["id"])["id"] == begun["id"]
    done = desk.tell("handover", "--lose", "lose 1 change, 1 draft")
    assert done["lost"] == {"changes": 1, "drafts": 1, "files": 0}
    assert _files(desk.home) == []


def test_the_only_coordinator_is_told_what_leaving_means(world: World) -> None:
    boss = world.coordinator
    world.sync(boss)
    done = boss.run("handover", "--yes", "--json")
    assert "nobody can admit anybody" in done.err
    said = done.json
    assert (said["sole_coordinator"], said["synced"]) == (True, True)
    assert _files(boss.home) == []


def test_wiping_with_the_share_away_calls_nothing_safe_on_this_laptop(world: World) -> None:
    desk = world.facilitator
    world.sync(desk)
    world.share.rename(world.root / "away")
    done = desk.run("handover", "--yes", "--json")
    assert (done.json["synced"], done.json["sole_coordinator"]) == (False, False)
    assert "safe on this laptop" not in done.err
    assert f"reached {world.location} before" in done.err


@pytest.mark.parametrize("where", ["/nowhere/at/all/receipt.pdf"])
def test_a_receipt_that_cannot_be_written_keeps_everything(world: World, where: str) -> None:
    desk = world.facilitator
    world.sync(desk)
    assert "cannot be written" in desk.refused("handover", "--yes", "--receipt", where)
    assert desk.tell("verify")["ok"]
