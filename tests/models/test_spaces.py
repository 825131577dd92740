"""Spaces of one name, as two coordinators make them who have not met: told apart on every laptop."""

from __future__ import annotations

import unicodedata

import pytest

from app.cli.projects import summary
from app.errors import KipuError
from app.models import spaces
from app.models.commands import membership, surveys
from app.models.queries import records as reading
from app.views import project_reads
from sync.changes import Change, Verb
from sync.ids import random_id
from tests.models.laptops import PARISH, Laptop, agree, settle, shared

TWO = "Centro"


@pytest.fixture
def twins(three: list[Laptop]) -> list[bytes]:
    """Two spaces called Centro, added apart by the two coordinators; all have synced since."""
    ana, beto, carla = three
    remote = shared(*three)
    made = [membership.add_space(one.project, TWO) for one in (ana, carla)]
    settle(remote, *three)
    for space in made:
        membership.change_role(ana.project, beto.device, "facilitator", [space.hex()])
    settle(remote, *three)
    return made


def named(laptop: Laptop) -> dict[str, tuple[bytes, str]]:
    return {one.name: (one.id, one.code) for one in spaces.all_named(laptop.project)}


def tag(space: bytes) -> str:
    return space.hex()[:4]


def test_two_of_one_name_are_called_the_same_on_all_laptops(
    three: list[Laptop], twins: list[bytes]
) -> None:
    expected = {f"{TWO} ({tag(one)})": (one, f"CNT{tag(one).upper()}") for one in twins}
    for laptop in three:
        found = named(laptop)
        assert found.pop(PARISH)[1] == "ARJ"
        assert found == expected
        assert set(summary(laptop.project)["spaces"]) >= set(expected)
        assert set(summary(laptop.project)["roles"]) >= set(expected)
        assert laptop.project.name == "Pastaza"
    agree(*three)


def test_the_bare_name_is_refused_with_what_tells_them_apart(
    three: list[Laptop], twins: list[bytes]
) -> None:
    for laptop in three:
        for bare in (TWO, TWO.upper(), "CNT"):
            with pytest.raises(KipuError, match="more than one space") as refused:
                spaces.find(laptop.project, bare)
            for space, founder in zip(twins, ("L1", "L3"), strict=True):
                assert f"{TWO} ({tag(space)}), founded on {founder}" in refused.value.message
    with pytest.raises(KipuError, match="more than one space"):
        membership.change_role(three[0].project, three[1].device, None, [TWO])


def test_either_is_named_by_its_whole_name_its_code_or_its_id(
    three: list[Laptop], twins: list[bytes]
) -> None:
    for laptop in three:
        for space in twins:
            for name in (
                f"{TWO} ({tag(space)})", f"{TWO.lower()} ({space.hex()})",
                f"CNT{tag(space)}", space.hex(),
            ):  # fmt: skip
                assert laptop.space(name) == space


def test_a_colleagues_whole_name_is_understood_where_one_is_read(
    three: list[Laptop], twins: list[bytes]
) -> None:
    ana, beto, _carla = three
    remote = shared(ana)
    membership.add_space(ana.project, "Canelos")
    membership.change_role(ana.project, beto.device, "facilitator", ["Canelos"])
    settle(remote, ana, beto)
    [canelos] = [one for one in spaces.all_named(beto.project) if one.given_name == "Canelos"]
    assert beto.space(f"canelos ({tag(canelos.id)})") == canelos.id
    assert beto.space(unicodedata.normalize("NFD", canelos.name)) == canelos.id
    with pytest.raises(KipuError, match="no space"):
        beto.space(f"Canelos ({tag(twins[0])})")


def test_a_third_of_the_name_is_not_added_and_gets_no_code_of_theirs(
    three: list[Laptop], twins: list[bytes]
) -> None:
    ana = three[0]
    for name in (TWO, "centro", f"{TWO} ({tag(twins[0])})"):
        with pytest.raises(KipuError, match="already a space"):
            membership.add_space(ana.project, name)
    canto = membership.add_space(ana.project, "Canto")
    [code] = [one.code for one in spaces.all_named(ana.project) if one.id == canto]
    assert code == "CNT2"


def test_one_laptop_gives_no_folio_twice(three: list[Laptop], twins: list[bytes]) -> None:
    beto = three[1]
    with beto.project.ledger.writing():
        folios = [surveys.next_folio(beto.project, space) for space in twins for _time in range(2)]
    assert len(set(folios)) == 4
    assert folios[0] == f"CNT{tag(twins[0]).upper()}-L2-001"


def test_a_folio_of_a_space_that_was_taken_away_is_not_given_again(
    three: list[Laptop], twins: list[bytes]
) -> None:
    ana, beto, _carla = three
    remote = shared(ana)
    membership.change_role(ana.project, beto.device, None, [twins[0].hex()])
    settle(remote, ana, beto)
    assert twins[0] not in spaces.readable(beto.project)
    assert surveys.folio_stem(beto.project, twins[1]) == f"CNT{tag(twins[1]).upper()}-L2"
    assert beto.space(TWO) == twins[1]


def test_that_two_have_one_name_is_told(three: list[Laptop], twins: list[bytes]) -> None:
    names = sorted(f"{TWO} ({tag(one)})" for one in twins)
    for laptop in three:
        assert summary(laptop.project)["same_name"] == [names]
        [told] = project_reads.overview(laptop.project).doubled
        assert all(name in told for name in names)


def test_where_all_names_differ_nothing_is_told(laptop: Laptop) -> None:
    assert [one.name for one in spaces.all_named(laptop.project, True)] == ["Pastaza", PARISH]
    assert summary(laptop.project)["same_name"] == []
    assert project_reads.overview(laptop.project).doubled == ()


def test_a_folio_of_several_records_is_refused_with_their_ids(three: list[Laptop]) -> None:
    ana = three[0]
    folios = ("ARJ-L1-001", "ARJ-L1-001", "ARJ-L1-002")
    keys = [random_id() for _folio in folios]
    ana.project.ledger.commit(
        ana.space(),
        [Change(Verb.CREATE, "response", key, None, {"form_id": "x", "folio": folio})
         for key, folio in zip(keys, folios, strict=True)],
        "new",
    )  # fmt: skip
    with pytest.raises(KipuError, match="several records") as refused:
        reading.find(ana.project, "arj-l1-001")
    assert all(key.hex() in refused.value.message for key in keys[:2])
    assert reading.find(ana.project, "ARJ-L1-002").id == keys[2]
