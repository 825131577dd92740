"""A member's roles, and which of two roles may do more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sync.roster.entries import Entry

COORDINATOR = "coordinator"
EVERYWHERE = "*"
# Greater is more; names not listed stand between "nothing" and "observer".
_RANK = {None: -1, "observer": 1, "facilitator": 2, "secretary": 2, COORDINATOR: 3}


@dataclass(frozen=True)
class Member:
    """A device of the project. `code` is the short name (L2) put on paper folios."""

    device: bytes
    sign: bytes
    seal: bytes
    code: str
    admitted_by: bytes
    roles: Mapping[str, str | None]
    admission: Entry = field(compare=False)

    @property
    def is_coordinator(self) -> bool:
        return self.roles.get(EVERYWHERE) == COORDINATOR

    @property
    def is_active(self) -> bool:
        return any(role is not None for role in self.roles.values())

    def role(self, space: bytes, common: bytes) -> str | None:
        """The role in a space; every active member may read the common one."""
        role = greater(self.roles.get(EVERYWHERE), self.roles.get(space.hex()))
        if role is None and space == common and self.is_active:
            return "observer"
        return role


def greater(one: str | None, other: str | None) -> str | None:
    """The role that may do more."""
    return max(one, other, key=role_order)


def lesser(one: str | None, other: str | None) -> str | None:
    """The role that may do less."""
    return min(one, other, key=role_order)


def role_order(role: str | None) -> tuple[int, str]:
    return (_RANK.get(role, 0), role or "")
