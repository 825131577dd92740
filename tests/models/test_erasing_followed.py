"""Erasing an interview reaches the thing it made that is followed, and leaves what others wrote."""

from __future__ import annotations

import pytest

from app.models import drafts
from app.models.commands import erasing, records, reopening, surveys
from app.models.commands.membership import add_space
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import entities, lists
from app.models.queries import records as reading
from app.models.queries.lists import Listing
from sync.remotes.folder import FolderRemote
from tests.models.interviewing import begin, done, give
from tests.models.laptops import Laptop, agree, settle
from tests.models.test_entities import LISTING, VISIT
from tests.models.test_erasing import on_share, words_held

SECRET = "Yolanda Tanguila"
HOMES = """
| survey   |              |        |        |         |
|          | type         | name   | label  | save_to |
|          | begin repeat | home   | Home   |         |
|          | text         | street | Street | street  |
|          | end repeat   |        |        |         |
| settings |              |        |        |         |
|          | form_title   | form_id | version |       |
|          | Homes        | homes  | 1      |         |
| entities |              |        |        |         |
|          | list_name    | label  |        |         |
|          | homes        | ${street} |     |         |
"""


def house(project: Project) -> RecordKey:
    [one] = lists.page(project, Listing("entity"), 0, 5)
    return one.key


def followed(laptop: Laptop) -> int:
    return lists.count(laptop.project, Listing("entity"))


@pytest.fixture
def village(three: list[Laptop], folder: FolderRemote) -> list[Laptop]:
    """A coordinator, a facilitator and another coordinator, with a listing and a visit to follow."""
    for source, name in ((LISTING, "listing.md"), (VISIT, "visit.md"), (HOMES, "homes.md")):
        surveys.import_form(three[0].project, source.encode(), name)
    settle(folder, *three)
    return three


def test_what_an_interview_made_goes_with_it_everywhere(
    village: list[Laptop], folder: FolderRemote
) -> None:
    ana, beto, _carla = village
    key = done(beto.project, "listing", {"street": SECRET, "people": 4})
    other = done(beto.project, "listing", {"street": "Calle 9", "people": 2})
    settle(folder, *village)
    plan = erasing.plan(ana.project, key)
    assert plan.record_count == 2
    assert len(plan.followed) == 1
    assert plan.kept == ()
    erasing.erase(ana.project, key, reason="lo pidió")
    assert SECRET not in words_held(ana)
    settle(folder, *village)
    for one in village:
        assert SECRET not in words_held(one)
        assert not reading.state(one.project, plan.followed[0]).exists
        assert followed(one) == 1
        assert reading.values(one.project, house(one.project))["label"] == "Calle 9"
        assert reading.state(one.project, other).exists
    assert SECRET not in on_share(ana, folder)
    agree(*village)


def test_what_never_left_goes_whoever_holds_it(village: list[Laptop], folder: FolderRemote) -> None:
    _ana, beto, _carla = village
    key = done(beto.project, "listing", {"street": SECRET, "people": 4})
    erasing.erase(beto.project, key)
    assert SECRET not in words_held(beto)
    assert followed(beto) == 0
    settle(folder, *village)
    assert SECRET not in on_share(beto, folder)
    agree(*village)


def test_what_others_wrote_about_since_stays_and_is_told(
    village: list[Laptop], folder: FolderRemote
) -> None:
    ana, beto, _carla = village
    listing = done(beto.project, "listing", {"street": SECRET, "people": 4})
    made = house(beto.project)
    visit = done(beto.project, "visit", {"house": str(_code(beto, made)), "now": 6})
    settle(folder, *village)
    for key in (listing, visit):
        plan = erasing.plan(ana.project, key)
        assert (plan.record_count, plan.followed, plan.kept) == (1, (), (made,))
    erasing.erase(ana.project, listing)
    assert reading.state(ana.project, made).exists
    assert reading.values(ana.project, made)["/street"] == SECRET
    assert reading.values(ana.project, made)["/people"] == "6"
    alone = erasing.plan(ana.project, made)
    assert (alone.followed, alone.kept) == ((), ())
    erasing.erase(ana.project, made)
    settle(folder, *village)
    assert SECRET not in words_held(beto)
    agree(*village)


def _code(laptop: Laptop, made: RecordKey) -> str:
    draft = begin(laptop.project, "visit")
    [(code, _label)] = surveys.session_of(laptop.project, draft).state("/house").choices
    return code


def test_one_that_somebody_mended_by_hand_stays(village: list[Laptop]) -> None:
    _ana, beto, _carla = village
    key = done(beto.project, "listing", {"street": SECRET, "people": 4})
    records.edit(beto.project, house(beto.project), {"/people": "5"})
    plan = erasing.plan(beto.project, key)
    assert (plan.followed, plan.kept) == ((), (house(beto.project),))


def test_one_that_somebody_deleted_loses_its_values_too(village: list[Laptop]) -> None:
    _ana, beto, _carla = village
    key = done(beto.project, "listing", {"street": SECRET, "people": 4})
    records.delete(beto.project, house(beto.project))
    erasing.erase(beto.project, key)
    assert SECRET not in words_held(beto)


def test_every_row_makes_one_and_all_go(village: list[Laptop]) -> None:
    _ana, beto, _carla = village
    project = beto.project
    draft = give(project, begin(project, "homes"), {"home[1]/street": SECRET})
    surveys.add_row(project, draft, "home")
    draft = drafts.require(project, draft.id)
    draft = give(project, draft, {"home[2]/street": f"{SECRET} 2"})
    key = surveys.finish(project, draft)
    assert followed(beto) == 2
    erasing.erase(project, key)
    assert followed(beto) == 0
    assert SECRET not in words_held(beto)


def test_a_corrected_interview_still_takes_what_it_made(village: list[Laptop]) -> None:
    _ana, beto, _carla = village
    key = done(beto.project, "listing", {"street": SECRET, "people": 4})
    draft = reopening.reopen(beto.project, key, "misheard")
    surveys.finish(beto.project, give(beto.project, draft, {"people": 5}))
    assert len(erasing.plan(beto.project, key).followed) == 1
    erasing.erase(beto.project, key)
    assert followed(beto) == 0
    assert SECRET not in words_held(beto)


def test_erasing_one_answer_tells_where_else_it_stands(village: list[Laptop]) -> None:
    _ana, beto, _carla = village
    key = done(beto.project, "listing", {"street": SECRET, "people": 4})
    made = house(beto.project)
    plan = erasing.plan(beto.project, key, ["/street"])
    assert (plan.record_count, plan.followed, plan.kept) == (1, (), (made,))
    assert erasing.plan(beto.project, key, ["interviewer_notes"]).kept == ()
    erasing.erase(beto.project, key, ["/street"])
    assert reading.values(beto.project, made)["/street"] == SECRET


def test_other_interviews_and_what_they_made_are_left_alone(village: list[Laptop]) -> None:
    _ana, beto, _carla = village
    first = done(beto.project, "listing", {"street": "Calle 1", "people": 1})
    second = done(beto.project, "listing", {"street": "Calle 2", "people": 2})
    [one], [two] = (
        entities.written_by(beto.project, key).own for key in (first, second)
    )  # fmt: skip
    assert one != two
    erasing.erase(beto.project, first)
    assert house(beto.project) == two


def test_it_is_found_where_interview_or_thing_were_moved(village: list[Laptop]) -> None:
    ana = village[0]
    council = add_space(ana.project, "Diez de Agosto")
    first = done(ana.project, "listing", {"street": SECRET, "people": 4})
    moved = records.move(ana.project, first, council)
    erasing.erase(ana.project, moved)
    assert followed(ana) == 0
    assert SECRET not in words_held(ana)
    second = done(ana.project, "listing", {"street": SECRET, "people": 4})
    elsewhere = records.move(ana.project, house(ana.project), council)
    assert len(erasing.plan(ana.project, second).followed) == 2
    records.edit(ana.project, elsewhere, {"/people": "5"})
    assert erasing.plan(ana.project, second).followed == ()
    assert len(erasing.plan(ana.project, second).kept) == 1
