"""What the entrance has the worker do: whatever derives keys or reads a store.

It imports next to nothing by itself: the unlock page must stand before the models are loaded.
"""

from __future__ import annotations

import importlib
import threading
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.i18n import _
from app.paths import practice_mark

if TYPE_CHECKING:
    from app.models.project import Project

_WARMED: Final = (
    "app.models.project",
    "app.models.commands.membership",
    "app.models.commands.people",
    "app.models.commands.syncing",
    "app.models.queries.conflicts",
    "app.models.queries.surveys",
)


@dataclass(frozen=True, slots=True)
class Refused:
    """A passphrase that did not open, and for how many seconds nobody may try again."""

    sentence: str
    wait_s: int


def warm_up() -> None:
    """Load what opening a project needs, while the person types."""
    for name in _WARMED:
        importlib.import_module(name)


def tidy(home: Path) -> None:
    """Finish taking away a project whose wiping was cut off."""
    from app.models import wiping

    wiping.finish(home)


def is_practice(folder: Path) -> bool:
    """Whether a folder is marked as the practice project; only for showing it so."""
    return practice_mark(folder).exists()


def begin_practice(home: Path) -> Project:
    """Make the practice project."""
    from app.models.commands import practising

    return practising.begin(home)


def end_practice(project: Project) -> None:
    """Throw the practice project away."""
    from app.models.commands import practising

    practising.throw_away(project)


def inspect(folder: Path) -> None:
    """Raise what keeps a project's keys from being read."""
    from app.models.vault import Vault

    Vault.open(folder)


def open_one(folder: Path, home: Path, label: str, passphrase: str) -> Project | Refused:
    """Open a project for whoever knows the passphrase; a wrong one is an answer, not an error."""
    from app.models.project import open_project
    from app.models.vault import TooSoon, Unlocked, Vault, WrongPassphrase

    def unlock(vault: Vault) -> Unlocked:
        return vault.unlock(passphrase, label)

    try:
        return open_project(folder, home, unlock)
    except TooSoon as error:
        return Refused(error.message, ceil(error.seconds))
    except WrongPassphrase:
        sentence = _("That passphrase does not open {label}.").format(label=label)
        return Refused(sentence, ceil(Vault.open(folder).wait_seconds()))


def put_away(project: Project, done: threading.Event) -> None:
    """Close the project and say so, whatever happened."""
    try:
        project.close()
    finally:
        done.set()
