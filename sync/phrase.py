"""Six words to read aloud, so that two people know they look at the same bytes.

The words come from a slow hash of all the bytes, which leaves 66 bits that nobody can search for a
second request with the same phrase. The cost is part of the format: both sides must agree, so no
setting changes it.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from sync.words import WORDS

REQUEST = "kipu request phrase 1"
PROJECT = "kipu project phrase 1"

COUNT = 6
_BITS = 11
_MEMORY = 32 * 1024  # KiB
_PASSES = 2


def phrase(data: bytes, purpose: str = REQUEST) -> str:
    """Return the six words, with blanks between, of ``data`` for REQUEST or PROJECT."""
    kdf = Argon2id(
        salt=purpose.encode(), length=16, iterations=_PASSES, lanes=1, memory_cost=_MEMORY
    )
    number = int.from_bytes(kdf.derive(data), "big") >> (128 - COUNT * _BITS)
    shifts = range((COUNT - 1) * _BITS, -1, -_BITS)
    return " ".join(WORDS[number >> shift & (1 << _BITS) - 1] for shift in shifts)
