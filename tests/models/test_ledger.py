"""The ledger on several laptops: whatever they do and in whatever order it travels, they agree."""

from __future__ import annotations

import random

import pytest

from app.errors import KipuError
from app.models.commands import conflicts as settling
from app.models.commands import records
from app.models.ledger import RecordKey, sealing
from app.models.ledger.registers import Standing, State
from app.models.queries import conflicts, lists
from app.models.queries import records as reading
from app.models.queries.lists import Listing
from sync import envelope
from sync.replica import Verdict
from tests.models.laptops import Laptop, agree, settle, shared, shown_state

ACTS = ("new", "edit", "rename", "delete", "restore", "settle", "meet", "item", "close", "admit",
        "seal", "sync", "sync")  # fmt: skip


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


@pytest.mark.parametrize("seed", range(8))
def test_any_work_in_any_order_ends_in_agreement(trio: list[Laptop], seed: int) -> None:
    chance = random.Random(seed)
    village = Village(trio)
    for _step in range(chance.randrange(10, 50)):
        village.act(chance.randrange(3), chance.choice(ACTS), chance.randrange(8))
    settle(village.remote, *trio)
    agree(*trio)
    assert shown_state(trio[0]) == shown_state(trio[1]) == shown_state(trio[2])


@pytest.mark.parametrize("seed", range(8))
def test_batches_across_logs_in_any_order_and_twice_give_the_same(
    trio: list[Laptop], seed: int
) -> None:
    chance = random.Random(seed)
    *writers, reader = trio
    village = Village(trio)
    for _step in range(chance.randrange(10, 50)):
        who = chance.randrange(2)
        village.act(who, chance.choice(ACTS), chance.randrange(8))
        if chance.random() < 0.5:
            writers[who].replica.seal()
    settle(village.remote, *writers)
    deliver(reader, writers[0].batches(), chance)
    agree(*trio)
    assert shown_state(trio[0]) == shown_state(trio[2])


def deliver(reader: Laptop, batches: list[bytes], chance: random.Random) -> None:
    """Hand over batches in any order, some of them twice, until all are applied."""
    replica, waiting = reader.replica, list(batches)
    while waiting:
        raw = chance.choice(waiting)
        verdict = replica.receive(raw).verdict
        assert verdict in (Verdict.APPLIED, Verdict.KNOWN, Verdict.GAP)
        if verdict is not Verdict.GAP and chance.random() < 0.8:
            waiting.remove(raw)


def test_a_batch_may_come_before_those_it_builds_on(trio: list[Laptop]) -> None:
    """Beto edits Ana's record; Carla gets Beto's batch first, and Ana's log is named but unknown."""
    ana, beto, carla = trio
    remote = shared(*trio)
    key = ana.person("Uno")
    settle(remote, ana, beto, rounds=1)
    beto.edit(key, name="Dos")
    beto.replica.seal()
    first, second = beto.batches()
    assert carla.replica.receive(second).verdict is Verdict.APPLIED
    assert lists.count(carla.project, Listing("person")) == 0
    assert carla.replica.receive(first).verdict is Verdict.APPLIED
    assert carla.values(key) == {"name": "Dos"}
    settle(remote, *trio)
    agree(*trio)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_batches_split_otherwise_give_the_same_records(
    trio: list[Laptop], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, beto, carla = trio
    remote = shared(*trio)
    monkeypatch.setattr(sealing, "BATCH_CHANGES", size)
    owner = committee(beto)
    act = meeting(beto, owner)
    for number in range(4):
        item(beto, act, f"Punto {number}")
        beto.edit(act, venue=f"Lugar {number}")
    records.delete(beto.project, act)
    beto.replica.seal()
    numbers = [envelope.parse(raw).header.number for raw in beto.batches()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == {1: 11, 2: 6, 3: 5}[size]
    settle(remote, *trio)
    agree(*trio)
    assert shown_state(ana) == shown_state(carla) == shown_state(beto)


def test_a_creation_named_before_it_came_is_judged_like_any_other(trio: list[Laptop]) -> None:
    """A place is kept for a record deleted or closed before its creation arrived."""
    ana, beto, carla = trio
    remote = shared(*trio)
    act = meeting(ana, committee(ana))
    settle(remote, ana, beto, rounds=1)
    records.close(beto.project, act)
    beto.replica.seal()
    ana.edit(act, venue="Tarde")
    settle(remote, ana, beto)
    everything = ana.batches()
    for raw in sorted(everything, key=lambda raw: envelope.parse(raw).header.device == ana.device):
        carla.replica.receive(raw)
    deliver(carla, everything, random.Random(1))
    agree(*trio)
    assert reading.flags(carla.project, act) & State.CLOSED
    assert "venue" not in carla.values(act)


def test_an_owner_of_a_kind_never_met_before_keeps_its_kind(trio: list[Laptop]) -> None:
    """The child comes first, out of another log than its owner's."""
    ana, beto, carla = trio
    remote = shared(*trio)
    act = meeting(beto, committee(beto))
    settle(remote, ana, beto)
    item(ana, act)
    ana.replica.seal()
    first, second = ana.batches()
    assert carla.replica.receive(second).verdict is Verdict.APPLIED
    assert carla.replica.receive(first).verdict is Verdict.APPLIED
    assert shown_state(carla) == shown_state(ana)
    carla.verify()
