"""What one laptop may fill of everybody's disks has an end, and a coordinator moves it."""

from __future__ import annotations

import pytest

from app.errors import KipuError
from app.models.commands import membership
from sync.remotes.folder import FolderRemote
from tests.models.laptops import Laptop, agree, settle


def test_beyond_its_quota_a_laptop_is_set_aside_and_let_in_again(
    three: list[Laptop], folder: FolderRemote
) -> None:
    ana, beto, carla = three
    first = beto.person("Nayra")
    settle(folder, *three)
    membership.set_quota(ana.project, beto.device, sum(map(len, beto.batches())) + 100)
    ana.sync(folder)
    second = beto.person("Rosa")
    beto.sync(folder)
    own = carla.person("Lucía")
    for one in (ana, carla):
        report = one.sync(folder)
        (note,) = report.quarantined
        assert (note.code, note.params["device"]) == ("over-quota", "L2")
        assert one.values(first)["name"] == "Nayra"
        with pytest.raises(KipuError):
            one.values(second)
        one.verify()
    membership.set_quota(ana.project, beto.device, 1_000_000)
    settle(folder, *three)
    assert ana.values(second)["name"] == "Rosa"
    assert ana.values(own)["name"] == "Lucía"
    agree(*three)


def test_only_a_coordinator_sets_it_and_not_to_nothing(three: list[Laptop]) -> None:
    ana, beto, _carla = three
    with pytest.raises(KipuError, match="coordinator"):
        membership.set_quota(beto.project, ana.device, 10**6)
    with pytest.raises(KipuError, match="at least one"):
        membership.set_quota(ana.project, beto.device, 0)
