"""Syncing over shares that are empty, wrong, torn, rolled back, copied or founded anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import KipuError
from app.models.commands import membership, syncing
from app.models.queries import records as reading
from sync import engine, envelope, layout, members
from sync.engine import AlreadyFounded, NotAShare, OtherShare
from sync.ids import token
from sync.ports import RemoteMissing
from sync.roster import EntryType
from tests.models.laptops import PASSPHRASE, Cast, Laptop, agree, found, make_cast, settle
from tests.sync.sharing import MemoryRemote


@pytest.fixture(scope="module")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Cast:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KIPU_KDF", "floor")
        return make_cast(tmp_path_factory.mktemp("cast"), "secretary", "secretary")


@pytest.fixture
def trio(cast: Cast, tmp_path: Path) -> Iterator[list[Laptop]]:
    laptops = cast.copy(tmp_path)
    yield laptops
    for one in laptops:
        one.close()


@pytest.fixture
def share(trio: list[Laptop]) -> MemoryRemote:
    remote = MemoryRemote()
    engine.found(trio[0].replica, remote)
    settle(remote, *trio, rounds=1)
    return remote


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


@pytest.mark.parametrize("lost", ["newest", "oldest", "whole log", "all batches", "heads", "roster"])
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


# --- torn files ------------------------------------------------------------------------------------


@pytest.mark.parametrize("left", [0, 1, 100, 300])
def test_a_torn_batch_is_set_aside_and_healed_by_its_author(
    trio: list[Laptop], share: MemoryRemote, left: int
) -> None:
    ana, beto, carla = trio
    keys = [beto.person("Eva")]
    beto.sync(share)
    path = batches_of(share, beto)[0]
    whole = share.files[path]
    share.tear(path, left)
    assert "malformed" in codes(ana.sync(share))
    keys.append(beto.person("Ida"))
    assert "file-torn" in codes(beto.sync(share))
    assert share.files[path] == whole
    settle(share, ana, carla)
    assert all(has(one, key) for one in trio for key in keys)
    assert codes(ana.sync(share)) == []
    assert members.read_wants(
        share.files[layout.wants(ana.device)], ana.replica.roster.project, ana.replica.keys.sign_public
    ) == []  # fmt: skip


def test_a_torn_batch_is_healed_by_whoever_holds_it(
    trio: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, carla = trio
    key = beto.person("Eva")
    settle(share, beto, carla)
    path = batches_of(share, beto)[0]
    share.tear(path, 200)
    ana.sync(share)
    assert not has(ana, key)
    settle(share, carla, ana, rounds=1)
    assert has(ana, key)


def test_a_torn_roster_entry_is_healed(trio: list[Laptop], share: MemoryRemote) -> None:
    ana, beto, _carla = trio
    membership.add_space(ana.project, "Curaray")
    ana.sync(share)
    path = share.paths(f"roster/{token(ana.device)}/")[-2]
    whole = share.files[path]
    share.tear(path, 50)
    assert "malformed" in codes(beto.sync(share))
    ana.sync(share)
    assert share.files[path] == whole
    assert codes(beto.sync(share)) == []
    assert len(beto.replica.roster) == len(ana.replica.roster)


def test_a_torn_key_is_wrapped_anew(trio: list[Laptop], share: MemoryRemote) -> None:
    ana, beto, _carla = trio
    membership.add_space(ana.project, "Curaray")
    membership.change_role(ana.project, beto.device, "secretary", ["Curaray"])
    ana.sync(share)
    epoch = ana.replica.roster.view().current_epochs(ana.space("Curaray"))[0]
    share.tear(layout.wrapped_key(ana.device, epoch, beto.device), 900)
    assert "cannot-open" in codes(beto.sync(share))
    assert beto.replica.epoch_key(epoch) is None
    settle(share, ana, beto, rounds=1)
    assert beto.replica.epoch_key(epoch) == ana.replica.epoch_key(epoch)
    assert codes(beto.sync(share)) == []


def test_an_epoch_whose_parents_do_not_open_stops_nothing(
    trio: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, _carla = trio
    space = ana.space()
    parent = ana.replica.roster.view().current_epochs(space)[0]
    body = {"space": space, "epoch": b"e" * 16, "parents": {parent.hex(): b"rubbish",
                                                            "00" * 16: b""}}  # fmt: skip
    membership.write_entry(ana.project, EntryType.EPOCH, body)
    ana.replica.add_epoch_key(b"e" * 16, space, b"k" * 32)
    key = ana.person("Eva")
    settle(share, ana, beto)
    assert has(beto, key)
    assert "epoch-broken" in codes(beto.sync(share))


def test_ones_own_torn_batch_is_written_again_when_the_push_was_cut_off(
    trio: list[Laptop], share: MemoryRemote
) -> None:
    beto = trio[1]
    beto.person("Eva")
    beto.replica.seal()
    log = beto.project.ledger.author.log(beto.space())
    raw = beto.replica.batch(log, 1)
    assert raw is not None
    path = layout.batch(beto.space(), log, 1)
    share.files[path] = raw[:150]
    assert "file-torn" in codes(beto.sync(share))
    assert share.files[path] == raw


# --- foreign, doubled and hostile files ------------------------------------------------------------


def test_files_that_are_not_ours_harm_nothing(trio: list[Laptop], share: MemoryRemote) -> None:
    ana, beto, _carla = trio
    key = beto.person("Eva")
    beto.sync(share)
    space = layout.logs_of(beto.space())
    for path in (f"{space}/notes/00000001", "roster/other/00000001", f"heads/{token(beto.space())}/x",
                 "relay/other/x/00000001", "wants/other", "other/file"):  # fmt: skip
        share.files[path] = b"not ours"
    report = ana.sync(share)
    assert "foreign-file" in codes(report)
    named = {note.params["path"] for note in report.warnings if note.code == "foreign-file"}
    assert {f"{space}/notes", "roster/other", f"heads/{token(beto.space())}/x"} <= named
    assert has(ana, key)


def test_garbage_in_every_place_of_ours_stops_nothing_else(
    trio: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, carla = trio
    key = carla.person("Eva")
    carla.sync(share)
    beto.person("Ida")
    beto.sync(share)
    for path in (*batches_of(share, beto), *share.paths("heads/"), *share.paths("wants/"),
                 layout.roster_entry(beto.device, 1), *share.paths("keys/")):  # fmt: skip
        share.files[path] = b"garbage"
    report = ana.sync(share)
    assert {"malformed", "heads-unreadable"} <= set(codes(report))
    assert has(ana, key)


def test_a_batch_in_another_logs_place_or_number_is_set_aside(
    trio: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, carla = trio
    beto.person("Eva")
    beto.sync(share)
    raw = share.files[batches_of(share, beto)[0]]
    log = beto.project.ledger.author.log(beto.space())
    other = carla.project.ledger.author.log(carla.space())
    share.files[layout.batch(beto.space(), log, 2)] = raw
    share.files[layout.batch(beto.space(), other, 1)] = raw
    report = ana.sync(share)
    assert report.received.batches == 1
    assert [note.code for note in report.quarantined] == ["malformed", "malformed"]


def test_stale_heads_only_hide_a_hint(trio: list[Laptop], share: MemoryRemote) -> None:
    ana, beto, _carla = trio
    path = layout.heads(beto.space(), beto.device)
    beto.person("Eva")
    beto.sync(share)
    stale = share.files[path]
    key = beto.person("Ida")
    beto.sync(share)
    share.files[path] = stale
    assert codes(ana.sync(share)) == []
    assert has(ana, key)
    beto.sync(share)
    assert share.files[path] != stale


def forked(laptop: Laptop, raw: bytes) -> bytes:
    """The same batch under another id: what a copied laptop or a forger would write."""
    batch = envelope.parse(raw)
    key = laptop.replica.epoch_key(batch.header.epoch)
    assert key is not None
    return envelope.seal(
        envelope.replace(batch.header, batch=b"f" * 16), envelope.open_context(batch, key),
        envelope.open_block(batch, key), key, laptop.project.keys,
    )  # fmt: skip


def test_two_batches_with_one_number_are_kept_apart_and_reported(
    trio: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, carla = trio
    beto.person("Eva")
    beto.sync(share)
    beto.person("Ida")
    beto.sync(share)
    first, second = batches_of(share, beto)
    ana.sync(share)
    true = share.files[first]
    share.files[first] = forked(beto, true)
    report = carla.sync(share)
    assert report.received.batches == 1
    assert [note.code for note in report.quarantined] == ["batch-forked"]
    kept = carla.project.store.rows("SELECT path, code FROM quarantine")
    assert kept == [(second, "batch-forked")]
    assert ana.replica.receive(share.files[first]).verdict.value == "forked"
    carla.verify()


def test_every_fault_has_a_sentence(trio: list[Laptop], share: MemoryRemote) -> None:
    share.files[f"{layout.logs_of(trio[0].space())}/notes/1"] = b"x"
    for note in trio[1].sync(share).warnings:
        assert note.params["path"] in syncing.told(note)  # type: ignore[operator]


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
        membership.recover_project(
            tmp_path / "l4", share, other_code(), "Rosa", PASSPHRASE
        )


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
