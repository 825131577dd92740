"""Names as lists show them: one line, and nothing in it that is not seen."""

from __future__ import annotations

import unicodedata


def is_unseen(char: str) -> bool:
    """Whether a character breaks a line, or steers what shows it instead of being shown."""
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def has_unseen(text: str) -> bool:
    return any(map(is_unseen, text))
