"""Files a person asked for outside the project, which lie there in the clear.

Until such a file is whole it should not be seen: where the system has nameless files (Linux, on
most disks), the words get a name only when all of them are written, and a program killed half-way
leaves nothing. Elsewhere they are written as `.NAME.part` beside it and renamed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path
from typing import Final

from app.errors import KipuError
from app.i18n import _

# What file systems and kernels without nameless files, or without /proc, answer.
_UNKNOWN: Final = frozenset(
    {
        errno.EOPNOTSUPP,
        errno.EISDIR,
        errno.EINVAL,
        errno.ENOENT,
        errno.EPERM,
        errno.ENOSYS,
        errno.EXDEV,
    }
)


def write_plain(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises KipuError naming why it cannot be written."""
    try:
        if not _written_nameless(path, data):
            _write_part(path, data)
    except OSError as error:
        raise KipuError(
            _("“{file}” cannot be written: {reason}.").format(file=path.name, reason=error.strerror)
        ) from error


def _written_nameless(path: Path, data: bytes) -> bool:
    """Write through a file without a name; False where the system has none."""
    nameless: int | None = getattr(os, "O_TMPFILE", None)
    if nameless is None:
        return False
    try:
        descriptor = os.open(path.absolute().parent, nameless | os.O_WRONLY, 0o666)
    except OSError as error:
        if error.errno in _UNKNOWN:
            return False
        raise
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(descriptor)
        return _named(descriptor, path)


def _named(descriptor: int, path: Path) -> bool:
    """Give a nameless file its name, in the place of what has it now."""
    source = f"/proc/self/fd/{descriptor}"
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        # Only with a folder named does Python ask for the file the link in /proc stands for.
        os.link(source, part, src_dir_fd=descriptor, follow_symlinks=True)
    except OSError as error:
        if error.errno in _UNKNOWN:
            return False
        raise
    try:
        part.replace(path)
    except OSError:
        part.unlink()
        raise
    return True


def _write_part(path: Path, data: bytes) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()
        raise
