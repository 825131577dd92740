"""Rows of an interview by keyboard: asked one after another, added, removed, brought back."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.forms import Session
from app.forms.xlsform import converted
from app.views.interview_session import SessionInterview
from app.views.pages.form import FormPage

FORM = """
| survey | | | | | | | |
| | type | name | label | relevant | constraint | required | appearance |
| | begin group | home | Hogar | | | | |
| | text | head | Jefe | | | | |
| | begin repeat | member | Integrante | | | | |
| | text | name | Nombre | | | yes | |
| | integer | age | Edad | | . < 120 | | |
| | text | school | Escuela | ${age} < 18 | | | |
| | end repeat | | | | | | |
| | end group | | | | | | |
| | text | story | Historia | | | | |
| settings | | | | | | | |
| | form_id | form_title | version | | | | |
| | rows | Filas | 1 | | | | |
"""
COUNTED = """
| survey | | | | | |
| | type | name | label | repeat_count | appearance |
| | integer | how_many | Cuántos | | |
| | begin repeat | visit | Visita | ${how_many} | |
| | text | who | Quién | | |
| | begin repeat | visitor | Visitante | | |
| | text | alias | Alias | | |
| | end repeat | | | | |
| | end repeat | | | | |
| | begin group | both | Ambos | | field-list |
| | begin repeat | hand | Mano | 2 | |
| | text | ring | Anillo | | |
| | end repeat | | | | |
| | end group | | | | |
| settings | | | | | |
| | form_id | form_title | version | | |
| | counted | Contadas | 1 | | |
"""


def _page(qtbot: Any, session: Session, **options: Any) -> FormPage:
    made = FormPage(SessionInterview(session), **options)
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    made.activateWindow()
    return made


def _session(form: str = FORM, answers: Any = None) -> Session:
    return Session(converted(form.encode(), "rows.md").definition, answers)


@pytest.fixture
def page(qtbot: Any) -> FormPage:
    return _page(qtbot, _session())


@pytest.fixture
def three(qtbot: Any) -> FormPage:
    answers = {"/home/head": "Rosa", "/home/member": 3}
    for number, (name, age) in enumerate((("Ana", 30), ("Luis", 9), ("Inés", 4)), 1):
        answers |= {f"/home/member[{number}]/name": name, f"/home/member[{number}]/age": age}
    return _page(qtbot, _session(answers=answers), at="/home/member")


def _key(qtbot: Any, page: FormPage, key: Any, shift: Any = Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(page.focusWidget() or page, key, shift)


def _say(qtbot: Any, page: FormPage, *words: str) -> None:
    for word in words:
        qtbot.keyClicks(page.focusWidget(), word)
        _key(qtbot, page, Qt.Key.Key_Return)


def test_after_the_last_row_the_page_asks_for_another(qtbot: Any, page: FormPage) -> None:
    _say(qtbot, page, "Rosa", "Ana", "30")
    assert page.path() == "/home/member"
    assert page.as_text() == "Add another “Integrante”?\n1   Integrante 1 (Ana)"
    assert page._section.text() == "Hogar"


def test_a_adds_a_row_and_enter_goes_on(qtbot: Any, page: FormPage) -> None:
    _say(qtbot, page, "Rosa", "Ana", "30")
    _key(qtbot, page, "a")
    assert page.path() == "/home/member[2]/name"
    assert page._section.text() == "Hogar › Integrante 2"
    _say(qtbot, page, "Luis", "41")
    assert page.as_text().splitlines()[1:] == ["1   Integrante 1 (Ana)", "2   Integrante 2 (Luis)"]
    _key(qtbot, page, Qt.Key.Key_Return)
    assert page.path() == "/story"


def test_the_section_tells_whose_row_it_is(qtbot: Any, page: FormPage) -> None:
    _say(qtbot, page, "Rosa", "Ana")
    assert page._section.text() == "Hogar › Integrante 1 (Ana)"


def test_plus_adds_a_row_too(qtbot: Any, three: FormPage) -> None:
    _key(qtbot, three, "+")
    assert three.path() == "/home/member[4]/name"


def test_an_added_row_is_handed_over_for_the_draft(qtbot: Any, three: FormPage) -> None:
    with qtbot.waitSignal(three.answered, timeout=100) as told:
        _key(qtbot, three, "a")
    assert told.args == ["/home/member", 4]


def test_back_leads_from_the_rows_to_the_last_question_that_applies(
    qtbot: Any, three: FormPage
) -> None:
    _key(qtbot, three, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert three.path() == "/home/member[3]/school"
    three.go_to("/story")
    _key(qtbot, three, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert three.path() == "/home/member"


def test_a_digit_opens_a_row(qtbot: Any, three: FormPage) -> None:
    _key(qtbot, three, "2")
    assert three.path() == "/home/member[2]/name"
    assert three._section.text() == "Hogar › Integrante 2 (Luis)"


def test_a_number_finds_a_row_among_many(qtbot: Any) -> None:
    answers = {"/home/member": 30}
    page = _page(qtbot, _session(answers=answers), at="/home/member")
    _key(qtbot, page, "2")
    _key(qtbot, page, "4")
    assert page.path() == "/home/member"
    _key(qtbot, page, Qt.Key.Key_Space)
    assert page.path() == "/home/member[24]/name"


def test_delete_says_what_is_lost_and_waits(qtbot: Any, three: FormPage) -> None:
    _key(qtbot, three, Qt.Key.Key_Delete)
    assert three.as_text().endswith("Remove “Integrante 3 (Inés)”? 2 answers go with it.")
    _key(qtbot, three, Qt.Key.Key_Up)
    assert three.as_text().endswith("Remove “Integrante 2 (Luis)”? 2 answers go with it.")
    _key(qtbot, three, Qt.Key.Key_Escape)
    assert "Remove" not in three.as_text()
    assert "Luis" in three.as_text()


def test_delete_again_removes_the_row_and_the_rows_after_move_up(
    qtbot: Any, three: FormPage
) -> None:
    _key(qtbot, three, Qt.Key.Key_Delete)
    _key(qtbot, three, Qt.Key.Key_Up)
    with qtbot.waitSignal(three.answered, timeout=100) as told:
        _key(qtbot, three, Qt.Key.Key_Delete)
    assert told.args == ["/home/member", 2]
    assert three.as_text().splitlines()[1:] == [
        "1   Integrante 1 (Ana)",
        "2   Integrante 2 (Inés) · 1 without an answer",
    ]
    assert three.banner.text() == "Integrante 2 (Luis) is removed."


def test_a_removed_row_comes_back_once_with_its_answers(qtbot: Any, three: FormPage) -> None:
    _key(qtbot, three, "2")
    three.go_to("/home/member[2]/school")
    _say(qtbot, three, "Sucre")
    three.go_to("/home/member")
    _key(qtbot, three, Qt.Key.Key_Delete)
    _key(qtbot, three, Qt.Key.Key_Up)
    before = three._interview.answers()
    _key(qtbot, three, Qt.Key.Key_Delete)
    _key(qtbot, three, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert three._interview.answers() == before
    assert three.banner.text() == "Integrante 2 (Luis) is back."
    _key(qtbot, three, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert three._interview.answers() == before


def test_the_button_of_the_banner_undoes_too(qtbot: Any, three: FormPage) -> None:
    _key(qtbot, three, Qt.Key.Key_Delete)
    _key(qtbot, three, Qt.Key.Key_Delete)
    assert "Inés" not in three.as_text()
    three.banner.take_focus()
    _key(qtbot, three, Qt.Key.Key_Return)
    assert "Inés" in three.as_text()


def test_nothing_is_undone_after_going_on(qtbot: Any, three: FormPage) -> None:
    _key(qtbot, three, Qt.Key.Key_Delete)
    _key(qtbot, three, Qt.Key.Key_Delete)
    _key(qtbot, three, Qt.Key.Key_Return)
    _key(qtbot, three, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    _key(qtbot, three, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert "Inés" not in three.as_text()


def test_without_rows_the_page_asks_for_the_first(qtbot: Any) -> None:
    page = _page(qtbot, _session(answers={"/home/head": "Rosa", "/home/member": 0}))
    page.go_to("/home/head")
    _key(qtbot, page, Qt.Key.Key_Return)
    assert page.as_text() == "Add the first “Integrante”?"
    _key(qtbot, page, Qt.Key.Key_Return)
    assert page.path() == "/story"
    page.back()
    _key(qtbot, page, "A")
    assert page.path() == "/home/member[1]/name"


def test_rows_that_do_not_apply_are_not_asked_for(qtbot: Any) -> None:
    form = COUNTED.replace("| repeat_count |", "| repeat_count | relevant |").replace(
        "| Visitante | | |", "| Visitante | | ${who} = 'Ana' | |"
    )
    page = _page(qtbot, _session(form))
    _say(qtbot, page, "2", "Luis")
    assert page.path() == "/visit[2]/who"
    _say(qtbot, page, "Ana")
    assert page.as_text() == "Add the first “Visitante”?"


def test_rows_count_for_progress_and_for_what_is_open(qtbot: Any, three: FormPage) -> None:
    assert three.progress() == "7 of about 10"
    _key(qtbot, three, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert three.path() == "/story"
    _key(qtbot, three, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert three.path() == "/home/member[2]/school"
    three.go_to("/home/member")
    _key(qtbot, three, Qt.Key.Key_Delete)
    _key(qtbot, three, Qt.Key.Key_Delete)
    assert three.progress() == "5 of about 7"


def test_problems_name_the_row_and_lead_there(qtbot: Any, three: FormPage) -> None:
    three._interview.set("/home/member[2]/age", 130)
    three._interview.set("/home/member[3]/name", None)
    three.show_problems(three._interview.problems())
    shown = [one.text() for one in three._end.findChildren(type(three._foot.next))]
    assert shown[1:] == [
        "Hogar › Integrante 2 (Luis) › Edad\nThis answer is not allowed.",
        "Hogar › Integrante 3 (4) › Nombre\nAn answer is needed here.",
    ]
    _key(qtbot, three, Qt.Key.Key_Return)
    assert three.path() == "/home/member[2]/age"


def test_the_outline_is_a_tree_of_rows(qtbot: Any, three: FormPage) -> None:
    _key(qtbot, three, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    assert three._outline.as_text().splitlines() == [
        "✓  Jefe",
        "○  Integrante · 3",
        "  ✓  Integrante 1 (Ana)",
        "  ○  Integrante 2 (Luis)",
        "  ○  Integrante 3 (Inés)",
        "○  Historia",
    ]


def test_a_row_unfolds_and_is_jumped_to(qtbot: Any, three: FormPage) -> None:
    _key(qtbot, three, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    _key(qtbot, three, Qt.Key.Key_Down)
    _key(qtbot, three, Qt.Key.Key_Down)
    _key(qtbot, three, Qt.Key.Key_Right)
    assert three._outline.as_text().splitlines()[4:6] == ["    ✓  Nombre", "    ✓  Edad"]
    _key(qtbot, three, Qt.Key.Key_Return)
    assert three.path() == "/home/member[2]/name"


def test_the_outline_follows_rows_that_come_and_keeps_what_is_unfolded(
    qtbot: Any, three: FormPage
) -> None:
    three.toggle_outline()
    three.go_to("/home/member[1]/age")
    three.go_to("/home/member")
    _key(qtbot, three, "a")
    lines = three._outline.as_text().splitlines()
    assert "    ✓  Edad" in lines
    assert "  ○  Integrante 4" in lines
    assert lines[1] == "○  Integrante · 4"


def test_a_row_is_a_section(qtbot: Any, three: FormPage) -> None:
    _key(qtbot, three, "1")
    _key(qtbot, three, Qt.Key.Key_F7)
    assert three.as_text() == "Nombre *\nEdad"
    three.go_to("/home/member[2]/age")
    assert three.as_text() == "Nombre *\nEdad\nEscuela"
    assert three._section.text() == "Hogar › Integrante 2 (Luis)"


def test_a_count_that_is_set_brings_rows_without_asking(qtbot: Any) -> None:
    page = _page(qtbot, _session(COUNTED))
    _say(qtbot, page, "2", "Ana")
    assert page.as_text() == "Add the first “Visitante”?"
    _key(qtbot, page, "a")
    assert page.path() == "/visit[1]/visitor[1]/alias"
    assert page._section.text() == "Visita 1 of 2 (Ana) › Visitante 1"
    _say(qtbot, page, "x")
    assert page.as_text().startswith("Add another “Visitante”?")
    assert page._section.text() == "Visita 1 of 2 (Ana)"
    _key(qtbot, page, Qt.Key.Key_Return)
    assert page.path() == "/visit[2]/who"


def test_rows_in_a_field_list_stand_one_under_another(qtbot: Any) -> None:
    page = _page(qtbot, _session(COUNTED))
    page.go_to("/both/hand[1]/ring")
    assert page.as_text() == "Anillo\nAnillo"
    shown = [one.text() for one in page._captions.values() if not one.isHidden()]
    assert page._section.text() == "Ambos › Mano 1 of 2"
    assert shown == ["Ambos › Mano 2 of 2"]
    _say(qtbot, page, "oro")
    assert page.path() == "/both/hand[2]/ring"
    assert page._section.text() == "Ambos › Mano 1 of 2 (oro)"


def test_nested_rows_come_back_with_theirs(qtbot: Any) -> None:
    answers = {"/how_many": 1, "/visit": 1, "/visit[1]/who": "Ana", "/visit[1]/visitor": 3}
    answers |= {f"/visit[1]/visitor[{n}]/alias": f"a{n}" for n in (1, 2, 3)}
    page = _page(qtbot, _session(COUNTED, answers), at="/visit[1]/visitor")
    _key(qtbot, page, "1")
    assert page.path() == "/visit[1]/visitor[1]/alias"
    page.go_to("/visit[1]/visitor")
    before = page._interview.answers()
    _key(qtbot, page, Qt.Key.Key_Delete)
    _key(qtbot, page, Qt.Key.Key_Delete)
    _key(qtbot, page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page._interview.answers() == before


def test_a_draft_goes_on_where_rows_were_added(qtbot: Any, three: FormPage) -> None:
    _key(qtbot, three, "a")
    _say(qtbot, three, "Eva")
    kept, at = three._interview.answers(), three.path()
    assert kept["/home/member"] == 4
    again = _page(qtbot, _session(answers=kept), at=at)
    assert again.path() == "/home/member[4]/age"
    assert again._section.text() == "Hogar › Integrante 4 (Eva)"
    assert again.progress() == "8 of about 12"


def test_a_note_names_the_row(qtbot: Any, three: FormPage) -> None:
    three.go_to("/home/member[2]/age")
    three.note()
    assert three._note._text.toPlainText() == "member[2]/age: "


def test_the_foot_says_its_keys_in_words_while_there_is_room(qtbot: Any, three: FormPage) -> None:
    foot = three._foot
    three.resize(1300, 800)
    assert foot.note.text() == "Note (Ctrl+Enter)"
    assert foot.note.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    three.resize(700, 800)
    assert foot.note.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
    assert foot.note.accessibleName() == "Interviewer’s note"
    assert foot.note.toolTip() == "Interviewer’s note (Ctrl+Enter)"


def test_the_foot_works_by_its_buttons_too(qtbot: Any, three: FormPage) -> None:
    foot = three._foot
    qtbot.mouseClick(foot.next, Qt.MouseButton.LeftButton)
    assert three.path() == "/story"
    qtbot.mouseClick(foot.back, Qt.MouseButton.LeftButton)
    assert three.path() == "/home/member"
    qtbot.mouseClick(foot.open, Qt.MouseButton.LeftButton)
    assert three.path() == "/story"
    qtbot.mouseClick(foot.outline, Qt.MouseButton.LeftButton)
    assert not three._outline.isHidden()
    qtbot.mouseClick(foot.note, Qt.MouseButton.LeftButton)
    assert not three._note.isHidden()
    with qtbot.waitSignal(three.paused, timeout=100):
        qtbot.mouseClick(foot.pause, Qt.MouseButton.LeftButton)


def test_rows_on_the_page_of_their_count_come_and_go(qtbot: Any) -> None:
    form = COUNTED.replace("| Mano | 2 | |", "| Mano | ${hands} | |").replace(
        "| | begin repeat | hand |", "| | integer | hands | Manos | | |\n| | begin repeat | hand |"
    )
    page = _page(qtbot, _session(form))
    page.go_to("/both/hands")
    _say(qtbot, page, "2")
    assert page.as_text() == "Manos\nAnillo\nAnillo"
    assert page.path() == "/both/hand[1]/ring"
    _say(qtbot, page, "oro")
    assert page.path() == "/both/hand[2]/ring"
    page._panels["/both/hands"].take_focus()
    _say(qtbot, page, "1")
    assert page.as_text() == "Manos\nAnillo"
    assert page.progress() == "2 of about 3"


def test_an_answer_that_says_it_all_goes_on_by_itself(qtbot: Any, three: FormPage) -> None:
    three.go_to("/home/member[1]/name")
    three._panels["/home/member[1]/name"].answer.advance.emit()
    assert three.path() == "/home/member[1]/age"
