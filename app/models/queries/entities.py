"""The lists that forms follow, as the files forms ask for.

ODK's “entities as CSV”: ``name`` is the id, ``label`` the words, ``__version`` counts changes, and
each property is a column.
"""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterable, Sequence

from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import lists, records
from app.models.queries.lists import Listing, Row
from sync.changes import Ref
from sync.values import Value, from_json

KIND = "entity"
_OWN = ("name", "label", "__version", "__trunkVersion", "__branchId")


def names(project: Project) -> list[str]:
    """The lists there are."""
    rows = project.store.rows('SELECT DISTINCT list FROM "kind_entity" ORDER BY list')
    return [str(name) for (name,) in rows if name]


def is_here(project: Project, key: RecordKey) -> bool:
    """Whether an entity is here in its very space, deleted or not."""
    registers = project.ledger.registers
    return bool(
        project.store.value(
            "SELECT EXISTS(SELECT 1 FROM records WHERE id=? AND kid=? AND sid=? AND lid NOT NULL)",
            (key.id, registers.kid(KIND), registers.sid(key.space)),
        )
    )


def as_csv(project: Project, name: str, spaces: Sequence[bytes]) -> bytes:
    """The entities of a list in some spaces, as the file that forms read.

    One that is in several spaces is told as the first of them has it.
    """
    every = [
        row
        for space in spaces
        for row in lists.every(project, Listing(KIND, space=space, equal={"list": name}))
    ]
    found = list({row.key.id: row for row in reversed(every)}.values())
    named, versions = _properties(found), _versions(project)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*_OWN, *(one[1:] for one in named)])
    for row in sorted(found, key=lambda row: (str(row.values.get("label")), row.key.id)):
        version = versions.get((row.key.space, row.key.id), 1)
        own = [str(uuid.UUID(bytes=row.key.id)), row.values.get("label") or "", version, "", ""]
        writer.writerow([*own, *(_text(row.values.get(one)) for one in named)])
    return out.getvalue().encode()


def _properties(rows: Iterable[Row]) -> list[str]:
    found = {name: None for row in rows for name in row.values if name.startswith("/")}
    return sorted(found)


def _versions(project: Project) -> dict[tuple[bytes, bytes], int]:
    """How many changes made each entity that was ever changed, by space and id; see `changes`."""
    rows = project.store.rows(
        "SELECT s.space, r.id, count(*) FROM records r JOIN spaces s USING(sid) "
        "JOIN edits e USING(rid) WHERE r.kid=? AND e.fields<>'{}' GROUP BY r.rid",
        (project.ledger.registers.kid(KIND),),
    )
    return {(bytes(space), bytes(record)): count + 1 for space, record, count in rows}


def _text(value: Value) -> str:
    return "" if value is None else str(value)


def changes(project: Project, key: RecordKey) -> list[tuple[Ref, frozenset[str]]]:
    """What made an entity what it is: each change with the fields it set, as they came here.

    What arrives later never counts among what an earlier version had seen.
    The version of an entity is how many there are.
    """
    number = records.rid(project, key)
    rows = project.store.rows(
        "SELECT 0, l.log, r.seq, ifnull(r.base, r.data) FROM records r JOIN logs l USING(lid) "
        "WHERE r.rid=? UNION ALL SELECT e.eid, l.log, e.seq, e.fields FROM edits e "
        "JOIN logs l USING(lid) WHERE e.rid=? AND e.fields<>'{}' ORDER BY 1",
        (number, number),
    )
    found = []
    for _at, log, seq, fields in rows:
        held = from_json(fields)
        assert isinstance(held, dict)
        found.append((Ref(bytes(log), int(seq)), frozenset(held)))
    return found


def heads_at(project: Project, key: RecordKey, version: int) -> dict[str, tuple[Ref, ...]]:
    """The changes whose values stood when an entity was at a version."""
    heads: dict[str, tuple[Ref, ...]] = {}
    for ref, fields in changes(project, key)[:version]:
        heads |= dict.fromkeys(fields, (ref,))
    return heads
