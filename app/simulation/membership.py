"""Coordinators at work: roles taken and given, laptops shut out, mostly while others are away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.models import spaces
from app.models.commands import membership
from app.simulation.book import CutNote, knowledge
from app.simulation.chance import NothingToDo
from app.simulation.machines import Machine
from sync.members import Request, make_request, read_request
from sync.roster import EntryType
from sync.roster.state import COORDINATOR

if TYPE_CHECKING:
    from app.simulation.world import World

_CHANGES = ("revoke", "observer", "secretary", "facilitator", "no role")


def do_membership(world: World, machine: Machine) -> None:
    """One coordinator changes something about one other laptop."""
    if not machine.project.is_coordinator:
        return
    others = [
        one for one in world.machines
        if one.device != machine.device and one.device not in world.revoked_by
    ]  # fmt: skip
    if not others:
        return
    target = world.chance.choice(others)
    change(world, machine, target, world.chance.choice(_CHANGES))


def change(world: World, machine: Machine, target: Machine, kind: str) -> None:
    """Let a coordinator do this about another laptop, and note the cut."""
    known = knowledge(machine)
    before = len(machine.project.roster.entries)

    def act() -> str:
        _change(machine, target, kind)
        return f"{kind} for {target.name}"

    world.attempt(machine, act)
    for entry in machine.project.roster.entries[before:]:
        if entry.type not in (EntryType.GRANT, EntryType.REVOKE):
            continue
        mine = frozenset(
            key for key in known.applied
            if key in world.book.acts and world.book.acts[key].device == target.device
        )  # fmt: skip
        roles = {None: None} if kind == "revoke" else {
            bytes.fromhex(space): role for space, role in entry.body["roles"].items()
        }  # fmt: skip
        for space, role in roles.items():
            world.book.cuts.append(CutNote(entry.hash, target.device, space, role, mine))
        if kind == "revoke":
            world.faults["revoked"] += 1
            world.revoked_by[target.device] = machine.device


def do_readmit(world: World, machine: Machine) -> None:
    """A laptop that was shut out is admitted again, by the request it made once."""
    view = machine.project.roster.view().members
    shut = [
        one for one in world.machines
        if one.device in world.revoked_by and one.device in view and not view[one.device].is_active
    ]  # fmt: skip
    if not machine.project.is_coordinator or not shut:
        return
    target = world.chance.choice(shut)
    role = world.chance.choice(["secretary", "facilitator", "observer", COORDINATOR])

    def act() -> str:
        known = [one.name for one in spaces.all_named(machine.project)]
        if not known:
            raise NothingToDo
        names = world.chance.sample(known, world.chance.randint(1, len(known)))
        membership.admit(machine.project, _request(target), role, names)
        world.revoked_by.pop(target.device)
        world.faults["admitted again"] += 1
        return f"admits {target.name} again as {role}"

    world.attempt(machine, act)


def _request(target: Machine) -> Request:
    kept = target.project.store.meta("request")
    if kept is not None:
        return read_request(bytes(kept))
    return make_request(target.project.keys, "X", bytes(16))


def _change(machine: Machine, target: Machine, kind: str) -> None:
    if kind == "revoke":
        membership.revoke(machine.project, target.device)
        return
    view = machine.project.roster.view()
    names = [
        one.name for one in spaces.all_named(machine.project)
        if view.role(target.device, one.id) is not None
    ]  # fmt: skip
    if not names:
        raise NothingToDo
    role = None if kind == "no role" else kind
    membership.change_role(machine.project, target.device, role, names[:1])
