"""A Kipu server as the remote: the same files, asked for over HTTP by a laptop that proves itself.

A sync begins with one request, which brings the proof of the share and a session; from then on each
request is signed. All requests may be repeated, so one whose reply was lost is sent again.
"""

from __future__ import annotations

import contextlib
import json
import random
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace

from sync import crypto, layout, members, ports
from sync.ids import device_id, from_token, token
from sync.ports import Names, RemoteError, check_path, fault, is_ours
from sync.remotes import kipu_wire
from sync.remotes.addresses import KIPU, Address
from sync.remotes.web import Reply, Web
from sync.roster.entries import ROOT

_TRIES = 4
_PAUSE = 0.5  # seconds, doubled with each try
_LONGEST_PAUSE = 30.0
_AGAIN = frozenset({429, 502, 503, 504})
_BUSY = "remote-busy.server"
_NO_KIPU = "remote-broken.no-kipu-server"
_TOO_LARGE = "remote-too-large.upload"
_PASSING = frozenset({"storage.remote-missing", "storage.remote-busy", "storage.remote-timeout",
                      "storage.remote-refused", "storage.remote-name-unknown"})  # fmt: skip
"""Faults of the server's storage that may be over at the next sync without anybody's doing."""


class NotAdmitted(RemoteError):
    """The server's roster does not have this laptop: not admitted there yet, or shut out."""

    default_code = "remote-not-admitted"


class CodeWanted(RemoteError):
    """A new project is founded on a server with a code of its administrator's."""

    default_code = "remote-code-wanted"


class HttpRemote:
    """The files of one project on the server at an address.

    `keys` are the laptop's; `project` may stand at the end of the address instead, as it does for
    whoever recovers a project and has no keys yet. `code` founds a new project there.
    """

    def __init__(
        self,
        address: Address,
        keys: crypto.KeyPair | None,
        project: bytes | None,
        code: str = "",
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        before, _slash, last = address.path.rpartition("/")
        named = from_token(last)
        base = before if named else address.path
        if project and named and project != named:
            raise _coded(RemoteError, address.shown, "other-project-share")
        if not (project or named):
            raise _coded(ports.BadAddress, address.shown, "remote-bad-address.project")
        self._project = project or named or b""
        self._address = replace(address, path=base)
        self._base = base.rstrip("/")
        self._keys, self._code, self._pause = keys, code, pause
        self._device = device_id(keys.sign_public) if keys else b""
        self._web = Web(
            self.name, address.host, address.real_port, secure=address.scheme == KIPU,
            certificate=address.option("certificate"),
        )  # fmt: skip
        self._session = ""
        self._sentinel: bytes | None = None
        self._used_up = ""
        self._is_unfounded = False

    @property
    def name(self) -> str:
        """The server's address, as one may show it."""
        return self._address.shown

    @property
    def address_with_project(self) -> str:
        """What recovering the project by its paper needs to be told."""
        return f"{self.name.rstrip('/')}/{token(self._project)}"

    def as_root(self, code: bytes) -> None:
        """Go on as the project's root, by its recovery code's secret: reads what recovery needs.

        Raises crypto.CannotOpen for another project's code, NotAdmitted where no key lies there.
        """
        raw = self.read(layout.ROOT_KEY, members.MAX_SMALL_BYTES)
        if raw is None:
            raise fault(NotAdmitted, self.name)
        self._keys, self._device = members.unwrap_root(raw, code, self._project), ROOT
        self._session = ""

    def close(self) -> None:
        """Close the connections kept; the next request makes a new one."""
        self._web.close()

    # -- the port ----------------------------------------------------------------------------

    def list(self, prefix: str) -> Names:
        """See `sync.ports.Remote.list`."""
        return self._listed(prefix, "") or []

    def changed(self, prefix: str, known: str) -> Names | None:
        """See `sync.ports.changed`."""
        return self._listed(prefix, known)

    def _listed(self, prefix: str, known: str) -> Names | None:
        check_path(prefix, prefix=True)
        if self._finds_nothing():
            return []
        headers = {"If-None-Match": f'"{known}"'} if known else {}
        target = kipu_wire.list_target(self._project, prefix.rstrip("/"))
        reply = self._ask("GET", target, headers=headers, limit=kipu_wire.MAX_LISTING)
        if reply.status == 304 and known:
            return None
        self._require(reply, 200, prefix)
        body = self._unpacked(reply)
        return sorted(filter(is_ours, body.decode("ascii", "replace").split("\n")))

    def _unpacked(self, reply: Reply) -> bytes:
        if reply.headers.get("content-encoding") != "gzip":
            return reply.body
        reader = zlib.decompressobj(wbits=31)
        try:
            body = reader.decompress(reply.body, kipu_wire.MAX_LISTING)
        except zlib.error as error:
            raise fault(ports.RemoteBroken, self.name, reason=str(error)) from error
        if not reader.eof:
            raise fault(ports.RemoteBroken, self.name, reason="a listing without end")
        return body

    def read(self, path: str, limit: int) -> bytes | None:
        """See `sync.ports.Remote.read`."""
        check_path(path)
        if self._finds_nothing():
            return None
        if path == layout.SENTINEL and self._session:
            # It came with the session.
            return self._limited(path, self._sentinel, limit)
        target = kipu_wire.file_target(self._project, path)
        reply = self._ask("GET", target, limit=limit)
        if reply.status == 404:
            return None
        self._require(reply, 200, path)
        return self._limited(path, reply.body, limit)

    def _limited(self, path: str, data: bytes | None, limit: int) -> bytes | None:
        if data is not None and len(data) > limit:
            raise fault(ports.RemoteTooLarge, self.name, path, limit=limit)
        return data

    def put(self, path: str, data: bytes) -> bool:
        """See `sync.ports.Remote.put`."""
        return self._write(path, data, "").status == 201

    def put_marked(self, path: str, data: bytes, mark: str) -> tuple[bool, bool]:
        """See `sync.ports.put_marked`."""
        check_path(mark)
        reply = self._write(path, data, kipu_wire.with_mark(mark))
        return reply.status == 201, kipu_wire.MARKED_HEADER in reply.headers

    def replace(self, path: str, data: bytes) -> None:
        """See `sync.ports.Remote.replace`."""
        self._write(path, data, kipu_wire.REPLACE)

    def _write(self, path: str, data: bytes, query: str) -> Reply:
        check_path(path)
        if self._finds_nothing():
            raise fault(CodeWanted, self.name)
        target = kipu_wire.file_target(self._project, path) + query
        reply = self._ask("PUT", target, data)
        if reply.status == 413:
            # A proxy in between says so without a code.
            raise _coded(ports.RemoteTooLarge, self.name, _TOO_LARGE, path)
        if reply.status not in (200, 201):
            self._refuse(reply, path)
        if path == layout.SENTINEL:
            self._sentinel = data
        return reply

    def remove(self, path: str) -> None:
        """See `sync.ports.Remote.remove`."""
        check_path(path)
        self._require(self._ask("DELETE", kipu_wire.file_target(self._project, path)), 204, path)

    def probe(self) -> None:
        """Begin a session. A project nobody founded there is an empty place, and no fault."""
        if self._keys is None:
            self._require(self._send("GET", "/health", {}, b""), 200, "")
            return
        self._begin()

    def require_room(self) -> None:
        """Raises RemoteFull, or what else keeps the server from taking anything, as it says itself.

        Of a quota the reply that began the session told. What a coordinator may write in any case
        passes all the same.
        """
        for kind, full, codes in _REFUSALS:
            if kind is ports.RemoteFull and self._used_up in codes:
                raise _coded(kind, self.name, full)
        # Asked once: its answer stands for longer than anybody waits. A proxy may keep it to itself.
        health = self._web.ask("GET", f"{self._base}/health", {}, b"", members.MAX_SMALL_BYTES)
        if health.status == 503 and self._code_of(health):
            self._refuse(health, "")

    # -- sessions ----------------------------------------------------------------------------

    def _finds_nothing(self) -> bool:
        """Whether there is no such project on the server, and none to be founded by us."""
        if not self._session and not self._is_unfounded and self._keys is not None:
            self._begin()
        return self._is_unfounded

    def _begin(self) -> None:
        self._session, self._sentinel, self._is_unfounded = "", None, False
        self._used_up = ""
        reply = self._introduce({})
        is_unknown = self._code_of(reply) in {"project-unknown", "not-admitted"}
        if is_unknown and self._keys is not None and self._device != ROOT:
            said = {"sign": kipu_wire.to_text(self._keys.sign_public), "code": self._code}
            reply = self._introduce(said)
            if self._code_of(reply) == "code-wanted":
                self._is_unfounded = True
                return
        self._require(reply, 200, "")
        self._session = reply.headers.get(kipu_wire.SESSION_HEADER, "")
        self._used_up = reply.headers.get(kipu_wire.FULL_HEADER, "")
        self._sentinel = reply.body or None
        if not self._session:
            raise _coded(ports.RemoteBroken, self.name, _NO_KIPU)

    def _introduce(self, more: Mapping[str, str]) -> Reply:
        said = {"device": token(self._device), **more}
        if self._keys is not None:
            said["proof"] = kipu_wire.proof(self._keys, self._project, self._device)
        body = json.dumps(said, separators=(",", ":")).encode()
        target = kipu_wire.session_target(self._project)
        return self._send("POST", target, {}, body, limit=members.MAX_SMALL_BYTES)

    # -- requests ----------------------------------------------------------------------------

    def _ask(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        limit: int = members.MAX_SMALL_BYTES,
    ) -> Reply:
        """Send a signed request; a session that is over is begun anew, once."""
        for is_last in (False, True):
            if not self._session and self._keys is not None:
                self._begin()
            reply = self._send(method, target, headers or {}, body, limit)
            if is_last or not self._code_of(reply).startswith("session-"):
                return reply
            self._session = ""
        raise AssertionError("unreachable")

    def _send(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes,
        limit: int = members.MAX_SMALL_BYTES,
    ) -> Reply:
        """Send a request, again while the server is away for a moment or has too much to do."""
        whole = {"Accept-Encoding": "gzip", **headers}
        if self._session and self._keys is not None:
            whole["Authorization"] = kipu_wire.authorization(
                self._keys, self._session, method, target, body
            )
            if body:
                whole[kipu_wire.BODY_HEADER] = kipu_wire.digest_of(body)
        for attempt in range(1, _TRIES + 1):
            try:
                reply = self._web.ask(method, self._base + target, whole, body, limit)
            except (ports.RemoteMissing, ports.RemoteTimeout):
                if attempt == _TRIES:
                    raise
                self._wait(attempt, 0)
                continue
            if reply.status not in _AGAIN or attempt == _TRIES:
                return reply
            self._wait(attempt, _seconds(reply))
        raise AssertionError("unreachable")

    def _wait(self, attempt: int, asked: float) -> None:
        """At least what the server asks for, and some chance so that not all come back at once."""
        jitter = random.uniform(0, _PAUSE * 2**attempt)
        self._pause(min(asked + jitter, _LONGEST_PAUSE))

    # -- refusals ----------------------------------------------------------------------------

    def _code_of(self, reply: Reply) -> str:
        """The code of a refusal; empty for a reply that is none, or not a Kipu server's."""
        if reply.status < 400:
            return ""
        with contextlib.suppress(ValueError):
            said = json.loads(reply.body or b"null")
            if isinstance(said, dict):
                return str(said.get("code", ""))
        return ""

    def _require(self, reply: Reply, status: int, path: str) -> None:
        if reply.status != status:
            self._refuse(reply, path)

    def _refuse(self, reply: Reply, path: str) -> None:
        code = self._code_of(reply)
        for kind, full, codes in _REFUSALS:
            if code in codes:
                raise _coded(kind, self.name, full or kind.default_code, path)
        if code.startswith("storage.") and code not in _PASSING:
            raise self._broken(path, reply.status, code)
        if reply.status in _AGAIN:
            raise _coded(ports.RemoteBusy, self.name, _BUSY, path)
        if not code:
            raise _coded(ports.RemoteBroken, self.name, _NO_KIPU, path)
        raise self._broken(path, reply.status, code)

    def _broken(self, path: str, status: int, code: str) -> RemoteError:
        """What a Kipu server refuses that one in order never does."""
        full = "remote-broken.server" if status >= 500 else None
        return fault(ports.RemoteBroken, self.name, path, code=full, reason=f"HTTP {status} {code}")


_REFUSALS: tuple[tuple[type[RemoteError], str, frozenset[str]], ...] = (
    (NotAdmitted, "", frozenset({"not-admitted"})),
    (CodeWanted, "", frozenset({"code-wanted", "code-wrong", "project-unknown", "session-wanted"})),
    (ports.RemoteBroken, _NO_KIPU, frozenset({"no-such-route", "method-unknown"})),
    (ports.Occupied, "", frozenset({"occupied"})),
    (ports.RemoteReadOnly, "", frozenset({"forbidden", "not-packed", "erasure-unknown"})),
    (ports.RemoteLogin, "", frozenset({"signature-wrong", "session-unknown", "session-expired"})),
    (ports.RemoteReadOnly, "remote-read-only.server", frozenset({"storage.remote-read-only"})),
    (ports.RemoteFull, "remote-full.server", frozenset({"storage-full"})),
    (ports.RemoteFull, "remote-full.device-quota", frozenset({"device-quota"})),
    (ports.RemoteFull, "remote-full.project-quota", frozenset({"project-quota"})),
    (ports.RemoteTooLarge, "", frozenset({"too-large"})),
    (ports.RemoteBusy, _BUSY, frozenset({"busy", "too-often", "stalled",
                                                        "roster-incomplete"})),
)  # fmt: skip


def _coded(kind: type[RemoteError], place: str, code: str, path: str = "") -> RemoteError:
    error = fault(kind, place, path)
    error.code = code
    return error


def _seconds(reply: Reply) -> float:
    text = reply.headers.get("retry-after", "")
    return float(text) if text.isdecimal() else 0.0
