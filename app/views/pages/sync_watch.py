"""What the worker calls while a sync goes on: how far it is, and whose turn has come."""

from __future__ import annotations

import threading
from collections.abc import Callable

from app.i18n import _
from app.models.watched_remote import Stopped


def watcher(
    stop: threading.Event, tell: Callable[[tuple[int, int]], object]
) -> Callable[[int, int], None]:
    """Return what the worker calls between two files: it tells how far it is, or stops."""

    def watch(written: int, read: int) -> None:
        if stop.is_set():
            raise Stopped(
                _("The sync was stopped. What arrived stays; the rest comes with the next one.")
            )
        tell((written, read))

    return watch


def teller(tell: Callable[[tuple[str, str]], object]) -> Callable[[str, str], None]:
    """Return what the worker calls as a place's turn comes."""

    def begins(name: str, location: str) -> None:
        tell((name, location))

    return begins
