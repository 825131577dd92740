"""What the pages say of a sync is the whole of it: files, the membership, and being shut out."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.models import papers, spaces
from app.models.commands import attachments, membership, records, remotes, syncing
from app.models.commands.remotes import Given
from app.models.project import Project
from app.views import files
from app.views.facts import facts
from app.views.pages import sync_reads
from app.views.pages.sync import SyncPage
from tests.models.interviewing import begin
from tests.models.laptops import PASSPHRASE, reopened
from tests.views.offices import (
    COORDINATOR,
    FACILITATOR,
    Office,
    elsewhere,
    only_place,
    put_on_show,
    respond,
)
from tests.views.windows import Window


@pytest.fixture
def page(qtbot: Any, office: Office, offices: Path) -> SyncPage:
    """The page, with the copy of the share as the one place there is, on a stick."""
    office.run(only_place, str(offices / "share"))
    return put_on_show(qtbot, office, SyncPage(office.desk))


def _attach(project: Project) -> None:
    space = spaces.only_space(project).id
    owner = records.new(project, "person", {"name": "Ana Tapuy"}, space)
    attachments.attach(project, owner, os.urandom(300_000), "foto.jpg")


def _sync(qtbot: Any, office: Office, page: SyncPage) -> None:
    page.take_focus()
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_F5)
    office.settle()


def _chip(page: SyncPage) -> str:
    return page._standing.accessibleName()


# --- files ------------------------------------------------------------------------------------------


def test_a_file_that_is_only_here_is_named_wherever_it_is_said_what_went(
    qtbot: Any, office: Office, page: SyncPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_reads, "is_removable", lambda _place: True)
    office.run(_attach)
    page.essentials.setChecked(True)
    _sync(qtbot, office, page)
    assert page.banner.text() == (
        "Synced. The words are written; 1 file did not go with them. "
        "You may take out the stick now."
    )
    assert page.waits().startswith("Words are sent; 1 file waits to be sent · last sync ")
    assert "1 file waits to be sent." in page.outcome.lines()
    assert _chip(page) == "to send"
    assert office.run(facts).unsent.total == 1
    page.essentials.setChecked(False)
    _sync(qtbot, office, page)
    assert page.banner.text().endswith("you may take out the stick now.")
    assert page.outcome.lines()[2].startswith("Files sent: 1, 3")
    assert page.waits().startswith("Everything is sent · ")
    assert office.run(facts).unsent.total == 0


def test_a_file_that_has_not_come_is_named_too(
    qtbot: Any, office: Office, page: SyncPage, offices: Path
) -> None:
    other = elsewhere(offices)
    _attach(other.project)
    syncing.sync(other.project, str(offices / "share"), essentials=True)
    other.close()
    _sync(qtbot, office, page)
    assert page.waits().startswith("Everything is sent · 1 file is still to be fetched · ")
    assert "1 file is still to be fetched." in page.outcome.lines()
    assert _chip(page) == "to fetch"


# --- the membership ---------------------------------------------------------------------------------


def test_changes_of_the_membership_wait_to_be_sent(
    qtbot: Any, office: Office, page: SyncPage, offices: Path
) -> None:
    other = elsewhere(offices)
    device = other.device
    other.close()
    office.run(membership.revoke, device)
    page.refresh()
    office.settle()
    waits = office.run(syncing.unsent_entries)
    assert waits
    assert "Words are sent; " in page.waits()
    assert " of membership wait" in page.waits()
    assert office.run(facts).unsent.entries == waits
    _sync(qtbot, office, page)
    assert page.waits().startswith("Everything is sent · ")


# --- shut out ---------------------------------------------------------------------------------------


@pytest.fixture
def unaware(offices: Path) -> Path:
    """The facilitator is shut out, with a response and a draft, and does not know of it."""
    share = str(offices / "share")
    other = elsewhere(offices)
    syncing.sync(other.project, share)
    respond(other.project)
    begin(other.project, "percepcion")
    papers.shown(other.project)
    ours = reopened(offices / COORDINATOR)
    membership.revoke(ours, other.device)
    syncing.sync(ours, share)
    ours.close()
    other.close()
    return offices / FACILITATOR


@pytest.fixture
def shut_out(unaware: Path, open_window: Callable[[Path], Window]) -> Window:
    """The window of whoever is shut out."""
    window = open_window(unaware)
    window.unlock(PASSPHRASE)
    window.come()
    return window


def _synced_by_hand(window: Window, share: Path) -> SyncPage:
    page: SyncPage = window.go("sync")
    page.place.setText(str(share))
    page.sync()
    window.settle()
    return page


def test_whoever_is_shut_out_hears_why_at_home_and_on_the_sync_page(
    qtbot: Any, shut_out: Window, offices: Path
) -> None:
    page = _synced_by_hand(shut_out, offices / "share")
    said = "This laptop was shut out of the project, or whoever admitted it was"
    assert page.banner.text().startswith(said)
    assert not any(said in line for line in page.outcome.lines())
    assert page.waits().startswith(said)
    assert "changes not sent: 1" in page.waits()
    assert _chip(page) == "shut out"
    home: Any = shut_out.go("home")
    qtbot.waitUntil(lambda: home.shut_out().startswith(said), timeout=5000)
    assert "shut out of the project: nothing is sent" in shut_out.frame.status_text()


def test_whoever_interviews_hears_at_once_of_being_shut_out(
    qtbot: Any, shut_out: Window, offices: Path
) -> None:
    shut_out.go("surveys")
    office = shut_out.door.office
    assert office is not None
    office.desk.do(syncing.sync_places, str(offices / "share"))
    said = "This laptop was shut out of the project"
    qtbot.waitUntil(lambda: shut_out.frame.banner.text().startswith(said), timeout=5000)
    home: Any = shut_out.go("home")
    assert home.shut_out().startswith(said)
    assert shut_out.frame.banner.text() == ""


def test_going_on_where_the_role_is_gone_says_why_not(
    unaware: Path, offices: Path, open_window: Callable[[Path], Window]
) -> None:
    project = reopened(unaware)
    syncing.sync_places(project, str(offices / "share"))
    project.close()
    window = open_window(unaware)
    window.unlock(PASSPHRASE)
    window.come()
    home: Any = window.page()
    assert home.shut_out().startswith("This laptop was shut out of the project")
    assert "surveys" not in window.frame.navigation.ids()
    (line,) = [one for one in home._news.begun if one.draft]
    home._open(line)
    window.settle()
    assert window.frame.banner.text().startswith("This cannot be gone on with here")


def test_a_file_made_by_whoever_is_shut_out_says_what_is_not_in_it(
    shut_out: Window, offices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _synced_by_hand(shut_out, offices / "share")
    monkeypatch.setattr(files, "to_save", lambda *_asked: offices / "out.kipu-carry")
    page.carry_file()
    shut_out.settle()
    assert "What was made on this laptop and is not sent is not in the file." in page.banner.text()
    assert page.banner.state() == "warning"


# --- going on after a pause -------------------------------------------------------------------------


def test_a_paused_file_is_what_goes_on(
    qtbot: Any, office: Office, page: SyncPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "out.kipu-carry"
    monkeypatch.setattr(files, "to_save", lambda *_asked: made)
    office.run(respond)
    page.carry_file()
    page.pause()
    office.settle()
    assert page.banner.text().startswith("Paused. The file is not finished")
    assert not made.exists()
    qtbot.keyClick(page.banner._action, Qt.Key.Key_Space)
    office.settle()
    assert made.exists()
    assert "is made, with" in page.banner.text()


def test_a_paused_place_that_was_synced_alone_is_what_goes_on(
    qtbot: Any, office: Office, page: SyncPage
) -> None:
    (place,) = page._state.shares
    office.run(sync_reads.pause_place, place.id, True)
    office.run(respond)
    page.sync_one(place)
    page.pause()
    office.settle()
    assert page.banner.text().startswith("Paused. Sent ")
    qtbot.keyClick(page.banner._action, Qt.Key.Key_Space)
    office.settle()
    assert page.banner.text().startswith("Synced.")


# --- several places ---------------------------------------------------------------------------------


@pytest.mark.parametrize("is_first_there", [True, False])
def test_a_place_without_a_share_is_told_in_the_words_of_the_window(
    qtbot: Any, office: Office, page: SyncPage, tmp_path: Path, offices: Path, is_first_there: bool
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    office.run(
        lambda project: remotes.add(project, "second", remotes.place_from(Given(str(empty))))
    )
    if not is_first_there:
        (offices / "share").rename(offices / "away")
        (offices / "share").mkdir()
    page.refresh()
    office.settle()
    _sync(qtbot, office, page)
    said = "\n".join([page.banner.text(), *page.outcome.lines(), *page.shares.troubles()])
    assert "--found" not in said
    (told,) = [line for line in page.outcome.lines() if line.startswith("second: ")]
    assert "is not a share of this project" in told
    start = "Synced with 1 of 2 places." if is_first_there else "No place went through."
    assert page.banner.text().startswith(start)
