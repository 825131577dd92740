"""Erasing by verb: a second step, gone from every file of the share, and told laptop by laptop."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.desk import PARISH, World

LISTING = """
| survey | | | | |
| | type | name | label | save_to |
| | text | street | Street | street |
| settings | | | | |
| | form_id | version | | |
| | listing | 1 | | |
| entities | | | | |
| | list_name | label | | |
| | houses | ${street} | | |
"""


def test_a_record_is_erased_on_every_laptop_and_that_is_told(
    template: World, tmp_path: Path
) -> None:
    world = template.copy(tmp_path / "w")
    boss, field = world.coordinator, world.facilitator
    made = field.tell("record", "new", "person", "--space", PARISH, "name=Yolanda Tanguila",
                      "notes=vio todo")  # fmt: skip
    field.tell("sync", str(world.share))
    boss.tell("sync", str(world.share))
    assert "To go on, say so with --yes" in boss.refused("erase", made["id"])
    assert "only a coordinator" in field.refused("erase", made["id"], "--yes")
    erased = boss.tell("erase", made["id"], "--field", "name", "--reason", "lo pidió", "--yes")
    assert erased == {
        "id": made["id"], "records": 1, "changes": 1, "followed": [], "kept": [],
    }  # fmt: skip
    shown = boss.tell("record", "show", made["id"])
    assert "Tanguila" not in str(shown)
    assert shown["fields"]["notes"] == "vio todo"
    boss.tell("sync", str(world.share))
    (order,) = boss.tell("erasures")
    assert order["reason"] == "lo pidió"
    assert [one["done"] for one in order["devices"] if one["device"] == "L2"] == [False]
    field.tell("sync", str(world.share))
    assert "Tanguila" not in str(field.tell("record", "history", made["id"]))
    boss.tell("sync", str(world.share))
    (order,) = boss.tell("erasures")
    assert [one["done"] for one in order["devices"] if one["device"] == "L2"] == [True]
    digests = [desk.tell("status")["spaces"][PARISH]["digest"] for desk in (boss, field)]
    assert digests[0] == digests[1]
    assert boss.tell("verify")["ok"]
    assert field.tell("verify")["ok"]


def test_an_interview_takes_along_what_it_made_that_is_followed(
    template: World, tmp_path: Path
) -> None:
    world = template.copy(tmp_path / "w")
    boss, field = world.coordinator, world.facilitator
    source = tmp_path / "listing.md"
    source.write_text(LISTING, "utf-8")
    boss.batch(["form", "import", str(source)], ["sync", str(world.share)])
    field.tell("sync", str(world.share))
    made = []
    for street in ("Casa de Yolanda Tanguila", "Calle 9"):
        begun = field.tell("interview", "start", "listing", "--space", PARISH)
        *_said, done = field.batch(
            ["interview", "answer", begun["id"], f"street={street}"],
            ["interview", "finish", begun["id"]],
        )
        made.append(done["id"])
    field.tell("sync", str(world.share))
    boss.tell("sync", str(world.share))
    first, second = boss.tell("record", "list", "entity")
    if first["fields"]["label"] == "Calle 9":
        first, second = second, first
    boss.tell("record", "set", second["id"], "label=Calle 10")
    assert "1 followed thing that only this interview" in boss.refused("erase", made[0])
    assert "1 followed thing keeps" in boss.refused("erase", made[1])
    gone = boss.tell("erase", made[0], "--yes")
    assert (gone["records"], gone["followed"], gone["kept"]) == (2, [first["id"]], [])
    kept = boss.tell("erase", made[1], "--yes")
    assert (kept["records"], kept["followed"], kept["kept"]) == (1, [], [second["id"]])
    boss.tell("sync", str(world.share))
    field.tell("sync", str(world.share))
    for desk in (boss, field):
        assert [one["id"] for one in desk.tell("record", "list", "entity")] == [second["id"]]
        assert "Tanguila" not in str(desk.tell("record", "history", first["id"]))
        assert desk.tell("verify")["ok"]


def test_a_quota_is_set_by_verb(template: World, tmp_path: Path) -> None:
    boss = template.copy(tmp_path / "w").coordinator
    told = boss.tell("device", "quota", "L2", "--megabytes", "5")
    assert told == {"device": "L2", "megabytes": 5}
    assert "at least one" in boss.refused("device", "quota", "L2", "--megabytes", "0")
