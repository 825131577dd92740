"""A talk goes on where it was, in one step; and its desk at twice the size of text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QScrollArea

from app.models.commands import group_talks as talking
from app.models.project import Project
from app.models.queries import groups as reading
from app.views.theme import theme
from tests.views.offices import Office
from tests.views.test_group_desk import ENTER, Desk, make_group


@pytest.fixture
def three(qtbot: Any, office: Office, tmp_path: Path) -> Desk:
    return Desk(qtbot, office, office.run(make_group, "female", "male", "female"), tmp_path)


def _again(desk: Desk) -> None:
    """Leave the desk and sit down again."""
    desk.desk.leave()
    desk.office.settle()
    desk.page.open(desk.group)
    desk.office.settle()


def test_one_visible_step_goes_on_with_a_talk_that_was_left(three: Desk) -> None:
    three.press("1")
    three.type("sigo")
    _again(three)
    assert not three.desk.talk.sitting.runs
    button = three.desk.banner._action
    assert (button.isVisible(), button.text()) == (True, "Go on (F6)")
    three.qtbot.keyClick(button, Qt.Key.Key_Space)
    three.office.settle()
    assert three.desk.talk.sitting.runs
    assert three.desk.banner.text() == ""
    assert three.desk.strip.box.toPlainText() == "sigo"


def test_a_speakers_key_goes_on_with_a_talk_that_was_left(three: Desk) -> None:
    three.press("1")
    three.type("uno")
    three.press(ENTER)
    _again(three)
    three.press("2")
    assert three.desk.talk.sitting.runs
    three.type("dos")
    three.press(ENTER)
    assert three.said() == [("M1", "uno"), ("H1", "dos")]


def _held_for_ten_minutes(project: Project, group: Any) -> None:
    talking.speak(project, group, "1", at_s=0.0, text="uno")
    talking.end(project, group, at_s=600.0, finish=True)


def test_a_held_talk_goes_on_after_what_was_said(three: Desk) -> None:
    three.office.run(_held_for_ten_minutes, three.group)
    _again(three)
    assert three.desk.banner.text().startswith("The talk is over.")
    three.press("2")
    three.type("dos")
    three.press(ENTER)
    last = three.office.run(reading.turns, three.group)[-1]
    assert last.text == "dos"
    assert 600 <= (last.starts_s or 0) < 660


def test_the_verb_goes_on_after_what_was_said(three: Desk) -> None:
    def more(project: Project) -> float | None:
        _held_for_ten_minutes(project, three.group)
        talking.speak(project, three.group, "2", text="dos")
        talking.end(project, three.group)
        return reading.turns(project, three.group)[-1].starts_s

    assert 600 <= (three.office.run(more) or 0) < 660


def _main_buttons(desk: Desk) -> list[str]:
    return [one.text() for one in desk.desk.findChildren(QPushButton)
            if one.isVisible() and one.property("kind") == "main"]  # fmt: skip


def test_one_button_is_the_main_one(three: Desk) -> None:
    assert _main_buttons(three) == ["Begin (F6)"]
    three.press(Qt.Key.Key_F2)
    assert _main_buttons(three) == ["Seat (Enter)"]
    three.press(Qt.Key.Key_Escape)
    assert _main_buttons(three) == ["Begin (F6)"]


def test_with_large_text_one_half_is_on_show_and_a_key_turns_to_the_other(
    qtbot: Any, office: Office, tmp_path: Path
) -> None:
    group = office.run(make_group, "female", "male")
    theme().apply("light", 2.0)
    try:
        made = Desk(qtbot, office, group, tmp_path)
        desk = made.desk
        made.page.resize(1290, 690)
        office.settle()
        assert (desk.table.isVisible(), desk.strip.isVisible()) == (False, True)
        made.press(Qt.Key.Key_F3)
        assert (desk.table.isVisible(), desk.strip.isVisible()) == (True, False)
        made.press("1")
        assert (desk.table.isVisible(), desk.strip.isVisible()) == (False, True)
        made.type("hola")
        made.press(Qt.Key.Key_F2)
        assert desk.table.form.isVisible()
        made.press(Qt.Key.Key_Escape, Qt.Key.Key_F3)
        assert desk.strip.box.toPlainText() == "hola"
        desk.head.more.actions_["group.note"].trigger()
        assert desk.note.isVisible()
        for area in desk.findChildren(QScrollArea):
            assert not area.horizontalScrollBar().isVisible()
    finally:
        theme().apply("light", 1.0)
