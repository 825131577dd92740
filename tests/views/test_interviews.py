"""Interviewing by keyboard on a real project: begun, kept, killed, finished, read, exported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit

from app.models import drafts
from app.models.project import Project
from app.models.queries import records
from app.views.language import speak
from app.views.pages import interviews_responses
from app.views.pages.erase_step import EraseStep
from app.views.pages.form import FormPage
from app.views.pages.interviews import InterviewsPage
from app.views.pages.interviews_response import ResponseView
from app.views.pages.interviews_responses import ResponsesPanel
from tests.views.interviewers import begin, press
from tests.views.offices import Office, put_on_show, respond


@pytest.fixture
def page(qtbot: Any, office: Office) -> InterviewsPage:
    return put_on_show(qtbot, office, InterviewsPage(office.desk))


def _type(qtbot: Any, form: FormPage, words: str) -> None:
    qtbot.keyClicks(form.focusWidget(), words)


def _fill(qtbot: Any, form: FormPage) -> None:
    enter = Qt.Key.Key_Return
    press(qtbot, form, "1", enter)
    press(qtbot, form, "2", enter)
    _type(qtbot, form, "41")
    press(qtbot, form, enter)
    _type(qtbot, form, "Curaray")
    press(qtbot, form, enter, "3", enter, "1", "2", enter, "2", enter)
    _type(qtbot, form, "Alumbrado")
    press(qtbot, form, enter)


def test_one_key_begins_an_interview_at_its_first_question(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    assert form.as_text() == "¿Acepta responder esta entrevista? *"
    assert form.progress() == "0 of about 1"
    assert page._top.isHidden()


def test_an_interview_is_filled_and_finished_by_keyboard(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    _fill(qtbot, form)
    assert form.path() == ""
    press(qtbot, form, Qt.Key.Key_Return)
    office.settle()
    assert page.interview() is None
    assert page.banner.text() == "ARJ-L1-001 is finished; it travels with the next sync."
    assert page.drafts.as_text().startswith("ARJ-L1-001 · Percepción de seguridad\nComplete")
    key = office.run(records.find, "ARJ-L1-001")
    values = office.run(records.values, key)
    assert values["/persona/edad"] == 41
    assert values["/seguridad/problemas"] == "luz robo"


def test_kept_is_shown_only_once_it_is_written_down(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    press(qtbot, form, "1")
    assert form.kept.text() == "keeping…"
    with qtbot.waitSignal(page.kept, timeout=1000):
        pass
    assert form.kept.text().startswith("kept ")
    (draft,) = office.run(drafts.all_drafts)
    assert draft.body["answers"]["/acepta"] == "si"


def test_what_is_no_value_yet_is_in_the_draft_and_comes_back(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    press(qtbot, form, "1", Qt.Key.Key_Return, "1", Qt.Key.Key_Return)
    _type(qtbot, form, "4x")
    with qtbot.waitSignal(page.kept, timeout=1000):
        pass
    (draft,) = office.run(drafts.all_drafts)
    assert draft.body["answers"]["/persona/edad"] == "4x"
    press(qtbot, form, Qt.Key.Key_F6)
    office.settle()
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
    page.take_focus()
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Space)
    office.settle()
    again = page.interview()
    assert again.path() == "/persona/edad"
    assert isinstance(again.focusWidget(), QLineEdit)
    assert again.focusWidget().text() == "4x"
    assert again.refusal() == "This is not a whole number."


def test_pausing_says_so_and_the_list_says_what_is_missing(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    press(qtbot, form, "1", Qt.Key.Key_F6)
    office.settle()
    assert page.banner.text() == "ARJ-L1-001 is kept as a draft; it travels once it is finished."
    title, standing = page.drafts.as_text().splitlines()
    assert title == "ARJ-L1-001 · Percepción de seguridad · Arajuno"
    assert standing.endswith("1 of about 8 answered · 7 missing")


def test_finishing_lists_what_is_wrong_and_leads_there(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    press(qtbot, form, "1")
    form.go_to("")
    press(qtbot, form, Qt.Key.Key_Return)
    assert form.banner.text().startswith("4 questions keep the interview from being finished")
    assert form.focusWidget().text().startswith("Sexo\n")
    press(qtbot, form, Qt.Key.Key_Return)
    assert form.path() == "/persona/sexo"


def test_the_next_open_question_is_a_key_away(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    press(qtbot, form, "1")
    form.go_to("/seguridad/propuesta")
    qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert form.path() == "/persona/sexo"


def test_a_note_is_kept_with_the_interview(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    press(qtbot, form, "1")
    qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(form.focusWidget(), QPlainTextEdit)
    _type(qtbot, form, "nos interrumpieron")
    press(qtbot, form, Qt.Key.Key_Escape)
    assert form.path() == "/acepta"
    press(qtbot, form, Qt.Key.Key_Return)
    form.go_to("/acepta")
    _fill(qtbot, form)
    press(qtbot, form, Qt.Key.Key_Return)
    office.settle()
    values = office.run(records.values, office.run(records.find, "ARJ-L1-001"))
    assert values["interviewer_notes"] == "acepta: nos interrumpieron"


def test_the_form_speaks_another_language_and_stays_where_it_is(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    form._head.spoken.emit("English (en)")
    assert form.as_text() == "Do you agree to answer this interview? *"
    assert form.path() == "/acepta"


def test_throwing_a_draft_away_takes_a_second_step(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    press(qtbot, form, "1", Qt.Key.Key_F6)
    office.settle()
    page.drafts.discarded.emit(page._found.drafts[0])
    assert "ARJ-L1-001 away loses what was answered" in page.banner.text()
    assert len(office.run(drafts.all_drafts)) == 1
    qtbot.keyClick(page.banner._action, Qt.Key.Key_Space)
    office.settle()
    assert office.run(drafts.all_drafts) == []
    assert page.drafts.isHidden()


def _cells(page: InterviewsPage) -> list[str]:
    shown = page.responses.list
    assert shown is not None
    ids = [column.id for column in shown.model.columns]
    wanted = [ids.index(id_) for id_ in ("folio", "status", "/persona/sexo")]
    rows = range(shown.model.rowCount())
    return [" ".join(shown.model.index(r, c).data() for c in wanted) for r in rows]


@pytest.fixture
def answered(office: Office) -> Office:
    for sex in ("mujer", "hombre", "mujer"):
        office.run(respond_as, sex)
    return office


def respond_as(project: Any, sex: str) -> str:
    return respond(project, sexo=sex)


def respond_aged(project: Any, sex: str, age: int) -> str:
    return respond(project, sexo=sex, edad=age)


def test_responses_are_listed_with_answers_in_words(answered, page) -> None:
    page.refresh()
    answered.settle()
    assert _cells(page) == [
        "ARJ-L1-003 Complete Mujer", "ARJ-L1-002 Complete Hombre", "ARJ-L1-001 Complete Mujer",
    ]  # fmt: skip


def test_responses_are_filtered_by_an_answer(qtbot, answered, page) -> None:
    page.refresh()
    answered.settle()
    panel = page.responses
    _ask(qtbot, panel, "Sexo", "is", "Hombre")
    answered.settle()
    assert _cells(page) == ["ARJ-L1-002 Complete Hombre"]
    panel.asking.clear()
    answered.settle()
    assert len(_cells(page)) == 3


def test_several_conditions_hold_together_and_go_one_by_one(qtbot, office, page) -> None:
    for sex, age in (("mujer", 30), ("hombre", 41), ("mujer", 52)):
        office.run(respond_aged, sex, age)
    page.refresh()
    office.settle()
    asking = page.responses.asking
    _ask(qtbot, page.responses, "Sexo", "is", "Mujer")
    office.settle()
    assert len(_cells(page)) == 2
    _ask(qtbot, page.responses, "Edad en años cumplidos", "more than", "40")
    office.settle()
    assert _cells(page) == ["ARJ-L1-003 Complete Mujer"]
    assert asking.texts() == ["Sexo is Mujer", "Edad en años cumplidos more than 40"]
    shown = [one.text() for one in asking.findChildren(QLabel) if one.isVisible()]
    assert shown == ["and"]
    assert asking._chips[0].accessibleName() == "Take away: Sexo is Mujer"
    asking._chips[0].setFocus()
    qtbot.keyClick(asking._chips[0], Qt.Key.Key_Delete)
    office.settle()
    assert _cells(page) == ["ARJ-L1-003 Complete Mujer", "ARJ-L1-002 Complete Hombre"]
    qtbot.keyClick(asking._chips[0], Qt.Key.Key_Space)
    office.settle()
    assert len(_cells(page)) == 3
    assert asking.question.hasFocus()


def test_a_condition_that_cannot_be_is_told_and_typed_anew(qtbot, answered, page) -> None:
    page.refresh()
    answered.settle()
    _ask(qtbot, page.responses, "Edad en años cumplidos", "at least", "muchos")
    answered.settle()
    assert page.banner.text() == "edad: This is not a whole number."
    assert page.responses.asking.texts() == []
    assert page.responses.asking.value.currentText() == "muchos"
    assert len(_cells(page)) == 3


def test_what_nobody_answered_is_a_condition_too(qtbot, answered, page) -> None:
    page.refresh()
    answered.settle()
    _ask(qtbot, page.responses, "Sexo", "has no answer", "")
    answered.settle()
    assert _cells(page) == []
    assert page.responses.asking.texts() == ["Sexo has no answer"]


def _ask(qtbot: Any, panel: ResponsesPanel, question: str, sign: str, value: str) -> None:
    """Put a condition together as the keyboard does: choose, choose, type, Enter."""
    asking = panel.asking
    for box, text in ((asking.question, question), (asking.sign, sign)):
        box.setFocus()
        qtbot.keyClick(box, Qt.Key.Key_Home)
        for _step in range(box.findText(text)):
            qtbot.keyClick(box, Qt.Key.Key_Down)
        assert box.currentText() == text
    if not value:
        qtbot.keyClick(asking._add, Qt.Key.Key_Space)
        return
    qtbot.keyClicks(asking.value.lineEdit(), value)
    qtbot.keyClick(asking.value.lineEdit(), Qt.Key.Key_Return)


def _opened(qtbot: Any, office: Office, page: InterviewsPage) -> ResponseView:
    page.refresh()
    office.settle()
    page.responses.take_focus()
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Return)
    office.settle()
    view = page.responses.sheet.content()
    assert isinstance(view, ResponseView)
    return view


def test_a_response_is_read_with_its_history(qtbot, answered, page) -> None:
    said = _opened(qtbot, answered, page).as_text()
    assert "Edad en años cumplidos\n30" in said
    assert "Sexo\nMujer" in said
    assert "Rosa Andi on L1" in said


def test_what_was_sent_is_deleted_and_not_erased(qtbot, answered, page) -> None:
    answered.run(_seal)
    view = _opened(qtbot, answered, page)
    _correct, _annul, delete, _erase = view.buttons()
    qtbot.keyClick(delete, Qt.Key.Key_Space)
    assert view.banner.text().startswith("ARJ-L1-003 and its 5 answers go from every laptop")
    qtbot.keyClick(view.banner._action, Qt.Key.Key_Space)
    answered.settle()
    assert len(_cells(page)) == 2


def _seal(project: Project) -> None:
    project.ledger.seal()


def test_what_never_left_is_erased_for_good(qtbot, answered, page) -> None:
    view = _opened(qtbot, answered, page)
    key = view._response.key
    *_others, erase = view.buttons()
    qtbot.keyClick(erase, Qt.Key.Key_Space)
    answered.settle()
    step = page.responses.sheet.content()
    assert isinstance(step, EraseStep)
    assert "It never left this laptop." in step.as_text()
    qtbot.keyClicks(step.typed, "erase")
    qtbot.keyClick(step.typed, Qt.Key.Key_Return)
    answered.settle()
    assert page.banner.text() == "Erased. It never left this laptop."
    assert len(_cells(page)) == 2
    assert answered.run(_kept_of, key.id) == 0


def _kept_of(project: Project, record: bytes) -> int:
    """How often an answer of the record still stands in what is to be sent."""
    rows = project.store.rows("SELECT block FROM pending")
    return sum(b"Responde 3" in bytes(block) for (block,) in rows) + int(
        project.store.value("SELECT count(*) FROM kind_response f JOIN records r USING(rid) "
                            "WHERE r.id=?", (record,))
    )  # fmt: skip


def test_annulling_and_deleting_take_a_second_step(qtbot, answered, page) -> None:
    answered.run(_seal)
    view = _opened(qtbot, answered, page)
    _correct, annul, delete, _erase = view.buttons()
    qtbot.keyClick(delete, Qt.Key.Key_Space)
    assert view.banner.text().startswith("ARJ-L1-003 and its 5 answers go from every laptop")
    qtbot.keyClick(annul, Qt.Key.Key_Space)
    assert "counts no more" in view.banner.text()
    qtbot.keyClick(view.banner._action, Qt.Key.Key_Space)
    answered.settle()
    assert page.responses.sheet.isHidden()
    assert _cells(page)[0] == "ARJ-L1-003 Annulled Mujer"
    view = _opened(qtbot, answered, page)
    delete, _erase = view.buttons()
    qtbot.keyClick(delete, Qt.Key.Key_Space)
    qtbot.keyClick(view.banner._action, Qt.Key.Key_Space)
    answered.settle()
    assert len(_cells(page)) == 2


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_what_is_shown_is_exported(answered, page, tmp_path: Path, monkeypatch, suffix) -> None:
    page.refresh()
    answered.settle()
    file = tmp_path / f"out.{suffix}"
    monkeypatch.setattr(interviews_responses, "ask_file", lambda *_asked: str(file))
    page.responses.list.filter.setText("ARJ-L1-002")
    page.responses.list._to_table()
    answered.settle()
    page.responses.list.export_asked.emit()
    getattr(page.responses.exporting, suffix).click()
    answered.settle()
    assert not page.responses.exporting.isVisible()
    assert page.banner.text() == f"1 response in {file}."
    assert file.stat().st_size > 100


def test_every_word_follows_the_language(office, page) -> None:
    speak("es")
    assert page.title() != ""
    speak("en")
    assert page.title() == "Interviews"


def test_the_cursor_is_on_the_draft_kept_last(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    press(qtbot, form, "1", Qt.Key.Key_F6)
    office.settle()
    again = InterviewsPage(office.desk)
    qtbot.addWidget(again)
    again.show()
    again.activateWindow()
    office.settle()
    assert again.focusWidget().accessibleName() == "Go on with ARJ-L1-001"


def test_everything_typed_is_in_the_queue_before_the_project_is_closed(qtbot, office, page) -> None:
    form = begin(qtbot, office, page)
    press(qtbot, form, "1", Qt.Key.Key_Return, "1", Qt.Key.Key_Return)
    _type(qtbot, form, "4")
    form.hand_over()
    _type(qtbot, form, "1")
    page.hide()
    # No event is delivered to the window from here on, as when it is closed or locked.
    found: list[Any] = []
    office.jobs.run(lambda: found.append(drafts.all_drafts(office.desk.project)[0]))
    qtbot.waitUntil(lambda: bool(found))
    assert found[0].body["answers"]["/persona/edad"] == 41
