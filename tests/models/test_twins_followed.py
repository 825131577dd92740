"""What one life wrote again and another went on from: nobody gives it up, and all read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.models.laptops import Laptop, reopened, settle
from tests.models.test_incarnation import copy_of
from tests.models.test_twins import all_is_well, lying, meet
from tests.models.test_twins import share as share
from tests.models.test_twins import stick as stick
from tests.models.test_twins import twin as twin
from tests.models.test_twins_cut import write
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
) -> list[str]:
    """Beto and his first copy both give way; the second one went on from what Beto gave up."""
    write(third, share, "Encima", 3)
    write(twin, stick, "Allá", 1)
    settle(stick, trio[1], rounds=1)
    settle(share, twin, rounds=1)
    settle(stick, twin, trio[1], rounds=1)
    return ["Común", "Aquí 0", "Allá 0", *(f"Encima {turn}" for turn in range(3))]


@pytest.mark.parametrize("poll", [False, True])
def test_who_hears_first_that_it_was_written_again_reads_it_all_the_same(
    trio: list[Laptop],
    share: MemoryRemote,
    stick: MemoryRemote,
    parted: list[str],
    poll: bool,
    tmp_path: Path,
) -> None:
    ana, _beto, carla = trio
    settle(share, ana, rounds=1)
    settle(stick, carla, rounds=1)
    meet(share, stick, by=(carla, ana), poll=poll)
    all_is_well(ana, carla, expected=set(parted))
    for place in (share, stick):
        same(lying(place, tmp_path / place.name), carla.project)
