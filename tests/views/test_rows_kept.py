"""Rows in the store: a draft keeps how many there are, and the interview goes on among them."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.models.commands import surveys
from app.settings import Settings
from app.views.pages.form import FormPage
from app.views.pages.interviews import InterviewsPage
from tests.views.interviewers import begin
from tests.views.offices import Office, put_on_show

FORM = """
| survey | | | | |
| | type | name | label | relevant |
| | begin repeat | member | Integrante | |
| | text | name | Nombre | |
| | integer | age | Edad | |
| | end repeat | | | |
| | text | story | Historia | |
| settings | | | | |
| | form_id | form_title | version | |
| | filas | Filas | 1 | |
"""


@pytest.fixture
def page(qtbot: Any, office: Office, tmp_path: Any) -> InterviewsPage:
    office.run(surveys.import_form, FORM.encode(), "filas.md")
    return put_on_show(qtbot, office, InterviewsPage(office.desk, settings=Settings(tmp_path)))


def _say(qtbot: Any, form: FormPage, *words: str) -> None:
    for word in words:
        qtbot.keyClicks(form.focusWidget(), word)
        qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Return)


def test_an_interview_with_rows_is_left_and_gone_on_with(
    qtbot: Any, office: Office, page: InterviewsPage
) -> None:
    form = begin(qtbot, office, page)
    assert form._interview.title == "Filas"
    _say(qtbot, form, "Ana", "30")
    qtbot.keyClick(form.focusWidget(), "a")
    _say(qtbot, form, "Luis")
    office.settle()
    assert form.kept.text().startswith("kept")
    qtbot.keyClick(form.focusWidget(), Qt.Key.Key_F6)
    office.settle()
    assert page.interview() is None
    page.drafts.take_focus()
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Return)
    office.settle()
    again = page.interview()
    assert again is not None
    assert again.path() == "/member[2]/age"
    assert again._section.text() == "Integrante 2 (Luis)"
    assert again.progress() == "3 of about 5"


def test_an_interview_with_rows_is_finished(
    qtbot: Any, office: Office, page: InterviewsPage
) -> None:
    form = begin(qtbot, office, page)
    _say(qtbot, form, "Ana", "30")
    qtbot.keyClick(form.focusWidget(), "a")
    _say(qtbot, form, "Luis", "7")
    qtbot.keyClick(form.focusWidget(), Qt.Key.Key_Return)
    _say(qtbot, form, "nada")
    qtbot.keyClick(form, Qt.Key.Key_Return)
    office.settle()
    assert page.interview() is None
