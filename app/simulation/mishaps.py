"""What disks and shares do to files: cut them short, fill them with zeros, lose what came last."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from app.models import attachments
from app.simulation import newcomers
from app.simulation.book import Knowledge, knowledge
from app.simulation.machines import Machine
from sync.ids import token

if TYPE_CHECKING:
    from app.simulation.world import World


def torn(raw: bytes, chance: Random) -> bytes:
    """Bytes as they may lie after the power failed: fewer, or partly zeros."""
    first = chance.randrange(len(raw) + 1)
    kind = chance.choice(["short", "short", "zeros to the end", "zeros within"])
    if kind == "short":
        return raw[:first]
    last = len(raw) if kind == "zeros to the end" else chance.randint(first, len(raw))
    return raw[:first] + bytes(last - first) + raw[last:]


def do_tear(world: World, _machine: Machine) -> None:
    """Any file but the sentinel, which nobody but its founder could put back."""
    place = world.chance.choice(world.places)
    paths = sorted(path for path in place.files if path != "share")
    if not paths:
        return
    path = world.chance.choice(paths)
    place.files[path] = torn(place.files[path], world.chance)
    world.fault("file torn", f"{place.name}: {path.partition('/')[0]} file torn")


def do_lose(world: World, _machine: Machine) -> None:
    place = world.chance.choice(world.places)
    paths = sorted(path for path in place.files if path not in ("share", "root/key"))
    if not paths:
        return
    path = world.chance.choice(paths)
    del place.files[path]
    world.fault("file lost", f"{place.name}: {path.partition('/')[0]} file lost")


def do_lose_of_twins(world: World, _machine: Machine) -> None:
    """Of a laptop that has two lives a place loses a batch, or shows another where it lay.

    Then the one may write under a number that the other used, with nobody to tell it. What somebody
    forged is not moved to where it could be taken for real.
    """
    twins = [one for one in world.machines if one.name in world.book.doubled]
    logs = {
        token(bytes(log))
        for one in twins
        for (log,) in one.project.store.rows("SELECT log FROM logs WHERE device=?", (one.device,))
    }
    place = world.chance.choice(world.places)
    paths = sorted(
        path
        for path, raw in place.files.items()
        if path.startswith("spaces/")
        and path.split("/")[2] in logs
        and place.forged.get(path) != raw
    )
    if not paths:
        return
    path, other = world.chance.choice(paths), world.chance.choice(paths)
    if world.chance.random() < 0.7:
        del place.files[path]
        world.fault("batch of a twin lost", f"{place.name}: a batch of a twin lost")
    elif path != other:
        place.files[path] = place.files[other]
        world.fault("batch of a twin covered", f"{place.name}: a batch of a twin covered")


def do_tear_attachment(world: World, machine: Machine) -> None:
    """A sealed file of a laptop's own, which nobody looks into until it is read or doubted."""
    found = sorted(one for one in machine.project.paths.attachments.rglob("*") if one.is_file())
    if not found:
        return
    path = world.chance.choice(found)
    path.write_bytes(torn(path.read_bytes(), world.chance))
    world.has_torn = True
    world.fault("attachment torn", f"{machine.name}: an attachment is torn")


def look_through(world: World) -> None:
    """People have Kipu verify, where files were torn; what is damaged is set aside.

    All do: a torn file may have been cloned along.
    """
    for one in world.machines if world.has_torn else ():
        with one.running():
            attachments.check(one.project)


def do_lose_tail(world: World, machine: Machine) -> None:
    """The power fails, and a disk that promised too much has lost what was committed last."""
    if not is_restorable(world, machine):
        return
    unnoticed = (
        world.flavour == "twins"
        and not machine.project.is_coordinator
        and world.chance.random() < 0.5
    )
    had = knowledge(machine)
    if not machine.lose_tail(world.chance, unnoticed):
        return
    while not machine.project.is_joined:
        # The grant is still in the folder it came in.
        newcomers.take_grant(world, machine)
    forget(world, machine, had)
    world.fault("tail lost", f"{machine.name} power cut, its last commits lost"
                + (" with their witness" if unnoticed else ""))  # fmt: skip


def is_restorable(world: World, machine: Machine) -> bool:
    """Whether a store may go back in time within what is promised."""
    if machine.project.is_coordinator and (len(world.places) > 1 or world.flavour == "set back"):
        # A coordinator's entries known to no place it meets are a fork nobody could tell.
        return False
    return newcomers.is_told(world, machine)


def forget(world: World, machine: Machine, had: Knowledge) -> None:
    """A store went back in time from what it had: the laptop lives on as another."""
    world.book.doubled.add(machine.name)
    world.forget(machine.device, had)
