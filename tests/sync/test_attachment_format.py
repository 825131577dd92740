"""The sealed form of attachments: what goes in comes out, and nothing else ever does."""

from __future__ import annotations

import io
import json
import random
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import attachments
from sync.attachments import MAX_BYTES, Damaged, Foreign, Naming, Reader, Seal, Torn, shape
from sync.crypto import TAG_BYTES
from sync.errors import Malformed, SyncError, TooLarge, UnknownVersion

VECTORS = Path(__file__).resolve().parents[2] / "docs" / "formats" / "attachments.json"
SPACE_KEY, SPACE = bytes(range(32)), bytes(range(16))
CHUNK = 1 << 16

SIZES = st.one_of(
    st.integers(0, 600),
    st.integers(CHUNK - 20, CHUNK + 20),
    st.integers(2 * CHUNK - 20, 2 * CHUNK + 20),
    st.integers(0, 5 * CHUNK),
)


def content_of(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def seal_of(content: bytes, space: bytes = SPACE, key: bytes = SPACE_KEY) -> Seal:
    naming = Naming(key, space)
    naming.feed(content)
    return naming.seal()


def pieces_of(content: bytes) -> list[bytes]:
    return list(attachments.seal_pieces(seal_of(content).key, len(content), io.BytesIO(content)))


def opened(seal: Seal, size: int, pieces: list[bytes]) -> bytes:
    return b"".join(
        attachments.open_piece(seal.key, size, index, piece) for index, piece in enumerate(pieces)
    )


def check(seal: Seal, size: int, raw: bytes) -> None:
    attachments.check_stream(seal, size, io.BytesIO(raw), [Naming(SPACE_KEY, SPACE)])


@given(size=SIZES)
def test_what_is_sealed_opens_again(size: int) -> None:
    content = content_of(size)
    seal, cut, pieces = seal_of(content), shape(size), pieces_of(content)
    raw = b"".join(pieces)
    assert len(pieces) == cut.chunks
    assert len(raw) == cut.sealed
    for index, piece in enumerate(pieces):
        start, length = cut.piece(index)
        assert raw[start : start + length] == piece
    assert opened(seal, size, pieces) == content
    check(seal, size, raw)


@given(size=SIZES, places=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3 * CHUNK))))
def test_any_part_is_read_without_the_rest(size: int, places: list[tuple[float, int]]) -> None:
    content = content_of(size)
    plain = io.BytesIO(content)
    with Reader(seal_of(content).key, size, io.BytesIO(b"".join(pieces_of(content)))) as reader:
        stream = io.BufferedReader(reader, 1000)
        for share, length in places:
            stream.seek(int(share * size))
            plain.seek(int(share * size))
            assert stream.read(length) == plain.read(length)
        assert stream.seek(0, io.SEEK_END) == size
        with pytest.raises(ValueError, match="before the beginning"):
            reader.seek(-1)


def test_the_same_content_makes_the_same_bytes_in_its_space_alone() -> None:
    content = content_of(1000)
    assert pieces_of(content) == pieces_of(content)
    here, there = seal_of(content), seal_of(content, space=bytes(16))
    other_project = seal_of(content, key=bytes(32))
    for one, two in ((here, there), (here, other_project), (here, seal_of(content[:-1]))):
        assert one.name != two.name
        assert one.key != two.key
    assert here.name not in b"".join(pieces_of(content))


@given(size=st.integers(0, MAX_BYTES))
def test_sizes_are_rounded_and_chunks_stay_few(size: int) -> None:
    cut = shape(size)
    assert cut.padded >= size + 8
    assert cut.padded == 256 or cut.padded <= (size + 8) * 1.12
    assert cut.chunks <= 64 or cut.bits == 20
    assert sum(cut.piece(cut.chunks - 1)) == cut.sealed
    # Many sizes share one rounded length, so that a length tells little.
    assert cut.padded == 256 or cut.padded % (1 << (cut.padded.bit_length() // 3)) == 0


def test_a_size_nobody_keeps_is_refused_before_anything_is_read() -> None:
    with pytest.raises(TooLarge):
        shape(MAX_BYTES + 1)
    with pytest.raises(TooLarge):
        attachments.open_piece(bytes(32), 1 << 62, 0, b"")
    with pytest.raises(Malformed):
        attachments.open_piece(bytes(32), 10, 1, b"")
    with pytest.raises(Malformed):
        attachments.open_piece(b"short", 10, 0, bytes(400))


@given(
    size=st.integers(0, 3 * CHUNK),
    place=st.floats(0, 1, exclude_max=True),
    flip=st.integers(1, 255),
)
def test_one_altered_byte_is_always_noticed(size: int, place: float, flip: int) -> None:
    content = content_of(size)
    raw = bytearray(b"".join(pieces_of(content)))
    raw[int(place * len(raw))] ^= flip
    with pytest.raises(SyncError):
        check(seal_of(content), size, bytes(raw))


@given(size=st.integers(0, 3 * CHUNK), left=st.floats(0, 1, exclude_max=True))
def test_a_cut_off_attachment_is_torn_and_a_longer_one_too(size: int, left: float) -> None:
    content = content_of(size)
    raw = b"".join(pieces_of(content))
    with pytest.raises(Torn):
        check(seal_of(content), size, raw[: int(left * len(raw))])
    with pytest.raises(Torn):
        check(seal_of(content), size, raw + b"\0")


def test_chunks_stay_in_their_places_and_the_last_one_last() -> None:
    content = content_of(4 * CHUNK - 100)
    seal, pieces = seal_of(content), pieces_of(content)
    assert len(pieces) == 4
    for wrong in ([0, 2, 1, 3], [0, 1, 1, 3]):
        with pytest.raises(Damaged) as found:
            opened(seal, len(content), [pieces[one] for one in wrong])
        assert found.value.params["chunk"] in (1, 2)
    # A shorter attachment cannot be made of a longer one's first chunks.
    shorter = content[: CHUNK - 8]
    with pytest.raises((Foreign, Torn)):
        opened(seal, len(shorter), pieces[:1])


def test_each_fault_has_its_name() -> None:
    content, other = content_of(100), content_of(101)
    seal, [piece] = seal_of(content), pieces_of(content)
    with pytest.raises(Foreign):
        attachments.open_piece(seal.key, 100, 0, pieces_of(other)[0])
    with pytest.raises(Malformed):
        attachments.open_piece(seal.key, 100, 0, b"JPEG" + piece[4:])
    with pytest.raises(UnknownVersion):
        attachments.open_piece(seal.key, 100, 0, piece[:4] + b"\x02" + piece[5:])
    with pytest.raises(Foreign):
        attachments.open_piece(seal.key, 101, 0, piece)
    with pytest.raises(Damaged):
        attachments.open_piece(seal.key, 100, 0, piece[:-1] + bytes([piece[-1] ^ 1]))


def test_a_sound_attachment_under_another_name_is_foreign() -> None:
    """Who seals content under a key of their own choice is found out by its name."""
    content = content_of(300)
    key = bytes(32)
    raw = b"".join(attachments.seal_pieces(key, 300, io.BytesIO(content)))
    with pytest.raises(Foreign):
        check(Seal(seal_of(content).name, key), 300, raw)
    with pytest.raises(Foreign):
        check(Seal(bytes(32), key), 300, raw)


def test_padding_hides_nothing() -> None:
    content = content_of(100)
    seal = seal_of(content)
    # The longer content has the same rounded size, so only the zeros tell them apart.
    raw = next(attachments.seal_pieces(seal.key, 200, io.BytesIO(content_of(200))))
    with pytest.raises(Foreign):
        attachments.open_piece(seal.key, 100, 0, raw)


def test_a_source_that_ends_early_is_torn() -> None:
    with pytest.raises(Torn):
        list(attachments.seal_pieces(bytes(32), 10, io.BytesIO(b"short")))


@given(raw=st.binary(max_size=400), size=st.integers(0, 2 * CHUNK))
def test_whatever_lies_there_is_refused_with_a_code(raw: bytes, size: int) -> None:
    with pytest.raises(SyncError) as found:
        attachments.open_piece(bytes(32), size, 0, raw)
    assert found.value.code


def test_the_vectors_hold() -> None:
    for one in json.loads(VECTORS.read_text("utf-8"))["vectors"]:
        content = bytes(index * one["step"] % 256 for index in range(one["size"]))
        naming = Naming(bytes.fromhex(one["space_key"]), bytes.fromhex(one["space"]))
        naming.feed(content)
        seal, cut = naming.seal(), shape(one["size"])
        assert (seal.name.hex(), seal.key.hex()) == (one["name"], one["key"])
        assert (cut.padded, cut.chunk, cut.chunks) == (one["padded"], one["chunk"], one["chunks"])
        raw = b"".join(attachments.seal_pieces(seal.key, len(content), io.BytesIO(content)))
        assert raw[:32].hex() == one["header"]
        assert raw[-TAG_BYTES:].hex() == one["last_tag"]
        assert sha256(raw).hexdigest() == one["sealed_sha256"]
        if "sealed" in one:
            assert raw.hex() == one["sealed"]
