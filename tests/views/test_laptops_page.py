"""The coordinator's list of laptops and the end of one, through the real window, by keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.models import papers
from app.models.commands import membership, space_names, syncing
from app.models.project import Project, folders
from app.models.remotes import by_itself as itself
from app.models.remotes import known
from app.models.remotes.by_itself import Ended
from app.views import files, unlocking
from app.views.pages.handing_over import HandOver
from app.views.project_reads import SpaceLine
from tests.models.laptops import PASSPHRASE, Laptop, reopened
from tests.views.offices import COORDINATOR, FACILITATOR, elsewhere, respond
from tests.views.windows import Window, ask


@pytest.fixture
def opened(qtbot: Any, offices: Path) -> Iterator[tuple[Window, Path]]:
    """The coordinator's window, with what the facilitator sent."""
    share = str(offices / "share")
    other = elsewhere(offices)
    respond(other.project)
    syncing.sync(other.project, share)
    other.close()
    ours = reopened(offices / COORDINATOR)
    syncing.sync(ours, share)
    papers.shown(ours)
    ours.close()
    window = Window(qtbot, offices / COORDINATOR)
    window.unlock(PASSPHRASE)
    window.come()
    yield window, offices
    window.close()


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    asked: list[Any] = []
    monkeypatch.setattr(unlocking, "replace_process", lambda *words: asked.append(words))
    return asked


def test_whose_each_laptop_is_and_what_it_last_sent(opened: tuple[Window, Path]) -> None:
    window, _offices = opened
    page = window.go("project")
    assert page.texts()["laptops"] == [
        "L1 · Rosa Andi: Coordinator (this laptop)",
        "L2 · Wilmer Andi: Facilitator · Arajuno",
        "L3: Secretary · Arajuno",
    ]
    _ours, theirs, silent = page.laptops.details()
    assert theirs.startswith("last seen ")
    assert "last sent: Response “ARJ-L2-001”" in theirs
    assert "1 change" in theirs
    assert silent == "nothing has come from it yet"


def test_another_role_by_space(opened: tuple[Window, Path]) -> None:
    window, _offices = opened
    page = window.go("project")
    window.type(page._spaces.name, "Consejo Cantonal", enter=True)
    window.qtbot.waitUntil(lambda: len(page.texts()["spaces"]) == 2, timeout=5000)
    window.push("Role and quota…: L2")
    strip = page.laptops.strip
    assert strip._heading.text() == "What L2 may do"
    assert strip.whole.hasFocus()
    assert [box.currentText() for box in strip.boxes.values()] == ["Facilitator", "no role"]
    council = strip.boxes["Consejo Cantonal"]
    council.setFocus()
    window.press(council, Qt.Key.Key_Down)
    window.press(council, Qt.Key.Key_Down)
    assert council.currentText() == "Secretary"
    window.press(strip.boxes["Arajuno"], Qt.Key.Key_Up)
    window.push("Change it", strip)
    assert page.banner.text() == "L2 has another role. Sync now, so that the others learn of it."
    assert page.texts()["laptops"][1] == "L2 · Wilmer Andi: Secretary · Consejo Cantonal"


def test_another_quota(opened: tuple[Window, Path]) -> None:
    window, _offices = opened
    page = window.go("project")
    window.push("Role and quota…: L2")
    strip = page.laptops.strip
    assert strip.quota.text() == "as usual"
    assert "17,180 MB with files" in strip._means.text()
    strip.quota.selectAll()
    window.type(strip.quota.lineEdit(), "2500")
    window.push("Change it", strip)
    assert page.banner.text() == "L2 has another quota. Sync now, so that the others learn of it."
    assert page.laptops.details()[1].endswith("1 change · up to 2,500 MB in each space")
    assert page.texts()["laptops"][1] == "L2 · Wilmer Andi: Facilitator · Arajuno"
    link = page.focusWidget()
    assert link.accessibleName() == "Role and quota…: L2", "the page stays where it was"
    window.push("Role and quota…: L2")
    assert strip.quota.value() == 2500
    assert strip.quota.minimum() == 1, (
        "nobody is told “as usual” again once they were told a number"
    )
    page.banner.dismiss()
    window.push("Change it", strip)
    assert page.banner.text() == "", "nothing was changed"


def test_a_quota_beyond_all_bounds_is_shown(opened: tuple[Window, Path]) -> None:
    window, _offices = opened
    page = window.go("project")
    device = ask(window, lambda project: membership.find_device(project, "L2"))
    ask(window, membership.set_quota, device, 2**60)
    window.qtbot.waitUntil(
        lambda: "1,152,921,504,607 MB" in page.laptops.details()[1], timeout=5000
    )
    window.push("Role and quota…: L2")
    assert page.laptops.strip.isVisible()


def test_a_coordinator_keeps_the_role_and_gets_a_quota(
    opened: tuple[Window, Path], tmp_path: Path
) -> None:
    window, offices = opened
    another_coordinator(window, tmp_path / "l4").close()
    ask(window, syncing.sync, str(offices / "share"))
    page = window.go("project")
    window.push("Role and quota…: L4")
    strip = page.laptops.strip
    assert not strip.whole.isEnabled()
    assert strip.quota.hasFocus()
    strip.quota.setValue(300)
    window.push("Change it", strip)
    assert page.laptops.details()[3].endswith("up to 300 MB in each space")
    assert page.texts()["laptops"][3].endswith("Coordinator")


def council_of_two(window: Window, offices: Path, tmp_path: Path) -> tuple[str, Laptop]:
    """A space that a second coordinator knows of too; the share, and her laptop."""
    share = str(offices / "share")
    ask(window, membership.add_space, "Consejo")
    luz = another_coordinator(window, tmp_path / "l4")
    ask(window, syncing.sync, share)
    return share, luz


def test_a_role_another_coordinator_gave_meanwhile_stays(
    opened: tuple[Window, Path], tmp_path: Path
) -> None:
    """The strip wrote every box, so what came by a sync while it was open was taken away again."""
    window, offices = opened
    share, luz = council_of_two(window, offices, tmp_path)
    page = window.go("project")
    window.push("Role and quota…: L2")
    strip = page.laptops.strip
    device = page.laptops._changing
    syncing.sync(luz.project, share)
    membership.change_role(luz.project, device, "secretary", ["Consejo"])
    space_names.rename_space(luz.project, luz.space("Consejo"), "Concejo")
    syncing.sync(luz.project, share)
    luz.close()
    by_itself(window, share)
    assert page.texts()["laptops"][1] == (
        "L2 · Wilmer Andi: Facilitator · Arajuno, Secretary · Concejo"
    )
    assert page.texts()["spaces"] == ["Arajuno", "Concejo"]
    assert strip.isVisible()
    strip.boxes["Arajuno"].setCurrentIndex(strip.boxes["Arajuno"].findData("observer"))
    window.push("Change it", strip)
    assert page.texts()["laptops"][1] == (
        "L2 · Wilmer Andi: Observer · Arajuno, Secretary · Concejo"
    )


def test_a_list_of_spaces_learns_a_new_name_while_it_is_open(
    opened: tuple[Window, Path], tmp_path: Path
) -> None:
    window, offices = opened
    share, luz = council_of_two(window, offices, tmp_path)
    page = window.go("surveys")
    page.space.setCurrentIndex(page.space.findText("Consejo"))
    chosen = page.space.currentData()
    syncing.sync(luz.project, share)
    space_names.rename_space(luz.project, luz.space("Consejo"), "Zona alta")
    syncing.sync(luz.project, share)
    luz.close()
    by_itself(window, share)
    window.qtbot.waitUntil(lambda: page.space.currentText() == "Zona alta", timeout=5000)
    assert page.space.currentData() == chosen


def another_coordinator(window: Window, home: Path) -> Laptop:
    """Admitted in the window's worker, and open in this thread."""
    asked = membership.make_request(home, "Luz", PASSPHRASE)
    request, _words = membership.read_request(asked.raw)
    membership.join(asked.project, ask(window, membership.admit, request, "coordinator", ()))
    return Laptop(home, asked.project)


def by_itself(window: Window, share: str) -> None:
    """A sync that nobody asked for, with a place that is known."""
    assert window.door.office is not None
    office, ended = window.door.office, list[Any]()

    def sync(project: Project) -> tuple[int, Ended]:
        (place,) = [one for one in known.all_known(project) if one.location == share]
        return place.id, itself.sync(project, place.id, lambda: False)

    # Only what the sync itself tells is to reach the pages.
    office.desk.ask(sync, on_done=ended.append)
    window.settle()
    office.auto_sync._synced(*ended[0])
    window.settle()


def test_no_role_is_given_where_the_key_is_not_here(opened: tuple[Window, Path]) -> None:
    window, _offices = opened
    page = window.go("project")
    [one] = page._overview.spaces
    lost = SpaceLine(b"\1" * 16, "…", "…", has_key=False)
    page.laptops.show_laptops(page._overview.laptops, [one, lost])
    window.settle()
    window.push("Role and quota…: L2")
    box = page.laptops.strip.boxes["…"]
    assert not box.isEnabled()
    assert box.accessibleName() == "… (its key is not on this computer)"
    page.strip.offer([one, lost])
    assert [box.isEnabled() for box in page.strip._boxes] == [True, False]


def test_a_laptop_becomes_a_coordinators(opened: tuple[Window, Path]) -> None:
    window, _offices = opened
    page = window.go("project")
    window.push("Role and quota…: L3")
    strip = page.laptops.strip
    window.press(strip.whole, Qt.Key.Key_Down)
    assert not strip.boxes["Arajuno"].isEnabled()
    window.push("Change it", strip)
    assert "Coordinator" in page.texts()["laptops"][2]
    # And stays one: the strip says so, and offers nothing that could not be done.
    window.push("Role and quota…: L3")
    assert strip._means.text().startswith(str(membership.STAYS_COORDINATOR))
    assert not strip.whole.isEnabled()
    assert not any(box.isEnabled() for box in strip.boxes.values())
    assert strip.quota.hasFocus()
    window.push("Leave it", strip)
    window.push("Role and quota…: L2")
    assert strip._yes.isVisible()
    assert strip._means.text().startswith("A space taken away")


def test_a_lost_laptop_is_shut_out_with_its_meaning_in_words(opened: tuple[Window, Path]) -> None:
    window, _offices = opened
    page = window.go("project")
    window.push("Lost or stolen…: L2")
    said = page.banner.text()
    assert said.startswith("Shut L2 out? Every space it was in gets a new key")
    assert "stays encrypted on its disk" in said
    window.push("Shut it out")
    assert [one.active for one in page.laptops._laptops] == [True, True, False]
    assert page.laptops._laptops[2].code == "L2"


# -- handing over ------------------------------------------------------------------------------------


@pytest.fixture
def theirs(qtbot: Any, offices: Path) -> Iterator[tuple[Window, Path]]:
    """The facilitator's window, with a response that nobody else has."""
    other = elsewhere(offices)
    respond(other.project)
    # Copied: what it synced with last lay beside the template.
    syncing.sync(other.project, str(offices / "share"))
    respond(other.project)
    papers.shown(other.project)
    other.close()
    window = Window(qtbot, offices / FACILITATOR)
    window.unlock(PASSPHRASE)
    window.come()
    yield window, offices
    window.close()


def _section(window: Window) -> HandOver:
    found: HandOver = window.go("settings").handing
    return found


def test_handing_over_syncs_first(
    theirs: tuple[Window, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    replaced: list[Any],
) -> None:  # fmt: skip
    window, offices = theirs
    section = _section(window)
    assert not section.wipe_button.isVisible()
    window.push("Sync and count…")
    assert "Everything made here is with the others." in section.text()
    assert "Sent from this laptop: 2 changes" in section.lines.texts()
    assert "Lost with it: nothing" in section.lines.texts()
    receipt = tmp_path / "receipt.pdf"
    monkeypatch.setattr(files, "to_save", lambda *_: receipt)
    window.push("Save the receipt…")
    assert section.text().startswith("The receipt is in “receipt.pdf”.")
    assert receipt.read_bytes().startswith(b"%PDF")
    window.push("Print the receipt…")
    window.qtbot.waitUntil(lambda: section.preview is not None, timeout=10_000)
    assert section.preview is not None
    assert section.preview.title.text() == "Receipt"
    window.push("Close", section.preview)
    window.push("Wipe the project off this laptop…")
    assert "cannot be taken back" in section.text()
    assert folders(offices / FACILITATOR) != []
    window.push("Yes, wipe it")
    assert folders(offices / FACILITATOR) == []
    assert replaced == [(False,)]


def test_what_only_this_laptop_has_must_be_typed(
    theirs: tuple[Window, Path], replaced: list[Any]
) -> None:
    window, offices = theirs
    shutil.move(offices / "share", offices / "away")
    section = _section(window)
    window.push("Sync and count…")
    said = section.text()
    assert "is not there" in said
    assert "Only this laptop has 1 change." in said
    assert said.endswith("To lose it for good, type: lose 1 change")
    assert section.typed.hasFocus()
    assert not section.wipe_button.isEnabled()
    window.type(section.typed, "lose everything", enter=True)
    assert not section.wipe_button.isEnabled()
    window.push("Leave it", section)
    assert not section.wipe_button.isVisible()
    shutil.move(offices / "away", offices / "share")
    window.push("Sync and count…")
    assert "Everything made here is with the others." in section.text()
    assert replaced == []
    assert folders(offices / FACILITATOR) != []


def test_what_was_typed_is_lost(theirs: tuple[Window, Path], replaced: list[Any]) -> None:
    window, offices = theirs
    shutil.move(offices / "share", offices / "away")
    section = _section(window)
    window.push("Sync and count…")
    window.type(section.typed, "lose 1 change", enter=True)
    window.press(section.wipe_button, Qt.Key.Key_Space)
    assert folders(offices / FACILITATOR) == []
    assert replaced == [(False,)]
