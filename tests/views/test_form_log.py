"""A form that wants its interview logged gets an audit.csv of what stood on the page, and when."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.models import drafts
from app.models.commands import answer_files, contact, reopening, surveys
from app.models.project import Project
from app.models.queries import answering, lists
from app.models.queries.lists import Listing
from app.views.pages.form import FormPage
from app.views.pages.interviews import InterviewsPage
from tests.views.offices import Office

ENTER = Qt.Key.Key_Return
AUDIT = (
    "track-changes=true identify-user=true track-changes-reasons=on-form-edit "
    "location-priority=balanced location-min-interval=60 location-max-age=300"
)
LOGGED = f"""
| survey   |              |        |        |            |            |            |
|          | type         | name   | label  | appearance | constraint | parameters |
|          | audit        | audit  |        |            |            | {AUDIT}    |
|          | text         | house  | House  |            | . != 'Red' |            |
|          | begin group  | both   | Both   | field-list |            |            |
|          | text         | one    | One    |            |            |            |
|          | text         | two    | Two    |            |            |            |
|          | end group    |        |        |            |            |            |
|          | begin repeat | member | Member |            |            |            |
|          | text         | name   | Name   |            |            |            |
|          | end repeat   |        |        |            |            |            |
| settings |              |        |        |            |            |            |
|          | form_title   | form_id | version |          |            |            |
|          | Logged       | logged | 1      |            |            |            |
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
    assert again[len(events) :] == ["form start", "change reason", "form finalize"]
    told = {one["event"]: one["change-reason"] for one in office.run(_log)}
    assert told.pop("change reason") == "misheard"
    assert not any(told.values())


def _correct(project: Project) -> None:
    [row] = lists.page(project, Listing("response", equal={"form_id": "logged"}), 0, 2)
    draft = reopening.reopen(project, row.key, "misheard")
    surveys.answer(project, draft, {"house": "Green"})
    surveys.finish(project, drafts.require(project, draft.id))


def test_it_tells_where_somebody_jumped(qtbot: Any, office: Office, page: Any) -> None:
    form = _begin(qtbot, office, page)
    _say(qtbot, form, "Blue", ENTER)
    form._outline.chosen.emit("/house")
    qtbot.keyClick(form, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    form.go_to("")
    assert form._end is not None
    form._end.chosen.emit("/both/two")
    form.back()
    assert _paused(qtbot, office, form) == [
        ("form start", ""),
        ("question", "/house"),
        ("group questions", "/both"),
        ("jump", ""),
        ("question", "/house"),
        ("jump", ""),
        ("group questions", "/both"),
        ("end screen", ""),
        ("jump", ""),
        ("group questions", "/both"),
        ("question", "/house"),
        ("form save", ""),
        ("form exit", ""),
    ]


def test_it_tells_what_was_refused(qtbot: Any, office: Office, page: Any) -> None:
    form = _begin(qtbot, office, page)
    _say(qtbot, form, "Red", ENTER)
    assert form.refusal()
    form.go_to("")
    _say(qtbot, form, ENTER)
    office.settle()
    assert _paused(qtbot, office, form) == [
        ("form start", ""),
        ("question", "/house"),
        ("constraint error", ""),
        ("end screen", ""),
        ("constraint error", ""),
        ("end screen", ""),
        ("form save", ""),
        ("form exit", ""),
    ]


def _paused(qtbot: Any, office: Office, form: FormPage) -> list[tuple[str, str]]:
    """What is logged of an interview that is put away."""
    _say(qtbot, form, Qt.Key.Key_F6)
    office.settle()
    [draft] = office.run(drafts.all_drafts, "response")
    rows = draft.body["audit"]
    starts = [one[2] for one in rows]
    assert starts == sorted(starts)
    return [(one[0], one[1]) for one in rows]


def test_it_tells_the_place_as_long_as_somebody_told_it(
    qtbot: Any, office: Office, page: Any
) -> None:
    form = _begin(qtbot, office, page)
    _say(qtbot, form, "Blue", ENTER)
    office.run(contact.stand, "-1.49 -78")
    page.hide()
    page.show()
    office.settle()
    _say(qtbot, form, "a", ENTER, "b", ENTER, "Ana", ENTER, ENTER, ENTER)
    office.settle()
    rows = office.run(_log)
    told = [(one["event"], one["latitude"], one["longitude"], one["accuracy"]) for one in rows]
    assert told[:2] == [("form start", "", "", ""), ("question", "", "", "")]
    assert {one[1:] for one in told[-3:]} == {("-1.49", "-78", "0.0")}


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
