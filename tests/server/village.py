"""A project in miniature for the server's tests: a roster, its devices, and files they would write.

No store and no vault: only what a blind server sees. Ana founds and coordinates; Beto works in the
first space, Carla in the second, Dora watches the first; Eva is nobody.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sync import crypto, envelope, layout, members
from sync.crypto import KeyPair
from sync.envelope import Context, Header
from sync.ids import device_id, log_id, token
from sync.roster import ROOT, Entry, Roster, author_entry, root_entry

NORTH, SOUTH = b"north parish....", b"south parish...."
EPOCH_KEY = b"k" * 32
EPOCH = b"epoch..........."
INCARNATION = b"first..."


def _keys(name: str) -> KeyPair:
    seed = name.encode().ljust(32, b".")
    return KeyPair(seed, seed * 2, seed)


KEYS = {name: _keys(name) for name in ("ana", "beto", "carla", "dora", "eva")}
IDS = {name: device_id(keys.sign_public) for name, keys in KEYS.items()}
ROLES: Mapping[str, Mapping[str, str | None]] = {
    "ana": {"*": "coordinator"},
    "beto": {NORTH.hex(): "secretary"},
    "carla": {SOUTH.hex(): "facilitator"},
    "dora": {NORTH.hex(): "observer"},
}


@dataclass
class Village:
    """One project; another `seed` makes another one."""

    seed: str = "village"
    entries: list[Entry] = field(default_factory=list)
    last: dict[bytes, Entry] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.root = _keys("root of " + self.seed)
        self.entries = [root_entry(self.root, self.seed.encode().ljust(16, b".")[:16])]
        self.root_key = members.wrap_root(self.root, b"a paper's secret", self.project)
        self.admit("ana", by="root")
        for name in ("beto", "carla", "dora"):
            self.admit(name)

    @property
    def project(self) -> bytes:
        return self.entries[0].project

    @property
    def roster(self) -> Roster:
        return Roster(self.entries)

    def write(self, by: str, kind: str, **body: Any) -> Entry:
        keys, author = (self.root, ROOT) if by == "root" else (KEYS[by], IDS[by])
        last = self.last.get(author)
        number = last.number + 1 if last else 1
        whole = {"type": kind, "project": self.project, **body}
        previous = last.hash if last else bytes(32)
        entry = author_entry(keys, author, number, previous, self.roster.heads(), whole)
        self.entries.append(entry)
        self.last[author] = entry
        return entry

    def admit(self, name: str, by: str = "ana", roles: Mapping[str, Any] | None = None) -> Entry:
        keys = KEYS[name]
        return self.write(
            by, "admit", device=IDS[name], sign=keys.sign_public, seal=keys.seal_public,
            code=name[:2], roles=dict(ROLES.get(name, {}) if roles is None else roles),
        )  # fmt: skip

    def revoke(self, name: str, by: str = "ana") -> Entry:
        last = self.last.get(IDS[name])
        cut = last.number if last else 0
        return self.write(by, "revoke", device=IDS[name], cuts={}, roster_cut=cut)

    def erase(self, batch: bytes, replacement: envelope.Batch, by: str = "ana") -> Entry:
        replaced = {envelope.batch_hash(batch).hex(): replacement.replacement}
        header = envelope.parse(batch).header
        return self.write(by, "erase", space=header.space, epoch=EPOCH, order=b"sealed",
                          replaced=replaced)  # fmt: skip

    # -- files -------------------------------------------------------------------------------

    def sentinel(self, by: str = "ana") -> bytes:
        return members.make_sentinel(KEYS[by], self.project, b"this very share.")

    def log(self, name: str, space: bytes, incarnation: bytes = INCARNATION) -> bytes:
        return log_id(IDS[name], incarnation, space)

    def batch(self, name: str, space: bytes, number: int = 1, text: bytes = b"words") -> bytes:
        header = Header(
            self.project, IDS[name], INCARNATION, space, EPOCH, os.urandom(16), number, number, 1,
            envelope.NO_HASH,
        )  # fmt: skip
        return envelope.seal(header, Context(1, (), {}), text, EPOCH_KEY, KEYS[name])

    def batch_path(self, name: str, space: bytes, number: int = 1) -> str:
        return layout.batch(space, self.log(name, space), number)

    def heads(self, name: str, space: bytes) -> bytes:
        logs = {self.log(name, space): (1, bytes(32))}
        return members.make_heads(KEYS[name], self.project, space, logs)

    def wants(self, name: str, *paths: str) -> bytes:
        return members.make_wants(KEYS[name], self.project, paths)

    def done(self, name: str) -> bytes:
        return members.make_done(KEYS[name], self.project, [bytes(32)])

    def wrapped(self) -> bytes:
        return crypto.seal_to(self.root.seal_public, EPOCH_KEY, b"any")


def redacted(batch: bytes) -> envelope.Batch:
    """The batch with another block in the place of its own."""
    return envelope.parse(envelope.seal_replacement(envelope.parse(batch), b"", EPOCH_KEY))


def piece_path(space: bytes, name: str, index: int = 0, content: bytes = b"c" * 32) -> str:
    return layout.attachment_piece(space, content, IDS[name], index)


def key_path(author: str, recipient: str | None) -> str:
    return layout.wrapped_key(IDS[author], EPOCH, IDS[recipient] if recipient else None)


def name_of(device: str) -> str:
    return token(IDS[device])
