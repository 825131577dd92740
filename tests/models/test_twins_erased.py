"""What is erased goes out of batches that count no more as well, wherever they lie."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.models import erasures as carried_out
from app.models.commands import erasing, membership
from app.models.queries import erasures
from app.models.replica import LocalReplica
from sync import columns, engine, envelope, layout, packs
from sync.erasure import Erased
from sync.errors import SyncError
from sync.roster.view import View
from tests.models.laptops import Laptop, agree, settle
from tests.models.test_packs import own_log
from tests.models.test_twins import meet, share, stick, twin
from tests.sync.sharing import MemoryRemote

__all__ = ["share", "stick", "twin"]
SECRET = "Un nombre que nadie debe leer"


def batches_at(place: MemoryRemote) -> Iterator[bytes]:
    """Every batch that lies at a place, loose, relayed or packed."""
    for path, raw in place.files.items():
        pack = packs.parse_name(path.rpartition("/")[2])
        if pack is not None and path.startswith(f"{layout.PACKS}/"):
            yield from packs.split(raw, pack).values()
        elif path.startswith(("spaces/", layout.RELAY)):
            yield raw


def lies_at(place: MemoryRemote, reader: Laptop, value: str) -> bool:
    """Whether anything at a place says it, to whoever holds the keys of a laptop."""
    for raw in batches_at(place):
        try:
            batch = envelope.parse(raw)
        except SyncError:
            continue
        key = reader.project.store.epoch_key(batch.header.epoch)
        assert key is not None
        block = columns.decode(envelope.open_block(batch, key), columns.Limits())
        if any(value in map(str, change.fields.values())
               for one in block.transactions for change in one.changes):  # fmt: skip
            return True
    return False


def is_held(laptop: Laptop, value: str) -> bool:
    """Whether a batch that a laptop keeps says it."""
    place = MemoryRemote("kept")
    for at, (raw,) in enumerate(
        laptop.project.store.rows("SELECT raw FROM batches UNION ALL SELECT raw FROM given_up")
    ):
        place.files[f"spaces/{at}"] = bytes(raw)
    return lies_at(place, laptop, value)


def is_erased_everywhere(
    value: str, *laptops: Laptop, places: tuple[MemoryRemote, ...], coordinator: Laptop
) -> None:
    assert [place.name for place in places if lies_at(place, coordinator, value)] == []
    assert [one.home.name for one in laptops if is_held(one, value)] == []
    for order in erasures.orders(coordinator.project):
        assert [one.code for one in order.holders if not one.done] == []
    agree(*laptops)


def test_who_had_read_it_takes_it_out_where_it_lies(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    ana, beto, carla = trio
    key = twin.person(SECRET)
    settle(stick, twin, ana, carla, rounds=1)
    beto.person("Aquí")
    beto.sync(share)
    meet(share, stick, by=(ana, beto, twin, carla))
    assert lies_at(stick, ana, SECRET)
    erasing.erase(ana.project, key, reason="art. 15")
    meet(share, stick, by=(ana, beto, twin, carla), rounds=3)
    is_erased_everywhere(SECRET, ana, beto, carla, twin, places=(share, stick), coordinator=ana)


def test_who_meets_it_after_the_order_names_it_in_another(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    ana, beto, carla = trio
    key = twin.person(SECRET)
    twin.sync(stick)
    beto.person("Aquí")
    beto.sync(share)
    settle(share, twin, ana, carla, beto, rounds=2)
    erasing.erase(ana.project, key)
    meet(share, by=(ana, beto, twin, carla), rounds=2)
    orders = len(ana.project.roster.view().erasures)
    assert lies_at(stick, ana, SECRET)
    assert not lies_at(share, ana, SECRET)
    meet(share, stick, by=(ana, beto, twin, carla), rounds=3)
    assert len(ana.project.roster.view().erasures) > orders
    is_erased_everywhere(SECRET, ana, beto, carla, twin, places=(share, stick), coordinator=ana)


def test_only_the_field_that_is_erased_goes(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    ana, beto, carla = trio
    key = twin.person("Puede quedar")
    twin.edit(key, phone=SECRET)
    settle(stick, twin, ana, carla, rounds=1)
    beto.person("Aquí")
    beto.sync(share)
    meet(share, stick, by=(ana, beto, twin, carla))
    erasing.erase(ana.project, key, ("phone",))
    meet(share, stick, by=(ana, beto, twin, carla), rounds=3)
    is_erased_everywhere(SECRET, ana, beto, carla, twin, places=(share, stick), coordinator=ana)
    assert lies_at(stick, ana, "Puede quedar")
    assert carla.values(key)["name"] == "Puede quedar"


def test_a_second_coordinator_carries_it_to_the_place_the_first_never_sees(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    ana, beto, carla = trio
    membership.change_role(ana.project, carla.device, "coordinator", ())
    settle(share, ana, carla, rounds=1)
    key = twin.person(SECRET)
    settle(stick, twin, carla, rounds=1)
    beto.person("Aquí")
    beto.sync(share)
    settle(share, twin, ana, beto, carla)
    erasing.erase(ana.project, key)
    settle(share, ana, carla, beto, twin)
    settle(stick, carla, twin)
    settle(share, carla, ana, beto, twin)
    is_erased_everywhere(SECRET, ana, beto, carla, twin, places=(share, stick), coordinator=ana)


def test_who_does_not_coordinate_keeps_no_copies(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    """Nothing names a copy on their laptops, so it would stay there for ever."""
    ana, beto, carla = trio
    twin.person("Allá")
    settle(stick, twin, ana, carla, rounds=1)
    beto.person("Aquí")
    beto.sync(share)
    meet(share, stick, by=(ana, beto, twin, carla))
    kept = [
        one.project.store.value("SELECT count(*) FROM given_up") for one in (ana, beto, twin, carla)
    ]
    assert kept[0] >= 1
    assert kept[1:] == [0, 0, 0]


def test_another_lifes_batch_in_a_pack_stays_when_one_of_its_number_is_erased(
    trio: list[Laptop],
    share: MemoryRemote,
    stick: MemoryRemote,
    twin: Laptop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The pack had what was to be erased put in the other's place, as the number was the same."""
    for name, value in (("LEAST", 4), ("KEPT_LOOSE", 2), ("MAX_BATCHES", 6)):
        monkeypatch.setattr(packs, name, value)
    ana, beto, carla = trio
    key = twin.person(SECRET)
    settle(stick, twin, ana, carla, rounds=1)
    for turn in range(8):
        beto.person(f"Aquí {turn}")
        beto.sync(share)
    for _again in range(2):
        engine.synchronise(beto.replica, share, compact=True)
    number = envelope.parse(beto.batches()[1]).header.number
    assert f"{layout.log(beto.space(), own_log(beto))}/{number:08d}" not in share.files
    before = {envelope.batch_hash(raw) for raw in batches_at(share)}
    erasing.erase(ana.project, key)
    ana.sync(share)
    assert before <= {envelope.batch_hash(raw) for raw in batches_at(share)}
    meet(share, stick, by=(ana, beto, twin, carla))
    is_erased_everywhere(SECRET, ana, beto, carla, twin, places=(share, stick), coordinator=ana)


def test_an_order_of_no_fields_takes_nothing(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    ana, beto, carla = trio
    key = twin.person("Queda")
    settle(stick, twin, ana, carla, rounds=1)
    beto.person("Aquí")
    beto.sync(share)
    meet(share, stick, by=(ana, beto, twin, carla))
    nothing = Erased(key.kind, key.id, ())
    assert not carried_out.find(ana.project, ana.space(), [nothing])
    assert carried_out.find(ana.project, ana.space(), [Erased(key.kind, key.id)]).given_up


def test_who_writes_again_for_ever_fills_nobodys_disk(
    trio: list[Laptop],
    share: MemoryRemote,
    stick: MemoryRemote,
    twin: Laptop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ana, beto, carla = trio
    room = 1_500
    monkeypatch.setattr(View, "quota", lambda _view, _device: room)
    monkeypatch.setattr(LocalReplica, "_require_room", lambda *_all: None)
    for turn in range(6):
        twin.person(f"Allá {turn}")
        settle(stick, twin, ana, carla, rounds=1)
    beto.person("Aquí")
    beto.sync(share)
    meet(share, stick, by=(ana, beto, twin, carla))
    kept = ana.project.store.value("SELECT sum(length(raw)) FROM given_up")
    assert 0 < kept <= room
    left = ana.project.store.value(
        "SELECT count(DISTINCT hash) FROM reissued WHERE hash NOT IN (SELECT hash FROM given_up)"
    )
    assert left, "more was given up than there is room for"
    agree(ana, beto, twin, carla)
