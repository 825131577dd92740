"""Records of every declared kind: new, edit, delete, close; one transaction each."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from app.errors import KipuError
from app.i18n import _
from app.models import attachments, spaces
from app.models.fields import AttachmentRef, Reference, between, record_id
from app.models.ledger import RecordKey, Touched
from app.models.ledger.registers import State
from app.models.project import Project
from app.models.queries import records as reading
from app.models.queries.answering import ROW
from app.models.queries.conflicts import require_settled
from app.models.records import KINDS, Kind, check_record, kind, parent_field
from sync.changes import Change, Ref, Verb
from sync.ids import moved_id, random_id
from sync.merge import EXISTENCE, SEEN, Fact, RecordState
from sync.values import Value

Heads = Mapping[str, tuple[Ref, ...]]


def new(
    project: Project,
    kind_name: str,
    values: Mapping[str, Value],
    space: bytes | None = None,
    record: bytes | None = None,
    *,
    imported: bool = False,
) -> RecordKey:
    """Make a record; returns its key.

    Without a space it goes where its owner is, else to the one space there is. Raises KipuError
    for anything missing or refused, a deleted owner among it, and for a reference to what is
    deleted, unless it is `imported`: a table may be older than that.
    """
    declared = kind(kind_name)
    project.require_joined()
    fields = declared.defaults() | {k: v for k, v in values.items() if v is not None}
    parent = _owner(project, declared, fields, space)
    space = space or (parent.space if parent else _home(project, declared))
    if declared.ordered and "position" not in fields:
        fields["position"] = _last_position(project, declared, parent, space)
    _require_fit(declared, fields)
    if not imported:
        _require_links(project, declared, fields)
    key = RecordKey(space, declared.name, record or random_id())
    owner = (parent.kind, parent.id) if parent else None
    change = Change(Verb.CREATE, declared.name, key.id, owner, fields)
    project.ledger.commit(space, [change], "new")
    return key


def _require_fit(declared: Kind, fields: Mapping[str, Value]) -> None:
    problems = check_record(declared, fields)
    if problems:
        raise KipuError(" ".join(problem.message for problem in problems))


def _require_links(project: Project, declared: Kind, fields: Mapping[str, Value]) -> None:
    """Nobody chooses what is deleted; what is not here may lie in a space this laptop lacks."""
    for one in declared.columns:
        value = fields.get(one.id)
        if not isinstance(one, Reference) or not isinstance(value, str):
            continue
        named = record_id(value)
        if named and reading.is_gone(project, one.kind, bytes.fromhex(named)):
            told = _("This record is deleted; its history is kept.")
            raise KipuError(f"{one.label}: {told}")


def _owner(
    project: Project, declared: Kind, fields: dict[str, Value], space: bytes | None
) -> RecordKey | None:
    """Take the owner out of the fields and find it; owner and owned lie in one space."""
    link = parent_field(declared)
    if link is None:
        return None
    named = fields.pop(link.id, None)
    if named is None:
        raise KipuError(_("{field} is missing.").format(field=link.label))
    owner = reading.standing(project, str(named), declared.parent, space)
    if space is not None and owner.space != space:
        raise KipuError(_("The record it belongs to lies in another space."))
    return owner


def _home(project: Project, declared: Kind) -> bytes:
    if declared.home == "common" and project.is_coordinator:
        return project.roster.common
    return spaces.only_space(project).id


def _last_position(project: Project, declared: Kind, parent: RecordKey | None, space: bytes) -> str:
    last = reading.last_position(project, declared.name, parent, space)
    return between(last, None)


def edit(
    project: Project,
    key: RecordKey,
    values: Mapping[str, Value],
    shown: Heads | None = None,
    label: str = "edit",
) -> Touched:
    """Set fields of a record.

    `shown` are the heads on the screen when editing began (from `queries.records.heads`); an
    editor passes them so that what arrived meanwhile is never overwritten unseen (sync rule 14).
    """
    current = reading.values(project, key)
    changed = {name: value for name, value in values.items() if current.get(name) != value}
    conflicted = reading.conflicted(project, key)
    changed |= {name: value for name, value in values.items() if name in conflicted}
    if not changed:
        return Touched()
    declared = kind(key.kind)
    _require_fit(declared, {**_declared_only(declared, current), **changed})
    _require_links(project, declared, changed)
    heads = shown if shown is not None else reading.heads(project, key)
    replaces = {name: heads.get(name, ()) for name in changed}
    change = Change(Verb.EDIT, key.kind, key.id, None, changed, replaces)
    return project.ledger.commit(key.space, [change], label)


def _declared_only(declared: Kind, fields: Mapping[str, Value]) -> dict[str, Value]:
    """Without what a newer Kipu wrote: it is carried along, and not ours to judge."""
    known = {one.id for one in declared.columns}
    return {name: value for name, value in fields.items() if name in known or name[:1] == "/"}


def delete(project: Project, key: RecordKey) -> Touched:
    """Delete a record and what it owns, naming all that was seen of them.

    What was deleted before stays as it is, so that restoring this brings back this and no more.
    """
    gone = [key, *_standing(project, key)]
    changes = [deletion(project, one) for one in reversed(gone)]
    return _counted_anew(project, key, changes, "delete")


def _counted_anew(
    project: Project, key: RecordKey, changes: Sequence[Change], label: str
) -> Touched:
    """Write the changes that take a record or bring it back, with what its response then comes to."""
    if key.kind != ROW:
        return project.ledger.commit(key.space, changes, label)
    from app.models.commands import recounting

    with project.ledger.writing():
        touched = project.ledger.commit(key.space, changes, label)
        touched.merge(recounting.after_rows(project, key))
    return touched


def _standing(project: Project, key: RecordKey) -> list[RecordKey]:
    """What a record owns and nobody deleted, owners before what they own."""
    owned = reading.descendants(project, key)
    return [one for one in owned if reading.flags(project, one) & State.VISIBLE]


def deletion(project: Project, key: RecordKey, shown: Heads | None = None) -> Change:
    """The change that deletes one record as it is known here, or as it was `shown` to an editor."""
    state = reading.state(project, key)
    heads = reading.heads(project, key) if shown is None else shown
    seen = sorted({ref for refs in heads.values() for ref in refs})
    replaces = {EXISTENCE: being(state), SEEN: tuple(seen)}
    return Change(Verb.DELETE, key.kind, key.id, None, {}, replaces)


def being(state: RecordState) -> tuple[Ref, ...]:
    """All that stands of whether a record is there, for the next word on that to replace.

    One that brings it back replaces an earlier one that did, too: should that one not count any more,
    what it had replaced stays so (sync.merge.through_withheld).
    """
    return tuple(fact.ref for fact in (*state.alive, *state.deletes))


def restore(project: Project, key: RecordKey) -> Touched:
    """Bring a deleted record back, with what was deleted along with it."""
    changes = restorations(project, key)
    if not changes:
        raise KipuError(_("This record is not deleted."))
    return _counted_anew(project, key, changes, "restore")


def restorations(project: Project, key: RecordKey) -> list[Change]:
    """The changes that bring a record back, with what was deleted along with it."""
    changes = []
    acts = {transaction_of(project, fact.ref) for fact in reading.state(project, key).deletes}
    for one in [key, *reading.descendants(project, key)]:
        state = reading.state(project, one)
        gone = {transaction_of(project, fact.ref) for fact in state.deletes}
        if gone and gone <= acts:
            replaces = {EXISTENCE: being(state)}
            changes.append(Change(Verb.EDIT, one.kind, one.id, None, {}, replaces))
    return changes


def transaction_of(project: Project, ref: Ref) -> tuple[bytes, int]:
    """The transaction a change is of: its log, and its first number there."""
    first = project.store.value(
        "SELECT max(first_seq) FROM transactions JOIN logs USING(lid) WHERE log=? AND first_seq<=?",
        ref,
    )
    return ref.log, int(first or 0)


def close(project: Project, key: RecordKey) -> Touched:
    """Close a record (approved minutes): later changes under it wait for a person (rule 13)."""
    if not kind(key.kind).closes:
        raise KipuError(_("Records of this kind are not closed."))
    require_settled(project, key)
    closes = tuple(fact.ref for fact in reading.state(project, key).closes)
    change = Change(Verb.CLOSE, key.kind, key.id, None, {}, {EXISTENCE: closes} if closes else {})
    return project.ledger.commit(key.space, [change], "close")


def admit_late(project: Project, key: RecordKey, refs: Sequence[Ref]) -> Touched:
    """Take late changes into a closed record as an addendum."""
    if not refs:
        raise KipuError(_("There is no late change to admit here."))
    change = Change(Verb.ADMIT, key.kind, key.id, None, {}, {EXISTENCE: tuple(refs)})
    return project.ledger.commit(key.space, [change], "admit-late")


def adopt(project: Project, key: RecordKey) -> RecordKey:
    """Copy a record somebody added in their own space into the common one (rule 2).

    The copy's id follows from the source, so that two coordinators adopting it agree; the source
    stays, marked as the same, and references to it stay as they are.
    """
    declared = kind(key.kind)
    if not declared.adoptable:
        raise KipuError(_("Records of this kind are not adopted."))
    common = project.roster.common
    if key.space == common:
        raise KipuError(_("This record is in the common space already."))
    target = RecordKey(common, key.kind, moved_id(key.space, key.kind, key.id, common))
    command = os.urandom(16)
    values = {k: v for k, v in reading.values(project, key).items() if k != "same_as"}
    copy = _copy(project, target, None, values)
    mark = Change(
        Verb.EDIT, key.kind, key.id, None, {"same_as": target.id.hex()},
        {"same_as": reading.heads(project, key).get("same_as", ())},
    )  # fmt: skip
    with project.ledger.writing():
        if copy is not None:
            project.ledger.commit(common, [copy], "adopt", command)
        project.ledger.commit(key.space, [mark], "adopt", command)
    return target


def move(project: Project, key: RecordKey, space: bytes) -> RecordKey:
    """Move a record and what it owns to another space (an interview in the wrong parish).

    The copy's id follows from source and target, so that two laptops moving it agree; the source is
    deleted, and its history stays where it was (sync rule 2). What the record owns moves along, and
    references among them are kept.
    """
    if key.space == space:
        raise KipuError(_("This record is in that space already."))
    if reading.parent(project, key) is not None:
        raise KipuError(_("This record belongs to another and moves with it."))
    moving = [key, *_standing(project, key)]
    if any(one.kind not in KINDS for one in moving):
        # What of it names files, and so would have to be sealed anew, nobody here can tell.
        raise KipuError(
            _("A newer Kipu keeps more with this record than this one can move. Nothing was "
              "changed; update Kipu and try again.")
        )  # fmt: skip
    if any(reading.conflicted(project, one) for one in moving):
        # A copy has one value a field; the other versions would be left behind unseen.
        raise KipuError(_("Settle the conflicts of this record before moving it."))
    ids = {one.id.hex(): moved_id(one.space, one.kind, one.id, space) for one in moving}
    command = os.urandom(16)
    copies = [copy for one in moving if (copy := _copied(project, one, ids, space)) is not None]
    with project.ledger.writing():
        if copies:
            project.ledger.commit(space, copies, "move", command)
        gone = [deletion(project, one) for one in reversed(moving)]
        project.ledger.commit(key.space, gone, "move", command)
    return RecordKey(space, key.kind, ids[key.id.hex()])


def _copied(
    project: Project, key: RecordKey, ids: Mapping[str, bytes], space: bytes
) -> Change | None:
    """The change that makes a record's copy, its links within what moves pointing to the copies."""
    owner = reading.parent(project, key)
    parent = (owner.kind, ids[owner.id.hex()]) if owner and owner.id.hex() in ids else None
    values = {
        name: ids[value].hex() if isinstance(value, str) and value in ids else value
        for name, value in reading.values(project, key).items()
    }
    for one in kind(key.kind).columns:
        if isinstance(one, AttachmentRef):
            # Under another space's key the same bytes have another name.
            values[one.id] = attachments.renamed(project, values.get(one.id), space)
    return _copy(project, RecordKey(space, key.kind, ids[key.id.hex()]), parent, values)


def _copy(
    project: Project,
    target: RecordKey,
    parent: tuple[str, bytes] | None,
    values: Mapping[str, Value],
) -> Change | None:
    """The creation of a copy, or what brings one of an earlier time up to date; None if it is.

    A record that was restored, changed and moved again meets its copy. What moving put there gives
    way, and so does the copy's deletion; what people wrote there stays beside it as a conflict.
    """
    state = (
        reading.state(project, target) if reading.is_here(project, target.kind, target.id) else None
    )
    if state is None or not state.is_created:
        return Change(Verb.CREATE, target.kind, target.id, parent, values)
    changed = {n: v for n, v in values.items() if n not in state.heads or state.values[n] != v}
    replaces = {
        name: tuple(
            head.fact.ref for head in state.heads.get(name, ()) if _was_moved(project, head.fact)
        )
        for name in changed
    }
    if state.deletes:
        replaces[EXISTENCE] = being(state)
    return Change(Verb.EDIT, target.kind, target.id, None, changed, replaces) if replaces else None


def _was_moved(project: Project, fact: Fact) -> bool:
    """Whether a copy's field was set by copying: nothing else creates a record of such an id."""
    log, first = transaction_of(project, fact.ref)
    label = project.store.value(
        "SELECT label FROM transactions JOIN logs USING(lid) WHERE log=? AND first_seq=?",
        (log, first),
    )
    return fact.verb is Verb.CREATE or label == "move"


def parse_id(text: str) -> bytes:
    """The record id a person or script wrote. Raises KipuError when it is not one."""
    found = record_id(text)
    if found is None:
        raise KipuError(_("“{text}” is not the id of a record.").format(text=text))
    return bytes.fromhex(found)
