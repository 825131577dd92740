"""What answers in a place's stead is told for what it is: other servers, pages, proxies, full ones."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator

import pytest

from sync.ports import Remote, RemoteError
from sync.remotes import greeting, sftp_session
from sync.remotes.addresses import Secret, open_address, parse
from tests.sync.remotes import servers
from tests.sync.remotes.canned import STOP, Canned, Listener, reply

PAGE = "<!DOCTYPE html><html><body>Sign in to the hotel's network</body></html>"
HOST_KEY = "SHA256:" + "A" * 43
Open = Callable[[str], Remote]


@pytest.fixture
def at() -> Iterator[Open]:
    """The remote at an address, closed afterwards."""
    with contextlib.ExitStack() as stack:

        def open_(text: str) -> Remote:
            secret = Secret(password="clave", access_key="id")
            remote = open_address(parse(text), secret, "tests")
            stack.callback(getattr(remote, "close"))  # noqa: B009
            return remote

        yield open_


def refusal(remote: Remote) -> RemoteError:
    with pytest.raises(RemoteError) as caught:
        remote.probe()
    return caught.value


def over_http(at: Open, port: int) -> list[Remote]:
    """A WebDAV place and a bucket at a port of this computer."""
    endpoint = f"?endpoint=http://127.0.0.1:{port}"
    return [at(f"webdav+http://ana@127.0.0.1:{port}/d"), at(f"s3://bucket/p{endpoint}")]


HEADERS = "".join(f"X-{number}: a\r\n" for number in range(200))


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n", b"no http at all\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/9.9 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
        f"HTTP/1.1 200 OK\r\n{HEADERS}\r\n".encode(),
        reply(407), reply(411), reply(451), reply(200, b"anything"), reply(405),
    ],
    ids=lambda raw: raw[:16].decode(),
)  # fmt: skip
def test_who_does_not_speak_as_it_should_is_said_so(canned: Canned, at: Open, raw: bytes) -> None:
    canned.reply = raw
    for remote, wanted in zip(over_http(at, canned.port), ("WebDAV", "S3"), strict=True):
        fault = refusal(remote)
        assert (fault.code, fault.params["wanted"]) == ("remote-other", wanted)
        assert (fault.params["host"], fault.params["port"]) == ("127.0.0.1", canned.port)
        assert str(fault.params["reason"]).isprintable()


def test_a_page_to_sign_in_is_neither_a_folder_nor_a_file(canned: Canned, at: Open) -> None:
    canned.reply = reply(200, PAGE)
    for remote in over_http(at, canned.port):
        assert refusal(remote).code == "remote-other.page"
        with pytest.raises(RemoteError) as caught:
            remote.read("b/1", 9999)
        assert caught.value.code == "remote-other.page"


def test_who_hangs_up_without_a_word_broke_off(canned: Canned, at: Open) -> None:
    canned.reply = b""
    for remote in over_http(at, canned.port):
        assert refusal(remote).code == "remote-missing.broken-off"


def test_a_place_it_sends_us_to_that_is_none(canned: Canned, at: Open) -> None:
    canned.reply = reply(302, Location="http://[half")
    assert refusal(over_http(at, canned.port)[0]).code == "remote-moved"


# --- proxies --------------------------------------------------------------------------------------


@pytest.fixture
def through(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set the proxy of this computer."""
    for name in ("no_proxy", "NO_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    return lambda proxy: monkeypatch.setenv("HTTPS_PROXY", proxy)


FAR = "webdav+https://ana@nube.example.com/d"


def test_a_proxy_that_wants_a_password_is_named(
    canned: Canned, at: Open, through: Callable[[str], None]
) -> None:
    canned.reply = reply(407)
    for proxy in (f"http://127.0.0.1:{canned.port}", f"127.0.0.1:{canned.port}"):
        through(proxy)
        fault = refusal(at(FAR))
        assert fault.code == "remote-login.proxy"
        assert (fault.params["host"], fault.params["port"]) == ("127.0.0.1", canned.port)


def test_a_proxy_that_is_not_there_is_named(at: Open, through: Callable[[str], None]) -> None:
    through("http://no-such-proxy.local:3128")
    fault = refusal(at(FAR))
    assert (fault.code, fault.params["host"]) == (
        "remote-name-unknown.proxy",
        "no-such-proxy.local",
    )
    port = servers.free_ports(1)[0]
    through(f"http://pia:zqclave@127.0.0.1:{port}")
    fault = refusal(at(FAR))
    assert (fault.code, fault.params["port"]) == ("remote-refused.proxy", port)
    assert "zqclave" not in f"{fault} {fault.params}"
    through("http://no-such-proxy.local:abc")
    assert refusal(at(FAR)).code == "remote-name-unknown.proxy"


def test_a_proxy_that_is_no_proxy_is_named(
    canned: Canned, at: Open, through: Callable[[str], None]
) -> None:
    through(f"http://127.0.0.1:{canned.port}")
    for raw in (reply(403), b"", b"SSH-2.0-x\r\n"):
        canned.reply = raw
        assert refusal(at(FAR)).code == "remote-refused.proxy"


# --- SSH ------------------------------------------------------------------------------------------


class Greeter(Listener):
    """Says its greeting to whoever comes, and hangs up once they have said something."""

    patience = 10.0

    def __init__(self, greeting: bytes, *, waits: bool = True) -> None:
        self._greeting, self._waits = greeting, waits
        super().__init__()

    def _answer(self, connection: socket.socket) -> bool:
        if self._waits:
            connection.sendall(self._greeting)
        said = connection.recv(4096)
        if not self._waits:
            connection.sendall(self._greeting)
        return said != STOP


@pytest.fixture
def greeter() -> Iterator[Callable[..., int]]:
    """The port of a server that greets with given bytes."""
    with contextlib.ExitStack() as stack:

        def serve(said: bytes, *, waits: bool = True) -> int:
            made = Greeter(said, waits=waits)
            stack.callback(made.stop)
            return made.port

        yield serve


@pytest.mark.parametrize(
    ("greeting_", "code"),
    [
        (b"SSH-1.5-OldRouter\r\n", "remote-other.old-ssh"),
        (b"Exceeded MaxStartups\r\n", "remote-busy.connections"),
        (b"Not allowed at this time\r\n", "remote-busy.connections"),
        (b"220 ftp.example.org FTP server\r\n", "remote-other"),
        (b"SSH-2.0-Hasty\r\n", "remote-missing.broken-off"),
        (b"SSH-2.0-Broken\r\n" + b"\xff" * 64, "remote-other"),
    ],
)
def test_who_greets_as_no_ssh_server_does_is_named(
    greeter: Callable[..., int], at: Open, greeting_: bytes, code: str
) -> None:
    port = greeter(greeting_)
    fault = refusal(at(f"sftp://ana@127.0.0.1:{port}/x?host-key={HOST_KEY}"))
    assert fault.code == code
    if code.startswith("remote-other"):
        assert fault.params["port"] == port
        assert str(fault.params["reason"]).isprintable()


def test_a_web_server_that_waits_for_more_is_no_ssh_server(
    greeter: Callable[..., int], at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sftp_session, "LOGIN_SECONDS", 2.0)
    monkeypatch.setattr(greeting, "_SECONDS", 0.3)
    port = greeter(b"HTTP/1.1 400 Bad Request\r\n\r\n", waits=False)
    fault = refusal(at(f"sftp://ana@127.0.0.1:{port}/x"))
    assert (fault.code, fault.params["reason"]) == ("remote-other", "HTTP/1.1 400 Bad Request")
