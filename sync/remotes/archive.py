"""A share in one file that goes from hand to hand: a zip in which nothing is compressed.

What lies in it is sealed already, so there is nothing to squeeze and nothing to hide, and any tool
can list it. Ours is stricter than a zip need be: entries lie one after another from the first byte,
the directory names them in that order, and every place follows from the lengths before it. So
nothing can overlap, swell or be named twice, and a reader checks all of it before it reads a file.
docs/formats/carried.md is the format.
"""

from __future__ import annotations

import contextlib
import os
import struct
import zlib
from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, Final

from sync.errors import SyncError
from sync.ports import (
    BadPath,
    Names,
    Occupied,
    RemoteError,
    RemoteMissing,
    RemoteReadOnly,
    RemoteTooLarge,
    check_path,
    fault,
)
from sync.remotes import new_files, os_faults

MAX_ENTRIES: Final = 500_000
"""Files in one archive; its directory is read whole, so it has an end."""

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_END64: Final = struct.Struct("<4sQ2H2I4Q")
_LOCATOR: Final = struct.Struct("<4sIQI")
_FAR: Final = struct.Struct("<2HQ")
_VERSION, _VERSION64 = 20, 45
_FIRST_DAY: Final = 0x21  # 1980-01-01: an archive tells nobody when it was made
_CAP16, _CAP32 = 0xFFFF, 0xFFFFFFFF
# What follows on what in an archive: each kind, how it begins, and which of its fields are lengths.
_ORDER: Final = (
    (_LOCAL, b"PK\3\4", (7, 9, 10)),
    (_CENTRAL, b"PK\1\2", (10, 11, 12)),
    (_END64, b"PK\6\6", ()),
    (_LOCATOR, b"PK\6\7", ()),
)
_PIECE: Final = 1024 * 1024


class NotCarried(SyncError):
    """The file is not one that Kipu made to be carried; param ``place``."""

    default_code = "carried-not-one"


class CarriedTorn(SyncError):
    """A carried file that was cut short, or to whose end something was added; param ``place``."""

    default_code = "carried-torn"


class CarriedTooLarge(SyncError):
    """More files than one archive holds; params ``place`` and ``limit``."""

    default_code = "carried-too-large"


class Taken(RemoteError):
    """A file of this name is there already, and nobody said that it may go."""

    default_code = "carried-exists"


class _Archive(ABC):
    """What reading and writing share: a stream, and where everything lies in it."""

    def __init__(self, path: Path, stream: BinaryIO) -> None:
        self._path = path
        self._stream = stream

    @property
    def name(self) -> str:
        return str(self._path)

    @abstractmethod
    def _find(self, path: str) -> tuple[int, int] | None:
        """Place and length of a file's bytes."""

    def read(self, path: str, limit: int) -> bytes | None:
        """See `sync.ports.Remote.read`."""
        check_path(path)
        found = self._find(path)
        if found is None:
            return None
        offset, size = found
        if size > limit:
            raise fault(RemoteTooLarge, self.name, path, limit=limit)
        with _faults(self.name, path):
            self._stream.seek(offset)
            data = self._stream.read(size)
        if len(data) != size:
            raise CarriedTorn("{place} was cut short", place=self.name)
        return data

    def probe(self) -> None:  # noqa: B027
        """Nothing to try: what could be wrong was found when it was opened."""


@contextlib.contextmanager
def _faults(place: str, path: str = "", *, writing: bool = False) -> Iterator[None]:
    """Turn what the system refuses into the precise `RemoteError`."""
    try:
        yield
    except FileNotFoundError as error:
        raise fault(RemoteMissing, place) from error
    except OSError as error:
        kind = os_faults.kind_of(error, writing=writing)
        raise fault(kind, place, path, reason=str(error)) from error


class ArchiveRemote(_Archive):
    """A carried file to be read (`sync.ports.Remote`); nothing is ever written to it.

    Raises NotCarried, CarriedTorn, CarriedTooLarge or a RemoteError when it is opened. ``first``
    is the path of the entry that must come first.
    """

    def __init__(self, path: Path, first: str) -> None:
        if os.path.isdir(path):
            raise NotCarried("{place} is no file", place=str(path))
        with _faults(str(path)):
            super().__init__(path, path.open("rb"))
        # Each as its path, NUL, place and length: one short text, for there may be half a million.
        self._entries: list[str] = []
        try:
            with _faults(self.name):
                self._require_first(first)
                self._read_directory()
        except BaseException:
            self._stream.close()
            raise

    def list(self, prefix: str) -> Names:
        """See `sync.ports.Remote.list`."""
        below = "".join(f"{part}/" for part in check_path(prefix, prefix=True))
        names: set[str] = set()
        at = bisect_left(self._entries, below)
        while at < len(self._entries) and self._entries[at].startswith(below):
            path, _nul, _place = self._entries[at].partition("\0")
            name, is_folder, _rest = path[len(below) :].partition("/")
            names.add(name)
            # "0" comes right after "/": past all that lies in this folder.
            at = bisect_left(self._entries, f"{below}{name}0", at + 1) if is_folder else at + 1
        return sorted(names)

    def _find(self, path: str) -> tuple[int, int] | None:
        at = bisect_left(self._entries, f"{path}\0")
        found, _nul, place = (self._entries[at] if at < len(self._entries) else "").partition("\0")
        if found != path:
            return None
        offset, _colon, size = place.partition(":")
        return int(offset), int(size)

    def __enter__(self) -> ArchiveRemote:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stream.close()

    def put(self, path: str, data: bytes) -> bool:
        raise fault(RemoteReadOnly, self.name, path)

    def replace(self, path: str, data: bytes) -> None:
        raise fault(RemoteReadOnly, self.name, path)

    def remove(self, path: str) -> None:
        raise fault(RemoteReadOnly, self.name, path)

    def _require_first(self, first: str) -> None:
        """The beginning tells a carried file from any other, however much of it is there."""
        head = self._stream.read(_LOCAL.size + len(first))
        if head[:4] != b"PK\3\4" or head[_LOCAL.size :] != first.encode():
            raise NotCarried("{place} is not a file of Kipu's", place=self.name)

    def _read_directory(self) -> None:
        count, size, start = self._end()
        if count > MAX_ENTRIES:
            raise CarriedTooLarge("{place} holds too much", place=self.name, limit=MAX_ENTRIES)
        self._stream.seek(start)
        at = 0
        with self._sound():
            for _entry in range(count):
                at = self._read_entry(at)
            if at != start or self._stream.tell() != start + size:
                raise ValueError("the directory does not fit what lies before it")
            self._entries.sort()
            paths = (entry.partition("\0")[0] for entry in self._entries)
            if any(one == other for one, other in pairwise(paths)):
                raise ValueError("a path is there twice")

    @contextlib.contextmanager
    def _sound(self) -> Iterator[None]:
        try:
            yield
        except (BadPath, ValueError, struct.error) as error:
            raise NotCarried("{place} is not as Kipu makes them", place=self.name) from error

    def _read_entry(self, at: int) -> int:
        """Take the directory's next entry, which must lie ``at`` a place; returns where it ends."""
        raw = self._stream.read(_CENTRAL.size)
        found: tuple[Any, ...] = _CENTRAL.unpack(raw)
        magic, _by, _needs, flags, method, _time, _day, _crc, packed, size, length, *rest = found
        extra, comment, disk, _inner, _outer, offset = rest
        if (magic, flags, method, comment, disk) != (b"PK\1\2", 0, 0, 0, 0) or packed != size:
            raise ValueError("an entry is not stored as it is")
        path = self._stream.read(length).decode("ascii")
        if extra:
            kind, room, offset = _FAR.unpack(self._stream.read(extra))
            if (kind, room) != (1, 8):
                raise ValueError("an entry has more about it than a place")
        if offset != at:
            raise ValueError("an entry does not lie where the one before ends")
        start = at + _LOCAL.size + int(length)
        check_path(path)
        self._entries.append(f"{path}\0{start}:{size}")
        return start + int(size)

    def _end(self) -> tuple[int, int, int]:
        """Number of entries, and size and place of the directory, which the file ends with."""
        whole = self._stream.seek(0, os.SEEK_END)
        end = whole - _END.size
        magic, disk, first, here, count, size, start, comment = self._unpack(_END, end)
        if (magic, disk, first, comment) != (b"PK\5\6", 0, 0, 0):
            raise self._torn(whole)
        if _CAP16 in (here, count) or start == _CAP32:
            magic, _disk, end, _disks = self._unpack(_LOCATOR, end - _LOCATOR.size)
            if magic != b"PK\6\7" or end + _END64.size + _LOCATOR.size + _END.size != whole:
                raise CarriedTorn("{place} was cut short", place=self.name)
            magic, _size, _by, _needs, _d, _e, here, count, size, start = self._unpack(_END64, end)
            if magic != b"PK\6\6":
                raise NotCarried("{place} is not as Kipu makes them", place=self.name)
        if here != count or start + size != end:
            raise NotCarried("{place} is not as Kipu makes them", place=self.name)
        return count, size, start

    def _torn(self, whole: int) -> CarriedTorn:
        """Why the file does not end as one does."""
        if 0 < self._own_end() < whole:
            return CarriedTorn(
                "{place} goes on after its end", "carried-torn.more", place=self.name
            )
        return CarriedTorn("{place} was cut short", place=self.name)

    def _own_end(self) -> int:
        """Where the archive ends by what it says of itself from its first byte on; 0 if it does not."""
        at, steps = 0, 0
        for form, magic, lengths in _ORDER:
            while (found := self._peek(form, at))[0] == magic and steps < 2 * MAX_ENTRIES + 2:
                at += form.size + sum(int(found[one]) for one in lengths)
                steps += 1
        return at + _END.size if self._peek(_END, at)[0] == b"PK\5\6" else 0

    def _peek(self, form: struct.Struct, at: int) -> tuple[Any, ...]:
        self._stream.seek(at)
        raw = self._stream.read(form.size)
        return form.unpack(raw) if len(raw) == form.size else (b"",)

    def _unpack(self, form: struct.Struct, at: int) -> tuple[Any, ...]:
        if at < 0:
            raise CarriedTorn("{place} was cut short", place=self.name)
        self._stream.seek(at)
        return form.unpack(self._stream.read(form.size))


class NewArchive(_Archive):
    """A file being written (`sync.ports.Remote`); `writing` makes it."""

    def __init__(self, path: Path, stream: BinaryIO) -> None:
        super().__init__(path, stream)
        self._places: dict[str, tuple[int, int]] = {}
        self._hash = sha256()
        self._directory = bytearray()
        self.size = 0

    def list(self, prefix: str) -> Names:
        """See `sync.ports.Remote.list`."""
        below = "".join(f"{part}/" for part in check_path(prefix, prefix=True))
        inside = (path[len(below) :] for path in self._places if path.startswith(below))
        return sorted({path.partition("/")[0] for path in inside})

    def _find(self, path: str) -> tuple[int, int] | None:
        return self._places.get(path)

    def put(self, path: str, data: bytes) -> bool:
        """See `sync.ports.Remote.put`; raises CarriedTooLarge when it is full by our own limit."""
        check_path(path)
        if path in self._places:
            if self.read(path, self._places[path][1]) == data:
                return False
            raise fault(Occupied, self.name, path)
        if len(self._places) >= MAX_ENTRIES:
            raise CarriedTooLarge("{place} would hold too much", place=self.name, limit=MAX_ENTRIES)
        at, name, crc, size = self.size, path.encode(), zlib.crc32(data), len(data)
        self._append(_LOCAL.pack(
            b"PK\3\4", _VERSION, 0, 0, 0, _FIRST_DAY, crc, size, size, len(name), 0) + name
        )  # fmt: skip
        self._append(data)
        far = _FAR.pack(1, 8, at) if at >= _CAP32 else b""
        needs = _VERSION64 if far else _VERSION
        self._directory += _CENTRAL.pack(
            b"PK\1\2", needs, needs, 0, 0, 0, _FIRST_DAY, crc, size, size, len(name), len(far), 0,
            0, 0, 0, min(at, _CAP32)) + name + far  # fmt: skip
        self._places[path] = at + _LOCAL.size + len(name), size
        return True

    def replace(self, path: str, data: bytes) -> None:
        raise fault(Occupied, self.name, path)

    def remove(self, path: str) -> None:
        raise fault(Occupied, self.name, path)

    def _append(self, data: bytes) -> None:
        with _faults(self.name, writing=True):
            self._stream.seek(self.size)
            self._stream.write(data)
        self._hash.update(data)
        self.size += len(data)

    def finish(self) -> None:
        """Write the directory, and read everything back."""
        start, length, count = self.size, len(self._directory), len(self._places)
        self._append(bytes(self._directory))
        if start >= _CAP32 or count >= _CAP16:
            end = self.size
            self._append(_END64.pack(
                b"PK\6\6", _END64.size - 12, _VERSION64, _VERSION64, 0, 0, count, count, length,
                start) + _LOCATOR.pack(b"PK\6\7", 0, end, 1))  # fmt: skip
        few = min(count, _CAP16)
        self._append(_END.pack(b"PK\5\6", 0, 0, few, few, length, min(start, _CAP32), 0))
        with _faults(self.name, writing=True):
            self._stream.flush()
            _flush(self._stream)
            self._require_same()

    def _require_same(self) -> None:
        found = sha256()
        self._stream.seek(0)
        while piece := self._stream.read(_PIECE):
            found.update(piece)
        if found.digest() != self._hash.digest():
            raise OSError("other bytes came back")


def _flush(stream: BinaryIO) -> None:
    try:
        os.fsync(stream.fileno())
    except OSError as error:
        if not os_faults.has_no_fsync(error):
            raise


@contextlib.contextmanager
def writing(path: Path, *, overwrite: bool = False) -> Iterator[NewArchive]:
    """A new archive, which takes its name only when all of it is written and read back.

    Raises Taken where a file of that name is, unless `overwrite`; RemoteMissing, RemoteReadOnly,
    RemoteFull, … for what the place refuses. Whatever stops it leaves nothing behind.
    """
    place = str(path)
    # A link goes on leading where it led; a folder, a pipe or a device is no file to write over.
    path = Path(os.path.realpath(path)) if overwrite else path
    part = path.with_name(f".{path.name}.part")
    if os.path.lexists(path) and not (overwrite and os.path.isfile(path)):
        raise fault(Taken, place)
    with _faults(place, writing=True):
        # What a laptop that lost its power left behind.
        part.unlink(missing_ok=True)
        stream = part.open("x+b")
    try:
        with stream:
            made = NewArchive(path, stream)
            yield made
            made.finish()
        with _faults(place, writing=True):
            _name(part, path, overwrite)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    new_files.sync_folder(path.parent)


def _name(part: Path, path: Path, overwrite: bool) -> None:
    """Give a whole file its name, over no other one unless that was asked for."""
    if overwrite:
        os_faults.patiently(lambda: os.replace(part, path))
        return
    try:
        os.link(part, path)
    except FileExistsError as error:
        raise fault(Taken, str(path)) from error
    except OSError as error:
        # FAT and many shares know no links.
        if os.path.lexists(path):
            raise fault(Taken, str(path)) from error
        os_faults.patiently(lambda: os.rename(part, path))
