"""A form that wants its interview logged gets an audit.csv of what stood on the page, and when."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.models import drafts
from app.models.commands import answer_files, reopening, surveys
from app.models.project import Project
from app.models.queries import answering, lists
from app.models.queries.lists import Listing
from app.views.pages.form import FormPage
from app.views.pages.interviews import InterviewsPage
from tests.views.offices import Office

ENTER = Qt.Key.Key_Return
LOGGED = """
| survey   |              |        |        |            |            |
|          | type         | name   | label  | appearance | parameters |
|          | audit        | audit  |        |            | track-changes=true identify-user=true |
|          | text         | house  | House  |            |            |
|          | begin group  | both   | Both   | field-list |            |
|          | text         | one    | One    |            |            |
|          | text         | two    | Two    |            |            |
|          | end group    |        |        |            |            |
|          | begin repeat | member | Member |            |            |
|          | text         | name   | Name   |            |            |
|          | end repeat   |        |        |            |            |
| settings |              |        |        |            |            |
|          | form_title   | form_id | version |          |            |
|          | Logged       | logged | 1      |            |            |
"""


@pytest.fixture
def page(qtbot: Any, office: Office) -> InterviewsPage:
    office.run(surveys.import_form, LOGGED.encode(), "logged.md")
    made = InterviewsPage(office.desk)
    qtbot.addWidget(made)
    made.resize(1200, 768)
    made.show()
    made.activateWindow()
    office.settle()
    return made


def _begin(qtbot: Any, office: Office, page: InterviewsPage) -> FormPage:
    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    office.settle()
    form = page.interview()
    assert form is not None
    return form


def _say(qtbot: Any, form: FormPage, *given: Any) -> None:
    for one in given:
        if isinstance(one, str):
            qtbot.keyClicks(form.focusWidget(), one)
        else:
            qtbot.keyClick(form.focusWidget(), one)


def _log(project: Project) -> list[dict[str, str]]:
    [row] = lists.page(project, Listing("response", equal={"form_id": "logged"}), 0, 2)
    held = answering.whole(project, row.key)
    name = str(held.answers["/meta/audit"])
    assert name.startswith("audit-")
    data = answer_files.of_response(project, row.key, name)
    assert data is not None
    return list(csv.DictReader(io.StringIO(data.decode())))


def test_the_log_tells_what_stood_on_the_page(qtbot: Any, office: Office, page: Any) -> None:
    form = _begin(qtbot, office, page)
    _say(qtbot, form, "Blue", ENTER, "a", ENTER, "b", ENTER, "Ana", ENTER, ENTER, ENTER)
    office.settle()
    rows = office.run(_log)
    assert [(one["event"], one["node"], one["new-value"]) for one in rows] == [
        ("form start", "", ""),
        ("question", "/data/house", "Blue"),
        ("group questions", "/data/both", ""),
        ("question", "/data/both/one", "a"),
        ("question", "/data/both/two", "b"),
        ("question", "/data/member[1]/name", "Ana"),
        ("add repeat", "/data/member", ""),
        ("end screen", "", ""),
        ("form finalize", "", ""),
    ]
    assert {one["user"] for one in rows} == {"Rosa Andi"}
    shown = [one for one in rows if one["end"]]
    assert all(int(one["start"]) <= int(one["end"]) for one in shown)
    starts = [int(one["start"]) for one in rows[:-1]]
    assert starts == sorted(starts)


def test_it_goes_on_after_a_pause_and_after_a_correction(
    qtbot: Any, office: Office, page: Any
) -> None:
    form = _begin(qtbot, office, page)
    _say(qtbot, form, "Blue", ENTER, Qt.Key.Key_F6)
    office.settle()
    [draft] = office.run(drafts.all_drafts, "response")
    page.go_on(draft.id)
    office.settle()
    form = page.interview()
    form.go_to("")
    _say(qtbot, form, ENTER)
    office.settle()
    events = [one["event"] for one in office.run(_log)]
    assert events[:2] == ["form start", "question"]
    assert events[2:7] == ["group questions", "form save", "form exit", "form resume",
                           "group questions"]  # fmt: skip
    assert events[-2:] == ["end screen", "form finalize"]
    office.run(_correct)
    again = [one["event"] for one in office.run(_log)]
    assert again[: len(events)] == events
    assert again[-1] == "form finalize"
    assert len(again) > len(events)


def _correct(project: Project) -> None:
    [row] = lists.page(project, Listing("response", equal={"form_id": "logged"}), 0, 2)
    draft = reopening.reopen(project, row.key, "misheard")
    surveys.answer(project, draft, {"house": "Green"})
    surveys.finish(project, drafts.require(project, draft.id))


def test_an_interview_broken_off_brings_its_log_too(qtbot: Any, office: Office, page: Any) -> None:
    form = _begin(qtbot, office, page)
    _say(qtbot, form, "Blue", ENTER)
    form.abandoned.emit("interrupted", "rain")
    office.settle()
    assert [one["event"] for one in office.run(_log)] == [
        "form start", "question", "group questions", "form exit",
    ]  # fmt: skip


def test_a_form_that_wants_no_log_has_none(qtbot: Any, office: Office) -> None:
    page = InterviewsPage(office.desk)
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    office.settle()
    form = _begin(qtbot, office, page)
    _say(qtbot, form, "1")
    office.settle()
    [draft] = office.run(drafts.all_drafts, "response")
    assert "audit" not in draft.body
