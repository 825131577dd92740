"""What leaves as a table: codes or labels, choices beside them, conditions, the order of words."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any

import openpyxl
import pytest

from app.errors import KipuError
from app.models.commands import record_tables, records, responses, surveys
from app.models.commands import same as joining
from app.models.commands.taking_in import Imported
from app.models.queries import lists, places
from app.models.queries import records as reading
from app.models.queries import surveys as forms
from app.models.queries.filters import Condition, read_conditions
from app.models.queries.folding import loose
from app.models.queries.lists import Listing
from app.models.tables import CODES, Style, style
from sync.values import Value
from tests.models.laptops import Laptop

FORM = """
| survey | | | |
| | type | name | label |
| | text | who | ¿Cómo se llama? |
| | integer | age | Edad |
| | select_one yn | safe | ¿Se siente seguro? |
| | select_multiple crime | seen | ¿Qué ha visto? |
| choices | | | |
| | list_name | name | label |
| | yn | 01 | Sí |
| | yn | 02 | No |
| | crime | rob | Robo |
| | crime | ext | Extorsión |
| settings | | | |
| | form_id | form_title | version |
| | mini | Mini | 1 |
""".encode()
ROWS = (
    ("Ñusta", 41, "01", "rob ext"), ("=1+1", 17, "02", ""), ("Ávila", 30, "01", "ext"),
    ("", None, "", ""),
)  # fmt: skip


@pytest.fixture
def form(five: list[Laptop]) -> forms.Form:
    """A form with four responses."""
    project = five[0].project
    surveys.import_form(project, FORM, "mini.md")
    found = forms.forms(project)[0]
    lines = [f"{who};{'' if age is None else age};{safe};{seen}" for who, age, safe, seen in ROWS]
    data = "\r\n".join(["who;age;safe;seen", *lines[:3], "x;;;"]).encode()
    responses.import_table(project, found, data, five[0].space())
    return found


def export(five: list[Laptop], form: forms.Form, *where: str, chosen: Style = CODES) -> Any:
    data, count = responses.export_table(five[0].project, form, ".xlsx", "", where, chosen)
    book = openpyxl.load_workbook(io.BytesIO(data))
    rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    assert count == len(rows) - 1
    return book, rows


def names(five: list[Laptop], form: forms.Form, *where: str) -> set[Any]:
    _book, rows = export(five, form, *where)
    return {row[6] for row in rows[1:]}


def test_codes_stay_text_and_numbers_numbers(five: list[Laptop], form: forms.Form) -> None:
    book, rows = export(five, form)
    assert rows[0][6:10] == ["who", "age", "safe", "seen"]
    assert ["Ñusta", 41, "01", "rob ext"] in [row[6:10] for row in rows]
    assert ["=1+1", 17, "02", None] in [row[6:10] for row in rows]
    choices = [list(row) for row in book["Choices"].iter_rows(min_row=2, values_only=True)]
    assert choices == [
        ["safe", "¿Se siente seguro?", "01", "Sí"], ["safe", "¿Se siente seguro?", "02", "No"],
        ["seen", "¿Qué ha visto?", "rob", "Robo"], ["seen", "¿Qué ha visto?", "ext", "Extorsión"],
    ]  # fmt: skip


def test_labels_are_what_people_read(five: list[Laptop], form: forms.Form) -> None:
    _book, rows = export(five, form, chosen=Style(labels=True))
    assert rows[0][:4] == ["id", "Folio", "Space", "Status"]
    assert rows[0][6:10] == ["¿Cómo se llama?", "Edad", "¿Se siente seguro?", "¿Qué ha visto?"]
    assert ["Ñusta", 41, "Sí", "Robo; Extorsión"] in [row[6:10] for row in rows]
    assert {row[3] for row in rows[1:]} == {"Complete"}


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (("age>=30",), {"Ñusta", "Ávila"}),
        (("age>=30", "age<41"), {"Ávila"}),
        (("safe=01", "seen~ext"), {"Ñusta", "Ávila"}),
        (("safe!=01",), {"=1+1", "x"}),
        (("age=",), {"x"}),
        (("age!=", "seen="), {"=1+1"}),
        (("who~avil",), {"Ávila"}),
        (("who~ÑUS",), {"Ñusta"}),
        (("who~sta",), {"Ñusta"}),
        (("status=complete", "age>40"), {"Ñusta"}),
    ],
)
def test_conditions_hold_together(
    five: list[Laptop], form: forms.Form, where: tuple[str, ...], found: set[str]
) -> None:
    assert names(five, form, *where) == found


@pytest.mark.parametrize("wrong", ["age", "=3", "nothing>3", "age>", "safe=77", "age>old"])
def test_what_is_no_condition_is_refused(five: list[Laptop], form: forms.Form, wrong: str) -> None:
    with pytest.raises(KipuError):
        names(five, form, wrong)


def test_conditions_are_read_with_the_longest_sign() -> None:
    def value_of(name: str, text: str) -> tuple[str, Value]:
        return f"/{name}", text or None

    found = read_conditions(["a<=3", "b != x=y", "c~=", "d="], value_of)
    assert found == [
        Condition("/a", "<=", "3"), Condition("/b", "!=", "x=y"), Condition("/c", "~", "="),
        Condition("/d", "=", None),
    ]  # fmt: skip


def test_decimals_are_written_as_asked() -> None:
    assert style(True, "comma") == Style(True, ",")
    assert style(False) == Style()
    with pytest.raises(KipuError, match="comma"):
        style(False, "dot")


def test_words_are_ordered_as_spanish_has_them(five: list[Laptop]) -> None:
    ana = five[0]
    for name in ("Ozogoche", "ñandú", "Nushino", "Ávila", "azul", "Ñachi", "arajuno"):
        ana.person(name)
    rows = lists.every(ana.project, Listing("person", sort="name"))
    assert [row.values["name"] for row in rows] == [
        "arajuno", "Ávila", "azul", "Nushino", "Ñachi", "ñandú", "Ozogoche",
    ]  # fmt: skip
    assert loose("ÁÑÜ Kichwa") == "anu kichwa"


def test_records_go_out_with_labels_and_titles(five: list[Laptop]) -> None:
    project = five[0].project
    place = records.new(project, "place", {"name": "Curaray"}, five[0].space())
    person = {"name": "Nayra", "place": place.id.hex(), "sex": "female", "birth": "1987-03"}
    records.new(project, "person", person, five[0].space())
    listing = Listing("person")
    data, count = record_tables.export_records(
        project, listing, ".csv", Style(labels=True), ["name", "place", "sex", "birth"]
    )
    assert count == 1
    assert data.decode("utf-8-sig").splitlines() == [
        "Name,Place,Sex,Born", "Nayra,Curaray,Woman,1987-03",
    ]  # fmt: skip
    data, _count = record_tables.export_records(project, listing, ".csv", columns=["name", "sex"])
    header, row = data.decode("utf-8-sig").splitlines()
    assert header == "id,space,name,sex"
    assert row.endswith(",Arajuno,Nayra,female")


def test_places_know_where_they_lie(five: list[Laptop]) -> None:
    project, space = five[0].project, five[0].space()
    top = records.new(project, "place", {"name": "Pastaza", "code": "16"}, space)
    low = records.new(project, "place", {"name": "Arajuno", "part_of": top.id.hex()}, space)
    twin = records.new(project, "place", {"name": "Arajuno ", "part_of": top.id.hex()}, space)
    joining.join(project, twin, low)
    assert places.path(project, low.id.hex()) == "Pastaza › Arajuno"
    assert [one.id for one in places.find(project, "pastaza araj")] == [low.id.hex()]
    assert [one.id for one in places.find(project, "16")] == [top.id.hex()]
    assert places.find(project, "") == places.find(project, "%") == []
    [first] = places.parts(project)
    assert (first.name, first.has_parts) == ("Pastaza", True)
    assert [one.name for one in places.parts(project, first.id)] == ["Arajuno"]
    # Two laptops can make a ring of places; it is walked once.
    records.edit(project, top, {"part_of": low.id.hex()})
    assert places.path(project, low.id.hex()) == "Pastaza › Arajuno"


def test_a_table_without_ids_taken_in_again_brings_nothing_twice(
    five: list[Laptop], form: forms.Form
) -> None:
    project, space = five[0].project, five[0].space()
    data = b"age\n1\n1\n2\n"
    first = responses.import_table(project, form, data, space)
    assert (first.new, first.known) == (3, 0)
    again = responses.import_table(project, form, data, space)
    assert (again.new, again.known) == (0, 3)
    # What was deleted may be taken in anew.
    records.delete(project, lists.page(project, Listing("response"), 0, 1)[0].key)
    anew = responses.import_table(project, form, data, space)
    assert (anew.new, anew.known) == (1, 2)


def test_the_second_row_of_one_id_is_named_and_nothing_is_taken(
    five: list[Laptop], form: forms.Form
) -> None:
    project, space = five[0].project, five[0].space()
    ident = uuid.UUID(int=7)
    # Two rows that say the same are still two: whoever made the table meant something by it.
    table = f"instanceID,who\nuuid:{ident},Ana\n,Eva\n{ident.hex},Luis\nuuid:{ident},Ana\n"
    with pytest.raises(KipuError) as caught:
        responses.import_table(project, form, table.encode(), space)
    assert caught.value.message.splitlines() == [
        "Row 4 has the same id as row 2.", "Row 5 has the same id as row 2.",
    ]  # fmt: skip
    assert lists.count(project, Listing("response")) == len(ROWS)


def test_known_rows_that_say_something_else_are_told_and_not_taken(
    five: list[Laptop], form: forms.Form
) -> None:
    project, space = five[0].project, five[0].space()
    for mark in (",", "."):
        data, _count = responses.export_table(project, form, ".csv", "", style=Style(decimals=mark))
        assert responses.import_table(project, form, data, space) == Imported(0, len(ROWS))
    rows = {row["who"]: row for row in csv.DictReader(data.decode("utf-8-sig").splitlines())}
    rows["Ñusta"]["age"] = "42"
    rows["Ávila"]["seen"] = ""
    rows["x"]["age"] = "5"
    gone = reading.find(project, rows["x"]["id"])
    records.delete(project, gone)
    lines = [[*rows["x"]], *(row.values() for row in rows.values())]
    table = "\n".join(",".join(map(str, line)) for line in lines).encode()
    # An empty cell is no answer, and so another than the one here; what is gone says nothing.
    done = responses.import_table(project, form, table, space)
    assert (done.new, done.known) == (0, len(ROWS))
    assert {one.hex() for one in done.differing} == {rows["Ñusta"]["id"], rows["Ávila"]["id"]}
    assert reading.values(project, reading.find(project, rows["Ñusta"]["id"]))["/age"] == 41


NAMESAKES = b"""
| survey | | | |
| | type | name | label |
| | text | id | Id |
| | text | status | Status |
| | text | note | Note |
| settings | | |
| | form_id | form_title |
| | namesakes | Namesakes |
"""


def test_questions_called_like_our_own_columns_come_back_as_they_were(
    five: list[Laptop],
) -> None:
    project, space = five[0].project, five[0].space()
    surveys.import_form(project, NAMESAKES, "namesakes.md")
    form = next(one for one in forms.forms(project) if one.form_id == "namesakes")
    foreign = b"id,status,note\nA-1,new,one\nA-2,,two\n"
    assert responses.import_table(project, form, foreign, space).new == 2
    data, _count = responses.export_table(project, form, ".csv", "")
    header = data.decode("utf-8-sig").splitlines()[0].split(",")
    assert header[0] == "id"
    assert {"status", "/id", "/status", "note"} <= set(header)
    again = responses.import_table(project, form, data, space)
    assert (again.new, again.known) == (0, 2)
    found = lists.every(project, Listing("response", equal={"form_id": "namesakes"}, sort="/note"))
    assert [(one.values.get("/id"), one.values.get("/status")) for one in found] == [
        ("A-1", "new"), ("A-2", None),
    ]  # fmt: skip
    surveys.import_form(five[4].project, NAMESAKES, "namesakes.md")
    other = five[4].project
    form = next(one for one in forms.forms(other) if one.form_id == "namesakes")
    assert responses.import_table(other, form, data, space).new == 2
    found = lists.every(other, Listing("response", equal={"form_id": "namesakes"}, sort="/note"))
    assert [one.values.get("/id") for one in found] == ["A-1", "A-2"]
