"""A key is answered at once on the largest form there is, one question or a whole section shown."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.forms import Definition, Session, from_file
from app.views.interview_session import SessionInterview
from app.views.pages.form import FormPage
from app.views.widgets.answers import keys_for

LONGEST_MS = 50
"""What a key may take; nine in ten must keep to it even on a machine busy with other tests."""


@pytest.fixture(scope="module")
def who(shared_cases: Path) -> Definition:
    source = shared_cases / "forms" / "who-verbal-autopsy.xlsx"
    return from_file(source.read_bytes(), source.name)


@pytest.mark.parametrize("whole", [False, True])
def test_a_key_is_answered_at_once_on_the_largest_form(
    qtbot: Any, who: Definition, whole: bool
) -> None:
    session = Session(who)
    session.set(session.resolve("Id10013"), "yes")
    page = FormPage(SessionInterview(session), whole=whole)
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    chance, took = random.Random(3), []
    for _step in range(60):
        for key in [*_answer(page, chance), Qt.Key.Key_Return]:
            took.append(_timed(qtbot, page, key))
    took.sort()
    assert len(took) > 100
    assert took[len(took) * 9 // 10] <= LONGEST_MS, took[-12:]


def _answer(page: FormPage, chance: random.Random) -> list[str]:
    """Keys that answer the question the cursor is in, well or badly."""
    question = page._interview.question(page.path())
    if question.kind in ("select_one", "select_multiple"):
        keys = keys_for([code for code, _label in question.choices])
        return [chance.choice([key for key in keys if key])]
    return list("20/11/2020" if question.kind == "date" else "12")


def _timed(qtbot: Any, page: FormPage, key: Any) -> float:
    start = time.perf_counter()
    qtbot.keyClick(page.focusWidget() or page, key)
    QApplication.processEvents()
    return (time.perf_counter() - start) * 1000
