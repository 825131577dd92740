"""Practice, changing places, a clock that went back, a lost project: the ways in, by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.models import clock_question
from app.models.commands import people, practising
from app.paths import project_dirs
from app.views import unlocking
from app.views.pages.clock import ClockPage
from app.views.pages.recover import RecoverProjectWizard
from app.views.unlock import UnlockPage
from tests.views.windows import PASSPHRASE, Window

Opening = Callable[[Path], Window]
DAY = 24 * 3600 * 1000


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the process was to be replaced with; it stays."""
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(unlocking, "replace_process", lambda *words: asked.append(words))
    return asked


# -- practice ----------------------------------------------------------------------------------------


def test_practising_asks_nothing_and_says_so_on_every_page(
    open_window: Opening, tmp_path: Path
) -> None:
    window = open_window(tmp_path)
    window.push("Practise")
    assert window.page().title() == "Home"
    band = window.frame.practice
    for area in window.frame.navigation.ids():
        window.go(area)
        assert band.isVisible()
        assert band.text().startswith("PRÁCTICA: Nothing here is real")


def test_throwing_practice_away_takes_two_steps(
    open_window: Opening, tmp_path: Path, replaced: list[tuple[Any, ...]]
) -> None:
    window = open_window(tmp_path)
    window.push("Practise")
    window.push("Throw the practice away…")
    assert "goes for good. Your real work is not touched." in window.frame.practice.text()
    window.push("Keep it")
    assert replaced == []
    assert len(project_dirs(tmp_path)) == 1
    window.push("Throw the practice away…")
    window.push("Yes, throw it away")
    assert replaced == [(False,)]
    assert project_dirs(tmp_path) == []
    again = open_window(tmp_path)
    assert again.alone()._practise.isVisible()


def test_practice_stands_last_and_marked_where_people_unlock(
    open_window: Opening, tmp_path: Path
) -> None:
    first = open_window(tmp_path)
    first.push("Practise")
    first.door.close()
    second = open_window(tmp_path)
    second.found()
    second.door.close()
    window = open_window(tmp_path)
    page = window.alone()
    names = [one.accessibleName() for one in page._people.buttons()]
    assert names == ["I am EG", "I am AP · PRÁCTICA", "I am LE · PRÁCTICA"]
    assert not page.is_practice()
    assert not page._open_words.isVisible()
    assert not page._practise.isVisible()
    window.press(page._people.buttons()[1], Qt.Key.Key_Return)
    assert page.is_practice()
    assert page._open_words.text().startswith(
        "Practice has no secrets: the passphrase is “practicar”"
    )
    assert not page._lost.isVisible()
    window.press(page._passphrase.line, Qt.Key.Key_Return)
    assert window.page().title() == "Home"
    assert window.frame.practice.isVisible()


def test_a_real_project_has_no_band(open_window: Opening, tmp_path: Path) -> None:
    window = open_window(tmp_path)
    window.found()
    assert not window.frame.practice.isVisible()


# -- papers -----------------------------------------------------------------------------------------


def test_a_paper_is_printed_from_memory_and_never_saved(
    open_window: Opening, tmp_path: Path
) -> None:
    window = open_window(tmp_path)
    window.push("Create a project")
    wizard = window.alone()
    window.type(wizard.who.project, "Pastaza Segura")
    window.type(wizard.who.person, "Elena Grefa", enter=True)
    window.choose_passphrase(wizard)
    before = sorted(one for one in tmp_path.rglob("*") if one.is_file())
    window.push("Print: The project's paper")
    window.qtbot.waitUntil(lambda: wizard.papers.preview is not None, timeout=10_000)
    preview = wizard.papers.preview
    assert preview.title.text() == "The project's paper"
    assert preview.print_button.hasFocus()
    assert not preview.save_button.isVisible()
    assert sorted(one for one in tmp_path.rglob("*") if one.is_file()) == before
    window.push("Close", preview)
    assert not preview.isVisible()
    assert preview._pdf == b""
    window.confirm(wizard)
    assert window.page().title() == "Home"


# -- who sits here -----------------------------------------------------------------------------------


def test_somebody_else_sits_down_by_one_key(
    open_window: Opening, tmp_path: Path, replaced: list[tuple[Any, ...]]
) -> None:
    window = open_window(tmp_path)
    window.found()
    window.jobs.run(people.add, window.door._project, "Rosa Tapuy", "RT", "otra frase bien larga")
    window.come()
    window.press(window.frame, Qt.Key.Key_F12)
    assert window.frame.is_blank()
    folder = project_dirs(tmp_path)[0]
    assert replaced == [(False, folder.name)]
    fresh = open_window(tmp_path)
    fresh.door.show_entrance(folder.name)
    fresh.settle()
    page = fresh.alone()
    assert page._who.text() == "Who sits here now?"
    assert page._people.buttons()[0].hasFocus()
    fresh.press(page._people.buttons()[0], Qt.Key.Key_Right)
    assert page.person() == "RT"
    fresh.unlock("otra frase bien larga")
    assert fresh.frame.status_text().startswith("RT · ")


def test_a_way_in_is_taken_away_in_two_steps(open_window: Opening, tmp_path: Path) -> None:
    window = open_window(tmp_path)
    window.found()
    page = window.go("settings")
    window.type(page.people.name, "Rosa Tapuy")
    window.type(page.people.initials, "RT")
    window.type(page.people.theirs.line, "rosa tapuy")
    assert page.people._worth.text().startswith("Weak")
    page.people.theirs.line.clear()
    window.type(page.people.theirs.line, "otra frase bien larga")
    window.push("Add the person")
    window.push("Take away…: RT · Rosa Tapuy")
    assert page.people._warning.text().startswith("RT will not be able to unlock any more")
    window.push("Leave it", page.people)
    assert len(page.seats()) == 2
    window.push("Take away…: EG · Elena Grefa")
    window.push("Take the passphrase away")
    assert "cannot take their own way in away" in page.banner.text()
    window.push("Take away…: RT · Rosa Tapuy")
    window.push("Take the passphrase away")
    assert page.seats() == ["EG · Elena Grefa"]


# -- the clock ---------------------------------------------------------------------------------------


@pytest.fixture
def went_back(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Let every clock be behind the work that is here, or right again."""
    real = clock_question.doubt

    def set_(behind: bool) -> None:
        found = clock_question.Doubt("behind", 1_700_000_000_000, 1_795_633_320_000)
        answered: list[bool] = []

        def doubt(project: Any) -> clock_question.Doubt | None:
            if project.store.meta("clock_answered"):
                answered.append(True)
            return None if answered else found

        for module in (clock_question, "app.views.facts"):
            name = module if isinstance(module, str) else module.__name__
            monkeypatch.setattr(f"{name}.doubt", doubt if behind else real)

    return set_


def test_a_clock_that_went_back_is_asked_about(
    open_window: Opening, tmp_path: Path, went_back: Callable[[bool], None]
) -> None:
    first = open_window(tmp_path)
    first.found()
    first.door.close()
    went_back(True)
    window = open_window(tmp_path)
    window.unlock()
    page = window.alone()
    assert isinstance(page, ClockPage)
    assert page.step().title() == "Is the date right?"
    assert page.question._now.text().startswith("14 Nov 2023")
    assert page.question._last.text().startswith("25 Nov 2026")
    assert page.question.set_clock.hasFocus()
    window.push("I will set the clock")
    window.push("I have set it")
    assert page.message() == "The clock is still behind the last work here."
    window.push("The date is right")
    assert window.page().title() == "Home"


def test_a_clock_that_was_set_lets_in(
    open_window: Opening, tmp_path: Path, went_back: Callable[[bool], None]
) -> None:
    first = open_window(tmp_path)
    first.found()
    first.door.close()
    went_back(True)
    window = open_window(tmp_path)
    window.unlock()
    window.push("I will set the clock")
    went_back(False)
    window.push("I have set it")
    assert window.page().title() == "Home"


# -- every laptop lost -------------------------------------------------------------------------------


def test_a_project_comes_back_from_its_paper_and_share(
    open_window: Opening, tmp_path: Path
) -> None:
    from app.models.commands import membership, syncing

    share = tmp_path / "share"
    share.mkdir()
    made = membership.create_project(tmp_path / "lost", "Pastaza Segura", "Elena", PASSPHRASE)
    membership.add_space(made.project, "Arajuno")
    syncing.found_share(made.project, str(share))
    syncing.sync(made.project, str(share))
    made.project.close()
    window = open_window(tmp_path / "new")
    window.push("Every laptop is lost: recover the project")
    wizard = window.alone()
    assert isinstance(wizard, RecoverProjectWizard)
    window.press(wizard.share.code, Qt.Key.Key_Return)
    assert wizard.message() == "Type the code from the project's paper."
    window.type(wizard.share.place, str(share))
    window.type(wizard.share.code, made.laptop_code, enter=True)
    assert "laptop's recovery code" in wizard.message()
    wizard.share.code.clear()
    window.type(wizard.share.code, made.project_code.lower(), enter=True)
    window.type(wizard.who.person, "Rosa Tapuy", enter=True)
    window.choose_passphrase(wizard)
    window.confirm(wizard)
    assert window.page().title() == "Home"
    assert window.frame.navigation._project.text() == "Pastaza Segura"
    assert "project" in window.frame.navigation.ids()
    project = window.go("project")
    assert project.texts()["spaces"] == ["Arajuno"]
    assert project.texts()["laptops"][-1].endswith("Coordinator (this laptop)")


def test_a_folder_that_is_no_share_is_told(open_window: Opening, tmp_path: Path) -> None:
    window = open_window(tmp_path)
    window.push("Every laptop is lost: recover the project")
    wizard = window.alone()
    window.type(wizard.share.code, "P-00000")
    window.type(wizard.share.place, str(tmp_path / "nothing"), enter=True)
    assert wizard.message() != ""
    window.push("Back")
    assert isinstance(window.alone(), UnlockPage)


def test_practice_is_found_by_its_mark(open_window: Opening, tmp_path: Path) -> None:
    open_window(tmp_path).push("Practise")
    assert practising.found_here(tmp_path) is not None
    assert practising.real_folders(tmp_path) == []
