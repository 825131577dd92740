"""Who may read which file, and which names a listing shows to whom.

A space a device has no role in does not exist for it. Its marks are shown under blind names, so that
everybody counts the same number of them (see sync.news).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from hashlib import sha256

from sync import layout
from sync.ids import from_token, token
from sync.ports import Names
from sync.server.projects import Kind, Project, Who

SPACED = frozenset({"spaces", "heads", layout.FILES, layout.PACKS, layout.SNAPSHOTS})
"""Folders whose second part is a space."""
_MEMBERS_OWN = frozenset({layout.WANTS, layout.RELAY, layout.NEWS})
_BLIND_CHARS = 10


def may_read(who: Who, parts: tuple[str, ...]) -> bool:
    """Whether a file is for this device to read, as far as its path tells."""
    top, *rest = parts
    if who.kind is Kind.NEWCOMER:
        return top == layout.SENTINEL
    if top in {layout.SENTINEL, layout.ROSTER} or parts == ("root", "key"):
        return True
    if top == "keys" and len(rest) == 3:
        return _may_read_key(who, rest[0], rest[2])
    if who.kind is not Kind.MEMBER:
        return False
    if top in SPACED and rest:
        return who.is_in(from_token(rest[0]))
    if top == layout.ERASED:
        return who.is_coordinator or rest == [token(who.device)]
    return top in _MEMBERS_OWN


def _may_read_key(who: Who, author: str, recipient: str) -> bool:
    if recipient == "root":
        return who.kind is Kind.ROOT or who.is_coordinator
    return who.kind is Kind.MEMBER and token(who.device) in (author, recipient)


class Listing:
    """What a device sees of a folder. `blind_key` makes names that only this server understands."""

    def __init__(self, who: Who, project: Project, blind_key: bytes) -> None:
        self._who, self._project, self._blind_key = who, project, blind_key

    def of(self, parts: tuple[str, ...], names: Names, below: Callable[[str], Names]) -> Names:
        """The names to show of those that lie there; `below` lists a folder of storage."""
        if self._who.kind is Kind.NEWCOMER:
            return []
        if len(parts) == 2 and parts[0] == layout.NEWS:
            return self._marks(names) if self._who.kind is Kind.MEMBER else []
        return [name for name in names if self._shows((*parts, name), below)]

    def _shows(self, parts: tuple[str, ...], below: Callable[[str], Names]) -> bool:
        who, top = self._who, parts[0]
        if top == "keys":
            is_seen = who.is_coordinator or who.kind is Kind.ROOT or len(parts) < 4
            return is_seen or may_read(who, parts)
        if top == layout.RELAY and len(parts) > 2:
            return who.is_in(self._space_of_relayed(parts, below))
        return len(parts) == 1 or may_read(who, parts)

    def _space_of_relayed(
        self, parts: tuple[str, ...], below: Callable[[str], Names]
    ) -> bytes | None:
        folder = "/".join(parts[:3])
        paths = (f"{folder}/{name}" for name in below(folder)[:1])
        return space_of_relayed(self._project, parts, *paths)

    def _marks(self, names: Names) -> Names:
        return sorted(name if self._is_seen(name) else self._blind(name) for name in names)

    def _is_seen(self, name: str) -> bool:
        kind, *rest = name.split("-")
        return kind not in {"b", "f"} or not rest or self._who.is_in(from_token(rest[0]))

    def _blind(self, name: str) -> str:
        said = self._project.id + self._who.device + name.encode()
        return "z-" + hmac.new(self._blind_key, said, sha256).hexdigest()[:_BLIND_CHARS]


def space_of_relayed(project: Project, parts: tuple[str, ...], *paths: str) -> bytes | None:
    """The space of a relayed log, which its path does not tell."""
    log = from_token(parts[2]) if len(parts) > 2 else None
    found = project.log_of(log, *paths) if log else None
    return found.space if found else None
