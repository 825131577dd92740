"""The two families of error: what the user or the world did, and our bug.

A ``KipuError`` is the first: it carries one clear sentence for the person in front of the screen,
and nobody shows its trace. Every other exception is the second: it ends in the log and is ours to
mend.
"""

from __future__ import annotations


class KipuError(Exception):
    """What the user or the world did, told in one sentence.

    ``message`` is already in the person's language (pass it through ``_()``); it says what
    happened and, where it helps, what is safe and what to do next.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


class PutAway(KipuError):
    """Something was asked of a project that was closed meanwhile: nobody waits for the answer."""


class Forgotten(KipuError):
    """Something was to be kept about what was erased for good: it is to be let go, not kept at hand."""
