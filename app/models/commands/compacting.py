"""Making room: in this laptop's store, and on the places it syncs with."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.commands import syncing
from app.models.commands.syncing import Outcome, Wishes
from app.models.project import Project
from app.models.remotes import known


@dataclass(frozen=True)
class Compacted:
    """Bytes of the store before and after, and how it went with each place."""

    before: int
    after: int
    outcomes: list[Outcome]


def compact(project: Project, text: str | None = None) -> Compacted:
    """Sync with one place, or all, packing and leaving snapshots there; then tidy the store.

    Nothing is lost by it: history stays, and so does whatever a place failed to take. Without any
    place only the store is tidied.
    """
    project.require_joined()
    outcomes: list[Outcome] = []
    if text is not None or known.all_known(project):
        outcomes, _touched = syncing.sync_places(project, text, Wishes(compact=True, poll=False))
    before = project.store.size
    project.ledger.projection.purge()
    project.store.vacuum()
    return Compacted(before, project.store.size, outcomes)
