"""Which role may do what to which kind of record, as one signed table (sync rule 4).

The table is data in the roster, so an old and a new Kipu judge alike. A kind it does not name falls
under "*"; a role it does not name may do nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sync.changes import Verb

ANY = "*"
COMMON = "common"
OWN = "space"
LETTERS = {
    Verb.CREATE: "c",
    Verb.EDIT: "e",
    Verb.DELETE: "d",
    Verb.CLOSE: "x",
    Verb.ADMIT: "a",
}

Table = Mapping[str, Mapping[str, Mapping[str, str]]]


@dataclass(frozen=True)
class Policy:
    """`kinds[kind][where][role]` is a string of verb letters; `where` is "common" or "space"."""

    kinds: Table

    def allows(self, kind: str, verb: Verb, where: str, role: str | None) -> bool:
        if role is None:
            return False
        places = self.kinds.get(kind) or self.kinds.get(ANY) or {}
        return LETTERS[verb] in places.get(where, {}).get(role, "")

    def silences(self, where: str, role: str | None) -> bool:
        """Whether a role may do nothing at all there."""
        return role is None or not any(
            places.get(where, {}).get(role) for places in self.kinds.values()
        )
