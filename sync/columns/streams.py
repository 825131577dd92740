"""The three streams of a block and how pieces of them are put together and read.

META describes (counts, parameters, lengths), TEXT holds words that compress well together, RAW
holds numbers already packed. A writer builds a Piece of each and may weigh two before choosing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import zstandard

from sync.columns.limits import TEXT_COST, Budget
from sync.errors import Malformed

_WINDOW_LOG: Final = 23
NUL: Final = "\0"


class Piece(NamedTuple):
    """Bytes to append to each stream."""

    meta: bytes = b""
    raw: bytes = b""
    text: bytes = b""


def concat(pieces: Sequence[Piece]) -> Piece:
    """The pieces one after the other."""
    return Piece(
        b"".join([piece[0] for piece in pieces]),
        b"".join([piece[1] for piece in pieces]),
        b"".join([piece[2] for piece in pieces]),
    )


def uint(number: int) -> bytes:
    """A non-negative integer, seven bits a byte, lowest first."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def sint(number: int) -> bytes:
    """An integer: 0, -1, 1, -2 … as 0, 1, 2, 3 …"""
    return uint(number << 1 if number >= 0 else ~number << 1 | 1)


class Squeezer:
    """Zstandard frames without magic number, stated size, checksum or dictionary."""

    __slots__ = ("_level", "_numbers", "_texts")

    def __init__(self, level: int) -> None:
        self._level = level
        self._numbers = _compressor(1, 1 << 16)
        self._texts: dict[int, zstandard.ZstdCompressor] = {}

    def numbers(self, data: bytes) -> bytes:
        """A frame made quickly, for what is nearly random."""
        return self._numbers.compress(data)

    def text(self, data: bytes) -> bytes:
        """A frame made with care. Tables are sized to the data: clearing them costs more."""
        bucket = 1 << min(len(data).bit_length(), _WINDOW_LOG)
        if bucket not in self._texts:
            self._texts[bucket] = _compressor(self._level, bucket)
        return self._texts[bucket].compress(data)


def _compressor(level: int, size: int) -> zstandard.ZstdCompressor:
    parameters = zstandard.ZstdCompressionParameters.from_level(
        level,
        source_size=size,
        format=zstandard.FORMAT_ZSTD1_MAGICLESS,
        write_content_size=0,
        write_checksum=0,
        write_dict_id=0,
    )
    return zstandard.ZstdCompressor(compression_params=parameters)


class Expander:
    """Opens frames to a size known beforehand and never allocates more."""

    __slots__ = ("_context",)

    def __init__(self) -> None:
        self._context = zstandard.ZstdDecompressor(
            format=zstandard.FORMAT_ZSTD1_MAGICLESS, max_window_size=1 << _WINDOW_LOG
        )

    def open(self, frame: bytes, size: int) -> bytes:
        # The library ignores its own limit when a frame states its size; ours never do, so
        # any flag in the frame's descriptor is refused.
        if size == 0 or frame[:1] != b"\0":
            raise Malformed("A compressed part has a wrong header", code="block.frame")
        try:
            data = self._context.decompress(frame, max_output_size=size, allow_extra_data=False)
        except zstandard.ZstdError:
            raise Malformed("A compressed part is damaged", code="block.frame") from None
        if len(data) != size:
            raise Malformed("A compressed part has a wrong length", code="block.frame")
        return data


class Cursor:
    """Reads one stream from its start; raises Malformed where it ends too early."""

    __slots__ = ("at", "data")

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, size: int) -> bytes:
        end = self.at + size
        if end > len(self.data):
            raise Malformed("A batch ends too early", code="block.truncated")
        part = self.data[self.at : end]
        self.at = end
        return part

    def byte(self) -> int:
        return self.take(1)[0]

    def uint(self) -> int:
        """An unsigned number of at most 70 bits; Malformed for a longer one."""
        number = 0
        for shift in range(0, 70, 7):
            byte = self.byte()
            number |= (byte & 127) << shift
            if byte < 128:
                if byte == 0 and shift:
                    break
                return number
        raise Malformed("A number is not written in its shortest form", code="block.varint")

    def sint(self) -> int:
        number = self.uint()
        return ~(number >> 1) if number & 1 else number >> 1

    def done(self) -> None:
        if self.at != len(self.data):
            raise Malformed("A batch holds bytes nobody claims", code="block.trailing")


class Source:
    """A block's three streams, with the budget that pays for what is read from them."""

    __slots__ = ("budget", "expander", "meta", "raw", "text")

    def __init__(
        self, meta: bytes, raw: bytes, text: bytes, expander: Expander, budget: Budget
    ) -> None:
        self.meta = Cursor(meta)
        self.raw = Cursor(raw)
        self.text = Cursor(text)
        self.expander = expander
        self.budget = budget

    def size(self, what: str, most: int) -> int:
        return self.budget.count(self.meta.uint(), most, what)

    def string(self) -> str:
        """Text of the TEXT stream whose length in bytes is in META."""
        data = self.text.take(self.meta.uint())
        self.budget.take(TEXT_COST * len(data))
        try:
            return data.decode()
        except UnicodeDecodeError:
            raise Malformed("A text is not UTF-8", code="block.utf8") from None

    def strings(self, count: int) -> list[str]:
        """Texts of the TEXT stream, written with `joined`."""
        if not count:
            return []
        self.budget.take(64 * count)
        found = self.string().split(NUL)
        if len(found) != count:
            raise Malformed("A list of texts has a wrong length", code="block.count")
        return found

    def blob(self, size: int) -> bytes:
        """`size` bytes of the RAW stream, as they are or in a frame of their own."""
        length = self.meta.uint()
        if length == 0:
            return self.raw.take(size)
        return self.expander.open(self.raw.take(length - 1), size)

    def done(self) -> None:
        self.meta.done()
        self.raw.done()
        self.text.done()


def joined(texts: Sequence[str]) -> Piece:
    """Texts without NUL, for `Source.strings`. The count is the reader's to know."""
    if not texts:
        return Piece()
    whole = NUL.join(texts)
    if whole.count(NUL) != len(texts) - 1:
        raise Malformed("A name holds the character NUL", code="block.nul")
    try:
        data = whole.encode()
    except UnicodeEncodeError:
        raise Malformed("A text holds half a character", code="value.text") from None
    return Piece(meta=uint(len(data)), text=data)


def blob(plain: bytes, packed: bytes, squeezer: Squeezer) -> Piece:
    """`packed`, or a frame of `plain` where that is smaller; for `Source.blob`."""
    if len(plain) >= 24:
        frame = squeezer.numbers(plain)
        if len(frame) + 2 < len(packed):
            return Piece(meta=uint(len(frame) + 1), raw=frame)
    return Piece(meta=b"\0", raw=packed)
