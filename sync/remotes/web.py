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
import re
import socket
import ssl
import time
import urllib.request
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from sync import ports
from sync.ports import fault
from sync.remotes.addresses import is_near

CONNECT_SECONDS = 20.0
LOOK_SECONDS = 5.0
"""For a second look at what answers, once asking it has failed."""
STALL_SECONDS = 60.0
"""How long nothing may come or go. A slow line that goes on is not stalled."""
_SLOWEST = 500  # bytes a second, over a whole reply
_PIECE = 16 * 1024
_MAX_REFUSAL = 64 * 1024
"""What is read of a reply that refuses."""
_LOST = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
"""How it shows that a server closed a connection we kept."""
_NEVER_FOLLOWED = frozenset({301, 302, 303, 307, 308})
_PAGE = re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype\s+html|html)\b", re.IGNORECASE)
# What OpenSSL calls it when no TLS comes back.
_NO_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG",
     "UNEXPECTED_MESSAGE", "UNKNOWN_PROTOCOL", "BAD_RECORD_TYPE"}
)  # fmt: skip
_ALERT = "\x15\x03"
"""How TLS begins to say that it was not spoken to in TLS."""
_MOST_SAID = 60
"""Characters of what a stranger says that are repeated."""


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

    ``certificate`` (SHA-256, hexadecimal) pins one that no authority has signed; ``wanted`` is
    what the server should speak.
    """

    def __init__(
        self, place: str, host: str, port: int, *, secure: bool, certificate: str = "",
        wanted: str = "HTTP",
    ) -> None:  # fmt: skip
        self.place, self._wanted = place, wanted
        self.host, self.port = host, port
        self._secure, self._certificate = secure, certificate
        self._context = _context(certificate) if secure else None
        self._idle: list[http.client.HTTPConnection] = []
        self._has_answered = False
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
            target = _target_of(reply.headers.get("location", ""))
            raise fault(ports.RemoteMoved, self.place, target=target)
        if reply.status == 400:
            self._require_plain()
        if reply.status == 200 and is_page(reply.body):
            raise self.other("a page", code="remote-other.page")
        self._has_answered = self._has_answered or reply.status < 400
        return reply

    def refusal(
        self, kind: type[ports.RemoteError], path: str, status: int, code: str = ""
    ) -> ports.RemoteError:
        """The fault a status amounts to; RemoteBroken is one that such a server never gives."""
        reason = f"HTTP {status} {code}".strip()
        full = None
        if kind is ports.RemoteBroken:
            if status < 500:
                return self.other(reason, path)
            full = "remote-broken.server"
        if kind is ports.RemoteBusy and status in {429, 503}:
            full = "remote-busy.server"
        return fault(kind, self.place, path, code=full, reason=reason)

    def other(self, reason: str, path: str = "", code: str | None = None) -> ports.RemoteError:
        """The fault that what answers here does not speak as it should."""
        return fault(
            ports.RemoteOther, self.place, path, code=code, host=self.host, port=self.port,
            wanted=self._wanted, reason=reason,
        )  # fmt: skip

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
            with self._faults_of_a_proxy(connection), _closing_what_a_proxy_says(connection):
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
        if not proxy:
            return http.client.HTTPSConnection(self.host, self.port, context=self._context)
        through = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        connection = http.client.HTTPSConnection(
            through.hostname or "", _port_of(through), context=self._context
        )
        known = f"{unquote(through.username or '')}:{unquote(through.password or '')}"
        credentials = {"Proxy-Authorization": basic(known)} if through.username else {}
        connection.set_tunnel(self.host, self.port, credentials)
        return connection

    @contextlib.contextmanager
    def _faults_of_a_proxy(self, connection: http.client.HTTPConnection) -> Iterator[None]:
        """Name the proxy this computer is set to use, where it is what stands in the way."""
        host, port = connection.host, connection.port or 0
        try:
            yield
        except (ssl.SSLError, TimeoutError):
            raise
        except (OSError, http.client.HTTPException) as error:
            if (host, port) == (self.host, self.port):
                raise
            kind, code = _fault_of_a_proxy(error)
            raise fault(
                kind, self.place, code=code, host=host, port=port, reason=_plain(str(error))
            ) from error

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
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError) as error:
            raise self._broken_off(error) from error
        except ssl.SSLError as error:
            if error.reason in _NO_TLS:
                raise self.other("no TLS", code="remote-other.no-tls") from error
            reason = getattr(error, "verify_message", "") or error.reason or "no TLS"
            raise fault(
                ports.RemoteCertificate, self.place, reason=reason,
                fingerprint=self._shown_certificate(),
            ) from error  # fmt: skip
        except TimeoutError as error:
            raise fault(ports.RemoteTimeout, self.place) from error
        except (ConnectionResetError, BrokenPipeError, ConnectionAbortedError) as error:
            self._require_plain()
            raise self._broken_off(error) from error
        except http.client.IncompleteRead as error:
            raise self._broken_off(error) from error
        except OSError as error:
            raise fault(
                ports.RemoteRefused, self.place, host=self.host, port=self.port, reason=str(error)
            ) from error
        except http.client.HTTPException as error:
            code = "remote-other.tls" if str(error).startswith(_ALERT) else None
            raise self.other(_plain(str(error)), code=code) from error

    def _broken_off(self, error: Exception) -> ports.RemoteError:
        code = "remote-missing.broken-off"
        return fault(ports.RemoteMissing, self.place, code=code, reason=str(error))

    def _require_plain(self) -> None:
        """Raise RemoteOther where a server that never answered us wants to be asked over TLS."""
        if not self._secure and not self._has_answered and self._shown_certificate():
            raise self.other("TLS", code="remote-other.tls")

    def _shown_certificate(self) -> str:
        """The fingerprint of the certificate the server shows; '' where it shows none."""
        blind = _context("any")
        with contextlib.suppress(OSError):
            connection = socket.create_connection((self.host, self.port), LOOK_SECONDS)
            with connection, blind.wrap_socket(connection, server_hostname=self.host) as shown:
                return hashlib.sha256(shown.getpeercert(binary_form=True) or b"").hexdigest()
        return ""


def basic(known: str) -> str:
    """The value of an Authorization header for ``user:password``."""
    return "Basic " + base64.b64encode(known.encode()).decode("ascii")


def is_page(body: bytes) -> bool:
    """Whether a reply is a page for people, as a network shows before it lets anybody through."""
    return bool(_PAGE.match(body))


def _plain(said: str) -> str:
    """The beginning of what a stranger said, fit to be shown."""
    return "".join(char for char in said if char.isprintable())[:_MOST_SAID].strip()


def _target_of(location: str) -> str:
    """The server a reply points to, or the path on the same one, without what may be secret."""
    try:
        where = urlsplit(location)
    except ValueError:
        return "–"
    return f"{where.scheme}://{where.hostname}" if where.hostname else where.path[:100]


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


def _fault_of_a_proxy(error: Exception) -> tuple[type[ports.RemoteError], str]:
    if isinstance(error, socket.gaierror):
        return ports.RemoteNameUnknown, "remote-name-unknown.proxy"
    if "failed: 407" in str(error):
        return ports.RemoteLogin, "remote-login.proxy"
    return ports.RemoteRefused, "remote-refused.proxy"


def _port_of(proxy: SplitResult) -> int:
    with contextlib.suppress(ValueError):
        return proxy.port or 8080
    return 8080


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
    except BaseException:
        for one in replies:
            one.close()
        raise
    finally:
        connection.response_class = made


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
