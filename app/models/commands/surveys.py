"""Forms come in, interviews are made of them, responses go in and out as tables."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING

from app.errors import KipuError
from app.i18n import _, ngettext
from app.models import drafts, spaces
from app.models.commands import records
from app.models.drafts import Draft
from app.models.fields import record_id
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import surveys as reading
from app.models.queries.surveys import Form
from app.models.records import kind
from sync.changes import Change, Verb
from sync.ids import random_id
from sync.values import ERASED, Value, to_json

if TYPE_CHECKING:
    from app.forms import Definition, Session
    from app.reports.tables import Table

CHUNK = 1000
_INSTANCE_ID = "/meta/instanceID"
_ID_COLUMNS = ("instanceID", "meta/instanceID", "KEY", "_uuid", "id")
_MAX_TOLD = 20


# -- forms -----------------------------------------------------------------------------------------


def import_form(project: Project, data: bytes, file_name: str) -> RecordKey:
    """Import a questionnaire into the common space; returns its survey record.

    Raises app.forms.FormError naming everything that is wrong or not supported yet, and KipuError
    when the same version is here already.
    """
    from app.forms import from_file

    project.require_joined()
    if not project.is_coordinator:
        raise KipuError(_("Only a coordinator can do this."))
    definition = from_file(data, PurePath(file_name).name)
    known = reading.forms(project, definition.form_id)
    if any(form.version == definition.version for form in known):
        raise KipuError(
            _("The form {form} is here already in version “{version}”.").format(
                form=definition.form_id, version=definition.version or "–"
            )
        )
    values: dict[str, Value] = {
        "form_id": definition.form_id,
        "version": definition.version,
        "title": definition.title,
        "languages": list(definition.languages) or None,
        "default_language": definition.default_language or None,
        "xform": definition.xform,
        "file_name": PurePath(file_name).name,
        "question_count": sum(1 for one in definition.questions.values() if one.asked),
    }
    return records.new(project, "survey", _fitting("survey", values), project.roster.common)


def _fitting(kind_name: str, values: Mapping[str, Value]) -> dict[str, Value]:
    """Values in the form the declaration keeps; what it does not take in that form is left out.

    Only for what a form's author wrote as they liked (language names, say), never for answers.
    """
    declared, kept = kind(kind_name), {}
    for name, value in values.items():
        try:
            kept[name] = declared.field(name).check(value)
        except KipuError:
            if declared.field(name).required or name == "xform":
                raise
    return kept


# -- interviews ------------------------------------------------------------------------------------


def start(project: Project, form: Form, space: bytes) -> Draft:
    """Begin an interview: a draft with its folio. Raises KipuError when one may not do so here."""
    project.require_joined()
    view = project.roster.view()
    if not view.policy.allows("response", Verb.CREATE, "space", view.role(project.device, space)):
        raise KipuError(
            _("Your role here does not allow this. Nothing was changed; ask a coordinator.")
        )
    now = project.ledger.now_ms()
    with project.ledger.writing():
        body: dict[str, Value] = {
            "survey": form.key.id.hex(),
            "form_id": form.form_id,
            "form_version": form.version,
            "folio": next_folio(project, space),
            "started": _moment(now),
            "answers": {},
            "language": "",
        }
        return drafts.keep(project, Draft(random_id(), "response", space, now, now, body))


def next_folio(project: Project, space: bytes) -> str:
    """The next short number to write on paper: space, laptop, count; never given twice."""
    number = project.store.next_number(f"folio {space.hex()} {project.code}")
    return _folio(project, space, number)


def _folio(project: Project, space: bytes, number: int) -> str:
    code = next((s.code for s in spaces.all_named(project, True) if s.id == space), "")
    return f"{code or 'KIPU'}-{project.code}-{number:03d}"


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone().isoformat(timespec="seconds")


def session_of(project: Project, draft: Draft) -> Session:
    """The survey engine's session for a draft, where it was left."""
    from app.forms import Session

    form = reading.form_of(project, str(draft.body["survey"]))
    answers = draft.body["answers"]
    assert isinstance(answers, dict)
    return Session(
        reading.definition(project, form.key),
        _given(answers) if answers else None,
        language=str(draft.body.get("language") or "") or None,
        device_id=project.device.hex(),
        username=project.person.name,
    )


def _given(answers: Mapping[str, Value]) -> dict[str, str | int | float | None]:
    return {
        path: value
        for path, value in answers.items()
        if value is None or isinstance(value, str | int | float)
    }


def keep_session(project: Project, draft: Draft, session: Session) -> Draft:
    """Keep what a session holds now; when this returns it survives a kill."""
    answers: dict[str, Value] = {**session.draft()}
    body = {**draft.body, "answers": answers, "language": session.language}
    return drafts.keep(project, Draft(draft.id, draft.kind, draft.space, draft.started_ms, 0, body))


@dataclass(frozen=True)
class Answered:
    """What came of answering: refusals by question, and which questions are not to be asked."""

    errors: dict[str, str]
    not_relevant: list[str]


def answer(project: Project, draft: Draft, given: Mapping[str, Value]) -> Answered:
    """Answer questions of a draft by name or path; refused answers are kept and told."""
    session = session_of(project, draft)
    names = {session.resolve(name): name for name in given}
    for path, name in names.items():
        value = given[name]
        if not (value is None or isinstance(value, str | int | float)):
            raise KipuError(_("“{name}” takes a text or a number.").format(name=name))
        session.set(path, value)
    keep_session(project, draft, session)
    wrong = session.errors()
    return Answered(
        {names[path]: message for path, message in wrong.items() if path in names},
        [names[path] for path in session.not_relevant(names)],
    )


def finish(project: Project, draft: Draft) -> RecordKey:
    """Complete an interview: the draft becomes a response. Raises KipuError naming what is wrong."""
    session = session_of(project, draft)
    completion = session.finish()
    if not completion.ok:
        raise KipuError(_told(session, completion.errors))
    body = draft.body
    values: dict[str, Value] = {
        "survey": body["survey"],
        "form_id": body["form_id"],
        "form_version": body["form_version"] or None,
        "folio": body["folio"],
        "started": body["started"],
        "finished": _moment(project.ledger.now_ms()),
        "status": "complete",
    }
    notes = body.get("interviewer_notes")
    values |= _fitting(
        "response", {"language": session.language or None, "interviewer_notes": notes}
    )
    fields: dict[str, Value] = {k: v for k, v in values.items() if v is not None}
    fields |= completion.answers
    # The response's own id is the identifier the form's standard asks for.
    if _INSTANCE_ID in fields:
        fields[_INSTANCE_ID] = f"uuid:{uuid.UUID(bytes=draft.id)}"
    with project.ledger.writing():
        change = Change(Verb.CREATE, "response", draft.id, None, fields)
        project.ledger.commit(draft.space, [change], "interview")
        drafts.drop(project, draft.id)
    return RecordKey(draft.space, "response", draft.id)


def _told(session: Session, errors: Mapping[str, str]) -> str:
    """Which questions keep an interview from being finished, the first of them by name."""
    lines = [
        f"{session.definition.questions[path].name if path in session.definition.questions else path}"
        f": {message}"
        for path, message in list(errors.items())[:_MAX_TOLD]
    ]
    head = ngettext(
        "{count} question keeps the interview from being finished; everything is kept.",
        "{count} questions keep the interview from being finished; everything is kept.",
        len(errors),
    ).format(count=len(errors))
    return "\n".join([head, *lines])


# -- tables ----------------------------------------------------------------------------------------


@dataclass
class Imported:
    """What a table brought in."""

    new: int = 0
    known: int = 0
    problems: list[str] = field(default_factory=list)


def import_table(project: Project, form: Form, data: bytes, space: bytes) -> Imported:
    """Take the rows of a CSV in as responses; a row that is here already is not taken twice.

    Nothing is taken when any row is wrong: raises KipuError naming the rows.
    """
    from app.forms import columns
    from app.reports.tables import from_csv

    definition = reading.definition(project, form.key)
    table = from_csv(data)
    known = {one.header: one for one in columns(definition)}
    known |= {one.path.removeprefix("/"): one for one in columns(definition)}
    rows = list(_read_rows(definition, table, known))
    wrong = [problem for _record, _fields, problem in rows if problem]
    if wrong:
        more = [_("… and {count} more.").format(count=len(wrong) - _MAX_TOLD)]
        raise KipuError("\n".join([*wrong[:_MAX_TOLD], *(more if len(wrong) > _MAX_TOLD else [])]))
    return _take_rows(project, form, space, [(record, fields) for record, fields, _none in rows])


def _read_rows(
    definition: Definition, table: Table, known: Mapping[str, object]
) -> Iterator[tuple[bytes, dict[str, Value], str]]:
    from app.forms import Column
    from app.forms.answers import AnswerError, returned, stored

    wanted: list[tuple[int, Column]] = []
    id_column = next((table.header.index(n) for n in _ID_COLUMNS if n in table.header), None)
    for index, name in enumerate(table.header):
        column = known.get(name)
        if isinstance(column, Column):
            wanted.append((index, column))
    unknown = [n for n in table.header if n not in known and n not in _ID_COLUMNS]
    if not wanted:
        raise KipuError(_("No column of the table is a question of the form."))
    if unknown:
        raise KipuError(
            _("The form has no question for these columns: {names}.").format(
                names=", ".join(unknown[:_MAX_TOLD])
            )
        )
    cache: dict[tuple[str, str], Value] = {}
    for row in table:
        fields: dict[str, Value] = {}
        problem = row.problem
        if problem:
            yield b"", fields, problem
            continue
        for index, column in wanted:
            text = row.cells[index]
            if not text:
                continue
            try:
                pair = (column.path, text)
                if pair not in cache:
                    cache[pair] = returned(stored(text, column.question), column.question)
                fields[column.path] = cache[pair]
            except AnswerError as error:
                problem = _("Row {row}, column {column}: {problem}").format(
                    row=row.number, column=column.header, problem=error.message
                )
        yield _row_id(row.cells, id_column), fields, problem


def _row_id(cells: Sequence[str], column: int | None) -> bytes:
    """The row's own UUID, so that importing twice brings nothing twice; else a new one."""
    text = cells[column].removeprefix("uuid:") if column is not None else ""
    found = record_id(text)
    return uuid.UUID(hex=found).bytes if found else random_id()


def _take_rows(
    project: Project, form: Form, space: bytes, rows: Sequence[tuple[bytes, dict[str, Value]]]
) -> Imported:
    done = Imported()
    now = _moment(project.ledger.now_ms())
    shared: dict[str, Value] = {
        "survey": form.key.id.hex(), "form_id": form.form_id, "status": "complete",
        "mode": "imported", "finished": now,
    }  # fmt: skip
    if form.version:
        shared["form_version"] = form.version
    here = _here(project, space)
    code = _folio(project, space, 0).rpartition("-")[0]
    counter = f"folio {space.hex()} {project.code}"
    for start_at in range(0, len(rows), CHUNK):
        chunk = [row for row in rows[start_at : start_at + CHUNK] if row[0] not in here]
        here.update(record for record, _fields in chunk)
        done.known += len(rows[start_at : start_at + CHUNK]) - len(chunk)
        if not chunk:
            continue
        with project.ledger.writing():
            changes = [
                Change(
                    Verb.CREATE, "response", record, None,
                    {**shared, "folio": f"{code}-{project.store.next_number(counter):03d}", **fields},
                )
                for record, fields in chunk
            ]  # fmt: skip
            project.ledger.commit(space, changes, "import")
        done.new += len(chunk)
    return done


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
    rows = [[_cell(value) for value in row] for row in table.rows]
    if suffix.lower() == ".csv":
        return to_csv(table.header, rows, dialect_for(current())), len(rows)
    if suffix.lower() == ".xlsx":
        return to_xlsx([Sheet(form.form_id[:31], table.header, rows)]), len(rows)
    raise KipuError(_("Responses are written as .csv or .xlsx."))


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


def _cell(value: Value) -> str | int | float | bool | None:
    """A value as a table shows it; composites as their canonical JSON."""
    if value is None or isinstance(value, str | int | float):
        return value
    return "" if value is ERASED else to_json(value)
