"""Which record stands for one that was marked as a duplicate."""

from __future__ import annotations

from app.models.fields import record_id
from app.models.ledger import RecordKey
from app.models.ledger.projection import MADE, table
from app.models.project import Project
from app.models.records import KINDS


def canonical(project: Project, key: RecordKey) -> RecordKey:
    """The record that `key` stands for: where the marks lead, or `key` itself.

    Two laptops may mark two records as the same crosswise; of such a ring the smallest id stands
    for all, on every laptop. A mark that leads to a record which is not here ends before it.
    """
    seen: list[RecordKey] = [key]
    declared = KINDS.get(key.kind)
    if declared is None or declared.get("same_as") is None:
        return key
    while (following := _marked(project, seen[-1])) is not None:
        if following in seen:
            return min(seen[seen.index(following) :], key=lambda one: one.id)
        seen.append(following)
    return seen[-1]


def _marked(project: Project, key: RecordKey) -> RecordKey | None:
    row = project.store.row(
        f'SELECT f.same_as FROM "{table(key.kind)}" f JOIN records r USING(rid) '
        "JOIN spaces s ON s.sid=r.sid WHERE r.id=? AND s.space=?",
        (key.id, key.space),
    )
    target = record_id(row[0] or "") if row else None
    if target is None:
        return None
    found = project.store.row(
        f'SELECT s.space FROM "{table(key.kind)}" f JOIN records r USING(rid) '
        "JOIN spaces s ON s.sid=r.sid WHERE r.id=? ORDER BY s.space<>?, s.space",
        (bytes.fromhex(target), key.space),
    )
    return RecordKey(bytes(found[0]), key.kind, bytes.fromhex(target)) if found else None


def duplicates_of(project: Project, key: RecordKey) -> list[RecordKey]:
    """The records that are marked as the same as this one, directly."""
    rows = project.store.rows(
        f'SELECT s.space, r.id FROM "{table(key.kind)}" f JOIN records r USING(rid) '
        f"JOIN spaces s ON s.sid=r.sid WHERE f.same_as=? ORDER BY f.{MADE}",
        (key.id.hex(),),
    )
    return [RecordKey(bytes(space), key.kind, bytes(record)) for space, record in rows]
