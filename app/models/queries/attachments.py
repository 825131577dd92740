"""The files of a record, and those whose bytes have not come yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.models import attachments
from app.models.attachments import whereabouts
from app.models.attachments.keeping import lies_here
from app.models.attachments.refs import KIND, File, file_of, of_records
from app.models.ledger import RecordKey
from app.models.ledger.projection import MADE
from app.models.ledger.registers import State
from app.models.project import Project
from sync.values import Value, from_json


@dataclass(frozen=True)
class Attached:
    """An attachment as it is shown. ``ref`` is what `attachments.open_` takes.

    ``is_here`` tells whether its bytes are on this laptop; without them a sync fetches them.
    """

    key: RecordKey
    values: Mapping[str, Value]
    is_here: bool

    @property
    def ref(self) -> Value:
        return self.values.get("file")

    @property
    def file(self) -> File | None:
        """The file in parts: title, media type, size in bytes; None where it was erased."""
        return file_of(self.key.space, self.ref)

    @property
    def question(self) -> str:
        return str(self.values.get("question") or "")


def of(project: Project, owner: RecordKey, deleted: bool = False) -> list[Attached]:
    """The attachments of a record, the oldest first; the `deleted` ones too where asked for."""
    registers = project.ledger.registers
    rows = project.store.rows(
        f"SELECT r.id, r.data FROM records r LEFT JOIN kind_{KIND} f USING(rid) WHERE r.parent_id=? "
        f"AND r.parent_kid=? AND r.sid=? AND r.kid=? AND r.state & ? ORDER BY f.{MADE}, r.id",
        (owner.id, registers.kid(owner.kind), registers.sid(owner.space), registers.kid(KIND),
         int(State.VISIBLE | State.DELETED if deleted else State.VISIBLE)),
    )  # fmt: skip
    return [_attached(project, RecordKey(owner.space, KIND, bytes(one)), d) for one, d in rows]


def find(project: Project, key: RecordKey) -> Attached:
    """One attachment. Raises KipuError when it is not here."""
    from app.models.queries import records

    values = records.values(project, key)
    return Attached(key, values, attachments.is_here(project, values.get("file")))


def missing(project: Project) -> list[Attached]:
    """The attachments that are shown and whose bytes are not on this laptop."""
    rows = project.store.rows(
        f"SELECT s.space, r.id, r.data FROM kind_{KIND} f JOIN records r USING(rid) "
        f"JOIN spaces s ON s.sid=r.sid ORDER BY f.{MADE}"
    )
    found = (_attached(project, RecordKey(bytes(s), KIND, bytes(one)), d) for s, one, d in rows)
    return [one for one in found if one.file is not None and not one.is_here]


def _attached(project: Project, key: RecordKey, data: str) -> Attached:
    values = from_json(data)
    assert isinstance(values, dict)
    return Attached(key, values, attachments.is_here(project, values.get("file")))


@dataclass(frozen=True)
class Waiting:
    """What is still to come and to go, in files and bytes. ``to_send`` lies nowhere but here."""

    to_fetch: int
    bytes_to_fetch: int
    to_send: int
    bytes_to_send: int


def waiting(project: Project) -> Waiting:
    """How many files have not come, and how many no remote is known to hold."""
    coming = [one for one in of_records(project, deleted=False).values()
              if not lies_here(project, one)]  # fmt: skip
    going = whereabouts.unsent(project)
    return Waiting(
        len(coming), sum(one.size for one in coming), len(going), sum(one.size for one in going)
    )
