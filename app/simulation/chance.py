"""Chance that follows from a seed: ids, keys and salts included, so that a run can be replayed.

Only for the simulation, whose laptops hold nothing and are thrown away. What OpenSSL draws by itself
(the encapsulations that wrap keys) stays random; it changes bytes nobody orders or compares by.
"""

from __future__ import annotations

import contextlib
import os
import random
from collections.abc import Iterator

from app.errors import KipuError
from sync.crypto import KeyPair

_SECRET_BYTES = len(KeyPair.generate().secret)


class NothingToDo(KipuError):
    """What chance chose cannot be done as things stand: another deed comes."""

    def __init__(self) -> None:
        super().__init__("")


@contextlib.contextmanager
def seeded(seed: int | str) -> Iterator[None]:
    """Within this, everything this process takes for random follows from the seed."""
    source = random.Random(f"kipu {seed}")
    before = os.urandom, getattr(random, "_urandom"), KeyPair.generate  # noqa: B009

    def generate() -> KeyPair:
        return KeyPair.from_secret(source.randbytes(_SECRET_BYTES))

    _take(source.randbytes, source.randbytes, generate)
    try:
        yield
    finally:
        _take(*before)


def _take(urandom: object, module_urandom: object, generate: object) -> None:
    # `secrets` draws through the name that `random` imported.
    for place, name, what in (
        (os, "urandom", urandom),
        (random, "_urandom", module_urandom),
        (KeyPair, "generate", generate),
    ):
        setattr(place, name, what)
