"""One command of the meeting desk: gathered changes, one transaction, and the way back.

A command gathers what it makes and edits, commits all of it or nothing, and hands back what it
touched, what was done in words, and what `take_back` needs to undo it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.errors import KipuError
from app.i18n import _
from app.models.commands import undoing
from app.models.commands.records import Heads, deletion
from app.models.fields import between
from app.models.ledger import RecordKey, Touched
from app.models.project import Project
from app.models.queries import records as reading
from app.models.records import Kind, check_record, kind
from sync.changes import Change, Verb
from sync.ids import random_id
from sync.values import Value

Fields = Mapping[str, Value]


@dataclass
class Done(Touched):
    """What a command of the meeting desk did.

    ``key`` is the record it is about, ``words`` what was done (for Undo), ``notice`` a sentence
    worth showing, ``undo`` what `take_back` takes; None where there is no way back.
    """

    key: RecordKey | None = None
    words: str = ""
    notice: str = ""
    undo: undoing.Done | None = None


@dataclass
class Work:
    """Gathers the changes of one command in one space."""

    project: Project
    space: bytes
    changes: list[Change] = field(default_factory=list)
    made: list[RecordKey] = field(default_factory=list)
    _last: dict[tuple[str, bytes], str] = field(default_factory=dict)

    def create(self, kind_name: str, values: Fields, owner: RecordKey | None = None) -> RecordKey:
        """Make a record; raises KipuError for values that are not fit."""
        declared = kind(kind_name)
        fields = declared.defaults() | {k: v for k, v in values.items() if v is not None}
        if declared.ordered and "position" not in fields:
            fields["position"] = self._next_position(declared, owner)
        _require_fit(declared, fields)
        if owner is not None and owner not in self.made:
            reading.require_shown(self.project, owner)
        key = RecordKey(self.space, kind_name, random_id())
        parent = (owner.kind, owner.id) if owner else None
        self.changes.append(Change(Verb.CREATE, kind_name, key.id, parent, fields))
        self.made.append(key)
        return key

    def _next_position(self, declared: Kind, owner: RecordKey | None) -> str:
        place = (declared.name, owner.id if owner else b"")
        known = self._last.get(place)
        if known is None and owner not in self.made:
            known = reading.last_position(self.project, declared.name, owner, self.space)
        self._last[place] = between(known, None)
        return self._last[place]

    def edit(self, key: RecordKey, values: Fields, shown: Heads | None = None) -> None:
        """Set fields of a record; `shown` are the heads on the screen when editing began."""
        current = reading.values(self.project, key)
        disputed = reading.conflicted(self.project, key)
        changed = {
            name: value
            for name, value in values.items()
            if current.get(name) != value or name in disputed
        }
        if not changed:
            return
        declared = kind(key.kind)
        known = {name: value for name, value in current.items() if declared.get(name)}
        _require_fit(declared, {**known, **changed})
        heads = shown if shown is not None else reading.heads(self.project, key)
        replaces = {name: heads.get(name, ()) for name in changed}
        self.changes.append(Change(Verb.EDIT, key.kind, key.id, None, changed, replaces))

    def delete(self, key: RecordKey) -> None:
        """Delete a record and what it owns."""
        gone = [key, *reading.descendants(self.project, key)]
        standing = [one for one in gone if reading.flags(self.project, one) & 1]
        self.changes += [deletion(self.project, one) for one in reversed(standing)]

    def commit(
        self, label: str, words: str, key: RecordKey | None = None, notice: str = ""
    ) -> Done:
        """Write all of it in one transaction; raises KipuError when it may not be done."""
        done = Done(key=key, words=words, notice=notice)
        if self.changes:
            touched, back = undoing.tracked(self.project, _commit, self.space, self.changes, label)
            done.merge(touched)
            done.undo = back if back and back.can_undo else None
        return done


def _commit(project: Project, space: bytes, changes: list[Change], label: str) -> Touched:
    return project.ledger.commit(space, changes, label)


def _require_fit(declared: Kind, fields: Fields) -> None:
    problems = check_record(declared, fields)
    if problems:
        raise KipuError(" ".join(problem.message for problem in problems))


def take_back(project: Project, step: undoing.Done) -> Done:
    """Undo what a command did, as its `Done.undo` has it.

    Raises KipuError when all of it was changed since, or the act is closed; nothing is changed
    then.
    """
    done = Done(words=_("undo: {what}").format(what=step.words))
    done.merge(undoing.undo(project, step))
    return done


def remove(project: Project, key: RecordKey) -> Done:
    """Delete a row of a meeting with what it owns; `take_back` brings it back."""
    words = _("remove {what}").format(what=kind(key.kind).title_of(reading.values(project, key)))
    work = Work(project, key.space)
    work.delete(key)
    return work.commit("meeting remove", words, key)


def require_kind(key: RecordKey, *names: str) -> None:
    """Raises KipuError when a record is not of one of these kinds."""
    if key.kind not in names:
        raise KipuError(
            _("This is a {kind}, not a {wanted}.").format(
                kind=kind(key.kind).label, wanted=kind(names[0]).label
            )
        )
