"""A coordinator who had erased is lost: others see it through, everywhere, and the reports settle."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.commands import erasing, membership, syncing
from app.models.ledger import RecordKey
from app.models.queries import erasures as status
from app.models.queries import records as reading
from sync import columns, engine, envelope, layout
from sync.ids import token
from sync.ports import RemoteMissing, fault
from sync.values import ERASED
from tests.models.laptops import PASSPHRASE, Laptop, agree, found, join, settle
from tests.models.test_erasing import plain, words_held
from tests.sync.sharing import MemoryRemote

SECRET = "Yolanda Tanguila"


class Leaving(MemoryRemote):
    """A share that cannot be reached any more by whoever writes over a batch there."""

    def __init__(self) -> None:
        super().__init__()
        self.is_leaving = False

    def replace(self, path: str, data: bytes) -> None:
        if self.is_leaving and path.startswith("spaces/"):
            raise fault(RemoteMissing, self.name, path)
        super().replace(path, data)


@pytest.fixture
def place(five: list[Laptop]) -> Leaving:
    remote = Leaving()
    engine.found(five[0].replica, remote)
    settle(remote, *five)
    return remote


def ordered_by_one_who_left(place: Leaving, five: list[Laptop]) -> RecordKey:
    """Somebody erases, and is gone before what takes the value's place lies anywhere."""
    _ana, beto, _carla, _dan, eva = five
    key = beto.person(SECRET)
    beto.edit(key, phone="0998")
    settle(place, *five)
    erasing.erase(eva.project, key, ("name",))
    place.is_leaving = True
    with pytest.raises(RemoteMissing):
        eva.sync(place)
    place.is_leaving = False
    return key


def is_gone(key: RecordKey, *laptops: Laptop) -> bool:
    return all(
        reading.state(one.project, key).values["name"] is ERASED and SECRET not in words_held(one)
        for one in laptops
    )


def told(coordinator: Laptop, *laptops: Laptop) -> bool:
    """Whether every order is said to be carried out by all of these."""
    devices = {one.device for one in laptops}
    orders = status.orders(coordinator.project)
    return bool(orders) and all(
        holder.done for order in orders for holder in order.holders if holder.device in devices
    )


@pytest.mark.parametrize("is_shut_out", [False, True])
def test_another_coordinator_sees_it_through(
    five: list[Laptop], place: Leaving, is_shut_out: bool
) -> None:
    """The order named a replacement that nobody had: the value stayed everywhere, for ever."""
    key = ordered_by_one_who_left(place, five)
    ana, beto, carla, dan, eva = five
    if is_shut_out:
        ana.sync(place)
        membership.revoke(ana.project, eva.device)
    left = (ana, beto, carla, dan)
    settle(place, *left)
    assert is_gone(key, *left)
    assert told(ana, *left)
    agree(*left)
    entries = len(ana.project.roster.entries)
    settle(place, *left)
    assert len(ana.project.roster.entries) == entries


def test_who_was_away_comes_back_to_two_orders_and_follows(
    five: list[Laptop], place: Leaving
) -> None:
    key = ordered_by_one_who_left(place, five)
    ana, beto, *_others, eva = five
    settle(place, ana, beto)
    assert is_gone(key, ana, beto)
    eva.edit(key, notes="volvió")
    settle(place, *five)
    assert is_gone(key, *five)
    assert told(ana, *five)
    assert told(eva, *five)
    agree(*five)


def test_what_is_ordered_and_lies_there_is_carried_out_and_not_ordered_again(
    five: list[Laptop], place: Leaving
) -> None:
    """Every coordinator ordered it anew, as long as they had the value themselves."""
    ana, beto, _carla, _dan, eva = five
    key = beto.person(SECRET)
    settle(place, *five)
    erasing.erase(eva.project, key, ("name",))
    settle(place, eva, *five)
    assert len([one for one in ana.project.roster.entries if one.type == "erase"]) == 1
    assert is_gone(key, *five)
    assert told(ana, *five)


def test_recovery_by_paper_goes_on_with_what_was_erased(tmp_path: Path) -> None:
    made = membership.create_project(tmp_path / "l1", "Pastaza", "Rosa Andi", PASSPHRASE)
    membership.add_space(made.project, "Arajuno")
    ana = Laptop(tmp_path / "l1", made.project)
    beto = join(ana, tmp_path / "l2", "Beto", "secretary")
    place = Leaving()
    engine.found(ana.replica, place)
    key = beto.person(SECRET)
    settle(place, ana, beto)
    erasing.erase(ana.project, key, ("name",))
    place.is_leaving = True
    with pytest.raises(RemoteMissing):
        ana.sync(place)
    place.is_leaving = False
    ana.close()
    raw = place.read(layout.ROOT_KEY, 1 << 16)
    share = {"root_key": raw, **syncing.gathered(place)}
    back = membership.recover_project(
        tmp_path / "r1", share, made.project_code, "Eva", PASSPHRASE
    ).project
    eva = Laptop(tmp_path / "r1", back)
    membership.revoke(eva.project, ana.device)
    settle(place, eva, beto)
    assert is_gone(key, eva, beto)
    assert told(eva, beto)
    agree(eva, beto)
    for one in (beto, eva):
        one.close()


def test_a_lone_coordinator_finds_nothing_to_order_again(tmp_path: Path) -> None:
    ana = found(tmp_path)
    place = MemoryRemote()
    engine.found(ana.replica, place)
    key = ana.person(SECRET)
    ana.sync(place)
    erasing.erase(ana.project, key, ("name",))
    for _turn in range(3):
        ana.sync(place)
    assert len([one for one in ana.project.roster.entries if one.type == "erase"]) == 1
    ana.close()


def test_what_is_relayed_after_the_sweep_goes_too(place: Leaving, five: list[Laptop]) -> None:
    """A slow share showed the copy only when the coordinator had put the erased one over the others."""
    ana, beto, carla, _dan, _eva = five
    key = beto.person(SECRET)
    settle(place, *five)
    [lying] = [path for path, raw in place.files.items() if says(ana, raw)]
    original = place.files[lying]
    header = envelope.parse(original).header
    erasing.erase(ana.project, key, ("name",))
    settle(place, *five)
    assert not any(says(ana, raw) for raw in place.files.values())
    relayed = layout.relayed(carla.device, header.log, header.number)
    place.files[relayed] = original
    ana.sync(place)
    assert place.files[relayed] == place.files[lying]
    before = dict(place.files)
    ana.sync(place)
    assert place.files == before


@pytest.mark.parametrize("both_erase", [False, True])
def test_what_waits_for_a_key_stops_no_sync(
    five: list[Laptop], place: Leaving, both_erase: bool
) -> None:
    """An order's words are sealed, and the key for that had not come: the whole sync was refused."""
    ana, beto, _carla, dan, eva = five
    key = beto.person(SECRET)
    beto.edit(key, phone="0998")
    settle(place, *five)
    beto.edit(key, name=f"{SECRET} Grefa")
    erasing.erase(ana.project, key, ("name",))
    if both_erase:
        erasing.erase(eva.project, key, ("phone",))
    before = set(place.files)
    membership.revoke(eva.project, dan.device)
    eva.sync(place)
    ours = {path for path in place.files if path.startswith("keys/")} - before
    held_back = {path: place.files.pop(path) for path in ours if token(ana.device) in path}
    assert held_back
    beto.sync(place)
    ana.sync(place)
    place.files.update(held_back)
    settle(place, ana, beto, eva)
    assert is_gone(key, ana, beto, eva)
    assert not any(says(ana, raw) for raw in place.files.values())


def says(laptop: Laptop, raw: bytes) -> bool:
    """Whether these bytes are a batch that says it, to who has the keys."""
    if raw[:4] != envelope.MAGIC:
        return False
    return SECRET in repr(columns.decode(plain(laptop, raw)).transactions)
