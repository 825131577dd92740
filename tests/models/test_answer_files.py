"""Photographs given as answers, where two laptops answered with one each."""

from __future__ import annotations

import pytest

from app.errors import KipuError
from app.models import drafts
from app.models.commands import answer_files, reopening, revising, surveys
from app.models.commands import conflicts as settling
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import attachments as attached
from app.models.queries import conflicts, records
from app.models.queries.conflicts import Conflict
from sync.values import Value
from tests.models.interviewing import begin, done
from tests.models.laptops import Laptop, agree, settle, shared
from tests.sync.sharing import MemoryRemote

FORM = """
| survey   |            |         |         |
|          | type       | name    | label   |
|          | text       | who     | Who     |
|          | image      | face    | Face    |
| settings |            |         |         |
|          | form_title | form_id | version |
|          | Faces      | faces   | 1       |
"""


def photographed(laptop: Laptop, key: RecordKey, picture: bytes) -> str:
    """Open the interview again and answer with a photograph; returns the answer."""
    project = laptop.project
    draft = reopening.reopen(project, key, "another face")
    name = answer_files.answer(project, draft, "face", picture, "face.png")
    surveys.finish(project, drafts.require(project, draft.id))
    return name


def question(project: Project, field: str = "/face") -> Conflict:
    return next(one for one in conflicts.all_conflicts(project) if one.field == field)


def choose(laptop: Laptop, value: Value) -> None:
    found = question(laptop.project)
    settling.take(laptop.project, found, next(v for v in found.versions if v.value == value))


def names(project: Project, key: RecordKey) -> set[str]:
    return {one.file.title for one in attached.of(project, key) if one.file}


def test_a_photograph_comes_back_with_the_version_that_names_it(three: list[Laptop]) -> None:
    boss, field, other = three
    share = shared(*three)
    surveys.import_form(boss.project, FORM.encode(), "faces.md")
    settle(share, *three)
    draft = begin(field.project, "faces")
    answer_files.answer(field.project, draft, "face", b"first", "face.png")
    key = surveys.finish(field.project, drafts.require(field.project, draft.id))
    settle(share, *three)
    one, two = photographed(field, key, b"one"), photographed(other, key, b"two")
    settle(share, *three)
    for laptop, value in ((field, one), (other, two)):
        choose(laptop, value)
        assert names(laptop.project, key) == {value}
    settle(share, *three)
    choose(boss, one)
    settle(share, *three)
    for laptop in three:
        assert records.values(laptop.project, key)["/face"] == one
        assert names(laptop.project, key) == {one}
    assert answer_files.of_response(field.project, key, one) == b"one"
    agree(*three)


def disputed(three: list[Laptop], share: MemoryRemote) -> tuple[RecordKey, str, str]:
    """An interview to which two laptops gave a photograph each."""
    boss, field, other = three
    surveys.import_form(boss.project, FORM.encode(), "faces.md")
    settle(share, *three)
    key = done(field.project, "faces", {"who": "Eva"})
    settle(share, *three)
    found = key, photographed(field, key, b"one"), photographed(other, key, b"two")
    settle(share, *three)
    return found


@pytest.mark.parametrize("taken", [0, 1])
def test_the_version_not_taken_lets_its_photograph_go(three: list[Laptop], taken: int) -> None:
    key, *given = disputed(three, shared(*three))
    choose(three[0], given[taken])
    assert names(three[0].project, key) == {given[taken]}


def test_an_answer_names_no_file_that_was_never_there(three: list[Laptop]) -> None:
    project = three[0].project
    key, one, two = disputed(three, shared(*three))
    with pytest.raises(KipuError, match=r"There is no file “nofile\.png” here"):
        settling.settle(project, question(project), "nofile.png")
    with pytest.raises(KipuError, match="There is no file"):
        revising.correct(project, key, {}, {"face": "nofile.png"})
    settling.settle(project, question(project), one)
    assert names(project, key) == {one}
    revising.correct(project, key, {}, {"face": two})
    assert names(project, key) == {two}
    revising.correct(project, key, {}, {"face": ""})
    assert names(project, key) == set()
