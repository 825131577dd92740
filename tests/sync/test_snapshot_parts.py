"""What a coordinator's snapshot says of itself, and its parts: from outside, like all on a share."""

from __future__ import annotations

from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sync import crypto, signed, snapshots
from sync.errors import Malformed, SyncError, TooLarge
from sync.snapshots import About, Sealed, Sealer, part_hash
from tests.effort import peak
from tests.sync.test_members import ANA, BETO, JSON

PROJECT, SPACE, EPOCH, KEY = b"p" * 16, b"s" * 16, b"e" * 16, b"k" * 32


def made(*plain: bytes) -> tuple[About, list[bytes]]:
    sealer = Sealer(PROJECT, SPACE, EPOCH, KEY)
    parts = [sealer.seal(one) for one in plain]
    return sealer.about("1", 7, 3), parts


ABOUT, PARTS = made(b"first" * 100, b"second")
RAW = ABOUT.pack(ANA)
FIELDS = ("project", "space", "epoch", "salt", "layout", "changes", "batches", "parts")


def opened(index: int, part: bytes) -> bytes:
    return Sealed(KEY, ABOUT.salt, ABOUT.space, index, part).open()


def read(raw: bytes) -> About:
    return snapshots.read_about(raw, PROJECT, SPACE, ANA.sign_public)


def test_what_was_made_is_read() -> None:
    assert read(RAW) == ABOUT
    for index, part in enumerate(PARTS):
        assert part_hash(part) == ABOUT.parts[index].hash
    assert opened(1, PARTS[1]) == b"second"


@given(at=st.integers(0, len(RAW) - 1), flip=st.integers(1, 255))
def test_altered_or_cut_it_is_refused(at: int, flip: int) -> None:
    changed = bytearray(RAW)
    changed[at] ^= flip
    for attempt in (bytes(changed), RAW[:at], RAW + b"x"):
        with pytest.raises(SyncError):
            read(attempt)


@given(data=st.data())
def test_content_of_any_shape_is_read_or_refused(data: st.DataObject) -> None:
    content: dict[str, Any] = {
        "project": PROJECT, "space": SPACE, "epoch": EPOCH, "salt": bytes(16), "layout": "1",
        "changes": 7, "batches": 3, "parts": [[5, bytes(32)]],
    }  # fmt: skip
    name = data.draw(st.sampled_from(FIELDS))
    content[name] = data.draw(JSON | st.lists(st.lists(JSON, max_size=3), max_size=3))
    raw = signed.write(snapshots.MAGIC, signed.content(content), ANA)
    try:
        found = read(raw)
    except SyncError:
        return
    assert all(0 < part.size <= snapshots.MAX_PART_BYTES for part in found.parts)


def test_of_another_place_or_hand_or_size_it_is_refused() -> None:
    for project, space, keys in (
        (SPACE, SPACE, ANA),
        (PROJECT, EPOCH, ANA),
        (PROJECT, SPACE, BETO),
    ):
        with pytest.raises(SyncError):
            snapshots.read_about(RAW, project, space, keys.sign_public)
    with pytest.raises(TooLarge):
        read(RAW + bytes(snapshots.MAX_ABOUT_BYTES))


@given(at=st.integers(0, len(PARTS[0]) - 1), flip=st.integers(1, 255))
def test_a_part_altered_cut_or_elsewhere_does_not_open(at: int, flip: int) -> None:
    changed = bytearray(PARTS[0])
    changed[at] ^= flip
    for index, part in ((0, bytes(changed)), (0, PARTS[0][:at]), (1, PARTS[0]), (0, PARTS[1])):
        with pytest.raises(SyncError):
            opened(index, part)


def test_a_part_that_swells_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Well sealed, by a coordinator who means harm; the frame says nothing of its size, or lies."""
    monkeypatch.setattr(snapshots, "MAX_PLAIN_BYTES", 1 << 20)
    for states_size in (0, 1):
        parameters = zstandard.ZstdCompressionParameters.from_level(
            3, write_content_size=states_size
        )
        bomb = zstandard.ZstdCompressor(compression_params=parameters).compress(bytes(50 << 20))
        key, bound = snapshots._bound(KEY, ABOUT.salt, SPACE, 0)
        part = crypto.aead_seal(key, bomb, bound)

        def give_up(part: bytes = part) -> None:
            with pytest.raises((TooLarge, Malformed)):
                opened(0, part)

        assert peak(give_up) < 8 << 20
