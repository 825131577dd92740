"""Copies of a coordinator's laptop, and recoveries by paper, that went on unaware of each other."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from app.models.commands import carrying, membership, syncing
from sync import engine, layout
from sync.exchange_roster import RosterForked
from sync.roster import Entry, EntryType
from tests.models.laptops import PARISH, PASSPHRASE, Laptop, agree, join, reopened, settle
from tests.sync.sharing import MemoryRemote


@pytest.fixture
def share(three: list[Laptop]) -> MemoryRemote:
    made = MemoryRemote()
    engine.found(three[0].replica, made)
    settle(made, *three)
    return made


def copied(laptop: Laptop, home: Path) -> Laptop:
    """The whole folder of a laptop once more, as a backup program or a cloned disk leaves it."""
    laptop.project.close()
    shutil.copytree(laptop.home, home)
    laptop.reopen()
    return Laptop(home, reopened(home))


def codes(report: engine.Report) -> set[str]:
    return {note.code for note in [*report.warnings, *report.quarantined]}


@pytest.mark.parametrize("poll", [True, False])
def test_a_copy_that_changed_the_membership_too_gives_way_and_goes_on(
    three: list[Laptop], share: MemoryRemote, tmp_path: Path, poll: bool
) -> None:
    ana, beto, caya = three
    copy = copied(ana, tmp_path / "copy")
    membership.change_role(ana.project, beto.device, "secretary", [PARISH])
    settle(share, ana, beto, caya)
    membership.add_space(copy.project, "Curaray")
    key = copy.person("Carmen Grefa")
    report = copy.sync(share, poll=poll)
    assert "roster-withdrawn" in codes(report)
    settle(share, copy, beto, caya)
    agree(copy, beto, caya)
    assert beto.values(key)["name"] == "Carmen Grefa"
    assert copy.replica.roster.view().role(beto.device, ana.space()) == "secretary"
    membership.change_role(copy.project, beto.device, "observer", [PARISH])
    settle(share, copy, caya, beto)
    agree(copy, beto, caya)
    assert caya.replica.roster.view().role(beto.device, ana.space()) == "observer"
    copy.verify()
    copy.close()


def test_a_copy_that_changed_nothing_goes_on_as_ever(
    three: list[Laptop], share: MemoryRemote, tmp_path: Path
) -> None:
    ana, beto, caya = three
    copy = copied(ana, tmp_path / "copy")
    membership.change_role(ana.project, beto.device, "secretary", [PARISH])
    settle(share, ana, beto, caya)
    copy.person("Carmen Grefa")
    assert "roster-withdrawn" not in codes(copy.sync(share))
    settle(share, copy, beto, caya)
    agree(copy, beto, caya)
    copy.close()


def test_what_others_built_on_is_not_taken_back_and_nothing_goes_out(
    three: list[Laptop], share: MemoryRemote, tmp_path: Path
) -> None:
    ana, beto, caya = three
    copy = copied(ana, tmp_path / "copy")
    membership.change_role(ana.project, beto.device, "secretary", [PARISH])
    settle(share, ana, beto, caya)
    guest = join(copy, tmp_path / "guest", "Dora", "secretary")
    other = MemoryRemote()
    engine.found(copy.replica, other)
    for one in (copy, guest):
        one.person("Eva")
        one.sync(other)
    copy.sync(other)
    before = dict(share.files)
    with pytest.raises(RosterForked) as caught:
        copy.sync(share)
    assert caught.value.code == "roster-forked"
    with pytest.raises(RosterForked) as told:
        guest.sync(share)
    assert told.value.code == "roster-forked.admitted"
    assert share.files == before
    copy.person("Ida")
    copy.sync(other)
    for one in (copy, guest):
        one.verify()
        one.close()


def test_what_left_by_hand_is_not_taken_back(
    three: list[Laptop], share: MemoryRemote, tmp_path: Path
) -> None:
    ana, beto, caya = three
    copy = copied(ana, tmp_path / "copy")
    membership.change_role(ana.project, beto.device, "secretary", [PARISH])
    settle(share, ana, beto, caya)
    membership.add_space(copy.project, "Curaray")
    copy.person("Eva")
    carrying.carry(copy.project, tmp_path / "carried.kipu")
    before = dict(share.files)
    with pytest.raises(RosterForked):
        copy.sync(share)
    assert share.files == before
    copy.verify()
    copy.close()


def test_of_two_recoveries_the_second_is_told_and_the_paper_still_recovers(
    tmp_path: Path,
) -> None:
    place, code, beto = left_by_its_coordinator(tmp_path)

    def recovered(home: str, known: dict[str, Any]) -> Laptop:
        back = membership.recover_project(tmp_path / home, known, code, "Rosa", PASSPHRASE)
        return Laptop(tmp_path / home, back.project)

    first, second = (recovered(home, gathered(place)) for home in ("r1", "r2"))
    first.sync(place)
    before = dict(place.files)
    with pytest.raises(RosterForked) as caught:
        second.sync(place)
    assert caught.value.code == "roster-forked.recovered"
    assert place.files == before
    third = recovered("r3", gathered(place))
    settle(place, third, first, beto)
    membership.revoke(third.project, first.device)
    settle(place, third, beto)
    agree(third, beto)
    assert third.replica.roster.view().role(first.device, third.space()) is None
    for one in (first, second, third, beto):
        one.close()


def test_who_recovered_is_let_in_though_their_admission_was_torn(tmp_path: Path) -> None:
    """Neither knew of the other's admission, so neither heard the other ask for it."""
    place, code, beto = left_by_its_coordinator(tmp_path)
    tear(place, admission_of(beto))
    back = membership.recover_project(tmp_path / "r1", gathered(place), code, "Rosa", PASSPHRASE)
    rosa = Laptop(tmp_path / "r1", back.project)
    assert beto.device not in rosa.project.roster.view().members
    rosa.sync(place)
    tear(place, admission_of(rosa))
    beto.person("Escrita entretanto")
    settle(place, beto, rosa)
    assert beto.project.roster.heads() == rosa.project.roster.heads()
    agree(beto, rosa)
    for one in (beto, rosa):
        one.close()


def admission_of(laptop: Laptop) -> Entry:
    entries = laptop.project.roster.entries
    [found] = [one for one in entries if one.type == EntryType.ADMIT
               and one.body["device"] == laptop.device]  # fmt: skip
    return found


def tear(place: MemoryRemote, entry: Entry) -> None:
    path = layout.roster_entry(entry.author, entry.number)
    place.files[path] = entry.raw[:20] + bytes(len(entry.raw) - 20)


def left_by_its_coordinator(folder: Path) -> tuple[MemoryRemote, str, Laptop]:
    """What is left when the one coordinator is gone: a place, the paper's code, a secretary."""
    made = membership.create_project(folder / "l1", "Pastaza", "Rosa Andi", PASSPHRASE)
    membership.add_space(made.project, PARISH)
    ana = Laptop(folder / "l1", made.project)
    place = MemoryRemote()
    engine.found(ana.replica, place)
    beto = join(ana, folder / "l2", "Beto", "secretary")
    settle(place, ana, beto)
    ana.close()
    return place, made.project_code, beto


def gathered(place: MemoryRemote) -> dict[str, Any]:
    return {"root_key": place.read(layout.ROOT_KEY, 1 << 16), **syncing.gathered(place)}
