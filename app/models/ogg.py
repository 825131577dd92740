"""Laying recordings end to end: several Ogg streams of Opus become one.

A chained stream (RFC 3533, section 4) would be as lawful and needs no work, but many players stop
after the first link and nobody would miss the rest.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

_HEAD: Final = struct.Struct("<4sBBqIII")
"""Capture pattern, version, flags, granule position, serial, sequence, checksum: RFC 3533, section 6.
The number of segments and their lengths follow."""
_CHECKED_AT: Final = 22
_BEGINS: Final = 2
_ENDS: Final = 4
_PACKET: Final = 960
"""Granules, of 48,000 a second, in a packet: libsndfile packs 20 ms at a time."""
_MIRRORED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True, slots=True)
class _Page:
    flags: int
    granule: int
    serial: int
    sequence: int
    rest: bytes

    @property
    def packets(self) -> int:
        """How many packets end in it; their lengths are written in steps of 255."""
        return sum(1 for size in self.rest[1 : 1 + self.rest[0]] if size < 255)

    def written(self) -> bytes:
        page = bytearray(
            _HEAD.pack(b"OggS", 0, self.flags, self.granule, self.serial, self.sequence, 0)
        )
        page += self.rest
        struct.pack_into("<I", page, _CHECKED_AT, _checksum(page))
        return bytes(page)


def joined(data: bytes) -> bytes:
    """Return the streams in ``data``, one after the other, as one; a single one is left as it is.

    All must be of one rate and as many channels. Raises ValueError for what is no Ogg.
    """
    pages = list(_pages(data))
    if sum(1 for page in pages if page.flags & _BEGINS) < 2:
        return data
    return b"".join(page.written() for page in _as_one(pages))


def _as_one(pages: list[_Page]) -> Iterator[_Page]:
    serial, sequence, granule, before = pages[0].serial, 0, 0, 0
    in_head = False
    for at, page in enumerate(pages):
        if page.flags & _BEGINS and at:
            before, in_head = granule, True
        # What heads a stream, its format and its tags, has no time of its own (RFC 7845, section 3).
        if in_head and page.granule == 0:
            continue
        in_head = False
        is_last = at == len(pages) - 1
        if page.flags & _ENDS and not is_last:
            # Its granule position says where to cut the sound off; only the very last may.
            granule += page.packets * _PACKET
        elif page.granule >= 0:
            granule = before + page.granule
        flags = page.flags & ~_ENDS | (_ENDS if is_last else 0)
        yield replace(
            page, flags=flags, granule=-1 if page.granule < 0 else granule, serial=serial,
            sequence=sequence,
        )  # fmt: skip
        sequence += 1


def _pages(data: bytes) -> Iterator[_Page]:
    at = 0
    while at < len(data):
        try:
            mark, _version, flags, granule, serial, sequence, _sum = _HEAD.unpack_from(data, at)
            sizes = data[at + _HEAD.size + 1 :][: data[at + _HEAD.size]]
        except (struct.error, IndexError) as error:
            raise ValueError("the last page is cut off") from error
        end = at + _HEAD.size + 1 + len(sizes) + sum(sizes)
        if mark != b"OggS" or end > len(data):
            raise ValueError("this is no Ogg")
        yield _Page(flags, granule, serial, sequence, data[at + _HEAD.size : end])
        at = end


def _checksum(page: bytes | bytearray) -> int:
    """The CRC of RFC 3533: zlib's, with every bit mirrored, from nought and not turned over."""
    mirrored = zlib.crc32(page.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
