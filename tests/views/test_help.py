"""F1 and Ctrl+F1: the help inside, in both languages, with keys that cannot go stale."""

from __future__ import annotations

import re
from typing import Any

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QKeySequence

from app import i18n
from app.i18n import lazy
from app.jobs import Jobs
from app.views import help as pages
from app.views.actions import ACTIONS, ON_PAGES, ActionSpec, offer
from app.views.areas import LISTS
from app.views.frame import Frame
from app.views.gallery import PAGES
from app.views.language import speak
from app.views.screenshots import settle
from app.views.widgets.navigation import Area
from app.views.widgets.page import Page

AREAS = ("home", "surveys", *LISTS.values(), "sync", "review", "project", "settings")
KEY_IN_WORDS = re.compile(r"\bF\d+\b|\b(?:Ctrl|Alt|Shift|Mayús)\s*\+")


@pytest.mark.parametrize("topic", pages.TOPICS)
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_page_is_there_with_a_heading_and_some_sentences(topic: str, language: Any) -> None:
    text = pages.source(topic, language)
    assert text.startswith("# ")
    assert len(text.split()) > 60


@pytest.mark.parametrize("topic", pages.TOPICS)
def test_both_languages_tell_the_same_in_the_same_order(topic: str) -> None:
    spanish, english = (pages.source(topic, one).splitlines() for one in i18n.LANGUAGES)
    shape = [[line[:2] for line in lines if line] for lines in (spanish, english)]
    assert [one[:1] in "#-" and one for one in shape[0]] == [
        one[:1] in "#-" and one for one in shape[1]
    ]
    keys = [pages.TOKEN.findall("\n".join(lines)) for lines in (spanish, english)]
    assert keys[0] == keys[1]


@pytest.mark.parametrize("topic", pages.TOPICS)
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_key_named_is_in_the_table_and_none_is_written_out(topic: str, language: Any) -> None:
    text = pages.source(topic, language)
    known = {spec.id for spec in (*ACTIONS, *ON_PAGES) if spec.shortcut}
    assert set(pages.TOKEN.findall(text)) <= known
    assert not KEY_IN_WORDS.search(text)
    assert "{key" not in pages.text(topic)


@pytest.mark.parametrize("area", AREAS)
def test_every_area_has_its_page(area: str) -> None:
    assert pages.topic_of(area) in pages.TOPICS
    assert area == "home" or pages.topic_of(area) not in ("home", "first")


def test_the_help_names_the_keys_there_are() -> None:
    shortcut = next(spec.shortcut for spec in ACTIONS if spec.id == "project.sync")
    assert f"**{QKeySequence(shortcut).toString()}**" in pages.text("sync")


def test_search_finds_words_whatever_their_case() -> None:
    found = pages.search("STICK out")
    assert {one.topic for one in found} == {"sync"}
    assert "stick" in found[0].line
    assert pages.search("") == []


class Somewhere(Page):
    """A page that can do one thing by a key."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []
        spec = ActionSpec("test.wave", lazy("Wave a flag"), "F5")
        offer(self, spec, self.wave)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wave(self) -> None:
        self.done.append("waved")

    def take_focus(self) -> None:
        self.setFocus()


@pytest.fixture
def frame(qtbot: Any) -> Frame:
    made = Frame()
    qtbot.addWidget(made)
    made.resize(1366, 768)
    areas = [
        Area("home", lazy("Home"), "home", Somewhere),
        Area("sync", lazy("Sync"), "sync", Somewhere),
    ]
    made.open_project("Pastaza Segura", areas)
    made.show()
    made.activateWindow()
    return made


def test_f1_shows_the_help_of_the_page_and_its_keys(qtbot: Any, frame: Frame) -> None:
    frame.go("sync")
    qtbot.keyClick(frame, Qt.Key.Key_F1)
    text = frame.aids.help.text()
    assert text.startswith("Sync")
    assert "Keys on this page" in text
    assert "F5 Wave a flag" in text
    qtbot.keyClick(frame, Qt.Key.Key_F1)
    assert not frame.aids.help.isVisible()
    assert frame.page() is frame.focusWidget()


def test_ctrl_f1_lists_every_key_that_works_here(qtbot: Any, frame: Frame) -> None:
    qtbot.keyClick(frame, Qt.Key.Key_F1, Qt.KeyboardModifier.ControlModifier)
    text = frame.aids.help.text()
    assert "F5 Wave a flag" in text
    assert "Ctrl+K Find anything" in text
    qtbot.keyClick(frame.aids.help.browser, Qt.Key.Key_Escape)
    assert not frame.aids.help.isVisible()


def test_the_help_is_searched_and_followed_by_keyboard(qtbot: Any, frame: Frame) -> None:
    qtbot.keyClick(frame, Qt.Key.Key_F1)
    panel = frame.aids.help
    qtbot.keyClicks(panel.typed, "seat map")
    assert "Focus groups" in panel.text()
    qtbot.keyClick(panel.typed, Qt.Key.Key_Return)
    assert panel.text().startswith("Focus groups")
    panel.browser.anchorClicked.emit(QUrl("help:places"))
    assert panel.text().startswith("Places")
    panel.browser.anchorClicked.emit(QUrl("https://example.org/"))
    assert panel.text().startswith("Places")


def test_the_help_speaks_the_language_in_use(qtbot: Any, frame: Frame) -> None:
    qtbot.keyClick(frame, Qt.Key.Key_F1)
    assert frame.aids.help.text().startswith("Home")
    speak("es")
    assert frame.aids.help.text().startswith("Inicio")


def test_hiding_takes_the_help_off_the_screen_too(qtbot: Any, frame: Frame) -> None:
    qtbot.keyClick(frame, Qt.Key.Key_F1)
    frame.hide_everything()
    assert not frame.aids.help.isVisible()


def test_before_unlocking_the_help_tells_the_first_minutes(qtbot: Any, jobs: Jobs) -> None:
    frame = PAGES["unlock"](jobs)
    qtbot.addWidget(frame)
    frame.show()
    frame.activateWindow()
    settle(jobs)
    qtbot.keyClick(frame, Qt.Key.Key_F1)
    assert isinstance(frame, Frame)
    assert frame.aids.help.text().startswith("First minutes")


def test_a_page_s_own_actions_are_in_ctrl_k_and_in_its_menu(qtbot: Any, frame: Frame) -> None:
    page = frame.page()
    assert isinstance(page, Somewhere)
    qtbot.keyClick(page, Qt.Key.Key_F5)
    frame.palette_.open()
    qtbot.keyClicks(frame.palette_.typed, "wave")
    qtbot.keyClick(frame.palette_.typed, Qt.Key.Key_Return)
    menu = next(one.menu() for one in frame.menuBar().actions() if one.text() == "This page")
    menu.aboutToShow.emit()
    wave = next(one for one in menu.actions() if one.text().startswith("Wave a flag"))
    assert wave.text() == "Wave a flag\tF5"
    wave.trigger()
    assert page.done == ["waved"] * 3
    frame.go("sync")
    frame.aids.fill(menu)
    assert len([one for one in menu.actions() if "Wave" in one.text()]) == 1
