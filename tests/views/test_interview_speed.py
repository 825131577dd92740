"""A key takes no more on the largest form than on a small one, a question or a section shown."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.forms import Definition, Session, from_file
from app.views.interview_session import SessionInterview
from app.views.pages.form import FormPage
from app.views.widgets.answers import keys_for
from tests.effort import effort

TIMES = 5
"""How many times the work of the hardest key of a small form one on the largest may take."""
_SMALL = """
| survey  |               |          |          |
|         | type          | name     | label    |
{rows}
| choices |               |          |          |
|         | list_name     | name     | label    |
|         | yn            | yes      | Yes      |
|         | yn            | no       | No       |
"""


@pytest.fixture(scope="module")
def who(shared_cases: Path) -> Definition:
    source = shared_cases / "forms" / "who-verbal-autopsy.xlsx"
    return from_file(source.read_bytes(), source.name)


@pytest.fixture(scope="module")
def small() -> Definition:
    kinds = ["integer", "select_one yn"] * 10
    rows = (f"| | {kind} | q{at} | Question {at} |" for at, kind in enumerate(kinds))
    return from_file(_SMALL.format(rows="\n".join(rows)).encode(), "small.md")


@pytest.mark.parametrize("whole", [False, True])
def test_a_key_takes_about_as_much_on_the_largest_form_as_on_a_small_one(
    qtbot: Any, who: Definition, small: Definition, whole: bool
) -> None:
    session = Session(who)
    session.set(session.resolve("Id10013"), "yes")
    many = _efforts(qtbot, session, whole, 60)
    few = _efforts(qtbot, Session(small), whole, 15)
    assert len(many) > 100
    assert many[len(many) // 2] <= 2 * few[len(few) // 2]
    assert many[-1] <= TIMES * few[-1]


def _efforts(qtbot: Any, session: Session, whole: bool, steps: int) -> list[int]:
    """What the keys of an interview take, least first."""
    page = FormPage(SessionInterview(session), whole=whole)
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    chance, found = random.Random(3), []
    for _step in range(steps):
        for key in [*_answer(page, chance), Qt.Key.Key_Return]:
            found.append(effort(partial(_press, qtbot, page, key)))
    return sorted(found)


def _answer(page: FormPage, chance: random.Random) -> list[str]:
    """Keys that answer the question the cursor is in, well or badly."""
    question = page._interview.question(page.path())
    if question.kind in ("select_one", "select_multiple"):
        keys = keys_for([code for code, _label in question.choices])
        return [chance.choice([key for key in keys if key])]
    return list("20/11/2020" if question.kind == "date" else "12")


def _press(qtbot: Any, page: FormPage, key: Any) -> None:
    qtbot.keyClick(page.focusWidget() or page, key)
    QApplication.processEvents()
