"""People, organisations and places that look alike: found, joined, parted, told apart."""

from __future__ import annotations

import pytest

from app.errors import KipuError
from app.models.commands import records, same
from app.models.ledger import RecordKey
from app.models.queries import duplicates, waiting
from app.models.queries.duplicates import Pair, count, likely, possible_duplicates
from app.models.queries.same import canonical, duplicates_of
from app.models.sounding import sound, sounds
from sync.values import Value
from tests.models.laptops import Laptop, agree, settle
from tests.sync.sharing import MemoryRemote


def made(laptop: Laptop, kind: str, **values: Value) -> RecordKey:
    return records.new(laptop.project, kind, values, laptop.space())


def found(laptop: Laptop, kind: str, **values: Value) -> list[str]:
    return [one.title for one in likely(laptop.project, kind, values)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Velásquez", "Belazques"),
        ("Jiménez", "GIMENEZ"),
        ("Huaorani", "Waorani"),
        ("Hernández", "Ernandes"),
        ("Yumbo", "Llumbo"),
        ("Quispe", "Kispe"),
        ("Cerda", "Serda"),
        ("Ñaupari", "Naupari"),
        ("Philipe", "Filipe"),
        ("Guayas", "Huayas"),
    ],
)
def test_names_that_are_heard_alike_are_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Rosa", "Rosi"), ("Grefa", "Greta"), ("Chuji", "Cuji")]
)
def test_names_that_are_heard_apart_stay_apart(one: str, other: str) -> None:
    assert sound(one) != sound(other)


def test_order_and_small_words_do_not_matter() -> None:
    assert sounds("María de la Cruz Pérez") == sounds("PEREZ CRUZ, Maria")
    assert sounds("de la") == ()


def test_a_person_is_recognised_however_the_name_is_written(five: list[Laptop]) -> None:
    ana = five[0]
    made(ana, "person", name="Nayra Velásquez de la Torre", birth="1987-03-02")
    made(ana, "person", name="Rosa Grefa", birth="1960")
    for name in (
        "nayra velasquez de la torre",
        "Torre Velasquez Nayra",
        "Naira Belazques",
        "Nayra Velásqez Torre",
    ):
        assert found(ana, "person", name=name) == ["Nayra Velásquez de la Torre"], name
    assert found(ana, "person", name="Nayra Velásquez", birth="1987") != []
    assert found(ana, "person", name="Nayra Velásquez", birth="2003") == []
    assert found(ana, "person", name="Nayra") == []
    assert found(ana, "person", name="Nayra Grefa Tapuy") == []
    assert found(ana, "committee", name="Nayra Velásquez") == []


def test_the_same_document_is_the_same_person_whatever_the_name(five: list[Laptop]) -> None:
    ana = five[0]
    card: Value = {"type": "ec_cedula", "number": "1710034065"}
    key = made(ana, "person", name="Blanca Tapuy", document=card)
    [one] = likely(ana.project, "person", {"name": "B. T.", "document": card})
    assert (one.key, one.why) == (key, ("number",))
    assert likely(ana.project, "person", {"name": "x", "document": card}, apart_from=key.id) == []


def test_what_changes_is_known_at_the_next_question(five: list[Laptop]) -> None:
    ana = five[0]
    assert found(ana, "person", name="Inti Andi") == []
    key = made(ana, "person", name="Inti Andi")
    assert found(ana, "person", name="Andi, Inti") == ["Inti Andi"]
    ana.edit(key, name="Rumi Andi")
    assert found(ana, "person", name="Inti Andi") == []
    assert found(ana, "person", name="Rumi Andi") == ["Rumi Andi"]
    records.delete(ana.project, key)
    assert found(ana, "person", name="Rumi Andi") == []
    records.restore(ana.project, key)
    assert found(ana, "person", name="Rumi Andi") == ["Rumi Andi"]


def test_organisations_and_places_are_recognised_too(five: list[Laptop]) -> None:
    ana = five[0]
    one = made(ana, "place", name="Arajuno")
    two = made(ana, "place", name="Santa Clara")
    made(ana, "place", name="San José", part_of=one.id.hex(), code="160250")
    made(ana, "organisation", name="Junta Parroquial de Curaray", acronym="JPC")
    assert found(ana, "organisation", name="Junta parroquial Curarai") != []
    assert found(ana, "organisation", name="JPC") != []
    assert found(ana, "organisation", name="Junta Parroquial de Canelos") == []
    assert found(ana, "place", name="san jose") != []
    assert found(ana, "place", name="San José", part_of=two.id.hex()) == []


def test_pairs_are_offered_until_somebody_knows(five: list[Laptop]) -> None:
    ana = five[0]
    one = made(ana, "person", name="Galo Chimbo", birth="1970")
    two = made(ana, "person", name="CHIMBO GALO", birth="1970-05")
    three = made(ana, "person", name="Elsa Cují", birth="1980")
    four = made(ana, "person", name="Elza Cuji", birth="1980")
    pairs = possible_duplicates(ana.project)
    assert {(pair.one, pair.other) for pair in pairs} == {(one, two), (three, four)}
    assert pairs[0].why == ("name", "year")

    same.join(ana.project, two, one)
    same.keep_apart(ana.project, three, four)
    assert possible_duplicates(ana.project) == []
    assert found(ana, "person", name="Galo Chimbo") == ["Galo Chimbo"]
    same.part(ana.project, two)
    assert [pair.one for pair in possible_duplicates(ana.project)] == [one]


def test_joining_is_a_mark_that_can_be_taken_away(five: list[Laptop]) -> None:
    ana = five[0]
    one, two, three = (made(ana, "person", name=f"Persona {n}") for n in "ABC")
    child = made(ana, "person", name="Hija", guardian=two.id.hex())
    assert same.join(ana.project, two, one)[0] == one
    assert same.join(ana.project, three, two)[0] == one
    assert [canonical(ana.project, key) for key in (one, two, three)] == [one, one, one]
    assert duplicates_of(ana.project, one) == [two, three]
    assert ana.values(child)["guardian"] == two.id.hex()
    for again in ((one, two), (three, one)):
        with pytest.raises(KipuError, match="joined already"):
            same.join(ana.project, *again)
    same.part(ana.project, two)
    assert canonical(ana.project, two) == two
    with pytest.raises(KipuError, match="not joined"):
        same.part(ana.project, two)


def test_only_like_is_joined_to_like(five: list[Laptop]) -> None:
    ana = five[0]
    person, place = made(ana, "person", name="Puyo"), made(ana, "place", name="Puyo")
    for wrong in ((person, place), (person, person)):
        with pytest.raises(KipuError):
            same.join(ana.project, *wrong)


def test_marks_made_crosswise_agree_on_every_laptop(
    five: list[Laptop], share: MemoryRemote
) -> None:
    _ana, beto, carla, *_rest = five
    one, two = beto.person("Uno Dos"), beto.person("Dos Uno")
    settle(share, *five)
    same.join(beto.project, one, two)
    same.join(carla.project, two, one)
    settle(share, *five)
    least = min(one, two, key=lambda key: key.id)
    for laptop in five:
        assert {canonical(laptop.project, key) for key in (one, two)} == {least}
    agree(*five)


def test_an_observer_joins_nobody(five: list[Laptop], share: MemoryRemote) -> None:
    beto, observer = five[1], five[3]
    one, two = beto.person("Uno Dos"), beto.person("Dos Uno")
    settle(share, *five)
    with pytest.raises(KipuError, match="role"):
        same.join(observer.project, one, two)


def test_joining_a_duplicate_again_takes_along_whom_it_was_joined_to(five: list[Laptop]) -> None:
    ana = five[0]
    one, two, three = (ana.person(name) for name in ("Rosa Andi", "Rosa Andy", "Roza Andi"))
    same.join(ana.project, one, two)
    same.join(ana.project, one, three)
    assert {canonical(ana.project, each) for each in (one, two, three)} == {three}


def test_pairs_found_bit_by_bit_are_the_pairs_found_at_once(five: list[Laptop]) -> None:
    ana = five[0]
    keys = [made(ana, "person", name="Nayra Velásquez Torres")]
    assert count(ana.project) == 0
    for name in ("Naira Velasques Torres", "Rosa Grefa Andi", "Rosa Grefa Andy", "Nayra Velázquez"):
        keys.append(made(ana, "person", name=name))
        assert possible_duplicates(ana.project) == _at_once(ana)
    records.edit(ana.project, keys[3], {"name": "Wilmer Tapuy Licuy"})
    assert possible_duplicates(ana.project) == _at_once(ana)
    records.delete(ana.project, keys[1])
    assert possible_duplicates(ana.project) == _at_once(ana)
    assert count(ana.project) == len(possible_duplicates(ana.project))


def test_pairs_are_counted_step_by_step(five: list[Laptop]) -> None:
    ana = five[0]
    for number in range(6):
        made(ana, "person", name=f"Nayra Velásquez {'Torres' if number % 2 else 'Andi'}")
    assert not duplicates.is_warm(ana.project)
    assert waiting.decisions(ana.project) == 0
    steps = 1
    while not duplicates.look(ana.project, 4):
        steps += 1
    assert steps > 2
    assert waiting.decisions(ana.project) == len(possible_duplicates(ana.project)) == 6


def _at_once(laptop: Laptop) -> list[Pair]:
    """What a program that was just opened finds."""
    kept = dict(duplicates._indexes.pop(laptop.project))
    assert not duplicates.is_warm(laptop.project)
    fresh = possible_duplicates(laptop.project)
    duplicates._indexes[laptop.project] = kept
    return fresh
