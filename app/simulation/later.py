"""What people do with a later Kipu, and how laptops come to have one."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from app.models.ledger import RecordKey
from app.models.queries import records as reading
from app.models.roster_writing import write_entry
from app.simulation import versions
from app.simulation.chance import NothingToDo
from app.simulation.deeds import Deed, Doer
from app.simulation.machines import Machine
from app.simulation.versions import LaterType, Novelty
from sync.changes import Change, Verb
from sync.ids import random_id
from sync.roster import EntryType

if TYPE_CHECKING:
    from app.simulation.world import World

CARD = "person_card"
"""A kind of record that only a later Kipu knows; a person owns it."""
FIELD = "later"
"""A field of persons that only a later Kipu knows."""


def choose_novelty(world: World) -> Novelty | None:
    """What the later programs of a run write anew; None where all laptops have today's."""
    if world.chance.random() > 0.4:
        return None
    # Fields and kinds reach everybody only where nothing is wholly unreadable.
    return world.chance.choice([Novelty.NONE] * 4 + list(Novelty)[1:])


def age(world: World) -> int:
    """The program of a laptop that comes into the run."""
    is_later = world.novelty is not None and world.chance.random() < 0.5
    return versions.LATER if is_later else versions.OLDER


def do_upgrade(world: World, machine: Machine) -> None:
    if world.novelty is None or machine.version == versions.LATER:
        return
    machine.upgrade()
    world.fault("upgraded", f"{machine.name} gets a later Kipu")


def set_field(doer: Doer) -> str:
    key = doer.some("person")
    shown = reading.heads(doer.project, key).get(FIELD, ())
    change = Change(Verb.EDIT, key.kind, key.id, None, {FIELD: doer.word()}, {FIELD: shown})
    doer.project.ledger.commit(key.space, [change], "edit")
    return "sets a later field"


def new_card(doer: Doer) -> str:
    owner = doer.some("person")
    change = Change(
        Verb.CREATE, CARD, random_id(), (owner.kind, owner.id), {"text": doer.word()}
    )  # fmt: skip
    doer.project.ledger.commit(owner.space, [change], "new")
    return "new record of a later kind"


def edit_card(doer: Doer) -> str:
    key: RecordKey = doer.some(CARD)
    shown = reading.heads(doer.project, key).get("text", ())
    change = Change(Verb.EDIT, CARD, key.id, None, {"text": doer.word()}, {"text": shown})
    doer.project.ledger.commit(key.space, [change], "edit")
    return "edits a record of a later kind"


def write_motto(doer: Doer) -> str:
    if not doer.project.is_coordinator:
        raise NothingToDo
    with doer.project.ledger.writing():
        write_entry(doer.project, cast("EntryType", LaterType.MOTTO), {"text": doer.word()})
    return "writes a later entry"


DEEDS: tuple[Deed, ...] = (set_field, set_field, new_card, new_card, edit_card, write_motto)
