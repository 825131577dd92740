"""What one laptop may fill of everybody's disks has an end, and a coordinator moves it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import KipuError
from app.models.commands import membership
from sync import engine
from sync.remotes.folder import FolderRemote
from tests.models.laptops import Cast, Laptop, agree, make_cast, settle


@pytest.fixture(scope="module")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Cast:
    return make_cast(tmp_path_factory.mktemp("cast"), "facilitator", "facilitator")


@pytest.fixture
def trio(cast: Cast, tmp_path: Path) -> Iterator[list[Laptop]]:
    laptops = cast.copy(tmp_path)
    yield laptops
    for one in laptops:
        one.close()


def test_beyond_its_quota_a_laptop_is_set_aside_and_let_in_again(
    trio: list[Laptop], tmp_path: Path
) -> None:
    ana, beto, carla = trio
    (tmp_path / "share").mkdir()
    share = FolderRemote(tmp_path / "share", "tests")
    engine.found(ana.replica, share)
    first = beto.person("Nayra")
    settle(share, *trio)
    membership.set_quota(ana.project, beto.device, sum(map(len, beto.batches())) + 100)
    ana.sync(share)
    second = beto.person("Rosa")
    beto.sync(share)
    own = carla.person("Lucía")
    for one in (ana, carla):
        report = one.sync(share)
        (note,) = report.quarantined
        assert (note.code, note.params["device"]) == ("over-quota", "L2")
        assert one.values(first)["name"] == "Nayra"
        with pytest.raises(KipuError):
            one.values(second)
        one.verify()
    membership.set_quota(ana.project, beto.device, 1_000_000)
    settle(share, *trio)
    assert ana.values(second)["name"] == "Rosa"
    assert ana.values(own)["name"] == "Lucía"
    agree(*trio)


def test_only_a_coordinator_sets_it_and_not_to_nothing(trio: list[Laptop]) -> None:
    ana, beto, _carla = trio
    with pytest.raises(KipuError, match="coordinator"):
        membership.set_quota(beto.project, ana.device, 10**6)
    with pytest.raises(KipuError, match="at least one"):
        membership.set_quota(ana.project, beto.device, 0)
