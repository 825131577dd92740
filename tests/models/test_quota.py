"""What one laptop may fill of everybody's disks has an end, and a coordinator moves it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.errors import KipuError
from app.models import quotas
from app.models.commands import attachments as attaching
from app.models.commands import membership
from app.models.faults import sentence
from app.models.ledger import RecordKey
from sync import engine
from sync.remotes.folder import FolderRemote
from tests.models.laptops import Laptop, agree, join, settle, shared


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


def attach(laptop: Laptop, size: int) -> RecordKey:
    owner = laptop.person("Nayra")
    attaching.attach(laptop.project, owner, os.urandom(size), "foto.jpg")
    return owner


def here(laptop: Laptop) -> int:
    """How many of the files that records name lie on this laptop."""
    return sum(map(laptop.replica.holds_attachment, laptop.replica.attachments()))


def words_of(laptop: Laptop) -> int:
    return sum(len(raw) for raw in laptop.batches())


def test_files_count_and_words_go_first(three: list[Laptop]) -> None:
    ana, beto, caya = three
    remote = shared(*three)
    attach(beto, 20_000)
    settle(remote, *three)
    membership.set_quota(ana.project, beto.device, words_of(beto) + 40_000)
    settle(remote, *three)
    attach(beto, 30_000)
    last = beto.person("Rosa")
    reports = [one.sync(remote) for one in (beto, ana, caya)]
    # The file goes nowhere, and whoever meets its name is told why.
    assert len(remote.paths("files")) == 1
    for report in reports:
        [note] = [note for note in report.warnings if note.code == "over-quota.files"]
        assert note.params["device"] == "L2"
        assert "files" in sentence(note.code, note.params)
    assert [here(one) for one in (ana, beto, caya)] == [1, 2, 1]
    assert [one.values(last)["name"] for one in (ana, caya)] == ["Rosa", "Rosa"]
    agree(*three)
    membership.set_quota(ana.project, beto.device, words_of(beto) + 80_000)
    settle(remote, *three)
    assert [here(one) for one in three] == [2, 2, 2]


def test_what_came_first_stays_and_what_comes_after_is_beyond(three: list[Laptop]) -> None:
    """The order in which they were named decides, not which is small or comes along first."""
    ana, beto, caya = three
    remote = shared(*three)
    membership.set_quota(ana.project, beto.device, 60_000)
    settle(remote, *three)
    attach(beto, 50_000)
    attach(beto, 900)
    attach(beto, 30_000)
    attach(beto, 600)
    settle(remote, *three)
    assert here(ana) == here(caya) == 2
    newest = sorted(
        one.size for one in ana.replica.attachments() if ana.replica.holds_attachment(one)
    )
    assert newest == [900, 50_000]


def test_a_file_that_another_may_put_is_carried(three: list[Laptop]) -> None:
    ana, beto, caya = three
    remote = shared(*three)
    membership.set_quota(ana.project, beto.device, 5_000)
    settle(remote, *three)
    data = os.urandom(30_000)
    owners = [one.person("Nayra") for one in (beto, caya)]
    for one, owner in zip((beto, caya), owners, strict=True):
        attaching.attach(one.project, owner, data, "foto.jpg")
    settle(remote, *three)
    assert [here(one) for one in three] == [1, 1, 1]


def test_nobody_was_told_a_quota_and_files_are_not_even_counted(
    three: list[Laptop], monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, beto, caya = three
    remote = shared(*three)
    attach(beto, 30_000)
    monkeypatch.setattr(quotas, "_named", lambda _project: pytest.fail("counted"))
    settle(remote, *three)
    monkeypatch.undo()
    # As it stands by itself, with more files than one device may put into a space.
    monkeypatch.setattr("app.models.quotas.WITH_FILES_BYTES", 2**30)
    monkeypatch.setattr("sync.roster.view.WITH_FILES_BYTES", 20_000)
    attach(beto, 30_000)
    settle(remote, ana, beto, caya)
    assert [here(one) for one in three] == [1, 2, 1]


def test_a_snapshot_brings_no_more_than_the_batches_would(
    three: list[Laptop], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIPU_KDF", "floor")
    monkeypatch.setattr("sync.exchange_snapshots.WORTH_IT", 1)
    monkeypatch.setattr("sync.exchange_snapshots.MOST_A_BATCH", 1000)
    ana, beto, caya = three
    remote = shared(*three)
    mine, kept = beto.person("Nayra"), caya.person("Rosa")
    settle(remote, *three)
    engine.synchronise(ana.replica, remote, compact=True)
    assert remote.paths("snapshots")
    membership.set_quota(ana.project, beto.device, 1)
    settle(remote, *three)
    assert ana.values(mine)["name"] == "Nayra"
    newcomer = join(ana, tmp_path / "l9", "Nueva", "observer")
    report = newcomer.sync(remote)
    unusable = [note.params["reason"] for note in report.warnings if "snapshot" in note.code]
    assert "over-quota" in unusable
    assert [note.code for note in report.quarantined] == ["over-quota"]
    assert newcomer.values(kept)["name"] == "Rosa"
    with pytest.raises(KipuError):
        newcomer.values(mine)
    newcomer.verify()
    membership.set_quota(ana.project, beto.device, 10**6)
    settle(remote, *three, newcomer)
    agree(*three, newcomer)
    newcomer.close()


def test_only_a_coordinator_sets_it_and_not_to_nothing(three: list[Laptop]) -> None:
    ana, beto, _carla = three
    with pytest.raises(KipuError, match="coordinator"):
        membership.set_quota(beto.project, ana.device, 10**6)
    with pytest.raises(KipuError, match="at least one"):
        membership.set_quota(ana.project, beto.device, 0)
