"""One Kipu per project: a lock the system itself lets go when the process dies, however it dies."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from types import TracebackType

from app.errors import KipuError
from app.i18n import _

NAME = "lock"
_TAKEN = frozenset({errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK})


class ProjectLock:
    """The right to open the project in ``folder``, for as long as this object holds it.

    The file itself says nothing and stays behind; a lock file that is removed could be locked
    twice.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock. Raises KipuError when another window has the project open."""
        if self._descriptor is not None:
            raise RuntimeError("this lock is already held")
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            text = _("Kipu is not allowed to write in {folder}.").format(folder=self._path.parent)
            raise KipuError(text) from error
        try:
            _lock(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise KipuError(_reason(error)) from error
        self._descriptor = descriptor

    def release(self) -> None:
        """Let the next window in; harmless when nothing is held."""
        if self._descriptor is not None:
            os.close(self._descriptor)  # closing unlocks
            self._descriptor = None

    def __enter__(self) -> ProjectLock:
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def _reason(error: OSError) -> str:
    if error.errno in _TAKEN:
        return _("Another Kipu window has this project open; close it or carry on there.")
    return _("The place this project lies in cannot be locked; move it to the laptop's own disk.")


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        # flock, unlike lockf, also keeps a second window of the same process out.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
