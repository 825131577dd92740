"""The practice project: real pages, made-up people, and a mark that nothing takes off.

Whoever learns Kipu must be free to break things, and what they type must never turn up among what
people really said. So the mark is set in the encrypted store before anything else is, and the rules
that follow from it are kept here, below every page and verb: it syncs with nothing but the folder
it was born with, admits nobody, and what leaves it carries the word. A file beside the keys repeats
the mark for the unlock page; it opens no door, for whoever acts on it asks the store.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.errors import KipuError
from app.i18n import _
from app.paths import practice_mark

if TYPE_CHECKING:
    from app.models.project import Project
    from app.models.store import Store

WORD: Final = "PRÁCTICA"
"""The same in every language, so that nobody who sees it must know which one was on the screen."""
PASSPHRASE: Final = "practicar"
"""Shown openly wherever it is asked for: there is nothing to protect."""
_KEY: Final = "practice"
_SHARE: Final = "practice-share"


def put_mark(store: Store, folder: Path) -> None:
    """Mark a store that is being made, and the folder it is made in."""
    practice_mark(folder).write_bytes(b"")
    store.set_meta(_KEY, 1)


def is_practice(project: Project) -> bool:
    """Whether this is a practice project: what the encrypted store says counts."""
    return bool(project.store.meta(_KEY))


def word(project: Project) -> str:
    """What must stand on whatever leaves the project; empty for a real one."""
    return WORD if is_practice(project) else ""


def require_real(project: Project) -> None:
    """Raise KipuError for what a practice project never does: taking other laptops in."""
    if is_practice(project):
        raise KipuError(
            _("This is the practice project: it is on this laptop alone. Nothing was changed.")
        )


def share_of(project: Project) -> Path:
    """The one folder a practice project syncs with, which goes when it is thrown away."""
    return project.folder / _SHARE


def own_place(project: Project) -> str | None:
    """Where a practice project syncs when nobody says so, wherever its folder was moved to."""
    return str(share_of(project)) if is_practice(project) else None


def is_practice_share(location: str) -> bool:
    """Whether a place to sync with belongs to a practice project."""
    place = Path(location).expanduser().absolute()
    # A network's folder lets everything be in it, and where a server is away Path.exists() raises.
    return any(os.path.isfile(practice_mark(folder)) for folder in (place, *place.parents))


def require_fitting_share(project: Project, location: str) -> None:
    """Keep practice and real data apart. Raises KipuError where a share is of the other sort."""
    if is_practice(project):
        if os.path.abspath(os.path.expanduser(location)) != os.path.abspath(share_of(project)):
            raise KipuError(
                _("The practice project syncs only with its own folder. Nothing was sent.")
            )
    else:
        require_real_share(location)


def require_real_share(location: str) -> None:
    """Raise KipuError where a place to sync with, or to recover from, belongs to practice."""
    if is_practice_share(location):
        raise KipuError(
            _("This folder belongs to a practice project. Nothing was sent or taken from it.")
        )


def marked_table(
    project: Project, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> tuple[list[str], Iterator[list[Any]]]:
    """A table as it may leave the project: where it is practice, each row says so first."""
    if not is_practice(project):
        return [*header], ([*row] for row in rows)
    return [WORD, *header], ([WORD, *row] for row in rows)


def marked_object(project: Project, whole: dict[str, Any]) -> dict[str, Any]:
    """One record as it may leave the project as JSON."""
    return {WORD: True, **whole} if is_practice(project) else whole


def require_real_table(project: Project, data: bytes) -> None:
    """Raise KipuError when a table that left practice is about to be taken in as real."""
    head = data.split(b"\n", 1)[0].decode("utf-8-sig", "replace")
    cells = {cell.strip(' "\r') for cell in re.split("[;,\t]", head)}
    is_marked = WORD in cells or f'"{WORD}":'.encode() in data
    if is_marked and not is_practice(project):
        raise KipuError(_("This table comes from a practice project. Nothing was taken from it."))
