"""One id that several records bear: nothing acts on one of them unless it is said which."""

from __future__ import annotations

import pytest

from app.errors import KipuError
from app.models import spaces
from app.models.commands import membership, record_tables, records
from app.models.ledger import RecordKey
from app.models.queries import conflicts
from app.models.queries import records as reading
from app.views import lookup
from tests.models.laptops import PARISH, Laptop, settle
from tests.sync.sharing import MemoryRemote

ID = "0a" * 16
COUNCIL = "Consejo"


@pytest.fixture
def bearers(laptop: Laptop) -> list[RecordKey]:
    """A person and an organisation of the parish, and a person of the council, all of one id."""
    membership.add_space(laptop.project, COUNCIL)
    for kind, space in (("organisation", PARISH), ("person", COUNCIL), ("person", PARISH)):
        records.new(
            laptop.project,
            kind,
            {"name": f"{kind} {space}"},
            laptop.space(space),
            bytes.fromhex(ID),
        )
    return [
        RecordKey(laptop.space(space), kind, bytes.fromhex(ID))
        for kind, space in (("organisation", PARISH), ("person", COUNCIL), ("person", PARISH))
    ]


def test_a_bare_id_is_refused_with_a_name_for_each(
    laptop: Laptop, bearers: list[RecordKey]
) -> None:
    with pytest.raises(KipuError) as refused:
        reading.find(laptop.project, ID)
    for key in bearers:
        name = reading.whole_name(laptop.project, key)
        assert name in refused.value.message
        assert reading.find(laptop.project, name) == key
    assert "(Organisation, Arajuno)" in refused.value.message


def test_kind_or_space_is_enough_where_it_leaves_one(
    laptop: Laptop, bearers: list[RecordKey]
) -> None:
    organisation, council, parish = bearers
    project = laptop.project
    assert reading.find(project, f"organisation:{ID}") == organisation
    assert reading.find(project, f"{COUNCIL}:{ID}") == council
    assert reading.find(project, f"person:{PARISH}:{ID.upper()}") == parish
    assert reading.find(project, ID, "organisation") == organisation
    assert reading.find(project, ID, "person", laptop.space()) == parish
    for text in (f"person:{ID}", f"{PARISH}:{ID}"):
        with pytest.raises(KipuError, match="means several records here"):
            reading.find(project, text)
    for text in (f"place:{ID}", f"nowhere:{ID}"):
        with pytest.raises(KipuError, match="There is no record"):
            reading.find(project, text)


def test_one_that_is_deleted_stands_in_nobodys_way(
    laptop: Laptop, bearers: list[RecordKey]
) -> None:
    organisation, council, parish = bearers
    project = laptop.project
    for key in (council, organisation):
        records.delete(project, key)
    assert reading.find(project, ID) == parish
    with pytest.raises(KipuError, match="several"):
        reading.find(project, ID, among="all")
    with pytest.raises(KipuError, match="several"):
        reading.find(project, ID, among="deleted")
    assert reading.find(project, ID, "person", among="deleted") == council


def test_an_owner_is_looked_for_where_its_part_is_made(laptop: Laptop) -> None:
    project = laptop.project
    membership.add_space(project, COUNCIL)
    for space in (COUNCIL, PARISH):
        records.new(project, "committee", {"name": space}, laptop.space(space), bytes.fromhex(ID))
    values = {"committee": ID, "role": "Alcaldía"}
    seat = records.new(project, "seat", values, laptop.space())
    assert seat.space == laptop.space()
    with pytest.raises(KipuError, match="several"):
        records.new(project, "seat", values)


def test_what_refers_to_one_id_is_called_the_same_on_every_laptop(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ana, *_secretaries, eva = five
    for one in (ana, eva):
        common = spaces.find(one.project, one.project.roster.common.hex()).id
        where = common if one is ana else one.space()
        data = f"id,name\n{ID},{one.home.name}\n".encode()
        record_tables.import_records(one.project, "person", data, ".csv", where)
    settle(share, ana, eva)
    titles = {
        (reading.title(one.project, "person", ID), lookup.title(one.project, "person", ID))
        for one in (ana, eva)
    }
    assert len(titles) == 1
    [(said, shown)] = titles
    assert said == shown


def test_conflicts_of_two_records_of_one_id_are_told_apart(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ana, *_secretaries, eva = five
    for kind in ("person", "organisation"):
        records.new(ana.project, kind, {"name": "Luz"}, ana.space(), bytes.fromhex(ID))
    settle(share, ana, eva)
    for one in (ana, eva):
        for kind in ("person", "organisation"):
            one.edit(RecordKey(one.space(), kind, bytes.fromhex(ID)), name=one.home.name)
    settle(share, ana, eva)
    with pytest.raises(KipuError, match="several"):
        conflicts.find(ana.project, f"{ID}:name")
    found = conflicts.find(ana.project, f"organisation:{ID}:name")
    assert found.key.kind == "organisation"
    with pytest.raises(KipuError, match="There is no"):
        conflicts.find(ana.project, f"organisation:{ID}:sector")
