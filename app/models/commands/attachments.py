"""Attaching files to records; everything else about an attachment is as for any record.

What a draft holds is kept first (`attachments.keep`) and bound to its record when there is one:
`bind` makes an attachment of it, `creation` the change for a transaction that makes more than that.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

from app.errors import KipuError
from app.i18n import _
from app.models import attachments
from app.models.attachments.refs import KIND
from app.models.commands import records
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import records as reading
from app.models.records import check_record, kind
from sync.attachments import Source
from sync.changes import Change, Verb
from sync.ids import random_id
from sync.values import Value

_DOCUMENTS: Final = frozenset({".pdf", ".odt", ".doc", ".docx", ".txt", ".rtf"})


def attach(
    project: Project,
    owner: RecordKey,
    data: bytes | Source,
    name: str,
    media: str = "",
    **fields: Value,
) -> RecordKey:
    """Keep a file and make it an attachment of a record; returns the attachment's key.

    ``data`` is bytes or a stream that can be sought in, ``name`` the file's name, ``media`` its
    MIME type (guessed from the name without it), ``fields`` those of the kind. Raises KipuError
    when the record is deleted, closed or an attachment itself, or the file too large.
    """
    _require_owner(project, owner)
    return bind(project, owner, attachments.keep(project, owner.space, data, name, media), **fields)


def bind(project: Project, owner: RecordKey, ref: Value, **fields: Value) -> RecordKey:
    """Make a kept file an attachment of a record in the same space; returns its key."""
    _require_owner(project, owner)
    change = creation((owner.kind, owner.id), ref, **fields)
    project.ledger.commit(owner.space, [change], "attach")
    return RecordKey(owner.space, KIND, change.record)


def creation(owner: tuple[str, bytes], ref: Value, **fields: Value) -> Change:
    """The change that makes a kept file an attachment of a record, perhaps of one made beside it.

    Raises KipuError for fields that are none of an attachment's.
    """
    values: dict[str, Value] = {"type": type_of(ref), "file": ref}
    values |= {name: value for name, value in fields.items() if value is not None}
    problems = check_record(kind(KIND), values)
    if problems:
        raise KipuError(" ".join(problem.message for problem in problems))
    return Change(Verb.CREATE, KIND, random_id(), owner, values)


def type_of(ref: Value) -> str:
    """What a kept file most likely is, as the field ``type`` has it."""
    if not isinstance(ref, dict):
        return "other"
    media = str(ref.get("type")).partition("/")[0]
    known = {"image": "photo", "audio": "audio", "video": "video", "text": "document"}
    is_document = PurePath(str(ref.get("name"))).suffix.lower() in _DOCUMENTS
    return known.get(media, "document" if is_document else "other")


def delete(project: Project, key: RecordKey) -> None:
    """Delete an attachment; `records.restore` brings it back, only erasing takes its bytes."""
    if key.kind != KIND:
        raise KipuError(_("This record is no attachment."))
    records.delete(project, key)


def _require_owner(project: Project, owner: RecordKey) -> None:
    project.require_joined()
    if owner.kind == KIND:
        raise KipuError(_("A file is attached to a record, not to another attachment."))
    reading.require_standing(project, owner)
