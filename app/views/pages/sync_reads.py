"""What the sync page asks of the project, in the worker."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.i18n import _
from app.models import spaces
from app.models.commands import syncing
from app.models.ledger import Touched
from app.models.project import Project
from app.models.queries import waiting
from app.models.queries.devices import all_devices
from app.models.queries.sharing import asides, shares, waiting_kinds
from app.models.records import KINDS
from app.models.removable import is_removable
from app.models.vocabulary import EVERYWHERE, Report
from app.models.watched_remote import Watch


@dataclass(frozen=True)
class Laptop:
    """One laptop of the project as this one knows it.

    ``missing`` are batches others have seen and this laptop has not; ``aside`` is what came from
    it and was set aside.
    """

    code: str
    role: str
    is_this: bool
    is_active: bool
    person: str = ""
    last_ms: int | None = None
    changes: int = 0
    missing: int = 0
    aside: int = 0
    why: Sequence[str] = ()


@dataclass(frozen=True)
class Share:
    """One place this laptop has synced with; ``to_send`` is in bytes, as they lie here."""

    location: str
    is_there: bool
    last_ms: int | None
    to_send: int


@dataclass(frozen=True)
class SyncState:
    """Where and when this laptop synced, what waits by kind, and who is in the project."""

    location: str
    last_ms: int | None
    unsent: int
    may_found: bool
    laptops: Sequence[Laptop]
    kinds: Sequence[tuple[str, int]] = ()
    shares: Sequence[Share] = ()
    strange: Sequence[str] = ()
    """What was set aside and is nobody's here, in words."""
    drafts: int = 0
    """What is begun here and stays on this laptop until it is finished."""


def state(project: Project) -> SyncState:
    """Read everything the page shows."""
    whys = asides(project)
    laptops = [replace(one, why=whys.get(one.code, ())) for one in _laptops(project)]
    return SyncState(
        syncing.last_location(project) or "",
        syncing.last_sync_ms(project),
        syncing.unsent(project),
        project.is_coordinator,
        laptops,
        [(_label(name), count) for name, count in waiting_kinds(project)],
        [
            Share(one.location, Path(one.location).is_dir(), one.last_ms, one.to_send)
            for one in shares(project)
        ],
        whys.get("", ()),
        waiting.drafts(project),
    )


def _label(kind_name: str) -> str:
    declared = KINDS.get(kind_name)
    return str(declared.plural) if declared is not None else kind_name


@dataclass(frozen=True)
class Synced:
    """What one sync did, what it left here, and whether the stick may be taken out now."""

    report: Report
    drafts: int
    may_go: bool


def synchronise(project: Project, location: str, watch: Watch) -> tuple[Synced, Touched]:
    """Sync with a location. Raises KipuError with a sentence that says what is safe."""
    report, touched = syncing.sync(project, location, watch)
    return Synced(report, waiting.drafts(project), may_go(project, location)), touched


def found(project: Project, location: str, watch: Watch) -> tuple[Synced, Touched]:
    """Make an empty folder the project's share and sync with it. Raises as `synchronise`."""
    syncing.found_share(project, location)
    return synchronise(project, location, watch)


def may_go(project: Project, location: str) -> bool:
    """Whether a location is on a stick that may be taken out: all there is was sent and is on it.

    What the system still holds in memory is written out first.
    """
    if not is_removable(Path(location)) or syncing.unsent(project):
        return False
    if hasattr(os, "sync"):
        os.sync()
    return True


def _laptops(project: Project) -> list[Laptop]:
    names = {one.id.hex(): one.name for one in spaces.all_named(project)}
    return [
        Laptop(
            one.code, _role_words(one.roles, names), one.is_ours, one.is_active,
            one.person, one.last_ms, one.changes, one.missing, one.aside,
        )
        for one in all_devices(project)
    ]  # fmt: skip


def _role_words(roles: Mapping[str, str | None], names: Mapping[str, str]) -> str:
    words = {
        "coordinator": _("coordinator"),
        "facilitator": _("facilitator"),
        "secretary": _("secretary"),
        "observer": _("observer"),
    }
    said = []
    for space, role in roles.items():
        if role is None:
            continue
        word = words.get(role, role)
        said.append(word if space == EVERYWHERE else f"{word} ({names.get(space, '…')})")
    return ", ".join(said) or _("shut out")
