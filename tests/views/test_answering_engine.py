"""What every control gives, the survey engine takes, and gives back to the control unharmed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.forms import Definition, Session, from_file
from app.views.answering.keeping import MemoryFiles
from app.views.interview_session import SessionInterview
from app.views.pages.form import FormPage
from app.views.pages.form_question import QuestionPanel
from tests.views.test_answering_typed import keys

DOWN, ENTER, TAB, SPACE = Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Space
ALT_DOWN = (DOWN, Qt.KeyboardModifier.AltModifier)
ALT_RIGHT = (Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
FORM = """
| survey  |
| | type | name | label | appearance | parameters |
| | text | t_plain | T | | |
| | text | t_long | T | multiline | rows=4 |
| | text | t_masked | T | masked | |
| | text | t_numbers | T | numbers thousands-sep | |
| | integer | i_sep | I | thousands-sep | |
| | integer | i_counter | I | counter | |
| | decimal | d_bearing | D | bearing | |
| | date | d_plain | D | | |
| | date | d_month | D | month-year | |
| | date | d_year | D | year | |
| | time | h | H | | |
| | dateTime | dh | H | | |
| | select_one l | s_rows | S | | |
| | select_one l | s_minimal | S | minimal | |
| | select_multiple l | s_many | S | columns-2 | |
| | select_multiple l | s_found | S | autocomplete | |
| | select_one l | s_cells | S | list-nolabel | |
| | rank l | k | K | | |
| | range | r_slider | R | | start=0 end=10 step=2 |
| | range | r_decimal | R | | start=1.5 end=5.5 step=0.5 |
| | range | r_stars | R | rating | start=1 end=5 step=1 |
| | range | r_picker | R | picker | start=1 end=10 step=1 |
| | acknowledge | a | A | | |
| | geopoint | p | P | | |
| | geotrace | g_line | G | | |
| | geoshape | g_shape | G | | |
| | barcode | b | B | | |
| choices |
| | list_name | name | label |
| | l | n | Norte |
| | l | s | Sur |
| | l | e | Este |
"""
ANSWERS: dict[str, tuple[tuple[Any, ...], Any]] = {
    "t_plain": (("Puyo",), "Puyo"),
    "t_long": (("uno", ENTER, "dos"), "uno\ndos"),
    "t_masked": (("clave",), "clave"),
    "t_numbers": (("0991234567",), "0991234567"),
    "i_sep": (("1234567",), 1234567),
    "i_counter": ((Qt.Key.Key_Up, Qt.Key.Key_Up), 2),
    "d_bearing": (("12.5",), 12.5),
    "d_plain": (("20/11/2026",), "2026-11-20"),
    "d_month": (("Mar", TAB, "2019"), "2019-03-01"),
    "d_year": (("1984",), "1984-01-01"),
    "h": (("14:30",), "14:30:00"),
    "dh": (("20/11/2026 14:30",), "2026-11-20T14:30:00"),
    "s_rows": (("s",), "s"),
    "s_minimal": (("este", ENTER), "e"),
    "s_many": (("n", "e"), ["n", "e"]),
    "s_found": (("nor", ENTER, "su", ENTER), ["n", "s"]),
    "s_cells": (("n",), "n"),
    "k": ((ALT_DOWN,), "s n e"),
    "r_slider": ((Qt.Key.Key_Right, Qt.Key.Key_Right), 2),
    "r_decimal": ((Qt.Key.Key_Right, Qt.Key.Key_Right), 2),
    "r_stars": (("4",), 4),
    "r_picker": (("10", ENTER), 10),
    "a": ((SPACE,), "OK"),
    "p": (("-1.4924", TAB, "-78.0024", TAB, TAB, "5"), "-1.4924 -78.0024 0.0 5.0"),
    "g_line": (("-1 -78", ENTER, "-1 -79"), "-1 -78 0.0 0.0;-1 -79 0.0 0.0"),
    "g_shape": (("-1 -78", ENTER, "-1 -79", ENTER, "-2 -79"),
                "-1 -78 0.0 0.0;-1 -79 0.0 0.0;-2 -79 0.0 0.0;-1 -78 0.0 0.0"),
    "b": (("7861234567890",), "7861234567890"),
}  # fmt: skip
Opening = Callable[[str], QuestionPanel]


@pytest.fixture(scope="module")
def form() -> Definition:
    return from_file(FORM.encode(), "todo.md")


@pytest.fixture(scope="module")
def interview(form: Definition) -> SessionInterview:
    return SessionInterview(Session(form))


@pytest.fixture
def opening(qtbot: Any, interview: SessionInterview) -> Opening:
    def opened(path: str) -> QuestionPanel:
        panel = QuestionPanel(interview.question(path), files=MemoryFiles())
        qtbot.addWidget(panel)
        panel.resize(700, 500)
        panel.show()
        panel.activateWindow()
        QApplication.processEvents()
        panel.take_focus()
        return panel

    return opened


def test_every_question_of_the_form_has_an_answer_here(interview: SessionInterview) -> None:
    assert [path.rpartition("/")[2] for path in interview.paths()] == list(ANSWERS)


@pytest.mark.parametrize("name", list(ANSWERS))
def test_what_is_given_is_taken_and_shown_again(
    qtbot: Any, interview: SessionInterview, opening: Opening, name: str
) -> None:
    path = next(one for one in interview.paths() if one.endswith(f"/{name}"))
    typed, value = ANSWERS[name]
    panel = opening(path)
    keys(qtbot, *typed)
    given, reason = panel.given()
    assert reason == ""
    assert interview.set(path, given) == ""
    assert interview.question(path).value == value
    assert opening(path).given() == (given, "")


@pytest.mark.parametrize("name", ["widgets.xls", "table-list.xls", "tutorial.xls"])
def test_every_question_of_a_form_of_others_can_be_shown(
    qtbot: Any, shared_cases: Path, name: str
) -> None:
    source = shared_cases / "forms" / name
    interview = SessionInterview(Session(from_file(source.read_bytes(), name)))
    for path in interview.paths():
        panel = QuestionPanel(interview.question(path), files=MemoryFiles())
        qtbot.addWidget(panel)
        panel.show()
        assert panel.given()[1] == ""


def test_a_form_of_every_kind_is_filled_to_the_end_by_keyboard(
    qtbot: Any, form: Definition
) -> None:
    interview = SessionInterview(Session(form))
    page = FormPage(interview)
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    page.activateWindow()
    QApplication.processEvents()
    page.take_focus()
    for name, (typed, _value) in ANSWERS.items():
        assert page.path().endswith(f"/{name}"), page.refusal()
        keys(qtbot, *typed)
        # Where Enter makes a line, another key goes on.
        keys(qtbot, ALT_RIGHT if name in ("t_long", "g_line", "g_shape") else ENTER)
        # What was just put on the page is shown when the window comes to it.
        QApplication.processEvents()
    assert page.path() == ""
    taken = {path.rpartition("/")[2]: interview.question(path).value for path in interview.paths()}
    assert taken == {name: value for name, (_typed, value) in ANSWERS.items()}


def test_a_quick_question_goes_on_by_itself(qtbot: Any) -> None:
    form = """
| survey  |
| | type | name | label | appearance |
| | select_one l | a | A | quick |
| | select_one l | b | B | minimal quick |
| | text | c | C | |
| choices |
| | list_name | name | label |
| | l | n | Norte |
| | l | s | Sur |
"""
    page = FormPage(SessionInterview(Session(from_file(form.encode(), "quick.md"))))
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    QApplication.processEvents()
    page.take_focus()
    keys(qtbot, "s")
    assert page.path() == "/b"
    keys(qtbot, "nor", ENTER)
    assert page.path() == "/c"
