"""What a cut between two lives must never do: found by a reader of the code, each once a fault."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from app.models.commands import membership, records
from app.models.roster_writing import write_entry
from sync import envelope, layout
from sync.roster import EntryType
from tests.models.laptops import PARISH, Laptop, agree, join, settle
from tests.models.test_incarnation import names
from tests.models.test_ledger import committee, meeting
from tests.models.test_twins import all_is_well, last_batch, meet
from tests.models.test_twins import share as share
from tests.models.test_twins import stick as stick
from tests.models.test_twins import twin as twin
from tests.models.test_twins_cut import observe, part, write
from tests.sync.sharing import MemoryRemote


def let_in_again(coordinator: Laptop, other: Laptop) -> None:
    membership.change_role(coordinator.project, other.device, "secretary", [PARISH])


def roster_comes(share: MemoryRemote, stick: MemoryRemote) -> None:
    """Somebody carries over who belongs, and no batch."""
    for path, raw in share.files.items():
        if path.startswith(("roster/", "keys/")):
            stick.files[path] = raw


def test_nothing_is_taken_from_who_may_write_again(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    ana, beto, carla = trio
    part(trio, share, stick, twin)
    observe(ana, beto)
    let_in_again(ana, beto)
    ana.sync(share)
    roster_comes(share, stick)
    twin.sync(stick)
    twin.person("Ya con permiso")
    twin.sync(stick)
    settle(stick, carla, rounds=1)
    settle(share, carla)
    assert set(names(carla)) == {"Común", "Allá", "Ya con permiso"}
    meet(share, stick, by=(ana, carla, twin))
    agree(ana, carla, twin)
    assert {"Aquí", "Ya con permiso"} <= set(names(ana))


def test_what_somebody_wrote_upon_is_not_taken_from_them(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    """Under the numbers that Carla had seen would stand what she never saw, in an act she closed."""
    ana, beto, carla = trio
    key = meeting(ana, committee(ana))
    for place in (share, stick):
        settle(place, *trio, twin, rounds=2)
    beto.edit(key, venue="lo que Carla nunca vio")
    settle(share, beto, ana, rounds=1)
    twin.person("Allá")
    settle(stick, twin, carla, rounds=1)
    records.close(carla.project, key)
    carla.sync(stick)
    observe(ana, beto)
    meet(share, stick, by=(ana, carla))
    assert carla.values(key).get("venue") is None
    assert "Allá" in names(carla)
    before = dict(share.files), dict(stick.files)
    meet(share, stick, by=(ana, carla), rounds=1)
    assert before == (share.files, stick.files)
    carla.verify()


def test_what_somebody_is_writing_upon_is_not_taken_from_them(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    """Not sent yet, it is sealed with what was seen when the sync begins."""
    ana, beto, carla = trio
    key = ana.person("Kilo")
    for place in (share, stick):
        settle(place, *trio, twin, rounds=2)
    beto.edit(key, phone="1, Beto")
    settle(share, beto, ana, rounds=1)
    twin.edit(key, phone="2, la otra vida")
    settle(stick, twin, carla, rounds=1)
    observe(ana, beto)
    ana.sync(share)
    carla.edit(key, phone="3, quien vio a la otra")
    before = held_of(beto, carla)
    meet(share, stick, by=(carla,))
    assert held_of(beto, carla) == before == held_of(twin, twin)


def held_of(writer: Laptop, laptop: Laptop) -> bytes:
    """The last batch of a laptop's log that another one holds, by its hash."""
    log = writer.project.ledger.author.log(writer.space())
    return next(at.head for at in laptop.replica.logs(laptop.space()) if at.log == log)


def test_lives_of_other_lengths_come_together(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop, tmp_path: Path
) -> None:
    """Who meets only the place where the shorter one lies gets all of the other by relay."""
    ana, beto, carla = trio
    dan = join(ana, tmp_path / "dan", "Dan", "secretary")
    settle(share, ana)
    settle(stick, ana, dan)
    write(beto, share, "Aquí", 3)
    ana.sync(share)
    twin.person("Allá")
    settle(stick, twin, dan, carla, rounds=1)
    observe(ana, beto)
    ana.sync(share)
    for _round in range(4):
        carla.sync(share)
        settle(stick, carla, dan, rounds=1)
    all_is_well(ana, carla, dan, expected={"Común", "Aquí 0", "Aquí 1", "Aquí 2"})
    dan.close()


def test_what_is_given_up_is_kept_however_much_was_set_aside_before(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote, twin: Laptop
) -> None:
    ana, beto, carla = trio
    part(trio, share, stick, twin)
    path = last_batch(twin)
    for _junk in range(200):
        carla.replica.quarantine("x", os.urandom(32), "malformed", [])
    observe(ana, beto)
    meet(share, stick, by=(ana, carla))
    kept = [bytes(raw) for (raw,) in carla.project.store.rows("SELECT raw FROM quarantine")]
    assert stick.files[path] in kept
    assert "Allá" not in names(carla)


def test_a_cut_that_names_another_logs_batch_takes_nothing(
    trio: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, carla = trio
    beto.person("Beto")
    beto.sync(share)
    write(carla, share, "Carla", 3)
    settle(share, ana, beto, rounds=1)
    carla.person("Carla, sin enviar")
    carla.project.ledger.seal()
    theirs = carla.project.ledger.author.log(carla.space())
    his = beto.project.ledger.author.log(beto.space())
    first = carla.replica.batch(theirs, 1)
    assert first is not None
    before = set(names(carla))
    named = {his.hex(): [10**6, envelope.batch_hash(first)]}
    body = {"roles": {ana.space().hex(): "observer"}, "device": beto.device, "cuts": named,
            "roster_cut": 0}  # fmt: skip
    with ana.project.ledger.writing():
        entry = write_entry(ana.project, EntryType.GRANT, body)
    ana.project.ledger.roster_changed([entry])
    share.files[layout.batch(ana.space(), his, 99)] = first
    settle(share, ana, carla, ana)
    assert before == set(names(carla)) == set(names(ana))


@pytest.mark.parametrize("is_signed", [False, True])
def test_what_a_forger_puts_beyond_a_cut_changes_nothing(
    trio: list[Laptop], share: MemoryRemote, is_signed: bool
) -> None:
    """Unsigned, or signed by the device itself and never to be opened; with a lesser hash."""
    ana, beto, carla = trio
    settle(share, *trio, rounds=2)
    observe(ana, beto)
    beto.person("En vano")
    beto.sync(share)
    settle(share, ana, carla)
    [at] = [at for at in ana.replica.logs(ana.space())
            if at.log == beto.project.ledger.author.log(beto.space())]  # fmt: skip
    share.files[layout.relayed(carla.device, at.log, at.number)] = _lesser(beto, at.head, is_signed)
    # What his own key signed, that laptop takes for another life of its own.
    there = (ana, carla) if is_signed else trio
    before = [one.replica.logs(ana.space()) for one in there]
    code = beto.project.code
    settle(share, *there)
    assert before == [one.replica.logs(ana.space()) for one in there]
    assert beto.project.code == code


def _lesser(laptop: Laptop, name: bytes, is_signed: bool) -> bytes:
    """A batch in the place of the one of this hash, with another hash that comes before it."""
    held = laptop.replica.held(name)
    assert held is not None
    header = envelope.parse(held).header
    context = envelope.Context(1, laptop.project.roster.heads(), {})
    while True:
        if is_signed:
            fresh = replace(header, batch=os.urandom(16))
            raw = envelope.seal(fresh, context, b"nonsense", bytes(32), laptop.project.keys)
        else:
            raw = held[:220] + os.urandom(64) + held[284:]
        if envelope.batch_hash(raw) < name:
            return raw


def test_what_was_not_brought_yet_is_not_looked_for_at_every_sync(
    trio: list[Laptop], share: MemoryRemote, stick: MemoryRemote
) -> None:
    """The batch a log was cut at lies elsewhere, and nothing here says that there are two lives."""
    ana, beto, carla = trio
    write(beto, stick, "Aquí", 10)
    beto.person("Solo allí")
    settle(share, beto, ana, rounds=1)
    settle(stick, carla, rounds=2)
    observe(ana, beto)
    ana.sync(share)
    roster_comes(share, stick)
    carla.sync(stick)
    stick.reads.clear()
    carla.sync(stick)
    assert sum(path.startswith("spaces/") for path in stick.reads) <= 3


def test_what_stands_elsewhere_is_not_tried_at_every_sync(
    trio: list[Laptop],
    share: MemoryRemote,
    stick: MemoryRemote,
    twin: Laptop,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The life that was known gave way and may write again; what it gave up still lies there."""
    ana, beto, carla = trio
    part(trio, share, stick, twin)
    observe(ana, beto)
    let_in_again(ana, beto)
    ana.sync(share)
    beto.sync(share)
    beto.sync(stick)
    meet(stick, by=(ana, carla), rounds=3)
    settle(share, ana, carla)
    judged: list[int] = []
    for one in (ana, carla):
        real = one.project.ledger.reissuing._judge_everything
        monkeypatch.setattr(
            one.project.ledger.reissuing,
            "_judge_everything",
            lambda real=real: judged.append(1) or real(),
        )
    settle(share, ana, carla, rounds=2)
    assert judged == []
    assert {"Aquí", "Allá"} <= set(names(ana)) == set(names(carla))
