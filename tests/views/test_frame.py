"""The frame: areas, state, the key that hides everything, Ctrl+K, and the unlock page."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QPushButton

from app.errors import KipuError
from app.i18n import lazy
from app.views.actions import ACTIONS
from app.views.frame import Frame
from app.views.unlock import UnlockPage
from app.views.widgets.navigation import Area
from app.views.widgets.page import Page
from app.views.widgets.palette import Hit
from app.views.widgets.status import Status


class Somewhere(Page):
    def __init__(self) -> None:
        super().__init__()
        self.visits = 0

    def entered(self) -> None:
        self.visits += 1


@pytest.fixture
def frame(qtbot: Any) -> Frame:
    made = Frame()
    qtbot.addWidget(made)
    made.resize(1366, 768)
    areas = [
        Area("home", lazy("Home"), "home", Somewhere),
        Area("people", lazy("People"), "people", Somewhere),
    ]
    made.open_project("Pastaza Segura", areas)
    made.show()
    made.activateWindow()
    return made


def test_the_title_never_says_a_name(frame: Frame) -> None:
    frame.show_status(Status("MT", "Arajuno", 3))
    assert frame.windowTitle() == "Kipu"


def test_only_the_areas_given_are_shown(frame: Frame) -> None:
    assert frame.navigation.ids() == ["home", "people"]
    assert frame.actions_["go.people"].isVisible()
    assert not frame.actions_["go.places"].isVisible()


def test_a_page_is_made_once_and_told_when_it_is_entered(frame: Frame) -> None:
    frame.go("people")
    first = frame.page()
    frame.go("home")
    frame.go("people")
    assert frame.page() is first
    assert isinstance(first, Somewhere)
    assert first.visits == 2


def test_the_navigation_shrinks_to_icons_below_1100(frame: Frame) -> None:
    button = frame.navigation.findChildren(QPushButton)[0]
    assert button.text().strip() == "Home"
    frame.resize(1000, 700)
    assert button.text() == ""
    assert button.accessibleName() == "Home"


def test_what_waits_is_said_in_words_too(frame: Frame) -> None:
    frame.navigation.set_count("people", 3)
    names = [one.accessibleName() for one in frame.navigation.findChildren(QPushButton)]
    assert names == ["Home", "People, 3 waiting"]


def test_the_line_below_says_who_and_what_is_not_sent(frame: Frame) -> None:
    frame.show_status(Status("MT", "Arajuno", 3))
    assert frame.status_text() == "MT · 3 not sent, never synced · space Arajuno"


def test_f8_hides_everything_at_once_and_asks_for_the_lock(qtbot, frame: Frame) -> None:
    with qtbot.waitSignal(frame.lock_asked, timeout=100) as asked:
        qtbot.keyClick(frame, Qt.Key.Key_F8)
    assert asked.args == [True]
    assert frame.is_blank()
    assert not frame.navigation.isVisible()
    assert not frame.menuBar().isVisible()


def test_nothing_of_the_project_can_be_done_while_hidden(frame: Frame) -> None:
    frame.hide_everything()
    assert {spec.id for spec, _action in frame.actions_.usable()} <= {
        spec.id for spec in ACTIONS if spec.open_when_locked
    }


def test_ctrl_l_locks(qtbot, frame: Frame) -> None:
    with qtbot.waitSignal(frame.lock_asked, timeout=100) as asked:
        qtbot.keyClick(frame, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert asked.args == [False]


def test_ctrl_k_finds_an_action_and_does_it(qtbot, frame: Frame) -> None:
    qtbot.keyClick(frame, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert frame.palette_.isVisible()
    qtbot.keyClicks(frame.palette_.typed, "peop")
    qtbot.keyClick(frame.palette_.typed, Qt.Key.Key_Return)
    assert not frame.palette_.isVisible()
    assert frame.current_area() == "people"


def test_an_answer_to_something_typed_before_is_dropped(frame: Frame) -> None:
    late: list[Any] = []
    frame.palette_.add_searcher(lambda _typed, answer: late.append(answer))
    frame.palette_.open()
    frame.palette_.typed.setText("zzzz")
    frame.palette_.search()
    late[0]([Hit("an old one", frame.lock)])
    assert frame.palette_._hits == []
    late[1]([Hit("a new one", frame.lock)])
    assert [hit.text for hit in frame.palette_._hits] == ["a new one"]


def test_no_two_actions_share_a_key() -> None:
    keys = [QKeySequence(spec.shortcut).toString() for spec in ACTIONS if spec.shortcut]
    assert len(keys) == len(set(keys))


def test_language_switches_without_restart(qtbot, frame: Frame) -> None:
    with qtbot.waitSignal(frame.language_chosen, timeout=100):
        frame.actions_["view.language"].trigger()
    assert frame.actions_["project.lock"].text() != "Lock"
    frame.actions_["view.language"].trigger()
    assert frame.actions_["project.lock"].text() == "Lock"


@pytest.mark.logs_warnings
def test_errors_are_told_in_words(frame: Frame) -> None:
    frame.show_error(KipuError("The folder is full."))
    assert frame.banner.text() == "The folder is full."
    frame.show_error(ZeroDivisionError("secret value 42"))
    assert "secret" not in frame.banner.text()
    assert "safe" in frame.banner.text()


@pytest.fixture
def unlock(qtbot: Any) -> UnlockPage:
    made = UnlockPage(["MT", "RV"])
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    return made


def test_unlocking_by_keyboard(qtbot, unlock: UnlockPage) -> None:
    line = unlock._passphrase.line
    qtbot.keyClicks(line, "a long passphrase")
    with qtbot.waitSignal(unlock.unlock_asked, timeout=100) as asked:
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert asked.args == ["MT", "a long passphrase"]
    assert line.text() == ""


def test_a_wrong_passphrase_waits_and_says_so(unlock: UnlockPage) -> None:
    unlock.refuse("That is not it.", 2)
    assert unlock.message() == "That is not it."
    assert not unlock._open.isEnabled()
    unlock._count_down()
    unlock._count_down()
    assert unlock._open.isEnabled()


def test_many_people_are_chosen_from_a_list(qtbot) -> None:
    page = UnlockPage([f"P{n}" for n in range(12)])
    qtbot.addWidget(page)
    assert page.person() == "P0"


def test_with_nobody_there_yet_one_can_create_or_join(qtbot) -> None:
    page = UnlockPage([])
    qtbot.addWidget(page)
    page.show()
    assert not page._passphrase.isVisible()
    with qtbot.waitSignal(page.create_asked, timeout=100):
        page._create.click()
