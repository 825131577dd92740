"""Taking a project off this laptop for good.

The keys go first: once the slots that wrap the data key are gone, what is left of the store opens
to nobody, whatever a disk keeps of old blocks. Then everything is written over once and removed. On
solid-state disks and sticks writing over reaches new cells, not the old ones; there it is the lost
keys, and the passphrase nobody wrote down, that protect what may remain, and Kipu says so.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import Final

from app.models.safe_files import patiently, sync_folder
from app.models.witness import FOLDER as WITNESSES
from app.paths import ProjectPaths

_GONE: Final = ".gone-"
_PIECE: Final = 1024 * 1024


def wipe(home: Path, folder: Path, store_id: str) -> None:
    """Destroy a project that is closed: keys, store and journals, backups, witness.

    Cut off anywhere, `finish` ends it. Raises KipuError when another program holds the folder;
    then the project is as it was.
    """
    gone = folder.with_name(f"{_GONE}{folder.name}")
    # Under the new name nothing takes it for a project any more.
    patiently(lambda: folder.rename(gone), folder)
    sync_folder(home)
    (home / WITNESSES / store_id).unlink(missing_ok=True)
    _destroy(gone)


def finish(home: Path) -> None:
    """Take away what a wipe that was cut off left behind."""
    if home.is_dir():
        for gone in home.glob(f"{_GONE}*"):
            _destroy(gone)


def _destroy(folder: Path) -> None:
    keys = ProjectPaths(folder).keys
    first = [one for one in folder.glob(f"{keys.name}*") if one.is_file()]
    rest = [one for one in folder.rglob("*") if one.is_file() and not one.is_symlink()]
    for path in [*first, *(one for one in rest if one not in first)]:
        # What cannot be written over is removed all the same.
        with contextlib.suppress(OSError):
            _write_over(path)
        patiently(path.unlink, path)
    patiently(lambda: shutil.rmtree(folder), folder)
    sync_folder(folder.parent)


def _write_over(path: Path) -> None:
    left = path.stat().st_size
    with path.open("r+b") as stream:
        while left > 0:
            stream.write(os.urandom(min(left, _PIECE)))
            left -= _PIECE
        stream.flush()
        os.fsync(stream.fileno())
