"""Several places on the sync page, by keyboard: added, tried, changed, paused, forgotten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from app.models.commands import carrying, remotes, syncing
from app.models.commands.remotes import Given
from app.models.project import Project
from app.models.remotes import known, opening
from app.models.remotes.kinds import KINDS
from app.models.remotes.trying import Trial
from app.views import files
from app.views.pages import sync_reads
from app.views.pages.sync import SyncPage
from app.views.pages.sync_place import PlaceStrip
from sync.ports import RemoteFull, fault
from sync.remotes.folder import FolderRemote
from tests.views.offices import Office, elsewhere, only_place, put_on_show, respond

_KEY = "SHA256:" + "C" * 43


@pytest.fixture
def page(qtbot: Any, office: Office, offices: Path) -> SyncPage:
    """The page, with the copy of the share as the one place there is."""
    office.run(only_place, str(offices / "share"))
    return put_on_show(qtbot, office, SyncPage(office.desk))


def _second(project: Project, folder: str) -> None:
    remotes.add(project, "stick", remotes.place_from(Given(folder)))
    syncing.found_share(project, "stick")


def press(qtbot: Any, office: Office, button: Any) -> None:
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Space)
    office.settle()


def row_button(page: SyncPage, word: str, name: str) -> Any:
    found = page.shares.findChildren(type(page.action))
    return next(one for one in found if one.accessibleName() == f"{word}: {name}")


def press_row(qtbot: Any, office: Office, page: SyncPage, word: str, name: str = "office") -> None:
    press(qtbot, office, row_button(page, word, name))


def sync(qtbot: Any, office: Office, page: SyncPage) -> None:
    page.take_focus()
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_F5)
    office.settle()


def add_folder(qtbot: Any, office: Office, page: SyncPage, folder: Path) -> PlaceStrip:
    press(qtbot, office, page.shares._add)
    strip = page.places.strip
    qtbot.keyClicks(strip.line("folder"), str(folder))
    qtbot.keyClicks(strip.name, "stick")
    return strip


# --- several ----------------------------------------------------------------------------------------


def test_all_places_are_synced_and_one_that_fails_is_told_on_its_row(
    qtbot: Any, office: Office, page: SyncPage, tmp_path: Path
) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    office.run(_second, str(folder))
    office.run(respond)
    folder.rename(tmp_path / "pocket")
    page.refresh()
    office.settle()
    sync(qtbot, office, page)
    assert page.banner.text().startswith("Synced with 1 of 2 places.")
    assert page.waits().startswith("Everything is sent")
    told = next(line for line in page.outcome.lines() if line.startswith("stick: "))
    assert told.endswith("Your work is safe on this laptop.")
    (why,) = page.shares.troubles()
    assert why.endswith("Your work is safe on this laptop.")
    assert [line.split(" · ")[0] for line in page.shares.lines()] == ["there", "not there"]
    (tmp_path / "pocket").rename(folder)
    press_row(qtbot, office, page, "Sync", "stick")
    assert page.banner.text().startswith("Synced.")
    assert page.shares.troubles() == []


def test_what_came_before_a_place_was_full_is_told_beside_the_reason(
    qtbot: Any, office: Office, page: SyncPage, offices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = elsewhere(offices)
    other.person("Ana")
    syncing.sync(other.project, str(offices / "share"))
    other.close()
    office.run(respond)

    real = FolderRemote.put

    def put(self: FolderRemote, path: str, data: bytes) -> bool:
        if path.startswith("spaces/"):
            raise fault(RemoteFull, self.name, path)
        return real(self, path, data)

    monkeypatch.setattr(FolderRemote, "put", put)
    sync(qtbot, office, page)
    assert "is full. What was not sent stays safe on this laptop" in page.banner.text()
    sent, received, *_more = page.outcome.lines()
    assert sent == "Sent: nothing"
    assert received.startswith("Received: 1 change")
    assert page.waits().startswith("1 change waits")


def test_words_only_for_once(
    qtbot: Any, office: Office, page: SyncPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    wished: list[bool] = []
    real = syncing.engine.synchronise

    def synchronise(*given: Any) -> Any:
        wished.append(given[2])
        return real(*given)

    monkeypatch.setattr(syncing.engine, "synchronise", synchronise)
    page.essentials.setFocus()
    qtbot.keyClick(page.essentials, Qt.Key.Key_Space)
    sync(qtbot, office, page)
    assert wished == [True]


def test_how_far_it_is_says_which_place_and_how_fast(page: SyncPage, office: Office) -> None:
    page._is_running = True
    page._began(("office", ""))
    page._pace._now = iter([1e9, 1e9]).__next__  # type: ignore[method-assign]
    page._progressed((4000, 1000))
    assert page.progress.text() == "Sent 4.0 kB of 4.0 kB · received 1.0 kB"
    page._speed = 8000
    assert page._how_far().endswith(" · 8.0 kB a second")


# --- adding -----------------------------------------------------------------------------------------


def test_a_folder_is_added_tried_kept_and_founded_by_keys(
    qtbot: Any, office: Office, page: SyncPage, tmp_path: Path
) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    strip = add_folder(qtbot, office, page, folder)
    qtbot.keyClick(strip.line("folder"), Qt.Key.Key_Return)
    office.settle()
    assert strip.result().startswith("It answers and can be written to.")
    assert list(folder.iterdir()) == []
    press(qtbot, office, strip.yes)
    assert page.banner.text() == "stick is remembered. Sync when it suits you."
    assert not strip.isVisible()
    assert page.shares.lines()[1].startswith(f"there · stick · {folder} · never synced yet")
    press_row(qtbot, office, page, "Sync", "stick")
    assert "is not a share of this project" in page.banner.text()
    assert all("--found" not in one for one in page.shares.troubles())
    press(qtbot, office, page.banner._action)
    press(qtbot, office, page.banner._action)
    assert page.banner.text().startswith("Synced.")
    assert (folder / "KIPU").is_dir()


def test_each_kind_asks_only_what_it_needs(qtbot: Any, office: Office, page: SyncPage) -> None:
    press(qtbot, office, page.shares._add)
    strip = page.places.strip
    seen = {}
    for at, kind in enumerate(KINDS):
        strip.kind.setCurrentIndex(at)
        strip._rebuild()
        seen[kind.id] = strip.asked()
    assert seen == {
        "folder": ["folder"],
        "web": ["address", "user", "secret"],
        "sftp": ["server", "folder", "user", "key", "secret"],
        "s3": ["bucket", "folder", "endpoint", "region", "user", "secret"],
        "kipu": ["server", "secret"],
    }
    for line in strip.findChildren(QLineEdit):
        assert line.accessibleName() or line.parent() is strip.rate or line is strip.name
    assert strip.line("secret").echoMode() == QLineEdit.EchoMode.Password


def test_what_is_missing_is_said_and_nothing_kept(
    qtbot: Any, office: Office, page: SyncPage
) -> None:
    press(qtbot, office, page.shares._add)
    strip = page.places.strip
    press(qtbot, office, strip.yes)
    assert strip.result() == "“Folder” is needed."
    qtbot.keyClicks(strip.line("folder"), "https://nube.ec")
    press(qtbot, office, strip.trying)
    assert "webdav+https" in strip.result()
    qtbot.keyClick(strip, Qt.Key.Key_Escape)
    assert not strip.isVisible()
    assert len(page.shares.lines()) == 1


def test_a_servers_key_is_compared_and_then_trusted(
    qtbot: Any, office: Office, page: SyncPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    def attempt(_project: Project, filled: sync_reads.Filled) -> Trial:
        tried.append(filled.host_key)
        if filled.host_key:
            return Trial(True, "ok", "It answers.")
        return Trial(False, "remote-host-key", "This laptop does not know it.", _KEY)

    monkeypatch.setattr(sync_reads, "try_place", attempt)
    press(qtbot, office, page.shares._add)
    strip = page.places.strip
    strip.kind.setCurrentIndex(strip.kind.findData("sftp"))
    strip._rebuild()
    for field, text in (("server", "casa.ec"), ("folder", "/x"), ("user", "eva")):
        qtbot.keyClicks(strip.line(field), text)
    qtbot.keyClicks(strip.line("secret"), "clave")
    press(qtbot, office, strip.trying)
    assert strip._fingerprint.text() == _KEY
    press(qtbot, office, strip.trusting)
    assert tried == ["", _KEY]
    assert strip.result() == "It answers."
    press(qtbot, office, strip.yes)
    one = office.run(opening.require, "casa.ec")
    assert one.address == f"sftp://eva@casa.ec/x?host-key={_KEY}".replace("+", "%2B")
    assert one.has_secret


# --- changing ---------------------------------------------------------------------------------------


def _server(project: Project) -> None:
    given = Given("webdav+https://nube.ec/dav", "eva", "vieja")
    remotes.add(project, "cloud", remotes.place_from(given))


def test_changing_shows_no_secret_and_keeps_it(qtbot: Any, office: Office, page: SyncPage) -> None:
    office.run(_server)
    page.refresh()
    office.settle()
    press_row(qtbot, office, page, "Change…", "cloud")
    strip = page.places.strip
    assert strip.line("address").text() == "https://nube.ec/dav"
    assert strip.line("secret").text() == ""
    assert not strip.kind.isEnabled()
    strip.name.selectAll()
    qtbot.keyClicks(strip.name, "nube")
    strip.rate.setValue(20)
    strip.automatic.setFocus()
    qtbot.keyClick(strip.automatic, Qt.Key.Key_Space)
    press(qtbot, office, strip.yes)
    one = office.run(opening.require, "nube")
    assert (one.rate, one.is_automatic) == (20, False)
    assert office.run(opening.stored_secret, one).password == "vieja"
    assert page.shares.lines()[1].endswith("at most 20 KB/s")


def test_a_paused_place_is_left_out_until_it_goes_on(
    qtbot: Any, office: Office, page: SyncPage
) -> None:
    press_row(qtbot, office, page, "Pause")
    assert page.shares.lines()[0].startswith("paused · office")
    sync(qtbot, office, page)
    assert page.banner.text().startswith("Every place is paused.")
    press_row(qtbot, office, page, "Go on")
    sync(qtbot, office, page)
    assert page.banner.text().startswith("Synced.")


def test_forgetting_takes_a_second_step_that_says_what_is_only_there(
    qtbot: Any, office: Office, page: SyncPage, offices: Path
) -> None:
    press_row(qtbot, office, page, "Remove…")
    said = page.banner.text()
    assert said.startswith("office is forgotten here, with its password.")
    assert "nowhere else" in said
    assert len(page.shares.lines()) == 1
    press(qtbot, office, page.banner._action)
    assert page.shares.lines() == []
    assert (offices / "share" / "KIPU").is_dir()
    assert "no share is known here" in page.waits()


# --- by hand ----------------------------------------------------------------------------------------


def test_everything_goes_by_hand_as_one_file(
    qtbot: Any, office: Office, page: SyncPage, offices: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    other = elsewhere(offices)
    respond(other.project)
    file = tmp_path / "by-hand.kipu-carry"
    carrying.carry(other.project, file)
    other.close()
    monkeypatch.setattr(files, "to_open", lambda *_asked: file)
    press(qtbot, office, page.by_hand.receive)
    assert page.banner.text().startswith("Taken in.")
    assert page.outcome.lines()[1].startswith("Received: 1 change")
    made = tmp_path / "back.kipu-carry"
    monkeypatch.setattr(files, "to_save", lambda *_asked: made)
    press(qtbot, office, page.by_hand.carry)
    assert page.banner.text().startswith("“back.kipu-carry” is made, with ")
    assert made.stat().st_size > 0
    assert [one.name for one in office.run(known.all_known)] == ["office"]
