"""Syncing without being asked: with which places, and how one such sync goes.

It only looks at what others left marks of, and makes room between two files as soon as the person
at the laptop wants something: whoever types comes first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.models import practice
from app.models.commands import syncing
from app.models.ledger import Touched
from app.models.remotes import known, opening
from app.models.watched_remote import Stopped
from sync.remotes.addresses import Address

if TYPE_CHECKING:
    from app.models.project import Project


@dataclass(frozen=True)
class Candidate:
    """A place to sync with by itself: not paused, wished so, and synced with once by a person."""

    id: int
    address: Address
    last_ms: int

    @property
    def is_folder(self) -> bool:
        return self.address.is_folder


@dataclass(frozen=True)
class Ended:
    """How a sync by itself ended; `gave_way` when it stopped for the person."""

    fine: bool
    gave_way: bool
    touched: Touched


def candidates(project: Project) -> list[Candidate]:
    """The places to sync with by itself; none in the practice project, which goes nowhere."""
    if not project.is_joined or practice.is_practice(project):
        return []
    return [
        Candidate(one.id, opening.read_address(one.address), one.last_ms)
        for one in known.all_known(project)
        if one.is_automatic and not one.is_paused and one.last_ms is not None
    ]


def sync(project: Project, remote: int, is_wanted: Callable[[], bool]) -> Ended:
    """Sync with a place; it stops between two files once `is_wanted` says somebody waits.

    What goes wrong is remembered with the place, and told on its page.
    """
    one = known.get(project, remote)
    touched = Touched()
    if one is None or one.is_paused:
        return Ended(True, False, touched)

    def watch(_written: int, _read: int) -> None:
        if is_wanted():
            raise Stopped("")

    try:
        outcomes, _all = syncing.sync_places(
            project, one.location, syncing.Wishes(poll=True), watch, touched=touched
        )
    except Stopped:
        return Ended(True, True, touched)
    return Ended(all(each.error is None for each in outcomes), False, touched)
