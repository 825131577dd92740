"""Where the server keeps its files: one place for each project, and one for itself.

Any remote does. Each worker thread has its own, for drivers need not bear several at once.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections import Counter, OrderedDict
from dataclasses import replace
from pathlib import Path

from sync.errors import SyncError
from sync.ids import token
from sync.ports import Occupied, Remote, RemoteMissing, RemoteNotFolder, fault
from sync.remotes import os_faults
from sync.remotes.addresses import Address, Secret, open_address, parse
from sync.remotes.common import ROOT, TEMPORARY
from sync.remotes.folder import FolderRemote
from sync.server import owning

OWN = "server"
_SECRET = "secret"
_SECRET_BYTES = 32
_OPEN_MOST = 64
_STALE_SECONDS = 24 * 3600


class SecretShort(SyncError):
    """The file of the servers' secret has fewer bytes than were written; params ``place``."""

    default_code = "secret-short"


class Storage:
    """The place at an address. Raises BadAddress, DriverMissing, or the RemoteError that fits."""

    def __init__(self, address: str, secret: Secret | None = None) -> None:
        self._address = parse(address)
        self._secret = secret
        self._folder: Path | None = None
        if self._address.is_folder:
            self._folder = Path(self._address.path).expanduser().absolute()
            self._make_folder(OWN)
        self._threads = threading.local()
        self._made: Counter[str] = Counter()

    @property
    def name(self) -> str:
        return self._address.shown

    def own(self) -> Remote:
        """The server's own files: nothing of a project lies there.

        Raises RemoteMissing where these are gone from a folder that is there.
        """
        if self._folder is not None and not os.path.isdir(self._folder / OWN):
            self._require_folder()
            raise fault(RemoteMissing, self.name, code="remote-missing.emptied")
        return self._open(OWN)

    def of(self, project: bytes) -> Remote | None:
        """A project's files; None where nobody founded it here (drivers without folders never know).

        Raises RemoteMissing where the storage itself is away.
        """
        name = token(project)
        if not self._holds(name):
            self._require_folder()
            assert self._folder is not None
            if not os.path.isdir(self._folder / OWN):
                # The empty folder that a disk was mounted on is no storage without projects.
                raise fault(RemoteMissing, self.name, code="remote-missing.emptied")
            return None
        return self._open(name)

    def has(self, project: bytes) -> bool:
        """Whether a project is surely here, as a look at its folder tells."""
        return self._folder is not None and self.of(project) is not None

    def make(self, project: bytes) -> Remote:
        """A project's files, though none are there yet."""
        name = token(project)
        if self._folder is not None:
            self._make_folder(name)
            if not self._holds(name):
                # Remotes opened before know folders that are not there any more.
                self._made[name] += 1
        return self._open(name)

    def _holds(self, name: str) -> bool:
        """Whether there are files of that name, for all a look tells: an emptied folder has none."""
        return self._folder is None or os.path.isdir(self._folder / name / ROOT)

    def give_to_owner(self, path: str) -> None:
        """Let a file of the server's own belong to whoever the storage folder does.

        Raises NotGiven.
        """
        if self._folder is not None:
            owning.give_to_owner(self._folder, (OWN, ROOT, *path.split("/")))

    def shared_secret(self) -> bytes:
        """The secret that all servers over this storage share; made by the first of them.

        Raises SecretShort for one that a cut or a failed copy left.
        """
        own = self.own()
        there = own.read(_SECRET, _SECRET_BYTES)
        if there is None:
            with contextlib.suppress(Occupied):
                own.put(_SECRET, os.urandom(_SECRET_BYTES))
            there = own.read(_SECRET, _SECRET_BYTES) or b""
        if len(there) < _SECRET_BYTES:
            raise SecretShort(
                "the servers' secret is cut short", place=f"{own.name}/{ROOT}/{_SECRET}"
            )
        return there

    def _make_folder(self, name: str) -> None:
        self._require_folder()
        assert self._folder is not None
        try:
            (self._folder / name).mkdir()
        except FileExistsError:
            return
        except OSError as error:
            kind = os_faults.kind_of(error, writing=True)
            raise fault(kind, self.name, name, reason=str(error)) from error

    def _require_folder(self) -> None:
        if self._folder is None or not os.path.isdir(self._folder):
            is_other = self._folder is not None and os.path.lexists(self._folder)
            raise fault(RemoteNotFolder if is_other else RemoteMissing, self.name)

    def _open(self, name: str) -> Remote:
        opened: OrderedDict[tuple[str, int], Remote] | None = getattr(self._threads, "opened", None)
        if opened is None:
            opened = self._threads.opened = OrderedDict()
        made = (name, self._made[name])
        if made not in opened:
            opened[made] = self._opened(name)
            if len(opened) > _OPEN_MOST:
                opened.popitem(last=False)
        opened.move_to_end(made)
        return opened[made]

    def _opened(self, name: str) -> Remote:
        if self._folder is not None:
            _remove_stale(self._folder / name / ROOT)
            return FolderRemote(self._folder / name)
        return open_address(_below(self._address, name), self._secret, "server")


def _below(address: Address, name: str) -> Address:
    path = f"{address.path.rstrip('/')}/{name}"
    return replace(
        address, path=path if address.host and address.scheme != "s3" else path.strip("/")
    )


def _remove_stale(root: Path) -> None:
    """Remove what servers that were killed left half written; nobody writes a file for a day."""
    oldest = time.time() - _STALE_SECONDS
    with contextlib.suppress(OSError):
        for one in root.glob(f"{TEMPORARY}*"):
            if one.stat().st_mtime < oldest:
                one.unlink()
