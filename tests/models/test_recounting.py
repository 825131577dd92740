"""What is worked out in a response stays right: as rows come and go, and as two laptops meet."""

from __future__ import annotations

import pytest

from app.errors import KipuError
from app.models import drafts
from app.models.commands import conflicts as settling
from app.models.commands import records as writing
from app.models.commands import recounting, reopening, repeat_tables, revising, surveys
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import answering, conflicts, records
from app.models.queries import surveys as reading
from sync.values import Value
from tests.models.interviewing import done, give
from tests.models.laptops import Laptop, agree, settle, shared
from tests.sync.sharing import MemoryRemote

FORM = """
| survey   |              |      |       |                   |
|          | type         | name | label | calculation       |
|          | text         | who  | Who   |                   |
|          | text         | why  | Why   |                   |
|          | integer      | a    | A     |                   |
|          | integer      | b    | B     |                   |
|          | begin repeat | m    | M     |                   |
|          | integer      | x    | X     |                   |
|          | calculate    | twice |      | ${x} * 2          |
|          | end repeat   |      |       |                   |
|          | calculate    | tot  |       | ${a} + ${b}       |
|          | calculate    | sum  |       | sum(${x})         |
|          | calculate    | n    |       | count(${m})       |
|          | calculate    | day  |       | today()           |
| settings |              |      |       |                   |
|          | form_title   | form_id | version |              |
|          | Sums         | sums | 1     |                   |
"""
PRICES = """
| survey   |              |       |       |                                              |
|          | type         | name  | label | calculation                                  |
|          | begin repeat | m     | M     |                                              |
|          | text         | what  | What  |                                              |
|          | calculate    | price |       | pulldata('prices', 'price', 'name', ${what}) |
|          | end repeat   |       |       |                                              |
|          | calculate    | sum   |       | sum(${price})                                |
| settings |              |       |       |                                              |
|          | form_title   | form_id | version |                                          |
|          | Prices       | costs | 1     |                                              |
"""
GIVEN: dict[str, Value] = {"who": "Eva", "a": 1, "b": 2, "m": [{"x": 5}, {"x": 7}]}


@pytest.fixture
def project(laptop: Laptop) -> Project:
    surveys.import_form(laptop.project, FORM.encode(), "sums.md")
    return laptop.project


@pytest.fixture
def trio_in_step(three: list[Laptop]) -> tuple[list[Laptop], MemoryRemote, RecordKey]:
    """A coordinator, a facilitator and another coordinator, with one interview."""
    share = shared(*three)
    surveys.import_form(three[0].project, FORM.encode(), "sums.md")
    settle(share, *three)
    key = done(three[1].project, "sums", GIVEN)
    settle(share, *three)
    return three, share, key


def shown(project: Project, key: RecordKey, *names: str) -> list[Value]:
    found = records.values(project, key)
    return [found.get(f"/{name}") for name in names]


def row(project: Project, key: RecordKey, number: int) -> RecordKey:
    return answering.whole(project, key).rows[f"/m[{number}]"].key


def test_sums_follow_a_row_that_is_deleted_and_comes_back(project: Project) -> None:
    key = done(project, "sums", GIVEN)
    seven = row(project, key, 2)
    writing.delete(project, seven)
    assert shown(project, key, "sum", "n") == ["5", "1"]
    assert [one.value for one in records.history(project, key) if one.field == "/sum"] == [
        "12", "5",
    ]  # fmt: skip
    writing.restore(project, seven)
    assert shown(project, key, "sum", "n") == ["12", "2"]


def test_sums_follow_rows_brought_in_from_a_table(project: Project) -> None:
    key, other = done(project, "sums", GIVEN), done(project, "sums", GIVEN)
    before = len(records.history(project, other))
    table = f"response,x\n{key.id.hex()},100\n{key.id.hex()},1\n".encode()
    form = reading.find_form(project, "sums")
    repeat_tables.import_rows(project, form, "m", table, key.space)
    assert shown(project, key, "sum", "n") == ["113", "4"]
    assert records.values(project, row(project, key, 3))["/m/twice"] == "200"
    assert len(records.history(project, other)) == before


def test_nothing_is_worked_out_for_rows_that_nothing_outside_reads(project: Project) -> None:
    text = "\n".join(
        line for line in FORM.replace("sums", "plain").splitlines()
        if not any(name in line for name in ("| sum ", "| n ", "| tot "))
    )  # fmt: skip
    surveys.import_form(project, text.encode(), "plain.md")
    form = reading.definition(project, reading.find_form(project, "plain").key)
    assert not form.following.reads(form.place("/m"))
    sums = reading.definition(project, reading.find_form(project, "sums").key)
    assert sums.following.reads(sums.place("/m"))


def test_a_sum_in_dispute_is_what_it_comes_to_whichever_version_is_taken(
    trio_in_step: tuple[list[Laptop], MemoryRemote, RecordKey],
) -> None:
    (boss, field, other), share, key = trio_in_step
    for number in (0, 1):
        revising.correct(field.project, key, {}, {"a": 10 + number})
        revising.correct(other.project, key, {}, {"b": 20 + 5 * number})
        settle(share, boss, field, other)
        [conflict] = conflicts.all_conflicts(boss.project)
        assert conflict.field == "/tot"
        settling.take(boss.project, conflict, conflict.versions[number])
        assert shown(boss.project, key, "tot") == [str(30 + 6 * number)]
        settle(share, boss, field, other)
        assert conflicts.all_conflicts(field.project) == []
    agree(boss, field, other)


@pytest.mark.parametrize(("deleted", "total"), [(True, "5"), (False, "75")])
def test_a_row_that_is_settled_as_deleted_or_kept_is_counted_so(
    trio_in_step: tuple[list[Laptop], MemoryRemote, RecordKey], deleted: bool, total: str
) -> None:
    (boss, field, other), share, key = trio_in_step
    seven = row(field.project, key, 2)
    writing.delete(field.project, seven)
    revising.correct(other.project, seven, {}, {"x": 70})
    settle(share, boss, field, other)
    conflict = next(one for one in conflicts.all_conflicts(boss.project) if one.key == seven)
    version = next(one for one in conflict.versions if one.deleted == deleted)
    settling.take(boss.project, conflict, version)
    assert shown(boss.project, key, "sum") == [total]
    assert conflicts.all_conflicts(boss.project) == []
    settle(share, boss, field, other)
    agree(boss, field, other)


def corrected(laptop: Laptop, key: RecordKey, given: dict[str, Value]) -> str:
    """Open an interview again and answer; returns the identifier it got."""
    draft = give(laptop.project, reopening.reopen(laptop.project, key, "asked again"), given)
    surveys.finish(laptop.project, draft)
    return str(records.values(laptop.project, key)["/meta/instanceID"])


def test_of_two_identifiers_the_chosen_one_is_taken(
    trio_in_step: tuple[list[Laptop], MemoryRemote, RecordKey],
) -> None:
    (boss, field, other), share, key = trio_in_step
    names = corrected(field, key, {"who": "Ana"}), corrected(other, key, {"why": "Rain"})
    settle(share, boss, field, other)
    [conflict] = conflicts.all_conflicts(boss.project)
    assert conflict.field == "/meta/instanceID"
    assert {one.value for one in conflict.versions} == set(names)
    last = conflict.versions[-1]
    settling.take(boss.project, conflict, last)
    assert records.values(boss.project, key)["/meta/instanceID"] == last.value
    assert conflicts.all_conflicts(boss.project) == []
    assert shown(boss.project, key, "who", "why") == ["Ana", "Rain"]


def test_an_identifier_is_no_question_beside_an_answer(
    trio_in_step: tuple[list[Laptop], MemoryRemote, RecordKey],
) -> None:
    (boss, field, other), share, key = trio_in_step
    corrected(field, key, {"who": "Ana"})
    corrected(other, key, {"who": "Rosa"})
    settle(share, boss, field, other)
    [conflict] = conflicts.all_conflicts(boss.project)
    assert conflict.field == "/who"
    settling.take(boss.project, conflict, conflict.versions[1])
    assert conflicts.all_conflicts(boss.project) == []


def test_sums_that_two_laptops_left_wrong_are_worked_out_anew(
    trio_in_step: tuple[list[Laptop], MemoryRemote, RecordKey],
) -> None:
    (boss, field, other), share, key = trio_in_step
    form = reading.find_form(boss.project, "sums")
    for one in (field, other):
        draft = reopening.reopen(one.project, key, "one was missing")
        surveys.add_row(one.project, draft, "m")
        draft = drafts.require(one.project, draft.id)
        surveys.finish(one.project, give(one.project, draft, {"m[3]/x": 10}))
    settle(share, boss, field, other)
    assert shown(boss.project, key, "sum", "n") == ["22", "3"]
    with pytest.raises(KipuError, match="Only a coordinator"):
        recounting.recount_form(field.project, form)
    found = recounting.recount_form(boss.project, form)
    assert (found.checked, found.changed) == (1, 1)
    assert shown(boss.project, key, "sum", "n") == ["32", "4"]
    assert recounting.recount_form(boss.project, form).changed == 0
    settle(share, boss, field, other)
    agree(boss, field, other)


def test_a_correction_counts_what_came_while_it_was_open(
    trio_in_step: tuple[list[Laptop], MemoryRemote, RecordKey],
) -> None:
    (boss, field, other), share, key = trio_in_step
    draft = reopening.reopen(field.project, key, "asked again")
    revising.correct(other.project, row(other.project, key, 1), {}, {"x": 50})
    settle(share, boss, field, other)
    draft = give(field.project, draft, {"m[2]/x": 70})
    surveys.finish(field.project, draft)
    assert shown(field.project, key, "sum") == ["120"]


def test_what_was_looked_up_stays_and_what_follows_from_it_is_counted(
    laptop: Laptop, project: Project
) -> None:
    files = {"prices.csv": b"name,price\nrice,3\nsalt,4\n"}
    surveys.import_form(project, PRICES.encode(), "costs.md", files)
    key = done(project, "costs", {"m": [{"what": "rice"}, {"what": "salt"}]})
    rice = row(project, key, 1)
    # As if the list had another price by now.
    laptop.edit(rice, **{"/m/price": "30"})
    form = reading.find_form(project, "costs")
    assert recounting.recount_form(project, form).changed == 1
    assert records.values(project, rice)["/m/price"] == "30"
    assert shown(project, key, "sum") == ["34"]
    writing.delete(project, row(project, key, 2))
    assert shown(project, key, "sum") == ["30"]
