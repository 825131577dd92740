"""How much waits: for a decision on the review page, on this laptop until it is finished, or for the
laptop itself to get round to it."""

from __future__ import annotations

from typing import Final

from app.models.ledger.registers import Standing
from app.models.project import Project
from app.models.queries import conflicts, duplicates

_STEP: Final = 2000
"""Pairs compared at a time: well below a tenth of a second on an old laptop."""
_BLOCKS: Final = 2
"""Blocks of a thousand records brought into the search at a time, which takes as long."""


def decisions(project: Project) -> int:
    """How many things wait to be decided here: conflicts, possible duplicates, late changes.

    Possible duplicates count once all names have been compared, which `look` does step by step. Late
    changes wait for coordinators alone; about what was beyond somebody's role nobody decides.
    """
    pairs = duplicates.count(project) if duplicates.is_warm(project) else 0
    late = _late(project) if project.is_coordinator else 0
    return len(conflicts.all_conflicts(project)) + pairs + late


def _late(project: Project) -> int:
    return int(
        project.store.value("SELECT count(*) FROM transactions WHERE class=?", (Standing.LATE,))
    )


def look(project: Project) -> bool:
    """Take a step towards what a sync left to do; tells whether it was the last.

    Words that came are brought into the search index, then possible duplicates are counted.
    """
    if project.ledger.projection.catch_up(_BLOCKS):
        return False
    return duplicates.look(project, _STEP)


def withheld(project: Project) -> int:
    """How many transactions were set aside: late for a signed act, or beyond their author's role."""
    return int(project.store.value("SELECT count(*) FROM transactions WHERE class<>0"))


def drafts(project: Project) -> int:
    """How many drafts lie here and reach nobody until they are finished.

    Interviews, minutes being typed, sittings that go on, and records that lack something.
    """
    return int(project.store.value("SELECT count(*) FROM drafts"))
