"""The policy a new project starts with, read off the declarations.

A project's own policy is signed data in the roster; this is only its first version. Coordinators
may do everything everywhere. In the common space nobody else writes; in the others each role has
the letters its kinds give it, and kinds this version does not know may be created and edited by
those who work there.
"""

from __future__ import annotations

from typing import Final

from app.models.records.registry import ALL
from sync.roster.policy import ANY, COMMON, LETTERS, OWN

ROLES: Final = ("coordinator", "facilitator", "secretary", "observer")
EVERYTHING: Final = "".join(LETTERS.values())
_UNKNOWN_KINDS: Final = {"facilitator": "ce", "secretary": "ce"}


def default_policy() -> dict[str, dict[str, dict[str, str]]]:
    """Return what each role may do in a new project, as the table ``sync.roster.policy`` reads.

    Kind → "common" or "space" → role → letters: c create, e edit, d delete, x close, a admit what
    came too late. "*" stands for kinds this version does not know.
    """
    given = {kind.name: dict(kind.roles) for kind in ALL} | {ANY: _UNKNOWN_KINDS}
    return {name: {COMMON: _letters({}), OWN: _letters(own)} for name, own in given.items()}


def _letters(given: dict[str, str]) -> dict[str, str]:
    return {role: given.get(role, "") for role in ROLES} | {"coordinator": EVERYTHING}
