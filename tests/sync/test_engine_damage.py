"""Syncing over files that are torn, foreign, doubled, stale or forged."""

from __future__ import annotations

import pytest

from app.models.commands import membership, syncing
from sync import envelope, layout, members
from sync.ids import token
from sync.roster import EntryType
from tests.models.laptops import Laptop, settle
from tests.sync.sharing import MemoryRemote
from tests.sync.test_engine import batches_of, codes, has

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
    old = ana.replica.epoch_key(parent)
    assert old is not None
    sealed = members.seal_parent(b"k" * 32, b"e" * 16, parent, old)
    body = {"space": space, "epoch": b"e" * 16, "parents": {parent.hex(): sealed, "00" * 16: b""}}
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
