"""Names of things in the log: one place that says how each identifier is made.

All identifiers are 16 bytes and opaque. A device's id is bound to its signing key, a log's id to the
device incarnation and the space it writes in, so neither can be claimed by somebody else.
"""

from __future__ import annotations

import base64
import hashlib
import os
import uuid
from functools import lru_cache

# As many names as a share of some thousand devices has; each sync asks for the same ones anew.
_REMEMBERED = 16384
ID_BYTES = 16
INCARNATION_BYTES = 8
HASH_BYTES = 32


def random_id() -> bytes:
    """Sixteen random bytes in the form of a version 4 UUID (so that record ids read as UUIDs)."""
    return uuid.uuid4().bytes


def random_incarnation() -> bytes:
    return os.urandom(INCARNATION_BYTES)


def digest(data: bytes, purpose: bytes, size: int = HASH_BYTES) -> bytes:
    """BLAKE2b of `data`, separated by `purpose` (at most 16 bytes) so that no hash serves two uses."""
    return hashlib.blake2b(data, digest_size=size, person=purpose).digest()


def device_id(signing_public: bytes) -> bytes:
    return digest(signing_public, b"kipu device", ID_BYTES)


def log_id(device: bytes, incarnation: bytes, space: bytes) -> bytes:
    """The log one device incarnation writes in one space (sync rule 1)."""
    return digest(device + incarnation + space, b"kipu log", ID_BYTES)


def moved_id(source_space: bytes, kind: str, record: bytes, target_space: bytes) -> bytes:
    """The id a record takes in another space: the same whoever moves it (sync rule 2)."""
    return digest(source_space + record + target_space + kind.encode(), b"kipu moved", ID_BYTES)


@lru_cache(_REMEMBERED)
def token(identifier: bytes) -> str:
    """An identifier as a file name: lower-case base32 without padding, safe on any file system."""
    return base64.b32encode(identifier).decode().rstrip("=").lower()


@lru_cache(_REMEMBERED)
def from_token(text: str) -> bytes | None:
    """The identifier a file name stands for, or None where the name is not one of ours."""
    try:
        raw = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except ValueError:
        return None
    return raw if len(raw) == ID_BYTES and token(raw) == text else None
