"""What the drivers of different places have in common."""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Callable, Iterable

from sync.ports import Names, check_path, is_ours
from sync.remotes.addresses import Address

ROOT = "KIPU"
"""The folder in a place below which everything of ours lies; nothing beside it is touched."""
TEMPORARY = ".tmp-"
SURE_SECONDS = 5.0
"""How long a place counts as there after it showed something of ours."""
_OWN_NAME = re.compile(rf"{re.escape(TEMPORARY)}([a-z0-9]*)-[0-9a-f]+-[0-9]+")
# What systems leave in an otherwise empty place; names beginning with a dot count too.
_SYSTEM_NAMES = frozenset(
    {
        "$recycle.bin",
        "desktop.ini",
        "found.000",
        "indexervolumeguid",
        "lost+found",
        "network trash folder",
        "recycler",
        "system volume information",
        "temporary items",
        "thumbs.db",
        "wpsettings.dat",
    }
)


class Temporaries:
    """Names for temporary files that no other laptop and no other run uses."""

    def __init__(self, writer: str) -> None:
        if not re.fullmatch("[a-z0-9]{0,40}", writer):
            raise ValueError("a writer's name is made of a-z and 0-9")
        self._writer = writer
        self._run = secrets.token_hex(6)
        self._numbers = itertools.count(1)

    def next(self) -> str:
        return f"{TEMPORARY}{self._writer}-{self._run}-{next(self._numbers)}"

    def stale(self, names: Iterable[str]) -> Names:
        """Those among ``names`` that an interrupted run of this writer left."""
        found = ((name, _OWN_NAME.fullmatch(name)) for name in names)
        return [
            name
            for name, own in found
            if own and self._writer and own[1] == self._writer and f"-{self._run}-" not in name
        ]


class Listed:
    """Names met in a place: ours, and those left alone."""

    def __init__(self) -> None:
        self.left_alone: set[str] = set()
        """Paths that are not named as Kipu names things: conflicted copies …"""

    def ours(self, prefix: str, names: Iterable[str]) -> Names:
        """Return the names of ours, sorted, and remember the others."""
        below = "".join(part + "/" for part in check_path(prefix, prefix=True))
        kept = []
        for name in names:
            if is_ours(name):
                kept.append(name)
            elif not name.startswith(TEMPORARY):
                self.left_alone.add(below + name)
        return sorted(set(kept))


class Addressed:
    """A place reached by an address: how people know it, and what was met there."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._listed = Listed()

    @property
    def name(self) -> str:
        return self._address.place

    @property
    def left_alone(self) -> set[str]:
        """Paths met while listing that are not named as Kipu names things."""
        return self._listed.left_alone


def is_torn(lying: bytes, data: bytes) -> bool:
    """Tell whether ``lying`` is ``data`` cut off by a power failure, perhaps padded with zeros."""
    return len(lying) <= len(data) and data.startswith(lying.rstrip(b"\0"))


def is_empty(names: Iterable[str], ours: Callable[[], Iterable[str]]) -> bool:
    """Tell whether a place holds nothing but hidden and system entries; nor does an empty KIPU count.

    ``ours`` are the names in KIPU, asked for only where there is one.
    """
    others = [name for name in names if not is_systems_own(name)]
    return others == [] or (others == [ROOT] and all(is_systems_own(name) for name in ours()))


def is_systems_own(name: str) -> bool:
    """Tell whether a system, not a person, put this name into an otherwise empty place."""
    return name.startswith(".") or name.lower() in _SYSTEM_NAMES
