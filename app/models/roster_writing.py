"""The coordinator's own roster log: signing its next entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.errors import KipuError
from app.i18n import _
from app.models.project import Project
from sync.roster import Entry, EntryType, author_entry


def write_entry(project: Project, kind: EntryType, body: Mapping[str, Any]) -> Entry:
    """Sign and keep this coordinator's next roster entry."""
    roster = project.roster
    if project.store.meta("must_sync"):
        raise KipuError(
            _("This project was restored from a copy: sync once before changing its membership.")
        )
    last = roster.last_of(project.device)
    entry = author_entry(
        project.keys,
        project.device,
        last.number + 1 if last else 1,
        last.hash if last else bytes(32),
        roster.heads(),
        {"type": kind.value, "project": roster.project, **body},
    )
    roster.add(entry)
    project.keep_entries([entry])
    return entry
