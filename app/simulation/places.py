"""Shares in memory, and what real places do: drop, tear, delay, forget, fill up, vanish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from app.simulation import versions
from sync.ports import (
    Names,
    Occupied,
    RemoteBusy,
    RemoteFull,
    RemoteMissing,
    RemoteTooLarge,
    check_path,
    fault,
    is_ours,
)

Files = dict[str, bytes]
_MARKS_LEFT_UNDONE = 0.3


@dataclass
class Hidden:
    """A file that only its writer sees until a step: what lay there before is seen meanwhile."""

    by: bytes
    until: int
    before: bytes | None


@dataclass
class Place:
    """One share. `state` is "there", "gone", "empty", "foreign" or "full"."""

    name: str
    files: Files = field(default_factory=dict)
    state: str = "there"
    hidden: dict[str, Hidden] = field(default_factory=dict)
    kept: list[Files] = field(default_factory=list)
    foreign: Files = field(default_factory=dict)
    forged: Files = field(default_factory=dict)
    """What somebody put there on purpose, last."""

    def seen_by(self, device: bytes, step: int) -> Files:
        """What a device finds here now."""
        if self.state == "empty":
            return {}
        if self.state == "foreign":
            return self.foreign
        if not self.hidden:
            return self.files
        seen = dict(self.files)
        for path, one in self.hidden.items():
            if one.by != device and step < one.until:
                if one.before is None:
                    seen.pop(path, None)
                else:
                    seen[path] = one.before
        return seen

    def keep(self) -> None:
        """Remember how it lies now, to be set back to."""
        self.kept = [*self.kept[-3:], dict(self.files)]

    def set_back(self, turn: int) -> None:
        self.files = dict(self.kept[turn])
        self.hidden.clear()

    def heal(self) -> None:
        self.state = "there"
        self.hidden.clear()


@dataclass
class Faults:
    """How often, of one, each fault strikes an operation of one sync."""

    drop: float = 0.0
    lost_reply: float = 0.0
    tear: float = 0.0
    delay: float = 0.0
    reorder: bool = False


class Way:
    """`sync.ports.Remote`: a place as one laptop reaches it in one sync."""

    def __init__(
        self,
        place: Place,
        device: bytes,
        step: int,
        faults: Faults,
        chance: Random,
        tick: Callable[[], None],
        count: Counter[str],
        version: int = versions.OLDER,
        wrong: Callable[[str, str], None] | None = None,
    ) -> None:
        self._place = place
        self._device = device
        self._step = step
        self._faults = faults
        self._chance = chance
        self._tick = tick
        self._count = count
        self._version = version
        self._wrong = wrong

    @property
    def name(self) -> str:
        return self._place.name

    def _reach(self, path: str = "") -> Files:
        self._tick()
        if self._place.state == "gone":
            raise fault(RemoteMissing, self.name)
        self._maybe(self._faults.drop, "drop", path)
        return self._place.seen_by(self._device, self._step)

    def _maybe(self, rate: float, kind: str, path: str) -> None:
        if rate and self._chance.random() < rate:
            self._count[kind] += 1
            raise fault(RemoteBusy if kind == "drop" else RemoteMissing, self.name, path)

    def list(self, prefix: str) -> Names:
        parts = check_path(prefix, prefix=True)
        below = "".join(part + "/" for part in parts)
        files = self._reach(prefix)
        names = {path[len(below) :].partition("/")[0] for path in files if path.startswith(below)}
        found = sorted(name for name in names if is_ours(name))
        if self._faults.reorder:
            self._chance.shuffle(found)
        return found

    def read(self, path: str, limit: int) -> bytes | None:
        check_path(path)
        data = self._reach(path).get(path)
        if data is not None and len(data) > limit:
            raise fault(RemoteTooLarge, self.name, path, limit=limit)
        return data

    def put(self, path: str, data: bytes) -> bool:
        check_path(path)
        there = self._reach(path).get(path)
        if there == data:
            return False
        if there is not None:
            raise fault(Occupied, self.name, path)
        self._write(path, data)
        return True

    def put_marked(self, path: str, data: bytes, mark: str) -> tuple[bool, bool]:
        """As a server does, which sometimes leaves the mark to the laptop."""
        is_new = self.put(path, data)
        if self._chance.random() < _MARKS_LEFT_UNDONE:
            return is_new, False
        try:
            self.put(mark, b"")
        except (Occupied, RemoteBusy):
            return is_new, False
        return is_new, True

    def replace(self, path: str, data: bytes) -> None:
        check_path(path)
        self._reach(path)
        self._write(path, data)

    def remove(self, path: str) -> None:
        check_path(path)
        self._reach(path)
        self._place.files.pop(path, None)
        self._tick()

    def _write(self, path: str, data: bytes) -> None:
        if self._place.state == "full":
            raise fault(RemoteFull, self.name, path)
        files = self._place.seen_by(self._device, self._step)
        before = files.get(path)
        self._leave_later_alone(path, before or b"")
        if self._faults.tear and self._chance.random() < self._faults.tear:
            self._count["tear while writing"] += 1
            self._place.files[path] = data[: self._chance.randrange(len(data))] if data else b""
            raise fault(RemoteMissing, self.name, path)
        self._place.files[path] = data
        self._place.hidden.pop(path, None)
        if self._faults.delay and self._chance.random() < self._faults.delay:
            self._count["delay"] += 1
            until = self._step + self._chance.randint(1, 12)
            self._place.hidden[path] = Hidden(self._device, until, before)
        self._maybe(self._faults.lost_reply, "lost reply", path)
        self._tick()

    def _leave_later_alone(self, path: str, before: bytes) -> None:
        if self._version == versions.OLDER and versions.lies_in_place(path, before) and self._wrong:
            self._wrong("an older Kipu writes over nothing later", path.partition("/")[0])

    def probe(self) -> None:
        self._reach()
