"""What commands do when laptops meet: closing, deleting, deciding, finding."""

from __future__ import annotations

import pytest

from app.errors import KipuError
from app.models.commands import conflicts as settling
from app.models.commands import records
from app.models.ledger import RecordKey
from app.models.ledger.registers import Standing, State
from app.models.queries import conflicts, lists
from app.models.queries import records as reading
from app.models.queries.lists import Listing
from sync.changes import Change, Ref, Verb
from sync.envelope import Seen
from sync.merge import EXISTENCE
from tests.models.forging import everywhere, forge, standings
from tests.models.laptops import Laptop, agree, settle
from tests.models.test_ledger import committee, item, meeting
from tests.sync.sharing import MemoryRemote

# --- closing ---------------------------------------------------------------------------------------


@pytest.fixture
def act(five: list[Laptop], share: MemoryRemote) -> RecordKey:
    """A meeting with one item that everyone has."""
    owner = committee(five[1])
    key = meeting(five[1], owner)
    item(five[1], key, "Primero")
    settle(share, *five)
    return key


def titles(laptop: Laptop) -> list[str]:
    rows = lists.every(laptop.project, Listing("agenda_item"))
    return sorted(str(row.values["title"]) for row in rows)


def test_what_the_closer_had_not_seen_waits(
    five: list[Laptop], share: MemoryRemote, act: RecordKey
) -> None:
    ana, beto, carla, *_rest = five
    records.close(beto.project, act)
    carla.edit(act, venue="Casa comunal")
    late_item = item(carla, act, "Nuevo y tarde")
    settle(share, *five)
    for one in five:
        assert "venue" not in one.values(act)
        assert titles(one) == ["Primero"]
        with pytest.raises(KipuError, match="set aside: it came late"):
            reading.require_shown(one.project, late_item)
        assert standings(one) == [Standing.LATE, Standing.LATE]
        assert reading.flags(one.project, act) & State.CLOSED
    with pytest.raises(KipuError, match="closed"):
        carla.edit(act, venue="Otra vez")
    agree(*five)

    for late in conflicts.withheld(ana.project):
        records.admit_late(ana.project, act, late.refs)
    settle(share, *five)
    for one in five:
        assert one.values(act)["venue"] == "Casa comunal"
        assert titles(one) == ["Nuevo y tarde", "Primero"]
        reading.require_shown(one.project, late_item)
        assert standings(one) == []
    agree(*five)


def test_what_the_closer_had_seen_is_part_of_the_act(
    five: list[Laptop], share: MemoryRemote, act: RecordKey
) -> None:
    _ana, beto, carla, *_rest = five
    carla.edit(act, venue="Casa comunal")
    item(carla, act, "A tiempo")
    settle(share, carla, beto)
    records.close(beto.project, act)
    settle(share, *five)
    for one in five:
        assert one.values(act)["venue"] == "Casa comunal"
        assert titles(one) == ["A tiempo", "Primero"]
        assert standings(one) == []
    agree(*five)


def test_concurrent_closes_are_shown_and_settling_them_lets_nothing_late_in(
    five: list[Laptop], share: MemoryRemote, act: RecordKey
) -> None:
    ana, beto, carla, *_rest = five
    records.close(beto.project, act)
    records.close(ana.project, act)
    carla.edit(act, venue="Tarde")
    settle(share, *five)
    for one in five:
        assert [c.field for c in conflicts.of_record(one.project, act)] == [EXISTENCE]
        assert standings(one) == [Standing.LATE]
    conflict = conflicts.of_record(ana.project, act)[0]
    settling.take(ana.project, conflict, conflict.versions[0])
    settle(share, *five)
    for one in five:
        assert conflicts.all_conflicts(one.project) == []
        assert standings(one) == [Standing.LATE]
        assert "venue" not in one.values(act)
    agree(*five)


def test_closing_again_lets_nothing_late_in(
    five: list[Laptop], share: MemoryRemote, act: RecordKey
) -> None:
    _ana, beto, carla, *_rest = five
    records.close(beto.project, act)
    carla.edit(act, venue="Tarde")
    settle(share, *five)
    records.close(beto.project, act)
    settle(share, *five)
    for one in five:
        assert "venue" not in one.values(act)
        assert standings(one) == [Standing.LATE]
    agree(*five)


def test_an_edit_that_closes_along_cannot_alter_an_act_it_knew(
    five: list[Laptop], share: MemoryRemote, act: RecordKey
) -> None:
    _ana, beto, carla, *_rest = five
    records.close(beto.project, act)
    settle(share, *five)
    log = beto.project.ledger.author.log(beto.space())
    at = five[0].project.ledger.registers.log(log)
    assert at is not None
    raw = forge(
        carla,
        Change(Verb.EDIT, "meeting", act.id, None, {"venue": "Falsa"}, {"venue": ()}),
        Change(Verb.CLOSE, "meeting", act.id),
        frontier={log: Seen(at.seq, at.head)},
    )
    everywhere(raw, *five)
    for one in five:
        assert "venue" not in one.values(act)
        assert standings(one) == [Standing.LATE]
    agree(*five)


def test_an_admission_in_advance_admits_nothing(
    five: list[Laptop], share: MemoryRemote, act: RecordKey
) -> None:
    ana, beto, carla, *_rest = five
    log = carla.project.ledger.author.log(carla.space())
    refs = tuple(Ref(log, seq) for seq in range(1, 20))
    records.admit_late(ana.project, act, refs)
    records.close(beto.project, act)
    carla.edit(act, venue="Tarde")
    settle(share, *five)
    for one in five:
        assert standings(one) == [Standing.LATE]
    agree(*five)


# --- delete against edit ---------------------------------------------------------------------------


def test_delete_against_edit_is_shown_and_settled(five: list[Laptop], share: MemoryRemote) -> None:
    ana, beto, carla, *_rest = five
    keys = [ana.person("Uno"), ana.person("Dos")]
    settle(share, *five)
    for key in keys:
        records.delete(beto.project, key)
        carla.edit(key, phone="099")
    settle(share, *five)
    for one in five:
        for key in keys:
            assert reading.flags(one.project, key) == State.VISIBLE | State.CONFLICT
    for key, gone in zip(keys, (True, False), strict=True):
        conflict = conflicts.of_record(ana.project, key)[0]
        version = next(v for v in conflict.versions if v.deleted is gone)
        settling.take(ana.project, conflict, version)
    settle(share, *five)
    for one in five:
        assert reading.flags(one.project, keys[0]) == State.DELETED
        assert reading.flags(one.project, keys[1]) == State.VISIBLE
        assert one.values(keys[1])["phone"] == "099"
        assert conflicts.all_conflicts(one.project) == []
    agree(*five)


def test_a_new_row_deep_under_a_deleted_record_keeps_all_its_owners_in_sight(
    five: list[Laptop], share: MemoryRemote
) -> None:
    _ana, beto, carla, *_rest = five
    owner = committee(beto)
    key = meeting(beto, owner)
    settle(share, *five)
    records.delete(beto.project, owner)
    item(carla, key)
    settle(share, *five)
    for one in five:
        assert reading.flags(one.project, owner) == State.VISIBLE | State.CONFLICT
        assert reading.flags(one.project, key) == State.VISIBLE | State.CONFLICT
        for disputed in (owner, key):
            (found,) = conflicts.of_record(one.project, disputed)
            assert [(v.deleted, v.person) for v in found.versions] == [
                (False, carla.project.person.name), (True, beto.project.person.name),
            ]  # fmt: skip
    agree(*five)
    (found,) = conflicts.of_record(five[0].project, owner)
    settling.take(five[0].project, found, found.versions[0])
    settle(share, *five)
    for one in five:
        assert conflicts.all_conflicts(one.project) == []
        assert reading.flags(one.project, key) == State.VISIBLE
    agree(*five)


def test_a_deleted_record_comes_back_with_what_it_owned(
    five: list[Laptop], share: MemoryRemote, act: RecordKey
) -> None:
    beto = five[1]
    records.delete(beto.project, act)
    settle(share, *five)
    assert titles(five[0]) == []
    records.restore(beto.project, act)
    settle(share, *five)
    assert titles(five[0]) == ["Primero"]
    agree(*five)


def test_editing_never_overwrites_what_arrived_meanwhile(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, *_rest = five
    key = ana.person("Uno")
    settle(share, *five)
    shown = reading.heads(beto.project, key)
    ana.edit(key, name="De Ana")
    settle(share, ana, beto)
    records.edit(beto.project, key, {"name": "De Beto"}, shown)
    settle(share, *five)
    for one in five:
        found = conflicts.of_record(one.project, key)
        assert {v.value for c in found for v in c.versions} == {"De Ana", "De Beto"}
    agree(*five)


def test_settling_empties_no_field_that_is_needed(five: list[Laptop], share: MemoryRemote) -> None:
    ana, beto, *_rest = five
    key = ana.person("Uno")
    settle(share, *five)
    for one, name in ((ana, "De Ana"), (beto, "De Beto")):
        one.edit(key, name=name, phone=name)
    settle(share, *five)
    found = {one.field: one for one in conflicts.of_record(ana.project, key)}
    with pytest.raises(KipuError, match="Name is missing"):
        settling.settle(ana.project, found["name"], None)
    assert reading.conflicted(ana.project, key) == {"name", "phone"}
    settling.settle(ana.project, found["phone"], None)
    settling.settle(ana.project, found["name"], "De nadie")
    settle(share, *five)
    assert [one.values(key).get("phone") for one in five] == [None] * len(five)
    assert [one.values(key)["name"] for one in five] == ["De nadie"] * len(five)
    agree(*five)


# --- what people find ------------------------------------------------------------------------------


def found(laptop: Laptop, words: str) -> list[str]:
    rows = lists.every(laptop.project, Listing("person", words=words))
    return sorted(str(row.values["name"]) for row in rows)


def test_search_follows_every_change_and_minds_no_accents(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, *_rest = five
    key = ana.person("José Ñandú Güiracocha")
    other = ana.person("Rosa Andi")
    for words in ("jose", "JOSÉ", "ñandu", "nandu", "guira", "jose nandu", "güi"):
        assert found(ana, words) == ["José Ñandú Güiracocha"], words
    assert found(ana, "jose rosa") == []
    settle(share, *five)
    assert found(beto, "nandu") == ["José Ñandú Güiracocha"]
    beto.edit(key, name="María")
    records.delete(beto.project, other)
    settle(share, *five)
    for one in five:
        assert found(one, "nandu") == []
        assert found(one, "maria") == ["María"]
        assert found(one, "rosa") == []
        assert lists.count(one.project, Listing("person")) == 1
    records.restore(ana.project, other)
    assert found(ana, "rosa") == ["Rosa Andi"]


@pytest.mark.parametrize("words", ['"', "*", "a OR b", "name:x", "(", "-x", "^", "NEAR(a b)", "''"])
def test_search_takes_any_words(five: list[Laptop], words: str) -> None:
    five[0].person("Uno")
    assert found(five[0], words) in ([], ["Uno"])


@pytest.mark.parametrize("words", ["🦀", "(", "¿?", "_", " - ( ", "…"])
def test_words_without_a_letter_find_nothing_and_hinder_no_others(
    five: list[Laptop], words: str
) -> None:
    one = five[0]
    one.person("Uno")
    assert found(one, words) == []
    assert lists.count(one.project, Listing("person", words=words)) == 0
    assert lists.page(one.project, Listing("person", words=words), 0, 5) == []
    assert found(one, f"uno {words}") == found(one, f"{words} uno") == ["Uno"]
    assert found(one, "") == found(one, "  ") == ["Uno"]


def test_adopting_twice_makes_one_record(five: list[Laptop], share: MemoryRemote) -> None:
    ana, beto, _carla, _olga, eva = five
    key = records.new(beto.project, "organisation", {"name": "UPC Arajuno"}, beto.space())
    settle(share, *five)
    assert records.adopt(ana.project, key) == records.adopt(eva.project, key)
    settle(share, *five)
    common = ana.project.roster.common
    for one in five:
        assert lists.count(one.project, Listing("organisation", space=common)) == 1
        assert conflicts.all_conflicts(one.project) == []
    agree(*five)


def test_a_time_from_a_dead_clock_is_shown_and_doubted(five: list[Laptop]) -> None:
    one = five[0]
    key = one.person("Eva")
    one.project.ledger.seal()
    one.clock_ms = 0
    one.edit(key, name="Eva Luz")
    made, renamed = reading.history(one.project, key)[0], reading.history(one.project, key)[-1]
    assert (made.is_doubtful, renamed.is_doubtful) == (False, True)
    assert (renamed.value, renamed.at_ms < 60_000) == ("Eva Luz", True)
