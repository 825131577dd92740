"""What a coordinator does, and what anyone sets on this laptop, through the real window."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.models.vault import Vault
from app.paths import project_dirs
from app.views import files
from app.views.labels import labels_of
from app.views.pages.lists import ListPage
from tests.views.windows import PASSPHRASE, Window

ROOT = Path(__file__).parents[2]
FORM = ROOT / "resources" / "forms" / "percepcion.md"


@pytest.fixture
def window(new_window: Window) -> Window:
    new_window.come()
    return new_window


def test_home_leads_through_the_first_steps(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "to_open", lambda *_: FORM)
    window.push("Add a space")
    page = window.page()
    assert page.title() == "Project"
    assert page._spaces._hint.text().startswith("None yet. Name the first below")
    assert page.laptops._hint.text().startswith("Only this one so far.")
    window.type(page._spaces.name, "Arajuno", enter=True)
    assert page.banner.text() == "The space “Arajuno” is ready."
    assert page.texts()["spaces"] == ["Arajuno"]
    window.qtbot.waitUntil(lambda: len(window.door.office.shared.own_spaces()) == 1, timeout=5000)
    window.go("home")
    home = window.page()
    assert "Businesses: safety and extortion" in home.own.as_text()
    assert home.own.isVisible()
    window.push("Import your own")
    assert window.frame.current_area() == "project"
    page = window.page()
    window.push("Import a questionnaire…", page)
    window.qtbot.waitUntil(lambda: page.banner.text().endswith("is here."), timeout=20_000)
    assert page.texts()["forms"][0].startswith("Percepción")
    home = window.go("home")
    assert home._empty._sentence.text().startswith("Next, admit the laptops")
    surveys = window.go("surveys")
    assert surveys.title() != ""


def test_a_space_is_called_something_else(window: Window) -> None:
    page = window.go("project")
    window.type(page._spaces.name, "Arajuno", enter=True)
    window.push("Rename…: Arajuno")
    assert page._spaces.name.selectedText() == "Arajuno"
    window.type(page._spaces.name, "Rio Arajuno", enter=True)
    assert page.banner.text().startswith("The space is called “Rio Arajuno” now.")
    assert page.texts()["spaces"] == ["Rio Arajuno"]
    assert page._spaces.name.text() == ""
    window.push("Rename…: Rio Arajuno")
    window.press(page._spaces.name, Qt.Key.Key_Escape)
    window.type(page._spaces.name, "Curaray", enter=True)
    assert page.texts()["spaces"] == ["Curaray", "Rio Arajuno"]
    window.push("Rename…: Curaray")
    window.type(page._spaces.name, "ARJ", enter=True)
    assert page.banner.text() == "There is already a space called “ARJ”."
    assert page._spaces.name.text() == "ARJ"


def test_a_space_without_its_key_is_begun_anew_only_after_a_question(window: Window) -> None:
    page = window.go("project")
    window.type(page._spaces.name, "Arajuno", enter=True)
    [one] = page._overview.spaces
    lost = replace(one, name="…", has_key=False)
    page._spaces.show_spaces([lost])
    assert page.texts()["spaces"] == ["… (its key is not on this computer)"]
    page._spaces.begin(lost)
    window.type(page._spaces.name, "Arajuno", enter=True)
    assert page.banner.text().startswith("Begin this space anew?")
    window.push("Begin it anew", page.banner)
    assert page.banner.text() == "The key of this space is here: it needs no new one."


def test_an_unusable_form_is_refused_with_everything_that_is_wrong(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = window.go("project")
    form = tmp_path / "roto.csv"
    form.write_text('"survey"\n,"type","name","label"\n,"integer","edad","¿Edad?"\n'
                    ',"calculate","x",""\n')  # fmt: skip
    monkeypatch.setattr(files, "to_open", lambda *_: form)
    window.push("Import a questionnaire…")
    window.qtbot.waitUntil(lambda: page._form_problems.isVisible(), timeout=20_000)
    assert page.banner.text().startswith("“roto.csv” was not imported; nothing was changed.")
    assert page._form_problems.text().startswith("• ")
    assert page.texts()["forms"] == []


def test_a_file_that_is_no_request(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = window.go("project")
    bad = tmp_path / "x.kipu-request"
    bad.write_bytes(b"nothing")
    monkeypatch.setattr(files, "to_open", lambda *_: bad)
    window.push("Admit a laptop…")
    assert page.banner.text() != ""
    assert not page.strip.isVisible()


def test_shutting_out_needs_a_second_step(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.models.commands import membership

    asked = membership.make_request(tmp_path / "other", "Rosa Tapuy", PASSPHRASE)
    asked.project.close()
    page = window.go("project")
    window.type(page._spaces.name, "Arajuno", enter=True)
    request, grant = tmp_path / "r", tmp_path / "g"
    request.write_bytes(asked.raw)
    monkeypatch.setattr(files, "to_open", lambda *_: request)
    monkeypatch.setattr(files, "to_save", lambda *_: grant)
    window.push("Admit a laptop…")
    window.push("They are the same: admit and save the grant…")
    assert page.banner.text() == "Name at least one space for this role."
    assert not grant.exists()
    window.press(page.strip._boxes[0], Qt.Key.Key_Space)
    window.push("They are the same: admit and save the grant…")
    assert grant.stat().st_size > 0
    window.push("Lost or stolen…: L2")
    assert page.banner.text().startswith("Shut L2 out?")
    window.push("Shut it out")
    assert page.laptops._laptops[1].active is False


def test_places_are_taken_and_a_bad_csv_is_told_by_row(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = window.go("project")
    window.push("Ecuador")
    assert page.banner.text().endswith("places are new here.")
    bad = tmp_path / "lugares.csv"
    bad.write_text("name,level,code,code_system,code_year\nPuyo,galaxy,1601,EC-DPA,2024\n")
    monkeypatch.setattr(files, "to_open", lambda *_: bad)
    window.push("From a CSV…")
    assert "Row 2" in page.banner.text()
    places: ListPage = window.go("places")
    assert places.list.model.rowCount() > 20


def test_ctrl_k_finds_a_record_and_opens_it(window: Window) -> None:
    window.go("project")
    window.push("Ecuador")
    window.go("home")
    window.press(window.frame, Qt.Key.Key_K, modifier=Qt.KeyboardModifier.ControlModifier)
    palette = window.frame.palette_
    window.qtbot.keyClicks(palette.typed, "pastaza")
    palette.search()
    window.settle()
    assert palette._hits[0].text.startswith("Pastaza")
    window.press(palette.typed, Qt.Key.Key_Return)
    page = window.page()
    assert page.title() == "Places"
    assert page.sheet._title.text().startswith("Pastaza")


def test_a_second_person_on_this_laptop(window: Window, tmp_path: Path) -> None:
    page = window.go("settings")
    window.type(page.people.name, "Rosa Tapuy")
    window.type(page.people.initials, "RT")
    window.type(page.people.theirs.line, "otra frase bien larga")
    window.push("Add the person")
    assert page.banner.text() == "RT can unlock now."
    assert page.seats() == ["EG · Elena Grefa", "RT · Rosa Tapuy"]
    assert labels_of(project_dirs(tmp_path)[0]) == ["EG", "RT"]


def test_changing_the_passphrase(window: Window) -> None:
    page = window.go("settings")
    for field, text in ((page._old, PASSPHRASE), (page._new, "una frase nueva"), (page._same, "x")):
        window.type(field.line, text)
    window.push("Change it")
    assert page.banner.text() == "The two are not the same. Nothing was changed."
    for field, text in (
        (page._old, PASSPHRASE),
        (page._new, "una frase nueva"),
        (page._same, "una frase nueva"),
    ):
        window.type(field.line, text)
    window.push("Change it")
    assert page.banner.text() == "The passphrase is changed."


def test_checking_and_copying(window: Window) -> None:
    page = window.go("settings")
    window.push("Check everything")
    assert page._result.text() == "All is whole."
    window.push("Copy now")
    assert page._result.text().startswith("Copied to ")


def test_settings_are_kept_and_work_at_once(window: Window) -> None:
    page = window.go("settings")
    page._spins["auto_lock_minutes"].setValue(3)
    window.door.office.restart_idle()
    assert window.door.office._idle.interval() == 3 * 60_000
    box = page._boxes["language"]
    window.press(box, Qt.Key.Key_Down)
    assert window.door._settings.language == "es"
    assert page.title() != "This laptop" or window.frame.navigation.accessibleName() != "Areas"


def test_a_new_paper_replaces_the_old(window: Window, tmp_path: Path) -> None:
    page = window.go("settings")
    window.push("New paper…")
    assert "will open nothing" in page._paper._message.text()
    window.push("Make it now")
    step = page._paper.step
    code = step._papers[0].code
    window.push("I have copied it")
    for _paper, group, edit in step.asked():
        window.type(edit, code.split("-")[group])
    window.push("Finish")
    assert page.banner.text().startswith("The new paper opens this laptop")
    vault = Vault.open(project_dirs(tmp_path)[0])
    assert len(vault.unlock_with_code(code).key) == 32
