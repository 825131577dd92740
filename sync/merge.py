"""What a record is, as a pure function of the changes known about it (sync rules 4, 12 to 14).

Every field is a multi-value register: its heads are the changes that nothing valid replaces. Equal
values never conflict; two different ones stay side by side until a person settles them, and until
then every replica shows the same head. Whether the record is there is a register too, under the
empty field name. Nothing here knows kinds, declarations, arrival or wall clocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sync.changes import Ref, Verb
from sync.values import Value, to_json

EXISTENCE = ""
SEEN = "*"


@dataclass(frozen=True, slots=True)
class Fact:
    """One effective change of one record.

    `replaces` holds only what counts: the same record and field, within what its author had seen.
    For a DELETE, `replaces[SEEN]` names every head of the record and its descendants it saw.
    """

    ref: Ref
    verb: Verb
    effective_ms: int
    device: bytes
    fields: Mapping[str, Value] = field(default_factory=dict)
    replaces: Mapping[str, tuple[Ref, ...]] = field(default_factory=dict)

    @property
    def precedence(self) -> tuple[int, bytes, Ref]:
        """Greatest is shown: effective time, then device, then the change's own name."""
        return (self.effective_ms, self.device, self.ref)


@dataclass(frozen=True, slots=True)
class Head:
    """A value nothing replaces, and the change that set it."""

    value: Value
    fact: Fact


@dataclass(frozen=True)
class RecordState:
    """The merged record. `heads[field]` has the shown head first; EXISTENCE is not among them."""

    heads: Mapping[str, tuple[Head, ...]]
    alive: tuple[Fact, ...]
    deletes: tuple[Fact, ...]
    closes: tuple[Fact, ...]
    unseen: tuple[str, ...] = ()

    @property
    def exists(self) -> bool:
        """Visible: created, and not deleted, or deleted by somebody who had not seen all of it."""
        return bool(self.alive) or bool(self.deletes and self.unseen)

    @property
    def is_created(self) -> bool:
        return bool(self.alive or self.deletes)

    @property
    def values(self) -> dict[str, Value]:
        """The shown value of every field, in the order of field names."""
        return {name: heads[0].value for name, heads in sorted(self.heads.items())}

    @property
    def conflicts(self) -> tuple[str, ...]:
        """Fields with different values side by side; EXISTENCE where delete and edit met."""
        fields = [
            name
            for name, heads in sorted(self.heads.items())
            if len({to_json(head.value) for head in heads}) > 1
        ]
        disputed = bool(self.deletes) and self.exists
        return ((EXISTENCE,) if disputed or len(self.closes) > 1 else ()) + tuple(fields)


def merge(facts: Iterable[Fact]) -> RecordState:
    """The record's state: the same for any order and any repetition of the same facts."""
    unique = {fact.ref: fact for fact in facts}
    ordered = sorted(unique.values(), key=lambda fact: fact.precedence, reverse=True)
    replaced = _replaced(ordered)
    heads = _heads(ordered, replaced)
    gone = replaced.get(EXISTENCE, frozenset())
    standing = [fact for fact in ordered if fact.ref not in gone]
    alive = tuple(fact for fact in standing if fact.verb is Verb.CREATE or _restores(fact))
    deletes = tuple(fact for fact in standing if fact.verb is Verb.DELETE)
    closes = tuple(fact for fact in standing if fact.verb is Verb.CLOSE)
    return RecordState(heads, alive, deletes, closes, _unseen(heads, deletes))


def through_withheld(
    replaces: Mapping[str, Sequence[Ref]], withheld: Mapping[Ref, Mapping[str, Sequence[Ref]]]
) -> dict[str, list[Ref]]:
    """What a change replaces, and what was replaced by those of it that do not count any more.

    Whoever wrote over a value had seen it take an earlier one's place. When it is withheld later,
    the earlier one must not come back as if nobody had known of it.
    """
    found = {}
    for name, refs in replaces.items():
        chain = list(refs)
        for ref in chain:
            behind = withheld.get(ref, {})
            names = behind if name == SEEN else behind.keys() & {name}
            chain += [one for inner in names for one in behind[inner] if one not in chain]
        found[name] = chain
    return found


def _restores(fact: Fact) -> bool:
    return fact.verb is Verb.EDIT and EXISTENCE in fact.replaces


def _replaced(facts: Sequence[Fact]) -> dict[str, frozenset[Ref]]:
    collected: dict[str, set[Ref]] = {}
    for fact in facts:
        # What an admission names it lets in; it replaces nothing.
        named = {} if fact.verb is Verb.ADMIT else fact.replaces
        for name, refs in named.items():
            if name != SEEN:
                collected.setdefault(name, set()).update(refs)
    return {name: frozenset(refs) for name, refs in collected.items()}


def _heads(
    facts: Sequence[Fact], replaced: Mapping[str, frozenset[Ref]]
) -> dict[str, tuple[Head, ...]]:
    found: dict[str, list[Head]] = {}
    nothing: frozenset[Ref] = frozenset()
    for fact in facts:
        for name, value in fact.fields.items():
            if fact.ref not in replaced.get(name, nothing):
                found.setdefault(name, []).append(Head(value, fact))
    return {name: tuple(heads) for name, heads in found.items()}


def _unseen(heads: Mapping[str, tuple[Head, ...]], deletes: Sequence[Fact]) -> tuple[str, ...]:
    """Fields set by changes that no deleter had seen: what makes delete a conflict.

    One who edits and then deletes agrees with another who deleted without knowing of the edit.
    """
    if not deletes:
        return ()
    seen = frozenset(ref for fact in deletes for ref in fact.replaces.get(SEEN, ()))
    return tuple(
        name
        for name, found in sorted(heads.items())
        if any(head.fact.ref not in seen for head in found)
    )
