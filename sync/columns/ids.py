"""Tables of sixteen-byte ids, a plane a byte position: fixed bits and clocks in ids cost little."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sync.columns.integers import check_range, read_ints, write_codes, write_ints
from sync.columns.limits import ID_COST
from sync.columns.streams import Piece, Source, Squeezer, concat, uint
from sync.errors import Malformed

SIZE: Final = 16


def write_ids(ids: Iterable[bytes], squeezer: Squeezer) -> Piece:
    """The ids in order. Raises Malformed unless each has 16 bytes."""
    listed = list(ids)
    if set(map(len, listed)) - {SIZE}:
        raise Malformed("An id must have 16 bytes", code="block.id")
    data = b"".join(listed)
    planes = [_plane(data[place::SIZE], squeezer) for place in range(SIZE)]
    return concat((Piece(meta=uint(len(listed))), *planes))


def _plane(plane: bytes, squeezer: Squeezer) -> Piece:
    if len(set(plane)) > 128:
        return write_codes(plane, 0, 255, squeezer)
    return write_ints(plane, squeezer)


def read_ids(source: Source) -> list[bytes]:
    """The table `write_ids` wrote."""
    count = source.meta.uint()
    source.budget.take(ID_COST * count)
    data = bytearray(count * SIZE)
    for place in range(SIZE):
        plane = read_ints(source, count)
        check_range(plane, 0, 255)
        data[place::SIZE] = bytes(plane)
    whole = bytes(data)
    return [whole[at : at + SIZE] for at in range(0, len(whole), SIZE)]
