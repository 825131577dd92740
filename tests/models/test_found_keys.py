"""Keys that went with a laptop, found by the simulation, each in the smallest story that showed it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.commands import membership, syncing
from sync import engine, layout
from sync.ids import token
from sync.roster.state import UnknownPast
from tests.models.laptops import PASSPHRASE, Cast, Laptop, agree, at_floor, join, lent, settle
from tests.sync.sharing import MemoryRemote


@pytest.fixture(scope="module")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Cast:
    return at_floor(tmp_path_factory, "coordinator", "secretary", "secretary")


@pytest.fixture
def quartet(cast: Cast, tmp_path: Path) -> Iterator[list[Laptop]]:
    """Two coordinators and two secretaries."""
    yield from lent(cast, tmp_path)


def share(founder: Laptop, *others: Laptop) -> MemoryRemote:
    remote = MemoryRemote()
    engine.found(founder.replica, remote)
    settle(remote, founder, *others, rounds=2)
    return remote


def test_what_was_sealed_under_a_key_that_went_with_its_coordinator_is_read(
    quartet: list[Laptop],
) -> None:
    """Beto shut Dora out and got the new key to Carla alone before he was shut out himself."""
    ana, beto, carla, dora = quartet
    remote = share(ana, beto, carla, dora)
    membership.revoke(beto.project, dora.device)
    beto.sync(remote)
    carla.sync(remote)
    key = carla.person("Ida")
    carla.sync(remote)
    # What Beto's laptop had no time to write.
    for path in remote.paths(f"keys/{token(beto.device)}/"):
        if not path.endswith(token(carla.device)):
            del remote.files[path]
    membership.revoke(ana.project, beto.device)
    report = ana.sync(remote)
    assert "batch-no-key" in {note.code for note in report.warnings}
    settle(remote, carla, ana, dora)
    assert ana.values(key)["name"] == "Ida"
    assert dora.values(key)["name"] == "Ida"
    agree(ana, carla, dora)


def test_a_space_goes_on_when_its_newest_key_went_with_a_coordinator(
    quartet: list[Laptop],
) -> None:
    """Ana could neither seal there nor, since that comes first, take in what others wrote."""
    ana, beto, carla, dora = quartet
    remote = share(ana, beto, carla, dora)
    membership.revoke(beto.project, dora.device)
    beto.sync(remote)
    carla.sync(remote)
    for path in remote.paths(f"keys/{token(beto.device)}/"):
        if not path.endswith(token(carla.device)):
            del remote.files[path]
    ana.sync(remote)
    mine, theirs = ana.person("Ida"), carla.person("Inés")
    settle(remote, carla, ana)
    assert ana.values(theirs)["name"] == "Inés"
    assert carla.values(mine)["name"] == "Ida"
    agree(ana, carla)


def test_a_new_epoch_leaves_out_the_key_that_nobody_has(quartet: list[Laptop]) -> None:
    """Nobody could begin another one, so nobody could write in that space ever again."""
    ana, beto, carla, dora = quartet
    remote = share(ana, beto, carla, dora)
    membership.revoke(beto.project, dora.device)
    beto.sync(remote)
    for path in remote.paths(f"keys/{token(beto.device)}/"):
        del remote.files[path]
    ana.sync(remote)
    membership.change_role(ana.project, carla.device, None, ["Arajuno"])
    membership.change_role(ana.project, carla.device, "facilitator", ["Arajuno"])
    membership.revoke(ana.project, beto.device)
    key = ana.person("Ida")
    settle(remote, ana, carla)
    assert carla.values(key)["name"] == "Ida"
    agree(ana, carla)


def test_recovering_by_paper_passes_over_what_is_torn_forged_or_void(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file that anybody put on the share kept a project from ever being recovered."""
    monkeypatch.setenv("KIPU_KDF", "floor")
    made = membership.create_project(tmp_path / "own", "Pastaza", "Rosa", PASSPHRASE)
    ana = Laptop(tmp_path / "own", made.project)
    membership.add_space(ana.project, "Arajuno")
    beto = join(ana, tmp_path / "beto", "Beto", "coordinator")
    carla = join(ana, tmp_path / "carla", "Carla", "secretary")
    remote = share(ana, beto, carla)
    key = carla.person("Ida")
    carla.sync(remote)
    membership.revoke(beto.project, carla.device)
    beto.sync(remote)
    membership.revoke(ana.project, beto.device)
    ana.sync(remote)
    place = layout.ROSTER + "/" + token(ana.device)
    remote.files[f"{layout.ROSTER}/{token(beto.device)}/00000009"] = remote.files[
        f"{place}/00000001"
    ]
    remote.files[f"{place}/00000099"] = b"torn"
    share_there = {"root_key": remote.files[layout.ROOT_KEY], **syncing.gathered(remote)}
    found = membership.recover_project(
        tmp_path / "new", share_there, made.project_code, "Inés", PASSPHRASE
    )
    recovered = Laptop(tmp_path / "new", found.project)
    settle(remote, recovered, carla, ana)
    assert recovered.values(key)["name"] == "Ida"
    agree(recovered, carla, ana)
    for one in (ana, beto, carla, recovered):
        one.close()


def test_recovering_by_paper_waits_for_whom_the_root_admitted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The root's next entry took the number of one that a share had lost."""
    monkeypatch.setenv("KIPU_KDF", "floor")
    made = membership.create_project(tmp_path / "own", "Pastaza", "Rosa", PASSPHRASE)
    ana = Laptop(tmp_path / "own", made.project)
    remote = share(ana)
    del remote.files[layout.roster_entry(bytes(16), 1)]
    with pytest.raises(UnknownPast):
        syncing.gathered(remote)
    ana.sync(remote)
    assert len(syncing.gathered(remote)["entries"]) == len(ana.project.roster.entries)
    ana.close()
