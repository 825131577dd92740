"""What taking in any table has in common: what came of it, and naming the rows that are wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from app.errors import KipuError
from app.i18n import _
from app.models.ledger.registers import State
from app.models.project import Project
from sync.values import Value, from_json

MAX_TOLD = 20
Row = TypeVar("Row")


@dataclass
class Imported:
    """What a table brought in.

    ``differing`` are the ids of those known rows that say something else than what is here: what is
    here stays, for the table was written without having seen it.
    """

    new: int = 0
    known: int = 0
    differing: list[bytes] = field(default_factory=list)


@dataclass(frozen=True)
class Held:
    """A record as it stands here, for a row of the same id to be laid beside it."""

    values: dict[str, Value]
    owner: bytes | None


def refuse(wrong: Sequence[str]) -> None:
    """Raise KipuError naming what is wrong, if anything is; of much only the first."""
    if wrong:
        more = [_("… and {count} more.").format(count=len(wrong) - MAX_TOLD)]
        raise KipuError("\n".join([*wrong[:MAX_TOLD], *(more if len(wrong) > MAX_TOLD else [])]))


def twice(row: int, first: int) -> str:
    """Say that a row has the id of one before it: only one of them could be kept."""
    return _("Row {row} has the same id as row {first}.").format(row=row, first=first)


def differing(
    project: Project,
    space: bytes,
    kind_name: str,
    rows: Mapping[bytes, Row],
    differs: Callable[[Row, Held], bool],
) -> list[bytes]:
    """The ids of those rows that say something else than the records of these ids here."""
    standing = _held(project, space, kind_name, list(rows)) if rows else {}
    return [one for one, row in rows.items() if one in standing and differs(row, standing[one])]


def _held(
    project: Project, space: bytes, kind_name: str, records: Sequence[bytes]
) -> dict[bytes, Held]:
    """Those of some records that stand here, by id; what was deleted says nothing any more."""
    registers = project.ledger.registers
    found = project.store.rows(
        "SELECT id, data, parent_id FROM records WHERE kid=? AND sid=? AND state & ? "
        f"AND id IN ({','.join('?' * len(records))})",
        (registers.kid(kind_name), registers.sid(space), int(State.VISIBLE), *records),
    )
    return {
        bytes(record): Held(_values(data), owner and bytes(owner)) for record, data, owner in found
    }


def _values(data: str) -> dict[str, Value]:
    values = from_json(data)
    assert isinstance(values, dict)
    return values
