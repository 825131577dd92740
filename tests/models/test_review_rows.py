"""What a hostile review of rows, corrections, entities and their files found, each as it was lost."""

from __future__ import annotations

import contextlib

import pytest

from app.errors import KipuError
from app.models import attachments, drafts
from app.models.commands import (
    answer_files,
    erasing,
    membership,
    reopening,
    revising,
    surveys,
    undoing,
)
from app.models.commands import attachments as attaching
from app.models.commands import records as writing
from app.models.commands.membership import add_space
from app.models.ledger import RecordKey
from app.models.ledger.registers import State
from app.models.project import Project
from app.models.queries import answering, conflicts, records
from app.models.queries import attachments as attached
from sync.changes import Change, Verb
from sync.ids import random_id
from sync.values import Value, to_json
from tests.models.interviewing import begin, done, give
from tests.models.laptops import Laptop, agree
from tests.models.test_entities import LISTING, PICTURE, VISIT
from tests.models.test_response_rows import ANA, FORM, LUIS, in_step, rows, shown

ROOMS = """
| survey   |              |        |         |              |
|          | type         | name   | label   | repeat_count |
|          | integer      | n      | Rooms   |              |
|          | text         | note   | Note    |              |
|          | begin repeat | room   | Room    | ${n}         |
|          | text         | use    | Use     |              |
|          | image        | view   | View    |              |
|          | end repeat   |        |         |              |
| settings |              |        |         |              |
|          | form_title   | form_id | version |             |
|          | Rooms        | rooms  | 1       |              |
"""
PHOTOS = """
| survey   |              |        |         |
|          | type         | name   | label   |
|          | text         | who    | Who     |
|          | image        | face   | Face    |
|          | begin repeat | thing  | Thing   |
|          | text         | name   | Name    |
|          | image        | view   | View    |
|          | end repeat   |        |         |
| settings |              |        |         |
|          | form_title   | form_id | version |
|          | Photos       | photos | 1       |
"""

JOBS: list[Value] = [{"trade": "sews"}, {"trade": "sells"}]


@pytest.fixture
def project(laptop: Laptop) -> Project:
    for name, text in (
        ("homes", FORM), ("listing", LISTING), ("visit", VISIT), ("rooms", ROOMS),
        ("photos", PHOTOS),
    ):  # fmt: skip
        surveys.import_form(laptop.project, text.encode(), f"{name}.md")
    return laptop.project


def row(project: Project, key: RecordKey, path: str) -> RecordKey:
    return answering.whole(project, key).rows[path].key


def is_shown(project: Project, key: RecordKey) -> bool:
    return bool(records.flags(project, key) & State.VISIBLE)


def test_erasing_takes_the_correction_that_quotes_it(project: Project) -> None:
    key = done(project, "homes", {"house": "secreto", "member": [ANA, LUIS]})
    draft = reopening.reopen(project, key, "x")
    erasing.erase(project, key, (), "asked")
    assert not [one for one in drafts.all_drafts(project) if "secreto" in to_json(dict(one.body))]
    assert drafts.find(project, draft.id) is None


def test_erasing_a_row_takes_the_correction_that_quotes_it(project: Project) -> None:
    key = done(project, "homes", {"house": "1", "member": [ANA, LUIS]})
    reopening.reopen(project, key, "x")
    erasing.erase(project, row(project, key, "/member[2]"), (), "asked")
    assert not [one for one in drafts.all_drafts(project) if "Luis" in to_json(dict(one.body))]


def test_a_correction_of_a_deleted_response_is_kept(project: Project) -> None:
    key = done(project, "homes", {"house": "1", "member": [ANA]})
    draft = give(project, reopening.reopen(project, key, "x"), {"house": "2"})
    writing.delete(project, key)
    try:
        surveys.finish(project, draft)
    except KipuError:
        assert drafts.find(project, draft.id)
    else:
        assert is_shown(project, key)
        assert shown(project, key)["/house"] == "2"


def test_a_correction_of_a_moved_response_is_kept(project: Project) -> None:
    key = done(project, "homes", {"house": "1", "member": [ANA]})
    draft = give(project, reopening.reopen(project, key, "x"), {"house": "2"})
    writing.move(project, key, add_space(project, "Diez de Agosto"))
    with pytest.raises(KipuError):
        surveys.finish(project, draft)
    assert drafts.find(project, draft.id)


def test_a_row_taken_out_does_not_take_along_what_came_meanwhile(project: Project) -> None:
    key = done(project, "homes", {"house": "1", "member": [ANA, LUIS]})
    draft = reopening.reopen(project, key, "x")
    luis = row(project, key, "/member[2]")
    writing.edit(project, luis, {"/member/school": "Unidad"})
    surveys.remove_row(project, draft, "member[2]")
    surveys.finish(project, drafts.require(project, draft.id))
    [conflict] = conflicts.all_conflicts(project)
    assert conflict.key == luis


def test_an_edited_row_that_was_deleted_meanwhile(project: Project) -> None:
    key = done(project, "homes", {"house": "1", "member": [ANA, LUIS]})
    draft = reopening.reopen(project, key, "x")
    luis = row(project, key, "/member[2]")
    writing.delete(project, luis)
    surveys.finish(project, give(project, draft, {"member[2]/school": "Unidad"}))
    [conflict] = conflicts.all_conflicts(project)
    assert conflict.key == luis


def test_a_job_added_to_a_member_taken_out_meanwhile(project: Project) -> None:
    key = done(project, "homes", {"house": "1", "member": [ANA, LUIS]})
    draft = reopening.reopen(project, key, "x")
    writing.delete(project, row(project, key, "/member[1]"))
    draft = give(project, draft, {"member[1]/job": [*JOBS, {"trade": "cooks"}]})
    surveys.finish(project, draft)
    assert "cooks" in rows(project, key)


def test_a_photo_of_a_row_goes_with_the_row(project: Project) -> None:
    draft = give(project, begin(project, "photos"), {"thing": [{"name": "a"}, {"name": "b"}]})
    answer_files.answer(project, draft, "thing[2]/view", PICTURE, "v.png")
    key = surveys.finish(project, drafts.require(project, draft.id))
    [one] = attached.of(project, row(project, key, "/thing[2]"))
    draft = reopening.reopen(project, key, "x")
    surveys.remove_row(project, draft, "thing[2]")
    surveys.finish(project, drafts.require(project, draft.id))
    assert not is_shown(project, one.key)


def test_a_correction_keeps_the_photo_that_came_meanwhile(project: Project) -> None:
    draft = give(project, begin(project, "photos"), {"who": "Eva"})
    answer_files.answer(project, draft, "face", PICTURE, "v.png")
    key = surveys.finish(project, drafts.require(project, draft.id))
    draft = give(project, reopening.reopen(project, key, "x"), {"who": "Ana"})
    # Another laptop's correction, as it arrives: another answer, another file.
    kept: Value = attachments.keep(project, key.space, PICTURE * 2, "face-new.png")
    attaching.bind(project, key, kept, question="/face")
    old = next(
        one for one in attached.of(project, key) if one.file and one.file.title != "face-new.png"
    )
    writing.edit(project, key, {"/face": "face-new.png"})
    writing.delete(project, old.key)
    surveys.finish(project, draft)
    assert shown(project, key)["/face"] == "face-new.png"
    assert answer_files.of_response(project, key, "face-new.png") == PICTURE * 2


@pytest.mark.parametrize(
    "name",
    ["../x", "a.jpg ", "b.jp\u202eg", "c." + "x" * 300, "d.é", "", ".", "\x00.png", "e.p/ng"],
)
def test_a_file_is_found_under_its_answer(project: Project, name: str) -> None:
    draft = give(project, begin(project, "photos"), {"who": "Eva"})
    answer_files.answer(project, draft, "face", PICTURE, name)
    key = surveys.finish(project, drafts.require(project, draft.id))
    answer = str(shown(project, key)["/face"])
    assert answer_files.of_response(project, key, answer) == PICTURE
    revising.correct(project, key, {}, {"who": "Ana"})
    assert answer_files.of_response(project, key, answer) == PICTURE


def test_a_question_with_a_long_name_keeps_its_photo(project: Project) -> None:
    long = "face" + "x" * 140
    text = PHOTOS.replace("face ", long).replace("photos", "long")
    surveys.import_form(project, text.encode(), "long.md")
    draft = give(project, begin(project, "long"), {"who": "Eva"})
    answer_files.answer(project, draft, long, PICTURE, "a.png")
    key = surveys.finish(project, drafts.require(project, draft.id))
    revising.correct(project, key, {}, {"who": "Ana"})
    assert len(attached.of(project, key)) == 1


def test_rows_beyond_the_count_are_not_deleted_by_the_way(project: Project) -> None:
    key = done(project, "rooms", {"n": 2, "room": [{"use": "a"}, {"use": "b"}]})
    first = row(project, key, "/room[1]")
    values = {**records.values(project, first), "/room/use": "c", "position": "a5"}
    extra = RecordKey(key.space, "response_row", random_id())
    project.ledger.commit(
        key.space, [Change(Verb.CREATE, extra.kind, extra.id, (key.kind, key.id), values)], "x"
    )
    revising.correct(project, key, {}, {"note": "hi"})
    assert is_shown(project, extra)
    draft = give(project, reopening.reopen(project, key, "x"), {"note": "ho"})
    surveys.finish(project, draft)
    assert is_shown(project, extra)


def test_undo_of_a_finished_interview_with_everything(project: Project) -> None:
    draft = give(project, begin(project, "photos"), {"thing": [{"name": "a"}, {"name": "b"}]})
    answer_files.answer(project, draft, "thing[2]/view", PICTURE, "v.png")
    draft = drafts.require(project, draft.id)
    key, did = undoing.tracked(project, surveys.finish, draft)
    assert did is not None
    undoing.undo(project, did)
    assert not is_shown(project, key)
    writing.restore(project, key)
    before = shown(project, key)
    draft = reopening.reopen(project, key, "x")
    surveys.remove_row(project, draft, "thing[1]")
    draft = give(project, drafts.require(project, draft.id), {"thing[1]/name": "z"})
    _key, did = undoing.tracked(project, surveys.finish, draft)
    assert did is not None
    undoing.undo(project, did)
    assert shown(project, key) == before
    assert conflicts.all_conflicts(project) == []


def test_odd_characters_do_not_stop_the_next_interview(project: Project) -> None:
    key = done(project, "photos", {"who": "a\x0bb\x00c"})
    answering.whole(project, key).session().to_xml()


def test_a_row_hidden_when_the_correction_began_is_not_made_twice(project: Project) -> None:
    text = PHOTOS.replace("photos", "maybe").replace("| label   |", "| label   | relevant |", 1)
    text = text.replace("| Thing   |", "| Thing   | ${who} = 'a' |")
    surveys.import_form(project, text.encode(), "maybe.md")
    key = done(project, "maybe", {"who": "a", "thing": [{"name": "x"}, {"name": "y"}]})
    writing.edit(project, key, {"/who": "b"})
    draft = give(project, reopening.reopen(project, key, "x"), {"who": "a"})
    surveys.finish(project, draft)
    assert [one.values["/thing/name"] for one in answering.rows_of(project, [key])[key.id]] == [
        "x",
        "y",
    ]
    revising.correct(project, key, {}, {"who": "b"})
    revising.correct(project, key, {}, {"who": "a"})


def test_a_refused_answer_of_old_can_be_taken_back(project: Project) -> None:
    key = done(project, "homes", {"house": "1", "member": [ANA]})
    ana = row(project, key, "/member[1]")
    writing.edit(project, ana, {"/member/age": "many"})
    draft = reopening.reopen(project, key, "x")
    draft = give(project, draft, {"member[1]/age": None})
    surveys.finish(project, draft)
    assert "/member[1]/age" not in shown(project, key)
    assert conflicts.all_conflicts(project) == []


def test_rows_added_beneath_a_row_taken_out_are_not_lost(three: list[Laptop]) -> None:
    boss, field, share = in_step(three)
    key = done(field.project, "homes", {"house": "1", "member": [ANA, LUIS]})
    field.sync(share)
    boss.sync(share)
    ours = reopening.reopen(boss.project, key, "x")
    theirs = reopening.reopen(field.project, key, "y")
    surveys.remove_row(boss.project, ours, "member[1]")
    theirs = give(field.project, theirs, {"member[1]/job": [*JOBS, {"trade": "cooks"}]})
    surveys.finish(field.project, theirs)
    for _round in range(2):
        field.sync(share)
        boss.sync(share)
    surveys.finish(boss.project, drafts.require(boss.project, ours.id))
    for _round in range(2):
        boss.sync(share)
        field.sync(share)
    agree(boss, field)
    assert [
        one.key.kind
        for one in conflicts.all_conflicts(boss.project)
        if one.key.kind == "response_row"
    ]


def test_an_order_to_erase_takes_corrections_on_other_laptops(three: list[Laptop]) -> None:
    boss, field, share = in_step(three)
    key = done(field.project, "homes", {"house": "secreto", "member": [ANA]})
    field.sync(share)
    boss.sync(share)
    draft = reopening.reopen(field.project, key, "x")
    erasing.erase(boss.project, key, (), "asked")
    for _round in range(3):
        boss.sync(share)
        field.sync(share)
    assert not [
        one for one in drafts.all_drafts(field.project) if "secreto" in to_json(dict(one.body))
    ]
    assert drafts.find(field.project, draft.id) is None


def test_a_lost_role_keeps_the_correction(three: list[Laptop]) -> None:
    boss, field, share = in_step(three)
    key = done(field.project, "homes", {"house": "1", "member": [ANA]})
    field.sync(share)
    boss.sync(share)
    draft = give(field.project, reopening.reopen(field.project, key, "x"), {"house": "2"})
    membership.revoke(boss.project, field.device)
    boss.sync(share)
    with contextlib.suppress(Exception):
        field.sync(share)
    with pytest.raises(KipuError):
        surveys.finish(field.project, draft)
    assert drafts.find(field.project, draft.id)


def test_a_deleted_form_does_not_stop_the_next_version(project: Project) -> None:
    text = """
| survey   |       |      |       |         |
|          | type  | name | label | default |
|          | text  | who  | Who   | ${last-saved#who} |
| settings |       |      |       |         |
|          | form_title | form_id | version | |
|          | Last  | last | VERSION |        |
"""
    first = surveys.import_form(project, text.replace("VERSION", "1").encode(), "last.md")
    key = done(project, "last", {"who": "Eva"})
    draft = begin(project, "last")
    assert surveys.session_of(project, draft).value("/who") == "Eva"
    drafts.discard(project, draft.id)
    surveys.import_form(project, text.replace("VERSION", "2").encode(), "last.md")
    writing.delete(project, first)
    begin(project, "last")
    draft = begin(project, "last")
    surveys.session_of(project, draft)
    writing.restore(project, first)
    writing.delete(project, key)
    assert surveys.session_of(project, begin(project, "last")).value("/who") is None
