"""A server that is told to stop: soon where nothing is under way, and never with a trace in its log."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sync.remotes import kipu_wire
from tests.server.serving import PATIENCE, Raw, Served, found
from tests.server.village import NORTH, Village, piece_path

Start = Callable[..., Served]
# Longer than a test may wait for a process to end.
NEVER = (
    "--limit",
    f"stop-seconds={int(PATIENCE) * 10}",
    "--limit",
    f"idle-seconds={int(PATIENCE) * 10}",
)


def events(server: Served) -> list[dict[str, Any]]:
    return [json.loads(line) for line in server.said.splitlines()]


def secure(server: Served) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    plain = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
    return context.wrap_socket(plain)


@pytest.mark.parametrize("has_asked", [False, True])
def test_a_connection_kept_for_later_holds_up_nobody(
    serve: Start, tmp_path: Path, certificate: tuple[Path, Path, str], has_asked: bool
) -> None:
    cert, key, _shown = certificate
    server = serve(tmp_path, "--open", *NEVER, "--tls-cert", str(cert), "--tls-key", str(key))
    with secure(server) as kept:
        if has_asked:
            kept.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            assert kept.recv(4096).startswith(b"HTTP/1.1 200")
        assert server.stop() == 0
    assert [one for one in events(server) if one["level"] == "error"] == []


@pytest.mark.parametrize("secured", [False, True])
def test_an_upload_that_stands_still_is_cut_off_with_one_line(
    serve: Start, tmp_path: Path, certificate: tuple[Path, Path, str], secured: bool
) -> None:
    cert, key, shown = certificate
    tls = ("--tls-cert", str(cert), "--tls-key", str(key)) if secured else ()
    server = serve(tmp_path, "--open", "--limit", "stop-seconds=1", *tls)
    server.options = f"?certificate={shown}" if secured else ""
    village = Village()
    found(server, village)
    remote = server.remote(village, "beto")
    remote.probe()
    target = kipu_wire.file_target(village.project, piece_path(NORTH, "beto"))
    value = kipu_wire.authorization(Raw(server, village, "beto").keys, remote._session, "PUT",
                                    target, b"")  # fmt: skip
    head = f"PUT {target} HTTP/1.1\r\nHost: x\r\nAuthorization: {value}\r\nExpect: 100-continue\r\n"
    stalled = secure(server) if secured else socket.create_connection(("127.0.0.1", server.port))
    with contextlib.closing(stalled):
        stalled.sendall(f"{head}Content-Length: 1000\r\n\r\nhalf".encode())
        # The server awaits the body now.
        assert stalled.recv(4096).startswith(b"HTTP/1.1 100")
        assert server.stop(signal.SIGTERM) == 0
    told = events(server)
    assert [one["connections"] for one in told if one["event"] == "cut-off"] == [1]
    assert [one for one in told if one["level"] == "error" or "trace" in one] == []
    assert told[-1]["event"] == "end"
