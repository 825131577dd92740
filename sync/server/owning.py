"""What an administrator's command makes as root belongs to whoever the storage belongs to."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from sync.errors import SyncError


class NotGiven(SyncError):
    """What root made could not be given to the owner of the storage; params ``place``."""

    default_code = "not-given"


def give_to_owner(folder: Path, parts: Sequence[str]) -> None:
    """Give the folders and the file at `parts`, one below the other, to the owner of `folder`.

    Nothing happens unless this is root. Only what is root's is given, and no link is followed: the
    owner of the folder could have put one there. Raises NotGiven.
    """
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return
    try:
        at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        owner = os.fstat(at)
        for name in parts:
            above, at = at, _below(at, name)
            os.close(above)
            _give(at, owner)
        os.close(at)
    except OSError as error:
        raise NotGiven("{place} has another owner", place=str(folder)) from error


def _below(folder: int, name: str) -> int:
    # A pipe put in a file's place must not keep us waiting for its writer.
    return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)


def _give(descriptor: int, owner: os.stat_result) -> None:
    found = os.fstat(descriptor)
    is_elsewhere_too = not stat.S_ISDIR(found.st_mode) and found.st_nlink > 1
    if found.st_uid == 0 and not is_elsewhere_too:
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
