"""Writing a project's own files so that nothing good is ever lost.

A file is replaced whole or not at all, a damaged one is set aside rather than overwritten, and the
copies kept are thinned by their counters, not by file times, which lie on half the places people
keep folders in.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

from app.errors import KipuError
from app.i18n import _

Result = TypeVar("Result")

# Access denied, sharing violation, lock violation: what antivirus and OneDrive cause for a moment.
_HELD_ON_WINDOWS = frozenset({5, 32, 33})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_PAUSES = (0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.6)  # seconds; 1.97 in all

_pause = time.sleep


def replace_file(path: Path, data: bytes) -> None:
    """Make ``path`` hold ``data``: the old content or the new one survives a crash, never a mix.

    Raises KipuError when the disk is full, the folder cannot be written, or another program
    holds the file for longer than two seconds; the old content is then still there.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        patiently(lambda: _write_new(temporary, data), path)
        patiently(lambda: os.replace(temporary, path), path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def patiently(action: Callable[[], Result], path: Path) -> Result:
    """Run ``action`` on ``path``, again for up to two seconds while another program is in the way.

    Raises KipuError in one sentence for what the world did: held, full, or not writable.
    FileNotFoundError and the like pass through.
    """
    for pause in _PAUSES:
        try:
            return action()
        except OSError as error:
            if not _is_held(error):
                raise _explained(error, path) from error
        _pause(pause)
    try:
        return action()
    except OSError as error:
        raise _explained(error, path) from error


def set_aside(path: Path, folder: Path) -> Path:
    """Move the damaged ``path`` into ``folder`` under a new dated name; returns where it lies now.

    Nothing there is ever overwritten. Raises KipuError as `patiently` does.
    """
    patiently(lambda: folder.mkdir(parents=True, exist_ok=True), folder)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    target, attempt = folder / f"{stamp}-{path.name}", 1
    while os.path.lexists(target):
        attempt += 1
        target = folder / f"{stamp}-{attempt}-{path.name}"
    patiently(lambda: path.rename(target), path)
    sync_folder(folder)
    sync_folder(path.parent)
    return target


class Copy(NamedTuple):
    """One rotating copy, as its name tells: ``000042-20261121.db`` is the 42nd, made that day."""

    counter: int
    day: date
    path: Path


_COPY_NAME = re.compile(r"(\d{6,})-(\d{8})(\.[a-z0-9.]+)", re.ASCII)


def copies(folder: Path) -> list[Copy]:
    """Return the copies in ``folder``, newest first; files named otherwise are left out."""
    if not folder.is_dir():
        return []
    found = (_read_name(path) for path in folder.iterdir())
    return sorted((copy for copy in found if copy), key=lambda copy: copy.counter, reverse=True)


def next_copy(folder: Path, day: date, suffix: str = ".db") -> Path:
    """Return the path the next copy is to be written to; ``suffix`` starts with a dot."""
    counter = max((copy.counter for copy in copies(folder)), default=0) + 1
    return folder / f"{counter:06d}-{day:%Y%m%d}{suffix}"


def rotate(folder: Path, keep: int = 5, weeks: int = 4) -> list[Path]:
    """Delete the copies no longer wanted and return their paths.

    The newest ``keep`` stay, and the newest of each of the last ``weeks`` weeks that have one.
    """
    newest_first = copies(folder)
    kept = {copy.path for copy in newest_first[:keep]} | _weekly(newest_first, weeks)
    unwanted = [copy.path for copy in newest_first if copy.path not in kept]
    for path in unwanted:
        patiently(path.unlink, path)
    return unwanted


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` last through a power cut, where the system can do that."""
    if os.name == "nt":  # Windows opens no folder for this and needs none
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP, errno.EBADF}:
            raise
    finally:
        os.close(descriptor)


def _write_new(path: Path, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags, 0o600), "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _is_held(error: OSError) -> bool:
    if getattr(error, "winerror", None) in _HELD_ON_WINDOWS:
        return True
    return isinstance(error, PermissionError) or error.errno == errno.EBUSY


def _explained(error: OSError, path: Path) -> OSError | KipuError:
    """Return the sentence for ``error``, or ``error`` itself where no sentence fits."""
    held = getattr(error, "winerror", None) in _HELD_ON_WINDOWS or error.errno == errno.EBUSY
    if held:
        said = _("Another program (antivirus or OneDrive?) holds {path}; nothing was changed.")
    elif error.errno in _FULL:
        said = _("There is no room left on the disk for {path}; nothing was changed.")
    elif error.errno in _READ_ONLY:
        said = _("Kipu is not allowed to write {path}; nothing was changed.")
    else:
        return error
    return KipuError(said.format(path=path))


def _read_name(path: Path) -> Copy | None:
    match = _COPY_NAME.fullmatch(path.name)
    if not match:
        return None
    try:
        day = datetime.strptime(match[2], "%Y%m%d").date()
    except ValueError:
        return None
    return Copy(int(match[1]), day, path)


def _weekly(newest_first: Iterable[Copy], weeks: int) -> set[Path]:
    """Return the newest copy of each of the last ``weeks`` calendar weeks among the copies."""
    by_week: dict[tuple[int, int], Path] = {}
    for copy in newest_first:
        year, week, _day = copy.day.isocalendar()
        by_week.setdefault((year, week), copy.path)
    return {by_week[week] for week in sorted(by_week, reverse=True)[:weeks]}
