"""Laptops that come and go: guests admitted mid-run, replaced ones, and recovery by the paper."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.errors import KipuError
from app.models import spaces
from app.models.commands import membership as belonging
from app.models.commands import space_names, syncing
from app.simulation import later, membership, room, versions
from app.simulation.book import knowledge
from app.simulation.cast import PASSPHRASE, at_floor, unlocked
from app.simulation.chance import NothingToDo
from app.simulation.machines import Machine, PowerCut
from app.simulation.places import Faults, Place
from app.simulation.versions import Novelty
from sync import layout, members
from sync.errors import SyncError
from sync.roster.state import COORDINATOR

if TYPE_CHECKING:
    from app.simulation.world import World

_ROLES = ("secretary", "facilitator", "observer", COORDINATOR)
_ROOT_KEY_BYTES = 4096


def do_join(world: World, machine: Machine) -> None:
    """A coordinator answers a guest, who may be there instead of a laptop that was lost."""
    if not machine.project.is_coordinator or not world.guests:
        return
    name = world.guests[0]
    if not (world.folder / name).exists():
        world.cast.copy(world.folder, [name])
    guest = world.laptop(name)
    grants: list[bytes] = []
    world.attempt(machine, partial(_admit, world, machine, name, grants))
    if grants:
        world.by_hand.add(machine.device)
        world.grants[name] = grants[0]
        take_grant(world, guest)
    if not guest.project.is_joined:
        guest.close()
        return
    world.guests.remove(name)
    world.machines.append(guest)
    world.faults["joined mid-run"] += 1
    if world.chance.random() < 0.4:
        _replace(world, machine)


def _admit(world: World, machine: Machine, name: str, grants: list[bytes]) -> str:
    request = members.read_request(world.cast.requests[name])
    known = machine.project.roster.view().members.get(request.device)
    places = [one.name for one in spaces.all_named(machine.project)]
    if not places:
        # A project recovered from what little its share had: there is no space to admit to.
        raise NothingToDo
    role = world.chance.choice(_ROLES)
    wanted = places[: world.chance.randint(1, len(places))]
    if known is not None and known.is_active:
        # Admitted before the power failed: the same answer again.
        given = known.admission.body["roles"]
        role = next(iter(given.values()))
        wanted = [one.name for one in spaces.all_named(machine.project) if one.id.hex() in given]
    grants.append(belonging.admit(machine.project, request, role, wanted))
    return f"admits {name} as {role}"


def take_grant(world: World, guest: Machine) -> None:
    grant = world.grants[guest.name]
    if guest.full:
        guest.free_disk()
    cut = world.chance.randint(1, 30) if world.chance.random() < 0.2 else None
    try:
        with guest.running(), guest.power_cut_after(cut):
            belonging.join(guest.project, grant)
    except PowerCut:
        guest.reopen()
        world.faults["power cut while joining"] += 1
    except KipuError:
        # The grant holds what only a later Kipu reads; so the guest is told, and gets one.
        if guest.version == versions.LATER or world.novelty is not Novelty.ROSTER:
            raise
        guest.upgrade()
        take_grant(world, guest)
        return
    if guest.project.is_joined:
        world.say(f"{guest.name} joins")


def _replace(world: World, machine: Machine) -> None:
    """The guest has come in place of another laptop, which is lost and shut out."""
    others = [
        one for one in world.machines[:-1]
        if one.device != machine.device and not one.project.is_coordinator
        and one.device not in world.revoked_by
    ]  # fmt: skip
    if others:
        lost = world.chance.choice(others)
        membership.change(world, machine, lost, "revoke")
        world.lose(lost)


def do_recover(world: World, machine: Machine) -> None:
    """All coordinators are lost; somebody takes the project's paper and a new laptop to a share."""
    place = world.chance.choice(world.places)
    lost = [one for one in world.machines if one.project.is_coordinator]
    left = len(world.machines) - len(lost)
    if world.is_recovered or place.state != "there" or not left:
        return
    recovered = _recovered(world, place)
    if recovered is None:
        world.say(f"{place.name} does not suffice to recover by")
        return
    world.is_recovered = True
    for one in lost:
        world.lose(one)
    world.machines.append(recovered)
    world.fault("recovered by paper", f"{recovered.name} recovers the project by {place.name}")
    for one in lost if world.chance.random() < 0.7 else ():
        membership.change(world, recovered, one, "revoke")


def do_lose_coordinator(world: World, machine: Machine) -> None:
    """One coordinator's laptop is lost, whatever it was about to do; another goes on."""
    others = [
        one for one in world.machines
        if one.project.is_coordinator and one.device != machine.device
    ]  # fmt: skip
    if not machine.project.is_coordinator or not others or len(world.machines) < 3:
        return
    lost = world.chance.choice(others)
    world.lose(lost)
    world.faults["coordinator lost"] += 1
    if world.chance.random() < 0.6:
        membership.change(world, machine, lost, "revoke")


def _recovered(world: World, place: Place) -> Machine | None:
    home = world.folder / f"r{world.step}"
    way = world.way(world.machines[0], place, Faults())
    root_key = way.read(layout.ROOT_KEY, _ROOT_KEY_BYTES)
    if root_key is None:
        return None
    version, novelty = later.age(world), world.novelty or Novelty.NONE
    try:
        with at_floor(), versions.running(version, novelty):
            share = {"root_key": root_key, **syncing.gathered(way)}
            made = belonging.recover_project(
                home, share, world.cast.paper, "Persona r", PASSPHRASE
            ).project
    except (KipuError, SyncError):
        return None
    keys = unlocked(made)
    made.close()
    return Machine("r1", home, keys, world.now_ms, set(), version, novelty)


def is_told(world: World, machine: Machine) -> bool:
    """Whether what a coordinator wrote and gave out by hand lies on a share as well."""
    last = machine.project.roster.last_of(machine.device)
    if last is None or machine.device not in world.by_hand:
        return True
    path = layout.roster_entry(last.author, last.number)
    return any(place.files.get(path) == last.raw for place in world.places)


def do_quota(world: World, machine: Machine) -> None:
    """A coordinator lets a laptop put little more into a space than it has, or less."""
    if not machine.project.is_coordinator:
        return
    target = world.chance.choice(world.machines)
    has = [used for (device, _space), used in room.filled(machine).batches.items()
           if device == target.device]  # fmt: skip
    limit = max(has, default=0) + world.chance.choice([1, 700, 1_500, 6_000])

    def act() -> str:
        belonging.set_quota(machine.project, target.device, limit)
        world.has_quotas = True
        world.limited.add(target.device)
        return f"lets {target.name} send {limit} bytes"

    known = knowledge(machine)
    if world.attempt(machine, act) and knowledge(machine) != known:
        world.faults["quota"] += 1


def lift_quotas(world: World) -> bool:
    """Whether a coordinator had to let laptops send what they could not."""
    by = next((one for one in world.members if one.project.is_coordinator), None)
    # Of one that is lost, too: some have all it sent, and others would never get it.
    # And of one whose admission is void by now: what it sent is kept, and counts for nothing.
    limited = {one for one in world.limited if by and by.project.roster.sign_key(one)}
    world.limited.clear()
    if by is None or not limited:
        return False
    with by.running():
        for device in sorted(limited):
            belonging.set_quota(by.project, device, 1 << 30)
    world.say(f"{by.name} lifts {len(limited)} quotas")
    return True


def replace_lost_keys(world: World) -> bool:
    """Whether a coordinator had to begin new keys of spaces whose keys went with lost laptops."""
    by = next((one for one in world.members if one.project.is_coordinator), None)
    known = sorted(by.project.roster.view().spaces) if by is not None else []
    lost = [space for space in known
            if not any(spaces.held_epochs(one.project, space) for one in world.members)]  # fmt: skip
    if by is None or not lost:
        return False
    with by.running():
        for number, space in enumerate(lost):
            name = f"Recuperado {number}"
            space_names.rename_space(by.project, space, name, with_new_key=True)
    world.fault("keys lost", f"{by.name} begins new keys of {len(lost)} spaces")
    return True
