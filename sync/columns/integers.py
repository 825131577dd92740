"""Runs of integers: constant, offset from a base, differences, or likeness to another run.

All that a block holds besides words comes down to such runs, so their size and speed are the
block's.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, repeat
from operator import add, sub
from typing import Final

from sync.columns.packing import join, pack, packed_size, planes, unpack
from sync.columns.streams import Piece, Source, Squeezer, blob, concat, sint, uint
from sync.errors import Malformed, UnknownVersion

CONST: Final = 0
OFFSET: Final = 1
DELTA: Final = 2
LIKE: Final = 3

_NARROW: Final = 8
_SAMPLE: Final = 24
_RECENT: Final = 12
_WIDEST: Final = (1 << 64) - 1


def cost(piece: Piece) -> int:
    """Bytes a piece will take, text weighed as it compresses."""
    return len(piece.meta) + len(piece.raw) + len(piece.text) // 2


def write_ints(
    numbers: Sequence[int], squeezer: Squeezer, others: Sequence[Sequence[int]] = ()
) -> Piece:
    """A run of integers, in the smallest of the ways known.

    `others` are runs of the same length that the reader will have, or () for one of no use here;
    timestamps that follow one another cost little that way. The length is the reader's to know.
    Raises Malformed beyond 64 bits.
    """
    if not numbers:
        return Piece()
    low, high = min(numbers), max(numbers)
    if low == high:
        return Piece(meta=bytes((CONST,)) + sint(low))
    spread = high - low
    found = []
    if spread.bit_length() > _NARROW:
        found += _like(numbers, others, squeezer)
        if found and cost(found[0]) * 8 < len(numbers):
            return found[0]
    if steady(numbers, spread):
        found += _delta(numbers, squeezer)
    best = min(found, key=cost, default=None)
    if best is not None and len(best.raw) * 16 < len(numbers) * spread.bit_length():
        return best
    plain = _offset(numbers, low, high, squeezer)
    return plain if best is None or cost(plain) <= cost(best) else best


def write_codes(codes: bytes, low: int, spread: int, squeezer: Squeezer) -> Piece:
    """The run of `codes`, each of them 0..`spread`, with `low` added; for `read_ints`."""
    if steady(codes, spread):
        return write_ints([code + low for code in codes], squeezer)
    head = Piece(meta=bytes((OFFSET,)) + sint(low))
    return concat((head, _planes(codes, spread, squeezer)))


def _like(
    numbers: Sequence[int], others: Sequence[Sequence[int]], squeezer: Squeezer
) -> list[Piece]:
    index = _alike(numbers, others)
    if index is None:
        return []
    gaps = list(map(sub, numbers, others[index]))
    if max(gaps) - min(gaps) > _WIDEST:
        return []
    inner = write_ints(gaps, squeezer)
    return [Piece(bytes((LIKE,)) + uint(index) + inner.meta, inner.raw)]


def steady(numbers: Sequence[int], spread: int) -> bool:
    """Whether neighbours are close enough for differences to be worth trying."""
    sample = numbers if len(numbers) <= 64 else numbers[:64]
    steps: int = sum(map(abs, map(sub, sample[1:], sample)))
    if len(sample) > 1 and steps * 4 > (max(sample) - min(sample)) * (len(sample) - 1):
        return False
    steps = sum(map(abs, map(sub, numbers[1:], numbers)))
    return steps * 4 <= spread * (len(numbers) - 1)


def _alike(numbers: Sequence[int], others: Sequence[Sequence[int]]) -> int | None:
    """The run nearest to this one, judged by a sample of both."""
    stride = max(1, len(numbers) // _SAMPLE)
    sample = numbers[::stride]
    best, found = (max(sample) - min(sample)) // 4, None
    for index in _recent(others):
        gaps = list(map(sub, sample, others[index][::stride]))
        spread = max(gaps) - min(gaps)
        if spread < best:
            best, found = spread, index
    return found


def _recent(others: Sequence[Sequence[int]]) -> list[int]:
    return [index for index, other in enumerate(others) if other][-_RECENT:]


def _offset(numbers: Sequence[int], low: int, high: int, squeezer: Squeezer) -> Piece:
    codes = numbers if low == 0 else list(map(sub, numbers, repeat(low)))
    head = Piece(meta=bytes((OFFSET,)) + sint(low))
    return concat((head, _planes(codes, high - low, squeezer)))


def _delta(numbers: Sequence[int], squeezer: Squeezer) -> list[Piece]:
    steps = list(map(sub, numbers[1:], numbers))
    low, high = min(steps), max(steps)
    if high - low > _WIDEST:
        return []
    head = Piece(meta=bytes((DELTA,)) + sint(numbers[0]) + sint(low))
    codes = list(map(sub, steps, repeat(low)))
    return [concat((head, _planes(codes, high - low, squeezer)))]


def _planes(codes: Sequence[int], most: int, squeezer: Squeezer) -> Piece:
    bits = most.bit_length()
    if bits > 64:
        raise Malformed("A whole number is too large to keep", code="value.integer")
    pieces = [Piece(meta=bytes((bits,)))]
    if bits:
        for plane in planes(codes, bits):
            width = min(bits, 8)
            pieces.append(blob(plane, pack(plane, width), squeezer))
            bits -= width
    return concat(pieces)


def read_ints(source: Source, count: int, others: Sequence[Sequence[int]] = ()) -> Sequence[int]:
    """The run of `count` integers that `write_ints` wrote. The caller has paid for `count`."""
    if not count:
        return []
    mode = source.meta.byte()
    if mode == CONST:
        return [source.meta.sint()] * count
    if mode == OFFSET:
        low = source.meta.sint()
        codes = _read_planes(source, count)
        return codes if low == 0 else [code + low for code in codes]
    if mode == DELTA:
        first, low = source.meta.sint(), source.meta.sint()
        codes = _read_planes(source, count - 1)
        steps = map(add, codes, repeat(low))
        return list(accumulate(steps, initial=first))
    if mode == LIKE:
        index = source.meta.uint()
        if index >= len(others):
            raise Malformed("A run of numbers is like one that is not there", code="block.like")
        return list(map(add, others[index], read_ints(source, count)))
    raise UnknownVersion("Unknown run of numbers {mode}", code="block.run", mode=mode)


def _read_planes(source: Source, count: int) -> Sequence[int]:
    bits = source.meta.byte()
    if bits > 64:
        raise Malformed("A number has more than 64 bits", code="block.bits")
    if not bits or not count:
        return bytes(count)
    parts = []
    while bits:
        width = min(bits, 8)
        parts.append(_read_plane(source, count, width))
        bits -= width
    return join(parts, count)


def _read_plane(source: Source, count: int, width: int) -> bytes:
    length = source.meta.uint()
    if length:
        return source.expander.open(source.raw.take(length - 1), count)
    return unpack(source.raw.take(packed_size(count, width)), count, width)


def check_range(numbers: Sequence[int], low: int, high: int) -> None:
    """Raises Malformed unless all numbers lie in low..high."""
    if isinstance(numbers, bytes):
        if low <= 0 and high >= 255:
            return
        numbers = list(set(numbers))
    if numbers and (min(numbers) < low or max(numbers) > high):
        raise Malformed("A number is out of its range", code="block.range")
