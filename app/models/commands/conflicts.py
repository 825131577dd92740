"""Settling conflicts: the decision replaces every side, so that all replicas agree (sync rule 14)."""

from __future__ import annotations

from collections.abc import Sequence

from app.errors import KipuError
from app.i18n import _
from app.models.commands import records as writing
from app.models.commands import recounting, revising
from app.models.fields import Field
from app.models.ledger import RecordKey, Touched
from app.models.project import Project
from app.models.queries import answering, records
from app.models.queries.conflicts import Conflict, Version
from app.models.queries.meetings.closed_acts import Then
from app.models.records import kind
from sync.changes import Change, Ref, Verb
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
    with project.ledger.writing():
        if version.deleted:
            touched = _delete(project, conflict)
        elif state.deletes:
            touched = _keep(project, conflict)
        elif conflict.field == EXISTENCE:
            touched = _keep_close(project, conflict, version)
        else:
            touched = _settle(project, conflict, version.value)
        touched.merge(recounting.after_rows(project, conflict.key))
    return touched


def settle(project: Project, conflict: Conflict, value: Value) -> Touched:
    """Settle a conflict of a field with a value, one of the versions' or another.

    Raises KipuError for one that the field does not take, as for none where one is needed.
    """
    with project.ledger.writing():
        touched = _settle(project, conflict, value)
        touched.merge(recounting.after_rows(project, conflict.key))
    return touched


def _settle(project: Project, conflict: Conflict, value: Value) -> Touched:
    key, field = conflict.key, conflict.field
    if field.startswith("/") and answering.is_of_response(key):
        changes = revising.corrections(project, key, {field: value}, settling=True)
    else:
        is_own = field.startswith("/")
        values = {field: value if is_own else _fit(kind(key.kind).field(field), value)}
        replaces = {field: records.heads(project, key).get(field, ())}
        changes = [Change(Verb.EDIT, key.kind, key.id, None, values, replaces)]
    changes += writing.restorations(project, key)
    return _write(project, key, changes)


def _write(project: Project, key: RecordKey, changes: Sequence[Change]) -> Touched:
    """Write a decision; under a closed act with the admission that lets it in, as an addendum."""
    act = records.closed_act(project, key)
    if act is None:
        return project.ledger.commit(key.space, changes, "resolve")
    with project.ledger.writing():
        whole = [*changes, *_admissions(project, act, changes)]
        return project.ledger.commit(key.space, whole, "resolve")


def _admissions(project: Project, act: RecordKey, changes: Sequence[Change]) -> list[Change]:
    """What lets the changes of a transaction into a closed act, to be put right behind them.

    Raises KipuError where only a coordinator may.
    """
    first = project.ledger.next_ref(act.space)
    late = tuple(
        Ref(first.log, seq)
        for seq, one in enumerate(changes, start=first.seq)
        if one.verb is not Verb.CLOSE
    )
    if not late:
        return []
    warrant = project.ledger.judge.warrant(project.device, first.log, act.space, None)
    if not warrant.allows(first.seq, Verb.ADMIT, act.kind):
        raise KipuError(
            _("This act is closed: a coordinator has to settle this, as an addendum to it.")
        )
    return [Change(Verb.ADMIT, act.kind, act.id, None, {}, {EXISTENCE: late})]


def _fit(field: Field, value: Value) -> Value:
    if value is None and field.required:
        raise KipuError(_("{field} is missing.").format(field=field.label))
    return field.check(value)


def _delete(project: Project, conflict: Conflict) -> Touched:
    gone = [conflict.key, *records.descendants(project, conflict.key)]
    changes = [writing.deletion(project, key) for key in reversed(gone)]
    return _write(project, conflict.key, changes)


def _keep(project: Project, conflict: Conflict) -> Touched:
    """The record stays, and with it what the other side deleted along with it."""
    return _write(project, conflict.key, writing.restorations(project, conflict.key))


def _keep_close(project: Project, conflict: Conflict, version: Version) -> Touched:
    """Two closes met: closing again, having seen both, leaves one act, as the chosen one wrote it."""
    key = conflict.key
    closes = tuple(fact.ref for fact in records.state(project, key).closes)
    if version.ref not in closes:
        raise KipuError(_("This conflict has no version “{text}”.").format(text=version.id))
    change = Change(Verb.CLOSE, key.kind, key.id, None, {}, {EXISTENCE: closes})
    return _write(project, key, [*_as_closed(project, key, version.ref, closes), change])


def _as_closed(
    project: Project, act: RecordKey, chosen: Ref, closes: Sequence[Ref]
) -> list[Change]:
    """What closing wrote beside any of these closes, set to what it is for the chosen one."""
    then = Then(project, chosen)
    acts = {writing.transaction_of(project, one) for one in closes}
    changes = []
    for key in [act, *records.descendants(project, act)]:
        facts = project.ledger.merging.facts(records.rid(project, key))
        names = {
            name
            for fact in facts
            for name in fact.fields
            if writing.transaction_of(project, fact.ref) in acts
        }
        was, now = then.state(key), records.state(project, key)
        fields = {
            name: was.values.get(name)
            for name in sorted(names if was.is_created else ())
            if name in now.conflicts or was.values.get(name) != now.values.get(name)
        }
        if fields:
            heads = {name: tuple(one.fact.ref for one in now.heads[name]) for name in fields}
            changes.append(Change(Verb.EDIT, key.kind, key.id, None, fields, heads))
    return changes
