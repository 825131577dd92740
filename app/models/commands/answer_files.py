"""Photographs, recordings and files given as answers: kept with the draft, bound when it is finished."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from app.errors import KipuError
from app.i18n import _
from app.models import attachments, drafts
from app.models.commands import attachments as attaching
from app.models.commands import records as writing
from app.models.drafts import Draft
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import answering, records
from app.models.queries import attachments as attached
from sync.changes import Change
from sync.values import Value

if TYPE_CHECKING:
    from app.forms import Definition

FILES: Final = "files"
"""Where a draft keeps what opens its files, by the answers that name them."""
LIMIT: Final = 64 * 1024 * 1024
"""Bytes of a file given as an answer."""
_LONGEST: Final = 80
_ODD: Final = re.compile(r"[^\w.-]", re.ASCII)
Owner = tuple[str, bytes]


def reference(question: str, file_name: str) -> str:
    """The answer that names a file: the question's name, and letters that tell it from others."""
    suffix = _ODD.sub("", PurePath(file_name).suffix.lower())[:10]
    # What a file is kept under has no odd characters and is not long; both names must agree.
    stem = _ODD.sub("", question.rpartition("/")[2])[:_LONGEST]
    return f"{stem}-{os.urandom(4).hex()}{suffix}"


def put(project: Project, draft: Draft, name: str, data: bytes, media: str = "") -> Draft:
    """Keep a file with a draft under the answer that names it; when this returns it survives."""
    kept = attachments.keep(project, draft.space, data, name, media)
    files = {**files_of(draft), name: kept}
    return drafts.keep(project, replace(draft, body={**draft.body, FILES: files}))


def files_of(draft: Draft) -> dict[str, Value]:
    """What a draft has kept, by the answers that name it."""
    found = draft.body.get(FILES)
    return dict(found) if isinstance(found, dict) else {}


def read(project: Project, draft: Draft, name: str) -> bytes | None:
    """The file an answer of a draft names; None where its bytes are not on this laptop."""
    kept = files_of(draft).get(name)
    if kept is None:
        corrected = str(draft.body.get("reopened") or "")
        if not corrected:
            return None
        return of_response(
            project, RecordKey(draft.space, "response", bytes.fromhex(corrected)), name
        )
    return attachments.read(project, kept) if attachments.is_here(project, kept) else None


def of_response(project: Project, key: RecordKey, name: str) -> bytes | None:
    """The file an answer of a finished response names; None where its bytes are not here."""
    for owner in [key, *(row.key for row in answering.rows_of(project, [key])[key.id])]:
        for one in attached.of(project, owner):
            if one.file and one.file.title == name and one.is_here:
                return attachments.read(project, one.ref)
    return None


def bound(
    form: Definition,
    files: Mapping[str, Value],
    answered: Iterable[tuple[Owner, Mapping[str, Value]]],
) -> list[Change]:
    """The changes that make a draft's files attachments of the records whose answers name them."""
    return [
        attaching.creation(owner, files[str(name)], question=path)
        for owner, answers in answered
        for path, name in answers.items()
        if is_upload(form, path) and str(name) in files
    ]


def followed(
    project: Project,
    form: Definition,
    key: RecordKey,
    was: Mapping[str, Value],
    now: Mapping[str, Value],
    edit: Change | None,
) -> list[Change]:
    """The changes by which a record's files follow its answers: what they name no longer is let
    go, and what they name again comes back.

    ``edit`` is how the answers change, if they do: what it replaces may have named files that
    were never shown. A file they never named may belong to an answer that came meanwhile.
    """
    fields = edit.fields if edit else {}
    lost = (_named(form, was) | _replaced(project, form, key, edit)) - _named(form, now)
    found = _named(form, fields)
    if not lost and not found:
        return []
    every = [one for one in attached.of(project, key, deleted=True) if one.question and one.file]
    gone = {one.key for one in every} - {one.key for one in attached.of(project, key)}
    changes = []
    for one in every:
        title = one.file.title if one.file else ""
        if title in lost and one.key not in gone:
            changes.append(writing.deletion(project, one.key))
        elif title in found:
            changes += writing.restorations(project, one.key)
    return changes


def _replaced(project: Project, form: Definition, key: RecordKey, edit: Change | None) -> set[str]:
    """The files that the answers an edit takes the place of named, shown or not."""
    paths = [path for path in (edit.fields if edit else {}) if is_upload(form, path)]
    if edit is None or not paths:
        return set()
    heads = records.state(project, key).heads
    return {
        str(head.value)
        for path in paths
        for head in heads.get(path, ())
        if head.fact.ref in edit.replaces.get(path, ())
    }


def require_known(project: Project, form: Definition, key: RecordKey, path: str, name: str) -> None:
    """Raise KipuError for the name of a file that the record never had."""
    if not name or not is_upload(form, path):
        return
    heads = records.state(project, key).heads.get(path, ())
    known = {str(head.value) for head in heads}
    known |= {one.file.title for one in attached.of(project, key, deleted=True) if one.file}
    if name not in known:
        raise KipuError(_("There is no file “{name}” here.").format(name=name))


def _named(form: Definition, answers: Mapping[str, Value]) -> set[str]:
    return {str(name) for path, name in answers.items() if is_upload(form, path)}


def is_upload(form: Definition, path: str) -> bool:
    # What is hidden and binary is metadata: the log of the interview, a recording in the background.
    question = form.questions.get(path)
    return question is not None and (question.kind == "upload" or question.type == "binary")


def answer(project: Project, draft: Draft, question: str, data: bytes, file_name: str) -> str:
    """Answer a question with a file; returns the answer. Raises KipuError when it takes none."""
    from app.forms.paths import place_path
    from app.models.commands import surveys

    session = surveys.session_of(project, draft)
    path = session.resolve(question)
    if not is_upload(session.definition, place_path(path)):
        raise KipuError(_("“{name}” is not answered with a file.").format(name=question))
    name = reference(place_path(path), file_name)
    kept = put(project, draft, name, data)
    session.set(path, name)
    surveys.keep_session(project, kept, session)
    return name
