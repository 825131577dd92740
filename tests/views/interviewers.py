"""Somebody who interviews by keyboard on the Surveys page."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt

from app.views.pages.form import FormPage
from app.views.pages.interviews import InterviewsPage
from tests.views.offices import Office


def begin(qtbot: Any, office: Office, page: InterviewsPage) -> FormPage:
    """Begin an interview with Ctrl+N, and once more where the first leads to the questionnaires."""
    for _try in range(2):
        if page.interview() is None:
            widget = page.focusWidget() or page
            qtbot.keyClick(widget, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
            office.settle()
    form = page.interview()
    assert form is not None
    return form


def press(qtbot: Any, form: FormPage, *keys: str | Qt.Key) -> None:
    """Press keys one after another, wherever each finds the focus."""
    for key in keys:
        qtbot.keyClick(form.focusWidget(), key)
