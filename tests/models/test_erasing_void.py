"""An order beyond the cut of its author's revocation is void: what it took out comes back.

Some laptops had carried it out by then and others never heard of it; all are to agree again.
"""

from __future__ import annotations

from app.models.commands import erasing, membership
from app.models.ledger import RecordKey
from app.models.queries import records as reading
from sync import envelope, layout
from sync.values import ERASED
from tests.models.laptops import Laptop, agree, settle
from tests.sync.sharing import MemoryRemote

NAME = "Yolanda Tanguila"


def name_at(laptop: Laptop, key: RecordKey) -> object:
    return reading.state(laptop.project, key).values["name"]


def voided(share: MemoryRemote, five: list[Laptop], *aware: Laptop) -> RecordKey:
    """Beto writes a name, all who are aware have it; Eva erases it, and Ana shuts her out unaware."""
    ana, beto, *_others, eva = five
    key = beto.person(NAME)
    settle(share, beto, *aware, eva)
    erasing.erase(eva.project, key, ("name",))
    settle(share, eva, beto, eva)
    assert name_at(beto, key) is ERASED
    membership.revoke(ana.project, eva.device)
    return key


def lies_erased(share: MemoryRemote) -> list[str]:
    paths = [path for path in share.files if path.startswith((f"{layout.RELAY}/", "spaces/"))]
    return [path for path in paths if envelope.parse(share.files[path]).replacement is not None]


def test_a_coordinator_who_has_the_value_puts_it_back(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, carla, dan, _eva = five
    key = voided(share, five, ana)
    left = (ana, beto, carla, dan)
    settle(share, *left)
    assert {name_at(one, key) for one in left} == {NAME}
    assert lies_erased(share) == []
    agree(*left)


def test_whoever_has_the_value_is_asked_for_it(five: list[Laptop], share: MemoryRemote) -> None:
    """Neither its author nor a coordinator has it any more; a secretary who was away does."""
    ana, beto, carla, dan, _eva = five
    key = voided(share, five, carla)
    left = (ana, beto, dan, carla)
    settle(share, *left)
    assert {name_at(one, key) for one in left} == {NAME}
    agree(*left)


def test_it_comes_back_where_syncs_only_look_at_marks(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, carla, dan, _eva = five
    key = voided(share, five, carla)
    left = (ana, beto, dan, carla)
    for _round in range(4):
        for one in left:
            one.sync(share, poll=True)
    assert {name_at(one, key) for one in left} == {NAME}
    agree(*left)


def test_what_nobody_has_stays_erased_and_stops_nothing(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, carla, dan, _eva = five
    key = voided(share, five)
    left = (ana, beto, carla, dan)
    beto.edit(key, phone="0998")
    settle(share, *left)
    assert {name_at(one, key) for one in left} == {ERASED}
    assert {one.values(key)["phone"] for one in left} == {"0998"}
    agree(*left)


def test_a_valid_order_for_the_same_batch_takes_only_what_it_names(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, carla, dan, eva = five
    key = beto.person(NAME)
    other = beto.person("Otra")
    settle(share, *five)
    erasing.erase(eva.project, key, ("name",))
    settle(share, eva, beto, eva)
    membership.revoke(ana.project, eva.device)
    erasing.erase(ana.project, other, ("name",))
    left = (ana, beto, carla, dan)
    settle(share, *left)
    assert {name_at(one, key) for one in left} == {NAME}
    assert {name_at(one, other) for one in left} == {ERASED}
    agree(*left)


def test_who_only_ever_had_the_replacement_gets_the_value_too(
    five: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, carla, dan, _eva = five
    key = voided(share, five, carla)
    settle(share, ana, beto)
    dan.sync(share)
    assert name_at(dan, key) is ERASED
    settle(share, carla, ana, dan, beto)
    assert name_at(dan, key) == NAME
    agree(ana, beto, carla, dan)
