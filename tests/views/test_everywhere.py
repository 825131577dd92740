"""What works on every page: undo and redo in words, lists that remember, words found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget, QWizard

from app.jobs import Jobs
from app.views import unlocking
from app.views.frame import Frame
from app.views.gallery import PAGES
from app.views.language import speak
from app.views.screenshots import SIZE, settle
from app.views.widgets.listing import PagedTable
from app.views.widgets.palette import matches
from tests.views.test_records_pages import column, field, keep, make_committee
from tests.views.windows import Window

# -- undo ------------------------------------------------------------------------------------------


def test_undo_and_redo_say_what_they_do(window: Window) -> None:
    page = make_committee(window)
    undo, redo = (window.frame.actions_[f"project.{one}"] for one in ("undo", "redo"))
    assert undo.text() == "Undo: adding “Consejo de Seguridad”"
    assert not redo.isEnabled()
    page.list.take_focus()
    window.press(page.list.table, Qt.Key.Key_Z, modifier=Qt.KeyboardModifier.ControlModifier)
    assert page.list.model.rowCount() == 0
    assert redo.text() == "Redo: adding “Consejo de Seguridad”"
    redo.trigger()
    window.settle()
    assert column(page) == ["Consejo de Seguridad"]
    assert undo.text() == "Undo: adding “Consejo de Seguridad”"


def test_something_new_leaves_nothing_to_do_again(window: Window) -> None:
    page = make_committee(window)
    window.type(field(page, "name"), " y Convivencia")
    keep(window, page)
    window.frame.actions_["project.undo"].trigger()
    window.settle()
    assert window.frame.actions_["project.redo"].isEnabled()
    window.type(field(page, "name"), " Ciudadana")
    keep(window, page)
    assert not window.frame.actions_["project.redo"].isEnabled()


# -- lists -----------------------------------------------------------------------------------------


@pytest.fixture
def open_again(qtbot: Any, tmp_path: Path) -> Iterator[Any]:
    """Opens the project of one folder, as often as asked; the window before is closed first."""
    opened: list[Window] = []

    def again() -> Window:
        if opened:
            opened.pop().close()
        opened.append(Window(qtbot, tmp_path))
        return opened[-1]

    yield again
    opened.pop().close()


def test_a_list_is_as_it_was_left_after_unlocking_again(qtbot: Any, open_again: Any) -> None:
    window = open_again()
    window.found()
    page = make_committee(window)
    page.list.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    page.list.filter.setText("consejo")
    hidden = page.list.shown_columns()[-1]
    at = [one.id for one in page.list.model.columns].index(hidden)
    with qtbot.waitSignal(page.list.left, timeout=3000):
        page.list._show_column(at, False)
    window.settle()
    looks = page.list.state()
    other = open_again()
    other.unlock()
    again = other.go("committees")
    other.settle()
    for part in ("hidden", "sort", "filter"):
        assert again.list.state()[part] == looks[part]
    assert again.list.filter.text() == "consejo"
    assert hidden not in again.list.shown_columns()


# -- finding ---------------------------------------------------------------------------------------


@pytest.fixture
def show(qtbot: Any, jobs: Jobs) -> Any:
    def made(name: str) -> Any:
        page = PAGES[name](jobs)
        qtbot.addWidget(page)
        page.resize(SIZE)
        page.show()
        page.activateWindow()
        settle(jobs)
        return page

    return made


def _ctrl_f(qtbot: Any, frame: Frame) -> None:
    key = QApplication.focusWidget() or frame
    qtbot.keyClick(key, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)


def test_ctrl_f_goes_to_the_list_s_filter_from_anywhere_on_its_page(qtbot: Any, show: Any) -> None:
    frame = show("list-editor")
    frame.page().action.setFocus()
    _ctrl_f(qtbot, frame)
    assert frame.page().findChild(PagedTable).filter.hasFocus()


def test_ctrl_f_finds_words_on_a_page_without_a_list(qtbot: Any, show: Any) -> None:
    frame = show("settings")
    _ctrl_f(qtbot, frame)
    bar = frame.aids.finder
    assert bar.typed.hasFocus()
    qtbot.keyClicks(bar.typed, "language")
    assert bar.says.text().startswith("1 of ")
    marked = [one for one in frame.page().findChildren(QWidget) if one.property("found")]
    assert len(marked) == 1
    assert not marked[0].visibleRegion().isEmpty()
    qtbot.keyClick(bar.typed, Qt.Key.Key_Return)
    qtbot.keyClicks(bar.typed, "zzzz")
    assert bar.says.text() == "not on this page"
    qtbot.keyClick(bar.typed, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert not [one for one in frame.page().findChildren(QWidget) if one.property("found")]


def test_accents_and_case_do_not_matter() -> None:
    assert matches("reunion SUCUMBIOS", "Reunión de Sucumbíos")
    assert not matches("reunion", "acta")


# -- Qt's own words --------------------------------------------------------------------------------


def _button(box: QMessageBox) -> str:
    return box.button(QMessageBox.StandardButton.Cancel).text().replace("&", "")


def test_qt_s_own_words_follow_the_language_at_once(qtbot: Any) -> None:
    for language, cancel, following in (("es", "Cancelar", "Siguiente"), ("en", "Cancel", "Next")):
        speak(language)  # type: ignore[arg-type]
        box, wizard = QMessageBox(), QWizard()
        box.setStandardButtons(QMessageBox.StandardButton.Cancel)
        for made in (box, wizard):
            qtbot.addWidget(made)
        assert _button(box) == cancel
        assert following in wizard.buttonText(QWizard.WizardButton.NextButton).replace("&", "")
        spoken = {"es": QLocale.Language.Spanish, "en": QLocale.Language.English}[language]
        assert QLocale().language() == spoken


def test_keys_are_written_the_same_in_every_language() -> None:
    speak("es")
    assert QKeySequence("Ctrl+Shift+S").toString() == "Ctrl+Shift+S"


# -- printing --------------------------------------------------------------------------------------


def test_ctrl_p_shows_the_list_as_it_will_lie_on_paper(window: Window) -> None:
    from PySide6.QtPdf import QPdfDocument

    page = make_committee(window)
    page.list.take_focus()
    window.press(page.list.table, Qt.Key.Key_P, modifier=Qt.KeyboardModifier.ControlModifier)
    preview = page._printer._preview
    assert preview is not None
    assert preview.isVisible()
    assert not page.list.isVisible()
    document = preview.view.document()
    assert isinstance(document, QPdfDocument)
    text = document.getAllText(0).text()
    for word in ("Committees", "Consejo de Seguridad", "1 row"):
        assert word in text
    window.push("Close", preview)
    assert page.list.isVisible()
    assert page.list.table.hasFocus()


# -- nobody there ----------------------------------------------------------------------------------


def test_without_a_sign_of_life_everything_is_blanked_and_locked(
    qtbot: Any, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked: list[bool] = []
    monkeypatch.setattr(unlocking, "replace_process", lambda hidden, *_more: locked.append(hidden))
    office = window.door.office
    assert office is not None
    assert office._idle.remainingTime() > 9 * 60_000
    office._idle.start(1000)
    # As keys really come: through the window's own handle.
    QTest.keyClick(window.frame.windowHandle(), Qt.Key.Key_Shift)
    assert office._idle.remainingTime() > 9 * 60_000
    with qtbot.waitSignal(window.frame.lock_asked, timeout=2000):
        office._idle.start(10)
    assert window.frame.is_blank()
    assert locked == [False]


def test_nothing_ticks_while_nothing_happens(window: Window) -> None:
    window.go("people")
    window.settle()
    ticking = [
        timer
        for timer in window.frame.findChildren(QTimer)
        if timer.isActive() and not timer.isSingleShot()
    ]
    assert ticking == []
