"""Batches from outside: whatever was done to the bytes is noticed, at a bounded cost."""

from __future__ import annotations

import struct
import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import columns, crypto, envelope
from sync.changes import Change, Transaction, Verb
from sync.crypto import BadSignature, CannotOpen, KeyPair
from sync.envelope import Context, Header, Reissued, Seen
from sync.errors import Malformed, SyncError, TooLarge, UnknownVersion
from sync.ids import device_id, log_id
from sync.opening import NoKey, OtherProject, Stranger, check, open_batch
from sync.roster import ROOT, EntryType, Roster, author_entry, root_entry
from tests.effort import effort

KEYS, STRANGER = (KeyPair(bytes([n]) * 32, bytes([n]) * 64, bytes([n]) * 32) for n in (1, 2))
ROOT_KEYS = KeyPair(b"\x03" * 32, b"\x03" * 64, b"\x03" * 32)
EPOCH_KEY = b"k" * 32
SPACE, EPOCH, INCARNATION = b"s" * 16, b"e" * 16, b"i" * 8
DEVICE = device_id(KEYS.sign_public)
LIMITS = columns.Limits()


def roster() -> Roster:
    first = root_entry(ROOT_KEYS, b"n" * 16)
    made = Roster([first])
    body = {
        "type": "admit", "project": made.project, "device": DEVICE, "sign": KEYS.sign_public,
        "seal": KEYS.seal_public, "code": "L1", "roles": {"*": "coordinator"},
    }  # fmt: skip
    made.add(author_entry(ROOT_KEYS, ROOT, 1, bytes(32), made.heads(), body))
    epoch = {"type": EntryType.EPOCH.value, "project": made.project, "space": SPACE,
             "epoch": EPOCH, "parents": {}}  # fmt: skip
    made.add(author_entry(KEYS, DEVICE, 1, bytes(32), made.heads(), epoch))
    return made


ROSTER = roster()


def block(count: int = 1, text: str = "Ana") -> bytes:
    changes = tuple(
        Change(Verb.CREATE, "person", number.to_bytes(16), None, {"name": text})
        for number in range(count)
    )
    return columns.encode([Transaction(1, b"p" * 16, None, "new", changes)], {b"p" * 16: "Rosa"})


def header(**changed: object) -> Header:
    base = Header(
        ROSTER.project, DEVICE, INCARNATION, SPACE, EPOCH, b"b" * 16, 1, 1, 1, envelope.NO_HASH
    )
    return replace(base, **changed)  # type: ignore[arg-type]


CONTEXT = Context(77, (b"r" * 32, b"a" * 32), {b"l" * 16: Seen(9, b"h" * 32)})
REISSUED = replace(CONTEXT, reissued=(Reissued(b"o" * 16, 3, b"x" * 32, 7),))


def sealed(plain: bytes | None = None, keys: KeyPair = KEYS, **changed: object) -> bytes:
    return envelope.seal(header(**changed), CONTEXT, plain or block(), EPOCH_KEY, keys)


def key_of(epoch: bytes) -> bytes | None:
    return EPOCH_KEY if epoch == EPOCH else None


def opened(raw: bytes) -> object:
    return open_batch(check(raw, ROSTER), key_of, LIMITS)


RAW = sealed()


def test_what_was_sealed_comes_back() -> None:
    found = open_batch(check(RAW, ROSTER), key_of, LIMITS)
    assert found.context == replace(CONTEXT, roster_heads=tuple(sorted(CONTEXT.roster_heads)))
    assert found.block.transactions[0].changes[0].fields == {"name": "Ana"}
    assert found.batch.header.log == log_id(DEVICE, INCARNATION, SPACE)
    assert found.batch.header.last_seq == 1


def test_a_small_batch_does_not_tell_its_length() -> None:
    sizes = {len(sealed(block(text="x" * length))) for length in range(0, 120, 8)}
    assert all(size % 256 == 0 for size in sizes)
    assert len(sizes) <= 2


def test_a_batch_cut_anywhere_is_refused() -> None:
    for length in range(len(RAW)):
        with pytest.raises(Malformed):
            envelope.parse(RAW[:length])


def test_a_flip_of_any_byte_is_noticed() -> None:
    for at in range(len(RAW)):
        for mask in (1, 0x80, 0xFF):
            damaged = bytearray(RAW)
            damaged[at] ^= mask
            with pytest.raises(SyncError):
                opened(bytes(damaged))


def test_a_replaced_block_cut_or_altered_anywhere_does_not_open() -> None:
    raw = envelope.seal_replacement(envelope.parse(RAW), block(), EPOCH_KEY)
    start = len(raw) - len(envelope.parse(raw).block)
    for at in range(start, len(raw)):
        flipped = bytearray(raw)
        flipped[at] ^= 0x40
        for attempt in (bytes(flipped), raw[:at], raw + raw[at:]):
            with pytest.raises(SyncError):
                envelope.open_block(envelope.parse(attempt), EPOCH_KEY)


@given(st.binary(max_size=600))
def test_any_bytes_are_refused_with_a_reason(raw: bytes) -> None:
    for attempt in (raw, RAW + raw[:1] + b"x", RAW[: len(RAW) // 2] + raw):
        with pytest.raises(SyncError):
            opened(attempt)


@given(st.binary(max_size=400))
def test_any_context_is_read_or_refused(raw: bytes) -> None:
    try:
        found = Context.unpack(raw)
    except Malformed:
        return
    assert found.reference_ms < 1 << 63
    assert all(seen.seq < 1 << 63 for seen in found.frontier.values())


@pytest.mark.parametrize("number", [1 << 63, (1 << 64) - 1])
def test_numbers_no_store_can_hold_are_refused(number: int) -> None:
    for context in (
        Context(number, (), {}),
        Context(0, (), {b"l" * 16: Seen(number, b"h" * 32)}),
        Context(0, (), {}, (Reissued(b"o" * 16, number, b"x" * 32, 1),)),
        Context(0, (), {}, (Reissued(b"o" * 16, 1, b"x" * 32, number),)),
    ):
        with pytest.raises(Malformed):
            Context.unpack(context.pack())


def test_a_context_keeps_room_for_later_versions() -> None:
    assert Context.unpack(CONTEXT.pack() + bytes(4) + b"more").frontier == CONTEXT.frontier
    assert Context.unpack(REISSUED.pack() + b"more").reissued == REISSUED.reissued


def test_what_was_written_again_costs_nothing_where_nothing_was() -> None:
    assert Context.unpack(CONTEXT.pack()).reissued == ()
    assert len(REISSUED.pack()) == len(CONTEXT.pack()) + 4 + 64
    assert Context.unpack(REISSUED.pack()).reissued == REISSUED.reissued
    for length in range(len(CONTEXT.pack()) + 1, len(REISSUED.pack())):
        with pytest.raises(Malformed):
            Context.unpack(REISSUED.pack()[:length])


def test_a_later_minor_version_is_read_and_a_major_one_refused() -> None:
    later = sealed(minor=9)
    assert later[5] == 9
    assert opened(later)
    for at in (4, 6):  # major version, suite
        newer = bytearray(RAW)
        newer[at] = 2
        with pytest.raises(UnknownVersion):
            envelope.parse(bytes(newer))


# --- lies ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["context_bytes", "block_bytes"])
@pytest.mark.parametrize("claimed", [0, 1, 2**31, 2**32 - 1])
def test_lengths_that_lie_cost_nothing(field: str, claimed: int) -> None:
    packed = replace(envelope.parse(RAW).header, **{field: claimed}).pack()
    lying = packed + KEYS.sign(packed, b"kipu batch 1") + RAW[envelope.HEADER_BYTES :]
    tracemalloc.start()
    with pytest.raises(Malformed):
        envelope.parse(lying)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_counts_in_a_context_that_lie_cost_nothing() -> None:
    with pytest.raises(Malformed):
        Context.unpack(CONTEXT.pack() + struct.pack(">I", 0xFFFFFFFF))
    for heads, logs in ((2**32 - 1, 0), (0, 2**32 - 1), (200_000, 200_000), (1, 0)):
        with pytest.raises(Malformed):
            Context.unpack(struct.pack(">QII", 0, heads, logs))


def test_too_large_is_not_looked_into() -> None:
    with pytest.raises(TooLarge):
        envelope.parse(bytes(envelope.MAX_BATCH_BYTES + 1))


@pytest.mark.parametrize("claimed", [2, 1000, 2**32 - 1])
def test_a_wrong_number_of_changes_is_refused(claimed: int) -> None:
    with pytest.raises(Malformed):
        opened(sealed(changes=claimed))


@pytest.mark.parametrize("field", ["number", "first_seq", "changes"])
def test_numbers_begin_at_one(field: str) -> None:
    with pytest.raises(Malformed):
        envelope.parse(sealed(**{field: 0}))


def test_a_bomb_costs_a_bounded_effort() -> None:
    bomb = check(sealed(block(60_000, "x" * 200), changes=60_000), ROSTER)
    small = columns.Limits(max_changes=1000, max_plain_bytes=1024 * 1024)

    def refuse() -> None:
        with pytest.raises(SyncError):
            open_batch(bomb, key_of, small)

    assert effort(refuse) < 20_000
    tracemalloc.start()
    refuse()
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_block_that_is_shorter_than_it_says_is_refused() -> None:
    packed = header()
    sealed_context = envelope._seal_part(EPOCH_KEY, packed, b"context", CONTEXT.pack())
    for plain in (b"", b"\0", struct.pack(">I", 9) + b"short", struct.pack(">I", 2**32 - 1)):
        sealed_block = envelope._seal_part(EPOCH_KEY, packed, b"block", plain)
        whole = replace(
            packed,
            context_bytes=len(sealed_context),
            block_bytes=len(sealed_block),
            context_hash=envelope.digest(sealed_context, b"kipu context"),
            block_hash=envelope.digest(sealed_block, b"kipu block"),
        ).pack()
        raw = whole + KEYS.sign(whole, b"kipu batch 1") + sealed_context + sealed_block
        with pytest.raises(Malformed):
            opened(raw)


# --- replays and strangers -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [{"project": b"P" * 16}, {"space": b"S" * 16}, {"number": 2}, {"incarnation": b"I" * 8},
     {"epoch": b"E" * 16}, {"previous": b"v" * 32}, {"first_seq": 2}, {"batch": b"B" * 16}],
    ids=lambda one: next(iter(one)),
)  # fmt: skip
def test_sealed_parts_open_only_in_the_place_they_were_made_for(changed: dict) -> None:
    """Even the device itself, re-signing, cannot put its sealed parts under another header."""
    original = envelope.parse(RAW)
    packed = replace(original.header, **changed).pack()
    moved = packed + KEYS.sign(packed, b"kipu batch 1") + original.context + original.block
    with pytest.raises((CannotOpen, OtherProject, NoKey)):
        opened(moved)
    with pytest.raises(CannotOpen):
        envelope.open_context(envelope.parse(moved), EPOCH_KEY)


def test_a_batch_of_another_project_or_device_is_named_as_such() -> None:
    with pytest.raises(OtherProject):
        check(sealed(project=b"P" * 16), ROSTER)
    with pytest.raises(Stranger):
        check(sealed(device=device_id(STRANGER.sign_public), keys=STRANGER), ROSTER)
    with pytest.raises(BadSignature):
        check(sealed(keys=STRANGER), ROSTER)


def test_a_batch_under_another_spaces_key_is_refused() -> None:
    with pytest.raises(OtherProject):
        check(sealed(space=b"S" * 16), ROSTER)
    with pytest.raises(NoKey):
        check(sealed(epoch=b"E" * 16), ROSTER)


def test_without_the_key_it_waits_and_with_another_it_does_not_open() -> None:
    with pytest.raises(NoKey):
        open_batch(check(RAW, ROSTER), lambda _epoch: None, LIMITS)
    with pytest.raises(CannotOpen):
        open_batch(check(RAW, ROSTER), lambda _epoch: b"x" * 32, LIMITS)


# --- the bytes themselves --------------------------------------------------------------------------


def test_the_bytes_are_as_docs_formats_batch_says() -> None:
    plain = bytes(range(100))
    bare = replace(header(), project=b"P" * 16)
    raw = envelope.seal(bare, CONTEXT, plain, EPOCH_KEY, KEYS)
    fixed = struct.unpack(">4sBBB1s16s16s8s16s16s16sQQI32sII32s32s", raw[:220])
    magic, major, minor, suite, spare = fixed[:5]
    assert (magic, major, minor, suite, spare) == (b"KIPB", 1, 0, 1, bytes(1))
    assert fixed[5:11] == (b"P" * 16, DEVICE, INCARNATION, SPACE, EPOCH, b"b" * 16)
    assert fixed[11:15] == (1, 1, 1, bytes(32))
    context, rest = raw[284 : 284 + fixed[15]], raw[284 + fixed[15] :]
    assert (len(rest), len(raw) % 256) == (fixed[16], 0)
    crypto.verify(KEYS.sign_public, raw[220:284], raw[:220], b"kipu batch 1")
    bound = raw[:148] + bytes(72)
    key = crypto.derive(EPOCH_KEY, "kipu batch block", b"b" * 16)
    opened_block = crypto.aead_open(key, rest, b"block" + bound)
    assert opened_block[:104] == struct.pack(">I", 100) + plain
    assert not any(opened_block[104:])
    key = crypto.derive(EPOCH_KEY, "kipu batch context", b"b" * 16)
    assert crypto.aead_open(key, context, b"context" + bound) == CONTEXT.pack()


def test_a_known_batch_keeps_its_hash() -> None:
    bare = replace(header(), project=b"P" * 16)
    raw = envelope.seal(bare, CONTEXT, b"", EPOCH_KEY, KEYS)
    assert envelope.batch_hash(raw).hex() == VECTOR


VECTOR = "86d3454a1d4c87bb9b00865f53ad906b9971c1411bf6524ef34088827d216dd0"
