"""What a device may not reach by saying that it wrote something again (docs/decisions/0018)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from app.models.commands import membership, records
from app.models.ledger import RecordKey
from app.models.ledger.registers import Standing, State
from app.models.ledger.sealing import LIMITS
from app.models.queries import records as reading
from sync import columns, envelope, layout, members
from sync.changes import Change, Transaction, Verb
from sync.envelope import Context, Header, Reissued
from sync.ids import digest, log_id, random_id, random_incarnation
from sync.replica import Verdict
from tests.models.forging import everywhere
from tests.models.laptops import NOW_MS, PARISH, Laptop, agree, settle, shared
from tests.models.test_incarnation import names
from tests.models.test_ledger import committee, item, meeting
from tests.sync.sharing import MemoryRemote


class Forger:
    """A log of any incarnation of a hostile device, written by hand."""

    def __init__(self, laptop: Laptop, incarnation: bytes | None = None) -> None:
        self._laptop = laptop
        self._incarnation = incarnation or random_incarnation()
        self._number = self._seq = 0
        self._head = envelope.NO_HASH
        self.log = log_id(laptop.device, self._incarnation, laptop.space())

    def after(self, raw: bytes) -> Forger:
        """Go on after this batch."""
        header = envelope.parse(raw).header
        self._number, self._seq = header.number, header.last_seq
        self._head = envelope.batch_hash(raw)
        return self

    def batch(
        self, *changes: Change, says: Iterable[Reissued] = (), heads: Iterable[bytes] | None = None,
        like: Transaction | None = None,
    ) -> bytes:  # fmt: skip
        """The next batch: these changes, or a transaction as it was written elsewhere."""
        project, space = self._laptop.project, self._laptop.space()
        epoch, key = project.ledger.sealing.writing_epoch(space)
        person = project.ledger.author.person
        one = like or Transaction(NOW_MS, person, None, "forged", changes)
        header = Header(
            project.roster.project, project.device, self._incarnation, space, epoch,
            envelope.new_batch_id(), self._number + 1, self._seq + 1, len(one.changes), self._head,
        )  # fmt: skip
        context = Context(0, tuple(heads or project.roster.heads()), {}, tuple(says))
        block = columns.encode([one], {person: "Nadie"})
        raw = envelope.seal(header, context, block, key, project.keys)
        self.after(raw)
        return raw


def again_at(raw: bytes, seq: int) -> Reissued:
    """The claim that a batch stands again from this change on."""
    header = envelope.parse(raw).header
    return Reissued(header.log, header.number, envelope.batch_hash(raw), seq)


def newest(laptop: Laptop) -> bytes:
    """The newest batch of a laptop's own."""
    laptop.replica.seal()
    own = [raw for raw in laptop.batches() if envelope.parse(raw).header.device == laptop.device]
    return own[-1]


def only(laptop: Laptop, raw: bytes) -> Transaction:
    """The one transaction of a batch."""
    batch = envelope.parse(raw)
    key = laptop.project.store.epoch_key(batch.header.epoch)
    assert key is not None
    [one] = columns.decode(envelope.open_block(batch, key), LIMITS).transactions
    return one


def person(name: str = "Otra") -> Change:
    return Change(Verb.CREATE, "person", random_id(), None, {"name": name})


def written_again(laptop: Laptop) -> bytes:
    """A laptop gives up, for no reason, its newest batch, which all have: what others get of that."""
    header = envelope.parse(newest(laptop)).header
    laptop.project.begin_incarnation({header.log: header.number})
    return newest(laptop)


def in_an_act(trio: list[Laptop], share: MemoryRemote) -> tuple[RecordKey, RecordKey]:
    """An act of Ana's, and an item of Beto's in it, as all have them."""
    ana, beto, _carla = trio
    act = meeting(ana, committee(ana))
    settle(share, *trio, rounds=1)
    motion = item(beto, act, "Del acta")
    settle(share, *trio, rounds=2)
    return act, motion


@pytest.mark.parametrize("whose", [1, 2])
def test_nobody_takes_back_what_was_not_written_again(trio: list[Laptop], whose: int) -> None:
    """A device says that a batch stands in its newer log; something else does, or it is not its own."""
    ana, beto, _carla = trio
    share = shared(*trio)
    beto.person("Queda")
    settle(share, *trio, rounds=2)
    everywhere(Forger(trio[whose]).batch(person(), says=[again_at(newest(beto), 1)]), ana)
    assert set(names(ana)) == {"Queda", "Otra"}
    ana.verify()


@pytest.mark.parametrize("hears", ["before", "after"])
def test_who_was_shut_out_takes_nothing_back(trio: list[Laptop], hears: str) -> None:
    """What they had written until then counts, whatever they write again."""
    ana, beto, carla = trio
    share = shared(*trio)
    key = beto.person("Queda")
    settle(share, *trio, rounds=2)
    membership.revoke(ana.project, beto.device)
    if hears == "before":
        ana.sync(share)
        carla.sync(share)
    everywhere(written_again(beto), carla)
    settle(share, ana, carla)
    assert carla.values(key)["name"] == "Queda"
    assert not reading.flags(carla.project, key) & State.CONFLICT
    for one in (ana, carla):
        assert names(one) == ["Queda"]
        one.verify()


@pytest.mark.parametrize("hears", ["before", "after"])
def test_a_signed_act_keeps_what_its_writers_would_take_back(
    trio: list[Laptop], hears: str
) -> None:
    ana, beto, carla = trio
    share = shared(*trio)
    act, motion = in_an_act(trio, share)
    records.close(ana.project, act)
    if hears == "before":
        ana.sync(share)
        carla.sync(share)
    everywhere(written_again(beto), carla)
    settle(share, ana, carla)
    for one in (ana, carla):
        assert one.values(motion)["title"] == "Del acta"
        assert reading.flags(one.project, motion) == State.VISIBLE
        one.verify()
    agree(ana, carla)


def test_a_word_alone_takes_nothing_out_of_a_signed_act(trio: list[Laptop]) -> None:
    """Neither that it stands where nothing is, nor where something else stood that is gone."""
    ana, beto, carla = trio
    share = shared(*trio)
    act, motion = in_an_act(trio, share)
    records.close(ana.project, act)
    settle(share, *trio, rounds=2)
    raw = newest(beto)
    everywhere(Forger(beto).batch(person(), says=[again_at(raw, 1 << 40)]), ana, carla)
    first, other = Forger(beto), Forger(beto)
    one = person()
    there = first.batch(one, says=[again_at(raw, 1)])
    everywhere(there, ana, carla)
    everywhere(other.batch(one, says=[again_at(there, 1)]), ana, carla)
    for laptop in (ana, carla):
        assert laptop.values(motion)["title"] == "Del acta"
        laptop.verify()
    agree(ana, carla)


def test_who_was_shut_out_is_not_taken_at_their_word(trio: list[Laptop]) -> None:
    ana, beto, carla = trio
    share = shared(*trio)
    beto.person("Queda")
    settle(share, *trio, rounds=2)
    membership.revoke(ana.project, beto.device)
    settle(share, ana, carla, rounds=1)
    raw = Forger(beto).batch(person(), says=[again_at(newest(beto), 1 << 40)])
    carla.replica.receive(raw)
    assert names(carla) == ["Queda"]


def test_a_number_that_was_given_up_is_no_way_into_a_signed_act(trio: list[Laptop]) -> None:
    """Who closed it had seen a change of that number: another one, that had nothing to do with it."""
    ana, beto, carla = trio
    share = shared(*trio)
    act = meeting(ana, committee(ana))
    settle(share, *trio, rounds=1)
    beto.person("Sin relación")
    raw = newest(beto)
    settle(share, *trio, rounds=2)
    records.close(ana.project, act)
    settle(share, *trio, rounds=2)
    header = envelope.parse(raw).header
    beto.project.begin_incarnation({header.log: header.number})
    everywhere(newest(beto), ana, carla)

    key = beto.project.store.epoch_key(header.epoch)
    assert key is not None
    heads = envelope.open_context(envelope.parse(raw), key).roster_heads
    late, slipped = random_id(), random_id()
    fresh, reopened = Forger(beto), Forger(beto, header.incarnation)
    for log, record in ((fresh, late), (reopened, slipped)):
        fields = {"meeting": act.id.hex(), "title": "Metido"}
        change = Change(Verb.CREATE, "agenda_item", record, ("meeting", act.id), fields)
        everywhere(log.batch(change, heads=heads), ana, carla)
    for one in (ana, carla):
        for record in (late, slipped):
            [(standing,)] = one.project.store.rows(
                "SELECT class FROM records WHERE id=?", (record,)
            )
            assert standing == Standing.LATE
    agree(ana, carla)


def test_of_two_claims_a_true_one_suffices_in_any_order(trio: list[Laptop]) -> None:
    ana, beto, carla = trio
    share = shared(*trio)
    beto.person("Queda")
    settle(share, *trio, rounds=2)
    raw = newest(beto)
    true = Forger(beto).batch(says=[again_at(raw, 1)], like=only(beto, raw))
    false = Forger(beto).batch(person(), says=[again_at(raw, 1)])
    for one, order in ((ana, (true, false)), (carla, (false, true))):
        for batch in order:
            everywhere(batch, one)
    agree(ana, carla)
    assert sorted(names(ana)) == ["Otra", "Queda"]


def test_nobody_is_kept_from_syncing_by_what_they_relayed(trio: list[Laptop]) -> None:
    """What Carla relayed is given up, another batch has its number, and old heads make her relay it."""
    _ana, beto, carla = trio
    share = shared(*trio)
    forger = Forger(beto)
    first = forger.batch(person("Uno"))
    path = layout.batch(beto.space(), forger.log, 1)
    share.files[path] = first
    carla.sync(share)
    del share.files[path]
    carla.sync(share)
    assert any(name.startswith("relay/") for name in share.files)
    incarnation = envelope.parse(first).header.incarnation
    again = Forger(beto)
    share.files[layout.batch(beto.space(), again.log, 1)] = again.batch(
        says=[again_at(first, 1)], like=only(beto, first)
    )
    share.files[path] = Forger(beto, incarnation).batch(person("Dos"))
    carla.sync(share)
    del share.files[path]
    share.files[layout.heads(beto.space(), beto.device)] = members.make_heads(
        beto.project.keys, beto.project.roster.project, beto.space(),
        {forger.log: (1, envelope.batch_hash(first))},
    )  # fmt: skip
    for _turn in range(3):
        carla.sync(share)
    assert sorted(names(carla)) == ["Dos", "Uno"]


def test_claims_about_nothing_cost_no_requests(trio: list[Laptop]) -> None:
    ana, beto, _carla = trio
    share = shared(*trio)
    asked: list[str] = []
    look = share.read

    def counted(path: str, limit: int) -> bytes | None:
        asked.append(path)
        return look(path, limit)

    share.read = counted  # type: ignore[method-assign]
    ana.sync(share)
    usual = len(asked)
    forger = Forger(beto)
    says = [Reissued(random_id(), 1, 2 * random_id(), 1) for _ in range(500)]
    share.files[layout.batch(beto.space(), forger.log, 1)] = forger.batch(person(), says=says)
    asked.clear()
    ana.sync(share)
    assert names(ana) == ["Otra"]
    assert len(asked) < usual + 10


def test_more_claims_than_anybody_needs_are_refused(trio: list[Laptop]) -> None:
    ana, beto, _carla = trio
    says = [Reissued(random_id(), 1, 2 * random_id(), 1)] * (envelope.MAX_REISSUED + 1)
    raw = Forger(beto).batch(person(), says=says)
    with pytest.raises(envelope.Malformed):
        ana.replica.receive(raw)
    settled = Forger(beto).batch(person(), says=says[:-1])
    assert ana.replica.receive(settled).verdict is Verdict.APPLIED


def test_a_batch_that_nobody_can_open_stops_no_sync(trio: list[Laptop]) -> None:
    """At the end of a log that was given up, said to be written again as well."""
    ana, beto, _carla = trio
    share = shared(*trio)
    old, new = Forger(beto), Forger(beto)
    first, second = old.batch(person("Uno")), envelope.parse(old.batch(person("Dos")))
    block = bytes(len(second.block))
    header = replace(second.header, block_hash=digest(block, b"kipu block")).pack()
    signature = beto.project.keys.sign(header, b"kipu batch 1")
    closed = header + signature + second.context + block
    again = new.batch(says=[again_at(first, 1), again_at(closed, 1)], like=only(beto, first))
    share.files[layout.batch(beto.space(), new.log, 1)] = again
    ana.sync(share)
    for number, raw in enumerate((first, closed), 1):
        share.files[layout.batch(beto.space(), old.log, number)] = raw
    ana.sync(share)
    assert names(ana) == ["Uno"]


def test_batches_that_undo_each_other_end_a_sync_as_any(trio: list[Laptop]) -> None:
    """One says of the one before that it stands in it, another says the same of that one."""
    ana, beto, _carla = trio
    share = shared(*trio)
    membership.change_role(ana.project, beto.device, "observer", [PARISH])
    settle(share, *trio, rounds=2)
    old, new = Forger(beto), Forger(beto)
    first = old.batch(person("Uno"))
    second = old.batch(says=[again_at(first, 2)], like=only(beto, first))
    batches = (first, second, old.batch(person("Tres")))
    share.files[layout.batch(beto.space(), new.log, 1)] = new.batch(
        says=[again_at(second, 1)], like=only(beto, second)
    )
    ana.sync(share)
    for number, raw in enumerate(batches, 1):
        share.files[layout.batch(beto.space(), old.log, number)] = raw
    share.reads.clear()
    ana.sync(share)
    assert len(share.reads) < 100
    assert names(ana) == []
