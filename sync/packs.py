"""Many small batches of one log in one file, byte for byte as they were sealed.

A laptop that syncs every day leaves thousands of tiny files; whoever was away for a season would
fetch each by itself. Its writer packs them (`kipu compact`) and takes the loose files away.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

from sync.envelope import MAX_BATCH_BYTES
from sync.errors import Malformed, UnknownVersion

MAGIC = b"KIPP"
VERSION = 1
MAX_BATCHES = 1024
FILL_BYTES = 4 * 1024 * 1024
"""A pack is closed when it has about this much."""
MAX_PACK_BYTES = FILL_BYTES + MAX_BATCH_BYTES
LEAST = 64
"""Fewer loose batches than this are not worth a pack."""
KEPT_LOOSE = 32
"""The newest stay loose: who polls often reads just these."""
_HEAD = struct.Struct(">4sB3xQI")
_DIGITS = 8


class Pack(NamedTuple):
    """The numbers, first and last, that a pack holds."""

    first: int
    last: int

    @property
    def name(self) -> str:
        return f"{self.first:0{_DIGITS}d}-{self.last:0{_DIGITS}d}"


def parse_name(name: str) -> Pack | None:
    first, _dash, last = name.partition("-")
    if not (first.isdecimal() and last.isdecimal() and max(len(first), len(last)) <= 12):
        return None
    pack = Pack(int(first), int(last))
    fits = 0 < pack.first <= pack.last < pack.first + MAX_BATCHES
    return pack if fits and pack.name == name else None


def join(first: int, batches: Sequence[bytes]) -> bytes:
    lengths = struct.pack(f">{len(batches)}I", *map(len, batches))
    return _HEAD.pack(MAGIC, VERSION, first, len(batches)) + lengths + b"".join(batches)


def split(raw: bytes, pack: Pack) -> dict[int, bytes]:
    """The batches of a pack by their number. Raises Malformed or UnknownVersion."""
    if len(raw) < _HEAD.size:
        raise Malformed("a pack is cut short")
    magic, version, first, count = _HEAD.unpack_from(raw)
    if magic != MAGIC:
        raise Malformed("a pack is not what it should be")
    if version != VERSION:
        raise UnknownVersion("a pack was written by a newer Kipu", version=version)
    if (first, first + count - 1) != pack or len(raw) < _HEAD.size + 4 * count:
        raise Malformed("a pack holds other numbers than its name says")
    lengths = struct.unpack_from(f">{count}I", raw, _HEAD.size)
    at = _HEAD.size + 4 * count
    if at + sum(lengths) != len(raw):
        raise Malformed("a pack is cut short or goes on too long")
    found = {}
    for number, length in enumerate(lengths, start=first):
        found[number] = raw[at : at + length]
        at += length
    return found
