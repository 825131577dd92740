"""What a list looked like when it was left: columns, order and filter, kept inside the project.

Words typed into a filter may name somebody, so they lie in the encrypted store and never among the
settings, which anyone may read.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any, Final

from app.models.project import Project
from app.views.desk import Desk
from app.views.widgets.listing import ListState, PagedTable

_PREFIX: Final = "list:"


def remember(desk: Desk, listing: PagedTable, name: str) -> None:
    """Show ``listing`` as it was left under ``name``, and keep what is changed from now on."""
    desk.ask(read, name, on_done=partial(_restored, desk, listing, name))


def read(project: Project, name: str) -> ListState:
    """Return what is remembered of a list; empty for one never seen or not understood."""
    try:
        found = json.loads(str(project.store.meta(_PREFIX + name) or "{}"))
    except ValueError:
        return {}
    return _sound(found) if isinstance(found, dict) else {}


def keep(project: Project, name: str, state: ListState) -> None:
    """Remember a list; nothing else of the project changes."""
    project.store.set_meta(_PREFIX + name, json.dumps(state))


def _restored(desk: Desk, listing: PagedTable, name: str, state: ListState) -> None:
    listing.restore(state)
    listing.left.connect(partial(_keep, desk, name))


def _keep(desk: Desk, name: str, state: ListState) -> None:
    desk.ask(keep, name, state, on_done=_kept)


def _kept(_nothing: None) -> None:
    """How a list looks is no news to anybody."""


def _sound(found: dict[str, Any]) -> ListState:
    """Only what has the shape it should have; a newer Kipu may have written more."""
    state: ListState = {}
    hidden, widths, sort = found.get("hidden"), found.get("widths"), found.get("sort")
    if isinstance(hidden, list) and all(isinstance(one, str) for one in hidden):
        state["hidden"] = hidden
    if isinstance(widths, dict) and all(isinstance(one, int) for one in widths.values()):
        state["widths"] = widths
    if isinstance(sort, list) and len(sort) == 2:
        state["sort"] = (str(sort[0]), bool(sort[1]))
    if isinstance(found.get("filter"), str):
        state["filter"] = found["filter"]
    return state
