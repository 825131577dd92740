"""Words of records that are not in the search index yet, squeezed block by block.

A block is `BLOCK` local numbers in a row; its row in the store says which of them have words and what
those are. So a hundred thousand answers that came at once take a fifth of the pages they would take
one by one, and writing pages is most of what receiving costs.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Final

import zstandard

from sync.errors import Malformed

BLOCK: Final = 1024
"""Records whose words wait together."""
MAX_BYTES: Final = 64 * 1024 * 1024
"""The most that a block opens to."""
_END = "\0"
"""Between the words of two records; no words hold it."""
_COUNT_BYTES = 2
_NUMBER_BYTES = 2
_LEVEL = 1


def by_block(words: Mapping[int, str]) -> Iterator[tuple[int, dict[int, str]]]:
    """Words by local number as the blocks they wait in, both in ascending order."""
    for block, rids in groupby(sorted(words), lambda rid: rid // BLOCK):
        yield block, {rid: words[rid] for rid in rids}


def pack(words: Mapping[int, str]) -> bytes | None:
    """The words of one block, by local number in ascending order; None where they are too many."""
    places = _big_endian(array("H", (rid % BLOCK for rid in words)))
    texts = _END.join(words.values()).encode()
    plain = len(words).to_bytes(_COUNT_BYTES) + places.tobytes() + texts
    return zstandard.compress(plain, _LEVEL) if len(plain) <= MAX_BYTES else None


def unpack(block: int, packed: bytes) -> dict[int, str]:
    """The words of a block by local number, ascending. Raises Malformed for what is no block."""
    try:
        if not 0 < zstandard.frame_content_size(packed) <= MAX_BYTES:
            raise Malformed("words that wait do not say how many there are")
        plain = zstandard.ZstdDecompressor().decompress(packed, allow_extra_data=False)
        head = _COUNT_BYTES + int.from_bytes(plain[:_COUNT_BYTES]) * _NUMBER_BYTES
        places = _big_endian(array("H", plain[_COUNT_BYTES:head])).tolist()
        # Counted before they are told apart: a block of nothing else would be millions.
        if len(plain) < head or plain.count(_END.encode(), head) + 1 != len(places):
            raise Malformed("words that wait are not as many as their records")
        texts = plain[head:].decode().split(_END)
    except (zstandard.ZstdError, ValueError) as error:
        raise Malformed("words that wait cannot be read") from error
    if places != sorted(set(places)) or places[-1] >= BLOCK:
        raise Malformed("words that wait are not those of a block")
    return dict(zip((block * BLOCK + place for place in places), texts, strict=True))


def _big_endian(numbers: array[int]) -> array[int]:
    """Numbers as they are written, or what was written as numbers."""
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
