"""Settling conflicts: the decision replaces every side, so that all replicas agree (sync rule 14)."""

from __future__ import annotations

from app.errors import KipuError
from app.i18n import _
from app.models.commands import records as writing
from app.models.commands import revising
from app.models.fields import Field
from app.models.ledger import Touched
from app.models.project import Project
from app.models.queries import answering, records
from app.models.queries.conflicts import Conflict, Version
from app.models.records import kind
from sync.changes import Change, Verb
from sync.merge import EXISTENCE
from sync.values import Value


def choose(conflict: Conflict, name: str) -> Version:
    """The version a person means: its id, or its place in the list from 1."""
    for number, version in enumerate(conflict.versions, start=1):
        if name in (version.id, str(number)):
            return version
    raise KipuError(_("This conflict has no version “{text}”.").format(text=name))


def take(project: Project, conflict: Conflict, version: Version) -> Touched:
    """Settle a conflict with one of its versions."""
    state = records.state(project, conflict.key)
    if version.deleted:
        return _delete(project, conflict)
    if state.deletes:
        return _keep(project, conflict)
    if conflict.field == EXISTENCE:
        return _keep_close(project, conflict, version)
    return settle(project, conflict, version.value)


def settle(project: Project, conflict: Conflict, value: Value) -> Touched:
    """Settle a conflict of a field with a value, one of the versions' or another.

    Raises KipuError for one that the field does not take, as for none where one is needed.
    """
    key, field = conflict.key, conflict.field
    if field.startswith("/") and answering.is_of_response(key):
        changes = revising.corrections(project, key, {field: value}, settling=True)
    else:
        is_own = field.startswith("/")
        values = {field: value if is_own else _fit(kind(key.kind).field(field), value)}
        replaces = {field: records.heads(project, key).get(field, ())}
        changes = [Change(Verb.EDIT, key.kind, key.id, None, values, replaces)]
    changes += writing.restorations(project, key)
    return project.ledger.commit(key.space, changes, "resolve")


def _fit(field: Field, value: Value) -> Value:
    if value is None and field.required:
        raise KipuError(_("{field} is missing.").format(field=field.label))
    return field.check(value)


def _delete(project: Project, conflict: Conflict) -> Touched:
    gone = [conflict.key, *records.descendants(project, conflict.key)]
    changes = [writing.deletion(project, key) for key in reversed(gone)]
    return project.ledger.commit(conflict.key.space, changes, "resolve")


def _keep(project: Project, conflict: Conflict) -> Touched:
    """The record stays, and with it what the other side deleted along with it."""
    changes = writing.restorations(project, conflict.key)
    return project.ledger.commit(conflict.key.space, changes, "resolve")


def _keep_close(project: Project, conflict: Conflict, version: Version) -> Touched:
    """Two closes met: closing again, having seen both, leaves one act."""
    key = conflict.key
    closes = tuple(fact.ref for fact in records.state(project, key).closes)
    if version.ref not in closes:
        raise KipuError(_("This conflict has no version “{text}”.").format(text=version.id))
    change = Change(Verb.CLOSE, key.kind, key.id, None, {}, {EXISTENCE: closes})
    return project.ledger.commit(key.space, [change], "resolve")
