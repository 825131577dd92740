"""What the frame says about the open project; everything here runs in the worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.models import papers, practice, project_settings, spaces
from app.models.clock_question import Doubt, doubt
from app.models.commands import syncing
from app.models.faults import explained
from app.models.project import Project
from app.models.queries import waiting
from app.models.unsent import Unsent, unsent
from app.paths import risky_location

_ALL_SENT: Final = Unsent()


@dataclass(frozen=True, slots=True)
class Place:
    """A space as pages choose between them, and the role this laptop has there."""

    id: bytes
    name: str
    role: str
    is_common: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """Who sits here, on which project, and what waits."""

    joined: bool
    project: str = ""
    label: str = ""
    coordinator: bool = False
    spaces: tuple[Place, ...] = ()
    unsent: Unsent = _ALL_SENT
    last_sync_ms: int | None = None
    waiting: int = 0
    counting: bool = False
    """Whether a step of what a sync left to do remains."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """Recovery codes that nobody has been shown yet."""
    notices: tuple[str, ...] = ()
    risk: str = ""
    """Why the folder is no wise place for a project, as `app.paths.risky_location` says it."""

    practice: bool = False
    """Whether this is the practice project."""
    clock: Doubt | None = None
    """Why the clock must be asked about before anything is entered."""
    sync_trouble: str = ""
    """The names of the places the last sync with did not come to its end."""
    shut_out: str = ""
    """Why nothing that is made here reaches anybody; empty while this laptop belongs."""

    @property
    def roles(self) -> frozenset[str]:
        """The roles in the spaces work is done in; everybody reads the one all share."""
        own = frozenset(place.role for place in self.spaces if not place.is_common)
        return own | {"coordinator"} if self.coordinator else own


def facts(project: Project, fully: bool = False) -> Facts:
    """Read everything the frame shows.

    ``fully`` takes a step of what a sync left to do, too, which nobody waits for when a project
    opens.
    """
    counted = not fully or not project.is_joined or waiting.look(project)
    project_settings.follow(project)
    if not project.is_joined:
        return Facts(False, label=project.person.label, codes=papers.unshown(project))
    view = project.roster.view()
    found = tuple(
        Place(one.id, one.name, view.role(project.device, one.id) or "", one.is_common)
        for one in spaces.all_named(project, with_common=True)
    )
    return Facts(
        joined=True,
        project=project.name,
        label=project.person.label,
        coordinator=project.is_coordinator,
        spaces=found,
        unsent=unsent(project),
        last_sync_ms=syncing.last_sync_ms(project),
        sync_trouble=syncing.trouble(project),
        shut_out=shut_out(project),
        waiting=waiting.decisions(project),
        counting=not counted,
        notices=tuple(project.notices),
        risk=risky_location(project.folder) or "",
        codes=papers.unshown(project),
        practice=practice.is_practice(project),
        clock=_clock_behind(project),
    )


def shut_out(project: Project) -> str:
    """What a laptop is told that does not belong to the project any more; empty while it does."""
    return "" if syncing.belongs(project) else explained(syncing.shut_out(project))


def _clock_behind(project: Project) -> Doubt | None:
    """A clock that is ahead is only flagged above the pages; it asks nobody."""
    found = doubt(project)
    return found if found is not None and found.kind == "behind" else None
