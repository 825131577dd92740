"""Erasing for good, as the law asks (LOPDP, Ecuador, art. 15; Ley 81, Panama, art. 15).

The values go out of this laptop, out of the batches on every share, and out of the other laptops
as each next syncs. Paper, exports and laptops that stay away are beyond it, and the report says so.

What an interview made that is followed (a house, a case) holds its answers once more, and goes with
it. Where others wrote about the same thing since, it stays, and that is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.errors import KipuError
from app.i18n import _, ngettext
from app.models import attachments, drafts, erasures
from app.models.commands import records
from app.models.ledger import RecordKey, Touched
from app.models.project import Project
from app.models.queries import entities
from app.models.queries import records as reading
from app.models.records import kind
from sync.erasure import Erased, Order

_INTERVIEW: Final = "response"


@dataclass(frozen=True)
class Plan:
    """What an erasure would take: records by space, changes that hold a value, how many were sent."""

    key: RecordKey
    records: dict[bytes, list[Erased]]
    found: dict[bytes, erasures.Found]
    kept: tuple[RecordKey, ...] = ()
    """Things that are followed and keep what the interview wrote about them."""

    @property
    def followed(self) -> tuple[RecordKey, ...]:
        """Things that are followed and go along with the interview that made them."""
        if self.key.kind == entities.KIND:
            return ()
        return tuple(
            RecordKey(space, one.kind, one.record)
            for space, targets in self.records.items()
            for one in targets
            if one.kind == entities.KIND
        )

    @property
    def record_count(self) -> int:
        return sum(map(len, self.records.values()))

    @property
    def sealed(self) -> int:
        """Changes in sealed batches, which others may have."""
        return sum(len(seqs) for one in self.found.values() for seqs in one.sealed.values())

    @property
    def pending(self) -> int:
        """Changes that never left this laptop."""
        return sum(len(seqs) for one in self.found.values() for seqs in one.pending.values())


def plan(project: Project, key: RecordKey, fields: Sequence[str] = ()) -> Plan:
    """What `erase` would take: fields of one record, or all of it with what it owns.

    The same record in other spaces (moved, adopted) goes along. Raises KipuError for an unknown
    field, or where a closed act holds it.
    """
    project.require_joined()
    for name in fields:
        if not name.startswith("/"):
            kind(key.kind).field(name)
    by_space: dict[bytes, list[Erased]] = defaultdict(list)
    for space, one in _everywhere(project, key, tuple(fields) or None):
        by_space[space].append(one)
    for space, targets in by_space.items():
        erasures.require_open(project, space, targets)
    found = {space: erasures.find(project, space, targets) for space, targets in by_space.items()}
    return Plan(key, dict(by_space), found, _kept(project, by_space))


def _kept(project: Project, by_space: Mapping[bytes, Sequence[Erased]]) -> tuple[RecordKey, ...]:
    """What interviews that lose answers wrote about things that are followed, and that stays."""
    going = {(space, one.record) for space, targets in by_space.items() for one in targets}
    told = [
        entities.written_by(project, RecordKey(space, one.kind, one.record))
        for space, targets in by_space.items()
        for one in targets
        if one.kind == _INTERVIEW
        and (one.fields is None or any(name.startswith("/") for name in one.fields))
    ]
    every = dict.fromkeys(key for one in told for key in (*one.own, *one.shared))
    return tuple(key for key in every if (key.space, key.id) not in going)


def _everywhere(
    project: Project, key: RecordKey, fields: tuple[str, ...] | None
) -> list[tuple[bytes, Erased]]:
    """A record's copies, however often it was moved; with all its fields, what each of them owns."""
    found = [(key.space, Erased(key.kind, key.id, fields))]
    for space, one in found:  # grows while it is walked
        more = erasures.copies(project, space, one)
        if fields is None:
            there = RecordKey(space, one.kind, one.record)
            more += [(space, Erased(it.kind, it.id)) for it in reading.descendants(project, there)]
            if one.kind == _INTERVIEW:
                more += [(it.space, Erased(it.kind, it.id)) for it in _own(project, there)]
        found += [each for each in more if each not in found]
    return found


def _own(project: Project, interview: RecordKey) -> list[RecordKey]:
    """The things that are followed which only an interview wrote about, wherever they were moved."""
    return [
        key
        for key in entities.written_by(project, interview).own
        if not any(
            entities.is_written_on(project, RecordKey(space, one.kind, one.record))
            for space, one in erasures.copies(project, key.space, Erased(key.kind, key.id))
        )
    ]


def words_on_followed(gone: int, kept: int) -> list[str]:
    """What becomes of things that are followed: of how many that go along, and that stay."""
    said = []
    if gone:
        text = ngettext(
            "Among them is {count} followed thing that only this interview wrote about.",
            "Among them are {count} followed things that only this interview wrote about.",
            gone,
        )
        said.append(text.format(count=gone))
    if kept:
        text = ngettext(
            "{count} followed thing keeps what this interview wrote in it; where that must go too, "
            "erase it there.",
            "{count} followed things keep what this interview wrote in them; where that must go "
            "too, erase it there.",
            kept,
        )
        said.append(text.format(count=kept))
    return said


def erase(
    project: Project, key: RecordKey, fields: Sequence[str] = (), reason: str = ""
) -> Touched:
    """Erase fields of a record, or all of it with what it owns, for good.

    What never left this laptop anybody may erase who may delete it; the rest takes a coordinator.
    Raises KipuError when there is nothing to erase or this laptop may not.
    """
    wish = plan(project, key, fields)
    if not wish.sealed and not wish.pending:
        raise KipuError(_("There is nothing left to erase here."))
    if wish.sealed and not project.is_coordinator:
        raise KipuError(
            _("This was made ready to be sent, so other laptops may have it: only a coordinator "
              "can erase it. Nothing was changed.")
        )  # fmt: skip
    with project.ledger.writing(), attachments.forgetting(project):
        for space, targets in wish.records.items():
            _erase_in(project, space, targets, wish.found[space], reason)
        for one in () if fields else (key, *wish.followed):
            if reading.state(project, one).exists:
                records.delete(project, one)
        for targets in wish.records.values():
            for target in targets:
                drafts.forget(project, target.record)
    attachments.sweep(project)
    project.back_up_if_due()
    touched = Touched()
    for targets in wish.records.values():
        for target in targets:
            touched.add(target.kind, (target.record,))
    return touched


def _erase_in(
    project: Project, space: bytes, targets: Sequence[Erased], found: erasures.Found, reason: str
) -> None:
    erasures.forget_pending(project, found.pending)
    if found.sealed:
        wish = Order(space, tuple(targets), reason, project.person.name, project.ledger.now_ms())
        erasures.order(project, wish, found.sealed)
