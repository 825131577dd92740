"""A share lost what one life sent, and the other wrote in its place: both are read by all."""

from __future__ import annotations

import pytest

from tests.models.laptops import Laptop, settle
from tests.models.test_twins import all_is_well, last_batch, meet
from tests.models.test_twins import share as share
from tests.models.test_twins import stick as stick
from tests.models.test_twins import twin as twin
from tests.models.test_twins_cut import write
from tests.sync.sharing import MemoryRemote


@pytest.fixture
def covered(trio: list[Laptop], share: MemoryRemote, twin: Laptop) -> Laptop:
    """Beto, of whose batch nobody has read; Carla read the other, which lies in its place."""
    beto, carla = trio[1:]
    write(beto, share, "Tapada", 1)
    del share.files[last_batch(beto)]
    write(twin, share, "En su lugar", 1)
    settle(share, carla, rounds=1)
    return beto


@pytest.mark.parametrize("later", [0, 1, 2])
@pytest.mark.parametrize("order", ["cab", "ctab", "tcab", "bcat"])
def test_what_was_covered_is_read_by_all(
    trio: list[Laptop],
    share: MemoryRemote,
    twin: Laptop,
    covered: Laptop,
    later: int,
    order: str,
) -> None:
    """However far its writer went on, and whenever the other life comes back, if at all."""
    ana, beto, carla = trio
    for turn in range(later):
        covered.person(f"Después {turn}")
        covered.sync(share, poll=True)
    here = [{"a": ana, "b": beto, "c": carla, "t": twin}[one] for one in order]
    meet(share, by=here)
    expected = {"Común", "Tapada 0", "En su lugar 0", *(f"Después {n}" for n in range(later))}
    all_is_well(*here, expected=expected)


def test_a_relayed_batch_that_was_given_up_since_is_put_right_for_who_asks(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    """Ana meets only the stick, where Carla relayed what has another batch's number by now."""
    ana, beto, carla = trio
    write(twin, share, "Allá", 1)
    settle(share, carla, rounds=1)
    settle(stick, carla, ana, rounds=1)
    del share.files[last_batch(twin)]
    write(beto, share, "Aquí", 2)
    settle(share, twin, carla, beto)
    settle(stick, carla, ana, rounds=3)
    all_is_well(ana, carla, expected={"Común", "Allá 0", "Aquí 0", "Aquí 1"})


def test_two_lives_that_part_are_no_word_of_a_share_gone_back(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    ana, beto, carla = trio
    beto.person("Aquí")
    settle(share, beto, ana, rounds=1)
    twin.person("Allá")
    settle(stick, twin, carla, rounds=1)
    reports = [one.sync(place) for one in (ana, carla) for place in (stick, share)]
    said = {note.code for report in reports for note in report.warnings}
    assert "share-rolled-back" not in said
