"""What Kipu shows beside what the independent reader reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.models.ledger.registers import State
from app.models.project import Project
from app.models.replica import LocalReplica
from sync.values import ERASED, from_json
from tests.reader import block
from tests.reader.read_share import Share
from tests.reader.records import plain

_RECORDS = (
    "SELECT s.space, k.name, r.id, o.name, r.parent_id, r.data FROM records r JOIN spaces s "
    "USING(sid) JOIN kinds k USING(kid) LEFT JOIN kinds o ON o.kid=r.parent_kid WHERE r.state & ?"
)


Rows = dict[str, list[dict[str, Any]]]


def foreign(value: Any) -> Any:
    """A value of Kipu's as the reader has it."""
    if value is ERASED:
        return block.ERASED
    if isinstance(value, dict):
        return {name: foreign(one) for name, one in value.items()}
    return [foreign(one) for one in value] if isinstance(value, list) else value


def shown(project: Project) -> Rows:
    """What Kipu shows, as the reader prints it."""
    found: Rows = {}
    for space, kind, record, owner, owner_id, data in project.store.rows(
        _RECORDS, (State.VISIBLE,)
    ):
        found.setdefault(bytes(space).hex(), []).append({
            "kind": kind, "id": bytes(record).hex(),
            "owner": [owner, bytes(owner_id).hex()] if owner_id else None,
            "values": plain(foreign(from_json(data))),
        })  # fmt: skip
    return {space: sorted(rows, key=lambda one: (one["kind"], one["id"]))
            for space, rows in found.items()}  # fmt: skip


def same(share: Path, project: Project, spaces: Sequence[bytes] | None = None) -> None:
    """Read by both, there is no difference, in all spaces the laptop may read or those of them."""
    here = LocalReplica(project).spaces()
    wanted = {space.hex() for space in here if spaces is None or space in spaces}
    read = Share(share, project.keys.secret).records()
    assert _of(read, wanted) == _of(shown(project), wanted)


def _of(records: Rows, spaces: set[str]) -> Rows:
    return {space: rows for space, rows in records.items() if rows and space in spaces}
