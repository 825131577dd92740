"""Repeats, photographs, corrections and versions by verbs alone, on three laptops and a share."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from app.models.commands import records as writing
from app.models.queries import records, surveys
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
    _taken, begun = boss.batch(
        ["form", "import", source, "--media", str(wells)],
        ["interview", "start", "homes", "--space", PARISH],
    )
    ident, folio = begun["id"], begun["folio"]
    answers = tmp_path / "a.json"
    members = [{"name": "Ana", "age": 40}, {"name": "Luis", "age": 300}]
    answers.write_text(json.dumps({"house": "9", "member": members, "well": "w1"}), "utf-8")
    picture, out, table = (tmp_path / one for one in ("front.jpg", "again.jpg", "members.csv"))
    picture.write_bytes(b"not really a picture" * 50)
    export = ["survey", "export", "homes", "-o", str(table), "--repeat", "member"]
    told, added, _fixed, _removed, given, _done, held, shown, _exported = boss.batch(
        ["interview", "answer", ident, "--from-json", str(answers)],
        ["interview", "add-row", ident, "member"],
        ["interview", "answer", ident, "member[3]/name=Eva", "member[2]/age=30"],
        ["interview", "remove-row", ident, "member[1]"],
        ["interview", "attach", ident, "front", str(picture)],
        ["interview", "finish", ident],
        ["attachment", "list", ident],
        ["record", "show", folio],
        export,
    )
    assert list(told["errors"]) == ["/member[2]/age"]
    assert added == {"row": "/member[3]"}
    assert shown["fields"]["front"] == given["answer"]
    assert rows(table) == [("Luis", "30", folio), ("Eva", "", folio)]

    _written, reopened = boss.batch(
        ["attachment", "get", held[0]["id"], "-o", str(out)],
        ["interview", "reopen", folio, "--reason", "Eva is seven"],
    )
    assert out.read_bytes() == picture.read_bytes()
    draft = reopened["id"]
    _given, again, after, _set, _exported = boss.batch(
        ["interview", "answer", draft, "member[2]/age=7"],
        ["interview", "finish", draft],
        ["record", "show", ident],
        ["record", "set", ident, "member[1]/age=31"],
        export,
    )
    assert again["id"] == ident
    assert after["fields"]["correction_reason"] == "Eva is seven"
    assert [age for _name, age, _folio in rows(table)] == ["31", "7"]


def rows(table: Path) -> list[tuple[str, str, str]]:
    """The members in a table, each with the folio of its interview."""
    found = csv.DictReader(table.read_text("utf-8-sig").splitlines())
    return [(one["name"], one["age"], one["folio"]) for one in found]


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


def test_two_forms_of_one_name_and_version_are_marked(world: World) -> None:
    desk = world.coordinator
    before = desk.tell("form", "list")[-1]
    assert before["clash"] is False
    project = desk.open()
    [own] = [one for one in surveys.forms(project) if one.key.id.hex() == before["id"]]
    values = dict(records.values(project, own.key))
    writing.new(project, "survey", {**values, "xform": f"{values['xform']} "}, own.key.space)
    project.close()
    clashing = [one for one in desk.tell("form", "list") if one["clash"]]
    assert {(one["form_id"], one["version"]) for one in clashing} == {
        (before["form_id"], before["version"])
    }
    said = desk.run("form", "list").out
    assert said.count("Another form has this name and version") == 2
    assert before["id"] in said
    assert desk.tell("interview", "start", before["id"], "--space", PARISH)["folio"]
