"""Responses go in and out as tables."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from app.errors import KipuError
from app.i18n import _
from app.models import practice
from app.models.commands.surveys import folio_stem, moment, numbered
from app.models.fields import record_id
from app.models.project import Project
from app.models.queries import surveys as reading
from app.models.queries.answer_labels import Labels, labels_of
from app.models.queries.filters import Condition, read_conditions
from app.models.queries.surveys import IDENTITY, Form
from app.models.records import kind
from app.models.tables import CODES, Style, dialect
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

    practice.require_real_table(project, data)
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
    project: Project, form: Form, suffix: str, words: str,
    where: Mapping[str, str] | Sequence[str] = (), style: Style = CODES,
) -> tuple[bytes, int]:  # fmt: skip
    """Responses as the bytes of a .csv or .xlsx file, and how many there are.

    `where` are conditions as they are typed ("age>=18"), or what question names must equal; all of
    them hold. Questions are named as in the form, or the response's own fields. A workbook has a
    sheet of the choices. Nothing is written to disk on the way.
    """
    from app.forms import columns
    from app.reports.tables import Sheet, to_csv, to_xlsx

    table = reading.responses(project, form, words, filters(project, form, where))
    definition = reading.definition(project, form.key)
    asked = columns(definition)
    labels = labels_of(definition, asked)
    rows = _Counted(table.rows, labels if style.labels else ())
    header = [*_identity_labels(), *(one.question for one in labels)]
    shown = header if style.labels else list(table.header)
    out = practice.marked_table(project, shown, iter(rows))
    shown, marked = out
    if suffix.lower() == ".csv":
        return to_csv(shown, marked, dialect(style)), rows.count
    if suffix.lower() == ".xlsx":
        choices = Sheet(_("Choices"), _choices_header(), _choices(asked, labels))
        return to_xlsx([Sheet(form.form_id[:31], shown, marked), choices]), rows.count
    raise KipuError(_("Responses are written as .csv or .xlsx."))


def _identity_labels() -> list[str]:
    declared = kind("response")
    found = [declared.get(name) for name in IDENTITY]
    named = zip(IDENTITY, found, strict=True)
    return ["id", *(str(one.label) if one else _("Space") for _name, one in named)]


def _choices_header() -> list[str]:
    return [_("Question"), _("Text of the question"), _("Code"), _("Label")]


def _choices(asked: Sequence[Column], labels: Sequence[Labels]) -> Iterator[list[Cell]]:
    for column, said in zip(asked, labels, strict=True):
        for code, label in said.choices.items():
            yield [column.header, said.question, code, label]


class _Counted:
    """Rows as tables show them, counted while they pass; with labels, choices are read."""

    def __init__(self, rows: Iterator[list[Value]], labels: Sequence[Labels]) -> None:
        self._rows = rows
        self._labels = labels
        self.count = 0

    def __iter__(self) -> Iterator[list[Cell]]:
        for row in self._rows:
            self.count += 1
            yield [_cell(value) for value in (self._read(row) if self._labels else row)]

    def _read(self, row: list[Value]) -> list[Value]:
        own, answers = row[: 1 + len(IDENTITY)], row[1 + len(IDENTITY) :]
        status = 1 + IDENTITY.index("status")
        own[status] = kind("response").field("status").format(own[status])
        shown = (said.shown(value) for said, value in zip(self._labels, answers, strict=True))
        return [*own, *shown]


def filters(
    project: Project, form: Form, where: Mapping[str, str] | Sequence[str]
) -> list[Condition]:
    """Conditions on responses to a form; see `app.models.queries.filters`.

    Raises KipuError for an unknown question, or what can be no answer to it.
    """
    if isinstance(where, Mapping):
        equal = conditions(project, form, where)
        return [Condition(name, "=", value) for name, value in equal.items()]
    return read_conditions(where, partial(_value_of, project, form))


def _value_of(project: Project, form: Form, name: str, text: str) -> tuple[str, Value]:
    [(field, value)] = conditions(project, form, {name: text}).items()
    return field, value


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
