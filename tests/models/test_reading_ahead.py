"""Batches are read before their turn, and a link that breaks meanwhile costs nothing that came."""

from __future__ import annotations

import pytest

from sync import exchange_receiving
from sync.ports import RemoteBroken
from sync.remotes.folder import FolderRemote
from tests.models.laptops import Laptop, agree


class Breaking(FolderRemote):
    """Breaks off at every so many readings of batches."""

    every = 5
    count = 0

    def read(self, path: str, limit: int) -> bytes | None:
        self.count += path.startswith("spaces/")
        if path.startswith("spaces/") and self.count % self.every == 0:
            raise RemoteBroken("the link broke")
        return super().read(path, limit)


def filled(laptop: Laptop, folder: FolderRemote, batches: int) -> None:
    for turn in range(batches):
        laptop.person(f"Persona {turn}")
        laptop.project.ledger.seal()
    laptop.sync(folder)


def people(laptop: Laptop) -> int:
    return int(laptop.project.store.value("SELECT count(*) FROM kind_person"))


def test_what_was_read_before_the_link_broke_is_kept(
    three: list[Laptop], folder: FolderRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, beto, _carla = three
    filled(ana, folder, 30)
    monkeypatch.setattr(exchange_receiving, "_GATHER", 8)
    breaking = Breaking(folder.location)
    found = [people(beto)]
    while found[-1] < people(ana):
        try:
            beto.sync(breaking)
        except RemoteBroken:
            assert people(beto) > found[-1]
        found.append(people(beto))
    assert len(found) > 3
    agree(ana, beto)


@pytest.mark.parametrize("most", [0, 1500, 1 << 30])
def test_however_much_is_read_ahead_all_of_it_comes(
    three: list[Laptop], folder: FolderRemote, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    ana, beto, _carla = three
    filled(ana, folder, 20)
    monkeypatch.setattr(exchange_receiving, "_GATHER", 3)
    monkeypatch.setattr(exchange_receiving, "_AHEAD_BYTES", most)
    beto.sync(folder)
    agree(ana, beto)
