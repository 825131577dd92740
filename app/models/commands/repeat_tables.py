"""The rows of a repeat taken in from a table: what an export of that repeat wrote, or any like it.

Each row names the response it belongs to, and inside another repeat the row around it; so the
responses are taken in first, then outer rows, then those inside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from itertools import islice

from app.errors import KipuError
from app.i18n import _
from app.models import practice
from app.models.commands import recounting
from app.models.commands.responses import CHUNK, Reader, ReadRow, deleted, here
from app.models.commands.taking_in import Held, Imported, differing, refuse
from app.models.fields import between, record_id
from app.models.ledger import RecordKey
from app.models.ledger.registers import State
from app.models.project import Project
from app.models.queries import answering
from app.models.queries import surveys as reading
from app.models.queries.answering import ROW
from app.models.queries.surveys import ROW_IDENTITY, Form
from sync.changes import Change, Verb

Owner = tuple[str, bytes]
_RESPONSE, _FOLIO, _WITHIN, _ID, _NUMBER = ROW_IDENTITY


def import_rows(project: Project, form: Form, repeat: str, data: bytes, space: bytes) -> Imported:
    """Take the rows of a CSV in as rows of a repeat; one that is here already is not taken twice.

    ``repeat`` is a path or a name. A row that says something else than the one here, or belongs to
    another, is told; what is here stays. Nothing is taken when any row is wrong: raises KipuError naming
    the rows, as it does for a repeat the form does not have.
    """
    from app.reports.tables import from_csv

    practice.require_real_table(project, data)
    path = reading.repeat_path(reading.definition(project, form.key).repeats, repeat)
    table = from_csv(data)
    mark = sha256(data + space + path.encode()).digest()
    present, gone = here(project, space, ROW), deleted(project, space, ROW)
    reader = Reader(project, form, table, mark, present, gone, path, ROW_IDENTITY)
    owners = _Owners(project, form, path, space, table.header)
    wrong = [problem for row in reader.rows() if (problem := row.problem or owners.problem(row))]
    refuse(wrong)
    return _take(project, form, space, path, owners, reader)


def _take(
    project: Project, form: Form, space: bytes, path: str, owners: _Owners, reader: Reader
) -> Imported:
    done, present = Imported(), reader.present
    last, rows = _Last(project, space, path), reader.rows()
    definition = reading.definition(project, form.key)
    counts = definition.following.reads(definition.place(path))
    while chunk := list(islice(rows, CHUNK)):
        known = {row.id: row for row in chunk if row.id in present}
        done.known += len(known)
        done.differing += differing(project, space, ROW, known, partial(_differs, reader, owners))
        changes = []
        for row in chunk:
            if row.id in known:
                continue
            owner = owners.of(row)
            assert owner is not None
            values = {
                "survey": form.key.id.hex(), "repeat": path, "position": last.after(owner),
                **row.fields,
            }  # fmt: skip
            changes.append(Change(Verb.CREATE, ROW, row.id, owner, values))
        if changes:
            with project.ledger.writing():
                project.ledger.commit(space, changes, "import")
                if counts:
                    recounting.recount(project, _responses(project, space, changes), "import")
        done.new += len(changes)
    return done


def _differs(reader: Reader, owners: _Owners, row: ReadRow, held: Held) -> bool:
    owner = owners.of(row)
    return owner is None or owner[1] != held.owner or reader.differs(row, held)


def _responses(project: Project, space: bytes, changes: Sequence[Change]) -> list[RecordKey]:
    """The responses that new rows belong to."""
    owners = dict.fromkeys(one.parent for one in changes if one.parent)
    keys = (RecordKey(space, *owner) for owner in owners)
    return list(dict.fromkeys(answering.response_of(project, key) for key in keys))


@dataclass
class _Last:
    """The places among the rows of each owner: what comes is put after what is there."""

    project: Project
    space: bytes
    repeat: str
    known: dict[Owner, str | None] = field(default_factory=dict)

    def after(self, owner: Owner) -> str:
        if owner not in self.known:
            self.known[owner] = self._last(owner)
        self.known[owner] = made = between(self.known[owner], None)
        return made

    def _last(self, owner: Owner) -> str | None:
        registers = self.project.ledger.registers
        found = self.project.store.value(
            f'SELECT max(f.position) FROM "kind_{ROW}" f JOIN records r USING(rid) '
            "WHERE r.parent_id=? AND r.parent_kid=? AND r.sid=? AND f.repeat=?",
            (owner[1], registers.kid(owner[0]), registers.sid(self.space), self.repeat),
        )
        return None if found is None else str(found)


class _Owners:
    """Finds the response, or the row, that a row of a table belongs to."""

    def __init__(
        self, project: Project, form: Form, path: str, space: bytes, header: Sequence[str]
    ) -> None:
        self._project = project
        self._form = form
        self._space = space
        self._outer = reading.outer_repeat(reading.definition(project, form.key), path)
        self._at = {name: header.index(name) for name in ROW_IDENTITY if name in header}
        self._known: dict[tuple[str, str], Owner | None] = {}
        needed = _WITHIN if self._outer else _RESPONSE
        if needed not in self._at and (self._outer or _FOLIO not in self._at):
            raise KipuError(
                _("The table needs a column called “{name}”: it says what each row belongs to.")
                .format(name=needed)
            )  # fmt: skip

    def problem(self, row: ReadRow) -> str:
        """Say that what a row belongs to is not here; empty where it is."""
        if self.of(row) is not None:
            return ""
        name = self._cell(row, _WITHIN if self._outer else _RESPONSE) or self._cell(row, _FOLIO)
        return _("Row {row}: what it belongs to is not here: {name}").format(
            row=row.number, name=name[:60] or "–"
        )

    def of(self, row: ReadRow) -> Owner | None:
        """Return the record that owns a row; None where it is not here."""
        if self._outer:
            return self._found(ROW, self._cell(row, _WITHIN))
        found = self._found("response", self._cell(row, _RESPONSE))
        return found or self._by_folio(self._cell(row, _FOLIO))

    def _cell(self, row: ReadRow, column: str) -> str:
        at = self._at.get(column)
        return row.cells[at].strip() if at is not None and at < len(row.cells) else ""

    def _found(self, kind: str, text: str) -> Owner | None:
        key = (kind, text)
        if key not in self._known:
            ident = record_id(text.removeprefix("uuid:"))
            is_here = ident is not None and self._is_here(kind, bytes.fromhex(ident))
            self._known[key] = (kind, bytes.fromhex(ident)) if ident and is_here else None
        return self._known[key]

    def _is_here(self, kind: str, ident: bytes) -> bool:
        """Whether a response to this form, or a row of the repeat around, stands in the space."""
        registers = self._project.ledger.registers
        column, wanted = ("repeat", self._outer) if kind == ROW else ("form_id", self._form.form_id)
        found = self._project.store.value(
            f'SELECT 1 FROM "kind_{kind}" f JOIN records r USING(rid) '
            f"WHERE r.id=? AND r.kid=? AND r.sid=? AND r.state & ? AND f.{column}=?",
            (ident, registers.kid(kind), registers.sid(self._space), int(State.VISIBLE), wanted),
        )
        return found is not None

    def _by_folio(self, folio: str) -> Owner | None:
        if not folio:
            return None
        key = ("folio", folio)
        if key not in self._known:
            rows = self._project.store.rows(
                'SELECT r.id FROM "kind_response" f JOIN records r USING(rid) '
                "WHERE f.folio=? AND f.form_id=? AND r.sid=? AND r.state & ?",
                (folio, self._form.form_id,
                 self._project.ledger.registers.sid(self._space), int(State.VISIBLE)),
            )  # fmt: skip
            # A number given twice names neither.
            self._known[key] = ("response", bytes(rows[0][0])) if len(rows) == 1 else None
        return self._known[key]
