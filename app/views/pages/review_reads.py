"""What the review page asks of the project, and the decisions it hands back. All in the worker."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.errors import KipuError
from app.i18n import _
from app.models import spaces
from app.models.commands import conflicts as settling
from app.models.commands import records as writing
from app.models.commands import same
from app.models.fields import Text
from app.models.ledger import RecordKey, Touched
from app.models.ledger.registers import Standing
from app.models.project import Project
from app.models.queries import answering, duplicates, records
from app.models.queries import conflicts as waiting
from app.models.queries import surveys as reading
from app.models.queries.ancestors import common_value
from app.models.queries.conflicts import Conflict, Version, Withheld
from app.models.queries.duplicates import Pair
from app.models.records import kind
from app.models.text_merge import Merged, has_marks, merge
from app.models.vocabulary import EXISTENCE, Value
from app.views import words
from app.views.lookup import title
from app.views.pages.forms_answers import chosen
from app.views.pages.interviews_reads import Asked, questions
from app.views.record_source import shown

_LONG = 4
"""Words from which two versions of a text are worth merging."""


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
    proposal: Merged | None = None
    """Both versions of a long text merged, for somebody to look at; None for anything short."""

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
class Twins:
    """Two records that may be one: what each says, field by field, and why they look alike."""

    pair: Pair
    kind: str
    why: str
    spaces: tuple[str, str]
    lines: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Waiting:
    """Everything that waits for a person's decision."""

    conflicts: Sequence[Dispute]
    twins: Sequence[Twins]
    aside: Sequence[Aside]


def everything(project: Project) -> Waiting:
    """Read all that waits."""
    return Waiting(
        [_dispute(project, one) for one in waiting.all_conflicts(project)],
        [
            _twins(project, one)
            for one in duplicates.possible_duplicates(project, limit=duplicates.AT_ONCE)
        ],
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
        if name != conflict.field and value is not None and _is_told(conflict.key, name, asked)
    ]
    first = conflict.versions[0].value if conflict.versions else None
    return Dispute(
        conflict,
        title(project, conflict.key.kind, conflict.key.id.hex()),
        str(kind(conflict.key.kind).label),
        _label(conflict.key, conflict.field, asked),
        sides,
        around,
        _typed(conflict, first),
        len(records.descendants(project, conflict.key)),
        _proposal(project, conflict),
    )


def _proposal(project: Project, conflict: Conflict) -> Merged | None:
    """The merge of two versions of a long text, from what both began with where that is known."""
    if len(conflict.versions) != 2 or any(one.deleted for one in conflict.versions):
        return None
    left, right = (one.value for one in conflict.versions)
    if not (isinstance(left, str) and isinstance(right, str) and _is_long(conflict, left, right)):
        return None
    refs = [one.ref for one in conflict.versions]
    known, base = common_value(project, conflict.key, conflict.field, refs)
    return merge((base if isinstance(base, str) else "") if known else None, left, right)


def _is_long(conflict: Conflict, left: str, right: str) -> bool:
    declared = kind(conflict.key.kind).get(conflict.field)
    is_text = isinstance(declared, Text) if declared is not None else True
    return is_text and min(len(left.split()), len(right.split())) >= _LONG


def _twins(project: Project, pair: Pair) -> Twins:
    declared = kind(pair.one.kind)
    one, other = records.values(project, pair.one), records.values(project, pair.other)
    lines = []
    for field in declared.columns:
        left, right = one.get(field.id), other.get(field.id)
        if (left, right) != (None, None):
            texts = (shown(project, field, left), shown(project, field, right))
            lines.append((str(field.label), *texts))
    names = (spaces.name_of(project, pair.one.space), spaces.name_of(project, pair.other.space))
    return Twins(pair, str(declared.label), duplicates.reason(pair.why), names, lines)


def _is_told(key: RecordKey, name: str, asked: dict[str, Asked]) -> bool:
    """Whether a field helps to decide: what somebody answered or wrote, not what Kipu noted."""
    if name.startswith("/"):
        return name in asked and asked[name].label != name.rpartition("/")[2]
    declared = kind(key.kind).get(name)
    return declared is not None and not declared.automatic


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
    act = waiting.closed_act(project, withheld.keys)
    late = withheld.standing is Standing.LATE
    tried = {key: _tried(project, withheld, key) for key in withheld.keys}
    return Aside(
        withheld,
        [_named(project, key, values) for key, values in tried.items()],
        [one for key, values in tried.items() for one in _tries(project, key, values)],
        _by(withheld.person, withheld.device, withheld.at_ms),
        late,
        act,
        title(project, act.kind, act.id.hex()) if act is not None else "",
        late and act is not None and project.is_coordinator,
    )


def _tries(project: Project, key: RecordKey, tried: dict[str, Value]) -> Iterator[str]:
    """What somebody tried to set, in the words of the form; of answers only what was asked."""
    asked = _questions(project, key, {**records.values(project, key), **tried})
    for name, value in tried.items():
        if not asked or not name.startswith("/") or _is_told(key, name, asked):
            yield f"{_label(key, name, asked)}: {_said(project, key, name, value, asked)}"


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


# -- deciding ----------------------------------------------------------------------------------------


def take(project: Project, seen: Conflict, number: int) -> tuple[str, Touched]:
    """Settle with the version of this number, from 1; returns what holds now, in words.

    Raises KipuError when more arrived since.
    """
    _require_as_seen(project, seen)
    touched = settling.take(project, seen, settling.choose(seen, str(number)))
    return _holds(project, seen), touched


def settle(project: Project, seen: Conflict, typed: str) -> tuple[str, Touched]:
    """Settle with another value, as somebody typed it; returns it as it reads.

    Raises KipuError when it is refused.
    """
    _require_as_seen(project, seen)
    if has_marks(typed):
        raise KipuError(
            _("A passage still stands twice, between {{1: and }}: leave only what holds.")
        )
    if seen.field.startswith("/") and not answering.is_of_response(seen.key):
        value: Value = typed.strip() or None
    elif seen.field.startswith("/"):
        value = answering.read_one(project, seen.key, seen.field, typed)
    else:
        value = kind(seen.key.kind).field(seen.field).parse(typed)
    touched = settling.settle(project, seen, value)
    return _holds(project, seen), touched


def _holds(project: Project, seen: Conflict) -> str:
    """What stands in the field now; empty for a field that is, and where the record is at stake."""
    values = records.values(project, seen.key)
    value = values.get(seen.field)
    if value is None:
        return ""
    asked = _questions(project, seen.key, values)
    return _said(project, seen.key, seen.field, value, asked)


def join(project: Project, twins: Twins, kept: int) -> tuple[RecordKey, Touched]:
    """Mark two records as one; the one of this number, 1 or 2, stands for both."""
    pair = (twins.pair.one, twins.pair.other)
    return same.join(project, pair[2 - kept], pair[kept - 1])


def keep_apart(project: Project, twins: Twins) -> RecordKey:
    """Remember that two which look alike are two."""
    return same.keep_apart(project, twins.pair.one, twins.pair.other)


def _require_as_seen(project: Project, seen: Conflict) -> None:
    """What nobody has looked at is never overruled."""
    field = seen.id.partition(":")[2]
    now = waiting.find(project, f"{records.whole_name(project, seen.key)}:{field}")
    if [one.id for one in now.versions] != [one.id for one in seen.versions]:
        raise KipuError(
            _("Something new has arrived about this. Nothing was changed; look at it again.")
        )


def admit(project: Project, aside: Aside) -> Touched:
    """Take late changes into the act they came too late for, as an addendum."""
    if aside.act is None:
        raise KipuError(_("There is no late change to admit here."))
    return writing.admit_late(project, aside.act, aside.withheld.refs)
