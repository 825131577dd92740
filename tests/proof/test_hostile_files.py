"""Every kind of file on a share altered at once: only a reason comes out, and nothing false goes in."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import KipuError
from app.models.commands import attachments as attaching
from app.models.commands import carrying, erasing, membership, syncing
from sync import engine, envelope, layout, members
from sync.errors import SyncError
from tests.models.laptops import Cast, Laptop, agree, at_floor, lent, settle
from tests.sync.sharing import MemoryRemote

KINDS = ("root/", "roster/", "keys/", "heads/", "spaces/", "wants/", "erased/", "relay/", "files/",
         "news/")  # fmt: skip


@pytest.fixture(scope="module")
def cast_of_three(tmp_path_factory: pytest.TempPathFactory) -> Cast:
    return at_floor(tmp_path_factory, "secretary", "secretary")


@pytest.fixture
def trio(cast_of_three: Cast, tmp_path: Path) -> Iterator[list[Laptop]]:
    """A coordinator, a secretary, and one who has been away and hears it all now."""
    yield from lent(cast_of_three, tmp_path)


def busy(ana: Laptop, beto: Laptop) -> MemoryRemote:
    """A share with files of every kind, all of them news to the third."""
    share = MemoryRemote()
    engine.found(ana.replica, share)
    keys = [one.person(name) for one in (ana, beto) for name in ("Eva", "Ida")]
    settle(share, ana, beto)
    attaching.attach(ana.project, keys[0], bytes(range(256)) * 400, "foto.jpg")
    membership.add_space(ana.project, "Curaray")
    for name in ("secretary", None):
        membership.change_role(ana.project, beto.device, name, ["Curaray"])
    beto.edit(keys[1], name="Ida María")
    settle(share, ana, beto)
    erasing.erase(ana.project, keys[1], ["name"], reason="ley")
    settle(share, ana, beto)
    # What a share lost lies in a relay; and somebody asks for it.
    log = layout.log(beto.space(), beto.project.ledger.author.log(beto.space()))
    lost = next(path for path in share.paths(f"{log}/") if path.endswith("1"))
    raw = share.files.pop(lost)
    settle(share, ana, beto, rounds=1)
    share.files[lost] = raw
    share.files[layout.wants(beto.device)] = members.make_wants(
        beto.replica.keys, beto.replica.roster.project, [lost]
    )
    return share


def mutated(raw: bytes, others: list[bytes], chance: random.Random) -> bytes:
    way = chance.randrange(7)
    if way == 0:
        return raw[: chance.randrange(len(raw) + 1)]
    if way == 1:
        return raw + chance.randbytes(chance.randrange(1, 300))
    if way == 2:
        return chance.choice(others)
    if way == 3:
        return chance.randbytes(chance.randrange(400))
    if way == 4 and len(raw) > 8:
        # Whole in form, with a piece of another in the middle.
        at, other = chance.randrange(len(raw)), chance.choice(others)
        return raw[:at] + other[at:]
    changed = bytearray(raw or b"\0")
    for _flip in range(chance.choice((1, 1, 1, 5, 50))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def false_files(share: MemoryRemote, chance: random.Random) -> dict[str, bytes]:
    """Alter a part of the files, and put a few where none belongs; returns what was there."""
    true = dict(share.files)
    others = list(true.values())
    for path in sorted(true):
        if path != layout.SENTINEL and chance.random() < 0.3:
            share.files[path] = mutated(true[path], others, chance)
    for path in chance.sample(sorted(true), 5):
        folder, _slash, name = path.rpartition("/")
        stray = f"{folder}/{chance.choice((name[::-1], 'x', '99999999', '0', name + '-copia'))}"
        share.files.setdefault(stray, chance.choice(others))
    return true


def is_true(laptop: Laptop, truth: set[bytes]) -> None:
    """Nothing was taken in that its author did not seal."""
    assert {envelope.batch_hash(raw) for raw in laptop.batches()} <= truth


def play(trio: list[Laptop], seed: int) -> None:
    ana, beto, away = trio
    share = busy(ana, beto)
    for prefix in KINDS:
        assert share.paths(prefix), prefix
    truth = {envelope.batch_hash(raw) for one in trio for raw in one.batches()}
    true = false_files(share, random.Random(seed))
    for _try in range(2):
        with contextlib.suppress(SyncError):
            report = away.sync(share)
            assert all(syncing.told(n) for n in (*report.quarantined, *report.warnings))
        is_true(away, truth)
        away.verify()
    share.files |= true
    settle(share, *trio, rounds=4)
    agree(*trio)


@pytest.mark.parametrize("seed", range(3))
def test_a_share_full_of_false_files(trio: list[Laptop], seed: int) -> None:
    play(trio, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3, 300))
def test_a_share_full_of_false_files_many_times(trio: list[Laptop], seed: int) -> None:
    play(trio, seed)


# -- a carried file ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(2))
def test_a_carried_file_altered_anywhere(trio: list[Laptop], tmp_path: Path, seed: int) -> None:
    ana, beto, away = trio
    busy(ana, beto)
    file, chance = tmp_path / "f.zip", random.Random(seed)
    carrying.carry(ana.project, file)
    whole = file.read_bytes()
    truth = {envelope.batch_hash(raw) for one in trio for raw in one.batches()}
    for _turn in range(6):
        file.write_bytes(mutated(whole, [whole, whole[::-1]], chance))
        with contextlib.suppress(KipuError):
            carrying.receive(away.project, file)
        is_true(away, truth)
    file.write_bytes(whole)
    carrying.receive(away.project, file)
    assert away.digests()["Arajuno"] == ana.digests()["Arajuno"]
    away.verify()
