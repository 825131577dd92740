"""Laptops that sync through each kind of place, as they do through a folder."""

from __future__ import annotations

import pytest

from sync import engine, layout
from sync.ids import token
from sync.ports import Remote
from tests.models.laptops import Laptop, agree, settle
from tests.sync.remotes.conftest import Make
from tests.sync.remotes.places import Place

NETWORKED = ["sftp", "webdav-wsgidav", "s3"]


def test_laptops_agree_whatever_they_sync_through(place: Place, trio: list[Laptop]) -> None:
    rosa, ana, luis = trio
    remotes = [place.open(writer=f"w{number}") for number in range(3)]
    engine.found(rosa.replica, remotes[0])
    _sync_all(trio, remotes)
    key = rosa.person("Carmen Grefa")
    ana.person("Elsa Tapuy")
    _sync_all(trio, remotes)
    ana.edit(key, phone="0991234567")
    luis.edit(key, name="Carmen Grefa Andi")
    _sync_all(trio, remotes)
    agree(*trio)
    assert rosa.values(key)["phone"] == "0991234567"
    assert rosa.values(key)["name"] == "Carmen Grefa Andi"


def _sync_all(laptops: list[Laptop], remotes: list[Remote]) -> None:
    for _round in range(2):
        for laptop, remote in zip(laptops, remotes, strict=True):
            report = laptop.sync(remote)
            assert report.quarantined == []


@pytest.mark.parametrize("kind", NETWORKED)
def test_a_place_that_lost_files_is_noticed_and_healed(
    make_place: Make, trio: list[Laptop], kind: str
) -> None:
    place = make_place(kind)
    remote = place.open()
    rosa, ana, _luis = trio
    engine.found(rosa.replica, remote)
    for number in range(3):
        rosa.person(f"Persona {number}")
        rosa.sync(remote)
    settle(remote, rosa, ana, rounds=1)
    logs = layout.logs_of(rosa.space())
    lost = next(
        f"{logs}/{token(at.log)}/{at.number:08d}"
        for at in rosa.replica.logs(rosa.space())
        if at.is_writing
    )
    before = remote.read(lost, 10_000_000)
    assert before is not None
    remote.remove(lost)
    report = rosa.sync(remote)
    assert "share-rolled-back" in [note.code for note in report.warnings]
    assert remote.read(lost, 10_000_000) == before


@pytest.mark.parametrize("kind", NETWORKED)
def test_a_place_that_is_no_share_is_refused_and_left_alone(
    make_place: Make, trio: list[Laptop], kind: str
) -> None:
    place = make_place(kind)
    trio[0].person("Carmen Grefa")
    with pytest.raises(engine.NotAShare):
        trio[0].sync(place.open())
    assert place.files() == []
