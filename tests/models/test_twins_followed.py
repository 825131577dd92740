"""What one life wrote again and another went on from: nobody gives it up, and all read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync import envelope, layout
from sync.replica import LogAt
from tests.models.laptops import Laptop, reopened, settle
from tests.models.test_incarnation import copy_of, names
from tests.models.test_twins import all_is_well, last_batch, lying, meet
from tests.models.test_twins import share as share
from tests.models.test_twins import stick as stick
from tests.models.test_twins import twin as twin
from tests.models.test_twins_cut import write
from tests.models.test_twins_hostile import Forger, again_at, only, person
from tests.reader.compared import same
from tests.sync.sharing import MemoryRemote


@pytest.fixture
def third(
    trio: list[Laptop], share: MemoryRemote, twin: Laptop, tmp_path: Path
) -> Iterator[Laptop]:
    """A copy of Beto's laptop made after another batch of his, which his first copy has not."""
    beto = trio[1]
    write(beto, share, "Aquí", 1)
    home = copy_of(beto, tmp_path / "third", with_witness=True)
    laptop = Laptop(home, reopened(home))
    yield laptop
    laptop.close()


@pytest.fixture
def parted(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop, third: Laptop
) -> set[str]:
    """Beto and his first copy both give way; the second one went on from what Beto gave up.

    Carla hears on the stick that both wrote again, before she sees what they wrote on the share.
    """
    write(third, share, "Encima", 3)
    write(twin, stick, "Allá", 1)
    settle(stick, trio[1], rounds=1)
    settle(share, twin, rounds=1)
    settle(stick, twin, trio[1], trio[2], rounds=1)
    return {"Común", "Aquí 0", "Allá 0", *(f"Encima {turn}" for turn in range(3))}


@pytest.mark.parametrize("poll", [False, True])
def test_who_hears_first_that_it_was_written_again_reads_it_all_the_same(
    trio: list[Laptop],
    share: MemoryRemote,
    stick: MemoryRemote,
    twin: Laptop,
    third: Laptop,
    parted: set[str],
    poll: bool,
    tmp_path: Path,
) -> None:
    ana, beto, carla = trio
    settle(share, ana, rounds=1)
    meet(share, stick, by=(carla, ana), poll=poll)
    all_is_well(ana, carla, expected=parted)
    for place in (share, stick):
        same(lying(place, tmp_path / place.name), carla.project)
    meet(share, stick, by=(third, twin, beto, ana, carla), poll=poll)
    all_is_well(ana, beto, carla, twin, third, expected=parted)


def test_the_last_of_what_follows_is_torn(
    trio: list[Laptop], share: MemoryRemote, third: Laptop, parted: set[str]
) -> None:
    path = last_batch(third)
    share.files[path] = share.files[path][:-1]
    settle(share, trio[2], third, rounds=2)
    assert set(names(trio[2])) == parted


@pytest.mark.parametrize("kept", [False, True])
def test_what_follows_lies_there_no_more(
    trio: list[Laptop], share: MemoryRemote, third: Laptop, parted: set[str], kept: bool
) -> None:
    """Or one of it does not: it is asked for."""
    at = log_of(third)
    for number in [at.number - 2, *([] if kept else [at.number - 1, at.number])]:
        del share.files[layout.batch(at.space, at.log, number)]
    settle(share, trio[2], third, rounds=3)
    assert set(names(trio[2])) == parted


def test_junk_behind_it_hides_nothing(
    trio: list[Laptop], share: MemoryRemote, third: Laptop, parted: set[str]
) -> None:
    at = log_of(third)
    share.files[layout.batch(at.space, at.log, 99)] = b"junk"
    settle(share, trio[2], third)
    assert set(names(trio[2])) == parted


def test_a_log_given_up_from_its_first_batch_on_that_somebody_named_before(
    trio: list[Laptop], share: MemoryRemote
) -> None:
    """Who only heard of the log, in what another one had seen, takes it as well."""
    ana, beto, carla = trio
    new, old = Forger(beto), Forger(beto)  # as Beto's own lives would have written them
    first, second = old.batch(person("Uno")), old.batch(person("Dos"))
    again = new.batch(says=[again_at(first, 1)], like=only(beto, first))
    for number, raw in enumerate((first, second), 1):
        share.files[layout.batch(beto.space(), old.log, number)] = raw
    ana.sync(share)
    ana.person("De Ana")
    ana.replica.seal()
    [*_others, of_ana] = (
        raw for raw in ana.batches() if envelope.parse(raw).header.device == ana.device
    )
    for raw in (again, of_ana):
        carla.replica.receive(raw)
    share.files[layout.batch(beto.space(), new.log, 1)] = again
    settle(share, carla, ana)
    assert sorted(names(carla)) == sorted(names(ana)) == ["De Ana", "Dos", "Uno"]


def test_a_log_that_is_written_here_is_not_gone_on_with(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop, third: Laptop
) -> None:
    """What follows lies in a relay only, where nobody looks for another life: it is one all the same."""
    _ana, beto, carla = trio
    ours = log_of(twin)
    write(third, share, "Encima", 1)
    carla.sync(share)
    beto.project.begin_incarnation({ours.log: 2})
    settle(stick, beto, twin, carla, twin, rounds=1)
    assert set(names(twin)) == {"Común", "Aquí 0", "Encima 0"}
    assert not [
        at for at in twin.replica.logs(twin.space()) if at.log == ours.log and at.is_writing
    ]


def test_what_was_given_up_and_lies_in_a_relay_only_is_not_asked_for(
    trio: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, carla = trio
    new, old = Forger(beto), Forger(beto)
    first = old.batch(person("Uno"))
    share.files[layout.batch(beto.space(), new.log, 1)] = new.batch(
        says=[again_at(first, 1)], like=only(beto, first)
    )
    ana.sync(share)
    share.files[layout.relayed(carla.device, old.log, 1)] = first
    settle(share, ana, carla, rounds=3)
    share.lists.clear()
    assert ana.sync(share, poll=True).warnings == []
    assert len(share.lists) < 5


def log_of(laptop: Laptop) -> LogAt:
    """How far a laptop's own log goes."""
    log = laptop.project.ledger.author.log(laptop.space())
    return next(at for at in laptop.replica.logs(laptop.space()) if at.log == log)
