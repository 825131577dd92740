"""From the first start to an open project, and back: everything before and around unlocking."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.models.vault import Vault
from app.paths import project_dirs
from app.views import files, unlocking
from app.views.labels import labels_of
from app.views.pages.papers import laptop_paper
from app.views.pages.papers_step import PapersStep
from app.views.pages.waiting import WaitingPage
from app.views.pages.who_step import strength
from app.views.replacing import HIDDEN, command
from app.views.unlock import UnlockPage
from sync import crockford
from tests.views.windows import PASSPHRASE, Window

Opening = Callable[[Path], Window]


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    asked: list[bool] = []
    monkeypatch.setattr(unlocking, "replace_process", asked.append)
    return asked


def test_founding_a_project(open_window: Opening, tmp_path: Path) -> None:
    window = open_window(tmp_path)
    window.found()
    assert window.frame.page().title() == "Home"
    assert window.frame.navigation._project.text() == "Pastaza Segura"
    assert window.frame.status_text().startswith("EG · ")
    assert window.frame.windowTitle() == "Kipu"
    assert "project" in window.frame.navigation.ids()


def test_the_wizard_says_what_is_missing(open_window: Opening, tmp_path: Path) -> None:
    window = open_window(tmp_path)
    window.push("Create a project")
    wizard = window.alone()
    window.press(wizard.who.project, Qt.Key.Key_Return)
    assert wizard.message() == "Give the project a name."
    window.type(wizard.who.project, "P")
    window.type(wizard.who.person, "Nayra Andi Grefa", enter=True)
    assert wizard.who.initials.text() == "NAG"
    window.type(wizard.passphrase.first.line, "short", enter=True)
    assert wizard.message() == "It needs at least 8 characters."
    window.push("Back")
    assert wizard.step() is wizard.who
    window.push("Back")
    assert isinstance(window.alone(), UnlockPage)
    assert project_dirs(tmp_path) == []


def test_a_group_typed_wrong_is_named(qtbot: Any) -> None:
    code = crockford.new(crockford.Paper.LAPTOP)
    step = PapersStep()
    qtbot.addWidget(step)
    step.take_papers(laptop_paper(code))
    assert not step.press()
    _paper, group, edit = step.asked()[0]
    edit.setText("00000")
    assert step.check() == f"Group {group} of “This laptop's paper” is not what stands in the code."


def test_the_codes_stand_in_no_field_that_could_be_copied(qtbot: Any) -> None:
    from PySide6.QtWidgets import QLabel

    step = PapersStep()
    qtbot.addWidget(step)
    step.take_papers(laptop_paper(crockford.new(crockford.Paper.LAPTOP)))
    flags = {one.textInteractionFlags() for one in step.findChildren(QLabel)}
    assert not any(flag & Qt.TextInteractionFlag.TextSelectableByMouse for flag in flags)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("corta", "Too short"),
        ("12345678901", "Weak"),
        ("aaaaaaaaaaaa", "Weak"),
        ("gato negro", "Weak"),
        ("zafiro candil pulpo", "Fair"),
        ("canoa lluvia tambor quinto", "Good"),
    ],
)
def test_the_hint_is_honest(typed: str, word: str) -> None:
    assert strength(typed).startswith(word)


def test_locking_replaces_the_process(
    open_window: Opening, tmp_path: Path, locked: list[bool]
) -> None:
    window = open_window(tmp_path)
    window.found()
    window.come()
    window.press(window.frame, Qt.Key.Key_F8)
    assert window.frame.is_blank()
    assert locked == [True]
    again = open_window(tmp_path)
    again.unlock()
    assert again.page().title() == "Home"


def test_hiding_works_before_unlocking_too(
    open_window: Opening, tmp_path: Path, locked: list[bool]
) -> None:
    window = open_window(tmp_path)
    window.press(window.frame, Qt.Key.Key_F8)
    assert locked == [True]


def test_a_new_process_has_the_words_of_the_old() -> None:
    assert command()[0] == sys.executable
    assert command()[1:] == sys.orig_argv[1:]
    assert HIDDEN.startswith("KIPU_")


def test_nobody_there_locks(open_window: Opening, tmp_path: Path, locked: list[bool]) -> None:
    window = open_window(tmp_path)
    window.found()
    office = window.door.office
    assert office is not None
    assert office._idle.isActive()
    assert office._idle.interval() == 10 * 60_000
    office._idle.timeout.emit()
    assert locked == [False]


def test_wrong_passphrases_are_told_and_slow_down(open_window: Opening, tmp_path: Path) -> None:
    first = open_window(tmp_path)
    first.found()
    first.door.close()
    window = open_window(tmp_path)
    window.unlock("no es esta")
    page = window.alone()
    assert page.message() == "That passphrase does not open EG."
    assert page._open.isEnabled()
    for _time in range(5):
        window.unlock("no es esta")
    assert not page._open.isEnabled()
    assert page._open.text().startswith("Wait ")


def _fault(*_anything: object) -> None:
    raise ZeroDivisionError("a fault of ours")


@pytest.mark.logs_warnings
@pytest.mark.parametrize("step", ["_connect", "_tell_notices"])
def test_a_fault_of_ours_while_opening_is_told_and_lets_go(
    open_window: Opening,
    tmp_path: Path,
    locked: list[bool],
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    from app.views.office import Office

    first = open_window(tmp_path)
    first.found()
    first.door.close()
    window = open_window(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Office, step, _fault)
        window.unlock()
    page = window.alone()
    assert isinstance(page, UnlockPage)
    assert page.message().startswith("A fault in Kipu stopped this step.")
    assert page._open.isEnabled()
    assert page._open.text() == "Unlock"
    assert window.frame.navigation.ids() == []
    window.unlock()
    assert window.page().title() == "Home"
    assert len(set(window.frame.navigation.ids())) == len(window.frame.navigation.ids()) > 5


@pytest.mark.logs_warnings
def test_a_fault_while_reading_the_facts_lets_go_too(
    open_window: Opening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.views import facts

    first = open_window(tmp_path)
    first.found()
    first.door.close()
    window = open_window(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(facts, "facts", _fault)
        window.unlock()
    assert window.alone().message().startswith("A fault in Kipu stopped this step.")
    window.unlock()
    assert window.page().title() == "Home"


def test_a_second_window_is_refused_kindly(open_window: Opening, tmp_path: Path) -> None:
    open_window(tmp_path).found()
    second = open_window(tmp_path)
    second.unlock()
    assert second.alone().message().startswith("Another Kipu window has this project open")


def test_a_lost_passphrase_and_the_paper(open_window: Opening, tmp_path: Path) -> None:
    first = open_window(tmp_path)
    first.push("Create a project")
    wizard = first.alone()
    first.type(wizard.who.project, "P")
    first.type(wizard.who.person, "Elena Grefa", enter=True)
    first.choose_passphrase(wizard)
    code = wizard.papers._papers[0].code
    first.confirm(wizard)
    first.door.close()
    window = open_window(tmp_path)
    window.push("I lost my passphrase")
    recover = window.alone()
    window.type(recover.code.code, code[:-1] + ("A" if code[-1] != "A" else "B"), enter=True)
    assert "Group 7" in recover.message()
    recover.code.code.clear()
    window.type(recover.code.code, code.lower(), enter=True)
    window.type(recover.passphrase.first.line, "otra frase bien larga")
    window.type(recover.passphrase.second.line, "otra frase bien larga", enter=True)
    assert window.page().title() == "Home"


def test_several_projects_are_told_apart_by_number(open_window: Opening, tmp_path: Path) -> None:
    for name in ("Uno", "Dos"):
        window = open_window(tmp_path)
        window.found(name, "Elena Grefa")
        window.door.close()
    window = open_window(tmp_path)
    page = window.alone()
    names = [one.accessibleName() for one in page._people.buttons()]
    assert names == ["I am EG · project 1", "I am EG · project 2"]
    page._people.buttons()[1].click()
    assert page.project() == 1
    window.unlock()
    second = Vault.open(project_dirs(tmp_path)[1])
    assert window.door._project is not None
    assert window.door._project.vault.store_id == second.store_id


def test_labels_are_read_from_the_copy_and_never_fail(tmp_path: Path) -> None:
    assert labels_of(tmp_path) == []
    (tmp_path / "keys.json").write_text("[1, 2")
    copy = '{"slots": [{"kind": "person", "label": "EG"}, {"kind": "recovery"}, 7]}'
    (tmp_path / "keys.json.previous").write_text(copy)
    assert labels_of(tmp_path) == ["EG"]


def test_damaged_keys_are_told(open_window: Opening, tmp_path: Path) -> None:
    folder = tmp_path / "0123456789abcdef"
    folder.mkdir()
    for name in ("keys.json", "keys.json.previous"):
        (folder / name).write_text("torn")
    window = open_window(tmp_path)
    assert window.alone().message() != ""


def test_joining(open_window: Opening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    request, grant = tmp_path / "a.kipu-request", tmp_path / "a.kipu-grant"
    boss = open_window(tmp_path / "one")
    boss.found()
    project = boss.go("project")
    boss.type(project._spaces.name, "Consejo Cantonal", enter=True)

    other = open_window(tmp_path / "two")
    other.push("Join a project")
    wizard = other.alone()
    other.type(wizard.who.person, "Rosa Tapuy", enter=True)
    other.choose_passphrase(wizard)
    other.confirm(wizard)
    waiting = other.alone()
    assert isinstance(waiting, WaitingPage)
    monkeypatch.setattr(files, "to_save", lambda *_: request)
    other.push("Save the request…")
    assert waiting.banner.text() == "The request is in “a.kipu-request”."

    monkeypatch.setattr(files, "to_open", lambda *_: request)
    boss.come()
    boss.push("Admit a laptop…")
    strip = project.strip
    assert strip.words.text() == waiting.words()
    boss.press(strip.role, Qt.Key.Key_Down)
    assert strip.role.currentText() == "Secretary"
    boss.press(strip._boxes[0], Qt.Key.Key_Space)
    monkeypatch.setattr(files, "to_save", lambda *_: grant)
    boss.push("They are the same: admit and save the grant…")
    assert "L2 is admitted" in project.banner.text()
    assert project.texts()["laptops"] == [
        "L1: Coordinator (this laptop)",
        "L2: Secretary · Consejo Cantonal",
    ]

    other.come()
    monkeypatch.setattr(files, "to_open", lambda *_: grant)
    other.push("Open the grant…")
    assert waiting.words() == project._words.text()
    other.push("They are the same: join")
    assert other.page().title() == "Home"
    assert other.frame.navigation._project.text() == "Pastaza Segura"
    assert "meetings" in other.frame.navigation.ids()
    assert "surveys" not in other.frame.navigation.ids()
    assert "project" not in other.frame.navigation.ids()


def test_the_unlock_page_loads_no_cryptography() -> None:
    heavy = ("cryptography", "sqlcipher3", "app.models.project", "app.forms", "sqlite_utils")
    script = (
        "import sys, app.views.start, app.views.unlocking; "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
    assert PASSPHRASE not in done.stdout
