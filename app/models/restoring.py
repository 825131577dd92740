"""Going back to the last good backup when the store is damaged.

The damaged files are set aside, never overwritten. What was synced comes back with the next sync;
the restored store notices that it is a copy and carries on under a new incarnation.
"""

from __future__ import annotations

from pathlib import Path

from app.errors import KipuError
from app.i18n import _
from app.models.lock_file import ProjectLock
from app.models.safe_files import copies, patiently, set_aside
from app.models.store import Store
from app.models.vault import Unlocked, subkey
from app.paths import ProjectPaths

_BESIDE = ("", "-journal", "-wal", "-shm")


def restore(folder: Path, unlocked: Unlocked) -> Path:
    """Put the newest sound backup in the store's place; returns which. The project is closed.

    Raises KipuError when no backup is sound; then nothing is changed.
    """
    paths = ProjectPaths(folder)
    with ProjectLock(folder):
        best = _newest_sound(paths, subkey(unlocked.key, "store"))
        for suffix in _BESIDE:
            damaged = paths.store.with_name(paths.store.name + suffix)
            if damaged.exists():
                set_aside(damaged, paths.set_aside)
        patiently(lambda: paths.store.write_bytes(best.read_bytes()), paths.store)
    return best


def _newest_sound(paths: ProjectPaths, key: bytes) -> Path:
    for copy in copies(paths.backups):
        if _is_sound(copy.path, key):
            return copy.path
    raise KipuError(_("There is no sound backup of this project. Nothing was changed."))


def _is_sound(path: Path, key: bytes) -> bool:
    try:
        store = Store.open(path, key)
    except KipuError:
        return False
    try:
        return not store.check_integrity()
    finally:
        store.close()
