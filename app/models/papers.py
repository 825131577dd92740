"""Recovery codes that nobody has seen yet.

A code is made once and kept nowhere, but between making and showing it the power may fail. Until it
has been shown it stays in the encrypted store, and is offered again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.models.store import Store
from sync.values import from_json, to_json

if TYPE_CHECKING:
    from app.models.project import Project

LAPTOP = "recovery_code"
PROJECT = "project_recovery_code"
_KEY = "unshown_codes"


def remember(store: Store, name: str, code: str) -> None:
    """Keep a code until it has been shown."""
    store.set_meta(_KEY, to_json({**_unshown(store), name: code}))


def unshown(project: Project) -> dict[str, str]:
    """The codes not shown yet, by their names in `init`'s answer; empty when all are."""
    return _unshown(project.store)


def shown(project: Project) -> None:
    """Forget the codes: they are on paper now."""
    project.store.set_meta(_KEY, None)


def _unshown(store: Store) -> dict[str, str]:
    stored = store.meta(_KEY)
    found = from_json(str(stored)) if stored else {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
