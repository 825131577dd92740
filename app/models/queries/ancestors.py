"""What the sides of a conflict began with: the newest change of a field that all of them had seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import records
from sync.changes import Ref, Verb
from sync.merge import Fact
from sync.values import Value


def common_value(
    project: Project, key: RecordKey, field: str, refs: Sequence[Ref]
) -> tuple[bool, Value]:
    """Whether the history knows what these changes of a field began with, and that value.

    A record that was made without the field began with nothing.
    """
    number = records.rid(project, key)
    facts = {one.ref: one for one in project.ledger.merging.facts(number)}
    created = (one for one in facts.values() if one.verb is Verb.CREATE)
    made = min(created, key=lambda one: one.precedence, default=None)
    if made is None or any(ref not in facts for ref in refs):
        return False, None
    seen = [_before(facts, made, field, ref) for ref in refs]
    shared = frozenset.intersection(*seen) if seen else frozenset()
    if not shared:
        return False, None
    newest = max(shared, key=lambda ref: (len(_before(facts, made, field, ref)), ref))
    return True, facts[newest].fields.get(field)


def _before(facts: Mapping[Ref, Fact], made: Fact, field: str, ref: Ref) -> frozenset[Ref]:
    """All changes of the field that a change had seen, up to the record's making."""
    found: set[Ref] = set()
    waiting = [ref]
    while waiting:
        fact = facts[waiting.pop()]
        for earlier in fact.replaces.get(field, ()):
            if earlier in facts and earlier not in found:
                found.add(earlier)
                waiting.append(earlier)
    return frozenset(found | ({made.ref} if ref != made.ref else set()))
