"""Requests to one web server, and every way they fail as one of our few reasons.

The standard library's client does all we need at a tenth of what others cost to import. Nothing
is followed, nothing is read beyond what the caller allows, and no wait is endless. Connections
are kept and used again, by several threads too.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import socket
import ssl
import time
import urllib.request
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from sync import ports
from sync.ports import fault
from sync.remotes.addresses import is_near

CONNECT_SECONDS = 20.0
STALL_SECONDS = 60.0
"""How long nothing may come or go. A slow line that goes on is not stalled."""
_SLOWEST = 500  # bytes a second, over a whole reply
_PIECE = 16 * 1024
_MAX_REFUSAL = 64 * 1024
"""What is read of a reply that refuses."""
_LOST = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
"""How it shows that a server closed a connection we kept."""
_NEVER_FOLLOWED = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Reply:
    """What a server answered; names of headers in small letters.

    ``body`` holds at most one byte more than the caller's limit.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class Web:
    """A server at ``host`` and ``port``; ``place`` is how people know it.

    ``certificate`` (SHA-256, hexadecimal) pins one that no authority has signed.
    """

    def __init__(
        self, place: str, host: str, port: int, *, secure: bool, certificate: str = ""
    ) -> None:
        self.place = place
        self.host, self.port = host, port
        self._secure, self._certificate = secure, certificate
        self._context = _context(certificate) if secure else None
        self._idle: list[http.client.HTTPConnection] = []
        weakref.finalize(self, _close_all, self._idle)

    @property
    def origin(self) -> str:
        """The host as a request's Host header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self._secure else 80) else f"{host}:{self.port}"

    def close(self) -> None:
        """Close the connections kept; the next request makes a new one."""
        _close_all(self._idle)

    def ask(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        limit: int = _MAX_REFUSAL,
    ) -> Reply:
        """Send a request that may be repeated and return the reply, whatever its status.

        Raises RemoteMoved for a reply that points elsewhere, and the RemoteError that fits where
        there is no reply at all.
        """
        with self._faults():
            reply = self._ask_pooled(method, target, headers, body, limit)
        if reply.status in _NEVER_FOLLOWED:
            where = urlsplit(reply.headers.get("location", ""))
            target = f"{where.scheme}://{where.hostname}" if where.hostname else where.path[:100]
            raise fault(ports.RemoteMoved, self.place, target=target)
        return reply

    def _ask_pooled(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes, limit: int
    ) -> Reply:
        while self._idle:
            connection = self._idle.pop()
            # The server may have closed it, or be another one since: then ask on a new one.
            with contextlib.suppress(*_LOST):
                return self._ask_on(connection, method, target, headers, body, limit)
        return self._ask_on(self._connected(), method, target, headers, body, limit)

    def _ask_on(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes,
        limit: int,
    ) -> Reply:
        try:
            # A reply that ends the connection holds the socket by itself: it is closed, too.
            with _exchange(connection, method, target, headers, body) as response:
                allowed = limit if response.status < 400 else _MAX_REFUSAL
                content = _content(response, allowed)
                is_whole = response.isclosed()
        except BaseException:
            connection.close()
            raise
        if is_whole and not response.will_close:
            self._idle.append(connection)
        else:
            connection.close()
        named = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, named, content)

    def _connected(self) -> http.client.HTTPConnection:
        connection = self._connection()
        connection.timeout = CONNECT_SECONDS
        try:
            with _closing_what_a_proxy_says(connection):
                connection.connect()
            connection.sock.settimeout(STALL_SECONDS)
            if self._certificate:
                self._check_pinned(connection.sock)
        except BaseException:
            connection.close()
            raise
        return connection

    def _connection(self) -> http.client.HTTPConnection:
        if self._context is None:
            return http.client.HTTPConnection(self.host, self.port)
        proxy = _proxy_for(self.host)
        if proxy is None:
            return http.client.HTTPSConnection(self.host, self.port, context=self._context)
        through = urlsplit(proxy)
        connection = http.client.HTTPSConnection(
            through.hostname or "", through.port or 8080, context=self._context
        )
        known = f"{unquote(through.username or '')}:{unquote(through.password or '')}"
        credentials = {"Proxy-Authorization": basic(known)} if through.username else {}
        connection.set_tunnel(self.host, self.port, credentials)
        return connection

    def _check_pinned(self, connected: socket.socket) -> None:
        assert isinstance(connected, ssl.SSLSocket)
        shown = hashlib.sha256(connected.getpeercert(binary_form=True) or b"").hexdigest()
        if shown != self._certificate:
            raise fault(
                ports.RemoteCertificate, self.place, reason="another certificate than before",
                fingerprint=shown,
            )  # fmt: skip

    @contextlib.contextmanager
    def _faults(self) -> Iterator[None]:
        """Turn what goes wrong below a reply into the precise `RemoteError`."""
        try:
            yield
        except socket.gaierror as error:
            raise fault(ports.RemoteNameUnknown, self.place, host=self.host) from error
        except ssl.SSLError as error:
            reason = getattr(error, "verify_message", "") or error.reason or "no TLS"
            raise fault(
                ports.RemoteCertificate, self.place, reason=reason,
                fingerprint=self._shown_certificate(),
            ) from error  # fmt: skip
        except TimeoutError as error:
            raise fault(ports.RemoteTimeout, self.place) from error
        except (ConnectionResetError, BrokenPipeError, ConnectionAbortedError) as error:
            raise fault(ports.RemoteMissing, self.place, reason=str(error)) from error
        except OSError as error:
            raise fault(
                ports.RemoteRefused, self.place, host=self.host, port=self.port, reason=str(error)
            ) from error
        except http.client.HTTPException as error:
            raise fault(ports.RemoteBroken, self.place, reason=repr(error)) from error

    def _shown_certificate(self) -> str:
        """The fingerprint of the certificate the server shows; '' where it shows none."""
        blind = _context("any")
        with contextlib.suppress(OSError):
            connection = socket.create_connection((self.host, self.port), CONNECT_SECONDS)
            with connection, blind.wrap_socket(connection, server_hostname=self.host) as shown:
                return hashlib.sha256(shown.getpeercert(binary_form=True) or b"").hexdigest()
        return ""


def basic(known: str) -> str:
    """The value of an Authorization header for ``user:password``."""
    return "Basic " + base64.b64encode(known.encode()).decode("ascii")


def refusal(
    kind: type[ports.RemoteError], place: str, path: str, status: int, code: str = ""
) -> ports.RemoteError:
    """The fault a status amounts to; what the server says of itself has a sentence of its own."""
    reason = f"HTTP {status} {code}".strip()
    if kind is ports.RemoteBroken and status >= 500:
        return ports.RemoteBroken(
            "the server failed: {reason}", "remote-broken.server", place=place, path=path,
            reason=reason,
        )  # fmt: skip
    return fault(kind, place, path, reason=reason)


def _close_all(idle: list[http.client.HTTPConnection]) -> None:
    while idle:
        idle.pop().close()


def _context(certificate: str) -> ssl.SSLContext:
    """What the system trusts; with a pinned certificate, anything, to be compared afterwards."""
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    try:
        # It asks Windows and macOS themselves, whose authorities OpenSSL does not know all of.
        import truststore
    except ImportError:
        return ssl.create_default_context()
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _proxy_for(host: str) -> str | None:
    if is_near(host) or urllib.request.proxy_bypass(host):
        return None
    return urllib.request.getproxies().get("https")


@contextlib.contextmanager
def _closing_what_a_proxy_says(connection: http.client.HTTPConnection) -> Iterator[None]:
    """Close the reply of a proxy that lets nobody through: Python 3.11.2 leaves its socket open."""
    made, replies = connection.response_class, []

    def noted(*args: Any, **options: Any) -> http.client.HTTPResponse:
        replies.append(made(*args, **options))
        return replies[-1]

    connection.response_class = noted  # type: ignore[assignment]
    try:
        yield
    finally:
        connection.response_class = made
        if connection.sock is None:
            for one in replies:
                one.close()


def _exchange(
    connection: http.client.HTTPConnection,
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes,
) -> http.client.HTTPResponse:
    whole = {**headers, "Content-Length": str(len(body))} if body or method == "PUT" else headers
    try:
        connection.request(method, target, _pieces(body) if body else None, whole)
    except (BrokenPipeError, ConnectionResetError):
        # A server that refuses a body may say why before it has read all of it.
        with contextlib.suppress(OSError, http.client.HTTPException):
            return connection.getresponse()
        raise
    return connection.getresponse()


def _pieces(body: bytes) -> Iterator[memoryview]:
    """The body in pieces, for a socket's time limit holds for each piece it is given."""
    whole = memoryview(body)
    for start in range(0, len(body), _PIECE):
        yield whole[start : start + _PIECE]


def _content(response: http.client.HTTPResponse, limit: int) -> bytes:
    """At most ``limit`` + 1 bytes of a reply."""
    pieces, left = [], limit + 1
    expected = left if response.length is None else min(left, response.length)
    latest = time.monotonic() + STALL_SECONDS + expected / _SLOWEST
    while left and (piece := response.read(min(left, _PIECE))):
        pieces.append(piece)
        left -= len(piece)
        if time.monotonic() > latest:
            raise TimeoutError("the reply takes too long")
    if left and response.length:
        raise ConnectionResetError("the reply was cut off")
    return b"".join(pieces)
