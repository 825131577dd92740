"""Who belongs to a project, read by docs/formats/roster.md and papers.md and by nothing of Kipu's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.reader.block import from_json

ROOT = bytes(16)
RANKS = {None: -1, "observer": 1, "facilitator": 2, "secretary": 2, "coordinator": 3}
Past = frozenset[bytes]


def digest(purpose: str, data: bytes, size: int = 32) -> bytes:
    return hashlib.blake2b(data, digest_size=size, person=purpose.encode()).digest()


def is_signed(public: bytes, signature: bytes, purpose: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, purpose + b"\0" + message)
    except InvalidSignature:
        return False
    return True


def rank(role: str | None) -> tuple[int, str]:
    """Of two roles the one that sorts later may do more."""
    return RANKS.get(role, 0), role or ""


@dataclass(frozen=True)
class Entry:
    hash: bytes
    author: bytes
    number: int
    previous: bytes
    seen: tuple[bytes, ...]
    body: dict[str, Any]
    signature: bytes
    content: bytes

    @property
    def type(self) -> str:
        return str(self.body["type"])

    @property
    def roles(self) -> dict[str, str | None]:
        return dict(self.body["roles"]) if self.type in ("admit", "grant") else {}

    @property
    def takes_coordination(self) -> bool:
        return self.type == "revoke" or (
            self.type == "grant" and self.roles.get("*", "coordinator") != "coordinator"
        )

    @property
    def before(self) -> tuple[bytes, ...]:
        return (*self.seen, self.previous) if self.number > 1 else self.seen


def parse(raw: bytes) -> Entry:
    assert raw[:5] == b"KIPR\1"
    content = raw[69:]
    found = from_json(content.decode())
    return Entry(
        digest("kipu roster", raw), found["author"], found["n"], found["previous"],
        tuple(found["seen"]), found["body"], raw[5:69], content,
    )  # fmt: skip


class Roster:
    """All entries that could be taken in, and what follows from them."""

    def __init__(self, raws: Iterable[bytes]) -> None:
        entries = {entry.hash: entry for entry in map(parse, raws)}
        self.root = next(entry for entry in entries.values() if entry.type == "root")
        self.project = self.root.hash[:16]
        self.common = digest("kipu common", self.project, 16)
        self.entries: dict[bytes, Entry] = {}
        self.pasts: dict[bytes, Past] = {}
        self._valid: dict[Past, Past] = {}
        waiting = list(entries.values())
        while True:
            left = [entry for entry in waiting if not self._take(entry)]
            if len(left) == len(waiting):
                break
            waiting = left

    def _take(self, entry: Entry) -> bool:
        if not all(one in self.entries for one in entry.before):
            return False
        past = frozenset(entry.before).union(*(self.pasts[one] for one in entry.before))
        if entry is not self.root:
            assert entry.body["project"] == self.project
            assert is_signed(
                self._key(entry, past), entry.signature, b"kipu roster 1", entry.content
            )
        self.entries[entry.hash], self.pasts[entry.hash] = entry, past
        return True

    def _key(self, entry: Entry, past: Past) -> bytes:
        if entry.author == ROOT:
            return bytes(self.root.body["sign"])
        return next(
            bytes(one.body["sign"]) for one in map(self.entries.__getitem__, past)
            if one.type == "admit" and one.body["device"] == entry.author
        )  # fmt: skip

    def sign_key(self, device: bytes) -> bytes | None:
        for entry in self.entries.values():
            if entry.type == "admit" and entry.body["device"] == device:
                return bytes(entry.body["sign"])
        return None

    # -- what counts -------------------------------------------------------------------------

    def past_of(self, heads: Iterable[bytes]) -> Past:
        heads = frozenset(heads)
        return heads.union(*(self.pasts[head] for head in heads))

    def about(self, device: bytes, among: Iterable[bytes]) -> list[Entry]:
        found = (self.entries[one] for one in among)
        return [one for one in found if one.body.get("device") == device
                and one.type in ("admit", "grant", "revoke")]  # fmt: skip

    def register(self, device: bytes, space: str, among: Past) -> str | None:
        """The role given by a set of entries: the lesser of what none of them replaced."""
        told = [
            one for one in self.about(device, among) if one.type == "revoke" or space in one.roles
        ]
        last = [one for one in told if not any(one.hash in self.pasts[o.hash] for o in told)]
        return min((one.roles.get(space) for one in last), key=rank, default=None)

    def counting(self, among: Past) -> Past:
        """Rules 1 and 2: those whose author could, less those a senior cut off."""
        if among in self._valid:
            return self._valid[among]
        valid = {one for one in among if self.author_may(self.entries[one])}
        cuts: dict[bytes, int] = {}
        standing: set[bytes] = set()
        removals = [self.entries[o] for o in valid if self.entries[o].takes_coordination]
        for entry in sorted(removals, key=self.seniority):
            if entry.number <= cuts.get(entry.author, entry.number):
                device = entry.body["device"]
                cuts[device] = min(entry.body["roster_cut"], cuts.get(device, 2**62))
                if self.was_coordinator(device, entry):
                    standing.add(entry.hash)
        for one in among - standing:
            entry = self.entries[one]
            if entry.number > cuts.get(entry.author, 2**62) and not self._is_readmitted(entry):
                valid.discard(one)
        self._valid[among] = frozenset(valid)
        return self._valid[among]

    def author_may(self, entry: Entry) -> bool:
        return entry.author == ROOT or self.was_coordinator(entry.author, entry)

    def was_coordinator(self, device: bytes, entry: Entry) -> bool:
        """Whether a device was a coordinator everywhere in what an entry's author had seen."""
        counts = self.counting(self.pasts[entry.hash])
        return self.register(device, "*", counts) == "coordinator"

    def _is_readmitted(self, entry: Entry) -> bool:
        told = self.about(entry.author, self.pasts[entry.hash])
        return any(
            one.roles.get("*") == "coordinator"
            and any(o.takes_coordination and o.hash in self.pasts[one.hash] for o in told)
            for one in told
        )

    def seniority(self, entry: Entry) -> tuple[int, int, bytes]:
        depth, author, first = 0, entry.author, (0, b"")
        while author != ROOT:
            admission = next(o for o in self.about(author, self.entries) if o.type == "admit")
            if not depth:
                sign = -1 if admission.author == ROOT else 1
                first = (sign * admission.number, admission.hash)
            depth, author = depth + 1, admission.author
        return (depth, *first)

    @cached_property
    def valid(self) -> Past:
        return self.counting(frozenset(self.entries))

    def view(self, heads: Iterable[bytes] | None = None) -> Past:
        """The entries that count at these heads: judged on everything known."""
        return self.valid if heads is None else self.past_of(heads) & self.valid

    # -- what follows ------------------------------------------------------------------------

    def role(self, device: bytes, space: bytes, view: Past) -> str | None:
        given = {key for one in self.about(device, view) for key in one.roles}
        roles = {key: self.register(device, key, view) for key in given}
        role = max(roles.get("*"), roles.get(space.hex()), key=rank)
        if role is None and space == self.common and any(roles.values()):
            return "observer"
        return role

    def policy(self, view: Past) -> dict[str, Any]:
        told = [self.entries[one] for one in view if self.entries[one].type == "policy"]
        last = [one for one in told if not any(one.hash in self.pasts[o.hash] for o in told)]
        best = min(last, key=lambda one: (*self.seniority(one), one.hash), default=None)
        return dict(best.body["kinds"]) if best else {}

    def cuts(self, device: bytes) -> list[Entry]:
        return [one for one in self.about(device, self.valid) if "cuts" in one.body]

    def silences(self, cut: Entry, space: bytes) -> bool:
        """Whether nothing beyond a cut can count in a space."""
        roles = {"*": None} if cut.type == "revoke" else cut.roles
        role = max(roles.get("*"), roles.get(space.hex()), key=rank)
        return bool({"*", space.hex()} & roles.keys()) and self.is_silent(role, space)

    def is_silent(self, role: str | None, space: bytes) -> bool:
        """Whether a role may write nothing in a space."""
        where = "common" if space == self.common else "space"
        tables = self.policy(self.view()).values()
        return role is None or not any(one.get(where, {}).get(role) for one in tables)

    def of_type(self, kind: str) -> list[Entry]:
        return [self.entries[one] for one in self.valid if self.entries[one].type == kind]
