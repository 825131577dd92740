"""Erasing for good, as the law asks (LOPDP, Ecuador, art. 15; Ley 81, Panama, art. 15).

The values go out of this laptop, out of the batches on every share, and out of the other laptops
as each next syncs. Paper, exports and laptops that stay away are beyond it, and the report says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import KipuError
from app.i18n import _
from app.models import attachments, drafts, erasures
from app.models.commands import records
from app.models.ledger import RecordKey, Touched
from app.models.project import Project
from app.models.queries import records as reading
from app.models.records import kind
from sync.erasure import Erased, Order


@dataclass(frozen=True)
class Plan:
    """What an erasure would take: records by space, changes that hold a value, how many were sent."""

    key: RecordKey
    records: dict[bytes, list[Erased]]
    found: dict[bytes, erasures.Found]

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
    return Plan(key, dict(by_space), found)


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
        found += [each for each in more if each not in found]
    return found


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
        if not fields and reading.state(project, key).exists:
            records.delete(project, key)
        for targets in wish.records.values():
            for one in targets:
                drafts.forget(project, one.record)
    attachments.sweep(project)
    project.back_up_if_due()
    touched = Touched()
    for targets in wish.records.values():
        for one in targets:
            touched.add(one.kind, (one.record,))
    return touched


def _erase_in(
    project: Project, space: bytes, targets: Sequence[Erased], found: erasures.Found, reason: str
) -> None:
    erasures.forget_pending(project, found.pending)
    if found.sealed:
        wish = Order(space, tuple(targets), reason, project.person.name, project.ledger.now_ms())
        erasures.order(project, wish, found.sealed)
