"""What a finished interview does to the things a programme follows.

Where a form changes an entity that changed since its list was read, both values stand, to be
decided like any other conflict: what the form saw is what its change replaces.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from app.models.drafts import Draft
from app.models.fields import record_id
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import entities, records
from sync.changes import Change, Ref, Verb
from sync.ids import random_id
from sync.values import Value

if TYPE_CHECKING:
    from app.forms import Session
    from app.forms.entities import EntityAct

_NAMES = uuid.UUID("5b0f4a0e-4c0f-5f0b-9f0e-6b6970750001")
"""Where ids that are no UUIDs get theirs from."""


def commit(
    project: Project, draft: Draft, session: Session, changes: list[Change], label: str
) -> None:
    """Write what a complete interview changes, and with it what it does to entities.

    Those of another space are written there, under one command.
    """
    answers = draft.body["answers"]
    assert isinstance(answers, dict)
    others = followed(project, draft.space, session, answers)
    own = others.pop(draft.space, [])
    command = random_id() if others else None
    with project.ledger.writing():
        project.ledger.commit(draft.space, [*changes, *own], label, command)
        for space, some in others.items():
            project.ledger.commit(space, some, label, command)


def followed(
    project: Project, space: bytes, session: Session, draft: Mapping[str, Value]
) -> dict[bytes, list[Change]]:
    """The changes an interview in a space makes to entities, by the space they are made in.

    ``draft`` is what was kept of the interview: it tells the versions that the person saw, while
    the session may have read the lists again since.
    """
    found: dict[RecordKey, Change] = {}
    for act in session.entities():
        seen = draft.get(f"{act.path}/@baseVersion", act.base_version)
        act = replace(act, base_version=str(seen or ""))
        key = _key(project, space, act)
        if project.ledger.forgotten.is_erased(key):
            # The answers stay in the interview, which must not be lost with the thing it is about.
            continue
        for change in _changes(project, key, act):
            found[key] = _joined(found[key], change) if key in found else change
    by_space: dict[bytes, list[Change]] = {}
    for key, change in found.items():
        by_space.setdefault(key.space, []).append(change)
    return by_space


def _joined(one: Change, other: Change) -> Change:
    """Two changes of one entity, which a form may name twice, as one."""
    fields = {**one.fields, **other.fields}
    return replace(one, fields=fields, replaces={**one.replaces, **other.replaces})


def _key(project: Project, space: bytes, act: EntityAct) -> RecordKey:
    """Where an entity is: in the interview's space, or in the common one if it may be changed there."""
    named = uuid.uuid5(_NAMES, f"{act.dataset}/{act.id}").bytes
    found = record_id(act.id)
    for record in (bytes.fromhex(found), named) if found else (named,):
        for place in (space, project.roster.common):
            key = RecordKey(place, entities.KIND, record)
            if not entities.is_here(project, key):
                continue
            if records.values(project, key).get("list") != act.dataset:
                # What another list calls the same is another thing.
                break
            if place == space or _may_change(project, place):
                return key
        else:
            return RecordKey(space, entities.KIND, record)
    return RecordKey(space, entities.KIND, named)


def _may_change(project: Project, common: bytes) -> bool:
    view = project.roster.view()
    return view.policy.allows(entities.KIND, Verb.EDIT, "common", view.role(project.device, common))


def _changes(project: Project, key: RecordKey, act: EntityAct) -> list[Change]:
    fields: dict[str, Value] = {f"/{name}": text or None for name, text in act.properties.items()}
    if act.label:
        fields["label"] = act.label
    if not entities.is_here(project, key):
        # An entity that is to be changed and is not here is made: nothing of it may be lost.
        made = {name: value for name, value in fields.items() if value is not None}
        return [Change(Verb.CREATE, key.kind, key.id, None, {"list": act.dataset, **made})]
    now = records.values(project, key)
    seen = _seen(project, key, act)
    changed = {name: value for name, value in fields.items() if now.get(name) != value}
    if not changed:
        return []
    replaces = {name: seen.get(name, ()) for name in changed}
    return [Change(Verb.EDIT, key.kind, key.id, None, changed, replaces)]


def _seen(project: Project, key: RecordKey, act: EntityAct) -> dict[str, tuple[Ref, ...]]:
    if act.base_version.isdigit():
        return entities.heads_at(project, key, int(act.base_version))
    return records.heads(project, key)
