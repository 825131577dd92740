"""The lists that forms follow, as the files forms ask for.

ODK's “entities as CSV”: ``name`` is the id, ``label`` the words, ``__version`` counts changes, and
each property is a column.
"""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Followed:
    """What an interview wrote about things that are followed: those only it wrote about, which it
    made itself, and those that hold more than that, or are part of a closed act."""

    own: tuple[RecordKey, ...] = ()
    shared: tuple[RecordKey, ...] = ()


def written_by(project: Project, response: RecordKey) -> Followed:
    """What an interview, as it was finished and corrected in one space, wrote about entities."""
    acts = _acts(project, response)
    kid = project.ledger.registers.kid(KIND)
    found: dict[int, RecordKey] = {}
    for lid, first, last in acts:
        rows = project.store.rows(
            "SELECT rid, space, id FROM records r JOIN spaces USING(sid) WHERE kid=?1 AND rid IN "
            "(SELECT rid FROM records WHERE lid=?2 AND seq BETWEEN ?3 AND ?4 UNION SELECT rid "
            "FROM edits WHERE lid=?2 AND seq BETWEEN ?3 AND ?4 AND fields<>'{}')",
            (kid, lid, first, last),
        )
        found |= {rid: RecordKey(bytes(space), KIND, bytes(one)) for rid, space, one in rows}
    own = {rid for rid in found if _is_own(project, rid, acts)}
    return Followed(
        tuple(key for rid, key in found.items() if rid in own),
        tuple(key for rid, key in found.items() if rid not in own),
    )


def is_written_on(project: Project, key: RecordKey) -> bool:
    """Whether an entity was changed after it was made, or is part of a closed act."""
    rid = records.rid(project, key)
    edited = project.store.value(
        "SELECT EXISTS(SELECT 1 FROM edits WHERE rid=? AND fields<>'{}')", (rid,)
    )
    return bool(edited) or bool(project.ledger.judge.closes_over(rid))


_Span = tuple[int, int, int]
"""A transaction: its log, and the numbers of its first and last change there."""


def _acts(project: Project, response: RecordKey) -> set[_Span]:
    """The transactions in which an interview was written, and those under the same command.

    One that writes other interviews as well tells nothing of this one.
    """
    number = records.rid(project, response)
    rows = project.store.rows(
        "WITH told AS (SELECT lid, seq FROM records WHERE rid=?1 UNION SELECT lid, seq FROM edits "
        "WHERE rid=?1), acts AS (SELECT t.lid, t.first_seq, t.changes, t.command FROM told m "
        "JOIN transactions t ON t.lid=m.lid AND m.seq BETWEEN t.first_seq AND "
        "t.first_seq+t.changes-1) SELECT lid, first_seq, changes FROM acts UNION SELECT lid, "
        "first_seq, changes FROM transactions WHERE command IN (SELECT command FROM acts)",
        (number,),
    )
    spans = {(lid, first, first + count - 1) for lid, first, count in rows}
    kid = project.ledger.registers.kid(response.kind)
    return {
        span
        for span in spans
        if not project.store.value(
            "SELECT EXISTS(SELECT 1 FROM records WHERE kid=? AND rid<>? AND lid=? "
            "AND seq BETWEEN ? AND ?)",
            (kid, number, *span),
        )
    }


def _is_own(project: Project, rid: int, acts: Collection[_Span]) -> bool:
    """Whether an entity was made in these transactions, and written in no others."""
    rows = project.store.rows(
        "SELECT lid, seq FROM records WHERE rid=?1 UNION ALL "
        "SELECT lid, seq FROM edits WHERE rid=?1 AND fields<>'{}'",
        (rid,),
    )
    within = (
        any(lid == log and first <= seq <= last for log, first, last in acts) for lid, seq in rows
    )
    return all(within) and not bool(project.ledger.judge.closes_over(rid))
