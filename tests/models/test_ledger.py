"""The ledger on several laptops: whatever they do and in whatever order it travels, they agree."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import KipuError
from app.models.commands import conflicts as settling
from app.models.commands import records
from app.models.ledger import RecordKey, ledger
from app.models.ledger.registers import Standing, State
from app.models.queries import conflicts, lists
from app.models.queries import records as reading
from app.models.queries.lists import Listing
from sync import engine
from sync.replica import Verdict
from tests.models.laptops import Cast, Laptop, agree, make_cast, settle, shown_state
from tests.sync.sharing import MemoryRemote

ACTS = ("new", "edit", "rename", "delete", "restore", "settle", "meet", "item", "close", "admit",
        "seal", "sync", "sync")  # fmt: skip
STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(ACTS), st.integers(0, 7)), min_size=4, max_size=36
)
SLOW = settings(
    max_examples=14,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


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


def shared(*laptops: Laptop) -> MemoryRemote:
    """A share founded by the first, met by all."""
    remote = MemoryRemote()
    engine.found(laptops[0].replica, remote)
    settle(remote, *laptops, rounds=1)
    return remote


def committee(laptop: Laptop) -> RecordKey:
    return records.new(laptop.project, "committee", {"name": "Comité"}, laptop.space())


def meeting(laptop: Laptop, owner: RecordKey) -> RecordKey:
    values = {"committee": owner.id.hex(), "date": "2024-03-01"}
    return records.new(laptop.project, "meeting", values, laptop.space())


def item(laptop: Laptop, owner: RecordKey, title: str = "Informe") -> RecordKey:
    values = {"meeting": owner.id.hex(), "title": title}
    return records.new(laptop.project, "agenda_item", values, laptop.space())


class Village:
    """Three laptops and a share, and every act people may do on them."""

    def __init__(self, laptops: list[Laptop]) -> None:
        self.laptops = laptops
        self.remote = shared(*laptops)
        self.keys: list[RecordKey] = []

    def here(self, laptop: Laptop, kind: str, number: int) -> RecordKey | None:
        held = []
        for key in self.keys:
            try:
                reading.rid(laptop.project, key)
            except KipuError:
                continue
            if kind in (key.kind, ""):
                held.append(key)
        return held[number % len(held)] if held else None

    def act(self, who: int, name: str, number: int) -> None:
        try:
            getattr(self, name)(self.laptops[who], number)
        except KipuError:
            # Refused with a sentence; what matters is that it changed nothing.
            return

    def new(self, laptop: Laptop, number: int) -> None:
        self.keys.append(laptop.person(f"Persona {number}"))

    def edit(self, laptop: Laptop, number: int) -> None:
        key = self.here(laptop, "person", number)
        if key:
            laptop.edit(key, phone=f"09{number}", post=f"cargo {number % 3}")

    def rename(self, laptop: Laptop, number: int) -> None:
        key = self.here(laptop, "meeting", number)
        if key:
            laptop.edit(key, subject=f"Asunto {number}")

    def delete(self, laptop: Laptop, number: int) -> None:
        key = self.here(laptop, "", number)
        if key:
            records.delete(laptop.project, key)

    def restore(self, laptop: Laptop, number: int) -> None:
        key = self.here(laptop, "", number)
        if key:
            records.restore(laptop.project, key)

    def settle(self, laptop: Laptop, number: int) -> None:
        found = conflicts.all_conflicts(laptop.project)
        if found:
            one = found[number % len(found)]
            settling.take(laptop.project, one, one.versions[number % len(one.versions)])

    def meet(self, laptop: Laptop, number: int) -> None:
        owner = self.here(laptop, "committee", number)
        if owner is None or number == 7:
            owner = committee(laptop)
            self.keys.append(owner)
        self.keys.append(meeting(laptop, owner))

    def item(self, laptop: Laptop, number: int) -> None:
        owner = self.here(laptop, "meeting", number)
        if owner:
            self.keys.append(item(laptop, owner, f"Punto {number}"))

    def close(self, laptop: Laptop, number: int) -> None:
        key = self.here(laptop, "meeting", number)
        if key:
            records.close(laptop.project, key)

    def admit(self, laptop: Laptop, number: int) -> None:
        late = [w for w in conflicts.withheld(laptop.project) if w.standing is Standing.LATE]
        if late:
            one = late[number % len(late)]
            records.admit_late(laptop.project, _root(laptop, one.keys[0]), one.refs)

    def seal(self, laptop: Laptop, _number: int) -> None:
        laptop.replica.seal()

    def sync(self, laptop: Laptop, _number: int) -> None:
        laptop.sync(self.remote)


def _root(laptop: Laptop, key: RecordKey) -> RecordKey:
    while key.kind not in ("meeting", "committee", "person"):
        owner = reading.parent(laptop.project, key)
        if owner is None:
            break
        key = owner
    return key


@SLOW
@given(STEPS)
def test_any_work_in_any_order_ends_in_agreement(cast: Cast, tmp_path: Path, steps: list) -> None:
    laptops = cast.copy(tmp_path)
    village = Village(laptops)
    for step in steps:
        village.act(*step)
    settle(village.remote, *laptops)
    agree(*laptops)
    assert shown_state(laptops[0]) == shown_state(laptops[1]) == shown_state(laptops[2])
    for one in laptops:
        one.close()


@SLOW
@given(STEPS, st.randoms(use_true_random=False))
def test_batches_across_logs_in_any_order_and_twice_give_the_same(
    cast: Cast, tmp_path: Path, steps: list, chance: random.Random
) -> None:
    *writers, reader = laptops = cast.copy(tmp_path)
    village = Village(laptops)
    for who, name, number in steps:
        village.act(who % 2, name, number)
        if number % 2:
            village.seal(laptops[who % 2], 0)
    settle(village.remote, *writers)
    waiting = writers[0].batches()
    replica = reader.replica
    for raw in chance.choices(waiting, k=min(4, len(waiting))):
        replica.receive(raw)
    while waiting:
        raw = chance.choice(waiting)
        verdict = replica.receive(raw).verdict
        assert verdict in (Verdict.APPLIED, Verdict.KNOWN, Verdict.GAP)
        if verdict is not Verdict.GAP:
            waiting.remove(raw)
    agree(*laptops)
    assert shown_state(laptops[0]) == shown_state(laptops[2])
    for one in laptops:
        one.close()
