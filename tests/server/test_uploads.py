"""Bodies on their way, in and out: nobody's slow ones keep the others waiting, or fill the memory."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from sync import layout
from sync.remotes import kipu_wire
from tests.server.serving import PATIENCE, Raw, Served, found
from tests.server.village import IDS, KEYS, NORTH, Village, name_of, piece_path

Start = Callable[..., Served]
MIB = 2**20


class Slow:
    """A PUT whose head went out, whose body goes out as told."""

    def __init__(
        self, raw: Raw, session: str, path: str, size: int, said: Mapping[str, str] | None = None
    ) -> None:
        self.target = kipu_wire.file_target(raw.village.project, path)
        value = kipu_wire.authorization(raw.keys, session, "PUT", self.target, b"")
        named = {"Host": "x", "Authorization": value, "Content-Length": size, **(said or {})}
        lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        self.socket = socket.create_connection(("127.0.0.1", raw.port), timeout=PATIENCE)
        self.socket.sendall(f"PUT {self.target} HTTP/1.1\r\n{lines}\r\n".encode())

    def send(self, size: int) -> None:
        self.socket.sendall(bytes(size))

    def status(self) -> int:
        return int(self.socket.recv(4096).split(b" ")[1])


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as made:
        yield made


def newcomer(server: Served, village: Village) -> tuple[Raw, str]:
    raw = Raw(server, village, "eva")
    return raw, raw.session(sign=kipu_wire.to_text(KEYS["eva"].sign_public))


def test_strangers_slow_uploads_keep_no_member_waiting(
    serve: Start, tmp_path: Path, stack: ExitStack
) -> None:
    server, village = (
        serve(tmp_path, "--open", "--quiet", "--limit", "waiting-bytes=4M", "--limit",
              "body-bytes=1200K"),
        Village(),
    )  # fmt: skip
    found(server, village)
    raw, session = newcomer(server, village)
    path = f"roster/{name_of('eva')}/00000001"
    slow = [Slow(raw, session, path, 500_000) for _each in range(16)]
    for one in slow:
        stack.callback(one.socket.close)
        one.send(400_000)
    refused = [one for one in slow if _is_answered(one)]
    assert 16 - len(refused) <= 3, "more than a share of what may wait is theirs"
    assert {one.status() for one in refused} == {503}
    for index in range(4):
        assert server.remote(village, "beto").put(piece_path(NORTH, "beto", index), bytes(MIB))


def _is_answered(one: Slow) -> bool:
    one.socket.settimeout(2)
    try:
        return bool(one.socket.recv(1, socket.MSG_PEEK))
    except TimeoutError:
        return False


def test_what_is_announced_takes_no_room(
    served: Served, village: Village, stack: ExitStack
) -> None:
    raw = Raw(served, village, "dora")
    session = raw.session()
    path = f"{layout.PACKS}/{village.batch_path('dora', NORTH).partition('/')[2]}"
    for _each in range(20):
        stack.callback(Slow(raw, session, path, 20 * MIB).socket.close)
    assert served.remote(village, "beto").put(piece_path(NORTH, "beto"), bytes(MIB))
    text = raw.ask("GET", "/metrics").body.decode()
    assert "kipu_server_waiting_bytes 0" in text


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [("relay/x/0", 16 * MIB, 403), (f"wants/{name_of('beto')}", 10, 403), ("share", 10, 403),
     (f"roster/{name_of('eva')}/00000001", MIB, 413)],
)  # fmt: skip
def test_a_newcomer_s_body_is_not_read_where_it_may_write_nothing(
    served: Served, village: Village, stack: ExitStack, path: str, size: int, status: int
) -> None:
    raw, session = newcomer(served, village)
    slow = Slow(raw, session, path, size)
    stack.callback(slow.socket.close)
    assert slow.status() == status


def test_a_body_said_before_is_proven_before_it_is_read(
    served: Served, village: Village, stack: ExitStack
) -> None:
    raw, body = Raw(served, village, "beto"), os.urandom(1000)
    session, path = raw.session(), piece_path(NORTH, "beto")
    said = {kipu_wire.BODY_HEADER: kipu_wire.digest_of(body)}
    slow = Slow(raw, session, path, len(body), said)
    stack.callback(slow.socket.close)
    assert slow.status() == 401
    # What comes then must be what was said.
    target = kipu_wire.file_target(village.project, path)
    value = kipu_wire.authorization(raw.keys, session, "PUT", target, body)
    headers = {"Authorization": value, **said}
    assert raw.ask("PUT", target, body[::-1], headers).code == "signature-wrong"
    assert raw.ask("PUT", target, body, headers).status == 201


def test_a_body_that_drips_is_not_waited_for(
    serve: Start, tmp_path: Path, stack: ExitStack
) -> None:
    server = serve(tmp_path, "--open", "--limit", "stall-seconds=1", "--quiet")
    village = Village()
    found(server, village)
    raw = Raw(server, village, "dora")
    slow = Slow(raw, raw.session(), f"wants/{name_of('dora')}", 60_000)
    stack.callback(slow.socket.close)
    until = time.monotonic() + PATIENCE
    slow.socket.settimeout(0.05)
    while time.monotonic() < until:
        try:
            assert slow.socket.recv(4096).startswith(b"HTTP/1.1 408")
            break
        except TimeoutError:
            slow.send(1)
    else:
        raise AssertionError("it is still being waited for")


def test_who_reads_slowly_on_many_connections_holds_one_share(
    serve: Start, tmp_path: Path, stack: ExitStack
) -> None:
    server = serve(tmp_path, "--open", "--quiet", "--limit", "sending-bytes=64M")
    village, size = Village(), 15 * MIB  # more than the system's own buffers take
    path = f"{layout.snapshot(NORTH, IDS['ana'])}/0123456789ab-00000"
    found(server, village).put(path, bytes(size))
    beto = server.remote(village, "beto")
    raw = Raw(server, village, "dora")
    target = kipu_wire.file_target(village.project, path)
    value = kipu_wire.authorization(raw.keys, raw.session(), "GET", target, b"")
    told = []
    for _each in range(8):
        one = stack.enter_context(socket.socket())
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.settimeout(PATIENCE)
        one.connect(("127.0.0.1", server.port))
        one.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nAuthorization: {value}\r\n\r\n".encode())
        told.append(one.recv(12))
    assert told == [b"HTTP/1.1 200"] + 7 * [b"HTTP/1.1 503"]
    assert beto.read(path, size) == bytes(size)
    stack.close()
    until = time.monotonic() + PATIENCE
    while "kipu_server_sending_bytes 0" not in raw.ask("GET", "/metrics").body.decode():
        assert time.monotonic() < until
    assert server.remote(village, "dora").read(path, size) == bytes(size)
