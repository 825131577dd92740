"""Pages with several questions, on the engine: Enter walks them, answers change what is shown."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.forms import Session, from_file
from app.views.interview_session import SessionInterview
from app.views.pages.form import FormPage

FORM = b"""
| survey | | | | | | | |
| | type | name | label | relevant | constraint | required | appearance |
| | begin group | home | El hogar | | | | field-list |
| | text | who | Nombre | | | yes | |
| | integer | age | Edad | | . < 120 | | |
| | text | school | Escuela | ${age} < 18 | | | |
| | note | thanks | Gracias, ${who} | | | | |
| | end group | | | | | | |
| | text | story | Historia | | | | multiline |
| settings | | | | | | | |
| | form_id | form_title | version | | | | |
| | pages | Por p\xc3\xa1ginas | 1 | | | | |
"""


@pytest.fixture
def page(qtbot: Any) -> FormPage:
    made = FormPage(SessionInterview(Session(from_file(FORM, "pages.md"))))
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    made.activateWindow()
    return made


def _say(qtbot: Any, page: FormPage, words: str) -> None:
    qtbot.keyClicks(page.focusWidget(), words)
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Return)


def test_a_field_list_is_one_page(page: FormPage) -> None:
    assert page.as_text() == "Nombre *\nEdad\nGracias,"
    assert page._section.text() == "El hogar"


def test_enter_goes_down_the_page_and_then_on(qtbot, page: FormPage) -> None:
    _say(qtbot, page, "Nayra")
    assert page.path() == "/home/age"
    _say(qtbot, page, "41")
    assert page.path() == "/story"


def test_an_answer_brings_a_question_onto_the_page_and_words_follow(qtbot, page: FormPage) -> None:
    _say(qtbot, page, "Nayra")
    _say(qtbot, page, "12")
    assert page.as_text() == "Nombre *\nEdad\nEscuela\nGracias, Nayra"
    assert page.path() == "/home/school"
    page.go_to("/home/age")
    _say(qtbot, page, "30")
    assert "Escuela" not in page.as_text()


def test_typing_goes_on_while_the_page_changes_under_it(qtbot, page: FormPage) -> None:
    page.go_to("/home/age")
    line = page.focusWidget()
    qtbot.keyClicks(line, "1")
    page.hand_over()
    assert "Escuela" in page.as_text()
    assert page.focusWidget() is line
    qtbot.keyClicks(line, "9")
    page.hand_over()
    assert page._interview.question("/home/age").value == 19


def test_a_page_is_not_left_with_a_refused_answer(qtbot, page: FormPage) -> None:
    page.go_to("/home/age")
    _say(qtbot, page, "130")
    assert page.path() == "/home/age"
    assert page.refusal() == "This answer is not allowed."
    page.focusWidget().clear()
    _say(qtbot, page, "30")
    assert page.path() == "/home/who"
    assert page.refusal() == "An answer is needed here."


def test_back_from_the_next_page_leads_to_the_page_before(qtbot, page: FormPage) -> None:
    page.go_to("/story")
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert "Nombre *" in page.as_text()


def test_a_multiline_answer_keeps_its_lines(qtbot, page: FormPage) -> None:
    page.go_to("/story")
    qtbot.keyClicks(page.focusWidget(), "una")
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Return)
    qtbot.keyClicks(page.focusWidget(), "dos")
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert page.path() == ""
    assert page._interview.question("/story").value == "una\ndos"


def test_what_does_not_apply_stands_so_in_the_outline(page: FormPage) -> None:
    page.toggle_outline()
    lines = page._outline.as_text().splitlines()
    assert [line[0] for line in lines] == ["○", "○", "–", "·", "○"]
    page.go_to("/home/school")
    assert "not to be asked" in page._panels["/home/school"].hint.text()
