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

from sync.ids import token
from sync.ports import Occupied, Remote, RemoteMissing, fault
from sync.remotes.addresses import Address, Secret, open_address, parse
from sync.remotes.common import ROOT, TEMPORARY
from sync.remotes.folder import FolderRemote

OWN = "server"
_SECRET = "secret"
_SECRET_BYTES = 32
_OPEN_MOST = 64
_STALE_SECONDS = 24 * 3600


class Storage:
    """The place at an address. Raises BadAddress, DriverMissing or RemoteMissing."""

    def __init__(self, address: str, secret: Secret | None = None) -> None:
        self._address = parse(address)
        self._secret = secret
        self._folder: Path | None = None
        if self._address.is_folder:
            self._folder = Path(self._address.path).expanduser().absolute()
            self._require_folder()
            (self._folder / OWN).mkdir(exist_ok=True)
        self._threads = threading.local()
        self._made: Counter[str] = Counter()

    @property
    def name(self) -> str:
        return self._address.shown

    def own(self) -> Remote:
        """The server's own files: nothing of a project lies there."""
        return self._open(OWN)

    def of(self, project: bytes) -> Remote | None:
        """A project's files; None where nobody founded it here (drivers without folders never know).

        Raises RemoteMissing where the storage itself is away.
        """
        name = token(project)
        if self._folder is not None and not os.path.isdir(self._folder / name):
            self._require_folder()
            if not os.path.isdir(self._folder / OWN):
                # The empty folder that a disk was mounted on is no storage without projects.
                raise fault(RemoteMissing, self.name)
            return None
        return self._open(name)

    def has(self, project: bytes) -> bool:
        """Whether a project is surely here, as a look at its folder tells."""
        return self._folder is not None and self.of(project) is not None

    def make(self, project: bytes) -> Remote:
        """A project's files, though none are there yet."""
        if self._folder is not None:
            self._require_folder()
            with contextlib.suppress(FileExistsError):
                (self._folder / token(project)).mkdir()
                # Remotes opened before know folders that are not there any more.
                self._made[token(project)] += 1
        return self._open(token(project))

    def shared_secret(self) -> bytes:
        """The secret that all servers over this storage share; made by the first of them."""
        own = self.own()
        with contextlib.suppress(Occupied):
            if (there := own.read(_SECRET, _SECRET_BYTES)) is None:
                own.put(_SECRET, os.urandom(_SECRET_BYTES))
            elif there:
                return there
        return own.read(_SECRET, _SECRET_BYTES) or b""

    def _require_folder(self) -> None:
        if self._folder is None or not os.path.isdir(self._folder):
            raise fault(RemoteMissing, self.name)

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
