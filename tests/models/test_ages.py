"""Laptops with an older and a later Kipu on one share: nothing is lost, altered or half-read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.errors import KipuError
from app.models.commands import erasing, membership, records
from app.models.faults import sentence
from app.models.ledger import RecordKey
from app.models.queries import records as reading
from app.models.roster_writing import write_entry
from app.simulation import versions
from app.simulation.versions import LATER, LaterType, Novelty
from sync import engine, envelope, layout, packs
from sync.changes import Change, Verb
from sync.ids import random_id
from tests.models.laptops import Laptop, agree, join, reopened, settle, shared
from tests.models.test_found_by_simulation import cloned
from tests.sync.sharing import MemoryRemote

MAJOR = [Novelty.BATCH, Novelty.BLOCK, Novelty.SECTION]


@contextmanager
def later(novelty: Novelty = Novelty.NONE) -> Iterator[None]:
    """Within this the program is a later one."""
    with versions.running(LATER, novelty):
        yield


def write(laptop: Laptop, key: RecordKey, **fields: str) -> None:
    """Set fields of which only a later Kipu knows."""
    heads = reading.heads(laptop.project, key)
    change = Change(
        Verb.EDIT, key.kind, key.id, None, fields, {name: heads.get(name, ()) for name in fields}
    )  # fmt: skip
    laptop.project.ledger.commit(key.space, [change], "edit")


def add_card(laptop: Laptop, owner: RecordKey) -> RecordKey:
    """A record of a kind of which only a later Kipu knows."""
    key = RecordKey(owner.space, "person_card", random_id())
    fields = {"text": "de cartón"}
    change = Change(Verb.CREATE, key.kind, key.id, (owner.kind, owner.id), fields)
    laptop.project.ledger.commit(key.space, [change], "new")
    return key


def device_of(remote: MemoryRemote, path: str) -> bytes:
    return envelope.parse(remote.files[path]).header.device


def codes(report: engine.Report) -> set[str]:
    return {note.code for note in (*report.quarantined, *report.warnings)}


def test_an_older_kipu_carries_fields_and_kinds_it_does_not_know(trio: list[Laptop]) -> None:
    ana, beto, _carla = trio
    remote = shared(*trio)
    with later():
        key = ana.person("Rosa")
        write(ana, key, shoe="38")
        card = add_card(ana, key)
        ana.sync(remote)
    beto.sync(remote)
    beto.edit(key, name="Rosa Andi", phone="0998")
    settle(remote, *trio)
    records.delete(ana.project, key)
    records.restore(ana.project, key)
    settle(remote, *trio)
    with later():
        settle(remote, *trio)
        assert ana.values(key) == {**ana.values(key), "shoe": "38", "name": "Rosa Andi"}
        assert ana.values(card)["text"] == "de cartón"
        agree(*trio)
    for one in trio:
        one.verify()


def test_a_record_that_a_later_kipu_keeps_more_with_is_not_moved_by_an_older_one(
    trio: list[Laptop],
) -> None:
    ana, beto, _carla = trio
    remote = shared(*trio)
    other = membership.add_space(ana.project, "Curaray")
    membership.change_role(ana.project, beto.device, "secretary", ["Curaray"])
    key = ana.person("Rosa")
    card = add_card(ana, key)
    settle(remote, ana, beto)
    with pytest.raises(KipuError, match="newer Kipu"):
        records.move(beto.project, key, other)
    assert beto.values(card)["text"] == "de cartón"
    beto.verify()


@pytest.mark.parametrize("novelty", MAJOR)
def test_what_is_too_new_is_held_back_said_and_taken_in_once_there_is_the_later_kipu(
    trio: list[Laptop], novelty: Novelty
) -> None:
    ana, beto, carla = trio
    remote = shared(*trio)
    key = ana.person("Rosa")
    settle(remote, *trio)
    with later(novelty):
        ana.edit(key, name="Rosa Andi")
        ana.sync(remote)
    files = dict(remote.files)
    mine = beto.person("Luis")
    for _turn in range(2):
        report = beto.sync(remote)
        [note] = report.quarantined
        assert "newer Kipu" in sentence(note.code, note.params)
        assert report.received.changes == 0
    assert beto.values(key)["name"] == "Rosa"
    # It is neither written over nor carried on by who cannot read it.
    assert {path: remote.files[path] for path in files if path[:6] == "spaces"} == {
        path: raw for path, raw in files.items() if path[:6] == "spaces"
    }
    assert not remote.paths(layout.RELAY)
    carla.sync(remote)
    assert carla.values(mine)["name"] == "Luis"
    for one in (beto, carla):
        one.verify()
    with later(novelty):
        settle(remote, *trio)
        assert carla.values(key)["name"] == "Rosa Andi"
        agree(*trio)
        for one in trio:
            one.verify()


def test_an_entry_too_new_holds_back_what_builds_on_it_and_nothing_else(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, carla, _dan, eva = five
    with later(Novelty.ROSTER):
        with ana.project.ledger.writing():
            write_entry(ana.project, LaterType.MOTTO, {"text": "juntos"})  # type: ignore[arg-type]
        membership.revoke(ana.project, carla.device)
        key = ana.person("Rosa")
        ana.sync(share)
    mine = beto.person("Luis")
    report = beto.sync(share)
    assert {"unknown-version", "batch-no-key"} <= codes(report)
    with pytest.raises(KipuError):
        beto.values(key)
    # An older coordinator goes on meanwhile.
    membership.add_space(eva.project, "Curaray")
    eva.sync(share)
    assert eva.values(mine)["name"] == "Luis"
    with later(Novelty.ROSTER):
        settle(share, ana, beto, eva)
        assert beto.values(key)["name"] == "Rosa"
        assert not beto.project.roster.view().members[carla.device].is_active
        agree(ana, beto, eva)


def test_an_unknown_type_of_entry_changes_nothing_and_is_kept(trio: list[Laptop]) -> None:
    ana, beto, carla = trio
    remote = shared(*trio)
    with ana.project.ledger.writing():
        write_entry(ana.project, LaterType.MOTTO, {"text": "juntos"})  # type: ignore[arg-type]
    settle(remote, *trio)
    assert [one.type for one in carla.project.roster.entries][-1] == "motto"
    agree(ana, beto, carla)


@pytest.mark.parametrize("novelty", [Novelty.BATCH])
def test_an_older_life_of_a_laptop_writes_over_nothing_its_later_life_wrote(
    trio: list[Laptop], tmp_path: Path, novelty: Novelty
) -> None:
    """It took what it could not read for a file somebody had put in its place."""
    ana, beto, carla = trio
    remote = shared(*trio)
    twin = cloned(beto, tmp_path / "twin", with_witness=True)
    with later(novelty):
        first = beto.person("Rosa")
        beto.sync(remote)
    before = dict(remote.files)
    second = twin.person("Luis")
    for _turn in range(2):
        twin.sync(remote)
    for path, raw in before.items():
        if versions.is_later(raw):
            assert remote.files[path] == raw
    carla.sync(remote)
    assert carla.values(second)["name"] == "Luis"
    with later(novelty):
        settle(remote, ana, carla, beto)
        twin.sync(remote)
        assert carla.values(first)["name"] == "Rosa"
        agree(ana, beto, carla, twin)
    twin.close()


def test_what_only_looks_later_keeps_no_laptop_from_sending(trio: list[Laptop]) -> None:
    """Anybody who may write to the share can put a number there; they cannot sign it."""
    ana, beto, carla = trio
    remote = shared(*trio)
    beto.person("Rosa")
    settle(remote, *trio)
    incarnation = beto.project.store.meta("incarnation")
    [path] = [one for one in remote.paths("spaces") if device_of(remote, one) == beto.device]
    following = f"{path[:-8]}{int(path[-8:]) + 1:08d}"
    raw = remote.files[path]
    remote.files[following] = raw[:4] + bytes((LATER,)) + raw[5:]
    key = beto.person("Luis")
    beto.sync(remote)
    assert beto.project.store.meta("incarnation") == incarnation
    settle(remote, ana, carla)
    assert carla.values(key)["name"] == "Luis"
    agree(*trio)


def test_what_only_looks_later_is_put_right_by_whoever_has_the_batch(trio: list[Laptop]) -> None:
    """Its author was lost, and everybody else waited for a later Kipu."""
    ana, beto, carla = trio
    remote = shared(*trio)
    key = beto.person("Rosa")
    settle(remote, beto, ana)
    [path] = [one for one in remote.paths("spaces") if device_of(remote, one) == beto.device]
    raw = remote.files[path]
    remote.files[path] = raw[:4] + bytes((LATER,)) + raw[5:]
    settle(remote, carla, ana, carla, rounds=1)
    assert carla.values(key)["name"] == "Rosa"
    agree(ana, carla)


def test_a_coordinator_with_an_older_kipu_syncs_beside_erasures_of_a_later_one(
    five: list[Laptop], share: MemoryRemote
) -> None:
    """Uniting two erasures of one batch stopped every sync of a laptop that could read just one."""
    ana, beto, _carla, _dan, eva = five
    key = beto.person("Rosa")
    beto.edit(key, phone="0998")
    settle(share, *five)
    erasing.erase(eva.project, key, ("name", "phone"))
    with later(Novelty.BLOCK):
        erasing.erase(ana.project, key, ("name",))
        ana.sync(share)
    for _turn in range(2):
        eva.sync(share)
    beto.sync(share)
    with later(Novelty.BLOCK):
        settle(share, *five, rounds=4)
        for one in five:
            assert "Rosa" not in str(one.values(key))
            assert "0998" not in str(one.values(key))
        agree(*five)


def test_older_batches_are_read_from_a_pack_that_holds_later_ones(
    trio: list[Laptop], monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, beto, _carla = trio
    monkeypatch.setattr(packs, "LEAST", 2)
    monkeypatch.setattr(packs, "KEPT_LOOSE", 1)
    remote = shared(*trio)
    keys = []
    for turn in range(3):
        keys.append(ana.person(f"Rosa {turn}"))
        ana.sync(remote)
    with later(Novelty.BATCH):
        for turn in range(3, 6):
            keys.append(ana.person(f"Rosa {turn}"))
            ana.sync(remote)
        for _turn in range(2):
            engine.synchronise(ana.replica, remote, compact=True)
    assert len(remote.paths("packs")) == 1
    beto.sync(remote)
    assert [beto.values(key)["name"] for key in keys[:3]] == ["Rosa 0", "Rosa 1", "Rosa 2"]
    with later(Novelty.BATCH):
        beto.sync(remote)
        agree(ana, beto)


def test_an_older_newcomer_takes_no_snapshot_of_batches_it_cannot_read(
    trio: list[Laptop], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows would come in whose batches it could neither verify nor erase in."""
    monkeypatch.setenv("KIPU_KDF", "floor")
    monkeypatch.setattr("sync.exchange_snapshots.WORTH_IT", 1)
    monkeypatch.setattr("sync.exchange_snapshots.MOST_A_BATCH", 1000)
    ana, beto, carla = trio
    remote = shared(*trio)
    mine = beto.person("Luis")
    settle(remote, *trio)
    with later(Novelty.BLOCK):
        key = ana.person("Rosa")
        engine.synchronise(ana.replica, remote, compact=True)
        assert remote.paths("snapshots")
    newcomer = join(ana, tmp_path / "l9", "Nueva", "observer")
    newcomer.sync(remote)
    assert newcomer.values(mine)["name"] == "Luis"
    with pytest.raises(KipuError):
        newcomer.values(key)
    newcomer.verify()
    with later(Novelty.BLOCK):
        settle(remote, *trio, newcomer)
        assert newcomer.values(key)["name"] == "Rosa"
        agree(ana, beto, carla, newcomer)
    newcomer.close()


def test_a_later_kipu_opens_what_an_older_left_unsent(trio: list[Laptop]) -> None:
    ana, beto, _carla = trio
    remote = shared(*trio)
    key = beto.person("Rosa")
    with later(Novelty.BATCH):
        beto.project.close()
        beto.project = reopened(beto.home)
        beto.__post_init__()
        beto.edit(key, name="Rosa Andi")
        settle(remote, ana, beto)
        assert ana.values(key)["name"] == "Rosa Andi"
