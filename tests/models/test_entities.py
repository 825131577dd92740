"""Things a programme follows: made by one form, offered by the next, and files given as answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import KipuError
from app.forms import FormError
from app.models import attachments, drafts, own_forms
from app.models.commands import answer_files, reopening, surveys
from app.models.project import Project
from app.models.queries import answering, conflicts, entities, lists, records
from app.models.queries import attachments as attached
from app.models.queries.lists import Listing, Row
from tests.models.interviewing import begin, done, give
from tests.models.laptops import Laptop

LISTING = """
| survey   |           |        |         |         |
|          | type      | name   | label   | save_to |
|          | text      | street | Street  | street  |
|          | integer   | people | People  | people  |
|          | image     | front  | Front   |         |
| settings |           |        |         |         |
|          | form_title | form_id | version |       |
|          | Listing   | listing | 1      |         |
| entities |           |        |         |         |
|          | list_name | label  |         |         |
|          | houses    | ${street} |      |         |
"""
VISIT = """
| survey   |           |        |         |         |             |
|          | type      | name   | label   | save_to | calculation |
|          | select_one_from_file houses.csv | house | House | |   |
| | calculate | before | | | instance('houses')/root/item[name=${house}]/people |
|          | integer   | now    | People now | people |           |
| settings |           |        |         |         |             |
|          | form_title | form_id | version |       |             |
|          | Visit     | visit  | 1       |         |             |
| entities |           |        |         |         |             |
|          | list_name | entity_id | label |        |             |
|          | houses    | ${house} | concat('House of ', ${now}) | | |
"""
PICTURE = b"\x89PNG not really a picture" * 100


@pytest.fixture
def project(laptop: Laptop) -> Project:
    surveys.import_form(laptop.project, LISTING.encode(), "listing.md")
    surveys.import_form(laptop.project, VISIT.encode(), "visit.md")
    return laptop.project


def house(project: Project) -> Row:
    [one] = lists.page(project, Listing("entity"), 0, 5)
    return one


def test_a_listing_feeds_the_follow_up(project: Project) -> None:
    done(project, "listing", {"street": "Calle 9", "people": 4})
    made = house(project)
    assert made.values == {
        "list": "houses", "label": "Calle 9", "/street": "Calle 9", "/people": "4",
    }  # fmt: skip
    draft = begin(project, "visit")
    session = surveys.session_of(project, draft)
    [(code, label)] = session.state("/house").choices
    assert label == "Calle 9"
    surveys.finish(project, give(project, draft, {"house": code, "now": 6}))
    assert house(project).key == made.key
    assert house(project).values["/people"] == "6"
    assert house(project).values["label"] == "House of 6"
    [row] = lists.page(project, Listing("response", equal={"form_id": "visit"}), 0, 5)
    assert row.values["/before"] == "4"


def test_changes_that_did_not_see_one_another_are_a_conflict(project: Project) -> None:
    done(project, "listing", {"street": "Calle 9", "people": 4})
    first, second = begin(project, "visit"), begin(project, "visit")
    code = surveys.session_of(project, first).state("/house").choices[0][0]
    given = give(project, first, {"house": code, "now": 5})
    kept = give(project, second, {"house": code, "now": 7})
    surveys.finish(project, given)
    # The second saw the house as it was before the first was finished.
    session = surveys.session_of(project, kept)
    assert session.entities()[0].base_version == "2"
    key = house(project).key
    assert entities.heads_at(project, key, 1)["/people"] != records.heads(project, key)["/people"]
    surveys.finish(project, kept)
    found = {one.field: one for one in conflicts.all_conflicts(project)}
    assert set(found) == {"/people", "label"}
    assert {one.value for one in found["/people"].versions} == {"5", "7"}


def test_a_form_without_its_file_is_refused_and_taken_with_it(
    project: Project, tmp_path: Path
) -> None:
    source = VISIT.replace("houses", "wells").replace("| Visit     | visit ", "| Wells | wells ")
    source = (
        source.partition("| entities")[0].replace("save_to", "hint").replace("| people |", "| |")
    )
    with pytest.raises(FormError, match=r"survey, row 2, type .*wells\.csv"):
        surveys.import_form(project, source.encode(), "wells.md")
    path = tmp_path / "wells.md"
    path.write_text(source, "utf-8")
    (tmp_path / "wells-media").mkdir()
    (tmp_path / "wells-media" / "wells.csv").write_text("name,label,people\nw1,The well,30\n")
    surveys.import_form(project, path.read_bytes(), path.name, own_forms.beside(path))
    session = surveys.session_of(project, begin(project, "wells"))
    assert session.state("/house").choices == (("w1", "The well"),)
    session.set("/house", "w1")
    assert session.value("/before") == "30"


def test_a_photograph_is_kept_with_the_draft_and_bound_at_the_end(project: Project) -> None:
    draft = begin(project, "listing")
    with pytest.raises(KipuError, match="street"):
        answer_files.answer(project, draft, "street", PICTURE, "front.png")
    name = answer_files.answer(project, draft, "front", PICTURE, "IMG 1.PNG")
    draft = drafts.require(project, draft.id)
    assert name.startswith("front-")
    assert name.endswith(".png")
    assert answer_files.read(project, draft, name) == PICTURE
    key = surveys.finish(project, give(project, draft, {"street": "Calle 9"}))
    [one] = attached.of(project, key)
    assert one.question == "/front"
    assert attachments.read(project, one.ref) == PICTURE
    assert answer_files.of_response(project, key, name) == PICTURE
    again = reopening.reopen(project, key, "a better picture")
    assert answer_files.read(project, again, name) == PICTURE
    better = answer_files.answer(project, again, "front", PICTURE * 2, "b.png")
    surveys.finish(project, drafts.require(project, again.id))
    [one] = attached.of(project, key)
    assert one.file is not None
    assert one.file.title == better
    assert answering.whole(project, key).answers["/front"] == better
