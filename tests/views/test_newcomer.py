"""What a newcomer met: first steps, Ctrl+K, undo and its news, Qt's own words, one main button."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QPushButton

from app.models.commands import membership, records
from app.views import unlocking
from app.views.actions import here
from app.views.elsewhere import elsewhere
from app.views.language import speak
from app.views.pages.admit_strip import AdmitStrip
from app.views.pages.project import ProjectPage
from app.views.qt_words import QtWords
from app.views.unlock import UnlockPage
from app.views.widgets.page import Page
from tests.views.windows import Window, ask

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(new_window: Window) -> Window:
    made = new_window
    made.come()
    ask(made, membership.add_space, "Arajuno")
    office = made.door.office
    assert office is not None
    made.qtbot.waitUntil(lambda: len(office.shared.own_spaces()) == 1, timeout=5000)
    made.settle()
    return made


def look_for(window: Window, words: str) -> list[str]:
    """Type into Ctrl+K and return what it finds."""
    window.press(window.frame, Qt.Key.Key_K, modifier=CTRL)
    palette = window.frame.palette_
    window.qtbot.keyClicks(palette.typed, words)
    palette.search()
    window.settle()
    return [hit.text for hit in palette._hits]


def choose(window: Window) -> None:
    window.press(window.frame.palette_.typed, Qt.Key.Key_Return)
    window.settle()


def test_home_offers_kipus_own_questionnaires_until_one_is_here(window: Window) -> None:
    home = window.page()
    assert home.own.isVisible()
    window.push("Use the questionnaire Exploratory walk")
    window.qtbot.waitUntil(lambda: home.banner.state() == "done", timeout=20_000)
    window.settle()
    assert home.banner.text().startswith("“Recorrido exploratorio de seguridad” is ready")
    assert not home.own.isVisible()
    page = window.go("project")
    assert "Exploratory walk" not in page.own.as_text()
    assert "Businesses: safety and extortion" in page.own.as_text()


def test_ctrl_k_takes_one_of_kipus_own_questionnaires(window: Window) -> None:
    window.go("people")
    assert look_for(window, "exploratory") == ["Use the questionnaire Exploratory walk"]
    choose(window)
    page = window.page()
    window.qtbot.waitUntil(lambda: page.banner.state() == "done", timeout=20_000)
    assert window.frame.current_area() == "surveys"
    assert look_for(window, "exploratory") == []


def test_ctrl_k_does_what_the_button_of_another_page_does(window: Window) -> None:
    assert "Add: Person" in look_for(window, "add pers")
    choose(window)
    page = window.page()
    assert window.frame.current_area() == "people"
    assert page.sheet.isVisible()


def test_ctrl_k_goes_where_a_space_is_added(window: Window) -> None:
    assert look_for(window, "add the space") == ["Add the space"]
    choose(window)
    assert isinstance(window.page(), ProjectPage)


def test_everything_named_for_ctrl_k_is_a_button_of_its_page(window: Window) -> None:
    window.push("Use the questionnaire Exploratory walk")
    home = window.page()
    window.qtbot.waitUntil(lambda: home.banner.state() == "done", timeout=20_000)
    missing = [
        one
        for one in elsewhere()
        if one.area != "meetings"
        and one.text not in {offered.text for offered in here(window.go(one.area))}
    ]
    assert missing == []


def test_nothing_found_says_so_and_what_to_try(window: Window) -> None:
    assert look_for(window, "zzqx") == []
    said = window.frame.palette_.said()
    assert said.startswith("Nothing fits “zzqx”; try one word of it")
    choose(window)
    assert window.frame.palette_.isVisible()
    window.qtbot.keyClick(window.frame.palette_.typed, Qt.Key.Key_Escape)
    assert look_for(window, "sync")
    assert window.frame.palette_.said() == ""


def test_a_button_and_its_key_stand_once_in_ctrl_k(window: Window) -> None:
    page = window.go("people")
    texts = [one.text for one in here(page)]
    assert "Add: Person" in texts
    assert "Add" not in texts
    assert ("Sync now", "F5") in [(one.text, one.keys) for one in here(window.go("sync"))]


def test_undo_takes_the_green_news_with_it(window: Window) -> None:
    page = window.go("people")
    ask(window, records.new, "person", {"name": "Rosa Tapuy"})
    page.banner.tell("done", "Rosa Tapuy is here.")
    window.press(page.list.table, Qt.Key.Key_Z, modifier=CTRL)
    assert page.banner.state() == "info"
    assert page.banner.text() == "Undone: adding “Rosa Tapuy”."
    page.banner.tell("done", "It was not here.")
    window.go("places")
    window.frame.actions_["project.redo"].trigger()
    window.settle()
    assert window.go("people").banner.text() == ""


def test_another_project_is_in_the_menu_and_in_ctrl_k(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(unlocking, "replace_process", lambda *_a, **words: asked.append(words))
    assert "Create or open another project" in look_for(window, "another project")
    choose(window)
    assert asked == [{"beginning": True}]


def test_the_entrance_begins_at_the_doors_when_another_project_is_wanted(qtbot: Any) -> None:
    page = UnlockPage(["EG"], projects=[0], beginning=True)
    qtbot.addWidget(page)
    page.show()
    page.take_focus()
    assert page._create.hasFocus() or page.focusWidget() is page._create
    assert page._who.text().startswith("Unlock a project of yours here")


def test_a_strip_with_a_main_button_has_the_only_one(window: Window) -> None:
    page = window.go("project")
    assert page.action.isVisible()
    strip = page.findChild(AdmitStrip)
    strip.show()
    assert _mains(page) == [strip.yes.text()]
    strip.hide()
    assert _mains(page) == [page.action.text()]


def _mains(page: Page) -> list[str]:
    return [
        one.text()
        for one in page.findChildren(QPushButton)
        if one.isVisible() and one.property("kind") == "main"
    ]


def test_no_word_of_a_file_dialog_is_left_in_english(qtbot: Any) -> None:
    translator = QtWords()
    assert translator.translate("QFileDialog", "&Look in:") == "&Look in:"
    assert translator.translate("QFileDialog", "Save As") is None
    speak("es")
    assert QCoreApplication.translate("QFileDialog", "Save As") == "Guardar como"
    dialog = QFileDialog()
    qtbot.addWidget(dialog)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    buttons = [one.text() for one in dialog.findChildren(QPushButton)]
    assert "&Abrir" in buttons
    speak("en")
