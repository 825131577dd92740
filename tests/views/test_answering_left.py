"""A name typed into a choice and left: the line says what is chosen, and that it is kept."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.views.answering import answer_for
from app.views.interview import Question

CHOICES = tuple((f"c{at}", f"Provincia {at}") for at in range(30))


def test_what_fits_nothing_goes_when_the_line_is_left(qtbot: Any) -> None:
    room = QWidget()
    qtbot.addWidget(room)
    column = QVBoxLayout(room)
    question = Question("/p", "select_one", "Province", choices=CHOICES, appearance="minimal")
    answer = answer_for(question, room)
    other = QLineEdit(room)
    column.addWidget(answer)
    column.addWidget(other)
    room.show()
    room.activateWindow()
    qtbot.waitUntil(room.isActiveWindow)
    answer.take_focus()
    line = room.focusWidget()
    assert isinstance(line, QLineEdit)
    QTest.keyClicks(line, "provincia 7")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert (answer.value(), line.text()) == ("c7", "Provincia 7")
    # What is typed next looks for another, instead of standing behind the name.
    QTest.keyClicks(line, "Santa Rosa")
    assert line.text() == "Santa Rosa"
    other.setFocus()
    assert (answer.value(), line.text()) == ("c7", "Provincia 7")
