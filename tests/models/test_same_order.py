"""Two laptops that hold the same show it in the same order, whatever reached which of them first."""

from __future__ import annotations

import pytest

from app.models.commands import attachments as attaching
from app.models.commands import meetings, record_tables, records, same
from app.models.ledger import RecordKey
from app.models.meetings.papers import acta_of
from app.models.queries import attachments, conflicts, duplicates, groups, lists
from app.models.queries.lists import Listing
from app.models.queries.meetings import desk
from app.models.queries.same import canonical
from tests.models.laptops import Laptop, agree, settle
from tests.models.meeting_room import make_room
from tests.sync.sharing import MemoryRemote

HOUR = 3_600_000


@pytest.fixture
def apart(five: list[Laptop], share: MemoryRemote) -> list[Laptop]:
    """A coordinator and two secretaries; the first secretary's clock is an hour ahead."""
    ana, ben, cai, *_others = five
    ben.clock_ms += HOUR
    return [ana, ben, cai]


def named(laptop: Laptop) -> list[str]:
    rows = lists.every(laptop.project, Listing("person"))
    return [str(row.values["name"]) for row in rows]


def told(laptops: list[Laptop], share: MemoryRemote) -> None:
    settle(share, *laptops)
    agree(*laptops)


# -- lists -----------------------------------------------------------------------------------------


def test_lists_and_exports_follow_when_records_were_made(
    apart: list[Laptop], share: MemoryRemote
) -> None:
    _ana, ben, cai = apart
    ben.person("Ben 1")
    ben.person("Ben 2")
    cai.person("Cai 1")
    cai.person("Cai 2")
    told(apart, share)
    for one in apart:
        assert named(one) == ["Ben 2", "Ben 1", "Cai 2", "Cai 1"]
    tables = {
        record_tables.export_records(one.project, Listing("person"), ".csv")[0] for one in apart
    }
    assert len(tables) == 1


def test_what_sorts_alike_stands_in_one_order(apart: list[Laptop], share: MemoryRemote) -> None:
    _ana, ben, cai = apart
    bens, cais = ben.person("Rosa"), cai.person("Rosa")
    told(apart, share)
    for one in apart:
        for descending, wanted in ((False, [cais, bens]), (True, [bens, cais])):
            listing = Listing("person", sort="name", descending=descending)
            assert [row.key for row in lists.page(one.project, listing, 0, 10)] == wanted


def test_a_record_made_twice_has_one_place_everywhere(
    apart: list[Laptop], share: MemoryRemote
) -> None:
    _ana, ben, cai = apart
    cai.person("Luz", bytes(15) + b"\1")
    cai.person("Mar")
    ben.person("Luz", bytes(15) + b"\1")
    told(apart, share)
    for one in apart:
        assert named(one) == ["Mar", "Luz"]


# -- meetings --------------------------------------------------------------------------------------


def test_the_commitments_of_a_meeting_stand_in_one_order(
    apart: list[Laptop], share: MemoryRemote
) -> None:
    ana, ben, cai = apart
    room = make_room(ana)
    settle(share, *apart)
    for one, texts in ((ben, ("Luz", "Agua")), (cai, ("Alarmas", "Rondas"))):
        for text in texts:
            meetings.commit(one.project, room.meeting, text, "Rosa")
    told(apart, share)
    wanted = ["Alarmas", "Rondas", "Luz", "Agua"]
    for one in apart:
        assert [made.text for made in desk(one.project, room.meeting).commitments] == wanted
        assert [made.what for made in acta_of(one.project, room.meeting).commitments] == wanted


def test_what_a_meeting_owns_stands_in_one_order(apart: list[Laptop], share: MemoryRemote) -> None:
    ana, ben, cai = apart
    room = make_room(ana)
    room.open()
    settle(share, *apart)
    for one in (ben, cai):
        meetings.put_motion(one.project, room.meeting, f"Moción {one.home.name}")
        meetings.resolve(one.project, room.meeting, f"Resolución {one.home.name}")
        meetings.guest(one.project, room.meeting, f"Visita {one.home.name}", "", "14:10")
        meetings.add_item(one.project, room.meeting, f"Punto {one.home.name}")
        meetings.check_quorum(one.project, room.meeting, "14:20")
    told(apart, share)
    first, *others = [desk(one.project, room.meeting, "15:00") for one in apart]
    for other in others:
        assert other == first
    papers = [acta_of(one.project, room.meeting) for one in apart]
    assert papers[1:] == papers[:1] * 2


def test_the_table_of_a_group_stands_in_one_order(five: list[Laptop], share: MemoryRemote) -> None:
    ana, *_secretaries, eva = five
    group = records.new(ana.project, "focus_group", {"topic": "La noche"}, ana.space())
    settle(share, ana, eva)
    for one in (ana, eva):
        owner = {"focus_group": group.id.hex()}
        records.new(one.project, "participant", {**owner, "alias": "Luz", "chair": 1})
        records.new(one.project, "turn", {**owner, "text": one.home.name})
    told([ana, eva], share)
    assert groups.seats(ana.project, group) == groups.seats(eva.project, group)
    assert groups.turns(ana.project, group) == groups.turns(eva.project, group)


def test_attachments_and_conflicts_stand_in_one_order(
    apart: list[Laptop], share: MemoryRemote
) -> None:
    ana, ben, cai = apart
    owner = ana.person("Ana")
    settle(share, *apart)
    others: list[RecordKey] = []
    for one in (ben, cai):
        attaching.attach(one.project, owner, one.home.name.encode(), "nota.txt")
        others.append(one.person("Mia"))
    settle(share, *apart)
    for one in (ben, cai):
        for key in others:
            one.edit(key, name=f"Mía de {one.home.name}")
    told(apart, share)
    for one in apart:
        found = [held.key for held in attachments.of(one.project, owner)]
        assert found == [held.key for held in attachments.of(ana.project, owner)]
        waiting = [held.key for held in conflicts.all_conflicts(one.project)]
        assert waiting == others[::-1]


# -- who is who ------------------------------------------------------------------------------------


def test_duplicates_are_told_in_one_order_and_following_them_makes_no_ring(
    apart: list[Laptop], share: MemoryRemote
) -> None:
    _ana, ben, cai = apart
    for one in (ben, cai):
        one.person("Nayra Velásquez de la Torre")
        one.person("José María Cuji")
    told(apart, share)
    pairs = [duplicates.possible_duplicates(one.project) for one in apart]
    assert len(pairs[0]) == 2
    assert pairs[1:] == pairs[:1] * 2
    for one in (ben, cai):
        for pair in duplicates.possible_duplicates(one.project):
            same.join(one.project, pair.one, pair.other)
    told(apart, share)
    for one in apart:
        for pair in pairs[0]:
            assert canonical(one.project, pair.one) == pair.other
            assert canonical(one.project, pair.other) == pair.other
