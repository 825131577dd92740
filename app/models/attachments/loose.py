"""Letting files go: what a draft kept and nobody wants, and what was erased by law.

A file is only let go on evidence. That nothing names it is none: a store that was restored from a
backup knows fewer records than there are files, and they come back with the next sync.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from app.models.attachments import whereabouts
from app.models.attachments.keeping import TEMPORARY, path_of
from app.models.attachments.refs import files, within
from app.models.safe_files import patiently
from sync.values import Value

if TYPE_CHECKING:
    from app.models.project import Project

KEPT_MS: Final = 7 * 24 * 3600 * 1000
"""How long a file stays that nothing names, in milliseconds."""

_GONE: Final = 0


@contextlib.contextmanager
def forgetting(project: Project) -> Iterator[None]:
    """What is named before and no longer after is let go, here and at the remotes: see `sweep`."""
    before = files(project)
    yield
    for name in before.keys() - files(project).keys() if before else ():
        _let_go(project, name)
        whereabouts.blank(project, before[name])


def release(project: Project, space: bytes, body: Value) -> None:
    """Let go the files of a draft that was thrown away, where nothing else names them."""
    named = {one.name for one in within(space, body)}
    if named:
        for name in named - files(project).keys():
            _let_go(project, name)
        sweep(project)


def _let_go(project: Project, name: bytes) -> None:
    project.store.run("INSERT OR REPLACE INTO attachments_loose VALUES(?,?)", (name, _GONE))


def sweep(project: Project) -> int:
    """Remove what was let go, and what nothing names since `KEPT_MS`; returns how many files.

    Not inside a transaction: were that undone, the file would be gone and its record there.
    """
    rows = project.store.rows("SELECT name, since FROM attachments_loose")
    named = files(project) if rows else {}
    now, swept = project.ledger.now_ms(), 0
    for raw, since in rows:
        name = bytes(raw)
        if name in named:
            whereabouts.unblank(project, name)
        elif since != _GONE and since + KEPT_MS > now:
            continue
        else:
            for path in (path_of(project, name), whereabouts.part_of(project, name)):
                if path.exists():
                    patiently(path.unlink, path)
                    swept += 1
        project.store.run("DELETE FROM attachments_loose WHERE name=?", (name,))
    _clear_up(project)
    return swept


def _clear_up(project: Project) -> None:
    """Take away what a keeping that was cut off left behind; nobody writes here now."""
    for path in project.paths.attachments.glob(f"*/{TEMPORARY}*"):
        patiently(path.unlink, path)
