"""The interview by keyboard: choose, go on, be refused beside the field, jump, pause."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.views.pages.form import FormPage
from app.views.samples import SampleInterview
from app.views.widgets.answers import ChoiceRows, keys_for


@pytest.fixture
def page(qtbot: Any) -> FormPage:
    made = FormPage(SampleInterview(), "ARJ-L2-014")
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    made.activateWindow()
    return made


def _type(qtbot: Any, page: FormPage, words: str) -> None:
    qtbot.keyClicks(page._panel().answer._line, words)  # type: ignore[attr-defined]


def test_it_begins_at_the_first_question_without_an_answer(page: FormPage) -> None:
    assert page.path() == "/age"
    assert page.progress() == "1 of about 6"


def test_enter_goes_on_when_the_answer_is_good(qtbot, page: FormPage) -> None:
    _type(qtbot, page, "41")
    with qtbot.waitSignal(page.answered, timeout=100) as answered:
        qtbot.keyClick(page._panel().answer._line, Qt.Key.Key_Return)
    assert answered.args == ["/age", 41]
    assert page.path() == "/since"


def test_enter_stays_and_says_why_when_it_is_refused(qtbot, page: FormPage) -> None:
    _type(qtbot, page, "7")
    qtbot.keyClick(page._panel().answer._line, Qt.Key.Key_Return)
    assert page.path() == "/age"
    assert "entre 15 y 110" in page.refusal()


def test_what_cannot_be_a_number_is_told_without_the_field_s_name(qtbot, page: FormPage) -> None:
    _type(qtbot, page, "many")
    page.next()
    # The reason stands in the language of the interview, whatever the window speaks.
    assert page.refusal().startswith("«many» no es un número entero")


def test_a_required_question_wants_an_answer(page: FormPage) -> None:
    page.next()
    assert page.path() == "/age"
    assert page.refusal()


def test_a_refused_answer_is_still_handed_over_for_the_draft(qtbot, page: FormPage) -> None:
    with qtbot.waitSignal(page.answered, timeout=1000) as answered:
        _type(qtbot, page, "7")
    assert answered.args == ["/age", 7]
    assert page.refusal() == ""


def test_digits_choose_and_enter_goes_on(qtbot, page: FormPage) -> None:
    page.go_to("/victim")
    qtbot.keyClick(page, "9")
    assert page._panel().answer.value() == "9"
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Return)
    assert page.path() == "/needs"


def test_an_answer_can_open_another_question(qtbot, page: FormPage) -> None:
    page.go_to("/victim")
    qtbot.keyClick(page, "1")
    page.next()
    assert page.path() == "/reported"


def test_letters_choose_several(qtbot, page: FormPage) -> None:
    page.go_to("/needs")
    qtbot.keyClick(page, "a")
    qtbot.keyClick(page, "c")
    assert page._panel().answer.value() == ["a", "c"]


def test_back_skips_what_does_not_apply(page: FormPage) -> None:
    page.go_to("/needs")
    page.back()
    assert page.path() == "/victim"


def test_the_outline_marks_every_question(qtbot, page: FormPage) -> None:
    _type(qtbot, page, "7")
    page.next()
    page.toggle_outline()
    lines = page._outline.as_text().splitlines()
    assert [line[0] for line in lines] == ["·", "✓", "✕", "○", "○", "–", "○", "○"]


def test_jumping_from_the_outline_keeps_what_was_typed(qtbot, page: FormPage) -> None:
    _type(qtbot, page, "30")
    with qtbot.waitSignal(page.answered, timeout=100):
        page._outline.chosen.emit("/needs")
    assert page.path() == "/needs"


def test_the_end_says_what_is_missing_and_offers_to_finish(qtbot, page: FormPage) -> None:
    page.go_to("/story")
    page.next()
    assert page.path() == ""
    assert "5 without an answer" in page._end.hint.text()
    with qtbot.waitSignal(page.finished, timeout=100):
        qtbot.keyClick(page, Qt.Key.Key_Return)
    page.back()
    assert page.path() == "/story"


def test_pausing_keeps_first(qtbot, page: FormPage) -> None:
    _type(qtbot, page, "33")
    with qtbot.waitSignals([page.answered, page.paused], timeout=200):
        qtbot.keyClick(page, Qt.Key.Key_F6)


def test_keys_are_the_codes_where_codes_are_single_characters() -> None:
    assert keys_for(["1", "2", "9"]) == ["1", "2", "9"]
    assert keys_for(["yes", "no"]) == ["1", "2"]
    assert keys_for(["a", "A"]) == ["1", "2"]
    assert keys_for([f"code{n}" for n in range(40)])[9:12] == ["0", "a", "b"]
    assert keys_for([f"code{n}" for n in range(40)])[39] == ""


def test_rows_say_what_is_chosen_to_screen_readers(qtbot, page: FormPage) -> None:
    page.go_to("/victim")
    qtbot.keyClick(page, "2")
    rows = page._panel().answer
    assert isinstance(rows, ChoiceRows)
    said = [row.accessibleDescription() for row in rows._group.buttons()]
    assert said == ["", "chosen", ""]
