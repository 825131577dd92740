"""`kipu compact` as a person runs it: nothing is lost, and newcomers begin from what it leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.desk import PARISH, World, agree

PEOPLE = 220


@pytest.fixture
def world(template: World, tmp_path: Path) -> World:
    return template.copy(tmp_path / "world")


def test_compacting_loses_nothing_and_helps_the_next_laptop(world: World, tmp_path: Path) -> None:
    boss, luis = world.coordinator, world.facilitator
    table = tmp_path / "people.csv"
    table.write_text("name\n" + "".join(f"Persona {n}\n" for n in range(PEOPLE)), "utf-8")
    luis.tell("record", "import", "person", str(table), "--space", PARISH)
    world.sync(luis, boss)
    before = boss.digests()
    done = boss.tell("compact", world.location)
    assert done["snapshots"] >= 1
    assert [one["ok"] for one in done["remotes"]] == [True]
    assert done["store"]["after"] <= done["store"]["before"]
    assert boss.digests() == before
    assert boss.tell("compact", world.location)["snapshots"] == 0

    new, asked, grant = world.desk("new"), str(tmp_path / "new.req"), str(tmp_path / "new.grant")
    new.tell("request", "--person", "Delia", "--out", asked)
    boss.tell("admit", asked, "--role", "facilitator", "--space", PARISH, "--out", grant)
    world.sync(boss)
    new.tell("join", grant)
    report = new.tell("sync", world.location)
    assert report["received"]["changes"] > PEOPLE
    assert report["warnings"] == []
    assert len(new.tell("record", "list", "person", "--limit", "500")) == PEOPLE
    world.sync(boss, luis, new, rounds=2)
    agree(boss, luis, new)


def test_without_a_place_only_the_store_is_tidied(world: World) -> None:
    luis = world.facilitator
    for one in luis.tell("remote", "list"):
        luis.tell("remote", "remove", one["name"])
    done = luis.tell("compact")
    assert (done["packs"], done["snapshots"], done["remotes"]) == (0, 0, [])
    assert luis.digests()


def test_a_place_that_is_away_is_told_and_the_store_tidied_all_the_same(
    world: World, tmp_path: Path
) -> None:
    luis = world.facilitator
    world.share.rename(tmp_path / "elsewhere")
    outcome = luis.run("compact", world.location, "--json")
    assert outcome.code == 1
    assert "Traceback" not in outcome.err
    assert luis.digests()
