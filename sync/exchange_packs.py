"""The part of a sync that finds batches in packs, and packs those of our own logs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from sync import envelope, layout, packs
from sync.errors import SyncError
from sync.exchange import Exchange, header_of
from sync.ids import from_token
from sync.packs import Pack
from sync.ports import Occupied, Remote
from sync.replica import LogAt, Replica


class Relayed(NamedTuple):
    """A log that others relay: its space, the batches that at least one has there, and who has which."""

    space: bytes
    numbers: set[int]
    by: dict[bytes, set[int]]


class Packs(Exchange):
    """A batch lies loose, or in a pack, or (while it is being packed) in both."""

    def __init__(self, replica: Replica, remote: Remote) -> None:
        super().__init__(replica, remote)
        self._packed: dict[tuple[bytes, bytes], list[Pack]] = {}
        self._packing_logs: dict[bytes, frozenset[str]] = {}
        self._open_pack: tuple[str, dict[int, bytes]] = ("", {})
        self._numbers: dict[tuple[bytes, bytes], set[int]] = {}

    def _packs(self, space: bytes, log: bytes) -> list[Pack]:
        """The packs of a log; a space without any costs one listing a sync."""
        if space not in self._packing_logs:
            self._packing_logs[space] = frozenset(self._list(layout.packs_of(space)))
        folder = layout.packs_of_log(space, log)
        if folder.rpartition("/")[2] not in self._packing_logs[space]:
            return []
        if (space, log) not in self._packed:
            named = map(packs.parse_name, self._list(folder))
            self._packed[space, log] = [pack for pack in named if pack is not None]
        return self._packed[space, log]

    def _from_pack(self, space: bytes, log: bytes, number: int) -> bytes | None:
        """A batch out of the pack that has it; None where none has, or it is unsound."""
        for pack in self._packs(space, log):
            if pack.first <= number <= pack.last:
                raw = self._batches_of(space, log, pack).get(number)
                if raw is not None:
                    return raw
        return None

    def _in_place(self, at: LogAt, number: int) -> list[bytes]:
        """What lies under a number of a log in its own place: loose first, then in a pack if unlike.

        What lies loose may be torn, or have been covered, and its pack be whole.
        """
        loose = self._read(layout.batch(at.space, at.log, number), envelope.MAX_BATCH_BYTES)
        packed = self._from_pack(at.space, at.log, number)
        return list(dict.fromkeys(raw for raw in (loose, packed) if raw is not None))

    def _batches_of(self, space: bytes, log: bytes, pack: Pack) -> dict[int, bytes]:
        """What a pack holds; the last one read is kept, since the next batch lies there too."""
        path = layout.pack(space, log, pack.name)
        if self._open_pack[0] != path:
            raw = self._read(path, packs.MAX_PACK_BYTES)
            try:
                self._open_pack = (path, packs.split(raw or b"", pack))
            except SyncError as error:
                self.report.warn(error.code, path=path)
                self._open_pack = (path, {})
        return self._open_pack[1]

    def _numbers_there(self, space: bytes, log: bytes) -> set[int]:
        """The batches of a log that the share had when this sync first looked, loose or packed."""
        if (space, log) not in self._numbers:
            packed = (range(one.first, one.last + 1) for one in self._packs(space, log))
            loose = numbers(self._list(layout.log(space, log)))
            self._numbers[space, log] = loose.union(*packed)
        return self._numbers[space, log]

    def _numbers_anywhere(self, space: bytes, log: bytes) -> set[int]:
        """The batches of a log that the share has, those included that others relay."""
        relayed = self._relayed.get(log)
        return self._numbers_there(space, log) | (relayed.numbers if relayed else set())

    @cached_property
    def _relayed(self) -> dict[bytes, Relayed]:
        """The logs that somebody relays."""
        found: dict[bytes, Relayed] = {}
        for device in self._list(layout.RELAY):
            for name in self._list(f"{layout.RELAY}/{device}"):
                log, folder = from_token(name), f"{layout.RELAY}/{device}/{name}"
                names = self._list(folder)
                if log not in found and log is not None and names:
                    raw = self._read(f"{folder}/{names[0]}", envelope.MAX_BATCH_BYTES)
                    header = header_of(raw or b"")
                    if header is not None and header.log == log:
                        found[log] = Relayed(header.space, set(), {})
                if log is not None and log in found:
                    found[log].numbers.update(numbers(names))
                    found[log].by[from_token(device) or b""] = numbers(names)
        return found

    # -- packing -------------------------------------------------------------------------------

    def _pack_logs(self) -> None:
        """Pack what has gathered of our logs.

        Loose files go at the next packing only, and when their pack reads back whole: tools that
        copy folders about may bring a removal sooner than a new file.
        """
        for space in self.replica.spaces():
            for at in self.replica.logs(space):
                if at.device == self.replica.device:
                    self._pack_log(at)

    def _pack_log(self, at: LogAt) -> None:
        self._remove_loose(at)
        done = max((pack.last for pack in self._packs(at.space, at.log)), default=0)
        last = min(self.replica.sent(self.location, at.log), at.number) - packs.KEPT_LOOSE
        if last - done >= packs.LEAST:
            for pack, batches in self._fillings(at, done + 1, last):
                self._put_pack(at.space, at.log, pack, batches)

    def _fillings(self, at: LogAt, first: int, last: int) -> Iterator[tuple[Pack, list[bytes]]]:
        """The batches from `first` to `last` in packs of bearable size."""
        batches: list[bytes] = []
        size = 0
        for number in range(first, last + 1):
            raw = self.replica.batch(at.log, number)
            assert raw is not None
            batches.append(raw)
            size += len(raw)
            if size >= packs.FILL_BYTES or len(batches) == packs.MAX_BATCHES or number == last:
                yield Pack(number - len(batches) + 1, number), batches
                batches, size = [], 0

    def _put_pack(self, space: bytes, log: bytes, pack: Pack, batches: Sequence[bytes]) -> None:
        raw = packs.join(pack.first, batches)
        path = layout.pack(space, log, pack.name)
        try:
            self.remote.put(path, raw)
        except Occupied:
            # Torn, or from before something in it was erased: only this laptop writes here.
            self.remote.replace(path, raw)
        self.report.packs.add(len(raw))
        self._packed.pop((space, log), None)
        self._packing_logs.pop(space, None)
        self._open_pack = ("", {})

    def _mend_packs(self, space: bytes, log: bytes, number: int) -> None:
        """Write our packs that have, or should have, a batch anew where they are unsound."""
        for pack in self._packs(space, log):
            if pack.first <= number <= pack.last and not self._batches_of(space, log, pack):
                batches = [self.replica.batch(log, one) for one in range(pack.first, pack.last + 1)]
                held = [raw for raw in batches if raw is not None]
                if len(held) == len(batches):
                    self._put_pack(space, log, pack, held)

    def _remove_loose(self, at: LogAt) -> None:
        """Take away loose files that lie in a pack as well, which is read once more before."""
        names = self._list(layout.log(at.space, at.log))
        loose = numbers(names)
        for pack in self._packs(at.space, at.log):
            doubled = sorted(loose.intersection(range(pack.first, pack.last + 1)))
            held = self._batches_of(at.space, at.log, pack) if doubled else {}
            for number in doubled:
                if held.get(number) == self.replica.batch(at.log, number):
                    self.remote.remove(layout.batch(at.space, at.log, number))

    def _erase_from_pack(self, space: bytes, log: bytes, number: int, raw: bytes) -> None:
        """Put a replaced batch where the original lies in a pack."""
        for pack in self._packs(space, log):
            if not pack.first <= number <= pack.last:
                continue
            held = self._batches_of(space, log, pack)
            # Another life of the laptop may have written what lies under that number here.
            is_copy = held and envelope.batch_hash(held[number]) == envelope.batch_hash(raw)
            if is_copy and held[number] != raw:
                held[number] = raw
                whole = packs.join(pack.first, [held[one] for one in sorted(held)])
                self.remote.replace(layout.pack(space, log, pack.name), whole)


def numbers(names: Iterable[str]) -> set[int]:
    """The batches that files of these names are; other names are none."""
    return {int(name) for name in names if name.isdecimal() and len(name) <= 12}
