"""What the window asks of the project to erase for good: what is lost, doing it, how far it came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.i18n import _, ngettext
from app.models.commands import erasing
from app.models.ledger import RecordKey, Touched
from app.models.project import Project
from app.models.queries import erasures, records
from app.models.queries import surveys as forms
from app.models.records import KINDS, kind, parent_field
from app.models.vocabulary import ERASED, Value
from app.views.lookup import title

_OF_A_RESPONSE = ("place", "interviewer_notes")
"""What may be erased of an interview besides its answers: the rest only says how it was held."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What an erasure would take: how many records, and which other laptops have it too."""

    records: int
    laptops: tuple[str, ...]
    left: bool
    """Whether it was made ready to be sent."""
    followed: int = 0
    """How many of the records are things that are followed, which an interview made."""
    kept: int = 0
    """How many things that are followed keep what an interview wrote in them."""


@dataclass(frozen=True, slots=True)
class Erasable:
    """A record that may be erased: how it is named, and its fields that hold a value."""

    title: str
    fields: tuple[tuple[str, str], ...]
    """Id and label of each."""
    whole: Loss
    """What goes with all of it."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order as the project's page lists it."""

    at_ms: int
    person: str
    reason: str
    what: tuple[tuple[str, int], ...]
    """Kinds as a label, with how many records of each."""
    done: tuple[str, ...]
    waiting: tuple[str, ...]
    shut_out: tuple[str, ...] = ()
    """Laptops that hear of no order any more."""


def erasable(project: Project, key: RecordKey) -> Erasable:
    """Name a record and what could be erased of it.

    Raises KipuError when it is gone, or where a closed act holds it.
    """
    held = records.values(project, key)
    labels = _answers(project, held) if key.kind == "response" else _fields(key.kind)
    found = [(id_, label) for id_, label in labels if held.get(id_) not in (None, ERASED)]
    named = title(project, key.kind, key.id.hex())
    return Erasable(named, tuple(found), loss(project, key))


def _fields(kind_name: str) -> list[tuple[str, str]]:
    declared = kind(kind_name)
    owner = parent_field(declared)
    skipped = {"position", owner.id if owner is not None else ""}
    return [(one.id, str(one.label)) for one in declared.fields if one.id not in skipped]


def _answers(project: Project, held: dict[str, Value]) -> list[tuple[str, str]]:
    from app.views.pages.interviews_reads import questions

    declared = kind("response")
    asked = questions(project, forms.form_of(project, str(held.get("survey"))))
    own = [(name, str(declared.field(name).label)) for name in _OF_A_RESPONSE]
    return [*((one.path, one.label) for one in asked), *own]


def loss(project: Project, key: RecordKey, fields: Sequence[str] = ()) -> Loss:
    """Say what `erase` would take. Raises KipuError where a closed act holds it."""
    plan = erasing.plan(project, key, fields)
    return Loss(
        plan.record_count, _others(project, plan), bool(plan.sealed),
        len(plan.followed), len(plan.kept),
    )  # fmt: skip


def _others(project: Project, plan: erasing.Plan) -> tuple[str, ...]:
    view = project.roster.view()
    found = {
        one.code
        for space, places in plan.found.items()
        if places.sealed
        for one in view.readers(space)
        if one.device != project.device
    }
    return tuple(sorted(found))


def erase(
    project: Project, key: RecordKey, fields: Sequence[str], reason: str
) -> tuple[Loss, Touched]:
    """Erase for good; returns what was lost. Raises KipuError when this laptop may not."""
    taken = loss(project, key, fields)
    return taken, erasing.erase(project, key, fields, reason)


def outcome(taken: Loss) -> str:
    """What was done, and what is still to happen."""
    return " ".join([_done(taken), *erasing.words_on_followed(0, taken.kept)])


def _done(taken: Loss) -> str:
    if not taken.left:
        return _("Erased. It never left this laptop.")
    count = len(taken.laptops)
    if not count:
        return _(
            "Erased here. No other laptop reads this space; sync, so that the share forgets it."
        )
    return ngettext(
        "Erased here; {count} laptop will as it syncs. Sync now, so that it learns of it.",
        "Erased here; {count} laptops will as they sync. Sync now, so that they learn of it.",
        count,
    ).format(count=count)


def ordered(project: Project) -> tuple[Ordered, ...]:
    """Every order this laptop can read, last first."""
    return tuple(_ordered(one) for one in erasures.orders(project))


def _ordered(one: erasures.Erasure) -> Ordered:
    counted = Counter(name for name, _record in one.records)
    what = tuple(
        (str(KINDS[name].label) if name in KINDS else name, count)
        for name, count in counted.items()
    )
    return Ordered(
        one.at_ms, one.person, one.reason, what,
        tuple(holder.code for holder in one.holders if holder.done),
        tuple(holder.code for holder in one.holders
              if not holder.done and not holder.was_shut_out),
        tuple(holder.code for holder in one.holders if holder.was_shut_out),
    )  # fmt: skip
