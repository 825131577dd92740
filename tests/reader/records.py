"""Records as they stand, by docs/formats/merging.md and by nothing of Kipu's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.reader.block import ERASED, Change
from tests.reader.roster import Roster, rank

CREATE, EDIT, DELETE, CLOSE, ADMIT = 1, 2, 3, 4, 5
LETTERS = {CREATE: "c", EDIT: "e", DELETE: "d", CLOSE: "x", ADMIT: "a"}
LEAD_MS = 90 * 24 * 3600 * 1000
Ref = tuple[bytes, int]
Key = tuple[str, bytes]


@dataclass(frozen=True)
class Seen:
    """What a batch says of its author: device, roster heads, frontier (log → seq) so far."""

    device: bytes
    heads: tuple[bytes, ...]
    frontier: Mapping[bytes, int]
    reference_ms: int


@dataclass(frozen=True)
class Act:
    """One change with where it stands: its name, its batch's word, its transaction's number."""

    ref: Ref
    change: Change
    seen: Seen
    transaction: Ref
    effective_ms: int

    @property
    def key(self) -> Key:
        return self.change.kind, self.change.record

    @property
    def precedence(self) -> tuple[int, bytes, Ref]:
        return self.effective_ms, self.seen.device, self.ref


def effective(claimed: int, reference: int) -> int:
    if reference <= 0:
        return max(claimed, 0)
    return min(max(claimed, reference), reference + LEAD_MS)


def had_seen(act: Act, ref: Ref) -> bool:
    """Whether the author of a change knew of another when they made it."""
    if act.ref[0] == ref[0]:
        return ref[1] < act.ref[1]
    return act.seen.frontier.get(ref[0], 0) >= ref[1]


class Space:
    """All changes of one space, and the records they make."""

    def __init__(self, roster: Roster, space: bytes, acts: Iterable[Act]) -> None:
        self.roster = roster
        self.space = space
        self.acts = list(acts)
        self.by_record: dict[Key, list[Act]] = {}
        self.parents: dict[Key, Key | None] = {}
        for act in self.acts:
            self.by_record.setdefault(act.key, []).append(act)
            if act.change.verb == CREATE:
                self.parents.setdefault(act.key, act.change.parent)
        self.unauthorised = {a.transaction for a in self.acts if not self._is_allowed(a)}
        self.late: set[Ref] = set()
        while (late := self._late_ones()) != self.late:
            self.late = late

    # -- what a transaction is worth ---------------------------------------------------------

    def _is_allowed(self, act: Act) -> bool:
        roster, device = self.roster, act.seen.device
        view = roster.view(act.seen.heads)
        role = roster.role(device, self.space, view)
        past = roster.past_of(act.seen.heads)
        for cut in roster.cuts(device):
            roles = {"*": None} if cut.type == "revoke" else cut.roles
            if cut.hash in past or not {"*", self.space.hex()} & roles.keys():
                continue
            last = cut.body["cuts"].get(act.ref[0].hex(), [0])[0]
            if act.ref[1] > last:
                given = max(roles.get("*"), roles.get(self.space.hex()), key=rank)
                role = min(role, given, key=rank)
        kinds = roster.policy(view)
        where = "common" if self.space == roster.common else "space"
        table = kinds.get(act.change.kind) or kinds.get("*") or {}
        return role is not None and LETTERS[act.change.verb] in table.get(where, {}).get(role, "")

    def _counts(self, act: Act) -> bool:
        return act.transaction not in self.unauthorised and act.transaction not in self.late

    def roots(self, key: Key) -> list[Key]:
        """A record and its owners, nearest first."""
        found = [key]
        while (above := self.parents.get(found[-1])) and above not in found:
            found.append(above)
        return found

    def _endings(self, key: Key, verb: int, judged: Ref | None = None) -> list[Act]:
        """Those that count, and those of the transaction that is judged."""
        return [a for root in self.roots(key) for a in self.by_record.get(root, ())
                if a.change.verb == verb and (self._counts(a) or a.transaction == judged)]  # fmt: skip

    def _late_ones(self) -> set[Ref]:
        if not any(act.change.verb == CLOSE for act in self.acts):
            return set()
        closed: dict[Ref, set[Key]] = {}
        for act in self.acts:
            if act.change.verb == CLOSE:
                closed.setdefault(act.transaction, set()).add(act.key)
        return {
            act.transaction for act in self.acts
            if act.change.verb not in (CLOSE, ADMIT) and act.transaction not in self.unauthorised
            and self._is_late(act, closed.get(act.transaction, set()))
        }  # fmt: skip

    def _is_late(self, act: Act, closed: set[Key]) -> bool:
        closes = self._endings(act.key, CLOSE)
        alone = [one for one in closes if not any(had_seen(one, o.ref) for o in closes)]
        first = alone or closes
        if not first or any(had_seen(one, act.ref) for one in first):
            return False
        is_part = closed.intersection(self.roots(act.key))
        if is_part and not any(had_seen(act, one.ref) for one in first):
            return False
        return not any(
            act.ref in one.change.replaces.get("", ()) and had_seen(one, act.ref)
            for one in self._endings(act.key, ADMIT, act.transaction)
        )

    # -- records -----------------------------------------------------------------------------

    def records(self) -> list[dict[str, Any]]:
        """Every record that is there, with its owner and the shown value of each field."""
        states = {key: Record(self._facts(acts)) for key, acts in self.by_record.items()}
        there = {key for key, one in states.items() if one.exists}
        owning = {above for key in there if (above := self.parents.get(key))}
        while more := {key for key in owning - there if states.get(key, NOTHING).is_created}:
            there |= more
            owning = {above for key in there if (above := self.parents.get(key))}
        return [
            {"kind": kind, "id": record.hex(), "owner": _named(self.parents.get((kind, record))),
             "values": plain(states[kind, record].values)}
            for kind, record in sorted(there)
        ]  # fmt: skip

    def _facts(self, acts: list[Act]) -> list[Act]:
        """Those that count, with what they truly replace."""
        withheld = {act.ref: act.change.replaces for act in acts if not self._counts(act)}
        return [self._true(act, withheld) for act in acts if self._counts(act)]

    def _true(self, act: Act, withheld: Mapping[Ref, Mapping[str, list[Ref]]]) -> Act:
        replaces: dict[str, list[Ref]] = {}
        for name, refs in act.change.replaces.items():
            chain = [ref for ref in refs if had_seen(act, ref)]
            for ref in chain:
                behind = withheld.get(ref, {})
                for inner in behind if name == "*" else behind.keys() & {name}:
                    chain += [one for one in behind[inner] if one not in chain]
            replaces[name] = [ref for ref in chain if had_seen(act, ref)]
        return replace(act, change=replace(act.change, replaces=replaces))


class Record:
    """What the changes that count make of one record."""

    def __init__(self, acts: list[Act]) -> None:
        acts = sorted(acts, key=lambda act: act.precedence, reverse=True)
        gone: dict[str, set[Ref]] = {}
        for act in acts:
            for name, refs in act.change.replaces.items() if act.change.verb != ADMIT else ():
                gone.setdefault(name, set()).update(refs)
        self._heads: dict[str, list[Act]] = {}
        for act in acts:
            for name in act.change.fields:
                if act.ref not in gone.get(name, ()):
                    self._heads.setdefault(name, []).append(act)
        standing = [act for act in acts if act.ref not in gone.get("", ())]
        self._alive = [
            act for act in standing
            if act.change.verb == CREATE or (act.change.verb == EDIT and "" in act.change.replaces)
        ]  # fmt: skip
        self._deletes = [act for act in standing if act.change.verb == DELETE]

    @property
    def exists(self) -> bool:
        known = {ref for act in self._deletes for ref in act.change.replaces.get("*", ())}
        heads = {act.ref for found in self._heads.values() for act in found}
        unseen = not heads <= known
        return bool(self._alive) or (bool(self._deletes) and unseen)

    @property
    def is_created(self) -> bool:
        return bool(self._alive or self._deletes)

    @property
    def values(self) -> dict[str, Any]:
        return {name: acts[0].change.fields[name] for name, acts in sorted(self._heads.items())}


NOTHING = Record([])


def _named(owner: Key | None) -> list[str] | None:
    return [owner[0], owner[1].hex()] if owner else None


def plain(value: Any) -> Any:
    """A value as JSON can hold it: bytes in hexadecimal, erased as its mark."""
    if value is ERASED:
        return {"$e": 1}
    if isinstance(value, bytes):
        return {"$b": value.hex()}
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value


def printed(spaces: Mapping[str, Any]) -> str:
    return json.dumps(spaces, ensure_ascii=False, indent=1, sort_keys=True)
