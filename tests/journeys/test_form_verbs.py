"""Repeats, photographs, corrections and versions by verbs alone, on three laptops and a share."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from tests.journeys.desk import PARISH, World

FORM = """
| survey   |              |        |          |               |
|          | type         | name   | label    | constraint    |
|          | text         | house  | House    |               |
|          | begin repeat | member | Member   |               |
|          | text         | name   | Name     |               |
|          | integer      | age    | Age      | . < 120       |
|          | end repeat   |        |          |               |
|          | image        | front  | The front |              |
|          | select_one_from_file wells.csv | well | Well | |
| settings |              |        |          |               |
|          | form_title   | form_id | version |               |
|          | Homes        | homes  | {version} |              |
"""


def form(folder: Path, version: str, text: str = FORM) -> str:
    path = folder / f"homes-{version}.md"
    path.write_text(text.replace("{version}", version), "utf-8")
    return str(path)


def test_a_household_with_a_photograph_is_taken_corrected_and_told(
    world: World, tmp_path: Path
) -> None:
    boss = world.coordinator
    source = form(tmp_path, "1")
    assert "row 8" in boss.refused("form", "import", source)
    wells = tmp_path / "wells.csv"
    wells.write_text("name,label\nw1,By the school\n", "utf-8")
    boss.tell("form", "import", source, "--media", str(wells))
    begun = boss.tell("interview", "start", "homes", "--space", PARISH)["id"]
    answers = tmp_path / "a.json"
    members = [{"name": "Ana", "age": 40}, {"name": "Luis", "age": 300}]
    answers.write_text(json.dumps({"house": "9", "member": members, "well": "w1"}), "utf-8")
    told = boss.tell("interview", "answer", begun, "--from-json", str(answers))
    assert list(told["errors"]) == ["/member[2]/age"]
    assert boss.tell("interview", "add-row", begun, "member") == {"row": "/member[3]"}
    boss.tell("interview", "answer", begun, "member[3]/name=Eva", "member[2]/age=30")
    boss.tell("interview", "remove-row", begun, "member[1]")
    picture = tmp_path / "front.jpg"
    picture.write_bytes(b"not really a picture" * 50)
    name = boss.tell("interview", "attach", begun, "front", str(picture))["answer"]
    done = boss.tell("interview", "finish", begun)
    [held] = boss.tell("attachment", "list", done["id"])
    out = tmp_path / "again.jpg"
    boss.tell("attachment", "get", held["id"], "-o", str(out))
    assert out.read_bytes() == picture.read_bytes()
    shown = boss.tell("record", "show", done["folio"])
    assert shown["fields"]["front"] == name
    table = tmp_path / "members.csv"
    boss.tell("survey", "export", "homes", "-o", str(table), "--repeat", "member")
    rows = list(csv.DictReader(table.read_text("utf-8-sig").splitlines()))
    assert [(one["name"], one["age"], one["folio"]) for one in rows] == [
        ("Luis", "30", done["folio"]), ("Eva", "", done["folio"]),
    ]  # fmt: skip

    draft = boss.tell("interview", "reopen", done["folio"], "--reason", "Eva is seven")["id"]
    boss.tell("interview", "answer", draft, "member[2]/age=7")
    assert boss.tell("interview", "finish", draft)["id"] == done["id"]
    assert boss.tell("record", "show", done["id"])["fields"]["correction_reason"] == "Eva is seven"
    boss.tell("record", "set", done["id"], "member[1]/age=31")
    boss.tell("survey", "export", "homes", "-o", str(table), "--repeat", "member")
    rows = list(csv.DictReader(table.read_text("utf-8-sig").splitlines()))
    assert [one["age"] for one in rows] == ["31", "7"]


def test_a_new_version_lies_beside_the_old(world: World, tmp_path: Path) -> None:
    boss = world.coordinator
    text = FORM.replace("| select_one_from_file wells.csv | well | Well | |", "")
    text = "\n".join(line for line in text.splitlines() if line.strip(" |"))
    boss.tell("form", "import", form(tmp_path, "1", text))
    later = form(tmp_path, "2", text.replace("| house  | House ", "| street | Street "))
    told = boss.tell("form", "compare", "homes@1", later)
    changed = {one["after"] or one["before"]: one["changes"] for one in told}
    assert changed["/street"] == ["new"]
    assert changed["/house"] == ["gone"]
    assert changed["/member/age"] == ["same"]
    boss.tell("form", "import", later)
    versions = [one["version"] for one in boss.tell("form", "list") if one["form_id"] == "homes"]
    assert versions == ["1", "2"]
