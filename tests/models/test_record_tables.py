"""Tables of records go out and come back the same, and a correction is put to its form."""

from __future__ import annotations

import json
import re

import pytest

from app.errors import KipuError
from app.models import drafts, papers
from app.models.commands import conflicts as settling
from app.models.commands import record_tables, revising, surveys
from app.models.commands import records as writing
from app.models.commands.taking_in import Imported
from app.models.ledger import RecordKey
from app.models.queries import conflicts, lists
from app.models.queries import records as reading
from app.models.queries import surveys as forms
from app.models.queries.lists import Listing
from tests.models.laptops import Laptop, settle
from tests.sync.sharing import MemoryRemote

FORM = b"""
| survey | | | | | |
| | type | name | label | calculation | constraint |
| | integer | age | Age | | . < 120 |
| | calculate | twice | | ${age} * 2 | |
| settings | | | | | |
| | form_id | form_title | version | | |
| | mini | Mini | 1 | | |
"""


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_a_table_comes_back_as_it_went(five: list[Laptop], suffix: str) -> None:
    one = five[0]
    names = ["=1+1", 'Ñusta; «la» "tía"', "020150", "línea segunda"]
    for name in names:
        one.person(name)
    data, count = record_tables.export_records(one.project, Listing("person"), suffix)
    for row in list(lists.every(one.project, Listing("person"))):
        assert row.values["name"] in names
    again = record_tables.import_records(one.project, "person", data, suffix, one.space())
    assert (count, again) == (len(names), Imported(0, len(names)))

    stripped = _without_ids(data, suffix)
    anew = record_tables.import_records(one.project, "person", stripped, suffix, one.space())
    assert anew == Imported(len(names), 0)
    found = [row.values["name"] for row in lists.every(one.project, Listing("person"))]
    assert sorted(map(str, found)) == sorted(names * 2)


def _without_ids(data: bytes, suffix: str) -> bytes:
    if suffix == ".json":
        whole = json.loads(data)
        for one in whole:
            del one["id"]
        return json.dumps(whole).encode()
    # Every record begins with its id.
    return re.sub(rb"(?m)^[0-9a-f]{32}", b"", data)


def test_a_wrong_row_is_named_and_nothing_is_taken(five: list[Laptop]) -> None:
    one = five[0]
    with pytest.raises(KipuError, match="Row 3"):
        record_tables.import_records(
            one.project, "place", b"name,level\nA,parish\nB,galaxy\n", ".csv", None
        )
    assert lists.count(one.project, Listing("place", words="A")) == 0


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_the_second_row_of_one_id_is_named_and_nothing_is_taken(
    five: list[Laptop], suffix: str
) -> None:
    one, ident = five[0], "0123456789abcdef" * 2
    rows = [{"id": ident, "name": "Ana"}, {"name": "Eva"}, {"id": ident.upper(), "name": "Luis"}]
    lines = "".join(f"{row.get('id', '')},{row['name']}\n" for row in rows)
    data = json.dumps(rows) if suffix == ".json" else f"id,name\n{lines}"
    # A spreadsheet's first row is its header.
    said = "Row 3 .* row 1" if suffix == ".json" else "Row 4 .* row 2"
    with pytest.raises(KipuError, match=said):
        record_tables.import_records(one.project, "person", data.encode(), suffix, one.space())
    assert lists.count(one.project, Listing("person")) == 0


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_known_rows_that_say_something_else_are_told_and_not_taken(
    five: list[Laptop], suffix: str
) -> None:
    one = five[0]
    keys = [one.person(name) for name in ("Ana", "Eva", "Luis", "Rosa")]
    one.edit(keys[0], phone="0991234567", sex="female")
    data, _count = record_tables.export_records(one.project, Listing("person"), suffix)
    text = data.decode("utf-8-sig")
    nothing = ('"female"', "null") if suffix == ".json" else ("female", "")
    for before, after in (("Eva", "Eva María"), nothing, ("Luis", "Luis Andi")):
        text = text.replace(before, after)
    writing.delete(one.project, keys[2])
    done = record_tables.import_records(one.project, "person", text.encode(), suffix, one.space())
    # What is gone says nothing that a row could differ from.
    assert (done.new, done.known) == (0, 4)
    assert sorted(done.differing) == sorted(one.id for one in keys[:2])
    assert one.values(keys[1])["name"] == "Eva"
    assert one.values(keys[0])["sex"] == "female"


def test_an_empty_cell_says_no_other_than_what_kipu_filled_in(five: list[Laptop]) -> None:
    one = five[0]
    here, elsewhere = (
        writing.new(one.project, "committee", {"name": name}, one.space()).id.hex()
        for name in ("Barrio", "Consejo")
    )
    first, second = "1" * 32, "2" * 32

    def taken(owner: str) -> Imported:
        header = "id,committee,role,votes,position"
        data = f"{header}\n{first},{here},Vocal,,\n{second},{owner},Vocal,,\n".encode()
        return record_tables.import_records(one.project, "seat", data, ".csv", one.space())

    assert taken(here) == Imported(2, 0)
    assert taken(here) == Imported(0, 2)
    assert taken(elsewhere) == Imported(0, 2, [bytes.fromhex(second)])


def _response(five: list[Laptop]) -> RecordKey:
    one = five[0]
    surveys.import_form(one.project, FORM, "mini.md")
    form = forms.find_form(one.project, "mini")
    draft = surveys.start(one.project, form, one.space())
    surveys.answer(one.project, draft, {"age": 30})
    return surveys.finish(one.project, drafts.require(one.project, draft.id))


def test_a_correction_takes_its_calculations_along(five: list[Laptop]) -> None:
    key = _response(five)
    project = five[0].project
    revising.correct(project, key, {}, {"age": 41})
    assert reading.values(project, key)["/twice"] == "82"
    with pytest.raises(KipuError, match="age"):
        revising.correct(project, key, {}, {"age": 500})


def test_two_corrections_are_one_decision(five: list[Laptop], share: MemoryRemote) -> None:
    key = _response(five)
    other = five[4]
    settle(share, *five)
    for laptop, age in ((five[0], 50), (other, 60)):
        revising.correct(laptop.project, key, {}, {"age": age})
    settle(share, *five)
    (conflict,) = conflicts.all_conflicts(five[0].project)
    assert conflict.field == "/age"
    fifty = next(version for version in conflict.versions if version.value == 50)
    settling.take(five[0].project, conflict, fifty)
    settle(share, *five)
    for laptop in (five[0], other):
        assert reading.values(laptop.project, key)["/twice"] == "100"
        assert conflicts.all_conflicts(laptop.project) == []


def test_codes_are_offered_until_they_are_shown(five: list[Laptop]) -> None:
    project = five[0].project
    papers.remember(project.store, papers.LAPTOP, "L-1")
    papers.remember(project.store, papers.PROJECT, "P-1")
    assert papers.unshown(project) == {papers.LAPTOP: "L-1", papers.PROJECT: "P-1"}
    papers.shown(project)
    assert papers.unshown(project) == {}
