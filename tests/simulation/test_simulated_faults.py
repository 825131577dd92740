"""Faults of the simulation that strike rarely, each by itself: what they do, and what notices."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from app.models.commands import attachments, records
from app.models.replica import LocalReplica
from app.simulation import mishaps, room, versions
from app.simulation.cast import Cast, make_cast
from app.simulation.machines import Machine
from app.simulation.places import Faults, Place, Way
from app.simulation.versions import LATER, OLDER, Novelty
from sync import columns, engine, envelope
from sync.errors import UnknownVersion
from sync.roster import entries


@pytest.fixture(scope="module")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Cast:
    return make_cast(tmp_path_factory.mktemp("cast"))


def machine(cast: Cast, folder: Path, name: str = "m1", version: int = OLDER) -> Machine:
    cast.copy(folder, [name])
    return Machine(
        name, folder / name, cast.keys[name], lambda: 1_780_000_000_000, set(), version,
        Novelty.BATCH,
    )  # fmt: skip


def way(one: Machine, place: Place, told: list[str]) -> Way:
    def wrong(invariant: str, _detail: str) -> None:
        told.append(invariant)

    return Way(
        place, one.device, 0, Faults(), Random(1), lambda: None, Counter(), one.version, wrong
    )  # fmt: skip


def test_an_older_kipu_that_writes_over_a_later_batch_is_told_of(
    cast: Cast, tmp_path: Path
) -> None:
    place, told = Place("place1"), list[str]()
    one = machine(cast, tmp_path, version=LATER)
    engine.found(one.replica, way(one, place, told))
    with one.running():
        records.new(one.project, "organisation", {"name": "Ayllu"}, one.project.roster.common)
        engine.synchronise(one.replica, way(one, place, told))
    later = [path for path, raw in place.files.items() if versions.is_later(raw)]
    assert later
    one.version = OLDER
    for path in (later[0], "wants/other"):
        way(one, place, told).replace(path, b"something else")
    assert told == ["an older Kipu writes over nothing later"]
    one.close()


@pytest.mark.parametrize("novelty", list(Novelty))
def test_a_later_kipu_reads_today_and_today_is_what_it_was_afterwards(novelty: Novelty) -> None:
    before = (envelope.seal, envelope.Context.pack, columns.encode, columns.decode, entries.VERSION)
    old = columns.encode([], {})
    with versions.running(LATER, novelty):
        assert columns.decode(old).count == 0
        new = columns.encode([], {})
        assert columns.decode(new).count == 0
        with versions.running(OLDER, novelty):
            assert columns.encode is before[2]
        assert columns.encode is not before[2]
    assert (
        envelope.seal, envelope.Context.pack, columns.encode, columns.decode, entries.VERSION
    ) == before  # fmt: skip
    if novelty in (Novelty.BLOCK, Novelty.SECTION):
        with pytest.raises(UnknownVersion):
            columns.decode(new)
    else:
        assert columns.decode(new).count == 0


def test_a_journal_loses_its_end_and_the_store_is_whole(cast: Cast, tmp_path: Path) -> None:
    one = machine(cast, tmp_path)
    common = one.project.roster.common
    for turn in range(8):
        records.new(one.project, "organisation", {"name": f"Ayllu {turn}"}, common)
    before = one.project.store.value("SELECT count(*) FROM records")
    incarnation = one.project.store.meta("incarnation")
    assert one.lose_tail(Random(3), with_witness=True)
    left = one.project.store.value("SELECT count(*) FROM records")
    assert left < before
    assert one.project.store.check_integrity() == []
    # Nothing was sealed, and so no number given: it goes on as it is.
    assert one.project.store.meta("incarnation") == incarnation
    one.close()


@pytest.mark.parametrize("seed", range(12))
def test_torn_bytes_are_fewer_or_partly_zeros(seed: int) -> None:
    raw = bytes(range(1, 101))
    found = mishaps.torn(raw, Random(seed))
    assert len(found) <= len(raw)
    assert all(one in (0, was) for one, was in zip(found, raw, strict=False))


def test_files_beyond_a_quota_are_told_of(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check after each sync, for a program that takes in whatever there is."""
    from app.models.commands import membership

    place, told = Place("place1"), list[str]()
    one, other = machine(cast, tmp_path), machine(cast, tmp_path, "m2")
    engine.found(one.replica, way(one, place, told))
    space = next(s for s in one.project.roster.view().spaces if s != one.project.roster.common)
    for turn in (one, other, one):
        engine.synchronise(turn.replica, way(turn, place, told))
    membership.set_quota(one.project, other.device, 20_000)
    owner = records.new(other.project, "person", {"name": "Rosa"}, space)
    for size in (5_000, 30_000):
        attachments.attach(other.project, owner, os.urandom(size), "foto.jpg")
    before = room.filled(one)
    monkeypatch.setattr(LocalReplica, "require_room_for", lambda *_all: None)
    for turn in (other, one):
        engine.synchronise(turn.replica, way(turn, place, told))
    [found] = list(room.overfilled(one, before))
    assert found.invariant == "nobody fills more than their quota"
    lay_there = replace(before, paths=room.filled(one).paths)
    assert list(room.overfilled(one, lay_there)) == []
    one.close()
    other.close()
