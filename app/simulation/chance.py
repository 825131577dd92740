"""Chance that follows from a seed: ids, keys and salts included, so that a run can be replayed.

With it goes haste: no disk is waited for, no signature checked twice, and a few batches are enough
for a pack or a snapshot.

Only for the simulation, whose laptops hold nothing and are thrown away. What OpenSSL draws by itself
(the encapsulations that wrap keys) stays random; it changes bytes nobody orders or compares by.
"""

from __future__ import annotations

import contextlib
import os
import random
from collections.abc import Iterator
from functools import lru_cache

from app.errors import KipuError
from sync import crypto, exchange_snapshots, packs
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
    before = [getattr(place, name) for place, name in _PLACES]

    def generate() -> KeyPair:
        return KeyPair.from_secret(source.randbytes(_SECRET_BYTES))

    verify = lru_cache(maxsize=4096)(crypto.verify)
    _take(source.randbytes, source.randbytes, generate, _wait_for_nothing, verify, 2, 1, 8, 1 << 30)
    try:
        yield
    finally:
        _take(*before)


def _wait_for_nothing(_file: int) -> None:
    """Power fails here between two statements only, never within the operating system."""


# `secrets` draws through the name that `random` imported.
_PLACES = (
    (os, "urandom"), (random, "_urandom"), (KeyPair, "generate"), (os, "fsync"),
    (crypto, "verify"), (packs, "LEAST"), (packs, "KEPT_LOOSE"), (exchange_snapshots, "WORTH_IT"),
    (exchange_snapshots, "MOST_A_BATCH"),
)  # fmt: skip


def _take(*what: object) -> None:
    for (place, name), one in zip(_PLACES, what, strict=True):
        setattr(place, name, one)
