"""Batches, packs, pieces and snapshots: what is taken in, and what may be put over it."""

from __future__ import annotations

import pytest

from sync import layout, packs
from sync.exchange_attachments import BLANK
from tests.server.direct import Direct
from tests.server.village import IDS, NORTH, Village, piece_path, redacted

pytestmark = pytest.mark.usefixtures("no_flushing")


@pytest.mark.parametrize("damage", ["torn", "other number", "other log", "other project", "block"])
def test_a_batch_that_is_not_what_its_place_calls_for_is_refused(
    direct: Direct, damage: str
) -> None:
    village = direct.village
    batch, path = village.batch("beto", NORTH), village.batch_path("beto", NORTH)
    if damage == "torn":
        batch = batch[:-1]
    elif damage == "other number":
        path = village.batch_path("beto", NORTH, 2)
    elif damage == "other log":
        path = layout.batch(NORTH, village.log("beto", NORTH, b"another."), 1)
    elif damage == "other project":
        batch = Village("elsewhere").batch("beto", NORTH)
    else:
        batch = redacted(batch).raw
    assert direct.put("beto", path, batch) in {"unsound", "erasure-unknown"}
    assert direct.get("beto", path) == 404


def test_a_batch_with_a_forged_signature_is_refused(direct: Direct) -> None:
    village = direct.village
    forged = bytearray(village.batch("beto", NORTH))
    forged[250] ^= 1
    assert direct.put("beto", village.batch_path("beto", NORTH), bytes(forged)) == "unsound"


def test_values_are_erased_as_ordered_and_not_otherwise(direct: Direct) -> None:
    village = direct.village
    batch, path = village.batch("beto", NORTH), village.batch_path("beto", NORTH)
    direct.put("beto", path, batch)
    new = redacted(batch)
    assert direct.put("beto", path, new.raw, replace=True) == "erasure-unknown"
    village.erase(batch, new)
    direct.push()
    assert direct.put("beto", path, redacted(batch).raw, replace=True) == "erasure-unknown"
    assert direct.put("carla", path, new.raw, replace=True) == "forbidden"
    assert direct.put("dora", path, new.raw, replace=True) == "forbidden"
    assert direct.put("ana", path, new.raw, replace=True) == 201
    assert direct.put("beto", path, new.raw, replace=True) == 200
    assert direct.put("beto", path, batch, replace=True) == "occupied"
    assert direct.get("dora", path) == new.raw


def test_what_a_void_order_took_out_is_put_back(direct: Direct) -> None:
    village = direct.village
    batch, path = village.batch("beto", NORTH), village.batch_path("beto", NORTH)
    relayed = layout.relayed(IDS["dora"], village.log("beto", NORTH), 1)
    village.admit("eva", roles={"*": "coordinator"})
    direct.push()
    direct.put("beto", path, batch)
    new = redacted(batch)
    village.erase(batch, new, by="eva")
    direct.push()
    assert direct.put("beto", path, new.raw, replace=True) == 201
    assert direct.put("dora", relayed, new.raw) == 201
    assert direct.put("beto", path, batch, replace=True) == "occupied"
    village.write("ana", "revoke", device=IDS["eva"], cuts={}, roster_cut=0)
    direct.push()
    assert direct.put("dora", path, batch, replace=True) == "forbidden"
    assert direct.put("dora", relayed, batch, replace=True) == 201
    assert direct.put("ana", path, batch, replace=True) == 201
    assert direct.get("dora", path) == direct.get("dora", relayed) == batch
    assert direct.put("beto", path, new.raw, replace=True) == "occupied"


def test_an_unsound_file_in_its_place_may_be_written_anew_by_its_writer(direct: Direct) -> None:
    village = direct.village
    path, batch = village.batch_path("beto", NORTH), village.batch("beto", NORTH)
    remote = direct.storage.of(village.project)
    assert remote is not None
    remote.put(path, b"somebody's hand was in the storage")
    assert direct.put("beto", path, batch) == "occupied"
    assert direct.put("ana", path, batch, replace=True) == "forbidden"
    assert direct.put("beto", path, batch, replace=True) == 201
    assert direct.get("dora", path) == batch


def test_pieces_are_blanked_by_coordinators_and_rewritten_by_their_own(direct: Direct) -> None:
    path = piece_path(NORTH, "beto")
    direct.put("beto", path, b"a photograph")
    assert direct.put("dora", path, BLANK, replace=True) == "forbidden"
    assert direct.put("ana", path, b"something else", replace=True) == "forbidden"
    assert direct.put("ana", path, BLANK, replace=True) == 201
    assert direct.put("beto", path, b"a photograph", replace=True) == 201
    assert direct.put("beto", path.replace("00000", "0"), b"x") == "unsound"


def test_only_coordinators_leave_snapshots(direct: Direct) -> None:
    part = f"{layout.snapshot(NORTH, IDS['ana'])}/0123456789ab-00000"
    theirs = f"{layout.snapshot(NORTH, IDS['beto'])}/0123456789ab-00000"
    assert direct.put("beto", theirs, b"sealed") == "forbidden"
    assert direct.put("ana", theirs, b"sealed") == "forbidden"
    assert direct.put("ana", part, b"sealed") == 201
    assert direct.put("ana", f"{part}x", b"sealed") == "unsound"
    assert direct.put("ana", part.replace("0123456789ab-00000", "about"), b"x") == "unsound"
    assert direct.get("dora", part) == b"sealed"
    assert direct.get("carla", part) == "forbidden"
    assert direct.remove("beto", part) == "forbidden"
    village = direct.village
    batch = village.batch("beto", NORTH)
    village.erase(batch, redacted(batch))
    direct.push()
    assert direct.remove("carla", part) == "forbidden"
    assert direct.remove("beto", part) == 204, "nothing from before an erasure may stay"
    assert direct.get("dora", part) == 404


def test_packs_hold_the_batches_of_their_log_and_no_others(direct: Direct) -> None:
    village = direct.village
    beto = [village.batch("beto", NORTH, number) for number in (1, 2)]
    log = village.log("beto", NORTH)
    path = layout.pack(NORTH, log, "00000001-00000002")
    whole = packs.join(1, beto)
    first = village.batch_path("beto", NORTH)
    assert direct.put("beto", first, beto[0]) == 201
    assert direct.remove("beto", first) == "not-packed"
    assert direct.put("dora", path, whole) == "forbidden"
    assert direct.put("carla", path, whole) == "forbidden"
    assert direct.put("beto", path, whole[:-1]) == "unsound"
    assert direct.put("beto", path, packs.join(1, [beto[0], beto[0]])) == "unsound"
    assert direct.put("beto", path.replace("-00000002", "-00000003"), whole) == "unsound"
    assert direct.put("beto", path, packs.join(1, [beto[0], village.batch("dora", NORTH)])) == (
        "unsound"
    )
    assert direct.put("beto", path, whole) == 201
    assert direct.get("dora", path) == whole
    assert direct.get("carla", path) == "forbidden"
    # A batch may go when it lies in a pack, and only by its own device.
    assert direct.remove("dora", first) == "forbidden"
    assert direct.remove("ana", first) == "forbidden"
    assert direct.remove("beto", first) == 204
    assert direct.get("dora", first) == 404


def test_a_pack_is_covered_by_the_same_batches_alone(direct: Direct) -> None:
    village = direct.village
    beto = [village.batch("beto", NORTH, number) for number in (1, 2)]
    path = layout.pack(NORTH, village.log("beto", NORTH), "00000001-00000002")
    other = packs.join(1, [beto[0], village.batch("beto", NORTH, 2, b"other words")])
    direct.put("beto", path, packs.join(1, beto))
    assert direct.put("beto", path, other, replace=True) == "occupied"
    new = redacted(beto[1])
    erased = packs.join(1, [beto[0], new.raw])
    assert direct.put("ana", path, erased, replace=True) == "erasure-unknown"
    village.erase(beto[1], new)
    direct.push()
    assert direct.put("dora", path, erased, replace=True) == "forbidden"
    assert direct.put("ana", path, erased, replace=True) == 201
    assert direct.get("dora", path) == erased
    remote = direct.storage.of(village.project)
    assert remote is not None
    remote.replace(path, b"torn")
    assert direct.put("ana", path, erased, replace=True) == "forbidden"
    assert direct.put("beto", path, erased, replace=True) == 201
