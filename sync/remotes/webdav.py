"""WebDAV as the remote: Nextcloud, ownCloud, many a NAS, Apache.

Everything lies under ``KIPU/`` in the given folder. A new file is written with ``If-None-Match: *``
where the server honours it, which is tried out, not believed; every file is read back. A folder
is never deleted, since that takes with it what others put there meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from urllib.parse import quote, unquote, urlsplit

from sync import ports
from sync.ports import Names, Occupied, RemoteBroken, RemoteMissing, check_path, fault
from sync.remotes import xml_reply
from sync.remotes.addresses import WEBDAV, Address, Secret
from sync.remotes.common import (
    ROOT,
    SURE_SECONDS,
    Addressed,
    Temporaries,
    is_empty,
    is_torn,
)
from sync.remotes.web import Reply, Web, basic

MAX_LISTING = 64 * 1024 * 1024  # bytes; some 100,000 names
MAX_SMALL = 64 * 1024
_ASKED = b'<propfind xmlns="DAV:"><prop><resourcetype/></prop></propfind>'
_GONE = frozenset({404, 410})
# Which fault a refusal means, where reading and writing do not differ.
_FAULTS: dict[int, type[ports.RemoteError]] = {
    401: ports.RemoteLogin,
    408: ports.RemoteTimeout,
    423: ports.RemoteBusy,
    429: ports.RemoteBusy,
    502: RemoteMissing,
    503: ports.RemoteBusy,
    504: RemoteMissing,
    507: ports.RemoteFull,
}


class WebdavRemote(Addressed):
    """The files under ``address``/KIPU, as `sync.ports.Remote`."""

    def __init__(self, address: Address, secret: Secret, writer: str = "") -> None:
        super().__init__(address)
        self._web = Web(
            address.place, address.host, address.real_port, secure=address.scheme == WEBDAV,
            certificate=address.option("certificate"), wanted="WebDAV",
        )  # fmt: skip
        known = f"{address.user}:{secret.password}"
        self._headers = {"Authorization": basic(known)} if address.user else {}
        self._temporaries = Temporaries(writer)
        self._folders: set[tuple[str, ...]] = set()
        self._is_conditional: bool | None = None
        self._sure_until = 0.0

    def close(self) -> None:
        """Let go of the connections; the next use makes new ones."""
        self._web.close()

    def list(self, prefix: str) -> Names:
        """See `sync.ports.Remote.list`."""
        folder = check_path(prefix, prefix=True)
        names = self._names(ROOT, *folder)
        if names is None:
            self._require_place()
            return []
        self._is_there(folder)
        return self._listed.ours(prefix, names)

    def read(self, path: str, limit: int) -> bytes | None:
        """See `sync.ports.Remote.read`."""
        parts = check_path(path)
        data = self._content(parts, limit)
        if data is None:
            self._require_place()
            return None
        self._is_there(parts[:-1])
        if len(data) > limit:
            raise fault(ports.RemoteTooLarge, self.name, path, limit=limit)
        return data

    def put(self, path: str, data: bytes) -> bool:
        """See `sync.ports.Remote.put`. The beginning of ``data``, torn off, is written anew."""
        parts = check_path(path)
        is_conditional = self._learn_conditional()
        lying = None if is_conditional else self._content(parts, len(data))
        if lying is None and self._write(parts, data, only_new=True):
            self._check_written(parts, data)
            return True
        lying = self._content(parts, len(data)) if lying is None else lying
        if lying == data:
            return False
        if lying is None or not is_torn(lying, data):
            raise fault(Occupied, self.name, path)
        self._write(parts, data)
        self._check_written(parts, data)
        return True

    def replace(self, path: str, data: bytes) -> None:
        """See `sync.ports.Remote.replace`."""
        parts = check_path(path)
        self._write(parts, data)
        self._check_written(parts, data)

    def remove(self, path: str) -> None:
        """See `sync.ports.Remote.remove`."""
        parts = check_path(path)
        reply = self._ask("DELETE", self._target(ROOT, *parts))
        if reply.status in _GONE:
            self._require_place()
        elif reply.status not in {200, 202, 204}:
            raise self._refusal(reply, writing=True, path=path)

    def probe(self) -> None:
        """Raise why this place cannot be synced with; a few bytes are written and removed."""
        self._require_place(now=True)
        self._try_writing()

    def is_empty_place(self) -> bool:
        """Tell whether a share may be founded here: nothing but hidden and system entries."""
        self._require_place(now=True)
        return is_empty(self._names() or [], lambda: self._names(ROOT) or [])

    # -- the place ---------------------------------------------------------------------------

    def _require_place(self, *, now: bool = False) -> None:
        """Raise RemoteMissing unless the folder is there, with its KIPU if that was ever seen."""
        if not now and time.monotonic() < self._sure_until:
            return
        was_seen = () in self._folders
        reply = self._propfind("0", ROOT) if was_seen else self._propfind("0")
        if reply.status in _GONE:
            raise fault(RemoteMissing, self.name)
        if not any(path.endswith("/resourcetype/collection") for path, _ in self._leaves(reply)):
            raise fault(ports.RemoteNotFolder, self.name)

    def _is_there(self, folder: Sequence[str]) -> None:
        """Something of ours was seen in ``folder``, so it and those above it are there."""
        self._sure_until = time.monotonic() + SURE_SECONDS
        self._folders |= {tuple(folder[:depth]) for depth in range(len(folder) + 1)}

    def _look_again(self) -> None:
        """Another hand removed a folder we took for known, or the place is gone altogether."""
        self._require_place(now=True)
        self._folders &= {()}

    def _try_writing(self) -> None:
        """Write a few bytes, find out whether ``If-None-Match`` holds here, remove them."""
        root = self._target(ROOT) + "/"
        has_root = self._propfind("0", ROOT).status == 207
        if has_root:
            self._is_there(())
        name = self._temporaries.next()
        target = root + name if has_root else self._target(name)
        new = {"If-None-Match": "*"}
        reply = self._ask("PUT", target, new, bytes(64))
        if reply.status not in {200, 201, 204}:
            raise self._refusal(reply, writing=True)
        try:
            again = self._ask("PUT", target, new, bytes(64))
            self._is_conditional = again.status == 412
        finally:
            self._ask("DELETE", target)

    def _learn_conditional(self) -> bool:
        if self._is_conditional is None:
            self._require_place(now=True)
            self._try_writing()
        return bool(self._is_conditional)

    # -- files -------------------------------------------------------------------------------

    def _content(self, parts: Sequence[str], limit: int) -> bytes | None:
        """Return at most ``limit`` + 1 bytes, or None where there is nothing."""
        reply = self._ask("GET", self._target(ROOT, *parts), limit=limit)
        if reply.status == 200:
            return reply.body
        if reply.status in _GONE:
            return None
        raise self._refusal(reply, writing=False, path="/".join(parts))

    def _write(self, parts: Sequence[str], data: bytes, *, only_new: bool = False) -> bool:
        """Write a file, making the folders it needs; False if it is there and only new is wanted."""
        headers = {"If-None-Match": "*"} if only_new and self._is_conditional else {}
        for _attempt in range(2):
            self._make_folders(parts[:-1])
            reply = self._ask("PUT", self._target(ROOT, *parts), headers, data)
            if reply.status in {200, 201, 204}:
                return True
            if reply.status == 412 and headers:
                return False
            if reply.status not in {404, 409}:
                break
            self._look_again()
        raise self._refusal(reply, writing=True, path="/".join(parts))

    def _check_written(self, parts: Sequence[str], data: bytes) -> None:
        if self._content(parts, len(data)) != data:
            path = "/".join(parts)
            raise fault(RemoteBroken, self.name, path, reason="other bytes came back")
        self._is_there(parts[:-1])

    def _make_folders(self, folder: Sequence[str]) -> None:
        """Make ``folder`` and what is missing above it, but never the place itself."""
        for depth in range(len(folder) + 1):
            above = tuple(folder[:depth])
            if above in self._folders:
                continue
            if not above:
                self._require_place(now=True)
            reply = self._ask("MKCOL", self._target(ROOT, *above) + "/")
            # 405: it is there already.
            if reply.status not in {200, 201, 405}:
                if reply.status in {404, 409}:
                    self._look_again()
                raise self._refusal(reply, writing=True, path="/".join(above))
            self._folders.add(above)

    # -- requests ----------------------------------------------------------------------------

    def _target(self, *parts: str) -> str:
        return "/".join([quote(self._address.path, safe="/~"), *parts]) or "/"

    def _ask(
        self,
        method: str,
        target: str,
        headers: dict[str, str] | None = None,
        body: bytes = b"",
        limit: int = MAX_SMALL,
    ) -> Reply:
        return self._web.ask(method, target, {**self._headers, **(headers or {})}, body, limit)

    def _propfind(self, depth: str, *parts: str) -> Reply:
        """Ask about a folder; the reply's status is 207 or says that there is none."""
        headers = {"Depth": depth, "Content-Type": "application/xml"}
        target = self._target(*parts).rstrip("/") + "/"
        reply = self._ask("PROPFIND", target, headers, _ASKED, MAX_LISTING)
        if reply.status == 207 or reply.status in _GONE:
            return reply
        if 200 <= reply.status < 300 or reply.status in {400, 405, 501}:
            raise self._web.other(f"HTTP {reply.status}")
        raise self._refusal(reply, writing=False, path="/".join(parts))

    def _names(self, *parts: str) -> Names | None:
        """The names in a folder, or None where there is none."""
        reply = self._propfind("1", *parts)
        if reply.status != 207:
            return None
        hrefs = [text for path, text in self._leaves(reply) if path.endswith("response/href")]
        names = _children([_plain(href) for href in hrefs], _plain(self._target(*parts)))
        if names is None:
            raise self._web.other("not a listing of it", "/".join(parts))
        return names

    def _leaves(self, reply: Reply) -> Sequence[tuple[str, str]]:
        if len(reply.body) > MAX_LISTING:
            raise fault(ports.RemoteTooLarge, self.name, limit=MAX_LISTING)
        try:
            return xml_reply.leaves(reply.body)
        except xml_reply.NotXml as error:
            raise self._web.other(str(error)) from error

    def _refusal(self, reply: Reply, *, writing: bool, path: str = "") -> ports.RemoteError:
        """The fault that a status amounts to."""
        status = reply.status
        if status == 413:
            return ports.RemoteTooLarge(
                "the server takes no file this large", "remote-too-large.upload",
                place=self.name, path=path,
            )  # fmt: skip
        kind = _FAULTS.get(status, RemoteBroken)
        if status == 403:
            kind = ports.RemoteReadOnly if writing else ports.RemoteUnreadable
        if status in {404, 405, 501} and writing:
            # Where the folder is there, some servers say it so.
            kind = ports.RemoteReadOnly
        return self._web.refusal(kind, path, status)


def _plain(href: str) -> str:
    """The decoded path of a link, without the slashes around it."""
    return unquote(urlsplit(href).path).strip("/")


def _children(paths: Names, asked: str) -> Names | None:
    """The names directly under the folder asked for, which lists itself too; None if it does not.

    Behind a proxy a server may know the folder under another path, which then all have in common.
    """
    base = asked if asked in paths else min(paths, key=len, default="")
    below = base + "/" if base else ""
    if base not in paths or not all(path == base or path.startswith(below) for path in paths):
        return None
    return [path[len(below) :] for path in paths if path != base and "/" not in path[len(below) :]]
