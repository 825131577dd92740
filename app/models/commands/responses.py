"""Responses go in and out as tables."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from app.errors import KipuError
from app.i18n import _
from app.models import practice
from app.models.commands.surveys import folio_stem, moment, numbered
from app.models.commands.taking_in import MAX_TOLD, Held, Imported, differing, refuse, twice
from app.models.fields import record_id
from app.models.ledger.registers import State
from app.models.project import Project
from app.models.queries import surveys as reading
from app.models.queries.answer_labels import Labels
from app.models.queries.filters import Condition, read_conditions
from app.models.queries.response_columns import Asked, Columns, other_versions
from app.models.queries.surveys import IDENTITY, Form
from app.models.records import kind
from app.models.tables import CODES, Style, dialect
from sync.changes import Change, Verb
from sync.values import ERASED, Value, to_json

if TYPE_CHECKING:
    from app.forms import Column
    from app.reports.tables import Row, Sheet, Table

CHUNK = 1000
# A corrected interview keeps its id under a new instanceID.
_ID_COLUMNS = ("id", "instanceID", "meta/instanceID", "KEY", "_uuid")
_MAX_CACHED = 2000
"""Readings kept for each column of a table."""
Fields = dict[str, Value]
Cell = str | int | float | bool | None


def import_table(project: Project, form: Form, data: bytes, space: bytes) -> Imported:
    """Take the rows of a CSV in as responses; a row that is here already is not taken twice.

    One that says something else than what is here is told; what is here stays. Nothing is taken
    when any row is wrong: raises KipuError naming the rows. The table is read twice, so that of its
    rows only the ids are held at once.
    """
    from app.reports.tables import from_csv

    practice.require_real_table(project, data)
    reader = Reader(
        project, form, from_csv(data), sha256(data + space).digest(), here(project, space),
        deleted(project, space),
    )  # fmt: skip
    refuse([one.problem for one in reader.rows() if one.problem])
    return _take_rows(project, form, space, reader)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of a table: its number there, the id it gets, its answers by path, what is wrong with
    it (or an empty text), and its cells."""

    number: int
    id: bytes
    fields: Fields
    problem: str
    cells: Sequence[str]


class Reader:
    """Reads the rows of a table as answers to a form, or to one of its repeats.

    ``file`` tells one table from another, ``present`` are the ids of what is known, ``deleted`` of
    what was deleted of it, ``others`` the columns that are no questions. A table that was written of
    all versions of a form comes in again; only a new row may not answer what others alone ask.
    """

    def __init__(
        self,
        project: Project,
        form: Form,
        table: Table,
        file: bytes,
        present: set[bytes],
        deleted: set[bytes],
        repeat: str = "",
        others: Sequence[str] = (*_ID_COLUMNS, *IDENTITY),
    ) -> None:
        from app.forms import columns

        asked = columns(reading.definition(project, form.key), repeat)
        self._others = others
        known = {one.header: one for one in asked}
        known |= {one.path.removeprefix("/"): one for one in asked}
        known |= {one.path: one for one in asked}
        # A question of such a name stands in its table by its path.
        known = {
            name: one for name, one in known.items()
            if name not in others or not (repeat or one.path in table.header)
        }  # fmt: skip
        self._table = table
        self.present, self._deleted = present, deleted
        self._file = sha256(project.device + form.key.id + file).digest()
        self._wanted = [(i, known[name]) for i, name in enumerate(table.header) if name in known]
        self._id_columns = [
            table.header.index(name) for name in _ID_COLUMNS
            if name in table.header and (name not in known or known[name].path.startswith("/meta/"))
        ]  # fmt: skip
        self._cache: dict[str, dict[str, Value]] = {one.path: {} for _at, one in self._wanted}
        strange = [one for one in table.header if one not in known and one not in others]
        elsewhere = _asked_elsewhere(project, form, repeat) if strange else set()
        self._elsewhere = [(i, one) for i, one in enumerate(table.header)
                           if one in strange and one in elsewhere]  # fmt: skip
        self._require_questions([one for one in strange if one not in elsewhere])

    def _require_questions(self, unknown: Sequence[str]) -> None:
        if not self._wanted:
            raise KipuError(_("No column of the table is a question of the form."))
        if unknown:
            raise KipuError(
                _("The form has no question for these columns: {names}.").format(
                    names=", ".join(unknown[:MAX_TOLD])
                )
            )

    def rows(self) -> Iterator[ReadRow]:
        """Yield the rows of the table in order; the second of two with one id is wrong."""
        from app.forms import AnswerError

        seen: dict[bytes, int] = {}
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
            made = self._row_id(row.number, row.cells)
            first = seen.setdefault(made, row.number)
            if first != row.number:
                problem = problem or twice(row.number, first)
            if made not in self.present:
                problem = problem or self._answered_elsewhere(row)
            yield ReadRow(row.number, made, fields, problem, row.cells)

    def _answered_elsewhere(self, row: Row) -> str:
        """What is wrong with a new row that answers what only another version of the form asks."""
        text = _("Row {row}, column {column}: only another version of the form asks this.")
        found = (text.format(row=row.number, column=name) for at, name in self._elsewhere
                 if at < len(row.cells) and row.cells[at])  # fmt: skip
        return next(found, "")

    def differs(self, row: ReadRow, held: Held) -> bool:
        """Whether a row says something else than a record; an empty cell is no answer."""
        return any(
            said != stands and said != self._reread(column, stands)
            for column, said, stands in (
                (one, row.fields.get(one.path), held.values.get(one.path))
                for _index, one in self._wanted
            )
        )

    def _reread(self, column: Column, value: Value) -> Value:
        """An answer as it comes back from a table: what a form worked out may be written otherwise."""
        from app.forms import AnswerError

        text = _cell(value)
        try:
            return self._answer(column, str(text)) if text not in (None, "") else None
        except AnswerError:
            return value

    def _answer(self, column: Column, text: str) -> Value:
        """The answer a cell holds; most cells repeat others, and are worked out once."""
        from app.forms.answers import returned, stored

        read = self._cache[column.path]
        if text not in read:
            if len(read) >= _MAX_CACHED:
                read.clear()
            read[text] = returned(stored(text, column.question), column.question)
        return read[text]

    def _row_id(self, number: int, cells: Sequence[str]) -> bytes:
        """The row's own UUID, else one that follows from the file and the row's place in it: the
        same file, taken in again after it was cut off, brings nothing twice."""
        given = (cells[at].removeprefix("uuid:") for at in self._id_columns if at < len(cells))
        found = next(filter(None, map(record_id, given)), "")
        if found:
            return uuid.UUID(hex=found).bytes
        made = sha256(self._file + number.to_bytes(8)).digest()[:16]
        # What was taken in and deleted may be taken in anew.
        while made in self._deleted:
            made = sha256(made).digest()[:16]
        return made


def _asked_elsewhere(project: Project, form: Form, repeat: str) -> set[str]:
    """What other versions of a form call the questions of a table, in each way there is."""
    from app.forms import columns

    asked = [one for version in other_versions(project, form) for one in columns(version, repeat)]
    return {name for one in asked
            for name in (one.header, one.path, one.path.removeprefix("/"))}  # fmt: skip


def _take_rows(project: Project, form: Form, space: bytes, reader: Reader) -> Imported:
    done, rows = Imported(), reader.rows()
    shared: Fields = {
        "survey": form.key.id.hex(), "form_id": form.form_id, "status": "complete",
        "mode": "imported", "finished": moment(project.ledger.now_ms()),
    }  # fmt: skip
    if form.version:
        shared["form_version"] = form.version
    present, stem = reader.present, folio_stem(project, space)
    while chunk := list(islice(rows, CHUNK)):
        fresh = {row.id: row.fields for row in chunk if row.id not in present}
        known = {row.id: row for row in chunk if row.id in present}
        done.new += len(fresh)
        done.known += len(known)
        done.differing += differing(project, space, "response", known, reader.differs)
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


def here(project: Project, space: bytes, kind_name: str = "response") -> set[bytes]:
    registers = project.ledger.registers
    rows = project.store.rows(
        "SELECT id FROM records WHERE kid=? AND sid=?",
        (registers.kid(kind_name), registers.sid(space)),
    )
    return {bytes(one) for (one,) in rows}


def deleted(project: Project, space: bytes, kind_name: str = "response") -> set[bytes]:
    registers = project.ledger.registers
    rows = project.store.rows(
        "SELECT id FROM records WHERE kid=? AND sid=? AND NOT state & ?",
        (registers.kid(kind_name), registers.sid(space), int(State.VISIBLE)),
    )
    return {bytes(one) for (one,) in rows}


def export_table(
    project: Project, form: Form, suffix: str, words: str,
    where: Mapping[str, str] | Sequence[str] = (), style: Style = CODES, repeat: str = "",
) -> tuple[bytes, int]:  # fmt: skip
    """Responses as the bytes of a .csv or .xlsx file, and how many there are.

    `where` are conditions as they are typed ("age>=18"), or what question names must equal; all of
    them hold. Questions are named as in the form, or the response's own fields. A workbook has a
    sheet for the rows of each repeat, and one of the choices; a CSV is one table, that of the rows
    of `repeat` where its name is given. Nothing is written to disk on the way.
    """
    from app.reports.tables import to_csv, to_xlsx

    chosen = filters(project, form, where)
    out = _Export(project, form, words, chosen, style)
    if suffix.lower() == ".csv":
        header, rows = out.rows_of(out.repeat(repeat)) if repeat else out.responses()
        counted = _Counted(rows)
        return to_csv(header, counted, dialect(style)), counted.count
    if suffix.lower() == ".xlsx" and not repeat:
        sheets = out.sheets()
        counted = _Counted(sheets[0].rows)
        return to_xlsx([replace(sheets[0], rows=counted), *sheets[1:]]), counted.count
    raise KipuError(_("Responses are written as .csv or .xlsx; a single repeat as .csv."))


class _Export:
    """Lays responses and the rows of their repeats flat, with labels where they are wished for."""

    def __init__(
        self, project: Project, form: Form, words: str, where: list[Condition], style: Style
    ) -> None:
        self._project = project
        self._form = form
        self._search = words, where
        self._labels = style.labels
        self._columns = Columns(project, form)

    def repeat(self, name: str) -> str:
        """The path of a repeat by path or name. Raises KipuError naming those there are."""
        return reading.repeat_path(self._columns.repeats, name)

    def responses(self) -> tuple[list[str], Iterator[list[Cell]]]:
        asked = self._columns.asked()
        table = reading.responses(self._project, self._form, asked.columns, *self._search)
        return self._laid_out(table, asked, _identity_labels())

    def rows_of(self, repeat: str) -> tuple[list[str], Iterator[list[Cell]]]:
        asked = self._columns.asked(repeat)
        table = reading.row_table(self._project, self._form, repeat, asked.columns, *self._search)
        labels = [_("Response"), _("Folio"), _("Row around it"), "id", _("Row")]
        return self._laid_out(table, asked, labels)

    def sheets(self) -> list[Sheet]:
        from app.reports.tables import Sheet

        repeats = self._columns.repeats
        rows = [Sheet(one.rpartition("/")[2][:31], *self.rows_of(one)) for one in repeats]
        every = [self._columns.asked(one) for one in ("", *repeats)]
        choices = chain.from_iterable(_choices(one) for one in every)
        return [
            Sheet(self._form.form_id[:31], *self.responses()),
            *rows,
            Sheet(_("Choices"), _choices_header(), choices),
        ]

    def _laid_out(
        self, table: reading.Table, asked: Asked, identity: list[str]
    ) -> tuple[list[str], Iterator[list[Cell]]]:
        header, rows = list(table.header), table.rows
        if self._labels:
            rows = (_read(table.header, row, asked.labels) for row in rows)
            header = [*identity, *(one.question for one in asked.labels)]
        cells = ([_cell(value) for value in row] for row in rows)
        return practice.marked_table(self._project, header, cells)


class _Counted:
    """Rows, counted while they pass."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for row in self._rows:
            self.count += 1
            yield row


def _read(header: Sequence[str], row: list[Value], labels: Sequence[Labels]) -> list[Value]:
    """A row with its choices as people read them."""
    own = len(header) - len(labels)
    mine, answers = row[:own], row[own:]
    if "status" in header[:own]:
        status = header.index("status")
        mine[status] = kind("response").field("status").format(mine[status])
    return [*mine, *(said.shown(value) for said, value in zip(labels, answers, strict=True))]


def _identity_labels() -> list[str]:
    declared = kind("response")
    found = [declared.get(name) for name in IDENTITY]
    named = zip(IDENTITY, found, strict=True)
    return ["id", *(str(one.label) if one else _("Space") for _name, one in named)]


def _choices_header() -> list[str]:
    return [_("Question"), _("Text of the question"), _("Code"), _("Label")]


def _choices(asked: Asked) -> Iterator[list[Cell]]:
    for column, said in zip(asked.columns, asked.labels, strict=True):
        for code, label in said.choices.items():
            yield [column.header, said.question, code, label]


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
