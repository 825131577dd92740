"""Questionnaires on the Surveys page by keyboard: brought, tried, corrected, followed, written out."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QPushButton

from app.models import drafts, spaces
from app.models.commands import answer_files, surveys
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import lists, records
from app.models.queries import surveys as reading
from app.models.queries.lists import Listing
from app.views.pages import interviews_responses
from app.views.pages.forms_followed import FollowedPanel, ThingView
from app.views.pages.forms_given import FileView, PicturePanel
from app.views.pages.forms_trial import TrialPanel
from app.views.pages.home_reads import news
from app.views.pages.interviews import InterviewsPage
from tests.views.form_desk import (
    BROKEN,
    ENTER,
    ESC,
    HOMES,
    LISTING,
    NEWER,
    ODD,
    VISIT,
    Desk,
    _png,
)
from tests.views.offices import Office, put_on_show, respond


@pytest.fixture
def desk(qtbot: Any, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    page = put_on_show(qtbot, office, InterviewsPage(office.desk))
    return Desk(qtbot, office, page, tmp_path, monkeypatch)


# -- importing ---------------------------------------------------------------------------------------


def test_a_form_is_checked_before_it_comes_and_enter_takes_it(desk: Desk) -> None:
    panel = desk.bring(desk.file("odd.md", ODD))
    said = panel.as_text()
    assert "It can be used. What its author may not have meant is below." in said
    assert "What its author may not have meant (" in said
    assert "survey, row 3, relevant (dead)" in said
    assert "odd@" not in "".join(desk.forms())
    desk.press(ENTER)
    assert "“odd” is here: 2 questions." in desk.page.banner.text()
    assert desk.page.panel() is None
    assert "odd@" in desk.forms()


def test_what_is_wrong_is_a_list_that_can_be_copied_and_saved(desk: Desk) -> None:
    panel = desk.bring(desk.file("broken.md", BROKEN))
    assert "What is in the way (1)\nsurvey, row 2, relevant (a): " in panel.as_text()
    copy, save = panel.buttons()
    assert [copy.text(), save.text()] == ["Copy the list", "Save the list…"]
    desk.push(copy)
    assert "survey, row 2" in QGuiApplication.clipboard().text()
    desk.choosing(desk.folder / "said.txt")
    desk.push(save)
    assert "survey, row 2" in (desk.folder / "said.txt").read_text(encoding="utf-8")
    desk.press(ESC)
    assert desk.page.panel() is None


def test_a_folder_beside_the_form_is_taken_along(desk: Desk) -> None:
    desk.file("visit-media/houses.csv", "name,label\n1,Blue\n")
    panel = desk.bring(desk.file("visit.md", VISIT))
    assert "with houses.csv" in panel.as_text()
    desk.press(ENTER)
    assert "visit@1" in desk.forms()


def test_a_missing_file_is_named_with_its_row_and_asked_for_with_one_button(desk: Desk) -> None:
    panel = desk.bring(desk.file("visit.md", VISIT))
    assert (
        "The questionnaire needs a file that did not come with it: houses.csv." in panel.as_text()
    )
    assert "survey, row 2" in panel.as_text()
    desk.choosing(desk.file("elsewhere/houses (1).csv", "name,label\n1,Blue\n"))
    focused = desk.page.window().focusWidget()
    assert isinstance(focused, QPushButton)
    assert focused.text() == "Choose the file…"
    desk.press(ENTER)
    assert "with houses.csv" in panel.as_text()
    desk.press(ENTER)
    assert "visit@1" in desk.forms()


def test_a_file_of_another_kind_is_refused_and_asked_for_again(desk: Desk) -> None:
    panel = desk.bring(desk.file("visit.md", VISIT))
    desk.choosing(desk.file("houses.png", b"x"))
    desk.press(ENTER)
    assert "asks for “houses.csv”" in panel.as_text()
    focused = desk.page.window().focusWidget()
    assert isinstance(focused, QPushButton)
    assert focused.text() == "Choose the file…"


def test_a_new_version_tells_what_becomes_of_each_question(desk: Desk) -> None:
    desk.import_(HOMES)
    panel = desk.bring(desk.file("homes.md", NEWER))
    said = panel.as_text()
    assert "Beside version 1, which is here" in said
    assert "Of its questions, vanish: 1; read differently: 1; new: 1; stay as they are: 4." in said
    assert "0 responses keep the version they were given on." in said
    assert "Age (age): vanishes" in said
    assert "Trade (trade): is new" in said
    assert "Dwelling (house): reads differently" in said
    desk.press(ENTER)
    assert {"homes@1", "homes@2"} <= set(desk.forms())


def test_the_same_version_is_not_taken_twice(desk: Desk) -> None:
    desk.import_(HOMES)
    panel = desk.bring(desk.file("homes.md", HOMES))
    assert "homes is here already in version “1”." in panel.as_text()
    assert "Import it" not in [one.text() for one in panel.buttons()]
    assert "Try it" in [one.text() for one in panel.buttons()]


# -- trying ------------------------------------------------------------------------------------------


def test_a_trial_keeps_nothing(desk: Desk) -> None:
    desk.push(desk.page.forms.trying)
    panel = desk.page.panel()
    assert isinstance(panel, TrialPanel)
    assert panel._chip.accessibleName() == "Trial: nothing is kept"
    assert panel.page.as_text() == "¿Acepta responder esta entrevista? *"
    desk.press("2", ENTER)
    desk.press(Qt.Key.Key_F6)
    assert desk.page.panel() is None
    assert desk.office.run(drafts.all_drafts) == []
    assert desk.office.run(lists.count, Listing("response")) == 0
    assert respond_folio(desk).endswith("-001")


def respond_folio(desk: Desk) -> str:
    return str(desk.office.run(respond))


def test_a_form_is_filled_at_random_by_its_number(desk: Desk) -> None:
    panel = desk.bring(desk.file("odd.md", ODD))
    trying = next(one for one in panel.buttons() if one.text() == "Try it")
    desk.push(trying)
    trial = desk.page.panel()
    assert isinstance(trial, TrialPanel)
    trial.seed.setFocus()
    trial.seed.selectAll()
    desk.press("7", ENTER)
    said = trial.list.as_text()
    assert said.startswith("1 question came up in none of 20 interviews\nDead (dead)")
    assert "The interview with number 7" in said
    assert trial.banner.text() == "The interview ends complete."
    desk.press(ENTER)
    again = trial.list.as_text()
    assert again == said
    desk.press(ESC)
    assert desk.page.panel() is panel
    desk.press(ESC)
    assert desk.page.panel() is None


# -- reading and correcting --------------------------------------------------------------------------


def _household(project: Project) -> RecordKey:
    form = reading.find_form(project, "homes")
    draft = surveys.start(project, form, spaces.only_space(project).id)
    surveys.answer(project, draft, {"house": "Blue"})
    answer_files.answer(project, drafts.require(project, draft.id), "front", _png(), "front.png")
    surveys.answer(project, drafts.require(project, draft.id), {"member[1]/name": "Luis"})
    surveys.add_row(project, drafts.require(project, draft.id), "member")
    surveys.answer(project, drafts.require(project, draft.id), {"member[2]/name": "Ana"})
    answer_files.answer(
        project, drafts.require(project, draft.id), "member[2]/face", b"no picture", "face.png"
    )
    return surveys.finish(project, drafts.require(project, draft.id))


@pytest.fixture
def household(desk: Desk) -> RecordKey:
    desk.import_(HOMES)
    key: RecordKey = desk.office.run(_household)
    desk.page.refresh()
    desk.office.settle()
    return key


def test_rows_stand_under_their_names(desk: Desk, household: RecordKey) -> None:
    said = desk.opened(household).as_text()
    ana = said.index("Member 2 (Ana)")
    assert "Member 1 (Luis)\nName\nLuis" in said
    assert said.index("House\nBlue") < said.index("Member 1 (Luis)") < ana
    assert "face-" in said[ana:]
    assert "10 bytes" in said[ana:] or "10 B" in said[ana:]


def test_a_picture_is_shown_and_opens_larger_in_the_window(
    desk: Desk, household: RecordKey
) -> None:
    view = desk.opened(household)
    front, face = view.findChildren(FileView)
    desk.office.settle()
    assert front.shows_picture()
    assert not face.shows_picture()
    desk.push(front._open)
    panel = desk.page.panel()
    assert isinstance(panel, PicturePanel)
    desk.office.settle()
    assert panel.shows_picture()
    desk.press(ESC)
    assert desk.page.panel() is None
    assert front._open.hasFocus()


def test_a_file_leaves_only_as_a_copy_somebody_asks_for(desk: Desk, household: RecordKey) -> None:
    view = desk.opened(household)
    front = view.findChildren(FileView)[0]
    desk.choosing(desk.folder / "copy.png")
    desk.push(front._save)
    assert (desk.folder / "copy.png").read_bytes() == _png()
    assert (
        desk.page.banner.text() == "A copy is in “copy.png”. It is not encrypted: take care of it."
    )


def test_a_finished_interview_is_corrected_with_a_reason(desk: Desk, household: RecordKey) -> None:
    view = desk.opened(household)
    correct = view.buttons()[0]
    assert correct.text() == "Correct…"
    assert correct.hasFocus()
    desk.press(ENTER, ENTER)
    assert view.correcting._wrong.isVisible()
    desk.qtbot.keyClicks(view.correcting.reason, "House was misheard")
    desk.press(ENTER)
    form = desk.page.interview()
    assert form is not None
    form.go_to("/house")
    field = form.focusWidget()
    assert isinstance(field, QLineEdit)
    field.selectAll()
    desk.qtbot.keyClicks(form.focusWidget(), "Green")
    desk.press(Qt.Key.Key_F6)
    folio = desk.office.run(records.values, household)["folio"]
    assert desk.page.drafts.as_text().startswith(f"correction of {folio} · Homes")
    assert f"correction of {folio} · Homes" in desk.office.run(news).begun[0].text
    desk.press(ENTER)
    form = desk.page.interview()
    assert form is not None
    form.go_to("")
    desk.press(ENTER)
    assert desk.page.interview() is None
    held = desk.office.run(records.values, household)
    assert (held["/house"], held["correction_reason"]) == ("Green", "House was misheard")


def test_what_counts_no_more_is_not_corrected(desk: Desk, household: RecordKey) -> None:
    view = desk.opened(household)
    desk.push(view.buttons()[1])
    desk.push(view.banner._action)
    assert "Correct…" not in [one.text() for one in desk.opened(household).buttons()]


# -- followed things, tables -------------------------------------------------------------------------


def _house(project: Project) -> None:
    form = reading.find_form(project, "listing")
    draft = surveys.start(project, form, spaces.only_space(project).id)
    surveys.answer(project, draft, {"street": "Bolívar"})
    surveys.finish(project, drafts.require(project, draft.id))


def test_followed_lists_say_what_feeds_and_uses_them(desk: Desk) -> None:
    assert desk.page.forms.following.isHidden()
    desk.import_(LISTING)
    desk.office.run(_house)
    desk.import_(VISIT)
    desk.push(desk.page.forms.following)
    panel = desk.page.panel()
    assert isinstance(panel, FollowedPanel)
    head, said = panel.as_text().splitlines()
    assert head == "houses · 1 thing"
    assert said.startswith("last changed ")
    assert said.endswith(" · fed by Listing · used by Visit")
    desk.press(ENTER)
    assert panel.table is not None
    desk.choosing(desk.folder / "houses.csv")
    panel.table.export_asked.emit()
    desk.office.settle()
    assert "Bolívar" in (desk.folder / "houses.csv").read_text(encoding="utf-8")
    desk.press(Qt.Key.Key_Down, ENTER)
    thing = panel.sheet.content()
    assert isinstance(thing, ThingView)
    assert "Properties\nstreet\nBolívar\nHistory" in thing.as_text()


def test_a_csv_can_be_of_the_rows_of_a_repeat(desk: Desk, household: RecordKey) -> None:
    del household
    out = desk.folder / "rows.csv"
    desk.monkeypatch.setattr(interviews_responses, "ask_file", lambda *_words: str(out))
    panel = desk.page.responses
    panel.form.setCurrentIndex(0)
    panel._form_chosen()
    desk.office.settle()
    panel.ask_export()
    desk.office.settle()
    strip = panel.exporting
    assert strip.table is not None
    assert strip.table.isVisible()
    strip.table.setFocus()
    desk.press(Qt.Key.Key_Down)
    assert strip.table.currentText() == "rows of Member (member)"
    desk.push(strip.csv)
    with out.open(encoding="utf-8-sig", newline="") as file:
        text = file.read()
    assert "Luis" in text
    assert "Ana" in text
    assert len(list(csv.reader(text.splitlines()))) == 3


# -- one Enter too many ------------------------------------------------------------------------------


def test_enter_after_finishing_uses_no_folio(desk: Desk) -> None:
    desk.press(Qt.Key.Key_N, hold=Qt.KeyboardModifier.ControlModifier)
    desk.press("2", ENTER)
    form = desk.page.interview()
    assert form is not None
    form.go_to("")
    desk.press(ENTER)
    assert desk.page.interview() is None
    desk.press(ENTER, ENTER, ENTER)
    assert desk.page.interview() is None
    assert desk.office.run(drafts.all_drafts) == []
    assert respond_folio(desk).endswith("-002")


def test_an_interview_begun_by_a_slip_goes_on_with_its_number(desk: Desk) -> None:
    desk.press(Qt.Key.Key_N, hold=Qt.KeyboardModifier.ControlModifier)
    desk.press(Qt.Key.Key_F6)
    [slip] = desk.office.run(drafts.all_drafts)
    desk.press(Qt.Key.Key_N, hold=Qt.KeyboardModifier.ControlModifier)
    form = desk.page.interview()
    assert form is not None
    assert form.banner.text().startswith(f"{slip.body['folio']} was begun before")
    desk.press("1")
    desk.press(Qt.Key.Key_F6)
    desk.press(Qt.Key.Key_N, hold=Qt.KeyboardModifier.ControlModifier)
    desk.press(Qt.Key.Key_F6)
    folios = sorted(str(one.body["folio"])[-3:] for one in desk.office.run(drafts.all_drafts))
    assert folios == ["001", "002"]
