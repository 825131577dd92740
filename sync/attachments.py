"""How a photograph, a recording or a file is sealed: the bytes that belong to a record.

A sealed attachment is named and encrypted by what it holds and by the key of its space. Whoever
attaches the same file in the same space makes the very same bytes, so that they are kept and sent
once, and every laptop can put back what another one's share lost; in another space the same file
has another name, another key, other bytes and, rounded as it is, mostly another size to hide among.
docs/formats/attachments.md is the format; docs/decisions/0009-attachments.md says why.
"""

from __future__ import annotations

import hmac
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from sync.crypto import KEY_BYTES, TAG_BYTES, derive
from sync.errors import Malformed, SyncError, TooLarge, UnknownVersion

if TYPE_CHECKING:
    from typing_extensions import Buffer

MAGIC: Final = b"KIPF"
VERSION: Final = 1
HEADER_BYTES: Final = 32
NAME_BYTES: Final = 32
MAX_BYTES: Final = 1 << 30
"""The largest file that is kept, in bytes."""

_SIZE_BYTES: Final = 8
_LEAST_PADDED: Final = 256
_CHUNK_BITS: Final = range(16, 21)
_CHUNKS_WANTED: Final = 64
_CHECK_BYTES: Final = 16


class Foreign(SyncError):
    """A sound attachment that is not the one it lies in the place of."""

    default_code = "attachment-foreign"


class Torn(SyncError):
    """An attachment, or a piece of one, that was cut short or goes on too long."""

    default_code = "attachment-torn"


class Damaged(SyncError):
    """A chunk that does not open: altered, or in another chunk's place. Params: ``chunk`` from 0."""

    default_code = "attachment-damaged"


@dataclass(frozen=True)
class Seal:
    """What content and space decide: the ``name`` it goes by and the ``key`` that opens it."""

    name: bytes
    key: bytes


@dataclass(frozen=True)
class Attachment:
    """A file that records of a space name: what it takes to fetch, open and check it."""

    space: bytes
    seal: Seal
    size: int


class Readable(Protocol):
    """What is read once, from front to back."""

    def read(self, size: int, /) -> bytes: ...


class Source(Readable, Protocol):
    """What can be read again: a file opened in binary, `io.BytesIO`, an opened attachment."""

    def seek(self, offset: int, /) -> int: ...

    def tell(self) -> int: ...


class Naming:
    """Finds the seal of a content that is fed to it; ``size`` counts the bytes.

    ``space_key`` is the key of the space's first epoch, which every later one's holder can open.
    """

    def __init__(self, space_key: bytes, space: bytes) -> None:
        self._name = hmac.new(derive(space_key, "kipu attachment name 1", space), digestmod=sha256)
        self._key = hmac.new(derive(space_key, "kipu attachment key 1", space), digestmod=sha256)
        self.size = 0

    def feed(self, data: bytes) -> None:
        self._name.update(data)
        self._key.update(data)
        self.size += len(data)

    def seal(self) -> Seal:
        return Seal(self._name.digest(), self._key.digest())


@dataclass(frozen=True)
class Shape:
    """How a content of ``size`` bytes is cut: it follows from the size alone.

    What is sealed is the size (8 bytes), the content, and zeros up to ``padded`` bytes, so that an
    exact size, which is almost a fingerprint, shows on no share. It is cut into ``chunks`` of
    ``chunk`` bytes, the last one shorter. The chunks grow with the file: a cut-off transfer loses
    no more than one, and a large file is no great number of them.
    """

    size: int
    padded: int
    bits: int

    @property
    def chunk(self) -> int:
        return 1 << self.bits

    @property
    def chunks(self) -> int:
        return -(-self.padded // self.chunk)

    @property
    def sealed(self) -> int:
        """The bytes of the whole sealed attachment."""
        return HEADER_BYTES + self.padded + self.chunks * TAG_BYTES

    def piece(self, index: int) -> tuple[int, int]:
        """Where the sealed chunk ``index`` lies, and its length; the header goes with the first."""
        full = self.chunk + TAG_BYTES
        start = HEADER_BYTES + index * full if index else 0
        return start, min(HEADER_BYTES + (index + 1) * full, self.sealed) - start


def shape(size: int) -> Shape:
    """Return how a content of ``size`` bytes is cut. Raises TooLarge beyond `MAX_BYTES`."""
    if size > MAX_BYTES:
        raise TooLarge("an attachment is larger than {limit} bytes", limit=MAX_BYTES)
    padded = _rounded(size + _SIZE_BYTES)
    fitting = (bits for bits in _CHUNK_BITS if padded <= _CHUNKS_WANTED << bits)
    return Shape(size, padded, next(fitting, _CHUNK_BITS[-1]))


def _rounded(length: int) -> int:
    """Padmé: keep as many leading bits of a length as its exponent has digits; at most 12 % more."""
    if length <= _LEAST_PADDED:
        return _LEAST_PADDED
    exponent = length.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-length // step) * step


def seal_pieces(key: bytes, size: int, content: Readable) -> Iterator[bytes]:
    """Yield the sealed pieces of ``size`` bytes read from ``content``, a chunk at a time.

    Raises Torn when there are fewer bytes than that; what lies behind them is not read.
    """
    cut = shape(size)
    header = _header(key, cut)
    cipher = ChaCha20Poly1305(key)
    for index in range(cut.chunks):
        plain = _plain_chunk(cut, index, content)
        sealed = cipher.encrypt(_nonce(cut, index), plain, header)
        yield header + sealed if index == 0 else sealed


def _plain_chunk(cut: Shape, index: int, content: Readable) -> bytes:
    start = index * cut.chunk
    length = min(cut.chunk, cut.padded - start)
    prefix = cut.size.to_bytes(_SIZE_BYTES) if index == 0 else b""
    left = max(0, cut.size + _SIZE_BYTES - start - len(prefix))
    wanted = min(length - len(prefix), left)
    return (prefix + _exactly(content, wanted)).ljust(length, b"\0")


def _exactly(stream: Readable, length: int) -> bytes:
    found = bytearray()
    while len(found) < length:
        more = stream.read(length - len(found))
        if not more:
            raise Torn("an attachment is shorter than it was")
        found += more
    return bytes(found)


def open_piece(key: bytes, size: int, index: int, piece: bytes) -> bytes:
    """Return the plain chunk of a sealed piece, without prefix and padding.

    Raises Torn, Foreign, Damaged, Malformed or UnknownVersion.
    """
    cut = shape(size)
    if not 0 <= index < cut.chunks:
        raise Malformed("an attachment has no such chunk")
    header = _header(key, cut)
    if index == 0:
        _check_header(piece[:HEADER_BYTES], header)
    if len(piece) != cut.piece(index)[1]:
        raise Torn("a piece of an attachment has the wrong length")
    body = piece[HEADER_BYTES:] if index == 0 else piece
    try:
        plain = ChaCha20Poly1305(key).decrypt(_nonce(cut, index), body, header)
    except InvalidTag as error:
        raise Damaged("chunk {chunk} of an attachment does not open", chunk=index) from error
    return _content(cut, index, plain)


def _content(cut: Shape, index: int, plain: bytes) -> bytes:
    """A chunk's part of the content; the padding must be zeros, so that it can hide nothing."""
    start = 0
    if index == 0:
        if int.from_bytes(plain[:_SIZE_BYTES]) != cut.size:
            raise Foreign("an attachment has another size than its record says")
        start = _SIZE_BYTES
    end = max(start, min(len(plain), cut.size + _SIZE_BYTES - index * cut.chunk))
    if plain.count(0, end) != len(plain) - end:
        raise Damaged("chunk {chunk} of an attachment is padded wrongly", chunk=index)
    return plain[start:end]


def check_stream(seal: Seal, size: int, sealed: BinaryIO, namings: Sequence[Naming]) -> None:
    """Read a whole sealed attachment through and check that it is what its name says.

    One of the ``namings``, one for each first epoch of its space, must agree. Raises what
    `open_piece` does, and Foreign where content and name do not belong together.
    """
    cut = shape(size)
    for index in range(cut.chunks):
        piece = sealed.read(cut.piece(index)[1])
        plain = open_piece(seal.key, size, index, piece)
        for naming in namings:
            naming.feed(plain)
    if sealed.read(1):
        raise Torn("an attachment goes on behind its end")
    if seal not in [naming.seal() for naming in namings]:
        raise Foreign("an attachment is not what its name says")


def _header(key: bytes, cut: Shape) -> bytes:
    if len(key) != KEY_BYTES:
        raise Malformed("the key of an attachment has the wrong length")
    fixed = MAGIC + bytes([VERSION, cut.bits, 0, 0]) + cut.padded.to_bytes(8)
    # It tells another attachment from a damaged one, and commits to the key as the AEAD does not.
    return fixed + derive(key, "kipu attachment check 1", fixed)[:_CHECK_BYTES]


def _check_header(found: bytes, expected: bytes) -> None:
    if len(found) < HEADER_BYTES:
        raise Torn("an attachment was cut short")
    if found[:4] != MAGIC:
        raise Malformed("this is no sealed attachment")
    if found[4] != VERSION:
        raise UnknownVersion("an attachment was sealed by a newer program", version=found[4])
    if found != expected:
        raise Foreign("another attachment lies in this one's place")


def _nonce(cut: Shape, index: int) -> bytes:
    """A counter and the mark of the last chunk; the key seals nothing but this one content."""
    return index.to_bytes(11) + bytes([index == cut.chunks - 1])


class Reader(io.RawIOBase):
    """A sealed attachment as a file to be read and sought in; only one chunk is ever in memory.

    Closing it closes ``sealed``. Reading raises what `open_piece` does.
    """

    def __init__(self, key: bytes, size: int, sealed: BinaryIO) -> None:
        self._key = key
        self._cut = shape(size)
        self._sealed = sealed
        self._at = 0
        self._chunk: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._cut.size}[whence]
        if base + offset < 0:
            raise ValueError("a place before the beginning")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: Buffer) -> int:
        view = memoryview(buffer).cast("B")
        if self._at >= self._cut.size or not len(view):
            return 0
        index, inside = divmod(self._at + _SIZE_BYTES, self._cut.chunk)
        # The first chunk begins with the size, which is no part of the content.
        found = self._plain(index)[inside - (_SIZE_BYTES if index == 0 else 0) :][: len(view)]
        view[: len(found)] = found
        self._at += len(found)
        return len(found)

    def _plain(self, index: int) -> bytes:
        if self._chunk[0] != index:
            start, length = self._cut.piece(index)
            self._sealed.seek(start)
            piece = self._sealed.read(length)
            self._chunk = index, open_piece(self._key, self._cut.size, index, piece)
        return self._chunk[1]

    def close(self) -> None:
        self._sealed.close()
        self._chunk = (-1, b"")
        super().close()
