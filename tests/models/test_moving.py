"""A record moved to another space, by one laptop or by two at once."""

from __future__ import annotations

import pytest

from app.errors import KipuError
from app.models.commands import membership, records
from app.models.queries import lists
from app.models.queries import records as reading
from app.models.queries.lists import Listing
from tests.models.laptops import Laptop, settle
from tests.sync.sharing import MemoryRemote


def _rows(laptop: Laptop, kind: str, space: bytes) -> list[dict[str, object]]:
    return [dict(row.values) for row in lists.every(laptop.project, Listing(kind, space=space))]


def test_two_laptops_that_move_the_same_record_agree(
    five: list[Laptop], share: MemoryRemote
) -> None:
    one, other = five[0], five[4]
    target = membership.add_space(one.project, "Curaray")
    home = one.space()
    person = one.person("Eva")
    consent = records.new(one.project, "consent", {"person": person.id.hex()}, home)
    settle(share, *five)
    moved = records.move(one.project, person, target)
    assert records.move(other.project, person, target) == moved
    settle(share, *five)
    for laptop in (one, other):
        assert [row["name"] for row in _rows(laptop, "person", target)] == ["Eva"]
        assert len(_rows(laptop, "consent", target)) == 1
        assert _rows(laptop, "person", home) == _rows(laptop, "consent", home) == []
        (row,) = lists.every(laptop.project, Listing("consent", space=target))
        assert reading.parent(laptop.project, row.key) == moved
        assert not reading.conflicted(laptop.project, moved)
    assert consent.id != row.key.id


def test_a_part_of_a_record_does_not_move_alone(five: list[Laptop]) -> None:
    one = five[0]
    target = membership.add_space(one.project, "Curaray")
    person = one.person("Eva")
    consent = records.new(one.project, "consent", {"person": person.id.hex()}, one.space())
    with pytest.raises(KipuError, match="belongs to another"):
        records.move(one.project, consent, target)
    with pytest.raises(KipuError, match="already"):
        records.move(one.project, person, one.space())
