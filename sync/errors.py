"""What can go wrong between replicas, each with a code that never changes.

The program above turns a code and its parameters into a sentence in the reader's language; the
English text here is for logs and for tools without one.
"""

from __future__ import annotations

from typing import ClassVar

Param = str | int


class SyncError(Exception):
    """Something from outside is not as it must be.

    `text` is English and may name `params` in braces. `code` is stable and identifies the
    sentence to show; without one the class's own code is used.
    """

    default_code: ClassVar[str] = "sync"

    def __init__(self, text: str, code: str | None = None, **params: Param) -> None:
        self.code: str = code or self.default_code
        self.params: dict[str, Param] = params
        super().__init__(text.format(**params) if params else text)


class Malformed(SyncError, ValueError):
    """Bytes or a value that no correct writer would have produced."""

    default_code = "malformed"


class TooLarge(SyncError):
    """A length, count or depth beyond the limits the reader set."""

    default_code = "too-large"


class UnknownVersion(SyncError):
    """Written by a newer program in a way this one cannot read; nothing of it was used."""

    default_code = "unknown-version"
