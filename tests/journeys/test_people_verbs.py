"""Who is who, and how tables leave, by the verbs scripts use."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.journeys.desk import PARISH, Desk, World


def test_duplicates_are_found_joined_and_told_apart(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "a")
    desk.tell("init", "--project", "Darién", "--person", "Ana Paz", "--country", "pa")
    people = [
        ["record", "new", "person", "name=Nayra Velásquez de la Torre", "birth=1987"],
        ["record", "new", "person", "name=Torre Belasquez Naira", "birth=1987"],
        ["record", "new", "person", "name=Nayra Velásquez", "document=8-0123-4567"],
    ]
    found = desk.batch(["space", "add", PARISH], ["country"], *people, ["duplicates"])
    _space, country, one, two, three, pairs = found
    assert country == {"country": "pa", "paper": "Letter"}
    ids = [key["id"] for key in (one, two, three)]
    assert {frozenset((pair["one"], pair["other"])) for pair in pairs} == {
        frozenset((ids[0], ids[1])), frozenset((ids[0], ids[2])), frozenset((ids[1], ids[2])),
    }  # fmt: skip
    assert pairs[0]["why"] == ["name", "year"]
    joined, shown, left, _apart, rest, parted, again = desk.batch(
        ["same", ids[1], ids[0]],
        ["record", "show", ids[1]],
        ["duplicates", "--kind", "person"],
        ["same", "--apart", ids[0], ids[2]],
        ["duplicates"],
        ["same", "--apart", ids[1]],
        ["record", "show", ids[1]],
    )
    assert joined == {"id": ids[1], "canonical": ids[0]}
    assert shown["canonical"] == ids[0]
    assert [(pair["one"], pair["other"]) for pair in left] == [(ids[0], ids[2])]
    assert rest == []
    assert parted == {"id": ids[1]}
    assert "canonical" not in again
    assert "joined already" not in desk.refused("same", ids[0])
    assert "does not know the country" in desk.refused("country", "co")


def test_tables_leave_as_codes_or_labels(tmp_path: Path) -> None:
    desk, out = Desk(tmp_path / "a"), tmp_path / "out.csv"
    desk.tell("init", "--project", "Pastaza", "--person", "Ana Paz")
    desk.batch(
        ["space", "add", PARISH],
        ["record", "new", "person", "name==1+1", "sex=female", "birth=1980"],
        ["record", "new", "person", "name=Ávila Ñusta", "sex=male", "birth=1990-02"],
        ["record", "new", "person", "name=Sin año", "sex=male"],
    )
    export = ["record", "export", "person", "-o", str(out)]
    assert desk.tell(*export, "--where", "birth>=1985", "--where", "name~nusta") == {
        "file": str(out), "records": 1,
    }  # fmt: skip
    [row] = _read(out, ",")
    assert (row["name"], row["sex"]) == ("Ávila Ñusta", "male")
    desk.tell(*export, "--labels", "--decimals", "comma", "--where", "birth!=")
    rows = _read(out, ";")
    assert [(row["Name"], row["Sex"]) for row in rows] == [
        ("Ávila Ñusta", "Man"), ("'=1+1", "Woman"),
    ]  # fmt: skip
    assert "“comma” or “point”" in desk.refused(*export, "--decimals", "both")
    assert "no condition" in desk.refused(*export, "--where", "birth")


def _read(path: Path, separator: str) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines(), delimiter=separator))


def test_work_set_aside_with_a_role_is_told_where_it_is_said_to_be_sent(world: World) -> None:
    boss, luis = world.coordinator, world.facilitator
    world.sync(boss, luis)
    made = luis.tell("record", "new", "person", "name=Zoe", "--space", PARISH)["id"]
    boss.tell("role", "L2", PARISH, "observer")
    world.sync(boss)
    sent = luis.tell("sync", world.location)
    assert [(one["code"], one["count"]) for one in sent["warnings"]] == [("set-aside.role", 1)]
    assert luis.tell("status")["set_aside"] == {"set-aside.role": 1}
    assert "its role did not allow: 1." in luis.run("status").out
    assert "set aside: the role" in luis.refused("record", "show", made)
    history = luis.tell("record", "history", made)
    assert [(act["value"], act["standing"]) for act in history] == [("Zoe", "unauthorised")]
    assert luis.tell("sync", world.location)["warnings"] == []
    world.sync(boss)
    assert boss.tell("status")["set_aside"] == {}


def test_a_space_is_called_something_else(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "a")
    desk.tell("init", "--project", "Pastaza", "--person", "Ana Paz")
    made, named, listed = desk.batch(
        ["space", "add", PARISH], ["space", "rename", PARISH, "  Río Arajuno "], ["space", "list"]
    )
    assert named == {"id": made["id"], "name": "Río Arajuno"}
    assert listed[1] == {
        "id": made["id"], "name": "Río Arajuno", "code": "ARJ", "common": False, "has_key": True,
    }  # fmt: skip
    assert "needs no new one" in desk.refused("space", "rename", "ARJ", "Otro", "--new-key")
