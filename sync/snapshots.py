"""A space as one laptop holds it, sealed in parts, so that a newcomer need not replay years.

A snapshot is a coordinator's word for what the batches up to a point amount to; the batches go with
it, each still signed by its author, and stay the truth: `kipu verify` compares the two. What a part
holds is the store's affair (see `about.layout`); here it is sealed bytes, bounded before opened.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

import zstandard

from sync import crypto, signed
from sync.errors import Malformed, TooLarge
from sync.ids import HASH_BYTES, ID_BYTES, digest

MAGIC = b"KIPN"
MAX_ABOUT_BYTES = 512 * 1024
MAX_PART_BYTES = 16 * 1024 * 1024
MAX_PLAIN_BYTES = 64 * 1024 * 1024
MAX_PARTS = 4096
SALT_BYTES = 16
_PIECE_BYTES = 16 * 1024 * 1024  # parts of ours are one
_LEVEL = 3
_WINDOW_LOG = 27


@dataclass(frozen=True)
class Part:
    """A sealed part: its size and the hash it must have."""

    size: int
    hash: bytes


@dataclass(frozen=True)
class About:
    """What a snapshot is, signed by the coordinator who made it.

    `layout` names the store that can take it in; `changes` and `batches` count what it covers; `salt`
    is random.
    """

    project: bytes
    space: bytes
    epoch: bytes
    salt: bytes
    layout: str
    changes: int
    batches: int
    parts: tuple[Part, ...]

    @property
    def name(self) -> str:
        """What its parts' names begin with."""
        return _name(self.salt)

    @property
    def size(self) -> int:
        """Bytes of all its parts."""
        return sum(part.size for part in self.parts)

    def pack(self, keys: crypto.KeyPair) -> bytes:
        content = signed.content(
            {
                "project": self.project,
                "space": self.space,
                "epoch": self.epoch,
                "salt": self.salt,
                "layout": self.layout,
                "changes": self.changes,
                "batches": self.batches,
                "parts": [[one.size, one.hash] for one in self.parts],
            }
        )
        return signed.write(MAGIC, content, keys)


def read_about(raw: bytes, project: bytes, space: bytes, sign_public: bytes) -> About:
    """Raises Malformed, TooLarge, UnknownVersion or crypto.BadSignature."""
    signature, content = signed.read(MAGIC, raw, MAX_ABOUT_BYTES)
    crypto.verify(sign_public, signature, content, MAGIC)
    found = signed.fields(
        content, project=bytes, space=bytes, epoch=bytes, salt=bytes, layout=str, changes=int,
        batches=int, parts=list,
    )  # fmt: skip
    if (found["project"], found["space"]) != (project, space):
        raise Malformed("a snapshot lies in the wrong place")
    if len(found["salt"]) != SALT_BYTES or len(found["epoch"]) != ID_BYTES:
        raise Malformed("a snapshot's description has the wrong shape")
    if not 0 < len(found["parts"]) <= MAX_PARTS:
        raise Malformed("a snapshot has no parts, or too many")
    return About(
        project, space, found["epoch"], found["salt"], found["layout"], found["changes"],
        found["batches"], tuple(_part(one) for one in found["parts"]),
    )  # fmt: skip


def _part(found: object) -> Part:
    match found:
        case [int(size), bytes(name)] if 0 < size <= MAX_PART_BYTES and len(name) == HASH_BYTES:
            return Part(size, name)
    raise Malformed("a snapshot's part has the wrong shape")


class Sealer:
    """Seals the parts of one snapshot, one after another."""

    def __init__(self, project: bytes, space: bytes, epoch: bytes, key: bytes) -> None:
        self._project, self._space, self._epoch, self._key = project, space, epoch, key
        self._salt = os.urandom(SALT_BYTES)
        self._parts: list[Part] = []
        self._squeezer = zstandard.ZstdCompressor(
            compression_params=zstandard.ZstdCompressionParameters.from_level(
                _LEVEL, write_content_size=0
            )
        )

    def seal(self, plain: bytes) -> bytes:
        """The next part's bytes. Raises TooLarge for one that no reader would take."""
        index = len(self._parts)
        raw = _seal(self._key, self._salt, self._space, index, self._squeezer.compress(plain))
        if len(raw) > MAX_PART_BYTES or len(plain) > MAX_PLAIN_BYTES:
            raise TooLarge("a part of a snapshot is larger than any may be")
        self._parts.append(Part(len(raw), part_hash(raw)))
        return raw

    @property
    def name(self) -> str:
        """What the parts' names begin with."""
        return _name(self._salt)

    def about(self, layout: str, changes: int, batches: int) -> About:
        return About(
            self._project, self._space, self._epoch, self._salt, layout, changes, batches,
            tuple(self._parts),
        )  # fmt: skip


def _name(salt: bytes) -> str:
    return salt.hex()[:12]


def part_hash(raw: bytes) -> bytes:
    return digest(raw, b"kipu snapshot")


@dataclass(frozen=True)
class Sealed:
    """A part as it lies on a share, and what it is opened with."""

    key: bytes
    salt: bytes
    space: bytes
    index: int
    raw: bytes

    def open(self) -> bytes:
        """The plain bytes. Raises crypto.CannotOpen, Malformed or TooLarge."""
        part_key, bound = _bound(self.key, self.salt, self.space, self.index)
        squeezed = crypto.aead_open(part_key, self.raw, bound)
        opener = zstandard.ZstdDecompressor(max_window_size=1 << _WINDOW_LOG)
        try:
            return _read(opener.stream_reader(squeezed))
        except zstandard.ZstdError as error:
            raise Malformed("a part of a snapshot is damaged") from error


def _read(opened: BinaryIO) -> bytes:
    """All of a part, in pieces: room for the largest there may be is not to be had for nothing."""
    pieces, size = [], 0
    while piece := opened.read(min(_PIECE_BYTES, MAX_PLAIN_BYTES + 1 - size)):
        pieces.append(piece)
        size += len(piece)
        if size > MAX_PLAIN_BYTES:
            raise TooLarge("a part of a snapshot opens to more than any may")
    return b"".join(pieces)


def _seal(key: bytes, salt: bytes, space: bytes, index: int, plain: bytes) -> bytes:
    part_key, bound = _bound(key, salt, space, index)
    return crypto.aead_seal(part_key, plain, bound)


def _bound(key: bytes, salt: bytes, space: bytes, index: int) -> tuple[bytes, bytes]:
    """A part's own key, and what it is bound to: no part opens in another's place."""
    place = salt + index.to_bytes(4)
    return crypto.derive(key, "kipu snapshot 1", place), space + place


def names(about: About) -> Sequence[str]:
    """The file names of its parts, in order."""
    return [f"{about.name}-{index:05d}" for index in range(len(about.parts))]
