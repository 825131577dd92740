"""Faults the simulation found, each in the smallest story that showed it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import KipuError
from app.models.commands import attachments as attaching
from app.models.commands import conflicts as settling
from app.models.commands import erasing, membership, records, undoing
from app.models.queries import conflicts
from app.models.queries import records as reading
from sync import engine, envelope, layout
from tests.models.laptops import (
    Cast,
    Laptop,
    agree,
    at_floor,
    lent,
    reopened,
    settle,
)
from tests.sync.sharing import MemoryRemote


@pytest.fixture(scope="module")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Cast:
    return at_floor(tmp_path_factory, "coordinator", "secretary")


@pytest.fixture
def trio(cast: Cast, tmp_path: Path) -> Iterator[list[Laptop]]:
    """Two coordinators and a secretary."""
    yield from lent(cast, tmp_path)


def share(founder: Laptop, *others: Laptop, name: str = "memory") -> MemoryRemote:
    remote = MemoryRemote(name)
    engine.found(founder.replica, remote)
    settle(remote, founder, *others, rounds=2)
    return remote


def batch_paths(remote: MemoryRemote, laptop: Laptop) -> list[str]:
    log = laptop.project.ledger.author.log(laptop.space())
    return remote.paths(layout.batch(laptop.space(), log, 1)[:-8])


def cloned(laptop: Laptop, home: Path, with_witness: bool = False) -> Laptop:
    """A second life of a laptop, from its project folder alone or with what would tell."""
    laptop.close()
    shutil.copytree(laptop.home, home)
    if not with_witness:
        shutil.rmtree(home / ".witness")
    laptop.project = reopened(laptop.home)
    laptop.__post_init__()
    return Laptop(home, reopened(home))


def fill_disk(laptop: Laptop) -> None:
    store = laptop.project.store
    store.run(f"PRAGMA max_page_count={store.value('PRAGMA page_count')}")


def add_spaces(laptop: Laptop, count: int) -> None:
    for turn in range(count):
        membership.add_space(laptop.project, f"Comunidad {turn}")


def test_what_a_full_disk_kept_out_of_the_roster_is_not_built_upon(
    trio: list[Laptop],
) -> None:
    """The memory had entries the store lacked; the next one made the project open no more."""
    ana = trio[0]
    before = len(ana.project.roster.entries)
    fill_disk(ana)
    with pytest.raises(KipuError, match="disk is full"):
        add_spaces(ana, 200)
    kept = int(ana.project.store.value("SELECT count(*) FROM roster"))
    assert len(ana.project.roster.entries) == kept >= before
    ana.project.store.run("PRAGMA max_page_count=1000000")
    membership.add_space(ana.project, "La que sigue")
    ana.reopen()
    assert len(ana.project.roster.entries) == kept + 2
    ana.verify()


def test_entries_that_could_not_be_kept_come_again(trio: list[Laptop]) -> None:
    ana, _beto, carla = trio
    remote = share(ana)
    carla.sync(remote)
    add_spaces(ana, 40)
    ana.sync(remote)
    fill_disk(carla)
    with pytest.raises(KipuError, match="disk is full"):
        carla.sync(remote)
    carla.project.store.run("PRAGMA max_page_count=1000000")
    carla.sync(remote)
    carla.reopen()
    assert carla.project.roster.heads() == ana.project.roster.heads()


def test_a_replayed_batch_in_its_place_keeps_no_laptop_from_sending(trio: list[Laptop]) -> None:
    ana, beto, carla = trio
    remote = share(ana, beto, carla)
    carla.person("Uno")
    beto.person("Dos")
    settle(remote, beto, carla)
    incarnation = carla.project.store.meta("incarnation")
    mine, others = batch_paths(remote, carla)[-1], batch_paths(remote, beto)[-1]
    following = f"{mine[:-8]}{int(mine[-8:]) + 1:08d}"
    for replayed in (mine, others):
        remote.files[following] = remote.files[replayed]
        key = carla.person("Tres")
        report = carla.sync(remote)
        assert "foreign-file" in {note.code for note in report.warnings}
        settle(remote, ana, beto)
        assert ana.values(key)["name"] == "Tres"
        following = f"{mine[:-8]}{int(following[-8:]) + 1:08d}"
    assert carla.project.store.meta("incarnation") == incarnation
    agree(*trio)


def test_another_batch_over_one_of_ours_is_mended(trio: list[Laptop]) -> None:
    ana, beto, carla = trio
    remote = share(ana, beto)
    beto.person("Dos")
    key = ana.person("Uno")
    for one in (beto, ana):
        one.sync(remote)
    mine, others = batch_paths(remote, ana)[-1], batch_paths(remote, beto)[-1]
    remote.files[mine] = remote.files[others]
    settle(remote, carla, ana, carla, rounds=1)
    assert carla.values(key)["name"] == "Uno"


def test_what_waits_keeps_its_place_in_the_digest_of_a_clone(
    trio: list[Laptop], tmp_path: Path
) -> None:
    """Late work that was never sent moves to the clone's log, and the digest with it."""
    ana, beto, carla = trio
    remote = share(ana, beto, carla)
    owner = records.new(ana.project, "committee", {"name": "Comité"}, ana.space())
    values = {"committee": owner.id.hex(), "date": "2024-03-01"}
    act = records.new(ana.project, "meeting", values, ana.space())
    settle(remote, *trio)
    records.new(carla.project, "agenda_item", {"meeting": act.id.hex(), "title": "Tarde"})
    records.close(ana.project, act)
    ana.sync(remote)
    # What was closed comes in; what waits here does not get out.
    remote.fail_after = 0
    with pytest.raises(Exception, match="memory"):
        carla.sync(remote)
    remote.fail_after = None
    assert carla.project.store.value("SELECT count(*) FROM transactions WHERE class=2") == 1
    twin = cloned(carla, tmp_path / "twin")
    twin.verify()
    settle(remote, twin, carla, *trio)
    agree(*trio, twin)
    twin.close()


def test_a_batch_of_known_records_of_several_kinds_is_taken_one_by_one(
    trio: list[Laptop], tmp_path: Path
) -> None:
    """How many rows were written was read off a count that the search index adds to."""
    ana, beto, carla = trio
    remote = share(ana, beto, carla)
    for turn in range(2):
        key = carla.person(f"Persona {turn}")
        attaching.attach(carla.project, key, b"foto" * (turn + 1), "foto.jpg")
    twin = cloned(carla, tmp_path / "twin")
    settle(remote, twin, ana, carla, beto, ana, twin)
    for one in (*trio, twin):
        one.verify()
    agree(*trio, twin)
    twin.close()


def test_two_coordinators_who_erased_alike_are_done_answering_one_another(
    trio: list[Laptop],
) -> None:
    ana, beto, carla = trio
    one, other = (share(ana, beto, carla, name=name) for name in ("uno", "otro"))
    key = carla.person("Ida")
    for remote in (one, other):
        settle(remote, *trio)
    erasing.erase(ana.project, key, ("name",))
    erasing.erase(beto.project, key, ("name",))
    ana.sync(one)
    beto.sync(other)
    for _turn in range(4):
        for laptop in trio:
            laptop.sync(one)
            laptop.sync(other)
    written = len(ana.project.roster.entries)
    for laptop in (*trio, *trio):
        laptop.sync(one)
        laptop.sync(other)
    assert {len(laptop.project.roster.entries) for laptop in trio} == {written}
    agree(*trio)


def test_a_relayed_batch_that_was_erased_since_blocks_nobody(trio: list[Laptop]) -> None:
    ana, beto, carla = trio
    remote = share(ana, beto, carla)
    key = carla.person("Ida")
    settle(remote, *trio)
    [path] = batch_paths(remote, carla)
    kept = remote.files.pop(path)
    beto.sync(remote)
    assert any(name.startswith(layout.RELAY) for name in remote.files)
    remote.files[path] = kept
    erasing.erase(ana.project, key, ("name",))
    other = share(ana, beto, name="otro")
    del remote.files[path]
    settle(remote, beto, ana, carla, rounds=2)
    settle(other, beto, ana, carla, rounds=2)
    agree(*trio)


def test_an_erasure_passes_a_torn_file(trio: list[Laptop]) -> None:
    ana, beto, carla = trio
    remote = share(ana, beto, carla)
    key = ana.person("Ida")
    settle(remote, *trio)
    [path] = batch_paths(remote, ana)
    assert envelope.parse(remote.files[path]).header.changes
    remote.tear(path, 40)
    erasing.erase(ana.project, key, ("name",))
    ana.sync(remote)
    settle(remote, carla, ana, beto, carla, rounds=2)
    agree(*trio)


def test_numbers_of_a_space_that_was_closed_to_both_lives_are_used_once_when_it_opens_again(
    trio: list[Laptop], tmp_path: Path
) -> None:
    """Neither could send what it had sealed there, nor see that the other sealed as much."""
    ana, beto, carla = trio
    remote = share(ana, beto, carla)
    twin = cloned(carla, tmp_path / "twin", with_witness=True)
    carla.person("Uno")
    twin.person("Dos")
    membership.change_role(ana.project, carla.device, None, ["Arajuno"])
    settle(remote, ana, carla, twin, rounds=1)
    membership.change_role(ana.project, carla.device, "secretary", ["Arajuno"])
    settle(remote, ana, carla, rounds=1)
    report = twin.sync(remote)
    assert "store-copied" in {note.code for note in report.warnings}
    settle(remote, *trio, twin)
    named: dict[tuple[bytes, int], bytes] = {}
    for raw in (raw for one in (*trio, twin) for raw in one.batches()):
        header, name = envelope.parse(raw).header, envelope.batch_hash(raw)
        assert named.setdefault((header.log, header.number), name) == name
    agree(*trio, twin)
    twin.close()


def test_a_record_moved_again_meets_its_copy(trio: list[Laptop]) -> None:
    """What moving put there gives way; what somebody wrote there since is for a person to settle."""
    ana = trio[0]
    there = membership.add_space(ana.project, "Curaray")
    key = ana.person("Ida")
    for name in ("Ida Vargas", "Ida Tapuy"):
        copy = records.move(ana.project, key, there)
        records.restore(ana.project, key)
        ana.edit(key, name=name)
    assert records.move(ana.project, key, there) == copy
    assert ana.values(copy)["name"] == "Ida Tapuy"
    assert not reading.conflicted(ana.project, copy)
    ana.edit(copy, name="Ida Andi")
    records.delete(ana.project, copy)
    records.restore(ana.project, key)
    records.move(ana.project, key, there)
    assert reading.conflicted(ana.project, copy) == {"name"}
    ana.verify()


def test_what_a_change_replaced_stays_replaced_when_the_change_is_withheld_later(
    trio: list[Laptop],
) -> None:
    """Beto wrote over Carla's word; when hers was cut off, the one before it came back beside his."""
    ana, beto, carla = trio
    remote = share(ana, beto, carla)
    key = ana.person("Ida")
    settle(remote, ana, carla, rounds=1)
    carla.edit(key, name="Idalia")
    membership.change_role(ana.project, carla.device, None, ["Arajuno"])
    settle(remote, carla, beto, rounds=1)
    beto.edit(key, name="Ida Tapuy")
    settle(remote, beto, ana, beto)
    for one in (ana, beto):
        assert one.values(key)["name"] == "Ida Tapuy"
        assert not reading.conflicted(one.project, key)
    agree(ana, beto)


@pytest.mark.parametrize("way", ["resolve", "restore", "undo"])
def test_who_keeps_a_record_has_the_last_word_on_every_deletion_before(
    trio: list[Laptop], way: str
) -> None:
    """Carla brought back what she deleted. When that was cut off, her deletion met Beto's word."""
    ana, beto, carla = trio
    remote = share(ana, beto, carla)
    key = ana.person("Ida")
    settle(remote, ana, carla, beto, rounds=1)
    records.delete(carla.project, key)
    settle(remote, carla, ana, rounds=1)
    records.restore(carla.project, key)
    membership.change_role(ana.project, carla.device, None, ["Arajuno"])
    _touched, done = undoing.tracked(beto.project, records.delete, key)
    settle(remote, carla, beto, rounds=1)
    assert reading.conflicted(beto.project, key) == {""}
    if way == "resolve":
        [dispute] = conflicts.of_record(beto.project, key)
        settling.take(beto.project, dispute, next(v for v in dispute.versions if not v.deleted))
    elif way == "restore":
        records.restore(beto.project, key)
    else:
        assert done
        undoing.undo(beto.project, done)
    settle(remote, beto, ana, beto)
    for one in (ana, beto):
        assert one.values(key)["name"] == "Ida"
        assert not reading.conflicted(one.project, key)
    agree(ana, beto)


def test_what_a_copied_store_wrote_unaware_of_an_erasure_is_erased_though_it_moves(
    trio: list[Laptop], tmp_path: Path
) -> None:
    """Sealed anew it named the order among what its author had seen, as if written on purpose."""
    ana, beto, carla = trio
    remote = share(ana, beto, carla)
    key = ana.person("Ida")
    settle(remote, ana, carla, rounds=1)
    twin = cloned(carla, tmp_path / "twin", with_witness=True)
    carla.person("Otra")
    twin.edit(key, name="Idalia")
    twin.replica.seal()
    erasing.erase(ana.project, key, ("name",))
    settle(remote, ana, carla, rounds=1)
    report = twin.sync(remote)
    assert "store-copied" in {note.code for note in report.warnings}
    settle(remote, *trio, twin)
    for one in (*trio, twin):
        assert "Idalia" not in str(one.values(key))
    agree(*trio, twin)
    twin.close()


def test_a_copy_of_a_laptop_asks_for_an_attachment_under_the_same_name(
    trio: list[Laptop], tmp_path: Path
) -> None:
    """Each of the two wrote its wants over the other's, so nobody ever answered them."""
    ana, beto, carla = trio
    remote = share(ana, beto, carla)
    twin = cloned(carla, tmp_path / "twin")
    key = carla.person("Ida")
    attaching.attach(carla.project, key, b"foto", "foto.jpg")
    carla.sync(remote)
    for path in remote.paths(layout.FILES):
        del remote.files[path]
    settle(remote, twin, carla, beto)
    [one] = twin.replica.attachments()
    assert twin.replica.holds_attachment(one)
    twin.close()
