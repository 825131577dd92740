"""What the operating system says about a share or a stick, as one of our few reasons."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from typing import TypeVar

from sync import ports

Result = TypeVar("Result")


def _numbers(*names: str) -> frozenset[int]:
    # Not every system has every one of these.
    return frozenset(getattr(errno, name) for name in names if hasattr(errno, name))


FULL = _numbers("ENOSPC", "EDQUOT", "EFBIG")
_FORBIDDEN = _numbers("EACCES", "EPERM")
_READ_ONLY = _numbers("EROFS")
_BUSY = _numbers("EBUSY", "EAGAIN", "ETXTBSY", "EDEADLK", "ENOLCK")
_GONE = _numbers(
    "ENODEV", "ENXIO", "ENOTCONN", "ESTALE", "EHOSTDOWN", "EHOSTUNREACH", "ENETDOWN",
    "ENETUNREACH", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENOMEDIUM",
)  # fmt: skip
_WITHOUT_FSYNC = _numbers("EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS")

# Windows: access denied, sharing violation, lock violation.
_HELD_ON_WINDOWS = frozenset({5, 32, 33})
_BY_WINERROR: dict[int, type[ports.RemoteError]] = {
    **dict.fromkeys((32, 33, 170), ports.RemoteBusy),
    **dict.fromkeys((39, 112, 1295), ports.RemoteFull),
    **dict.fromkeys((5, 19), ports.RemoteReadOnly),
    **dict.fromkeys((15, 21, 51, 53, 55, 59, 64, 67, 121, 1167, 1231), ports.RemoteMissing),
}
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)  # seconds

_pause = time.sleep


def kind_of(error: OSError, *, writing: bool) -> type[ports.RemoteError]:
    """Return the kind of remote error ``error`` amounts to."""
    number, windows = error.errno, getattr(error, "winerror", None)
    if windows in _BY_WINERROR and (writing or windows != 5):
        return _BY_WINERROR[windows]
    if number in FULL:
        return ports.RemoteFull
    if number in _READ_ONLY:
        return ports.RemoteReadOnly
    if number in _FORBIDDEN:
        return ports.RemoteReadOnly if writing else ports.RemoteUnreadable
    if number in _BUSY:
        return ports.RemoteBusy
    return ports.RemoteMissing if number in _GONE else ports.RemoteBroken


def has_no_fsync(error: OSError) -> bool:
    """Tell whether the place simply cannot flush a file (many network mounts), which we accept."""
    return error.errno in _WITHOUT_FSYNC


def patiently(action: Callable[[], Result]) -> Result:
    """Run ``action``, again for some 1.5 s while a virus scanner or sync tool holds the file."""
    for pause in _PAUSES:
        try:
            return action()
        except OSError as error:
            held = getattr(error, "winerror", None) in _HELD_ON_WINDOWS or error.errno in _BUSY
            if not held:
                raise
        _pause(pause)
    return action()
