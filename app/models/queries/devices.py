"""The project's laptops as a coordinator asks after them: whose, since when unseen, what came last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.models import spaces
from app.models.project import Project
from app.models.queries import records
from sync.values import from_json


@dataclass(frozen=True)
class Device:
    """A laptop of the project; times are in milliseconds since 1970, as that laptop claimed them."""

    device: bytes
    code: str
    roles: Mapping[str, str | None]
    """By space in hexadecimal; all spaces under `vocabulary.EVERYWHERE`."""
    is_active: bool
    is_ours: bool
    is_coordinator: bool
    person: str = ""
    """Who worked on it last."""
    last_ms: int | None = None
    last_said: str = ""
    """What it last sent, in the words its records carry; empty where nothing of it is readable."""
    last_kind: str = ""
    changes: int = 0
    missing: int = 0
    """Batches others have seen and this laptop has not, as far as they were seen one by one."""
    aside: int = 0
    """Files and transactions of it that were set aside."""


def all_devices(project: Project) -> list[Device]:
    """Every laptop ever admitted, those shut out last."""
    known = _known(project)
    found = [
        Device(
            member.device,
            member.code,
            member.roles,
            member.is_active,
            member.device == project.device,
            member.is_coordinator,
            **known.get(member.device, {}),
        )
        for member in spaces.member_list(project)
    ]
    return sorted(found, key=lambda one: (not one.is_active, one.code))


def _known(project: Project) -> dict[bytes, dict[str, Any]]:
    """What the logs of each device tell."""
    found: dict[bytes, dict[str, Any]] = {}
    missing = _missing(project)
    for device, changes in project.store.rows(
        "SELECT device, sum(seq) FROM logs WHERE device NOT NULL GROUP BY device"
    ):
        found[bytes(device)] = {"changes": int(changes), "missing": missing.get(device, 0)}
    # SQLite takes the other columns from the row that holds the maximum.
    for device, at, person, lid, first, changes in project.store.rows(
        "SELECT l.device, max(t.at), p.name, t.lid, t.first_seq, t.changes FROM transactions t "
        "JOIN logs l USING(lid) LEFT JOIN persons p USING(pid) GROUP BY l.device"
    ):
        one = found.setdefault(bytes(device), {})
        one |= {"last_ms": int(at), "person": str(person or "")}
        one |= _last(project, lid, first, changes)
    for device, count in project.store.rows(
        "SELECT device, sum(n) FROM (SELECT device, count(*) n FROM quarantine GROUP BY device "
        "UNION ALL SELECT l.device, count(*) FROM transactions t JOIN logs l USING(lid) "
        "WHERE t.class<>0 GROUP BY l.device) WHERE device NOT NULL GROUP BY device"
    ):
        found.setdefault(bytes(device), {})["aside"] = int(count)
    return found


def _missing(project: Project) -> dict[bytes, int]:
    """By device, how many ends of batches others have seen beyond what is here of its logs.

    A frontier's number is that of the batch that tells of it; what was seen is its seq.
    """
    # CROSS JOIN keeps SQLite to one walk over the frontiers: they have no index by what was seen.
    rows = project.store.rows(
        "SELECT device, count(*) FROM (SELECT DISTINCT l.device, f.seen_lid, f.seq "
        "FROM frontiers f CROSS JOIN logs l ON l.lid=f.seen_lid "
        "WHERE f.seq>l.seq AND l.device NOT NULL) GROUP BY device"
    )
    return {bytes(device): int(count) for device, count in rows}


def _last(project: Project, lid: int, first: int, changes: int) -> dict[str, str]:
    """The record the last transaction touched: its kind, and how lists call it."""
    row = project.store.row(
        "SELECT k.name, r.id, r.data FROM records r JOIN kinds k USING(kid) WHERE r.data NOT NULL "
        "AND (r.rid IN (SELECT rid FROM edits WHERE lid=? AND seq BETWEEN ? AND ?) "
        "OR (r.lid=? AND r.seq BETWEEN ? AND ?)) ORDER BY r.id LIMIT 1",
        (lid, first, first + changes - 1, lid, first, first + changes - 1),
    )
    if row is None:
        return {}
    kind, record, data = row
    values = from_json(data)
    folio = values.get("folio") if isinstance(values, dict) else None
    said = str(folio or records.title(project, kind, bytes(record).hex()))
    return {"last_kind": str(kind), "last_said": said}
