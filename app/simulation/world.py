"""One run: laptops and shares, and step by step what happens to them, all chosen by one seed."""

from __future__ import annotations

import functools
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

from app.errors import KipuError
from app.models.commands import records
from app.models.queries import records as reading
from app.simulation import deeds, hostile, later, membership, mishaps, newcomers, room, versions
from app.simulation.book import Book, Broken, Knowledge, knowledge
from app.simulation.cast import Cast
from app.simulation.machines import Machine, PowerCut
from app.simulation.oracle import digests
from app.simulation.places import Faults, Place, Way
from app.simulation.versions import Novelty
from sync import engine
from sync.errors import SyncError
from sync.roster import Roster

START_MS = 1_780_000_000_000
_YEAR_MS = 365 * 24 * 3600 * 1000
_STEP_MS = 90_000
_FAULTS = (
    (5, Faults()),
    (2, Faults(reorder=True)),
    (2, Faults(drop=0.03, reorder=True)),
    (1, Faults(lost_reply=0.2)),
    (1, Faults(tear=0.15)),
    (1, Faults(delay=0.4)),
    (1, Faults(drop=0.02, lost_reply=0.05, tear=0.05, delay=0.1, reorder=True)),
)


class World:
    """Everything of one run; `trace` tells it line by line, without anything random in it."""

    def __init__(self, seed: int, cast: Cast, folder: Path) -> None:
        self.chance = Random(seed)
        self.folder = folder
        self.trace: list[str] = []
        self.faults: Counter[str] = Counter()
        self.broken: list[Broken] = []
        self.book = Book()
        self.step = 0
        self.backed_up: set[str] = set()
        self.cast = cast
        self.guests = sorted(cast.requests)
        self.by_hand: set[bytes] = set()
        self.grants: dict[str, bytes] = {}
        self.limited: set[bytes] = set()
        self.has_torn = False
        self.has_quotas = False
        self.is_recovered = False
        self.novelty = later.choose_novelty(self)
        self.places = [Place(f"place{n + 1}") for n in range(1 + (self.chance.random() < 0.4))]
        # Some troubles together are beyond what anybody promises; a run has one kind of them.
        alone = len(self.places) == 1
        flavours = ["twins", "set back", "delays"] if alone else ["twins", "delays"]
        self.flavour = self.chance.choice(flavours)
        others = self.chance.sample(cast.members[1:], self.chance.randint(2, 4))
        names = ["m1", *sorted(others)]
        cast.copy(folder, [*names, "x"])
        used: dict[str, set[int]] = {name: set() for name in names}
        self.machines = [self.laptop(name, used[name]) for name in names]
        self.machines[-1].hostile = self.chance.random() < 0.5
        self.revoked_by: dict[bytes, bytes] = {}
        self._found(cast)
        newer = " ".join(m.name for m in self.machines if m.version == versions.LATER)
        self.say(f"{' '.join(names)}; {len(self.places)} places; {self.flavour}"
                 + (f"; {names[-1]} is hostile" if self.machines[-1].hostile else "")
                 + (f"; later {self.novelty}: {newer or 'nobody'}" if self.novelty else "")
                 )  # fmt: skip

    def laptop(self, name: str, used: set[int] | None = None) -> Machine:
        """A laptop of the cast comes into the run; `used` are moments its person had already."""
        return Machine(
            name, self.folder / name, self.cast.keys[name], self.now_ms, used or set(),
            later.age(self), self.novelty or Novelty.NONE,
        )  # fmt: skip

    def _found(self, cast: Cast) -> None:
        other = Machine("x", self.folder / "x", cast.keys["x"], self.now_ms, set())
        abroad = Place("elsewhere")
        engine.found(other.replica, self.way(other, abroad))
        other.close()
        for place in self.places:
            engine.found(self.machines[0].replica, self.way(self.machines[0], place))
            place.foreign = abroad.files
        if self.chance.random() < 0.8:
            for machine in self.machines:
                with machine.running():
                    engine.synchronise(machine.replica, self.way(machine, self.places[0]))

    # -- what all share ----------------------------------------------------------------------

    def now_ms(self) -> int:
        return START_MS + self.step * _STEP_MS

    def say(self, words: str) -> None:
        self.trace.append(f"{self.step:4d} {words}")

    def fault(self, kind: str, words: str = "") -> None:
        self.faults[kind] += 1
        self.say(words or kind)

    def wrong(self, invariant: str, detail: str) -> None:
        self.broken.append(Broken(invariant, detail))
        self.say(f"BROKEN {invariant}: {detail}")

    def way(self, machine: Machine, place: Place, faults: Faults | None = None) -> Way:
        return Way(
            place, machine.device, self.step, faults or Faults(), self.chance,
            machine.fuse.tick, self.faults, machine.version, self.wrong,
        )  # fmt: skip

    @property
    def members(self) -> list[Machine]:
        """Laptops whose device has not been shut out, by all that anybody knows."""
        known = self._whole_roster().view().members
        return [one for one in self.machines if (m := known.get(one.device)) and m.is_active]

    def _whole_roster(self) -> Roster:
        roster = Roster()
        held = [entry for one in self.machines for entry in one.project.roster.entries]
        for entry in held:
            roster.add(entry)
        return roster

    def lose(self, machine: Machine) -> None:
        """It is never seen again."""
        device, had = machine.device, knowledge(machine)
        machine.close()
        self.machines.remove(machine)
        self.forget(device, had)
        self.fault("lost", f"{machine.name} is lost")

    def forget(self, device: bytes, had: Knowledge) -> None:
        """What only a lost store had nobody can give: its device's, whichever life wrote that, and
        what of others it was the last to hold. What anybody else has must come back."""
        told = {key for one in self.machines for key in knowledge(one).applied}
        for key, act in self.book.acts.items():
            act.uncertain |= key not in told and (act.device == device or key in had.applied)

    # -- steps -------------------------------------------------------------------------------

    def run(self, steps: int) -> None:
        """Let that many things happen."""
        for _step in range(steps):
            self.step += 1
            machine = self.chance.choice(self.machines)
            happen = self.chance.choices(list(_HAPPENINGS), list(_HAPPENINGS.values()))[0]
            happen(self, machine)
            if self.broken:
                return

    def attempt(
        self, machine: Machine, what: Callable[[], str], shown: Knowledge | None = None
    ) -> bool:
        """One command, the power perhaps failing in it; what it wrote is noted either way.

        Returns whether the program did what was asked.
        """
        known = knowledge(machine)
        cut = self.chance.randint(1, 40) if self.chance.random() < 0.06 else None
        try:
            with machine.running(), machine.power_cut_after(cut):
                told = what()
        except PowerCut:
            machine.reopen()
            self.faults["power cut in a command"] += 1
            told = "power cut in a command"
        except KipuError:
            told = "refused"
        except Exception as error:
            told = self.stumble(error, machine.name)
        with machine.running():
            written = self.book.note(machine, known, shown)
        if is_done := not told.startswith("refused"):
            self.say(f"{machine.name} {told}" + (f" ({written})" if written > 1 else ""))
        return is_done

    def stumble(self, error: Exception, who: str = "") -> str:
        """What the program may never raise: a fault of ours."""
        places = traceback.extract_tb(error.__traceback__)[-3:]
        where = " < ".join(f"{Path(one.filename).name}:{one.lineno}" for one in reversed(places))
        self.wrong("no fault of ours", f"{who} {type(error).__name__} at {where}: {error}".strip())
        return "stumbles"

    def sync(
        self, machine: Machine, place: Place, faults: Faults, cut: int | None = None,
        essentials: bool | None = None, poll: bool = False, compact: bool = False,
    ) -> str:  # fmt: skip
        """One sync; returns what came of it."""
        before = room.filled(machine) if self.has_quotas else None
        told = self._sync(machine, place, faults, cut, essentials, poll, compact)
        for one in room.overfilled(machine, before, poll) if before else ():
            self.wrong(one.invariant, one.detail)
        return told

    def _sync(
        self, machine: Machine, place: Place, faults: Faults, cut: int | None,
        essentials: bool | None, poll: bool, compact: bool,
    ) -> str:  # fmt: skip
        if essentials is None:
            essentials = self.chance.random() < 0.1
        before = digests(machine)
        try:
            with machine.running(), machine.power_cut_after(cut):
                report = engine.synchronise(
                    machine.replica, self.way(machine, place, faults), essentials, poll, compact
                )
        except PowerCut:
            machine.reopen()
            self.faults["power cut in a sync"] += 1
            return "power cut"
        except SyncError as error:
            if place.state in ("gone", "empty", "foreign") and digests(machine) != before:
                self.wrong("nothing is deleted by absence", f"{machine.name} changed")
            return error.code
        except KipuError:
            return "refused"
        except Exception as error:
            return self.stumble(error, machine.name)
        if place.state in ("gone", "empty", "foreign"):
            self.wrong("no success without a share", f"{machine.name}: {place.state}")
        notes = sorted({one.code for one in (*report.quarantined, *report.warnings)})
        if "store-copied" in notes:
            self.book.doubled.add(machine.name)
        return f"sent {report.sent.changes} received {report.received.changes} {' '.join(notes)}"


def do_deed(world: World, machine: Machine) -> None:
    """What chance proposes is often not to be done here; then something else is."""
    doer = deeds.Doer(machine, world.chance, world.book, world.step)
    for _turn in range(4):
        deed = deeds.choose(world.chance)
        if machine.version == versions.LATER and world.chance.random() < 0.6:
            deed = world.chance.choice(later.DEEDS)
        if machine.hostile and world.chance.random() < 0.4:
            deed = deeds.overstep
            world.faults["change beyond a role"] += 1
        if world.attempt(machine, functools.partial(deed, doer)):
            return


def do_late_edit(world: World, machine: Machine) -> None:
    """An editor is opened, a sync goes through meanwhile, and only then it is kept."""
    doer = deeds.Doer(machine, world.chance, world.book, world.step)
    try:
        key = doer.some("person")
    except KipuError:
        return
    shown, heads = knowledge(machine), reading.heads(machine.project, key)
    told = world.sync(machine, world.chance.choice(world.places), Faults())

    def act() -> str:
        records.edit(machine.project, key, {"phone": doer.word()}, heads)
        return f"edits what was shown before a sync ({told})"

    world.attempt(machine, act, shown)


def do_sync(world: World, machine: Machine) -> None:
    weights = [weight for weight, _faults in _FAULTS]
    faults = world.chance.choices([one for _weight, one in _FAULTS], weights)[0]
    if faults.delay and world.flavour != "delays":
        faults = Faults(faults.drop, faults.lost_reply, faults.tear, 0.0, faults.reorder)
    place = world.chance.choice(world.places)
    cut = world.chance.randint(1, 150) if world.chance.random() < 0.12 else None
    poll = world.chance.random() < 0.4
    compact = not poll and world.chance.random() < 0.2
    told = world.sync(machine, place, faults, cut, poll=poll, compact=compact)
    done = "polls" if poll else "packs and syncs with" if compact else "syncs with"
    world.say(f"{machine.name} {done} {place.name}: {told}")


def do_place_trouble(world: World, _machine: Machine) -> None:
    place = next((p for p in world.places if p.state != "there"), world.chance.choice(world.places))
    if place.state != "there":
        place.state = "there"
        world.say(f"{place.name} is there again")
        return
    place.state = world.chance.choice(["gone", "empty", "foreign", "full"])
    world.fault(f"share {place.state}", f"{place.name} is {place.state}")


def do_set_back(world: World, _machine: Machine) -> None:
    place = world.chance.choice(world.places)
    if world.flavour != "set back" or not place.kept or world.chance.random() < 0.5:
        place.keep()
        return
    place.set_back(world.chance.randrange(len(place.kept)))
    world.fault("share set back", f"{place.name} is set back")


def do_clock(world: World, machine: Machine) -> None:
    machine.offset_ms = world.chance.choice(
        [0, 10 * _YEAR_MS, -10 * _YEAR_MS, _YEAR_MS, -3_600_000, 86_400_000]
    )
    world.fault("clock set", f"{machine.name} clock {machine.offset_ms:+d} ms")


def do_disk(world: World, machine: Machine) -> None:
    if machine.full:
        machine.free_disk()
        world.say(f"{machine.name} has room again")
    else:
        machine.fill_disk()
        world.fault("disk full", f"{machine.name} disk full")


def do_power(world: World, machine: Machine) -> None:
    machine.reopen()
    world.fault("power cut", f"{machine.name} power cut")


def do_backup(world: World, machine: Machine) -> None:
    """A backup now, or back to the one there is."""
    if machine.name not in world.backed_up:
        world.attempt(machine, machine.back_up)
        world.backed_up.add(machine.name)
        return
    if not mishaps.is_restorable(world, machine):
        return
    had = knowledge(machine)
    machine.restore()
    world.backed_up.discard(machine.name)
    mishaps.forget(world, machine, had)
    world.fault("restored", f"{machine.name} restored from its backup")


def do_clone(world: World, machine: Machine) -> None:
    if len(world.machines) > 5 or machine.project.is_coordinator:
        return
    with_witness = world.flavour == "twins" and world.chance.random() < 0.5
    names = (f"{machine.name}{letter}" for letter in "bcdefgh")
    name = next(name for name in names if not (world.folder / name).exists())
    twin = machine.clone(name, world.folder / name, with_witness)
    world.machines.append(twin)
    world.book.doubled |= {machine.name, name}
    world.fault("cloned", f"{machine.name} cloned as {name}{' unnoticed' if with_witness else ''}")


_HAPPENINGS: dict[Callable[[World, Machine], None], int] = {
    do_deed: 46, do_sync: 34, do_late_edit: 4, membership.do_membership: 3, do_place_trouble: 4,
    mishaps.do_tear: 2, mishaps.do_lose: 2, mishaps.do_tear_attachment: 1,
    mishaps.do_lose_of_twins: 2, mishaps.do_lose_tail: 1, do_set_back: 3, do_clock: 2,
    do_disk: 2, do_power: 1, do_backup: 3, do_clone: 1, hostile.do_forge: 2,
    newcomers.do_join: 2, newcomers.do_recover: 1, newcomers.do_quota: 2,
    newcomers.do_lose_coordinator: 1, membership.do_readmit: 4, later.do_upgrade: 2,
}  # fmt: skip
