"""The sync page by keyboard, with a second laptop and a real folder: what it says is true."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.models import unfinished
from app.models.commands import syncing
from app.views.pages import sync as sync_page
from app.views.pages import sync_reads
from app.views.pages.sync import SyncPage
from app.views.pages.sync_reads import Laptop
from sync.engine import Note, Report
from tests.models.interviewing import begin
from tests.models.laptops import found
from tests.views.offices import Office, elsewhere, open_office, put_on_show, respond


@pytest.fixture
def page(qtbot: Any, office: Office) -> SyncPage:
    return put_on_show(qtbot, office, SyncPage(office.desk))


@pytest.fixture
def moved(page: SyncPage, offices: Path) -> SyncPage:
    """The page with the folder this copy of the share lies in."""
    page.place.setText(str(offices / "share"))
    return page


def _sync(qtbot: Any, office: Office, page: SyncPage) -> None:
    page.take_focus()
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_F5)
    office.settle()


def test_it_remembers_the_folder_and_says_when(page: SyncPage, office_template: Path) -> None:
    (line,) = page.shares.lines()
    assert f" · share · {office_template / 'share'} · last sync " in line
    assert "last sync" in page.waits()
    assert page.place.text() == ""
    assert page.place.placeholderText().startswith("another folder")


def test_what_waits_is_counted_and_sent(qtbot, office, moved: SyncPage) -> None:
    office.run(respond)
    moved.refresh()
    office.settle()
    assert moved.waits().startswith("1 change waits to be sent")
    assert moved.kinds() == "Responses: 1"
    _sync(qtbot, office, moved)
    sent, received = moved.outcome.lines()[:2]
    assert sent.startswith("Sent: 1 change, ")
    assert received == "Received: nothing new"
    assert moved.banner.text() == "Synced. Everything is written."
    assert moved.waits().startswith("Everything is sent")
    assert moved.progress.text() == ""
    assert moved.kinds() == ""


def test_drafts_stay_here_and_the_page_and_the_sync_say_so(qtbot, office, moved: SyncPage) -> None:
    assert moved.drafts() == ""
    office.run(begin, "percepcion")
    office.run(unfinished.keep, "person", None, None, {"phone": "099"})
    moved.refresh()
    office.settle()
    said = "2 drafts stay on this laptop until they are finished."
    assert moved.drafts() == said
    assert moved.waits().startswith("Everything is sent")
    _sync(qtbot, office, moved)
    assert moved.outcome.lines()[2] == said
    assert moved.drafts() == said


def test_without_a_share_nothing_is_said_to_be_sent(qtbot, jobs, tmp_path: Path) -> None:
    laptop = found(tmp_path / "alone")
    laptop.close()
    alone = open_office(jobs, tmp_path / "alone")
    page = SyncPage(alone.desk)
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    alone.settle()
    assert page.waits().startswith("Nothing leaves this laptop yet: no share is known here")
    assert "Everything is sent" not in page.waits()
    assert page.begin().startswith("Choose an empty folder")
    place = tmp_path / "stick"
    place.mkdir()
    page.take_focus()
    qtbot.keyClicks(page.focusWidget(), str(place))
    qtbot.keyClick(page._found, Qt.Key.Key_Space)
    qtbot.keyClick(page.banner._action, Qt.Key.Key_Space)
    alone.settle()
    assert page.waits().startswith("Everything is sent")
    assert page.begin() == ""
    alone.close()


@pytest.mark.parametrize("is_stick", [True, False])
def test_the_stick_may_go_only_when_it_is_one_and_all_is_on_it(
    qtbot, office, moved: SyncPage, monkeypatch, is_stick
) -> None:
    monkeypatch.setattr(sync_reads, "is_removable", lambda _place: is_stick)
    office.run(respond)
    _sync(qtbot, office, moved)
    assert moved.banner.text().endswith("you may take out the stick now.") == is_stick


def test_every_place_is_a_line_with_what_is_to_go(
    qtbot, office, moved: SyncPage, office_template: Path
) -> None:
    office.run(respond)
    moved.refresh()
    office.settle()
    (before,) = moved.shares.lines()
    assert before.startswith(f"paused · share · {office_template / 'share'} · last sync ")
    assert before.endswith(" to send")
    _sync(qtbot, office, moved)
    here = next(one for one in moved.shares.lines() if moved.place.text() in one)
    assert " · nothing to send" in here


def test_pausing_leaves_things_whole_and_goes_on_by_one_key(qtbot, office, moved: SyncPage) -> None:
    office.run(respond)
    moved.take_focus()
    qtbot.keyClick(moved.focusWidget(), Qt.Key.Key_F5)
    moved.pause()
    office.settle()
    assert moved.banner.text().startswith("Paused. Sent ")
    qtbot.keyClick(moved.banner._action, Qt.Key.Key_Space)
    office.settle()
    assert moved.banner.text().startswith("Synced.")
    assert moved.waits().startswith("Everything is sent")


def test_what_was_set_aside_says_why(page: SyncPage) -> None:
    laptop = Laptop("L3", "secretary", False, True, aside=1, why=["1 change came late."])
    page.aside.show_laptops([laptop], ["something strange"])
    assert page.aside.lines() == ["L3: 1 change came late.", "something strange"]


def test_what_another_laptop_did_arrives_and_is_told_by_laptop(
    qtbot, office, moved: SyncPage, offices: Path
) -> None:
    other = elsewhere(offices)
    respond(other.project)
    syncing.sync(other.project, str(offices / "share"))
    other.close()
    with qtbot.waitSignal(office.desk.changed, timeout=2000) as told:
        _sync(qtbot, office, moved)
    assert told.args[0].kinds == {"response"}
    assert moved.outcome.lines()[1].startswith("Received: 1 change, ")
    this, that, _third = moved.laptops.as_text().splitlines()
    assert this.startswith("L1 (this one) | Rosa Andi | ")
    assert that.startswith("L2 | Wilmer Andi | ")
    assert that.endswith(" | 1 | – | – | facilitator (Arajuno)")


def test_a_damaged_file_is_set_aside_and_named(
    qtbot, office, moved: SyncPage, offices: Path
) -> None:
    other = elsewhere(offices)
    respond(other.project)
    syncing.sync(other.project, str(offices / "share"))
    other.close()
    batches = (one for one in (offices / "share" / "KIPU" / "spaces").rglob("*") if one.is_file())
    batch = max(batches, key=os.path.getmtime)
    raw = batch.read_bytes()
    batch.write_bytes(raw[:-40] + bytes(40))
    _sync(qtbot, office, moved)
    _sent, received, *notes = moved.outcome.lines()
    assert received == "Received: nothing new"
    assert notes
    assert all(note.endswith(".") for note in notes)
    assert moved.aside.lines()
    assert all(line.endswith(".") for line in moved.aside.lines())


def test_a_folder_that_is_not_there_is_told_with_what_is_safe(
    qtbot, office, page: SyncPage, tmp_path: Path
) -> None:
    page.place.setText(str(tmp_path / "unplugged"))
    _sync(qtbot, office, page)
    assert page.banner.text().endswith("Your work is safe on this laptop.")
    assert page.action.isEnabled()


def test_an_empty_folder_is_offered_for_founding_which_takes_a_second_step(
    qtbot, office, page: SyncPage, tmp_path: Path
) -> None:
    page.place.setText(str(tmp_path))
    empty = tmp_path / "empty"
    empty.mkdir()
    page.place.setText(str(empty))
    _sync(qtbot, office, page)
    assert "is not a share of this project" in page.banner.text()
    assert "--found" not in page.banner.text()
    qtbot.keyClick(page.banner._action, Qt.Key.Key_Space)
    assert "becomes the share of this project" in page.banner.text()
    assert not list(empty.iterdir())
    qtbot.keyClick(page.banner._action, Qt.Key.Key_Space)
    office.settle()
    assert list(empty.iterdir())
    assert page.banner.text().startswith("Synced.")


def test_stopping_keeps_both_sides_whole(qtbot, office, moved: SyncPage) -> None:
    office.run(respond)
    moved.take_focus()
    qtbot.keyClick(moved.focusWidget(), Qt.Key.Key_F5)
    moved.stop()
    office.settle()
    assert moved.banner.text().startswith("The sync was stopped.")
    _sync(qtbot, office, moved)
    assert moved.banner.text().startswith("Synced.")


def test_a_chosen_folder_is_taken(qtbot, page: SyncPage, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(sync_page, "ask_folder", lambda *_asked: str(tmp_path))
    qtbot.keyClick(page._choose, Qt.Key.Key_Space)
    assert page.place.text() == str(tmp_path)


def test_warnings_are_sentences(page: SyncPage) -> None:
    report = Report(warnings=[Note("batch-missing", {"path": "b/1"})])
    page.outcome.show_report(report)
    assert "b/1 should be on the share and is not" in page.outcome.lines()[2]
