"""Versions of one form: the newest is the same everywhere, and no table leaves an answer out."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from app.errors import KipuError
from app.models import spaces
from app.models.commands import records, responses, surveys
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import surveys as forms
from app.models.queries import versions
from app.models.tables import CODES, Style
from tests.models.interviewing import done
from tests.models.laptops import PARISH, Laptop, settle, shared

HOUR = 3_600_000


def imported(project: Project, version: str, *questions: str) -> RecordKey:
    lines = [f"| | {one} |" for one in questions]
    text = "\n".join(
        ["| survey | | | |", "| | type | name | label |", *lines,
         "| choices | | | |", "| | list_name | name | label |", "| | yn | 1 | Sí |",
         "| settings | | |", "| | form_id | version |", f"| | mini | {version} |"]
    )  # fmt: skip
    return surveys.import_form(project, text.encode(), "mini.md")


def table(project: Project, name: str, style: Style = CODES, repeat: str = "") -> list[list[str]]:
    form = forms.find_form(project, name)
    data, _count = responses.export_table(project, form, ".csv", "", (), style, repeat)
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=","))


def answers(project: Project, name: str, *columns: str) -> set[tuple[str, ...]]:
    header, *rows = table(project, name)
    return {tuple(row[header.index(one)] for one in columns) for row in rows}


# -- which is the newest ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("9", "10"),
        ("2026-09", "2026-11"),
        ("v2", "v2.1"),
        ("piloto", "1"),
        ("", "0.1"),
        ("1" * 5000, "2" * 5000),
    ],
)
def test_versions_go_by_their_numbers(older: str, newer: str) -> None:
    assert versions.rank(older) < versions.rank(newer)


def test_versions_without_another_number_rank_alike() -> None:
    assert versions.rank("borrador") == versions.rank("final") == versions.rank("")
    assert versions.rank("007") == versions.rank("7")


def test_the_newest_version_is_the_same_on_every_laptop(three: list[Laptop]) -> None:
    ana, ben, eva = three
    share = shared(*three)
    imported(eva.project, "10", "text | who | Who")
    eva.clock_ms += HOUR
    ana.clock_ms += 2 * HOUR
    imported(ana.project, "9", "text | who | Who")
    settle(share, *three)
    for one in (ana, ben, eva):
        assert [form.version for form in forms.forms(one.project, "mini")] == ["9", "10"]
        assert forms.find_form(one.project, "mini").version == "10"
        assert forms.find_form(one.project, "mini@9").version == "9"


def test_two_forms_of_one_version_are_told_and_one_of_them_is_meant_everywhere(
    three: list[Laptop],
) -> None:
    ana, _ben, eva = three
    share = shared(*three)
    ana.clock_ms += HOUR
    later = imported(ana.project, "1", "text | who | Who")
    earlier = imported(eva.project, "1", "text | who | Quién")
    settle(share, *three)
    for one in three:
        assert forms.find_form(one.project, "mini@1").key == later
        assert forms.find_form(one.project, "mini").key == later
        assert forms.find_form(one.project, earlier.id.hex()).key == earlier
        assert versions.clashing(one.project) == {earlier, later}


def test_the_same_form_brought_twice_clashes_with_nothing(three: list[Laptop]) -> None:
    ana, _ben, eva = three
    share = shared(*three)
    for one in (ana, eva):
        imported(one.project, "1", "text | who | Who")
    settle(share, *three)
    assert len(forms.forms(ana.project)) == 2
    assert versions.clashing(ana.project) == frozenset()


# -- tables ----------------------------------------------------------------------------------------


@pytest.fixture
def project(laptop: Laptop) -> Project:
    """Two versions of a form, each with an interview."""
    imported(laptop.project, "1", "text | who | Who", "select_one yn | light | ¿Luz?")
    done(laptop.project, "mini@1", {"who": "Ana", "light": "1"})
    imported(laptop.project, "2", "text | who | Who", "integer | age | Age")
    done(laptop.project, "mini@2", {"who": "Luz", "age": 41})
    return laptop.project


@pytest.mark.parametrize("name", ["mini", "mini@1", "mini@2"])
def test_no_version_leaves_the_answers_of_another_out(project: Project, name: str) -> None:
    assert answers(project, name, "who", "light", "age") == {("Ana", "1", ""), ("Luz", "", "41")}


def test_questions_of_other_versions_come_last_with_their_words(project: Project) -> None:
    codes, *_rows = table(project, "mini")
    header, *rows = table(project, "mini", Style(labels=True))
    assert codes.index("light") == len(codes) - 1
    assert header[-1] == "¿Luz?"
    assert {row[-1] for row in rows} == {"Sí", ""}


def test_what_nobody_answered_in_another_version_is_no_column(project: Project) -> None:
    imported(project, "3", "text | who | Who", "text | why | Why")
    assert "why" not in table(project, "mini@2")[0]
    assert {"light", "age", "why"} <= set(table(project, "mini@3")[0])


def test_a_question_that_moved_keeps_both_its_columns(project: Project) -> None:
    imported(project, "3", "begin_group | me | Me", "text | who | Who", "end_group | | ")
    done(project, "mini@3", {"who": "Eva"})
    assert answers(project, "mini@2", "who", "me/who") == {("Ana", ""), ("Luz", ""), ("", "Eva")}


def test_rows_of_a_repeat_that_only_another_version_has_are_written_too(project: Project) -> None:
    repeat = ("begin_repeat | member | Member", "text | name | Name", "end_repeat | | ")
    imported(project, "3", "text | who | Who", *repeat)
    done(project, "mini@3", {"who": "Eva", "member": [{"name": "Sisa"}]})
    header, *rows = table(project, "mini@2", repeat="member")
    assert [row[header.index("name")] for row in rows] == ["Sisa"]
    form = forms.find_form(project, "mini@2")
    data, _count = responses.export_table(project, form, ".xlsx", "")
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert [row[-1].value for row in book["member"]] == ["name", "Sisa"]
    with pytest.raises(KipuError, match="member"):
        table(project, "mini@2", repeat="pets")


def test_answers_to_a_version_that_is_gone_stand_under_their_paths(project: Project) -> None:
    records.delete(project, forms.find_form(project, "mini@1").key)
    assert answers(project, "mini", "who", "light") == {("Ana", "1"), ("Luz", "")}


def test_a_table_of_all_versions_comes_in_again(project: Project) -> None:
    space = spaces.find(project, PARISH).id
    form = forms.find_form(project, "mini@2")
    data, _count = responses.export_table(project, form, ".csv", "")
    made = responses.import_table(project, form, data, space)
    assert (made.new, made.known, made.differing) == (0, 2, [])
    with pytest.raises(KipuError, match="no question for these columns: darkness"):
        responses.import_table(project, form, data.replace(b"light", b"darkness"), space)


def test_a_new_row_answers_no_other_version(project: Project) -> None:
    space = spaces.find(project, PARISH).id
    form = forms.find_form(project, "mini@2")
    with pytest.raises(KipuError, match="Row 3, column light: only another version"):
        responses.import_table(project, form, b"who,light\nEva,\nIda,1\n", space)
    assert responses.import_table(project, form, b"who,light\nEva,\nIda,\n", space).new == 2
