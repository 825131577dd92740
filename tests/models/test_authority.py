"""What a device gains by going beyond its role, its past or the clock: nothing, anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import KipuError
from app.models.commands import membership, records
from app.models.ledger import RecordKey
from app.models.ledger.registers import Standing, State
from app.models.queries import conflicts, lists
from app.models.queries import records as reading
from app.models.queries.lists import Listing
from sync import envelope
from sync.changes import Change, Verb
from sync.clock import MAX_LEAD_MS
from sync.envelope import Context, Seen
from sync.errors import SyncError
from sync.merge import EXISTENCE, SEEN
from sync.roster import EntryType
from tests.models.forging import everywhere, forge, head, standings
from tests.models.laptops import NOW_MS, PARISH, Laptop, agree, settle, shown_state
from tests.sync.sharing import MemoryRemote

YEAR = 365 * 24 * 3600 * 1000


# --- roles -----------------------------------------------------------------------------------------


def test_an_observer_may_read_and_not_write(five: list[Laptop], share: MemoryRemote) -> None:
    ana, _beto, _carla, olga, _eva = five
    key = ana.person("José")
    settle(share, ana, olga)
    before = shown_state(olga)
    for attempt in (
        lambda: olga.person("Ida"),
        lambda: olga.edit(key, phone="1"),
        lambda: records.delete(olga.project, key),
    ):
        with pytest.raises(KipuError, match="role"):
            attempt()
    assert shown_state(olga) == before
    assert olga.project.ledger.pending_changes() == 0
    olga.verify()


def test_only_coordinators_write_in_the_common_space(five: list[Laptop]) -> None:
    common = five[1].project.roster.common
    with pytest.raises(KipuError, match="role"):
        records.new(five[1].project, "organisation", {"name": "UPC"}, common)
    records.new(five[0].project, "organisation", {"name": "UPC"}, common)


@pytest.mark.parametrize("who", [1, 3])
def test_what_a_device_forges_beyond_its_role_is_set_aside_whole(
    five: list[Laptop], share: MemoryRemote, who: int
) -> None:
    ana, hostile = five[0], five[who]
    key = ana.person("José")
    settle(share, *five)
    allowed = Change(Verb.CREATE, "person", b"n" * 16, None, {"name": "Nueva"})
    beyond = Change(Verb.CREATE, "response", b"f" * 16, None, {"form_id": "x"})
    before = shown_state(ana)
    raw = forge(hostile, allowed, beyond)
    everywhere(raw, *five)
    for one in five:
        assert standings(one) == [Standing.UNAUTHORISED]
        assert one.values(key) == {"name": "José"}
        visible = [row for row in shown_state(one) if row[3]]
        assert visible == before
    agree(*five)


def test_a_device_forging_in_the_common_space_is_set_aside(
    five: list[Laptop], share: MemoryRemote
) -> None:
    common = five[0].project.roster.common
    place = Change(Verb.CREATE, "place", b"n" * 16, None, {"name": "Falsa"})
    everywhere(forge(five[1], place, space=common), *five)
    for one in five:
        assert standings(one) == [Standing.UNAUTHORISED]
        assert lists.count(one.project, Listing("place")) == 0
    agree(*five)


def test_a_stranger_to_a_space_cannot_write_there_even_with_a_key_of_another(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto = five[0], five[1]
    secret = membership.add_space(ana.project, "Casos")
    settle(share, *five)
    change = Change(Verb.CREATE, "person", b"n" * 16, None, {"name": "Falsa"})
    raw = bytearray(forge(beto, change))
    batch = envelope.parse(bytes(raw))
    key = beto.replica.epoch_key(batch.header.epoch)
    assert key is not None
    moved = envelope.seal(
        envelope.replace(batch.header, space=secret, number=1, first_seq=1, previous=bytes(32)),
        Context(0, beto.project.roster.heads(), {}),
        envelope.open_block(batch, key), key, beto.project.keys,
    )  # fmt: skip
    for one in five:
        with pytest.raises(SyncError):
            one.replica.receive(moved)
        assert conflicts.withheld(one.project) == []


def test_unknown_kinds_and_fields_are_carried_untouched(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto = five[0], five[1]
    key = ana.person("José")
    settle(share, *five)
    refs = {"name": head(ana, key, "name")}
    log = ana.project.ledger.author.log(ana.space())
    at = ana.project.ledger.registers.log(log)
    assert at is not None
    seen = {log: Seen(at.seq, at.head)}
    raw = forge(
        beto,
        Change(
            Verb.EDIT, "person", key.id, None, {"name": "Pepe", "later": [1, {"a": b"x"}]}, refs
        ),
        Change(Verb.CREATE, "drone", b"d" * 16, None, {"wings": 2.5}),
        frontier=seen,
    )
    everywhere(raw, *five)
    ana.edit(key, phone="1")
    settle(share, *five)
    assert five[2].values(key) == {"name": "Pepe", "later": [1, {"a": b"x"}], "phone": "1"}
    drone = RecordKey(ana.space(), "drone", b"d" * 16)
    assert five[2].values(drone) == {"wings": 2.5}
    agree(*five)


# --- revocation and demotion -----------------------------------------------------------------------


def test_what_a_revoked_device_wrote_beyond_the_cut_is_set_aside_everywhere(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, carla, *_rest = five
    before = beto.person("Antes")
    settle(share, *five)
    after = beto.person("Después")
    beto.sync(share)
    carla.sync(share)
    assert carla.values(after) == {"name": "Después"}
    membership.revoke(ana.project, beto.device)
    everyone = [one for one in five if one is not beto]
    settle(share, *everyone)
    for one in everyone:
        assert one.values(before) == {"name": "Antes"}
        assert not reading.flags(one.project, after) & State.VISIBLE
        assert standings(one) == [Standing.UNAUTHORISED]
    agree(*everyone)


def test_a_revoked_device_is_told_nothing_new_and_its_sync_still_ends(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, *_rest = five
    membership.revoke(ana.project, beto.device)
    ana.sync(share)
    unsent = beto.person("Sin enviar")
    key = ana.person("Secreto")
    ana.sync(share)
    beto.sync(share)
    with pytest.raises(KipuError):
        reading.rid(beto.project, key)
    assert reading.rid(beto.project, unsent)
    settle(share, *(one for one in five if one is not beto))
    agree(*(one for one in five if one is not beto))


def test_losing_one_space_holds_up_no_other(five: list[Laptop], share: MemoryRemote) -> None:
    ana, beto, *_rest = five
    membership.add_space(ana.project, "Curaray")
    membership.change_role(ana.project, beto.device, "secretary", ["Curaray"])
    settle(share, *five)
    beto.person("Sin enviar")
    key = beto.person("Se envía", space="Curaray")
    membership.change_role(ana.project, beto.device, None, [PARISH])
    ana.sync(share)
    beto.sync(share)
    ana.sync(share)
    assert ana.values(key) == {"name": "Se envía"}
    theirs = [one for one in five if one is not beto]
    settle(share, *theirs)
    agree(*theirs)


def test_a_demotion_judges_by_the_lesser_role_from_its_cut_on(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, *_rest = five
    before = beto.person("Antes")
    settle(share, *five)
    membership.change_role(ana.project, beto.device, "observer", [PARISH])
    after = beto.person("Después")
    settle(share, *five)
    for one in five:
        assert one.values(before) == {"name": "Antes"}
        assert not reading.flags(one.project, after) & State.VISIBLE
        assert standings(one) == [Standing.UNAUTHORISED]
        with pytest.raises(KipuError, match="set aside: the role"):
            reading.require_shown(one.project, after)
    with pytest.raises(KipuError, match="role"):
        beto.person("Más")
    agree(*five)


def test_two_coordinators_revoking_each_other_end_with_the_senior(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ana, eva = five[0], five[4]
    membership.revoke(eva.project, ana.device)
    membership.revoke(ana.project, eva.device)
    settle(share, ana, eva, *five[1:4])
    for one in five[1:4]:
        view = one.project.roster.view()
        assert view.members[ana.device].is_coordinator
        assert not view.members[eva.device].is_active
    remaining = five[:4]
    key = ana.person("Sigue")
    settle(share, *remaining)
    assert five[1].values(key) == {"name": "Sigue"}
    agree(*remaining)


def test_what_rested_on_a_void_admission_is_set_aside_in_every_order(
    five: list[Laptop], share: MemoryRemote, tmp_path: Path
) -> None:
    """Carla applied it before the revocation was known; Olga meets it only afterwards."""
    from tests.models.laptops import join

    ana, _beto, carla, olga, eva = five
    dina = join(eva, tmp_path / "dina", "Dina", "secretary")
    eva.sync(share)
    dina.sync(share)
    dina.person("Persona de Dina")
    dina.sync(share)
    carla.sync(share)
    assert lists.count(carla.project, Listing("person")) == 1
    cut = {"device": eva.device, "cuts": {}, "roster_cut": 0}
    entry = membership.write_entry(ana.project, EntryType.REVOKE, cut)
    ana.project.ledger.roster_changed([entry])
    settle(share, ana, carla, olga)
    for one in (ana, carla, olga):
        assert lists.count(one.project, Listing("person")) == 0
    agree(ana, carla, olga)
    dina.close()


# --- lies about what was seen ----------------------------------------------------------------------


@pytest.mark.parametrize("field", ["name", EXISTENCE])
def test_replacing_what_was_not_seen_counts_for_nothing(
    five: list[Laptop], share: MemoryRemote, field: str
) -> None:
    ana, _beto, carla, *_rest = five
    key = ana.person("Uno")
    settle(share, *five)
    edit = Change(Verb.EDIT, "person", key.id, None, {"name": "Falsa"},
                  {"name": head(ana, key, "name")})  # fmt: skip
    gone = Change(Verb.DELETE, "person", key.id, None, {},
                  {EXISTENCE: head(ana, key, "name"), SEEN: head(ana, key, "name")})  # fmt: skip
    everywhere(forge(carla, edit if field else gone, frontier={}), *five)
    for one in five:
        assert reading.flags(one.project, key) == State.VISIBLE | State.CONFLICT
        assert one.values(key)["name"] in ("Uno", "Falsa")
    agree(*five)


def test_a_frontier_that_names_a_log_of_another_space_moves_nothing(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, carla, *_rest = five
    membership.add_space(ana.project, "Curaray")
    membership.change_role(ana.project, beto.device, "secretary", ["Curaray"])
    settle(share, *five)
    log = beto.project.ledger.author.log(beto.space("Curaray"))
    change = Change(Verb.CREATE, "person", b"n" * 16, None, {"name": "Nueva"})
    everywhere(forge(carla, change, frontier={log: Seen(5, bytes(32))}), *five)
    key = beto.person("De Curaray", space="Curaray")
    settle(share, *five)
    assert ana.values(key) == {"name": "De Curaray"}
    agree(*five)


# --- the clock -------------------------------------------------------------------------------------


@pytest.mark.parametrize("years", [-60, -10, 10, 200])
def test_a_laptop_with_its_year_wrong_neither_wins_for_ever_nor_breaks_the_order(
    five: list[Laptop], share: MemoryRemote, years: int
) -> None:
    ana, beto, carla, *_rest = five
    key = ana.person("Uno")
    settle(share, *five)
    beto.clock_ms += years * YEAR
    beto.edit(key, name="De Beto")
    settle(share, *five)
    carla.edit(key, name="De Carla")
    settle(share, *five)
    for one in five:
        assert one.values(key)["name"] == "De Carla"
        assert not reading.conflicted(one.project, key)
        history = reading.history(one.project, key)
        assert max(act.effective_ms for act in history) <= NOW_MS + MAX_LEAD_MS + YEAR
    agree(*five)


@pytest.mark.parametrize("at_ms", [-(2**62), 2**63 - 1])
def test_the_wildest_clock_breaks_nothing(
    five: list[Laptop], share: MemoryRemote, at_ms: int
) -> None:
    five[0].person("Uno")
    settle(share, *five)
    change = Change(Verb.CREATE, "person", b"n" * 16, None, {"name": "Nueva"})
    everywhere(forge(five[1], change, at_ms=at_ms, reference=2**63 - 1), *five[2:])
    five[2].person("Después")
    five[4].person("Después")
    settle(share, *five[2:])
    agree(*five[2:])


def test_a_close_before_the_creation_is_judged_the_same_in_either_order(
    five: list[Laptop], share: MemoryRemote
) -> None:
    """Places have ids anyone can work out, so a close may come before the record."""
    ana, _beto, carla, olga, eva = five
    common = ana.project.roster.common
    close = forge(eva, Change(Verb.CLOSE, "place", b"n" * 16), space=common)
    place = forge(
        ana, Change(Verb.CREATE, "place", b"n" * 16, None, {"name": "Puyo"}), space=common
    )
    for laptop, order in ((carla, (close, place)), (olga, (place, close))):
        for raw in order:
            everywhere(raw, laptop)
    assert standings(carla) == standings(olga) == [Standing.LATE]
    agree(carla, olga)
