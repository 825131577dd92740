"""A store that was restored or copied never gives a number twice, and loses nothing."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from app.errors import KipuError
from app.models import checking
from app.models.queries import records as reading
from sync import engine, envelope
from tests.models.laptops import Laptop, agree, found, reopened, settle, shared
from tests.sync.sharing import MemoryRemote


@pytest.fixture
def share(trio: list[Laptop]) -> MemoryRemote:
    return shared(*trio)


def copy_of(laptop: Laptop, target: Path, with_witness: bool) -> Path:
    """A copy of a closed laptop's home, or of its project folder only."""
    laptop.close()
    shutil.copytree(laptop.home, target)
    if not with_witness:
        shutil.rmtree(target / ".witness")
    laptop.project = reopened(laptop.home)
    laptop.__post_init__()
    return target


def restore(laptop: Laptop, kept: Path) -> None:
    """The project folder goes back to a copy; the laptop's witness stays as it is."""
    folder = laptop.project.folder
    laptop.close()
    shutil.rmtree(folder)
    shutil.copytree(kept / folder.relative_to(laptop.home), folder)
    laptop.project = reopened(laptop.home)
    laptop.__post_init__()


def names(laptop: Laptop) -> list[str]:
    rows = laptop.project.store.rows("SELECT name FROM kind_person ORDER BY name")
    return [name for (name,) in rows]


def numbers_are_used_once(*laptops: Laptop) -> None:
    """Every change id stands for one batch's change, wherever that batch lies."""
    claimed: dict[tuple[bytes, int], set[bytes]] = {}
    for laptop in laptops:
        for raw in laptop.batches():
            header = envelope.parse(raw).header
            for seq in range(header.first_seq, header.last_seq + 1):
                claimed.setdefault((header.log, seq), set()).add(envelope.batch_hash(raw))
    assert [key for key, found in claimed.items() if len(found) > 1] == []


def test_a_restored_project_carries_on_under_a_new_number(
    trio: list[Laptop], share: MemoryRemote, tmp_path: Path
) -> None:
    ana, beto, carla = trio
    beto.person("Uno")
    beto.sync(share)
    beto.person("Dos, sellado")
    beto.replica.seal()
    edited = beto.person("Tres, pendiente")
    kept = copy_of(beto, tmp_path / "backup", with_witness=True)
    beto.edit(edited, phone="099")
    beto.person("Cuatro, sólo en la otra vida")
    beto.sync(share)

    before = beto.project.code
    restore(beto, kept)
    assert beto.project.code == before + "b"
    assert beto.project.notices
    beto.verify()
    assert names(beto) == ["Dos, sellado", "Tres, pendiente", "Uno"]
    beto.person("Cinco")
    settle(share, beto, *trio)
    assert names(ana) == ["Cinco", "Cuatro, sólo en la otra vida", "Dos, sellado",
                          "Tres, pendiente", "Uno"]  # fmt: skip
    assert carla.values(edited)["phone"] == "099"
    agree(*trio)
    numbers_are_used_once(*trio)


def test_edits_of_unsent_records_are_moved_with_them(
    trio: list[Laptop], share: MemoryRemote, tmp_path: Path
) -> None:
    ana, beto, _carla = trio
    first = beto.person("Uno")
    beto.sync(share)
    kept = copy_of(beto, tmp_path / "backup", with_witness=True)
    restore(beto, kept)
    later = beto.person("Dos")
    beto.edit(first, phone="1")
    beto.edit(first, phone="2")
    beto.edit(later, phone="3")
    kept = copy_of(beto, tmp_path / "again", with_witness=True)
    beto.edit(later, phone="4")
    restore(beto, kept)
    beto.verify()
    beto.edit(later, phone="5")
    settle(share, *trio)
    assert (ana.values(first)["phone"], ana.values(later)["phone"]) == ("2", "5")
    assert not reading.conflicted(ana.project, first) | reading.conflicted(ana.project, later)
    agree(*trio)
    numbers_are_used_once(*trio)


def test_opening_again_and_again_stays_one_incarnation(
    trio: list[Laptop], share: MemoryRemote
) -> None:
    beto = trio[1]
    code = beto.project.code
    for turn in range(3):
        beto.person(f"Persona {turn}")
        beto.reopen()
    settle(share, *trio)
    assert beto.project.code == code
    # Its clock stands years before this machine's, which is another notice.
    assert not [one for one in beto.project.notices if "restored" in one]
    agree(*trio)


@pytest.mark.parametrize("writes", [(1, 1), (1, 3), (3, 1), (0, 2), (2, 0)])
def test_twins_are_told_apart_when_they_push(
    trio: list[Laptop], share: MemoryRemote, tmp_path: Path, writes: tuple[int, int]
) -> None:
    ana, beto, carla = trio
    beto.person("Común")
    beto.sync(share)
    beto.person("Común, sin enviar")
    home = copy_of(beto, tmp_path / "twin", with_witness=True)
    twin = Laptop(home, reopened(home))
    for laptop, count in ((beto, writes[0]), (twin, writes[1])):
        for number in range(count):
            laptop.person(f"De {laptop.home.name} {number}")
            laptop.replica.seal()
    beto.sync(share)
    report = twin.sync(share)
    if writes != (0, 2) and writes != (2, 0):
        assert "store-copied" in [note.code for note in report.warnings]
    beto.person("Después")
    twin.person("También después")
    settle(share, beto, twin, ana, carla)
    expected = {"Común", "Común, sin enviar", "Después", "También después",
                *(f"De l2 {n}" for n in range(writes[0])),
                *(f"De twin {n}" for n in range(writes[1]))}  # fmt: skip
    assert set(names(ana)) == expected
    # What both carried unsent is one record still.
    assert Counter(names(ana))["Común, sin enviar"] == 1
    agree(*trio, twin)
    numbers_are_used_once(*trio, twin)
    twin.close()


def test_twins_that_met_different_shares_go_on(
    trio: list[Laptop], share: MemoryRemote, tmp_path: Path
) -> None:
    ana, beto, carla = trio
    stick = MemoryRemote("stick")
    engine.found(ana.replica, stick)
    settle(stick, *trio, rounds=1)
    home = copy_of(beto, tmp_path / "twin", with_witness=True)
    twin = Laptop(home, reopened(home))
    beto.person("Una vida")
    beto.sync(share)
    twin.person("Otra vida")
    twin.sync(stick)
    report = beto.sync(stick)
    assert "store-copied" in [note.code for note in report.warnings]
    key = beto.person("Después")
    beto.sync(stick)
    ana.sync(stick)
    assert reading.rid(ana.project, key)
    for one in (ana, beto, twin, carla):
        one.sync(share)
        one.sync(stick)
        assert checking.verify(one.project) == []
    twin.close()


def test_a_clone_of_the_folder_alone_is_a_new_incarnation_at_once(
    trio: list[Laptop], share: MemoryRemote, tmp_path: Path
) -> None:
    beto = trio[1]
    beto.person("Uno")
    home = copy_of(beto, tmp_path / "twin", with_witness=False)
    twin = Laptop(home, reopened(home))
    assert twin.project.code == beto.project.code + "b"
    twin.person("Dos")
    settle(share, *trio, twin)
    assert names(trio[0]) == ["Dos", "Uno"]
    agree(*trio, twin)
    twin.close()


def test_a_copy_gets_from_the_other_what_lies_torn_on_the_share(
    trio: list[Laptop], share: MemoryRemote, tmp_path: Path
) -> None:
    """Both say under one name what they want, and only they are there."""
    ana, beto, _carla = trio
    home = copy_of(beto, tmp_path / "twin", with_witness=False)
    twin = Laptop(home, reopened(home))
    before = set(share.files)
    key = ana.person("De Ana")
    settle(share, ana, beto, rounds=1)
    [batch] = [path for path in set(share.files) - before if path.startswith("spaces/")]
    share.tear(batch, 40)
    for one in (twin, beto, twin):
        one.sync(share)
    assert twin.values(key)["name"] == "De Ana"
    twin.close()


def test_a_store_from_a_newer_kipu_is_refused(tmp_path: Path) -> None:
    laptop = found(tmp_path / "l1")
    laptop.project.store.run("PRAGMA user_version=99")
    laptop.close()
    with pytest.raises(KipuError, match="newer"):
        reopened(laptop.home)
