"""Erasing for good: out of the store, the batches, the folder, the backups and the other laptops."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from app.errors import KipuError
from app.models import checking
from app.models.commands import erasing, records
from app.models.ledger import RecordKey
from app.models.queries import erasures as status
from app.models.queries import lists
from app.models.queries import records as reading
from app.models.queries.lists import Listing
from sync import columns, envelope, erasure, layout, members
from sync.errors import Malformed
from sync.opening import check
from sync.remotes.folder import FolderRemote
from sync.values import ERASED
from tests.models.laptops import Laptop, agree, settle

SECRET = "Yolanda Tanguila"


def words_held(laptop: Laptop) -> str:
    """Everything the store and the batches in it say, as one text."""
    tables = ("records", "edits", "kind_person", "drafts")
    held = [repr(laptop.project.store.rows(f"SELECT * FROM {name}")) for name in tables]
    for raw in [*laptop.batches(), *pending(laptop)]:
        held.append(repr(columns.decode(plain(laptop, raw)).transactions))
    return "\n".join(held)


def pending(laptop: Laptop) -> list[bytes]:
    return [bytes(raw) for (raw,) in laptop.project.store.rows("SELECT block FROM pending")]


def plain(laptop: Laptop, raw: bytes) -> bytes:
    if raw[:4] != envelope.MAGIC:
        return raw
    batch = envelope.parse(raw)
    key = laptop.replica.epoch_key(batch.header.epoch)
    assert key is not None
    return envelope.open_block(batch, key)


def on_share(laptop: Laptop, folder: FolderRemote) -> str:
    """Everything the batches on a share say, to somebody with the keys."""
    said = []
    for path in sorted(Path(folder.name).rglob("*")):
        raw = path.read_bytes() if path.is_file() else b""
        if raw[:4] == envelope.MAGIC:
            said.append(repr(columns.decode(plain(laptop, raw)).transactions))
    return "\n".join(said)


def found_by(laptop: Laptop, words: str) -> int:
    return lists.count(laptop.project, Listing("person", words))


def test_a_value_is_gone_everywhere_and_the_rest_stays(
    three: list[Laptop], folder: FolderRemote
) -> None:
    ana, beto, _carla = three
    kept = beto.person("Nayra Andi")
    key = beto.person(SECRET)
    beto.edit(key, name=f"{SECRET} de Andi")
    settle(folder, *three)
    before = {one.device: one.digests() for one in three}
    ana.edit(key, notes="sale en la foto")
    erasing.erase(ana.project, key, ["name"], "lo pidió")
    assert SECRET not in words_held(ana)
    assert found_by(ana, "Tanguila") == 0
    settle(folder, *three)
    for one in three:
        assert SECRET not in words_held(one)
        assert one.values(key)["name"] is ERASED
        assert one.values(key)["notes"] == "sale en la foto"
        assert one.values(kept)["name"] == "Nayra Andi"
        assert found_by(one, "Tanguila") == 0
        assert found_by(one, "Nayra") == 1
        assert one.digests() != before[one.device]
    assert SECRET not in on_share(ana, folder)
    agree(*three)


def test_a_record_goes_whole_with_what_it_owns(three: list[Laptop], folder: FolderRemote) -> None:
    ana, beto, _carla = three
    group = records.new(beto.project, "focus_group", {"topic": SECRET}, beto.space())
    records.new(
        beto.project, "participant", {"focus_group": group.id.hex(), "alias": "M1",
                                      "occupation": SECRET}, beto.space()
    )  # fmt: skip
    settle(folder, *three)
    erasing.erase(ana.project, group)
    settle(folder, *three)
    for one in three:
        assert SECRET not in words_held(one)
        assert not reading.state(one.project, group).exists
    assert SECRET not in on_share(ana, folder)
    agree(*three)


def test_what_was_never_sent_its_own_laptop_erases(
    three: list[Laptop], folder: FolderRemote
) -> None:
    _ana, beto, _carla = three
    key = beto.person(SECRET)
    other = beto.person("Nayra")
    erasing.erase(beto.project, key)
    assert SECRET not in words_held(beto)
    settle(folder, *three)
    assert SECRET not in on_share(beto, folder)
    assert status.orders(three[0].project) == []
    assert beto.values(other)["name"] == "Nayra"
    agree(*three)


def test_only_a_coordinator_erases_what_may_have_been_sent(
    three: list[Laptop], folder: FolderRemote
) -> None:
    _ana, beto, _carla = three
    key = beto.person(SECRET)
    settle(folder, *three)
    before = beto.digests()
    with pytest.raises(KipuError, match="only a coordinator"):
        erasing.erase(beto.project, key)
    assert beto.digests() == before
    beto.verify()


def test_a_newcomer_reads_the_replaced_batches(
    three: list[Laptop], folder: FolderRemote, tmp_path: Path
) -> None:
    from tests.models.laptops import join

    ana, beto, _carla = three
    key = beto.person(SECRET)
    kept = beto.person("Nayra")
    settle(folder, *three)
    erasing.erase(ana.project, key, ["name"])
    settle(folder, *three)
    dora = join(ana, tmp_path / "dora", "Dora", "facilitator")
    try:
        settle(folder, dora, ana)
        assert dora.values(key)["name"] is ERASED
        assert dora.values(kept)["name"] == "Nayra"
        agree(dora, *three)
    finally:
        dora.close()


def test_what_was_written_unaware_is_erased_when_it_arrives(
    three: list[Laptop], folder: FolderRemote
) -> None:
    ana, beto, _carla = three
    key = ana.person(SECRET)
    settle(folder, *three)
    beto.edit(key, name=f"{SECRET}, la del mercado")
    erasing.erase(ana.project, key, ["name"])
    ana.sync(folder)
    settle(folder, *three)
    for one in three:
        assert SECRET not in words_held(one)
    assert SECRET not in on_share(ana, folder)
    # Whoever knows of it may write the field again.
    beto.edit(key, name="Persona 7")
    settle(folder, *three)
    assert {one.values(key)["name"] for one in three} == {"Persona 7"}
    agree(*three)


def test_two_coordinators_erase_in_one_batch_unknown_to_each_other(
    three: list[Laptop], folder: FolderRemote
) -> None:
    ana, beto, carla = three
    one, other = beto.person(SECRET), beto.person("Rosa Grefa")
    settle(folder, *three)
    erasing.erase(ana.project, one, ["name"])
    erasing.erase(carla.project, other, ["name"])
    settle(folder, *three, rounds=4)
    for laptop in three:
        held = words_held(laptop)
        assert SECRET not in held
        assert "Grefa" not in held
    shared = on_share(ana, folder)
    assert SECRET not in shared
    assert "Grefa" not in shared
    agree(*three)


def test_the_report_says_which_laptops_have_done_it(
    three: list[Laptop], folder: FolderRemote
) -> None:
    ana, beto, carla = three
    key = beto.person(SECRET)
    settle(folder, *three)
    erasing.erase(ana.project, key, ["name"], "lo pidió")
    ana.sync(folder)
    (order,) = status.orders(ana.project)
    assert (order.reason, order.records) == ("lo pidió", (("person", key.id),))
    assert {one.device: one.done for one in order.holders} == {
        ana.device: True, beto.device: False, carla.device: False,
    }  # fmt: skip
    beto.sync(folder)
    ana.sync(folder)
    done = {one.device: one.done for one in status.orders(ana.project)[0].holders}
    assert done == {ana.device: True, beto.device: True, carla.device: False}


def test_backups_made_before_are_replaced(three: list[Laptop], folder: FolderRemote) -> None:
    ana, beto, _carla = three
    key = beto.person(SECRET)
    settle(folder, *three)
    old = {one.project.back_up() for one in (ana, beto)}
    erasing.erase(ana.project, key, ["name"])
    settle(folder, *three)
    for one in (ana, beto):
        one.project.back_up_if_due()
        left = set(one.project.paths.backups.iterdir())
        assert len(left) == 1
        assert not left & old


def test_a_copy_moved_to_another_space_goes_along(tmp_path: Path) -> None:
    from tests.models.laptops import found

    ana = found(tmp_path / "a", "Arajuno", "Puyo")
    try:
        key = ana.person(SECRET)
        ana.project.ledger.seal()
        moved = records.move(ana.project, key, ana.space("Puyo"))
        ana.project.ledger.seal()
        erasing.erase(ana.project, moved, ["name"])
        assert SECRET not in words_held(ana)
        ana.verify()
    finally:
        ana.close()


def test_a_closed_act_stays_as_it_is(three: list[Laptop], folder: FolderRemote) -> None:
    ana, _beto, _carla = three
    committee = records.new(ana.project, "committee", {"name": "Consejo"}, ana.space())
    meeting = records.new(
        ana.project, "meeting", {"committee": committee.id.hex(), "date": "2026-11-20",
                                 "subject": SECRET}, ana.space()
    )  # fmt: skip
    records.close(ana.project, meeting)
    with pytest.raises(KipuError, match="closed act"):
        erasing.erase(ana.project, meeting)
    assert ana.values(meeting)["subject"] == SECRET


def test_erasing_twice_says_that_nothing_is_left(three: list[Laptop]) -> None:
    ana = three[0]
    key = ana.person(SECRET)
    erasing.erase(ana.project, key, ["name"])
    with pytest.raises(KipuError, match="nothing left"):
        erasing.erase(ana.project, key, ["name"])
    with pytest.raises(KipuError, match="no field"):
        erasing.erase(ana.project, key, ["nombre"])


def ordered(ana: Laptop, key: RecordKey) -> tuple[envelope.Batch, envelope.Batch]:
    """The batch that held a value as it was and as it is."""
    before = [envelope.parse(raw) for raw in ana.batches()]
    erasing.erase(ana.project, key, ["name"])
    after = [envelope.parse(raw) for raw in ana.batches()]
    ((old, new),) = [pair for pair in zip(before, after, strict=False) if pair[0] != pair[1]]
    return old, new


def test_a_replacement_nobody_ordered_is_refused(three: list[Laptop], folder: FolderRemote) -> None:
    ana, beto, _carla = three
    key = beto.person(SECRET)
    settle(folder, *three)
    old, _new = ordered(ana, key)
    epoch = ana.replica.epoch_key(old.header.epoch) or b""
    forged = envelope.seal_replacement(old, columns.encode([], {}), epoch)
    with pytest.raises(Malformed):
        check(forged, ana.project.roster)
    folder.replace(layout.batch(old.header.space, old.header.log, old.header.number), forged)
    settle(folder, *three)
    assert all(one.values(key)["name"] is ERASED for one in three)
    assert SECRET not in on_share(ana, folder)


def test_a_replacement_that_changes_more_is_refused_by_who_holds_the_original(
    three: list[Laptop], folder: FolderRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, beto, _carla = three
    key, other = beto.person(SECRET), beto.person("Nayra")
    settle(folder, *three)

    redact = columns.redact

    def lying(data: bytes, targets: object, limits: columns.Limits) -> bytes:
        redacted = redact(data, targets, limits)  # type: ignore[arg-type]
        block = columns.decode(redacted)
        return columns.encode([*block.transactions[:-1], tampered(block)], block.persons)

    def tampered(block: columns.Block):  # type: ignore[no-untyped-def]
        from dataclasses import replace

        last = block.transactions[-1]
        (change,) = last.changes
        return replace(last, changes=(replace(change, fields={**change.fields, "name": "Otra"}),))

    monkeypatch.setattr(erasure.columns, "redact", lying)
    monkeypatch.setattr(erasure, "changed", lambda _old, _new, **_how: {})
    erasing.erase(ana.project, key, ["name"])
    monkeypatch.undo()
    ana.sync(folder)
    report = beto.sync(folder)
    assert "erasure-unfaithful" in {note.code for note in report.warnings}
    assert beto.values(key)["name"] == SECRET
    assert beto.values(other)["name"] == "Nayra"
    beto.verify()


def test_every_cut_and_flip_of_a_replaced_batch_is_noticed(three: list[Laptop]) -> None:
    ana = three[0]
    key = ana.person(SECRET)
    ana.project.ledger.seal()
    _old, new = ordered(ana, key)
    start = envelope.HEADER_BYTES
    for length in range(start, len(new.raw)):
        with pytest.raises(Malformed):
            check(new.raw[:length], ana.project.roster)
    for at in itertools.chain(range(start, len(new.raw), 7)):
        flipped = bytearray(new.raw)
        flipped[at] ^= 1
        with pytest.raises(Malformed):
            check(bytes(flipped), ana.project.roster)


def test_the_paper_of_what_was_done_is_signed(three: list[Laptop]) -> None:
    ana, beto, _carla = three
    project, sign = ana.project.roster.project, ana.project.keys.sign_public
    paper = members.make_done(ana.project.keys, project, [b"x" * 32])
    assert members.read_done(paper, project, sign) == {b"x" * 32}
    with pytest.raises(Exception, match="signature"):
        members.read_done(paper, project, beto.project.keys.sign_public)
    with pytest.raises(Malformed):
        members.read_done(paper, b"p" * 16, sign)


def test_the_store_of_who_erased_verifies(three: list[Laptop], folder: FolderRemote) -> None:
    ana, beto, _carla = three
    key = beto.person(SECRET)
    settle(folder, *three)
    erasing.erase(ana.project, key)
    assert checking.verify(ana.project) == []
    ana.reopen()
    ana.verify()
