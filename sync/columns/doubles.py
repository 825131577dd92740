"""Numbers that no power of ten makes whole, as the eight bytes of their doubles."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from itertools import repeat
from math import isfinite
from operator import add
from typing import Final, cast

from sync.columns.column import Cell, Column
from sync.columns.streams import Piece, Source, Squeezer, blob, concat
from sync.errors import Malformed
from sync.values import canonical, to_json

_SIZE: Final = 8
_EXACT: Final = float(1 << 53)


class DoubleColumn(Column):
    """Finite doubles; whole ones below 2^53 are integers."""

    __slots__ = ("_floats",)

    def __init__(self, floats: Sequence[float]) -> None:
        self._floats = floats

    def values(self) -> list[Cell]:
        return [canonical(one) if one.is_integer() else one for one in self._floats]

    def json(self, lead: str = "") -> list[str]:
        return [lead + (to_json(one) if one.is_integer() else repr(one)) for one in self._floats]


def write_doubles(numbers: Sequence[int | float], squeezer: Squeezer) -> Piece | None:
    """The numbers, or None if one of them would not come back as it is."""
    if any(type(one) is int and abs(one) >= _EXACT for one in numbers):
        return None
    # Adding nothing makes floats of all, and a zero of a negative zero.
    floats = array("d", map(add, numbers, repeat(0.0)))
    if not all(map(isfinite, floats)):
        return None
    if sys.byteorder == "big":
        floats.byteswap()
    data = floats.tobytes()
    planes = (data[place::_SIZE] for place in range(_SIZE))
    return concat([blob(plane, plane, squeezer) for plane in planes])


def read_doubles(source: Source, count: int) -> DoubleColumn:
    """The column `write_doubles` wrote. Raises Malformed for what is no finite number."""
    data = bytearray(count * _SIZE)
    for place in range(_SIZE):
        data[place::_SIZE] = source.blob(count)
    floats = array("d")
    floats.frombytes(bytes(data))
    if sys.byteorder == "big":
        floats.byteswap()
    if not all(map(isfinite, floats)):
        raise Malformed("A number must be finite", code="value.float")
    return DoubleColumn(cast("Sequence[float]", floats))
