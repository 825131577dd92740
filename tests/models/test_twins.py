"""Two lives of one laptop that both sent something under one number: nothing is lost, all agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from app.models.commands import carrying, erasing
from app.models.queries import records as reading
from sync import engine, envelope, layout, packs
from tests.models.laptops import Laptop, agree, join, reopened, settle, shared
from tests.models.test_incarnation import copy_of, names, numbers_are_used_once
from tests.reader.compared import same, shown
from tests.sync.sharing import MemoryRemote


@pytest.fixture
def share(trio: list[Laptop]) -> MemoryRemote:
    return shared(*trio)


@pytest.fixture
def stick(trio: list[Laptop], share: MemoryRemote) -> MemoryRemote:
    """A second place that all have met."""
    place = MemoryRemote("stick")
    engine.found(trio[0].replica, place)
    settle(place, *trio, rounds=1)
    return place


@pytest.fixture
def twin(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, tmp_path: Path
) -> Iterator[Laptop]:
    """An unnoticed copy of Beto's laptop, made after his first batch."""
    beto = trio[1]
    beto.person("Común")
    settle(share, *trio, rounds=1)
    home = copy_of(beto, tmp_path / "twin", with_witness=True)
    laptop = Laptop(home, reopened(home))
    yield laptop
    laptop.close()


def last_batch(laptop: Laptop) -> str:
    """Where the newest batch of a laptop's own log lies on a share."""
    log = laptop.project.ledger.author.log(laptop.space())
    [at] = [at for at in laptop.replica.logs(laptop.space()) if at.log == log]
    return layout.batch(at.space, at.log, at.number)


def lying(place: MemoryRemote, folder: Path) -> Path:
    """What lies at a place, as files for whoever knows the formats' pages alone."""
    for path, raw in place.files.items():
        file = folder / "lying" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)
    return folder / "lying"


def meet(*places: MemoryRemote, by: Sequence[Laptop], poll: bool = False, rounds: int = 4) -> None:
    """Each laptop syncs with each place, again and again."""
    for _round in range(rounds):
        for one in by:
            for place in places:
                one.sync(place, poll=poll)


def all_is_well(*laptops: Laptop, expected: set[str]) -> None:
    for one in laptops:
        assert Counter(names(one)) == Counter(expected), one.home.name
    agree(*laptops)
    numbers_are_used_once(*laptops)


def test_each_life_at_a_place_of_its_own(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    """One disk image on two laptops: others have read both, and one of them meets both places."""
    ana, beto, carla = trio
    for turn in range(3):
        beto.person(f"Aquí {turn}")
        twin.person(f"Allá {turn}")
        beto.sync(share)
        twin.sync(stick)
    carla.sync(stick)
    ana.sync(share)
    # Neither life comes to the other's place: what the others hold is carried over by Ana.
    for _round in range(4):
        for one, place in (
            (ana, share),
            (ana, stick),
            (beto, share),
            (twin, stick),
            (carla, stick),
        ):
            one.sync(place)
    expected = {"Común", *(f"Aquí {n}" for n in range(3)), *(f"Allá {n}" for n in range(3))}
    all_is_well(ana, beto, twin, carla, expected=expected)


def test_a_batch_that_was_read_is_lost_and_the_copy_takes_its_place(
    trio: list[Laptop], share: MemoryRemote, twin: Laptop
) -> None:
    ana, beto, carla = trio
    beto.person("Leída y perdida")
    settle(share, beto, ana, rounds=1)
    del share.files[last_batch(beto)]
    twin.person("En su lugar")
    twin.sync(share)
    twin.person("Y después")
    twin.sync(share)
    settle(share, ana, beto, carla, twin)
    expected = {"Común", "Leída y perdida", "En su lugar", "Y después"}
    all_is_well(ana, beto, carla, twin, expected=expected)


def test_a_batch_is_covered_before_anybody_read_it(
    trio: list[Laptop], share: MemoryRemote, twin: Laptop
) -> None:
    ana, beto, carla = trio
    earlier = share.files[last_batch(twin)]
    twin.person("Tapada")
    twin.sync(share)
    share.files[last_batch(twin)] = earlier
    beto.person("En su lugar")
    beto.sync(share)
    beto.person("Y después")
    beto.sync(share)
    settle(share, ana, carla, twin, beto)
    all_is_well(ana, beto, carla, twin, expected={"Común", "Tapada", "En su lugar", "Y después"})


def test_both_lives_learn_of_each_other_and_both_give_way(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    ana, beto, carla = trio
    beto.person("Aquí")
    beto.sync(share)
    twin.person("Allá")
    twin.sync(stick)
    carla.sync(stick)
    ana.sync(share)
    beto.sync(stick)
    twin.sync(share)
    meet(share, stick, by=(ana, beto, twin, carla))
    all_is_well(ana, beto, twin, carla, expected={"Común", "Aquí", "Allá"})


def test_who_keeps_the_log_writes_on_where_what_was_given_up_lies(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    ana, beto, carla = trio
    twin.person("Allá")
    twin.sync(stick)
    beto.person("Aquí")
    beto.sync(share)
    # The twin gives way, and what it had sent stays in its place on the stick.
    settle(share, twin, beto, rounds=1)
    beto.person("Aquí, después")
    settle(share, beto, rounds=1)
    settle(stick, beto, carla, ana)
    all_is_well(ana, beto, carla, expected={"Común", "Aquí", "Allá", "Aquí, después"})


def test_who_relayed_what_was_given_up_goes_on_syncing(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    _ana, beto, carla = trio
    twin.person("Allá")
    settle(share, twin, carla, rounds=1)
    del share.files[last_batch(twin)]
    carla.sync(share)
    beto.person("Aquí")
    settle(stick, beto, twin, carla, rounds=1)
    settle(share, carla)
    assert set(names(carla)) == {"Común", "Allá", "Aquí"}


def test_two_lives_of_who_relays_hold_another_life_each(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop, tmp_path: Path
) -> None:
    """Both are asked for what is torn, in one place of theirs; neither is refused the rest."""
    ana, beto, carla = trio
    home = copy_of(carla, tmp_path / "second", with_witness=True)
    second = Laptop(home, reopened(home))
    beto.person("Aquí")
    settle(share, beto, carla, rounds=1)
    twin.person("Allá")
    settle(stick, twin, second, rounds=1)
    path = last_batch(twin)
    stick.files[path] = stick.files[path][:-1]
    del stick.files[layout.heads(twin.space(), twin.device)]
    settle(stick, ana, second, rounds=1)
    assert "batch-forked" in {note.code for note in carla.sync(stick).quarantined}
    meet(share, stick, by=(ana, carla, second, beto, twin), rounds=5)
    all_is_well(ana, beto, carla, second, twin, expected={"Común", "Aquí", "Allá"})
    second.close()


def test_what_others_made_of_it_stays(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    """Another laptop edited what moves, not knowing that it would."""
    ana, beto, carla = trio
    key = twin.person("Allá")
    twin.edit(key, phone="1")
    settle(stick, twin, carla, rounds=1)
    carla.edit(key, phone="2", name="Allá, dice Carla")
    beto.person("Aquí")
    settle(share, beto, ana, rounds=1)
    meet(share, stick, by=(ana, beto, twin, carla))
    agree(ana, beto, twin, carla)
    numbers_are_used_once(ana, beto, twin, carla)
    phones = {value for _refs, value in reading.versions(ana.project, key)["phone"]}
    assert "2" in phones


@pytest.mark.parametrize("is_later", [False, True])
def test_an_edit_replaces_nothing_its_author_had_not_seen(
    trio: list[Laptop],
    share: MemoryRemote,
    stick: MemoryRemote,
    twin: Laptop,
    tmp_path: Path,
    is_later: bool,
) -> None:
    """Under the number it names stands the other life's value by now: all versions wait for people.

    The edit is Carla's, or the twin's own of a later incarnation.
    """
    ana, beto, carla = trio
    key = ana.person("Kilo")
    for place in (share, stick):
        settle(place, *trio, twin, rounds=2)
    beto.edit(key, phone="1, Beto")
    settle(share, beto, ana, rounds=1)
    twin.edit(key, phone="2, la otra vida")
    settle(stick, twin, carla, rounds=1)
    if is_later:
        twin.project.begin_incarnation()
    by = twin if is_later else carla
    by.edit(key, phone="3, quien vio a la otra")
    by.sync(stick)
    meet(share, stick, by=(ana, twin, beto, carla))
    agree(ana, beto, twin, carla)
    phones = {value for _refs, value in reading.versions(ana.project, key)["phone"]}
    assert {"1, Beto", "3, quien vio a la otra"} <= phones
    same(lying(stick, tmp_path), ana.project)


def test_polling_laptops_follow(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    ana, beto, carla = trio
    settle(share, *trio)
    settle(stick, *trio, twin)
    beto.person("Aquí")
    beto.sync(share, poll=True)
    twin.person("Allá")
    twin.sync(stick, poll=True)
    meet(share, stick, by=(carla, ana, twin, beto), poll=True, rounds=6)
    all_is_well(ana, beto, twin, carla, expected={"Común", "Aquí", "Allá"})


def test_a_newcomer_begins_with_what_counts(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop, tmp_path: Path
) -> None:
    """By a snapshot on the one place and by batches on the other; what was given up still lies there."""
    ana, beto, carla = trio
    beto.person("Aquí")
    beto.sync(share)
    twin.person("Allá")
    twin.sync(stick)
    meet(share, stick, by=(ana, beto, twin, carla), rounds=3)
    engine.synchronise(ana.replica, share, compact=True)
    dora, elsa = (join(ana, tmp_path / name, name, "secretary") for name in ("dora", "elsa"))
    settle(share, ana, dora)
    settle(stick, ana, elsa)
    all_is_well(ana, beto, twin, carla, dora, elsa, expected={"Común", "Aquí", "Allá"})
    dora.close()
    elsa.close()


def test_what_goes_beyond_what_was_written_again_stays(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop, tmp_path: Path
) -> None:
    """A copy of the copy wrote on, and others read that; only the copy itself gives way."""
    ana, beto, carla = trio
    twin.person("Allá")
    twin.sync(stick)
    home = copy_of(twin, tmp_path / "third", with_witness=True)
    third = Laptop(home, reopened(home))
    third.person("Más allá")
    third.sync(stick)
    carla.sync(stick)
    beto.person("Aquí")
    beto.sync(share)
    twin.sync(share)
    twin.sync(stick)
    carla.sync(stick)
    assert {"Allá", "Más allá"} <= set(names(carla))
    meet(share, stick, by=(ana, beto, third, twin, carla), rounds=5)
    agree(ana, beto, third, twin, carla)
    numbers_are_used_once(ana, beto, third, twin, carla)
    assert set(names(ana)) == {"Común", "Aquí", "Allá", "Más allá"}
    third.close()


def test_a_file_by_hand_brings_what_now_stands_under_a_number_that_was_seen(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop, tmp_path: Path
) -> None:
    ana, beto, carla = trio
    beto.person("Aquí")
    settle(share, beto, ana, rounds=1)
    twin.person("Allá")
    settle(stick, twin, carla, rounds=1)
    carla.person("De Carla, que vio lo de allá")
    settle(stick, carla, ana, twin, ana, rounds=1)
    carrying.carry(ana.project, tmp_path / "for.zip", device=carla.device)
    carrying.receive(carla.project, tmp_path / "for.zip")
    expected = {"Común", "Aquí", "Allá", "De Carla, que vio lo de allá"}
    all_is_well(ana, carla, expected=expected)


def test_the_pages_of_the_formats_tell_what_counts(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop, tmp_path: Path
) -> None:
    """Both batches of one number lie on the stick, the one that counts in a relay."""
    ana, beto, carla = trio
    beto.person("Aquí")
    settle(share, beto, ana, rounds=1)
    for name in ("Allá", "Y más allá"):
        twin.person(name)
        twin.sync(stick)
    settle(stick, carla, ana, twin, ana, carla)
    folder = lying(stick, tmp_path)
    assert list(folder.glob("relay/*/*/*"))
    for one in (ana, carla, twin):
        assert len(shown(one.project)[one.space().hex()]) == 4
        same(folder, one.project)


def test_erasing_leaves_another_lifes_batch_of_the_same_number_in_its_pack(
    trio: list[Laptop],
    share: MemoryRemote,
    stick: MemoryRemote,
    twin: Laptop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The pack had the one that was erased put in the other's place."""
    for name, value in (("LEAST", 4), ("KEPT_LOOSE", 2), ("MAX_BATCHES", 6)):
        monkeypatch.setattr(packs, name, value)
    ana, beto, carla = trio
    key = twin.person("Allá")
    settle(stick, twin, ana, carla, rounds=1)
    for turn in range(8):
        beto.person(f"Aquí {turn}")
        beto.sync(share)
    for _again in range(2):
        engine.synchronise(beto.replica, share, compact=True)
    before = packed(share)
    assert before
    erasing.erase(ana.project, key)
    ana.sync(share)
    assert packed(share) == before
    meet(share, stick, by=(ana, beto, twin, carla))
    agree(ana, beto, twin, carla)
    assert {"Común", *(f"Aquí {n}" for n in range(8))} < set(names(carla))


def packed(place: MemoryRemote) -> set[bytes]:
    """The hashes of the batches that lie in packs."""
    files = ((path.rpartition("/")[2], raw) for path, raw in place.files.items()
             if path.startswith(f"{layout.PACKS}/"))  # fmt: skip
    return {
        envelope.batch_hash(batch)
        for name, raw in files
        if (pack := packs.parse_name(name)) is not None
        for batch in packs.split(raw, pack).values()
    }
