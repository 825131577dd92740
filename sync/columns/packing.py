"""Unsigned integers as byte planes, and narrow planes as packed bits, without a loop in Python.

A plane holds one byte of every number. Splitting numbers this way leaves the random low planes
raw and lets the skewed high ones be compressed; all steps are slices, translations and big
integers, which run at the speed of C.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from typing import Final

from sync.errors import Malformed

# A partial plane is split into digits of 1, 3, 4 or 8 bits, lowest first: the widths that
# Python can turn into text and back in one call.
DIGITS: Final[dict[int, tuple[int, ...]]] = {
    1: (1,), 2: (1, 1), 3: (3,), 4: (4,), 5: (4, 1), 6: (3, 3), 7: (4, 3), 8: (8,),
}  # fmt: skip
_FORMAT: Final = {1: "b", 3: "o", 4: "x"}
_TO_ASCII: Final = bytes(b"0123456789abcdef"[i & 15] for i in range(256))
_FROM_ASCII: Final = bytes(
    int(chr(i), 16) if chr(i) in "0123456789abcdef" else 0 for i in range(256)
)
_MASK: Final = {d: bytes(i & ((1 << d) - 1) for i in range(256)) for d in (1, 3, 4)}
_SHIFT: Final = {d: bytes(i >> d for i in range(256)) for d in (1, 3, 4)}


def packed_size(count: int, bits: int) -> int:
    """Bytes that `count` digits of `bits` bits take."""
    return sum((count * width + 7) // 8 for width in DIGITS[bits])


def pack(plane: bytes, bits: int) -> bytes:
    """A plane whose bytes are all below 2^bits, in `packed_size` bytes."""
    if bits == 8:
        return plane
    parts = []
    for width in DIGITS[bits]:
        digits = plane.translate(_MASK[width]).translate(_TO_ASCII)
        parts.append(int(digits, 1 << width).to_bytes((len(plane) * width + 7) // 8, "big"))
        plane = plane.translate(_SHIFT[width])
    return b"".join(parts)


def unpack(data: bytes, count: int, bits: int) -> bytes:
    """The plane of `count` bytes that `pack` was given; `data` has the right size."""
    if bits == 8:
        return data
    total, shift, at = 0, 0, 0
    for width in DIGITS[bits]:
        size = (count * width + 7) // 8
        text = format(int.from_bytes(data[at : at + size], "big"), _FORMAT[width]).zfill(count)
        if len(text) > count:
            raise Malformed("Packed digits overflow their count", code="block.digits")
        digits = text.encode().translate(_FROM_ASCII)
        total |= int.from_bytes(digits, "big") << shift
        shift += width
        at += size
    return total.to_bytes(count, "big")


def planes(codes: Sequence[int], bits: int) -> list[bytes]:
    """Non-negative numbers below 2^bits as byte planes, the lowest first. `bits` is 1..64."""
    if bits <= 8:
        return [bytes(codes)]
    size = 2 if bits <= 16 else 4 if bits <= 32 else 8
    numbers = array(_TYPE[size], codes)
    if sys.byteorder == "big":
        numbers.byteswap()
    data = numbers.tobytes()
    return [data[k::size] for k in range((bits + 7) // 8)]


def join(parts: list[bytes], count: int) -> Sequence[int]:
    """The numbers of some byte planes of `count` bytes each."""
    if len(parts) == 1:
        return parts[0]
    size = 2 if len(parts) <= 2 else 4 if len(parts) <= 4 else 8
    data = bytearray(count * size)
    for k, part in enumerate(parts):
        data[k::size] = part
    numbers = array(_TYPE[size])
    numbers.frombytes(bytes(data))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


_TYPE: Final = {2: "H", 4: "I", 8: "Q"}
