"""Erasing by verb: a second step, gone from every file of the share, and told laptop by laptop."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.desk import PARISH, World


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
    assert erased == {"id": made["id"], "records": 1, "changes": 1}
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


def test_a_quota_is_set_by_verb(template: World, tmp_path: Path) -> None:
    boss = template.copy(tmp_path / "w").coordinator
    told = boss.tell("device", "quota", "L2", "--megabytes", "5")
    assert told == {"device": "L2", "megabytes": 5}
    assert "at least one" in boss.refused("device", "quota", "L2", "--megabytes", "0")
