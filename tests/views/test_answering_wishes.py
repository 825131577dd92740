"""What the form check calls fulfilled has a control, or a look, that the plain question has not."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit

from app.forms.checks.appearances import SHOWN
from app.views.answering import answer_for
from app.views.answering.keeping import MemoryFiles
from app.views.answering.ranges import SliderAnswer
from app.views.interview import Question
from app.views.widgets.answers import Answer

CHOICES = (("n", "Norte"), ("s", "Sur"), ("e", "Este"))
RANGE = {"start": "1", "end": "5", "step": "1"}
TOGETHER = {"pages", "field-list", "table-list"}
"""Wishes of groups: they say which questions stand on one page."""
ALREADY = {("no-calendar", "dateTime")}
"""What the plain control is anyhow."""
CASES = [
    (wish, kind)
    for wish, kinds in SHOWN.items()
    for kind in sorted(kinds)
    if wish not in TOGETHER and (wish, kind) not in ALREADY
]


def _made(qtbot: Any, kind: str, wish: str) -> Answer:
    choices = CHOICES if kind.startswith("select") else ()
    given = RANGE if kind == "range" else {"mediatype": "image/*"} if kind == "upload" else {}
    asked = Question("/q", kind, "Q", choices=choices, appearance=wish, attributes=given)
    made = answer_for(asked, None, MemoryFiles())
    qtbot.addWidget(made)
    made.show()
    QApplication.processEvents()
    return made


def _look(answer: Answer) -> tuple[Any, ...]:
    hints = [line.inputMethodHints() for line in answer.findChildren(QLineEdit)]
    slider = answer._slider if isinstance(answer, SliderAnswer) else None
    turned = (slider.orientation(), slider.ticks) if slider is not None else ()
    columns = getattr(answer, "_most", 0)
    return type(answer), hints, turned, columns, getattr(answer, "_quick", False)


@pytest.mark.parametrize(("wish", "kind"), CASES)
def test_a_wish_that_is_fulfilled_makes_a_difference(qtbot: Any, wish: str, kind: str) -> None:
    plain, wished = _look(_made(qtbot, kind, "")), _look(_made(qtbot, kind, wish))
    assert wished != plain or (wish == "numbers" and kind != "text")
