"""Responses go in and out as tables."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from app.errors import KipuError
from app.i18n import _
from app.models.commands.surveys import folio_stem, moment, numbered
from app.models.fields import record_id
from app.models.project import Project
from app.models.queries import surveys as reading
from app.models.queries.surveys import IDENTITY, Form
from app.models.records import kind
from sync.changes import Change, Verb
from sync.ids import random_id
from sync.values import ERASED, Value, to_json

if TYPE_CHECKING:
    from app.forms import Column
    from app.reports.tables import Table

CHUNK = 1000
_ID_COLUMNS = ("instanceID", "meta/instanceID", "KEY", "_uuid", "id")
_MAX_TOLD = 20
_MAX_CACHED = 50_000
Fields = dict[str, Value]
Cell = str | int | float | bool | None


@dataclass
class Imported:
    """What a table brought in."""

    new: int = 0
    known: int = 0


def import_table(project: Project, form: Form, data: bytes, space: bytes) -> Imported:
    """Take the rows of a CSV in as responses; a row that is here already is not taken twice.

    Nothing is taken when any row is wrong: raises KipuError naming the rows. The table is read
    twice, so that memory does not grow with it.
    """
    from app.reports.tables import from_csv

    reader = _Reader(project, form, from_csv(data))
    wrong = [problem for _record, _fields, problem in reader.rows() if problem]
    if wrong:
        more = [_("… and {count} more.").format(count=len(wrong) - _MAX_TOLD)]
        raise KipuError("\n".join([*wrong[:_MAX_TOLD], *(more if len(wrong) > _MAX_TOLD else [])]))
    return _take_rows(
        project, form, space, ((record, fields) for record, fields, _p in reader.rows())
    )


class _Reader:
    """Reads the rows of a table as answers to a form."""

    def __init__(self, project: Project, form: Form, table: Table) -> None:
        from app.forms import columns

        asked = columns(reading.definition(project, form.key))
        known = {one.header: one for one in asked}
        known |= {one.path.removeprefix("/"): one for one in asked}
        known |= {one.path: one for one in asked}
        self._table = table
        self._wanted = [(i, known[name]) for i, name in enumerate(table.header) if name in known]
        names = (table.header.index(name) for name in _ID_COLUMNS if name in table.header)
        self._id_column = next(names, None)
        self._cache: dict[tuple[str, str], Value] = {}
        self._require_questions([name for name in table.header if name not in known])

    def _require_questions(self, others: Sequence[str]) -> None:
        unknown = [n for n in others if n not in _ID_COLUMNS and n not in IDENTITY]
        if not self._wanted:
            raise KipuError(_("No column of the table is a question of the form."))
        if unknown:
            raise KipuError(
                _("The form has no question for these columns: {names}.").format(
                    names=", ".join(unknown[:_MAX_TOLD])
                )
            )

    def rows(self) -> Iterator[tuple[bytes, Fields, str]]:
        """Each row's id, answers by path, and what is wrong with it (or an empty text)."""
        from app.forms import AnswerError

        for row in self._table:
            fields: Fields = {}
            problem = row.problem
            for index, column in () if problem else self._wanted:
                text = row.cells[index]
                try:
                    if text:
                        fields[column.path] = self._answer(column, text)
                except AnswerError as error:
                    problem = _("Row {row}, column {column}: {problem}").format(
                        row=row.number, column=column.header, problem=error.message
                    )
            yield self._row_id(row.cells), fields, problem

    def _answer(self, column: Column, text: str) -> Value:
        """The answer a cell holds; most cells repeat others, and are worked out once."""
        from app.forms.answers import returned, stored

        pair = (column.path, text)
        if pair not in self._cache:
            if len(self._cache) >= _MAX_CACHED:
                self._cache.clear()
            self._cache[pair] = returned(stored(text, column.question), column.question)
        return self._cache[pair]

    def _row_id(self, cells: Sequence[str]) -> bytes:
        """The row's own UUID, so that importing twice brings nothing twice; else a new one."""
        column = self._id_column
        text = cells[column] if column is not None and column < len(cells) else ""
        found = record_id(text.removeprefix("uuid:"))
        return uuid.UUID(hex=found).bytes if found else random_id()


def _take_rows(
    project: Project, form: Form, space: bytes, rows: Iterator[tuple[bytes, Fields]]
) -> Imported:
    done = Imported()
    shared: Fields = {
        "survey": form.key.id.hex(), "form_id": form.form_id, "status": "complete",
        "mode": "imported", "finished": moment(project.ledger.now_ms()),
    }  # fmt: skip
    if form.version:
        shared["form_version"] = form.version
    here, stem = _here(project, space), folio_stem(project, space)
    while chunk := list(islice(rows, CHUNK)):
        # A row may stand in the table twice, too.
        fresh = {record: fields for record, fields in chunk if record not in here}
        here.update(fresh)
        done.known += len(chunk) - len(fresh)
        done.new += len(fresh)
        if fresh:
            _take_chunk(project, space, stem, shared, fresh)
    return done


def _take_chunk(
    project: Project, space: bytes, stem: str, shared: Fields, fresh: Mapping[bytes, Fields]
) -> None:
    with project.ledger.writing():
        changes = [
            Change(
                Verb.CREATE,
                "response",
                record,
                None,
                {**shared, "folio": numbered(project, space, stem), **fields},
            )
            for record, fields in fresh.items()
        ]
        project.ledger.commit(space, changes, "import")


def _here(project: Project, space: bytes) -> set[bytes]:
    registers = project.ledger.registers
    rows = project.store.rows(
        "SELECT id FROM records WHERE kid=? AND sid=?",
        (registers.kid("response"), registers.sid(space)),
    )
    return {bytes(one) for (one,) in rows}


def export_table(
    project: Project, form: Form, suffix: str, words: str, where: Mapping[str, str]
) -> tuple[bytes, int]:
    """Responses as the bytes of a .csv or .xlsx file, and how many there are.

    `where` compares answers by question name, or the response's own fields. Nothing is written to
    disk on the way.
    """
    from app.i18n import current
    from app.reports.tables import Sheet, dialect_for, to_csv, to_xlsx

    table = reading.responses(project, form, words, conditions(project, form, where))
    rows = _Counted(table.rows)
    if suffix.lower() == ".csv":
        return to_csv(table.header, rows, dialect_for(current())), rows.count
    if suffix.lower() == ".xlsx":
        return to_xlsx([Sheet(form.form_id[:31], table.header, rows)]), rows.count
    raise KipuError(_("Responses are written as .csv or .xlsx."))


class _Counted:
    """Rows as tables show them, counted while they pass."""

    def __init__(self, rows: Iterator[list[Value]]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[list[Cell]]:
        for row in self._rows:
            self.count += 1
            yield [_cell(value) for value in row]


def conditions(project: Project, form: Form, where: Mapping[str, str]) -> dict[str, Value]:
    """What a list compares, from question names (or the response's own fields) and what was typed.

    Raises KipuError for an unknown question, or what can be no answer to it.
    """
    from app.forms.answers import AnswerError, returned, stored

    declared, found = kind("response"), dict[str, Value]()
    definition = reading.definition(project, form.key)
    for name, text in where.items():
        if declared.get(name) is not None:
            found[name] = declared.field(name).parse(text)
            continue
        path = definition.resolve(name)
        try:
            found[path] = returned(
                stored(text, definition.questions[path]), definition.questions[path]
            )
        except AnswerError as error:
            raise KipuError(f"{name}: {error.message}") from error
    return found


def _cell(value: Value) -> Cell:
    """A value as a table shows it; composites as their canonical JSON."""
    if value is None or isinstance(value, str | int | float):
        return value
    return "" if value is ERASED else to_json(value)
