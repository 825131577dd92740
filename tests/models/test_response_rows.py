"""Repeats in the ledger: each row a record of its own, and finished interviews opened again."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from app.errors import KipuError
from app.models import drafts
from app.models.commands import conflicts as settling
from app.models.commands import records as writing
from app.models.commands import reopening, responses, revising, surveys
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import answering, conflicts, lists, records
from app.models.queries import surveys as reading
from app.models.queries.answering import ROW
from app.models.queries.lists import Listing
from sync import engine
from sync.values import Value
from tests.models.interviewing import begin, done, give
from tests.models.laptops import Laptop
from tests.sync.sharing import MemoryRemote

FORM = """
| survey   |              |        |                |               |                     |
|          | type         | name   | label          | relevant      | calculation         |
|          | text         | house  | House          |               |                     |
|          | begin repeat | member | Member         |               |                     |
|          | text         | name   | Name           |               |                     |
|          | integer      | age    | Age            |               |                     |
|          | text         | school | School         | ${age} < 18   |                     |
|          | begin repeat | job    | Job            |               |                     |
|          | text         | trade  | Trade          |               |                     |
|          | end repeat   |        |                |               |                     |
|          | end repeat   |        |                |               |                     |
|          | calculate    | people |                |               | count(${member})    |
| settings |              |        |                |               |                     |
|          | form_title   | form_id | version       |               |                     |
|          | Homes        | homes  | 1              |               |                     |
"""
ANA: dict[str, Value] = {"name": "Ana", "age": 40, "job": [{"trade": "sews"}, {"trade": "sells"}]}
LUIS: dict[str, Value] = {"name": "Luis", "age": 9, "school": "La Merced"}


def in_step(three: list[Laptop]) -> tuple[Laptop, Laptop, MemoryRemote]:
    """A coordinator and a facilitator who both have the form, and their share."""
    boss, field, _other = three
    share = MemoryRemote()
    engine.found(boss.replica, share)
    surveys.import_form(boss.project, FORM.encode(), "homes.md")
    boss.sync(share)
    field.sync(share)
    return boss, field, share


@pytest.fixture
def project(laptop: Laptop) -> Project:
    surveys.import_form(laptop.project, FORM.encode(), "homes.md")
    return laptop.project


def household(project: Project, *members: Value) -> RecordKey:
    return done(project, "homes", {"house": "12", "member": list(members)})


def shown(project: Project, key: RecordKey) -> dict[str, Value]:
    """The answers of a response by path, without counts, ids and metadata."""
    held = answering.whole(project, key)
    return {
        path: value
        for path, value in held.answers.items()
        if not path.startswith("/meta") and path not in held.rows
    }


def rows(project: Project, key: RecordKey) -> list[str]:
    return [
        str(row.values.get("/member/name") or row.values.get("/member/job/trade"))
        for row in answering.rows_of(project, [key])[key.id]
    ]


def test_each_row_becomes_a_record_its_response_owns(project: Project) -> None:
    key = household(project, ANA, LUIS)
    assert shown(project, key) == {
        "/house": "12", "/people": "2", "/member": 2,
        "/member[1]/name": "Ana", "/member[1]/age": 40, "/member[1]/job": 2,
        "/member[1]/job[1]/trade": "sews", "/member[1]/job[2]/trade": "sells",
        "/member[2]/name": "Luis", "/member[2]/age": 9, "/member[2]/school": "La Merced",
        "/member[2]/job": 0,
    }  # fmt: skip
    assert lists.count(project, Listing(ROW)) == 4
    assert len(records.descendants(project, key)) == 4


def test_rows_of_a_draft_come_and_go(project: Project) -> None:
    draft = give(project, begin(project, "homes"), {"member": [ANA, LUIS]})
    surveys.remove_row(project, draft, "member[1]")
    draft = drafts.require(project, draft.id)
    assert surveys.add_row(project, draft, "member") == "/member[2]"
    draft = give(project, drafts.require(project, draft.id), {"member[2]/name": "Eva"})
    key = surveys.finish(project, draft)
    assert rows(project, key) == ["Luis", "Eva"]
    with pytest.raises(KipuError, match="member\\[2\\]"):
        surveys.remove_row(project, draft, "member")


def test_an_answer_in_a_row_is_corrected_with_what_follows(project: Project) -> None:
    key = household(project, ANA, LUIS)
    revising.correct(project, key, {}, {"member[2]/age": "19"})
    assert "/member[2]/school" not in shown(project, key)
    luis = answering.whole(project, key).rows["/member[2]"].key
    revising.correct(project, luis, {}, {"age": 12})
    assert shown(project, key)["/member[2]/age"] == 12
    with pytest.raises(KipuError, match="age"):
        revising.correct(project, luis, {}, {"age": "many"})


def test_an_answer_to_what_is_not_asked_is_refused(project: Project) -> None:
    key = household(project, ANA, LUIS)
    before = shown(project, key)
    ana, luis = (answering.whole(project, key).rows[f"/member[{at}]"].key for at in (1, 2))
    for record, given in (
        (key, {"member[1]/school": "Juan León Mera", "house": "14"}),
        (ana, {"school": "Juan León Mera"}),
        # What the answers given along with it leave out of the interview.
        (luis, {"school": "Juan León Mera", "age": 20}),
    ):
        with pytest.raises(KipuError, match="school: this is not asked in this interview"):
            revising.correct(project, record, {}, given)
    assert shown(project, key) == before
    # Taking away what is not asked throws nothing away, and what brings it in may come with it.
    revising.correct(project, key, {}, {"member[1]/school": ""})
    revising.correct(project, ana, {}, {"school": "Juan León Mera", "age": 17})
    assert shown(project, key)["/member[1]/school"] == "Juan León Mera"


def test_a_row_deleted_or_restored_is_counted_anew(project: Project) -> None:
    key = household(project, ANA, LUIS)
    ana = answering.whole(project, key).rows["/member[1]"].key
    writing.delete(project, ana)
    assert rows(project, key) == ["Luis"]
    revising.correct(project, key, {}, {"house": "14"})
    assert shown(project, key)["/people"] == "1"
    writing.restore(project, ana)
    assert sorted(rows(project, key)) == ["Ana", "Luis", "sells", "sews"]


def test_a_corrected_interview_is_known_when_its_table_is_taken_in_again(project: Project) -> None:
    key = household(project, ANA)
    draft = give(project, reopening.reopen(project, key, "the house is 14"), {"house": "14"})
    surveys.finish(project, draft)
    form = reading.find_form(project, "homes")
    table, _count = responses.export_table(project, form, ".csv", "")
    done = responses.import_table(project, form, table, key.space)
    assert (done.new, done.known, done.differing) == (0, 1, [])


def test_a_finished_interview_is_opened_again_with_a_reason(project: Project) -> None:
    key = household(project, ANA, LUIS)
    before = records.values(project, key)["/meta/instanceID"]
    with pytest.raises(KipuError, match="Say why"):
        reopening.reopen(project, key, " ")
    draft = reopening.reopen(project, key, "Luis is twelve")
    with pytest.raises(KipuError, match="open for correction already"):
        reopening.reopen(project, key, "again")
    draft = give(project, draft, {"member[2]/age": 12})
    surveys.add_row(project, draft, "member", 2)
    draft = give(project, drafts.require(project, draft.id), {"member[2]/name": "Eva"})
    assert surveys.finish(project, draft) == key
    assert [one for one in rows(project, key) if one in ("Ana", "Eva", "Luis")] == [
        "Ana", "Eva", "Luis",
    ]  # fmt: skip
    after = records.values(project, key)
    assert after["correction_reason"] == "Luis is twelve"
    assert after["/meta/deprecatedID"] == before
    assert after["/meta/instanceID"] != before
    assert shown(project, key)["/member[3]/age"] == 12
    assert drafts.all_drafts(project) == []


def test_a_correction_that_changes_nothing_leaves_nothing(project: Project) -> None:
    key = household(project, ANA, LUIS)
    before = len(records.history(project, key))
    surveys.finish(project, reopening.reopen(project, key, "to be sure"))
    assert len(records.history(project, key)) == before


def test_an_interview_broken_off_is_completed_by_a_correction(project: Project) -> None:
    draft = give(project, begin(project, "homes"), {"house": "12"})
    key = surveys.abandon(project, draft, "interrupted", "It rained")
    again = give(project, reopening.reopen(project, key, "went back"), {"member": [ANA]})
    surveys.finish(project, again)
    assert records.values(project, key)["status"] == "complete"
    assert sorted(rows(project, key)) == ["Ana", "sells", "sews"]


def test_what_came_meanwhile_stands_beside_the_correction(project: Project) -> None:
    key = household(project, ANA, LUIS)
    draft = reopening.reopen(project, key, "asked again")
    luis = answering.whole(project, key).rows["/member[2]"].key
    writing.edit(project, luis, {"/member/age": 10, "/member/school": "Unidad"})
    draft = give(project, draft, {"member[2]/age": 11})
    surveys.finish(project, draft)
    [conflict] = conflicts.all_conflicts(project)
    assert (conflict.key, conflict.field) == (luis, "/member/age")
    assert {one.value for one in conflict.versions} == {10, 11}
    # What nobody corrected stays as it came.
    assert shown(project, key)["/member[2]/school"] == "Unidad"
    settling.settle(project, conflict, 30)
    assert conflicts.all_conflicts(project) == []
    assert "/member[2]/school" not in shown(project, key)


def test_a_correction_settles_nothing_that_whoever_corrects_never_saw(
    laptop: Laptop, project: Project
) -> None:
    key = household(project, ANA, LUIS)
    luis = answering.whole(project, key).rows["/member[2]"].key
    before = records.heads(project, luis)
    writing.edit(project, luis, {"/member/age": 10}, before)
    writing.edit(project, luis, {"/member/age": 9}, before)
    [conflict] = conflicts.all_conflicts(project)
    assert {one.value for one in conflict.versions} == {9, 10}
    draft = reopening.reopen(project, key, "asked again")
    seen = draft.body["answers"]["/member[2]/age"]  # type: ignore[index,call-overload]
    draft = give(project, draft, {"member[2]/age": 12})
    surveys.finish(project, draft)
    [conflict] = conflicts.all_conflicts(project)
    assert {one.value for one in conflict.versions} == {9, 10, 12} - {seen}


def test_a_response_moves_with_its_rows(laptop: Laptop, project: Project) -> None:
    from app.models.commands.membership import add_space

    key = household(project, ANA, LUIS)
    before = shown(project, key)
    moved = writing.move(project, key, add_space(project, "Diez de Agosto"))
    assert shown(project, moved) == before
    writing.delete(project, moved)
    assert lists.count(project, Listing(ROW)) == 0


def test_tables_have_the_rows_beside_the_responses(project: Project) -> None:
    form = reading.find_form(project, "homes")
    key = household(project, ANA, LUIS)
    data, count = responses.export_table(project, form, ".csv", "")
    [flat] = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    assert count == 1
    assert flat["people"] == "2"
    assert "age" not in flat
    data, count = responses.export_table(project, form, ".csv", "", repeat="job")
    table = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert [(one["trade"], one["row"], one["response"]) for one in table] == [
        ("sews", "1", key.id.hex()), ("sells", "2", key.id.hex()),
    ]  # fmt: skip
    data, count = responses.export_table(project, form, ".xlsx", "")
    assert count == 1
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames[:3] == ["homes", "member", "job"]
    assert [row[5].value for row in list(book["member"])[1:]] == ["Ana", "Luis"]
    with pytest.raises(KipuError, match="member, job"):
        responses.export_table(project, form, ".csv", "", repeat="pets")


def test_two_laptops_add_rows_to_one_response(three: list[Laptop]) -> None:
    boss, field, share = in_step(three)
    key = household(field.project, ANA)
    field.sync(share)
    boss.sync(share)
    for one, name in ((boss, "Eva"), (field, "Luis")):
        draft = reopening.reopen(one.project, key, "one was missing")
        surveys.add_row(one.project, draft, "member")
        draft = drafts.require(one.project, draft.id)
        surveys.finish(one.project, give(one.project, draft, {"member[2]/name": name}))
    for one in (boss, field, boss):
        one.sync(share)
    assert boss.digests() == field.digests()
    assert set(rows(boss.project, key)) == {"Ana", "Eva", "Luis", "sews", "sells"}
    assert not [
        one for one in conflicts.all_conflicts(boss.project) if one.field.startswith("/member")
    ]
