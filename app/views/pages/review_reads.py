"""What the review page asks of the project, and the decisions it hands back. All in the worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import KipuError
from app.i18n import _
from app.models.commands import conflicts as settling
from app.models.commands import records as writing
from app.models.ledger import RecordKey, Touched
from app.models.ledger.registers import Standing, State
from app.models.project import Project
from app.models.queries import conflicts as waiting
from app.models.queries import records
from app.models.queries import surveys as reading
from app.models.queries.conflicts import Conflict, Version, Withheld
from app.models.records import kind
from app.models.vocabulary import EXISTENCE, Value
from app.views import words
from app.views.lookup import title
from app.views.pages.interviews_reads import Asked, chosen, questions
from app.views.record_source import shown

_CONTEXT = 6
"""Fields of the record shown beside the one in dispute."""


@dataclass(frozen=True)
class Side:
    """One version in words: its value, and who, when, on which laptop."""

    text: str
    byline: str
    is_deletion: bool


@dataclass(frozen=True)
class Dispute:
    """A conflict as people read it. ``field`` is empty when it is about the whole record;
    ``around`` are other fields of the record, as (label, text)."""

    conflict: Conflict
    record: str
    kind: str
    field: str
    sides: Sequence[Side]
    around: Sequence[tuple[str, str]]
    typed: str
    owned: int

    @property
    def is_about_existence(self) -> bool:
        return self.conflict.field == EXISTENCE or any(one.is_deletion for one in self.sides)


@dataclass(frozen=True)
class Aside:
    """Something set aside: what it touches, by whom, and the closed act it came too late for."""

    withheld: Withheld
    records: Sequence[str]
    changes: Sequence[str]
    byline: str
    is_late: bool
    act: RecordKey | None
    act_title: str
    may_admit: bool


@dataclass(frozen=True)
class Waiting:
    """Everything that waits for a person's decision."""

    values: Sequence[Dispute]
    deletions: Sequence[Dispute]
    aside: Sequence[Aside]


def everything(project: Project) -> Waiting:
    """Read all that waits."""
    found = [_dispute(project, one) for one in waiting.all_conflicts(project)]
    return Waiting(
        [one for one in found if not one.is_about_existence],
        [one for one in found if one.is_about_existence],
        [_aside(project, one) for one in waiting.withheld(project)],
    )


# -- in words ----------------------------------------------------------------------------------------


def _dispute(project: Project, conflict: Conflict) -> Dispute:
    values = records.values(project, conflict.key)
    asked = _questions(project, conflict.key, values)
    sides = [_side(project, conflict, one, asked) for one in conflict.versions]
    around = [
        (_label(conflict.key, name, asked), _said(project, conflict.key, name, value, asked))
        for name, value in values.items()
        if name != conflict.field and value is not None
    ]
    first = conflict.versions[0].value if conflict.versions else None
    return Dispute(
        conflict,
        title(project, conflict.key.kind, conflict.key.id.hex()),
        str(kind(conflict.key.kind).label),
        _label(conflict.key, conflict.field, asked),
        sides,
        around[:_CONTEXT],
        _typed(conflict, first),
        len(records.descendants(project, conflict.key)),
    )


def _questions(project: Project, key: RecordKey, values: dict[str, Value]) -> dict[str, Asked]:
    """The questions of a response by path; none where its form is not here."""
    if not kind(key.kind).dynamic:
        return {}
    try:
        form = reading.form_of(project, str(values.get("survey")))
    except KipuError:
        return {}
    return {one.path: one for one in questions(project, form)}


def _label(key: RecordKey, name: str, asked: dict[str, Asked]) -> str:
    if name in asked:
        return asked[name].label
    declared = kind(key.kind).get(name)
    return str(declared.label) if declared is not None else name.rpartition("/")[2]


def _said(
    project: Project, key: RecordKey, name: str, value: Value, asked: dict[str, Asked]
) -> str:
    if name in asked:
        return words.value(chosen(asked[name].choices, value))
    declared = kind(key.kind).get(name)
    return shown(project, declared, value) if declared is not None else words.value(value)


def _side(project: Project, conflict: Conflict, version: Version, asked: dict[str, Asked]) -> Side:
    if version.deleted:
        text = _("deleted")
    elif conflict.field == EXISTENCE:
        text = _("kept, with what was changed")
    else:
        text = _said(project, conflict.key, conflict.field, version.value, asked)
    return Side(text, _by(version.person, version.device, version.at_ms), version.deleted)


def _by(person: str, device: str, at_ms: int) -> str:
    return _("{person} on {laptop}, {when}").format(
        person=person or "–", laptop=device, when=words.moment(at_ms)
    )


def _typed(conflict: Conflict, value: Value) -> str:
    declared = kind(conflict.key.kind).get(conflict.field)
    if declared is not None:
        return declared.format(value, labels=False)
    return value if isinstance(value, str) else words.value(value)


def _aside(project: Project, withheld: Withheld) -> Aside:
    act = _closed_act(project, withheld.keys)
    late = withheld.standing is Standing.LATE
    tried = {key: _tried(project, withheld, key) for key in withheld.keys}
    return Aside(
        withheld,
        [_named(project, key, values) for key, values in tried.items()],
        [
            f"{_label(key, name, {})}: {_said(project, key, name, value, {})}"
            for key, values in tried.items()
            for name, value in values.items()
        ],
        _by(withheld.person, withheld.device, withheld.at_ms),
        late,
        act,
        title(project, act.kind, act.id.hex()) if act is not None else "",
        late and act is not None and project.is_coordinator,
    )


def _tried(project: Project, withheld: Withheld, key: RecordKey) -> dict[str, Value]:
    """What the transaction set in a record; it stands in the history, though it counts nowhere."""
    return {
        act.field: act.value
        for act in records.history(project, key)
        if act.field and (act.standing, act.at_ms) == (withheld.standing, withheld.at_ms)
    }


def _named(project: Project, key: RecordKey, tried: dict[str, Value]) -> str:
    """A record's title; one that was never taken in has only what it was to be."""
    known = records.values(project, key)
    if known:
        return title(project, key.kind, key.id.hex())
    return kind(key.kind).title_of(tried)


def _closed_act(project: Project, keys: Sequence[RecordKey]) -> RecordKey | None:
    """The closed record that one of these lies under, or is."""
    for key in keys:
        above: RecordKey | None = key
        while above is not None:
            if records.flags(project, above) & State.CLOSED:
                return above
            above = records.parent(project, above)
    return None


# -- deciding ----------------------------------------------------------------------------------------


def take(project: Project, seen: Conflict, number: int) -> Touched:
    """Settle with the version of this number, from 1. Raises KipuError when more arrived since."""
    _require_as_seen(project, seen)
    return settling.take(project, seen, settling.choose(seen, str(number)))


def settle(project: Project, seen: Conflict, typed: str) -> Touched:
    """Settle with another value, as somebody typed it. Raises KipuError when it is refused."""
    _require_as_seen(project, seen)
    if seen.field.startswith("/"):
        value = reading.corrected(project, seen.key, {seen.field: typed})[seen.field]
    else:
        value = kind(seen.key.kind).field(seen.field).parse(typed)
    return settling.settle(project, seen, value)


def _require_as_seen(project: Project, seen: Conflict) -> None:
    """What nobody has looked at is never overruled."""
    now = waiting.find(project, seen.id)
    if [one.id for one in now.versions] != [one.id for one in seen.versions]:
        raise KipuError(
            _("Something new has arrived about this. Nothing was changed; look at it again.")
        )


def admit(project: Project, aside: Aside) -> Touched:
    """Take late changes into the act they came too late for, as an addendum."""
    if aside.act is None:
        raise KipuError(_("There is no late change to admit here."))
    return writing.admit_late(project, aside.act, aside.withheld.refs)
