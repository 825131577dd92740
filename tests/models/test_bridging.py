"""What never came to a place, or was lost there, goes on to those who meet only there, and soon."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.commands import carrying, membership
from sync import engine, layout, ports
from sync.exchange import Note
from sync.ids import token
from sync.remotes.folder import FolderRemote
from tests.models.laptops import Laptop, agree, settle
from tests.sync.sharing import MemoryRemote


class Place(MemoryRemote):
    """A share with a name of its own."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.called = name

    @property
    def name(self) -> str:
        return self.called


@pytest.fixture
def places(three: list[Laptop]) -> tuple[Place, Place]:
    """Two shares of one project: one has met everybody, then Beto keeps to one, Caya to the other."""
    made = Place("office"), Place("cloud")
    for one in made:
        engine.found(three[0].replica, one)
        settle(one, *three)
    return made


def codes(report: engine.Report) -> set[str]:
    return {note.code for note in [*report.warnings, *report.quarantined]}


def last_batch(laptop: Laptop) -> str:
    at = next(at for at in laptop.replica.logs(laptop.space()) if at.is_writing)
    return layout.batch(at.space, at.log, at.number)


def test_a_batch_lost_behind_its_mark_is_asked_for_at_once_and_comes_with_the_next_sync(
    three: list[Laptop], places: tuple[Place, Place]
) -> None:
    ana, beto, _caya = three
    share = places[0]
    key = ana.person("Carmen Grefa")
    ana.sync(share, poll=True)
    share.files.pop(last_batch(ana))
    assert "batch-missing" in codes(beto.sync(share, poll=True))
    assert "batch-missing" in codes(beto.sync(share, poll=True))
    ana.sync(share, poll=True)
    assert beto.sync(share, poll=True).warnings == []
    assert beto.values(key)["name"] == "Carmen Grefa"


def test_a_gap_is_told_as_long_as_later_batches_lie_behind_it(
    three: list[Laptop], places: tuple[Place, Place]
) -> None:
    ana, beto, _caya = three
    share = places[0]
    ana.person("Carmen Grefa")
    ana.sync(share, poll=True)
    lost = last_batch(ana)
    ana.person("Elsa Tapuy")
    ana.sync(share, poll=True)
    share.files.pop(lost)
    for _each in range(3):
        report = beto.sync(share)
        assert Note("batch-missing", {"path": lost}) in report.warnings
    ana.sync(share)
    beto.sync(share)
    agree(ana, beto)


def test_what_one_place_brought_goes_to_the_other_at_the_next_sync_there(
    three: list[Laptop], places: tuple[Place, Place]
) -> None:
    ana, beto, caya = three
    office, cloud = places
    for name in ("Carmen Grefa", "Elsa Tapuy"):
        key = beto.person(name)
        beto.sync(office, poll=True)
        reports = [ana.sync(office, poll=True), ana.sync(cloud, poll=True)]
        reports.append(caya.sync(cloud, poll=True))
        assert [codes(one) for one in reports] == [set(), set(), set()]
        assert caya.values(key)["name"] == name
    agree(*three)


def test_what_came_by_hand_goes_to_the_place_at_the_next_sync(
    three: list[Laptop], places: tuple[Place, Place], tmp_path: Path
) -> None:
    ana, beto, caya = three
    key = beto.person("Carmen Grefa")
    file = tmp_path / "carried.kipu"
    carrying.carry(beto.project, file)
    carrying.receive(ana.project, file)
    ana.sync(places[0], poll=True)
    assert codes(caya.sync(places[0], poll=True)) == set()
    assert caya.values(key)["name"] == "Carmen Grefa"


def test_one_laptop_relays_and_the_others_leave_it_to_it(
    three: list[Laptop], places: tuple[Place, Place]
) -> None:
    ana, beto, caya = three
    office, cloud = places
    beto.person("Carmen Grefa")
    beto.sync(office)
    for one in (ana, caya):
        one.sync(office)
    for one in (ana, caya, ana):
        one.sync(cloud)
    relayed = [path for path in cloud.files if path.startswith(layout.RELAY)]
    assert [path.split("/")[1] for path in relayed] == [token(ana.device)]


def test_a_relayed_copy_that_is_not_sound_is_asked_for(
    three: list[Laptop], places: tuple[Place, Place]
) -> None:
    ana, beto, caya = three
    office, cloud = places
    for name in ("Elsa Tapuy", "Carmen Grefa"):
        key = beto.person(name)
        beto.sync(office)
    ana.sync(office)
    ana.sync(cloud)
    path = max(path for path in cloud.files if path.startswith(layout.RELAY))
    cloud.files[path] = cloud.files[path][:100]
    assert "batch-missing" in codes(caya.sync(cloud, poll=True))
    ana.sync(cloud, poll=True)
    caya.sync(cloud, poll=True)
    assert caya.values(key)["name"] == "Carmen Grefa"


@pytest.mark.parametrize("poll", [True, False])
def test_a_folder_in_a_files_place_stops_nothing_but_that_file(
    three: list[Laptop], folder: FolderRemote, poll: bool
) -> None:
    ana, beto, _caya = three
    settle(folder, *three)
    ana.person("Carmen Grefa")
    ana.sync(folder)
    path = last_batch(ana)
    file = folder.location / "KIPU" / path
    file.unlink()
    file.mkdir()
    mine = beto.person("Elsa Tapuy")
    report = beto.sync(folder, poll=poll)
    assert {"file-unreadable", "batch-missing"} <= codes(report)
    assert path in {note.params["path"] for note in report.warnings}
    assert report.sent.changes == 1
    ana.sync(folder)
    assert ana.values(mine)["name"] == "Elsa Tapuy"
    file.rmdir()
    settle(folder, *three)
    agree(*three)


class ReadOnly(FolderRemote):
    """A share that may only be read."""

    def probe(self) -> None:
        raise ports.RemoteReadOnly("{place} cannot be written to", place=self.name)

    def put(self, path: str, data: bytes) -> bool:
        raise AssertionError(path)

    replace = put  # type: ignore[assignment]


class FullUnsaid(FolderRemote):
    """A share that has no room for another entry of the roster, which only shows as one is sent."""

    def put(self, path: str, data: bytes) -> bool:
        if path.startswith("roster/"):
            raise ports.RemoteFull("{place} is full", place=self.name)
        return super().put(path, data)


@pytest.mark.parametrize("poll", [False, True])
def test_a_place_found_full_as_something_is_sent_is_read_first(
    three: list[Laptop], folder: FolderRemote, poll: bool
) -> None:
    ana, _beto, caya = three
    settle(folder, *three)
    key = ana.person("Carmen Grefa")
    ana.sync(folder)
    membership.add_space(caya.project, "Curaray")
    with pytest.raises(ports.RemoteFull) as caught:
        caya.sync(FullUnsaid(folder.location, "tests"), poll=poll)
    assert (caught.value.code, caught.value.params["received"]) == ("remote-full.took", 1)
    assert caya.values(key)["name"] == "Carmen Grefa"
    settle(folder, *three)
    agree(*three)


def test_what_lies_at_a_place_that_may_only_be_read_is_taken_in(
    three: list[Laptop], folder: FolderRemote
) -> None:
    ana, beto, _caya = three
    settle(folder, *three)
    key = ana.person("Carmen Grefa")
    ana.sync(folder)
    mine = beto.person("Elsa Tapuy")
    with pytest.raises(ports.RemoteReadOnly) as caught:
        beto.sync(ReadOnly(folder.location, "tests"))
    assert (caught.value.code, caught.value.params["received"]) == ("remote-read-only.took", 1)
    assert beto.values(key)["name"] == "Carmen Grefa"
    settle(folder, *three)
    agree(*three)
    assert ana.values(mine)["name"] == "Elsa Tapuy"
