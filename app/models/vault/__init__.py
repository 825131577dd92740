"""Passphrases to keys: who may open a project on this laptop (see docs/formats/vault.md)."""

from __future__ import annotations

from app.models.vault.header import DamagedHeader, NewerFormat, Slot
from app.models.vault.kdf import FLOOR, Cost, subkey
from app.models.vault.papers import read_code
from app.models.vault.vault import TooSoon, Unlocked, Vault, WrongPassphrase

__all__ = [
    "FLOOR",
    "Cost",
    "DamagedHeader",
    "NewerFormat",
    "Slot",
    "TooSoon",
    "Unlocked",
    "Vault",
    "WrongPassphrase",
    "read_code",
    "subkey",
]
