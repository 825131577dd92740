"""What a hostile review of the things a programme follows found, each as it was lost."""

from __future__ import annotations

from app.models.commands import conflicts as settling
from app.models.commands import records as writing
from app.models.commands import reopening, revising, surveys
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import conflicts, entities, lists, records
from app.models.queries.lists import Listing
from tests.models import test_review_rows as rowing
from tests.models.interviewing import begin, done, give
from tests.models.laptops import Laptop
from tests.models.test_response_rows import shown

project = rowing.project


def house(project: Project) -> lists.Row:
    [one] = lists.page(project, Listing("entity"), 0, 5)
    return one


def test_a_correction_keeps_what_a_list_said_then(project: Project) -> None:
    done(project, "listing", {"street": "Calle 9", "people": 4})
    code = house(project).key.id.hex()
    draft = begin(project, "visit")
    code = surveys.session_of(project, draft).state("/house").choices[0][0]
    key = surveys.finish(project, give(project, draft, {"house": code, "now": 6}))
    revising.correct(project, key, {}, {"now": 7})
    assert shown(project, key)["/before"] == "4"
    draft = give(project, reopening.reopen(project, key, "x"), {"now": 8})
    surveys.finish(project, draft)
    assert shown(project, key) == {"/house": code, "/before": "4", "/now": 8}


def test_a_conflict_of_an_entity_is_settled(project: Project) -> None:
    done(project, "listing", {"street": "Calle 9", "people": 4})
    key = house(project).key
    writing.edit(project, key, {"/people": "5"})
    writing.edit(
        project, key, {"/people": "7"}, {"/people": entities.heads_at(project, key, 1)["/people"]}
    )
    [conflict] = conflicts.all_conflicts(project)
    settling.settle(project, conflict, "7")
    assert not conflicts.all_conflicts(project)
    assert house(project).values["/people"] == "7"


def test_what_came_to_an_entity_since_it_was_read_is_a_conflict(project: Project) -> None:
    done(project, "listing", {"street": "Calle 9", "people": 4})
    draft = begin(project, "visit")
    code = surveys.session_of(project, draft).state("/house").choices[0][0]
    draft = give(project, draft, {"house": code, "now": 6})
    key = house(project).key
    writing.edit(project, key, {"/people": "9"})
    surveys.finish(project, draft)
    [conflict] = conflicts.all_conflicts(project)
    assert {one.value for one in conflict.versions} == {"6", "9"}


def test_an_entity_of_the_common_space_is_changed_there(laptop: Laptop, project: Project) -> None:
    key = writing.new(
        project, "entity", {"list": "houses", "label": "Calle 1"}, project.roster.common
    )
    draft = begin(project, "visit")
    code = surveys.session_of(project, draft).state("/house").choices[0][0]
    surveys.finish(project, give(project, draft, {"house": code, "now": 6}))
    values = [one.values.get("/people") for one in lists.page(project, Listing("entity"), 0, 5)]
    assert "6" in values
    assert records.values(project, key).get("/people") == "6"
    laptop.verify()


CODES = """
| survey   |              |        |         |         |
|          | type         | name   | label   | save_to |
|          | csv-external | wells  |         |         |
|          | begin repeat | well   | Well    |         |
|          | text         | code   | Code    |         |
|          | integer      | depth  | Depth   | depth   |
|          | end repeat   |        |         |         |
| settings |              |        |         |         |
|          | form_title   | form_id | version |        |
|          | Codes        | codes  | 1       |         |
| entities |              |        |         |         |
|          | list_name    | label  | entity_id | create_if | update_if |
|          | wells        | concat('Well ', ${code}) | ${code} | true() | true() |
"""


def coded(project: Project, *wells: tuple[str, int]) -> RecordKey:
    return done(project, "codes", {"well": [{"code": code, "depth": d} for code, d in wells]})


def test_one_thing_named_twice_in_an_interview_is_one(laptop: Laptop, project: Project) -> None:
    surveys.import_form(project, CODES.encode(), "codes.md")
    coded(project, ("W 1", 3), ("W 1", 4), ("W 2", 5))
    found = lists.page(project, Listing("entity"), 0, 5)
    assert sorted(str(one.values["/depth"]) for one in found) == ["4", "5"]
    coded(project, ("W 2", 6))
    found = lists.page(project, Listing("entity"), 0, 5)
    assert sorted(str(one.values["/depth"]) for one in found) == ["4", "6"]
    laptop.verify()


def test_what_another_list_calls_the_same_is_another_thing(project: Project) -> None:
    surveys.import_form(project, CODES.encode(), "codes.md")
    done(project, "listing", {"street": "Calle 9", "people": 4})
    code = house(project).key.id.hex()
    coded(project, (code, 3))
    coded(project, (code, 4))
    found = lists.page(project, Listing("entity"), 0, 5)
    assert sorted((str(one.values["list"]), one.values["label"]) for one in found) == [
        ("houses", "Calle 9"), ("wells", f"Well {code}"),
    ]  # fmt: skip


def test_a_form_that_changes_a_list_it_does_not_offer_can_be_finished(project: Project) -> None:
    text = "\n".join(one for one in CODES.splitlines() if "csv-external" not in one)
    surveys.import_form(project, text.encode(), "codes.md")
    coded(project, ("W 1", 3))
    coded(project, ("W 1", 4))
    assert house(project).values["/depth"] == "4"
