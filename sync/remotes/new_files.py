"""Giving a file its name on a place that may offer neither links, renames nor flushing."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from sync.remotes import os_faults

_CHUNK = 1024 * 1024
_FLAGS = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
)


class _Refused(Exception):
    """The place does not offer this way of naming a file."""


def write_new(file: Path, data: bytes) -> None:
    """Write a file that must not exist yet (FileExistsError); on failure nothing of it stays."""
    descriptor = os.open(file, _FLAGS, 0o666)
    try:
        try:
            _write(descriptor, data)
            _flush(descriptor)
        finally:
            os.close(descriptor)
    except BaseException:
        with contextlib.suppress(OSError):
            file.unlink()
        raise


def publish(temporary: Path, target: Path, data: bytes) -> bool:
    """Make ``target`` hold what ``temporary`` does, covering no other file; False if it is taken.

    A hard link does that; where links are refused (FAT, many shares) a rename to a name that was
    free a moment ago; where renames are refused too, ``data`` is written in place.
    """
    try:
        for attempt in (_link, _rename):
            with contextlib.suppress(_Refused):
                attempt(temporary, target)
                return True
        write_new(target, data)
    except FileExistsError:
        return False
    return True


def overwrite(temporary: Path, target: Path, data: bytes) -> None:
    """Make ``target`` hold what ``temporary`` does, in one step where the place can do that."""
    try:
        with _refusals():
            os_faults.patiently(lambda: os.replace(temporary, target))
    except _Refused:
        os_faults.patiently(lambda: target.unlink(missing_ok=True))
        publish(temporary, target, data)


def sync_folder(folder: Path) -> None:
    """Make a new name last where folders can be flushed; elsewhere the read-back must do."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _write(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left[:_CHUNK]) :]


def _flush(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        if not os_faults.has_no_fsync(error):
            raise


def _link(temporary: Path, target: Path) -> None:
    with _refusals():
        os.link(temporary, target)


def _rename(temporary: Path, target: Path) -> None:
    if os.path.lexists(target):
        raise FileExistsError(target)
    with _refusals():
        os_faults.patiently(lambda: os.rename(temporary, target))


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    """Tell a way the place does not offer from a name that is taken or a disk that is full."""
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno in os_faults.FULL:
            raise
        raise _Refused from error
