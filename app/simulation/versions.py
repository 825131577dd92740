"""Programs of two ages in one run: what a later Kipu may write, which an older one must leave be.

The later one is this one with its writing and reading changed while it runs: it writes minor
versions always, and by the run's `Novelty` a major one of something, which it reads beside today's.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, Final

from sync import columns, envelope, layout
from sync.changes import Transaction
from sync.columns import Block, Limits
from sync.crypto import KeyPair
from sync.errors import SyncError
from sync.roster import entries

OLDER: Final = 1
LATER: Final = 2
_MAJOR_AT: Final = 4
_ROW: Final = "later1"
"""A section of a block, and the end of a context, that only a later minor version knows."""


class Novelty(StrEnum):
    """What of a later Kipu's an older one cannot read at all; fields and kinds it always can."""

    NONE = "nothing"
    BATCH = "batches"
    BLOCK = "blocks"
    SECTION = "sections"
    ROSTER = "entries"


class LaterType(StrEnum):
    """A type of roster entry this Kipu has never heard of."""

    MOTTO = "motto"


_now: list[tuple[int, Novelty]] = [(OLDER, Novelty.NONE)]


@contextlib.contextmanager
def running(version: int, novelty: Novelty) -> Iterator[None]:
    """Within this the program is of that version."""
    _now.append((version, novelty))
    _become(version, novelty)
    try:
        yield
    finally:
        _now.pop()
        _become(*_now[-1])


def _become(version: int, novelty: Novelty) -> None:
    written = _written(novelty) if version == LATER else {}
    for (place, name), today in _TODAY.items():
        setattr(place, name, written.get((place, name), today))


_Place = tuple[Any, str]
_TODAY: Mapping[_Place, Any] = {
    (place, name): getattr(place, name)
    for place, name in (
        (envelope, "seal"), (envelope, "_unpack"), (envelope, "is_later"), (envelope.Context, "pack"),
        (columns, "encode"), (columns, "decode"), (columns, "redact"), (columns, "MAJOR"),
        (entries, "VERSION"),
    )
}  # fmt: skip


def _written(novelty: Novelty) -> Mapping[_Place, Any]:
    found: dict[_Place, Any] = {
        (envelope, "seal"): _sealer(novelty),
        (envelope, "_unpack"): _unpack,
        (envelope, "is_later"): _is_none_later,
        (envelope.Context, "pack"): _pack_context,
        (columns, "encode"): _encoder(novelty),
        (columns, "decode"): _decode,
        (columns, "redact"): _redactor(novelty),
    }
    if novelty in (Novelty.BLOCK, Novelty.SECTION):
        found[columns, "MAJOR"] = LATER
    if novelty is Novelty.ROSTER:
        found[entries, "VERSION"] = _Later(LATER)
    return found


class _Later(int):
    """The version written, beside which today's is read."""

    def __gt__(self, other: int) -> bool:
        return False


# -- batches ---------------------------------------------------------------------------------------


def _sealer(novelty: Novelty) -> Callable[..., bytes]:
    today = _TODAY[envelope, "seal"]

    def seal(
        header: envelope.Header, context: envelope.Context, block: bytes, key: bytes, keys: KeyPair
    ) -> bytes:
        raw: bytes = today(replace(header, minor=1), context, block, key, keys)
        if novelty is not Novelty.BATCH:
            return raw
        begins = raw[:_MAJOR_AT] + bytes((LATER,))
        signed = begins + raw[len(begins) : envelope.HEADER_BYTES - 64]
        return signed + keys.sign(signed, b"kipu batch 1") + raw[envelope.HEADER_BYTES :]

    return seal


def _unpack(raw: bytes) -> envelope.Header:
    if is_later(raw):
        raw = raw[:_MAJOR_AT] + bytes((OLDER,)) + raw[_MAJOR_AT + 1 :]
    header: envelope.Header = _TODAY[envelope, "_unpack"](raw)
    return header


def _is_none_later(*_batch: object) -> bool:
    return False


def _pack_context(context: envelope.Context) -> bytes:
    packed: bytes = _TODAY[envelope.Context, "pack"](context)
    none_reissued = b"" if context.reissued else bytes(4)
    return packed + none_reissued + _ROW.encode()


def is_later(raw: bytes) -> bool:
    """Whether these bytes begin as a batch of a later major version."""
    return raw[: _MAJOR_AT + 1] == envelope.MAGIC + bytes((LATER,))


def lies_in_place(path: str, raw: bytes) -> bool:
    """Whether these bytes are a whole batch of a later version, at the path it belongs to."""
    if not is_later(raw):
        return False
    try:
        with running(LATER, Novelty.BATCH):
            header = envelope.parse(raw).header
    except SyncError:
        return False
    return path == layout.batch(header.space, header.log, header.number)


# -- blocks ----------------------------------------------------------------------------------------

_OPTIONAL: Final = bytes((200, len(_ROW))) + _ROW.encode()
_REQUIRED: Final = bytes((100, len(_ROW))) + _ROW.encode()


def _encoder(novelty: Novelty) -> Callable[..., bytes]:
    def encode(transactions: Sequence[Transaction], persons: Mapping[bytes, str]) -> bytes:
        return _lifted(_TODAY[columns, "encode"](transactions, persons), novelty)

    return encode


def _redactor(novelty: Novelty) -> Callable[..., bytes]:
    def redact(
        data: bytes, targets: Collection[tuple[int, str]], limits: Limits | None = None
    ) -> bytes:
        return _lifted(_TODAY[columns, "redact"](_lowered(data), targets, limits), novelty)

    return redact


def _decode(data: bytes, limits: Limits | None = None) -> Block:
    block: Block = _TODAY[columns, "decode"](_lowered(data), limits)
    return block


def _lifted(raw: bytes, novelty: Novelty) -> bytes:
    major = LATER if novelty is Novelty.BLOCK else OLDER
    required = _REQUIRED if novelty is Novelty.SECTION else b""
    return bytes((major, 1)) + raw[2:] + required + _OPTIONAL


def _lowered(raw: bytes) -> bytes:
    """A block as today's program reads it, if a later one lifted it."""
    if raw[1] != 1:
        return raw
    return bytes((OLDER, 1)) + raw[2:].removesuffix(_OPTIONAL).removesuffix(_REQUIRED)
