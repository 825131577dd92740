"""From a passphrase to a key, slowly enough to tire whoever guesses.

The cost is measured on the laptop that makes the slot, written beside it, and bounded both ways
when it is read back: a file from elsewhere may neither weaken the derivation nor make it eat the
laptop's memory or afternoon.
"""

from __future__ import annotations

import os
import time
import unicodedata
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from app.errors import KipuError
from app.i18n import _, ngettext
from sync import crypto

KEY_BYTES = 32
SALT_BYTES = 16
MIN_PASSPHRASE = 8  # characters


class Cost(NamedTuple):
    """What one Argon2id derivation costs: memory in KiB, passes over it, lanes."""

    memory: int
    passes: int
    lanes: int


FLOOR = Cost(19 * 1024, 2, 1)
"""OWASP's minimum for Argon2id."""

# A wrong passphrase must stay under 100 MB and a second, so time is bought with passes: an
# attacker pays for memory times passes either way.
_CALIBRATED_MEMORY = 48 * 1024
_TARGET_SECONDS = 0.5
_MAX_PASSES = 64
_MAX_MEMORY = 1024 * 1024
_MAX_LANES = 16
_MAX_WORK = 4 * 1024 * 1024  # KiB times passes: three seconds on a 2020 laptop

_timer = time.perf_counter


def is_sane(cost: Cost) -> bool:
    """Tell whether a cost read from a file is no weaker than the floor and affordable."""
    return (
        FLOOR.memory <= cost.memory <= _MAX_MEMORY
        and FLOOR.passes <= cost.passes <= _MAX_PASSES
        and 1 <= cost.lanes <= _MAX_LANES
        and cost.memory * cost.passes <= _MAX_WORK
    )


def default_cost() -> Cost:
    """Return the cost for a new slot: about half a second here, or the floor for tests.

    ``KIPU_KDF=floor`` in the environment asks for the floor.
    """
    return FLOOR if os.environ.get("KIPU_KDF") == "floor" else calibrated()


def calibrated(seconds: float = _TARGET_SECONDS) -> Cost:
    """Measure this laptop and return the cost that takes it about ``seconds``."""
    trial = Cost(_CALIBRATED_MEMORY, FLOOR.passes, 1)
    started = _timer()
    derive("measuring", bytes(SALT_BYTES), trial)
    for_one_pass = (_timer() - started) / trial.passes
    passes = int(seconds / max(for_one_pass, 1e-6))
    if passes < FLOOR.passes:
        return FLOOR
    return trial._replace(passes=min(passes, _MAX_PASSES))


def derive(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """Return the 32-byte key of ``passphrase``; spelled in any Unicode form, it is the same.

    Raises KipuError when the laptop has no memory left for it.
    """
    memory, passes, lanes = cost
    try:
        kdf = Argon2id(
            salt=salt, length=KEY_BYTES, iterations=passes, lanes=lanes, memory_cost=memory
        )
        return kdf.derive(normal(passphrase).encode("utf-8", "surrogatepass"))
    except MemoryError as error:
        raise KipuError(
            _("The laptop has too little free memory to unlock; close other programs.")
        ) from error
    except UnsupportedAlgorithm as error:
        raise KipuError(_("This system's OpenSSL has no Argon2id; Kipu cannot unlock.")) from error


def normal(passphrase: str) -> str:
    """Return the form of a passphrase that is the same on every keyboard and system."""
    return unicodedata.normalize("NFKC", passphrase)


def check_new_passphrase(passphrase: str) -> None:
    """Raise KipuError for a passphrase too short to protect anything."""
    text = normal(passphrase).strip()
    if not text:
        raise KipuError(_("The passphrase is empty."))
    if len(text) < MIN_PASSPHRASE:
        raise KipuError(
            ngettext(
                "The passphrase is too short: it needs at least {count} character.",
                "The passphrase is too short: it needs at least {count} characters.",
                MIN_PASSPHRASE,
            ).format(count=MIN_PASSPHRASE)
        )


def subkey(key: bytes, purpose: str) -> bytes:
    """Return the 32-byte key for one ``purpose`` ("store", "attachments", "log").

    The data key itself encrypts nothing, so that no use of it can harm another.
    """
    return crypto.derive(key, f"kipu vault {purpose}")


def code_key(secret: bytes, salt: bytes) -> bytes:
    """Return the wrapping key of a recovery code; its 140 random bits need no slow hash."""
    return crypto.derive(secret, "kipu vault recovery", salt)
