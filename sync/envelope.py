"""A batch as it travels: clear header, sealed context, sealed block, signature over all of it.

The header names only opaque ids. The context (what the author had seen) and the block (the changes)
are two sealed parts, each bound to the header by its hash: the chain runs over headers alone, so an
erased payload can go without breaking it (sync rule 8). Byte-exact description: docs/formats/batch.md.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sync import crypto
from sync.errors import Malformed, SyncError, TooLarge, UnknownVersion
from sync.ids import HASH_BYTES, digest, log_id

MAGIC = b"KIPB"
MAJOR = 1
MINOR = 0
MAX_BATCH_BYTES = 16 * 1024 * 1024
_SIGN_PURPOSE = b"kipu batch 1"
_FIXED = struct.Struct(">4sBBBx16s16s8s16s16s16sQQI32sII32s32s")
HEADER_BYTES = _FIXED.size + crypto.SIGNATURE_BYTES
_SALT_BYTES = 16
_REPLACED_HEAD = b"KIPE" + bytes((1, crypto.SUITE, 0, 0))
_REPLACED = struct.Struct(f">8sI{_SALT_BYTES}s")
_PAD_TO = 256
_PAD_BELOW = 4096
_MAX_SEEN = 200_000
MAX_REISSUED = 10_000
_REISSUED = struct.Struct(">16sQ32sQ")
NO_HASH = bytes(HASH_BYTES)
_TOO_GREAT = 1 << 63


@dataclass(frozen=True, slots=True)
class Header:
    """The clear part of a batch.

    `number` counts the log's batches from 1, `first_seq` its changes from 1. `previous` is the hash
    of the log's batch before this one (zeros for the first).
    """

    project: bytes
    device: bytes
    incarnation: bytes
    space: bytes
    epoch: bytes
    batch: bytes
    number: int
    first_seq: int
    changes: int
    previous: bytes
    context_bytes: int = 0
    block_bytes: int = 0
    context_hash: bytes = NO_HASH
    block_hash: bytes = NO_HASH
    minor: int = MINOR

    @property
    def log(self) -> bytes:
        return log_id(self.device, self.incarnation, self.space)

    @property
    def size(self) -> int:
        """Bytes of the batch as its author sealed it."""
        return HEADER_BYTES + self.context_bytes + self.block_bytes

    @property
    def last_seq(self) -> int:
        return self.first_seq + self.changes - 1

    def pack(self) -> bytes:
        return _FIXED.pack(
            MAGIC, MAJOR, self.minor, crypto.SUITE, self.project, self.device, self.incarnation,
            self.space, self.epoch, self.batch, self.number, self.first_seq, self.changes,
            self.previous, self.context_bytes, self.block_bytes, self.context_hash, self.block_hash,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """How far an author had applied one log: its last change and the hash of the batch holding it."""

    seq: int
    batch_hash: bytes


@dataclass(frozen=True, slots=True)
class Reissued:
    """A batch that counts no more, since its author wrote its changes again in another log.

    `log`, `number` and `batch_hash` tell which batch it was, `seq` where the first of its changes
    stands now in the log whose batch says so.
    """

    log: bytes
    number: int
    batch_hash: bytes
    seq: int


@dataclass(frozen=True, slots=True)
class Context:
    """What the author had seen when the batch was sealed (sync rules 3 and 9).

    `reference_ms`: greatest effective time applied in the space before the batch's changes.
    `roster_heads`: hashes of the roster entries nothing followed. `frontier`: only the logs that
    advanced since the author's previous batch in this log. `reissued`: what this log has in the
    place of batches that another life of the laptop wrote otherwise (docs/decisions/0018).
    """

    reference_ms: int
    roster_heads: tuple[bytes, ...]
    frontier: Mapping[bytes, Seen]
    reissued: tuple[Reissued, ...] = ()

    def pack(self) -> bytes:
        heads = b"".join(sorted(self.roster_heads))
        seen = b"".join(
            log + struct.pack(">Q", at.seq) + at.batch_hash
            for log, at in sorted(self.frontier.items())
        )
        sizes = struct.pack(">QII", self.reference_ms, len(self.roster_heads), len(self.frontier))
        return sizes + heads + seen + self._pack_reissued()

    def _pack_reissued(self) -> bytes:
        """Nothing at all where nothing was: hardly any batch has it."""
        if not self.reissued:
            return b""
        packed = sorted(
            _REISSUED.pack(one.log, one.number, one.batch_hash, one.seq) for one in self.reissued
        )
        return struct.pack(">I", len(packed)) + b"".join(packed)

    @classmethod
    def unpack(cls, data: bytes) -> Context:
        """Raises Malformed; bytes after the known part belong to later minor versions."""
        if len(data) < 16:
            raise Malformed("a batch context is cut short")
        reference, heads, logs = struct.unpack_from(">QII", data)
        if heads > _MAX_SEEN or logs > _MAX_SEEN or len(data) < 16 + heads * 32 + logs * 56:
            raise Malformed("a batch context is cut short")
        at = 16 + heads * 32
        roster = tuple(data[i : i + 32] for i in range(16, at, 32))
        frontier = {
            data[i : i + 16]: Seen(int.from_bytes(data[i + 16 : i + 24]), data[i + 24 : i + 56])
            for i in range(at, at + logs * 56, 56)
        }
        reissued = cls._unpack_reissued(data[at + logs * 56 :])
        numbers = [number for one in reissued for number in (one.number, one.seq)]
        if max([reference, *(at.seq for at in frontier.values()), *numbers]) >= _TOO_GREAT:
            raise Malformed("a batch context holds a number that no log reaches")
        return cls(reference, roster, frontier, reissued)

    @staticmethod
    def _unpack_reissued(data: bytes) -> tuple[Reissued, ...]:
        if not data:
            return ()
        count = int.from_bytes(data[:4])
        end = 4 + count * _REISSUED.size
        if len(data) < 4 or count > MAX_REISSUED or len(data) < end:
            raise Malformed("a batch context is cut short")
        return tuple(Reissued(*one) for one in _REISSUED.iter_unpack(data[4:end]))


@dataclass(frozen=True, slots=True)
class Batch:
    """A sealed batch whose outer form is sound: lengths and hashes agree (the signature may not).

    `replacement` is None while the block is its author's own; else the digest of what stands in its
    place since values were erased, for the roster to confirm.
    """

    header: Header
    signature: bytes
    context: bytes
    block: bytes
    raw: bytes
    replacement: bytes | None = None

    @property
    def hash(self) -> bytes:
        return batch_hash(self.raw)


def opens(batch: Batch, key: bytes) -> bool:
    """Whether a batch's block, or what stands for it since values were erased, opens with a key."""
    try:
        open_block(batch, key)
    except SyncError:
        return False
    return True


def batch_hash(raw: bytes) -> bytes:
    """The hash batches are chained by: over header and signature, not over the sealed parts."""
    return digest(raw[:HEADER_BYTES], b"kipu batch")


def seal(
    header: Header, context: Context, block: bytes, epoch_key: bytes, keys: crypto.KeyPair
) -> bytes:
    """The bytes of one batch, sealed under its epoch's key and signed by its device.

    Lengths and hashes in `header` are filled in here; the rest is the caller's.
    """
    sealed_context = _seal_part(epoch_key, header, b"context", context.pack())
    sealed_block = _seal_part(epoch_key, header, b"block", _padded(block, len(sealed_context)))
    whole = replace(
        header,
        context_bytes=len(sealed_context),
        block_bytes=len(sealed_block),
        context_hash=digest(sealed_context, b"kipu context"),
        block_hash=digest(sealed_block, b"kipu block"),
    )
    packed = whole.pack()
    return packed + keys.sign(packed, _SIGN_PURPOSE) + sealed_context + sealed_block


def parse(raw: bytes) -> Batch:
    """Read a batch's outer form, deciding nothing on trust.

    Raises Malformed, TooLarge or UnknownVersion. Bounded effort: nothing is decrypted or inflated.
    """
    if len(raw) > MAX_BATCH_BYTES:
        raise TooLarge("a batch is larger than any batch may be")
    header = _unpack(raw)
    start = HEADER_BYTES + header.context_bytes
    signature, context, block = (
        raw[_FIXED.size : HEADER_BYTES],
        raw[HEADER_BYTES:start],
        raw[start:],
    )
    if digest(context, b"kipu context") != header.context_hash:
        raise Malformed("a batch's context does not match its header")
    if len(block) == header.block_bytes and digest(block, b"kipu block") == header.block_hash:
        return Batch(header, signature, context, block, raw)
    if _is_replacement(block):
        return Batch(header, signature, context, block, raw, digest(block, b"kipu replacement"))
    raise Malformed("a batch's block does not match its header")


def is_later(
    raw: bytes, sign_key: Callable[[bytes], bytes | None], log: bytes, number: int
) -> bool:
    """Whether these bytes are a batch of that log and number that only a later Kipu can read.

    Later major versions keep the places of the clear part, and the signature over it. ``sign_key``
    gives the key that a device signs with.
    """
    if raw[:4] != MAGIC or len(raw) < HEADER_BYTES or raw[4] <= MAJOR:
        return False
    try:
        header = _unpack(raw[:4] + bytes((MAJOR,)) + raw[5:HEADER_BYTES])
        signature = raw[_FIXED.size : HEADER_BYTES]
        known = sign_key(header.device) or bytes(crypto.SIGN_PUBLIC_BYTES)
        crypto.verify(known, signature, raw[: _FIXED.size], _SIGN_PURPOSE)
    except SyncError:
        return False
    return (header.log, header.number) == (log, number)


def _is_replacement(block: bytes) -> bool:
    """Whether these bytes have the outer form of a replaced block, whole."""
    if len(block) < _REPLACED.size or block[: len(_REPLACED_HEAD)] != _REPLACED_HEAD:
        return False
    size = int(_REPLACED.unpack_from(block)[1])
    return len(block) == _REPLACED.size + size


def seal_replacement(batch: Batch, block: bytes, epoch_key: bytes) -> bytes:
    """The batch's bytes with another block in the place of its own.

    Sealed under a key from a fresh salt: the batch's own key has sealed one message already.
    """
    salt = os.urandom(_SALT_BYTES)
    plain = _padded(block, batch.header.context_bytes)
    key = crypto.derive(epoch_key, "kipu batch replacement", salt)
    sealed = crypto.aead_seal(key, plain, b"replacement" + batch.hash)
    kept = batch.raw[: HEADER_BYTES + batch.header.context_bytes]
    return kept + _REPLACED.pack(_REPLACED_HEAD, len(sealed), salt) + sealed


def _open_replacement(batch: Batch, epoch_key: bytes) -> bytes:
    _head, _size, salt = _REPLACED.unpack_from(batch.block)
    key = crypto.derive(epoch_key, "kipu batch replacement", salt)
    return crypto.aead_open(key, batch.block[_REPLACED.size :], b"replacement" + batch.hash)


def sealed_size(raw: bytes) -> int:
    """Bytes of a kept batch as its author sealed it, whatever was erased in it since."""
    return _unpack(raw).size


def check_signature(batch: Batch, sign_public: bytes) -> None:
    """Raises crypto.BadSignature."""
    crypto.verify(sign_public, batch.signature, batch.raw[: _FIXED.size], _SIGN_PURPOSE)


def open_context(batch: Batch, epoch_key: bytes) -> Context:
    """Raises crypto.CannotOpen or Malformed."""
    return Context.unpack(_open_part(epoch_key, batch.header, b"context", batch.context))


def open_block(batch: Batch, epoch_key: bytes) -> bytes:
    """The block's bytes for `sync.columns.decode`; raises crypto.CannotOpen or Malformed."""
    plain = (
        _open_part(epoch_key, batch.header, b"block", batch.block)
        if batch.replacement is None
        else _open_replacement(batch, epoch_key)
    )
    size = int.from_bytes(plain[:4])
    if len(plain) < 4 or size > len(plain) - 4:
        raise Malformed("a batch's block says it is longer than it is")
    return plain[4 : 4 + size]


def _unpack(raw: bytes) -> Header:
    if len(raw) < HEADER_BYTES:
        raise Malformed("a batch is cut short")
    magic, major, minor, suite, *rest = _FIXED.unpack_from(raw)
    if magic != MAGIC:
        raise Malformed("these bytes are not a batch of Kipu's")
    if major < MAJOR or suite < crypto.SUITE:
        raise Malformed("a batch has a version that never was: zeros, where the power failed")
    if major > MAJOR or suite > crypto.SUITE:
        raise UnknownVersion("the batch was written by a newer Kipu", version=major)
    header = replace(Header(*rest), minor=minor)
    if header.number < 1 or header.first_seq < 1 or header.changes < 1:
        raise Malformed("a batch's numbers begin at one")
    return header


def _padded(block: bytes, before: int) -> bytes:
    """Length-prefixed, and padded while small, so that sizes do not tell short texts apart."""
    plain = struct.pack(">I", len(block)) + block
    total = HEADER_BYTES + before + len(plain) + crypto.TAG_BYTES
    return plain if total >= _PAD_BELOW else plain + bytes(-total % _PAD_TO)


def _part_key(epoch_key: bytes, header: Header, part: bytes) -> bytes:
    return crypto.derive(epoch_key, "kipu batch " + part.decode(), header.batch)


def _associated(header: Header, part: bytes) -> bytes:
    """Binds a sealed part to its place; hashes and lengths are zero here, the signature has them."""
    bare = replace(header, context_bytes=0, block_bytes=0, context_hash=NO_HASH, block_hash=NO_HASH)
    return part + bare.pack()


def _seal_part(epoch_key: bytes, header: Header, part: bytes, plain: bytes) -> bytes:
    key = _part_key(epoch_key, header, part)
    return crypto.aead_seal(key, plain, _associated(header, part))


def _open_part(epoch_key: bytes, header: Header, part: bytes, sealed: bytes) -> bytes:
    key = _part_key(epoch_key, header, part)
    return crypto.aead_open(key, sealed, _associated(header, part))


def new_batch_id() -> bytes:
    return os.urandom(16)
