"""What the engine asks of a remote: a dumb place of small files, each with one writer.

No lock, no rename-over, no file time is needed, so a stick, an SMB share, WebDAV, S3 or our own
server all serve. Absence never means deletion: a place that is not there raises.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from typing import Protocol

from sync.errors import Param, SyncError

MAX_PATH = 100  # characters

# Inside a class with a method `list`, the bare word means that method.
Names = list[str]

_NAME = re.compile(r"[a-z0-9_-][a-z0-9._-]*", re.ASCII)
# Windows keeps these names for devices, whatever follows the first dot.
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.ASCII)


class RemoteError(SyncError):
    """The remote did not do what was asked; params ``place`` and, where known, ``path``."""

    default_code = "remote-error"


class RemoteMissing(RemoteError):
    """The place is not there: unplugged, unmounted, disconnected, or it vanished meanwhile."""

    default_code = "remote-missing"


class RemoteNotFolder(RemoteError):
    """Something that is no folder lies where the place should be."""

    default_code = "remote-not-a-folder"


class RemoteOther(RemoteError):
    """Something else answers where the place should be; the code's last part tells what.

    Params ``host``, ``port``, ``wanted`` and ``reason``.
    """

    default_code = "remote-other"


class RemoteUnreadable(RemoteError):
    """The place is there but this person may not read it."""

    default_code = "remote-unreadable"


class RemoteReadOnly(RemoteError):
    """The place can be read but not written."""

    default_code = "remote-read-only"


class RemoteFull(RemoteError):
    """The place has no room left, or the person's quota there is used up."""

    default_code = "remote-full"


class RemoteBusy(RemoteError):
    """Another program holds the file; a later try may succeed."""

    default_code = "remote-busy"


class RemoteBroken(RemoteError):
    """The place answers wrongly: a folder where a file should be, other bytes than were written."""

    default_code = "remote-broken"


class RemoteTooLarge(RemoteError):
    """A file is larger than its reader allows; params ``limit`` (bytes). Nothing was read."""

    default_code = "remote-too-large"


class Occupied(RemoteError):
    """Other content already lies at a path that is written once and never again."""

    default_code = "remote-occupied"


class BadPath(RemoteError):
    """A path that is none of ours; never passed on to the place."""

    default_code = "remote-bad-path"


class RemoteNameUnknown(RemoteError):
    """No host of this name is found: a typing error, or no network; params ``host``."""

    default_code = "remote-name-unknown"


class RemoteRefused(RemoteError):
    """Nobody answers at this host and port, or no way leads there; params ``host``, ``port``."""

    default_code = "remote-refused"


class RemoteTimeout(RemoteError):
    """The place did not answer in time, or stopped answering; a later try may succeed."""

    default_code = "remote-timeout"


class RemoteCertificate(RemoteError):
    """The server's certificate is not one we may trust; params ``reason``. Nothing was sent."""

    default_code = "remote-certificate"


class RemoteHostKey(RemoteError):
    """The server's host key is unknown here or changed; params ``fingerprint`` as ssh-keygen shows.

    The code ends in ``.changed`` where another key was expected. No password was sent.
    """

    default_code = "remote-host-key"


class RemoteLogin(RemoteError):
    """The place does not accept the name, password or key."""

    default_code = "remote-login"


class RemoteClock(RemoteError):
    """The place refuses because this laptop's clock is too far from its own."""

    default_code = "remote-clock"


class RemoteMoved(RemoteError):
    """The server sends us to another address, which we never follow; params ``target``."""

    default_code = "remote-moved"


class BadAddress(RemoteError):
    """What was given is no address of a remote; the code's last part says what is wrong with it."""

    default_code = "remote-bad-address"


class DriverMissing(RemoteError):
    """What this kind of place needs is not installed; params ``scheme``, ``extra``."""

    default_code = "remote-driver-missing"


class Remote(Protocol):
    """A place of files under relative paths such as ``b/3k/7q.batch``.

    Every method may raise RemoteMissing, RemoteReadOnly, RemoteBusy and RemoteBroken; those that
    write may raise RemoteFull; none leaves half a file under its name unsaid.
    """

    @property
    def name(self) -> str:
        """How people know this place: a folder's path, an address."""

    def list(self, prefix: str) -> Names:
        """Return the names directly under ``prefix`` ('' = the root), sorted.

        Only names of our alphabet count; a prefix that is not there has none.
        """

    def read(self, path: str, limit: int) -> bytes | None:
        """Return the bytes at ``path``, or None where there is nothing.

        Raises RemoteTooLarge when there are more than ``limit`` bytes.
        """

    def put(self, path: str, data: bytes) -> bool:
        """Write ``data`` to a new ``path``; False when the very same bytes lie there already.

        Raises Occupied when other bytes do.
        """

    def replace(self, path: str, data: bytes) -> None:
        """Write ``data`` over ``path``: only for the few small files a device rewrites."""

    def remove(self, path: str) -> None:
        """Remove a file; nothing happens where there is none.

        Only `kipu compact` asks for it, and only for files of its own that lie in a pack as well.
        """

    def probe(self) -> None:
        """Raise the precise reason why the place cannot be synced with, if there is one."""


def fingerprint(names: Iterable[str]) -> str:
    """A listing in 32 hexadecimal digits, whatever its order: the server's ETag of one."""
    whole = "\n".join(sorted(names)).encode()
    return hashlib.blake2b(whole, digest_size=16, person=b"kipu names").hexdigest()


def changed(remote: Remote, prefix: str, known: str) -> Names | None:
    """The names under ``prefix``, or None while `fingerprint` of them is ``known``.

    A remote with a method of that name answers without sending the listing.
    """
    ask: Callable[[str, str], Names | None] | None = getattr(remote, "changed", None)
    if ask is not None:
        return ask(prefix, known)
    names = remote.list(prefix)
    return None if fingerprint(names) == known else names


def put_marked(remote: Remote, path: str, data: bytes, mark: str) -> tuple[bool, bool]:
    """`put`, and leave the empty file ``mark`` after it; whether each is done: the file new, the mark
    there.

    A remote with a method of that name does both within one round trip, or leaves the mark undone
    where something stands against it. With any other, and without a mark, it is just `put`.
    """
    ask: Callable[[str, bytes, str], tuple[bool, bool]] | None = getattr(remote, "put_marked", None)
    if mark and ask is not None:
        return ask(path, data, mark)
    return remote.put(path, data), False


def is_near(remote: Remote) -> bool:
    """Whether bytes cost next to nothing there, as in a folder; what a remote of that name says."""
    return bool(getattr(remote, "is_near", False))


def check_path(path: str, *, prefix: bool = False) -> tuple[str, ...]:
    """Return the parts of a relative path; with ``prefix``, '' is the root and has none.

    Raises BadPath unless it is at most 100 characters of ``[a-z0-9._/-]`` whose parts neither
    begin nor end with a dot nor are names a system keeps for itself.
    """
    if prefix and path in {"", "/"}:
        return ()
    parts = tuple((path.rstrip("/") if prefix else path).split("/"))
    if len(path) > MAX_PATH or not all(is_ours(part) for part in parts):
        raise BadPath("{path} is no path on a remote", path=path[: MAX_PATH + 20])
    return parts


def is_ours(name: str) -> bool:
    """Tell whether a file or folder name is of the kind Kipu writes."""
    return bool(_NAME.fullmatch(name)) and not name.endswith(".") and not _DEVICE.fullmatch(name)


def fault(
    kind: type[RemoteError], place: str, path: str = "", *, code: str | None = None, **params: Param
) -> RemoteError:
    """Return an error of ``kind`` that names the place and, where there is one, the path.

    ``code`` is for a reason within the kind that has a sentence of its own.
    """
    said = (
        (kind.__doc__ or kind.default_code).partition("\n")[0].partition("; params")[0].rstrip(".")
    )
    return kind(said + " [{place} {path}]", code, place=place, path=path, **params)
