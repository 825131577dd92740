"""Rows of repeats out as tables and in again, and a draft whose choice was deleted meanwhile."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from app.errors import KipuError
from app.models import drafts, spaces
from app.models.commands import records as writing
from app.models.commands import repeat_tables, responses, surveys
from app.models.project import Project
from app.models.queries import answering, lists
from app.models.queries import surveys as reading
from app.models.queries.lists import Listing
from sync.values import Value
from tests.models.interviewing import begin, done, give
from tests.models.laptops import PARISH, Laptop, found

HOMES = """
| survey   |              |        |        |
|          | type         | name   | label  |
|          | text         | house  | House  |
|          | begin repeat | member | Member |
|          | text         | name   | Name   |
|          | integer      | age    | Age    |
|          | begin repeat | pet    | Pet    |
|          | text         | kind   | Kind   |
|          | end repeat   |        |        |
|          | end repeat   |        |        |
| settings |              |        |        |
|          | form_title   | form_id | version |
|          | Homes        | homes  | 1      |
"""
ID = "0123456789abcdef" * 2
GIVEN: dict[str, Value] = {
    "house": "9",
    "member": [
        {"name": "Ana", "age": 40, "pet": [{"kind": "cat"}, {"kind": "dog"}]},
        {"name": "Luis", "age": 9},
    ],
}
VISIT = """
| survey   |           |        |         |         |
|          | type      | name   | label   | save_to |
|          | select_one_from_file houses.csv | house | House | |
|          | integer   | now    | People now | people |
| settings |           |        |         |         |
|          | form_title | form_id | version |       |
|          | Visit     | visit  | 1       |         |
| entities |           |        |         |         |
|          | list_name | entity_id | label |        |
|          | houses    | ${house} | concat('House of ', ${now}) | |
"""
LISTING = """
| survey   |           |        |         |         |
|          | type      | name   | label   | save_to |
|          | text      | street | Street  | street  |
| settings |           |        |         |         |
|          | form_title | form_id | version |       |
|          | Listing   | listing | 1      |         |
| entities |           |        |         |         |
|          | list_name | label  |         |         |
|          | houses    | ${street} |      |         |
"""


def _home(folder: Path) -> Laptop:
    laptop = found(folder)
    surveys.import_form(laptop.project, HOMES.encode(), "homes.md")
    return laptop


def _out(project: Project, repeat: str = "") -> bytes:
    form = reading.find_form(project, "homes")
    return responses.export_table(project, form, ".csv", "", repeat=repeat)[0]


def _in(project: Project, data: bytes, repeat: str = "") -> tuple[int, int]:
    form, space = reading.find_form(project, "homes"), spaces.find(project, PARISH).id
    if repeat:
        made = repeat_tables.import_rows(project, form, repeat, data, space)
    else:
        made = responses.import_table(project, form, data, space)
    return made.new, made.known


def _answers(project: Project) -> dict[str, object]:
    [row] = lists.page(project, Listing("response"), 0, 2)
    held = answering.whole(project, row.key)
    return {path: one for path, one in held.answers.items() if not path.endswith("]")}


def test_what_an_export_wrote_comes_in_elsewhere_as_it_was(tmp_path: Path) -> None:
    one, other = _home(tmp_path / "one"), _home(tmp_path / "other")
    done(one.project, "homes", GIVEN)
    tables = [_out(one.project, repeat) for repeat in ("", "member", "pet")]
    counts = [
        _in(other.project, data, repeat)
        for data, repeat in zip(tables, ("", "member", "pet"), strict=True)
    ]
    assert counts == [(1, 0), (2, 0), (2, 0)]
    was, now = _answers(one.project), _answers(other.project)
    assert {k: v for k, v in now.items() if "meta" not in k} == {
        k: v for k, v in was.items() if "meta" not in k
    }
    assert _in(other.project, tables[1], "member") == (0, 2)
    assert [_out(other.project, one) for one in ("member", "pet")] == [
        table.replace(_folio(one.project), _folio(other.project)) for table in tables[1:]
    ]
    one.close()
    other.close()


def _folio(project: Project) -> bytes:
    [row] = lists.page(project, Listing("response"), 0, 2)
    return str(row.values["folio"]).encode()


def test_rows_go_after_those_that_are_there_and_a_folio_is_enough(laptop: Laptop) -> None:
    surveys.import_form(laptop.project, HOMES.encode(), "homes.md")
    done(laptop.project, "homes", GIVEN)
    folio = _folio(laptop.project).decode()
    table = f"folio,name,age\n{folio},Eva,3\n{folio},Rosa,70\n".encode()
    assert _in(laptop.project, table, "member") == (2, 0)
    assert _in(laptop.project, table, "member") == (0, 2)
    names = [_answers(laptop.project)[f"/member[{number}]/name"] for number in (1, 2, 3, 4)]
    assert names == ["Ana", "Luis", "Eva", "Rosa"]


def test_known_rows_that_say_something_else_are_told_and_not_taken(laptop: Laptop) -> None:
    project = laptop.project
    surveys.import_form(project, HOMES.encode(), "homes.md")
    homes = [done(project, "homes", GIVEN).id.hex() for _home in range(2)]
    before = _out(project, "member")
    rows = list(csv.DictReader(before.decode("utf-8-sig").splitlines()))
    assert _in(project, before, "member") == (0, 4)
    rows[0]["age"] = "41"
    # The same person in another house.
    rows[1]["response"] = next(one for one in homes if one != rows[1]["response"])
    lines = [[*rows[0]], *(row.values() for row in rows)]
    table = "\n".join(",".join(line) for line in lines).encode()
    form, space = reading.find_form(project, "homes"), spaces.find(project, PARISH).id
    made = repeat_tables.import_rows(project, form, "member", table, space)
    assert (made.new, made.known) == (0, 4)
    assert [one.hex() for one in made.differing] == [row["id"] for row in rows[:2]]
    assert _out(project, "member") == before


@pytest.mark.parametrize(
    ("table", "repeat", "said"),
    [
        ("folio,name\nX-1,Eva\n", "member", "Row 2: what it belongs to is not here: X-1"),
        ("name\nEva\n", "member", "needs a column called “response”"),
        ("folio,kind\nX-1,cat\n", "pet", "needs a column called “within”"),
        ("folio,age\n{folio},many\n", "member", "Row 2, column age: This is not a whole number."),
        ("folio,shoe\n{folio},40\n", "member", "No column of the table is a question"),
        ("folio,name\n{folio},Eva\n", "shoe", "it has: member, pet."),
        (
            f"folio,id,name\n{{folio}},{ID},Eva\n{{folio}},{ID},Rosa\n",
            "member",
            "Row 3 has the same id as row 2.",
        ),
    ],
)
def test_what_cannot_be_taken_is_named_and_nothing_is_taken(
    laptop: Laptop, table: str, repeat: str, said: str
) -> None:
    surveys.import_form(laptop.project, HOMES.encode(), "homes.md")
    done(laptop.project, "homes", GIVEN)
    before = _out(laptop.project, "member")
    with pytest.raises(KipuError) as caught:
        _in(laptop.project, table.format(folio=_folio(laptop.project).decode()).encode(), repeat)
    assert said in caught.value.message
    assert _out(laptop.project, "member") == before


def test_what_was_chosen_and_deleted_meanwhile_is_told_and_chosen_again(laptop: Laptop) -> None:
    project = laptop.project
    for source in (LISTING, VISIT):
        surveys.import_form(project, source.encode(), "form.md")
    for street in ("Calle 1", "Calle 2"):
        done(project, "listing", {"street": street})
    first, second = lists.page(project, Listing("entity", sort="label"), 0, 5)
    codes = {label: code for code, label in _choices(project, begin(project, "visit"))}
    draft = give(project, begin(project, "visit"), {"house": codes["Calle 1"], "now": 3})
    writing.delete(project, first.key)
    session = surveys.session_of(project, draft)
    assert session.error("/house") == "What was chosen is no longer in the list; choose again."
    assert session.value("/house") == codes["Calle 1"]
    with pytest.raises(KipuError, match="no longer in the list"):
        surveys.finish(project, draft)
    assert drafts.require(project, draft.id).body["answers"]
    surveys.finish(project, give(project, draft, {"house": codes["Calle 2"]}))
    [left] = lists.page(project, Listing("entity"), 0, 5)
    assert left.key == second.key
    assert left.values["label"] == "House of 3"


def _choices(project: Project, draft: drafts.Draft) -> tuple[tuple[str, str], ...]:
    return surveys.session_of(project, draft).state("/house").choices
