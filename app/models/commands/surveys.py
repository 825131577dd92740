"""Forms come in, interviews are made of them, responses go in and out as tables."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from app.errors import KipuError
from app.i18n import _, ngettext
from app.models import drafts, own_forms, recordings, spaces
from app.models.commands import attachments as attaching
from app.models.commands import audits, contact, entities, filling, records, reopening, revising
from app.models.commands.answer_files import files_of
from app.models.drafts import Draft
from app.models.ledger import RecordKey
from app.models.ledger.sealing import require_key
from app.models.project import Project
from app.models.queries import entities as followed
from app.models.queries import form_files
from app.models.queries import surveys as reading
from app.models.queries.answering import Plain
from app.models.queries.surveys import STATUS, Form
from app.models.records import kind
from sync.changes import Verb
from sync.ids import random_id
from sync.values import Value

if TYPE_CHECKING:
    from app.forms import Action, Session

_INSTANCE_ID = "/meta/instanceID"
_MAX_TOLD = 20
_BROKEN_OFF = ("refused", "interrupted", "not_eligible")
_ENDINGS = ("complete", *_BROKEN_OFF)


# -- forms -----------------------------------------------------------------------------------------


def import_form(
    project: Project, data: bytes, file_name: str, files: Mapping[str, bytes] | None = None
) -> RecordKey:
    """Import a questionnaire into the common space; returns its survey record.

    ``files`` are those that come with it, by name: lists it takes choices from, pictures of its
    texts. Raises app.forms.FormError naming everything that is wrong, missing or not supported,
    and KipuError when the same version is here already.
    """
    from app.forms import from_file

    project.require_coordinator()
    brought = dict(files or {})
    lists = {f"{name}.csv" for name in followed.names(project)}
    definition = from_file(data, PurePath(file_name).name, {*brought, *lists})
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
    with project.ledger.writing():
        key = records.new(project, "survey", _fitting("survey", values), project.roster.common)
        for name, content in brought.items():
            attaching.attach(project, key, content, name)
    return key


def import_own(project: Project, name: str) -> RecordKey:
    """Import one of Kipu's own questionnaires by its name; see `own_forms`."""
    return import_form(project, own_forms.read(name), f"{name}.md")


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
    require_key(project.store, space)
    now = project.ledger.now_ms()
    with project.ledger.writing():
        body: dict[str, Value] = {
            "survey": form.key.id.hex(),
            "form_id": form.form_id,
            "form_version": form.version,
            "folio": next_folio(project, space),
            "started": moment(now),
            "answers": {},
            "language": "",
        }
        return drafts.keep(project, Draft(random_id(), "response", space, now, now, body))


def next_folio(project: Project, space: bytes) -> str:
    """The next short number to write on paper: space, laptop, count; never given twice."""
    return numbered(project, space, folio_stem(project, space))


def folio_stem(project: Project, space: bytes) -> str:
    """What all folios of this laptop in a space begin with (ARJ-L2)."""
    code = next((one.code for one in spaces.all_named(project, True) if one.id == space), "")
    return f"{code or 'KIPU'}-{project.code}"


def numbered(project: Project, space: bytes, stem: str) -> str:
    """The stem with the next number."""
    number = project.store.next_number(f"folio {space.hex()} {project.code}")
    return f"{stem}-{number:03d}"


def moment(ms: int) -> str:
    """A time as ISO 8601 with the laptop's offset, to the second."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone().isoformat(timespec="seconds")


def session_of(project: Project, draft: Draft) -> Session:
    """The survey engine's session for a draft, where it was left."""
    from app.forms import Session

    form = reading.form_of(project, str(draft.body["survey"]))
    definition = reading.definition(project, form.key)
    answers = draft.body["answers"]
    assert isinstance(answers, dict)
    me = contact.of(project)
    return Session(
        definition,
        _given(answers) if answers else None,
        language=str(draft.body.get("language") or "") or None,
        device_id=project.device.hex(),
        username=project.person.name,
        email=me.email,
        phone_number=me.phone,
        media=form_files.lists(project, definition, form.key, draft.space),
        last_saved=form_files.last_saved(project, definition),
        hook=partial(_from_desk, contact.position(project)),
        # The laptop's own clock, by which the draft and the response are dated too.
        now=lambda: datetime.fromtimestamp(project.ledger.now_ms() / 1000, UTC).astimezone(),
    )


def _from_desk(position: str, action: Action, _path: str) -> str | None:
    """What a form asks the device for: the place somebody said the laptop is at today."""
    return position or None if action.kind == "setgeopoint" else None


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
    names = filling.fill(session, given)
    keep_session(project, draft, session)
    wrong = session.errors()
    return Answered(
        {names[path]: message for path, message in wrong.items() if path in names},
        [name for path, name in names.items() if not session.is_relevant(path)],
    )


def add_row(project: Project, draft: Draft, repeat: str, at: int | None = None) -> str:
    """Add a row to a repeat of a draft, as the row number `at` or as the last; returns its path.

    Raises KipuError when it is no repeat, or its rows are set by the form.
    """
    session = session_of(project, draft)
    path = filling.repeat_path(session, repeat)
    session.add_repeat(path, at)
    keep_session(project, draft, session)
    return session.rows(path)[-1 if at is None else at - 1]


def remove_row(project: Project, draft: Draft, row: str) -> None:
    """Take a row out of a repeat of a draft (`member[2]`); the rows after it move up."""
    session = session_of(project, draft)
    session.remove_repeat(filling.row_path(session, row))
    keep_session(project, draft, session)


def finish(project: Project, draft: Draft) -> RecordKey:
    """Complete an interview: the draft becomes a response. Raises KipuError naming what is wrong.

    A form says itself how it ended, in a calculation called kipu_status: "refused" or
    "not_eligible" stand in the response instead of "complete".
    """
    session = session_of(project, draft)
    completion = session.finish()
    if not completion.ok:
        raise KipuError(_told(session, completion.errors))
    said = str(completion.answers.get(STATUS) or "complete")
    status = said if said in _ENDINGS else "complete"
    draft = audits.seal(project, recordings.seal(project, draft, session), session)
    if reopening.is_reopened(draft):
        return reopening.finish(project, draft, session, status)
    return _become_response(project, draft, session, session.answers(), {"status": status})


def abandon(project: Project, draft: Draft, status: str, reason: str) -> RecordKey:
    """End an interview that cannot go on: what was answered becomes a response of that status.

    `status` is refused, interrupted or not_eligible; `reason` is in the interviewer's words.
    Answers that are no value of their question are left out. Raises KipuError without a reason.
    """
    if status not in _BROKEN_OFF:
        raise KipuError(
            _("An interview is abandoned as one of: {names}.").format(names=", ".join(_BROKEN_OFF))
        )
    if reopening.is_reopened(draft):
        raise KipuError(
            _("This interview was finished before; finish its correction or discard it.")
        )
    if not reason.strip():
        raise KipuError(_("Say why the interview is abandoned."))
    session = session_of(project, draft)
    wrong = session.finish().errors
    draft = recordings.seal(project, draft, session)
    draft = audits.seal(project, draft, session, "form exit")
    answers = {path: one for path, one in session.answers().items() if path not in wrong}
    answers.pop(STATUS, None)
    fitting = _fitting("response", {"refusal_reason": reason.strip()})
    return _become_response(project, draft, session, answers, {"status": status, **fitting})


def _become_response(
    project: Project,
    draft: Draft,
    session: Session,
    answers: Mapping[str, Plain],
    ending: Mapping[str, Value],
) -> RecordKey:
    body = draft.body
    values: dict[str, Value] = {
        "survey": body["survey"],
        "form_id": body["form_id"],
        "form_version": body["form_version"] or None,
        "folio": body["folio"],
        "started": body["started"],
        "finished": moment(project.ledger.now_ms()),
        "seconds": body.get("seconds"),
        **ending,
    }
    notes = body.get("interviewer_notes")
    values |= _fitting(
        "response", {"language": session.language or None, "interviewer_notes": notes}
    )
    fields: dict[str, Value] = {k: v for k, v in values.items() if v is not None}
    # The response's own id is the identifier the form's standard asks for.
    if _INSTANCE_ID in answers:
        fields[_INSTANCE_ID] = f"uuid:{uuid.UUID(bytes=draft.id)}"
    key = RecordKey(draft.space, "response", draft.id)
    with project.ledger.writing():
        changes = revising.made(key, fields, session, answers, files_of(draft))
        if fields["status"] == "complete":
            entities.commit(project, draft, session, changes, "interview")
        else:
            project.ledger.commit(draft.space, changes, "interview")
        drafts.drop(project, draft.id)
    return key


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
