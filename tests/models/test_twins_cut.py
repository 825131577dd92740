"""A laptop with two lives is shut out before either learns of the other: all go by the cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.commands import membership
from tests.models.laptops import PARISH, Laptop, join, reopened, settle
from tests.models.test_incarnation import copy_of, names
from tests.models.test_twins import all_is_well, last_batch, lying, meet
from tests.models.test_twins import share as share
from tests.models.test_twins import stick as stick
from tests.models.test_twins import twin as twin
from tests.reader.compared import same
from tests.sync.sharing import MemoryRemote


def observe(coordinator: Laptop, other: Laptop) -> None:
    membership.change_role(coordinator.project, other.device, "observer", [PARISH])


def write(laptop: Laptop, place: MemoryRemote, word: str, batches: int) -> None:
    for turn in range(batches):
        laptop.person(f"{word} {turn}")
        laptop.sync(place)


def part(trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop) -> None:
    """Each life writes under one number: Ana, who coordinates, reads the one, Carla the other."""
    ana, beto, carla = trio
    beto.person("Aquí")
    settle(share, beto, ana, rounds=1)
    twin.person("Allá")
    settle(stick, twin, carla, rounds=1)


@pytest.mark.parametrize(("here", "there"), [(1, 1), (1, 3), (3, 1), (3, 3)])
def test_what_its_coordinator_knew_stays(
    trio: list[Laptop],
    share: MemoryRemote,
    stick: MemoryRemote,
    twin: Laptop,
    tmp_path: Path,
    here: int,
    there: int,
) -> None:
    """However far either life went."""
    ana, beto, carla = trio
    write(beto, share, "Aquí", here)
    ana.sync(share)
    write(twin, stick, "Allá", there)
    carla.sync(stick)
    observe(ana, beto)
    meet(share, stick, by=(ana, beto, twin, carla))
    all_is_well(ana, beto, twin, carla, expected={"Común", *(f"Aquí {n}" for n in range(here))})
    for place in (share, stick):
        same(lying(place, tmp_path / place.name), ana.project)


def test_neither_life_comes_back(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop, tmp_path: Path
) -> None:
    """Who read the other life sets its batch aside, and nothing goes round in circles."""
    ana, beto, carla = trio
    part(trio, share, stick, twin)
    path = last_batch(twin)
    observe(ana, beto)
    meet(share, stick, by=(ana, carla))
    all_is_well(ana, carla, expected={"Común", "Aquí"})
    kept = carla.project.store.rows("SELECT code, raw FROM quarantine")
    assert ("batch-forked", stick.files[path]) in kept
    same(lying(stick, tmp_path), carla.project)
    before = dict(share.files), dict(stick.files)
    meet(share, stick, by=(ana, carla), rounds=1)
    assert before == (share.files, stick.files)


@pytest.mark.parametrize(("here", "there"), [(1, 1), (1, 2), (2, 1), (2, 2)])
@pytest.mark.parametrize("is_named", [False, True])
def test_what_neither_life_may_write_any_more_is_the_same_everywhere(
    trio: list[Laptop],
    share: MemoryRemote,
    stick: MemoryRemote,
    twin: Laptop,
    tmp_path: Path,
    here: int,
    there: int,
    is_named: bool,
) -> None:
    """Both wrote beyond the cut, or where nobody who cut had read anything, and stay away."""
    ana, beto, carla = trio
    dan = join(ana, tmp_path / "dan", "Dan", "secretary")
    settle(share, ana, dan)
    settle(stick, ana, dan)
    if not is_named:
        beto.project.begin_incarnation()
        home = copy_of(beto, tmp_path / "second", with_witness=True)
        twin = Laptop(home, reopened(home))
    observe(ana, beto)
    write(beto, share, "Aquí", here)
    dan.sync(share)
    write(twin, stick, "Allá", there)
    carla.sync(stick)
    meet(share, stick, by=(ana, carla, dan))
    all_is_well(ana, carla, dan, expected={"Común"})
    for place in (share, stick):
        same(lying(place, tmp_path / place.name), ana.project)
    before = dict(share.files), dict(stick.files)
    meet(share, stick, by=(ana, carla, dan), rounds=1)
    assert before == (share.files, stick.files)
    dan.close()
    twin.close()


def test_a_role_that_may_still_write_takes_nothing_from_anybody(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    """Each change of a role names where logs end; only beyond a shut door does nothing count."""
    ana, beto, carla = trio
    part(trio, share, stick, twin)
    membership.change_role(ana.project, beto.device, "facilitator", [PARISH])
    meet(share, stick, by=(ana, carla))
    assert set(names(carla)) == {"Común", "Allá"}
    meet(share, stick, by=(ana, beto, twin, carla))
    all_is_well(ana, beto, twin, carla, expected={"Común", "Aquí", "Allá"})


def test_both_had_given_way(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    """Each life has written its own again elsewhere when the cut, of before, reaches them."""
    ana, beto, carla = trio
    part(trio, share, stick, twin)
    observe(ana, beto)
    beto.sync(stick)
    twin.sync(share)
    meet(share, stick, by=(beto, twin, carla), rounds=2)
    meet(share, stick, by=(ana, carla, beto, twin))
    all_is_well(ana, beto, twin, carla, expected={"Común", "Aquí"})


def test_the_life_that_was_known_gave_way_unheard(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    """The other holds the log, and gives way when it hears of the cut."""
    ana, beto, carla = trio
    part(trio, share, stick, twin)
    settle(stick, beto, twin, carla, rounds=1)
    observe(ana, beto)
    meet(share, stick, by=(ana, carla, twin, beto))
    all_is_well(ana, beto, twin, carla, expected={"Común", "Aquí"})
