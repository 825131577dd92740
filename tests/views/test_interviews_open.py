"""Interviews side by side, ended unfinished, timed, in sections; Kipu's own forms, by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from app import i18n
from app.models import drafts
from app.models.queries import lists, records
from app.models.queries.lists import Listing
from app.settings import Settings
from app.views.interview import tongue
from app.views.interview_session import AWAY_S, Stopwatch
from app.views.pages.interviews import InterviewsPage
from app.views.widgets.answers import keys_for
from tests.views.interviewers import begin, press
from tests.views.offices import Office, put_on_show

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def page(qtbot: Any, office: Office, tmp_path: Any) -> InterviewsPage:
    return put_on_show(qtbot, office, InterviewsPage(office.desk, settings=Settings(tmp_path)))


def _next(qtbot: Any, office: Office, page: InterviewsPage) -> None:
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Tab, CTRL)
    office.settle()


def test_two_interviews_are_open_at_once(qtbot, office, page) -> None:
    first = begin(qtbot, office, page)
    press(qtbot, first, "1")
    assert page.strip.isHidden()
    qtbot.keyClick(first.focusWidget(), Qt.Key.Key_N, CTRL)
    assert page.interview() is None
    assert page.strip.as_text() == "[All interviews] · ARJ-L1-001"
    second = begin(qtbot, office, page)
    assert page.strip.as_text() == "All interviews · ARJ-L1-001 · [ARJ-L1-002]"
    _next(qtbot, office, page)
    assert page.interview() is None
    _next(qtbot, office, page)
    assert page.interview() is first
    assert first._interview.question("/acepta").value == "si"
    _next(qtbot, office, page)
    assert page.interview() is second
    assert second._interview.question("/acepta").value is None


def test_a_draft_that_is_open_is_brought_up_not_opened_again(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    qtbot.keyClick(form.focusWidget(), Qt.Key.Key_N, CTRL)
    office.settle()
    [draft] = office.run(drafts.all_drafts, "response")
    page.go_on(draft.id)
    office.settle()
    assert page.interview() is form
    page.bring(None)
    page.drafts.discarded.emit(page._found.drafts[0])
    assert "is open" in page.banner.text()


def test_an_interview_is_ended_unfinished_with_a_reason(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    press(qtbot, form, "1", Qt.Key.Key_Return, "2")
    qtbot.keyClick(form.focusWidget(), Qt.Key.Key_X, CTRL | Qt.KeyboardModifier.ShiftModifier)
    reason = form.focusWidget()
    assert isinstance(reason, QLineEdit)
    qtbot.keyClick(reason, Qt.Key.Key_Return)
    assert not form._abandon._missing.isHidden()
    qtbot.keyClicks(reason, "Vino la lluvia")
    qtbot.keyClick(reason, Qt.Key.Key_Return)
    office.settle()
    assert page.interview() is None
    assert page.banner.text().startswith("ARJ-L1-001 is ended unfinished")
    [row] = office.run(lists.page, Listing("response"), 0, 5)
    assert row.values["status"] == "interrupted"
    assert row.values["refusal_reason"] == "Vino la lluvia"
    assert row.values["/persona/sexo"] == "hombre"
    assert "Broken off" in page.drafts.as_text()
    assert office.run(drafts.all_drafts, "response") == []


def test_the_time_of_an_interview_leaves_pauses_out(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    press(qtbot, form, "1")
    [running] = page._open_ones
    now = [100.0]
    watch = running._keeper.watch
    watch._now, watch._last = lambda: now[0], 100.0
    now[0] += 30
    qtbot.keyClick(form.focusWidget(), Qt.Key.Key_F6)
    office.settle()
    now[0] += 4000
    [draft] = office.run(drafts.all_drafts, "response")
    assert draft.body["seconds"] == 30


def test_silence_of_more_than_five_minutes_is_being_away() -> None:
    now = [0.0]
    watch = Stopwatch(10, lambda: now[0])
    assert watch.seconds() == 10
    watch.run(True)
    now[0] += 60
    watch.touch()
    now[0] += AWAY_S + 1
    watch.touch()
    now[0] += 20
    assert watch.seconds() == 90
    watch.run(False)
    now[0] += 60
    assert watch.seconds() == 90


def test_seconds_come_into_the_response(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    press(qtbot, form, "2", Qt.Key.Key_Return, Qt.Key.Key_Return)
    office.settle()
    assert page.interview() is None, page.banner.text()
    [row] = office.run(lists.page, Listing("response"), 0, 5)
    assert isinstance(office.run(records.values, row.key)["seconds"], int)


def test_a_whole_section_is_shown_and_remembered(qtbot, office, page, tmp_path) -> None:
    form = begin(qtbot, office, page)
    press(qtbot, form, "1", Qt.Key.Key_Return)
    assert form.as_text() == "Sexo *"
    press(qtbot, form, Qt.Key.Key_F7)
    assert form.as_text() == "Sexo *\nEdad en años cumplidos *\nBarrio o comunidad"
    assert form.path() == "/persona/sexo"
    press(qtbot, form, "2", Qt.Key.Key_Return)
    assert form.path() == "/persona/edad"
    assert page._settings.get("interview_page") == "section"
    press(qtbot, form, Qt.Key.Key_F7)
    assert form.as_text() == "Edad en años cumplidos *"
    again = InterviewsPage(office.desk, settings=page._settings)
    qtbot.addWidget(again)
    assert not again.whole


def test_the_reason_stands_in_the_language_of_the_interview(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    press(qtbot, form, Qt.Key.Key_Return)
    assert form.refusal() == "Aquí hace falta una respuesta."
    form._speak("English (en)")
    press(qtbot, form, Qt.Key.Key_Return)
    assert form.refusal() == "An answer is needed here."
    assert i18n.current() == "en"


def test_languages_of_forms_are_known_by_name_or_code() -> None:
    assert tongue("Español (es)") == tongue("Spanish") == tongue("Castellano (es)") == "es"
    assert tongue("English") == "en"
    assert tongue("Kichwa (qu)") is None


def test_not_knowing_and_not_answering_have_keys_of_their_own() -> None:
    assert keys_for(["si", "no", "ns", "nr"]) == ["1", "2", "n", "r"]
    assert keys_for(["1", "2", "98", "99"]) == ["1", "2", "n", "r"]
    assert keys_for(["ns", "a", "n"]) == ["n", "1", "2"]
    assert keys_for(["dk", "ns"]) == ["n", "1"] or keys_for(["dk", "ns"]) == ["1", "n"]
    many = keys_for([f"c{n}" for n in range(30)] + ["nr"])
    assert many[-1] == "r"
    assert many.count("r") == 1


def test_kipus_own_forms_are_taken_in_one_step(qtbot, office) -> None:
    page = InterviewsPage(office.desk)
    qtbot.addWidget(page)
    page.show()
    office.settle()
    assert page.own.isHidden()
    assert "Exploratory walk" in page.own.as_text()
    page.take_own("recorrido")
    office.settle()
    assert page.banner.text().startswith("“Recorrido exploratorio de seguridad” is ready")
    assert "Exploratory walk" not in page.own.as_text()
