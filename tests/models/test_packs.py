"""Packs: fewer files for the same batches, read by whoever finds no loose ones."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.commands import erasing
from sync import engine, layout, packs
from sync.errors import SyncError
from sync.packs import Pack
from tests.models.laptops import PARISH, Laptop, agree, join, reopened, settle
from tests.sync.sharing import MemoryRemote

BATCHES = 12


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIPU_KDF", "floor")
    monkeypatch.setattr(packs, "LEAST", 4)
    monkeypatch.setattr(packs, "KEPT_LOOSE", 2)
    monkeypatch.setattr(packs, "MAX_BATCHES", 6)


@pytest.fixture
def remote(three: list[Laptop]) -> MemoryRemote:
    """A share on which the second laptop has left a dozen small batches that nobody has read."""
    made = MemoryRemote()
    engine.found(three[0].replica, made)
    settle(made, *three)
    for number in range(BATCHES):
        three[1].person(f"Persona {number}")
        three[1].sync(made)
    return made


@pytest.fixture
def newcomer(three: list[Laptop]) -> Iterator[Laptop]:
    made = join(three[0], three[0].home.parent / "nueva", "Delia", "facilitator")
    yield made
    made.close()


def compact(laptop: Laptop, remote: MemoryRemote) -> engine.Report:
    return engine.synchronise(laptop.replica, remote, compact=True)


def own_log(laptop: Laptop) -> bytes:
    return laptop.project.ledger.author.log(laptop.space())


def loose(remote: MemoryRemote, laptop: Laptop) -> list[int]:
    return [int(name) for name in remote.list(layout.log(laptop.space(), own_log(laptop)))]


def packed(remote: MemoryRemote, laptop: Laptop) -> list[str]:
    return remote.list(layout.packs_of_log(laptop.space(), own_log(laptop)))


def test_loose_files_go_one_packing_after_their_pack_came(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    beto = three[1]
    assert compact(beto, remote).packs.files == 2
    assert packed(remote, beto) == ["00000001-00000006", "00000007-00000010"]
    assert loose(remote, beto) == list(range(1, BATCHES + 1))
    assert compact(beto, remote).packs.files == 0
    assert loose(remote, beto) == [11, 12]


def test_who_comes_after_reads_the_packs(
    three: list[Laptop], remote: MemoryRemote, newcomer: Laptop
) -> None:
    ana, beto, caya = three
    for _again in range(2):
        compact(beto, remote)
    ana.sync(remote)
    remote.reads.clear()
    report = newcomer.sync(remote)
    assert (report.warnings, report.quarantined) == ([], [])
    found = [
        path for path in remote.reads if path.startswith(layout.PACKS) and path in remote.files
    ]
    assert len(found) == 2
    settle(remote, *three, newcomer)
    assert not [path for path in remote.files if path.startswith(layout.RELAY)]
    agree(ana, beto, caya, newcomer)


def test_packing_goes_on_where_it_stopped(three: list[Laptop], remote: MemoryRemote) -> None:
    beto = three[1]
    compact(beto, remote)
    for number in range(5):
        beto.person(f"Otra {number}")
        beto.sync(remote)
    assert compact(beto, remote).packs.files == 1
    assert packed(remote, beto)[-1] == "00000011-00000015"
    settle(remote, *three)
    agree(*three)


def test_a_torn_pack_is_named_and_its_writer_mends_it(
    three: list[Laptop], remote: MemoryRemote, newcomer: Laptop
) -> None:
    ana, beto, caya = three
    for _again in range(2):
        compact(beto, remote)
    path = layout.pack(beto.space(), own_log(beto), packed(remote, beto)[0])
    remote.files[path] = remote.files[path][:-3]
    ana.sync(remote)
    assert "malformed" in [note.code for note in newcomer.sync(remote).warnings]
    settle(remote, beto, newcomer, caya, ana)
    agree(ana, beto, caya, newcomer)


@pytest.mark.parametrize("unlike", ["torn", "empty", "another's", "later"])
def test_what_lies_loose_and_is_unsound_is_read_from_its_pack(
    three: list[Laptop], remote: MemoryRemote, newcomer: Laptop, unlike: str
) -> None:
    """While both lie there, and who wrote them is away or has lost them; who has them mends it."""
    ana, beto, _caya = three
    compact(beto, remote)
    paths = [layout.batch(beto.space(), own_log(beto), number) for number in (1, 4, 5)]
    other = remote.files[layout.batch(beto.space(), own_log(beto), 12)]
    whole = {path: remote.files[path] for path in paths}
    for path, raw in whole.items():
        remote.files[path] = {
            "torn": raw[:-9], "empty": b"", "another's": other,
            "later": raw[:4] + b"\x09" + raw[5:],
        }[unlike]  # fmt: skip
    report = newcomer.sync(remote)
    assert {one.params["path"] for one in report.quarantined} == set(paths)
    ana.sync(remote)
    agree(ana, newcomer)
    assert ana.digests()[PARISH] == beto.digests()[PARISH]
    beto.sync(remote)
    assert {path: remote.files[path] for path in paths} == whole


def test_a_share_that_lost_its_packs_is_healed(three: list[Laptop], remote: MemoryRemote) -> None:
    ana, beto, caya = three
    for _again in range(2):
        compact(beto, remote)
    for path in remote.paths(f"{layout.PACKS}/"):
        del remote.files[path]
    report = beto.sync(remote)
    assert [note.code for note in report.warnings] == ["share-rolled-back"]
    assert loose(remote, beto) == list(range(1, BATCHES + 1))
    settle(remote, ana, caya, beto)
    agree(*three)


def test_what_is_erased_goes_out_of_packs(
    three: list[Laptop], remote: MemoryRemote, newcomer: Laptop
) -> None:
    ana, beto, caya = three
    person = beto.person("Nombre que se borra")
    beto.sync(remote)
    for number in range(4):
        beto.person(f"Otra {number}")
        beto.sync(remote)
    for _again in range(2):
        compact(beto, remote)
    settle(remote, *three, rounds=1)
    before = dict(remote.files)
    erasing.erase(ana.project, person, ["name"], "lo pidió")
    settle(remote, ana, beto, caya)
    changed = [
        path for path in remote.paths(f"{layout.PACKS}/") if remote.files[path] != before[path]
    ]
    assert len(changed) == 1
    settle(remote, newcomer, *three)
    assert "Nombre que" not in str(newcomer.project.store.rows("SELECT data, base FROM records"))
    agree(ana, beto, caya, newcomer)


def test_a_copy_of_a_laptop_finds_its_twin_in_a_pack(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    beto = three[1]
    beto.close()
    older = beto.home.parent / "copia"
    shutil.copytree(beto.home, older)
    beto.reopen()
    for number in range(8):
        beto.person(f"De la primera {number}")
        beto.sync(remote)
    for _again in range(2):
        compact(beto, remote)
    twin = Laptop(older, reopened(older))
    assert "store-copied" in [note.code for note in twin.sync(remote).warnings]
    twin.close()


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=20), st.integers(1, 10**6))
def test_what_is_joined_splits_again(batches: list[bytes], first: int) -> None:
    pack = Pack(first, first + len(batches) - 1)
    raw = packs.join(first, batches)
    assert packs.split(raw, pack) == dict(enumerate(batches, start=first))


@given(st.binary(max_size=200), st.integers(1, 100), st.integers(0, 100))
def test_bytes_of_anybody_are_a_pack_or_an_error(raw: bytes, first: int, more: int) -> None:
    for data in (raw, packs.join(first, [b"x"] * 3) + raw):
        try:
            found = packs.split(data, Pack(first, first + more))
        except SyncError:
            continue
        assert len(found) == more + 1


@pytest.mark.parametrize("name", ["", "1-2", "00000002-00000001", "00000001-00000003x", "a-b",
                                  "00000000-00000001", "00000001-00002000"])  # fmt: skip
def test_other_names_are_no_packs(name: str) -> None:
    assert packs.parse_name(name) is None
