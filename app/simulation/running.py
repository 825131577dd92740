"""Running seeds: let things happen, heal everything, sync until all is quiet, and check."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.simulation import mishaps, newcomers, oracle, versions
from app.simulation.book import Broken
from app.simulation.cast import Cast, make_cast
from app.simulation.chance import seeded
from app.simulation.machines import Machine
from app.simulation.places import Faults, Place
from app.simulation.versions import Novelty
from app.simulation.world import World
from sync import layout

STEPS = 70
_ROUNDS = 18


@dataclass(frozen=True)
class Outcome:
    """What one seed came to. `broken` is empty when every invariant held."""

    seed: int
    steps: int
    acts: int
    faults: Counter[str]
    broken: list[Broken]
    trace: list[str]


def run_seeds(seeds: Iterable[int], steps: int = STEPS) -> Iterator[Outcome]:
    """Run each seed from the same cast, in folders that are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="kipu-simulate-") as folder:
        cast = make_cast(Path(folder) / "cast")
        for seed in seeds:
            with tempfile.TemporaryDirectory(dir=folder) as place:
                yield run_seed(seed, cast, Path(place), steps)


def run_seed(seed: int, cast: Cast, folder: Path, steps: int = STEPS) -> Outcome:
    """Run one seed in an empty folder."""
    with seeded(seed):
        world = World(seed, cast, folder)
        try:
            world.run(steps)
            if not world.broken:
                _settle(world)
            if not world.broken:
                _check(world)
        except Exception as error:
            world.stumble(error)
        finally:
            for one in world.machines:
                one.close()
    return Outcome(
        seed, world.step, len(world.book.acts), world.faults, world.broken, world.trace
    )  # fmt: skip


def _settle(world: World) -> None:
    """Mend what can be mended and sync all round until a whole round changes nothing."""
    world.say("all is mended")
    for place in world.places:
        place.heal()
    for one in world.machines:
        one.offset_ms = 0
        one.reopen()
        one.free_disk()
    mishaps.look_through(world)
    if world.novelty is not None:
        _upgrade_all(world)
    if world.broken:
        return
    if _come_to_rest(world) and newcomers.replace_lost_keys(world):
        _come_to_rest(world)
    if not world.broken and newcomers.lift_quotas(world):
        _come_to_rest(world)
    if world.has_torn and not world.broken:
        # What was torn and only now is named again.
        mishaps.look_through(world)
        _come_to_rest(world)


def _upgrade_all(world: World) -> None:
    """The last older Kipu goes; sometimes all have come to rest before, as far as they could."""
    if world.chance.random() < 0.3:
        _come_to_rest(world)
    for one in world.machines:
        if one.version == versions.OLDER:
            one.upgrade()
    world.say("everybody has the later Kipu")


def _come_to_rest(world: World) -> bool:
    """Sync all round, one way and then the other, until nothing moves; False where that fails."""
    before: Sequence[object] = ()
    still = 0
    for turn in range(_ROUNDS):
        world.step += 1
        for one in world.members[:: -1 if turn % 2 else 1]:
            for place in world.places:
                told = world.sync(one, place, Faults(), essentials=False)
                world.say(f"{one.name} syncs with {place.name}: {told}")
                if not told.startswith("sent") and not world.broken:
                    world.wrong("a mended world syncs", f"{one.name} with {place.name}: {told}")
            if world.broken:
                return False
        after = [*map(_state, world.members), *(_lying(world, one) for one in world.places)]
        still = still + 1 if after == before else 0
        if still == 2:
            world.say(f"quiet after {turn} rounds")
            return True
        before = after
    world.wrong("a mended world comes to rest", f"still moving after {_ROUNDS} rounds")
    return False


def _lying(world: World, place: Place) -> dict[str, bytes]:
    """What lies at a place, without hints: two lives of a laptop write theirs over each other's.

    They differ for good where a quota keeps the two lives from each other; what such a laptop asks
    others for is a hint of its own. As long as an older Kipu does not read all there is, one life may
    have carried out an order that the other has not, and each says what it has.
    """
    lives = Counter(one.device for one in world.members)
    twins = [device for device, count in lives.items() if count > 1]
    hints = set(map(layout.wants, twins))
    if world.novelty is not None and any(one.version == versions.OLDER for one in world.members):
        hints |= set(map(layout.erased, twins))
    return {
        path: raw
        for path, raw in place.files.items()
        if not path.startswith("heads/") and path not in hints
    }


def _state(machine: Machine) -> tuple[object, ...]:
    batches = machine.project.store.value("SELECT count(*) FROM batches")
    return machine.name, batches, machine.project.roster.heads(), oracle.digests(machine)


def _check(world: World) -> None:
    members = world.members
    version = versions.OLDER if world.novelty is None else versions.LATER
    with versions.running(version, world.novelty or Novelty.NONE):
        for one in oracle.check(world.book, members, world.machines, world.places):
            world.wrong(one.invariant, one.detail)
