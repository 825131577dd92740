"""Syncing over shares that are empty, wrong, torn, rolled back, copied or founded anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import KipuError
from app.models.commands import membership, syncing
from app.models.queries import records as reading
from sync import engine, layout
from sync.engine import AlreadyFounded, NotAShare, OtherShare
from sync.ids import token
from sync.ports import RemoteMissing
from tests.models.laptops import PASSPHRASE, Laptop, agree, found, settle
from tests.sync.sharing import MemoryRemote


def codes(report: engine.Report) -> list[str]:
    return sorted({note.code for note in (*report.warnings, *report.quarantined)})


def batches_of(remote: MemoryRemote, laptop: Laptop) -> list[str]:
    log = laptop.project.ledger.author.log(laptop.space())
    return remote.paths(f"{layout.logs_of(laptop.space())}/{token(log)}/")


def has(laptop: Laptop, key: object) -> bool:
    try:
        reading.rid(laptop.project, key)  # type: ignore[arg-type]
    except KipuError:
        return False
    return True


# --- what went where -------------------------------------------------------------------------------


def test_a_record_reaches_everyone_and_the_report_counts_it(
    trio: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, carla = trio
    key = beto.person("José")
    sent = beto.sync(share)
    assert (sent.sent.batches, sent.sent.changes, codes(sent)) == (1, 1, [])
    got = ana.sync(share)
    assert (got.received.batches, got.received.changes, codes(got)) == (1, 1, [])
    again = ana.sync(share)
    assert (again.sent.batches, again.received.batches) == (0, 0)
    carla.sync(share)
    assert carla.values(key) == {"name": "José"}
    agree(*trio)


def test_a_second_sync_writes_nothing(trio: list[Laptop], share: MemoryRemote) -> None:
    trio[0].person("Ana")
    settle(share, *trio)
    share.writes.clear()
    settle(share, *trio, rounds=1)
    assert share.writes == []


@pytest.mark.parametrize("writes", range(12))
def test_a_sync_cut_off_after_any_write_is_simply_done_again(
    trio: list[Laptop], writes: int
) -> None:
    ana, beto, _carla = trio
    remote = MemoryRemote()
    engine.found(ana.replica, remote)
    keys = [ana.person("Uno")]
    ana.replica.seal()
    keys.append(ana.person("Dos"))
    remote.fail_after = writes
    with pytest.raises(RemoteMissing):
        ana.sync(remote)
    remote.fail_after = None
    settle(remote, *trio, rounds=2)
    assert all(has(beto, key) for key in keys)
    agree(*trio)


# --- the wrong place -------------------------------------------------------------------------------


def test_an_empty_place_is_not_a_share_and_nothing_is_written(trio: list[Laptop]) -> None:
    remote = MemoryRemote()
    trio[0].person("Ana")
    with pytest.raises(NotAShare):
        trio[0].sync(remote)
    assert remote.files == {}


def test_a_share_whose_sentinel_vanished_is_not_synced(
    trio: list[Laptop], share: MemoryRemote
) -> None:
    key = trio[0].person("Ana")
    settle(share, *trio)
    share.files.clear()
    for one in trio:
        with pytest.raises(NotAShare):
            one.sync(share)
        assert has(one, key)
    assert share.files == {}


def test_an_unmounted_share_is_said_to_be_missing(trio: list[Laptop], share: MemoryRemote) -> None:
    share.mounted = False
    with pytest.raises(RemoteMissing):
        trio[1].sync(share)


def test_another_projects_share_is_refused(trio: list[Laptop], tmp_path: Path) -> None:
    other = found(tmp_path / "other")
    remote = MemoryRemote()
    engine.found(other.replica, remote)
    before = dict(remote.files)
    with pytest.raises(OtherShare):
        trio[0].sync(remote)
    assert remote.files == before
    other.close()


def test_a_sentinel_signed_by_no_coordinator_founds_nothing(trio: list[Laptop]) -> None:
    remote = MemoryRemote()
    engine.found(trio[1].replica, remote)
    with pytest.raises(NotAShare):
        trio[0].sync(remote)


def test_a_coordinator_by_promotion_can_found_a_share(
    trio: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, carla = trio
    membership.change_role(ana.project, beto.device, "coordinator", ())
    settle(share, *trio)
    second = MemoryRemote("second")
    engine.found(beto.replica, second)
    settle(second, *trio)
    key = carla.person("Eva")
    settle(second, *trio)
    assert has(ana, key)


def test_a_founding_that_was_cut_off_can_be_done_again(trio: list[Laptop]) -> None:
    remote = MemoryRemote()
    engine.found(trio[0].replica, remote)
    with pytest.raises(AlreadyFounded):
        engine.found(trio[0].replica, remote)
    remote.tear(layout.SENTINEL, 30)
    with pytest.raises(NotAShare):
        trio[0].sync(remote)
    engine.found(trio[0].replica, remote)
    trio[0].sync(remote)


def test_a_share_founded_anew_is_filled_again_and_said_to_be_new(
    trio: list[Laptop], share: MemoryRemote
) -> None:
    keys = [one.person(f"Persona {n}") for n, one in enumerate(trio)]
    settle(share, *trio)
    share.files.clear()
    engine.found(trio[0].replica, share)
    assert "share-founded-anew" in codes(trio[0].sync(share))
    settle(share, *trio)
    for one in trio:
        assert len(batches_of(share, one)) == 1
        assert all(has(one, key) for key in keys)
    agree(*trio)


# --- lost files ------------------------------------------------------------------------------------


def work(trio: list[Laptop], share: MemoryRemote, rounds: int = 4) -> list[object]:
    keys: list[object] = []
    for number in range(rounds):
        keys += [one.person(f"Persona {number}") for one in trio]
        settle(share, *trio, rounds=1)
    settle(share, *trio)
    return keys


@pytest.mark.parametrize(
    "lost", ["newest", "oldest", "whole log", "all batches", "heads", "roster"]
)
def test_what_a_share_lost_is_put_back_and_said(
    trio: list[Laptop], share: MemoryRemote, lost: str, tmp_path: Path
) -> None:
    ana, beto, _carla = trio
    keys = work(trio, share)
    mine = batches_of(share, beto)
    gone = {
        "newest": mine[-2:], "oldest": mine[:2], "whole log": mine,
        "all batches": share.paths("spaces/"), "heads": share.paths("heads/"),
        "roster": share.paths("roster/"),
    }[lost]  # fmt: skip
    kept = {path: share.files.pop(path) for path in gone}
    report = beto.sync(share)
    if lost not in ("heads", "roster"):
        assert "share-rolled-back" in codes(report)
    settle(share, *trio)
    for path, raw in kept.items():
        assert share.files.get(path) == raw
    # Whoever comes new finds it all.
    newcomer = joined(ana, tmp_path / "new", share)
    assert all(has(newcomer, key) for key in keys)
    agree(*trio, newcomer)
    newcomer.close()


def joined(by: Laptop, home: Path, share: MemoryRemote) -> Laptop:
    from tests.models.laptops import join

    newcomer = join(by, home, "Nueva", "secretary")
    by.sync(share)
    newcomer.sync(share)
    return newcomer


def test_others_heal_what_an_absent_author_can_not(
    trio: list[Laptop], share: MemoryRemote, tmp_path: Path
) -> None:
    ana, beto, carla = trio
    keys = work(trio, share)
    for path in [*batches_of(share, beto), *share.paths("heads/")]:
        del share.files[path]
    assert "share-rolled-back" in codes(carla.sync(share))
    newcomer = joined(ana, tmp_path / "new", share)
    assert all(has(newcomer, key) for key in keys)
    newcomer.close()


def test_a_batch_its_author_claims_and_nobody_finds_is_named(
    trio: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, _carla = trio
    beto.person("Eva")
    beto.sync(share)
    path = batches_of(share, beto)[0]
    del share.files[path]
    assert codes(ana.sync(share)) == ["batch-missing"]
    settle(share, beto, ana)
    assert codes(ana.sync(share)) == []
    agree(ana, beto)


# --- the project's paper ---------------------------------------------------------------------------


def test_the_projects_paper_and_its_share_bring_everything_back(tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    made = membership.create_project(tmp_path / "l1", "Pastaza", "Rosa", PASSPHRASE)
    ana = Laptop(tmp_path / "l1", made.project)
    membership.add_space(ana.project, "Arajuno")
    syncing.found_share(ana.project, str(folder))
    key = ana.person("José Ñandú")
    syncing.sync(ana.project, str(folder))
    membership.revoke(ana.project, joined_by_folder(ana, tmp_path / "l2", folder))
    other = ana.person("Eva")
    syncing.sync(ana.project, str(folder))
    before = ana.digests()
    ana.close()

    share = syncing.read_share(str(folder))
    back = membership.recover_project(tmp_path / "l3", share, made.project_code, "Rosa", PASSPHRASE)
    rosa = Laptop(tmp_path / "l3", back.project)
    syncing.sync(rosa.project, str(folder))
    assert rosa.values(key)["name"] == "José Ñandú"
    assert has(rosa, other)
    assert rosa.digests() == before
    assert rosa.project.is_coordinator
    membership.add_space(rosa.project, "Curaray")
    rosa.person("Ida")
    syncing.sync(rosa.project, str(folder))
    rosa.verify()
    rosa.close()
    with pytest.raises(KipuError):
        membership.recover_project(tmp_path / "l4", share, other_code(), "Rosa", PASSPHRASE)


def test_a_share_that_is_still_arriving_is_not_recovered_from(tmp_path: Path) -> None:
    """The root's next entry would else take the place of the one that has not come yet."""
    (folder := tmp_path / "stick").mkdir()
    made = membership.create_project(tmp_path / "l1", "Pastaza", "Rosa", PASSPHRASE)
    syncing.found_share(made.project, str(folder))
    syncing.sync(made.project, str(folder))
    made.project.close()
    share = syncing.read_share(str(folder))
    arriving = {**share, "entries": share["entries"][:1]}
    with pytest.raises(KipuError, match="does not tell yet"):
        membership.recover_project(tmp_path / "l2", arriving, made.project_code, "Rosa", PASSPHRASE)
    assert not (tmp_path / "l2").exists()
    back = membership.recover_project(tmp_path / "l2", share, made.project_code, "Rosa", PASSPHRASE)
    syncing.sync(back.project, str(folder))
    back.project.close()


def joined_by_folder(ana: Laptop, home: Path, folder: Path) -> bytes:
    from tests.models.laptops import join

    beto = join(ana, home, "Beto", "secretary")
    syncing.sync(ana.project, str(folder))
    syncing.sync(beto.project, str(folder))
    beto.close()
    return beto.device


def other_code() -> str:
    from sync import crockford
    from sync.crockford import Paper

    return crockford.new(Paper.PROJECT)
