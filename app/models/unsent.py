"""What lies on this laptop and at no place it syncs with: of words, of files, of the membership."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.models.attachments import whereabouts
from app.models.commands import syncing

if TYPE_CHECKING:
    from app.models.project import Project


@dataclass(frozen=True, slots=True)
class Unsent:
    """How many changes, files and changes of the membership no place is known to hold."""

    changes: int = 0
    files: int = 0
    entries: int = 0

    @property
    def total(self) -> int:
        """All of it, for where there is room for one number only."""
        return self.changes + self.files + self.entries


def unsent(project: Project) -> Unsent:
    """Count what waits to be sent. Whoever says that all is sent must have asked for all three."""
    return Unsent(
        syncing.unsent(project), len(whereabouts.unsent(project)), syncing.unsent_entries(project)
    )
