"""Whatever is asked, what is refused is one line of JSON with a code, and nobody is sent elsewhere."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from sync import ports
from sync.remotes import kipu_wire
from sync.remotes.addresses import parse
from sync.remotes.http import HttpRemote
from tests.server.serving import PATIENCE, Raw, Served
from tests.server.village import KEYS, Village

Start = Callable[..., Served]


@pytest.mark.parametrize(
    ("method", "target", "status", "code"),
    [
        ("GET", "/health/", 404, "no-such-route"),
        ("GET", "/metrics/", 404, "no-such-route"),
        ("GET", "/", 404, "no-such-route"),
        ("GET", "//evil.example/..", 404, "no-such-route"),
        ("GET", f"/v2/{'a' * 26}/files/share", 404, "no-such-route"),
        ("PUT", "/health", 405, "method-unknown"),
        ("PATCH", f"/v1/{'a' * 26}/session", 405, "method-unknown"),
    ],
)
def test_what_has_no_route_leads_nowhere(
    served: Served, village: Village, method: str, target: str, status: int, code: str
) -> None:
    said = Raw(served, village).ask(method, target, headers={"Host": "evil.example"})
    assert (said.status, json.loads(said.body)) == (status, {"code": code})
    assert "location" not in said.headers


def test_what_is_no_request_is_told_so(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), PATIENCE) as connection:
        connection.sendall(b"GET \xff HTTP/1.1\r\nno header\r\n\r\n")
        reply = b""
        while piece := connection.recv(4096):
            reply += piece
    head, _blank, body = reply.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400")
    assert json.loads(body) == {"code": "malformed"}


@pytest.mark.parametrize("body", [b"[" * 1000, b'{"device":' * 90, b"\xff", b"{}", b"1" * 999])
def test_an_introduction_that_is_none_is_malformed(
    served: Served, village: Village, body: bytes
) -> None:
    said = Raw(served, village).ask("POST", kipu_wire.session_target(village.project), body)
    assert (said.status, said.code) == (400, "malformed")


def test_a_server_at_another_path_is_not_taken_for_a_broken_place(
    served: Served, village: Village
) -> None:
    remote = HttpRemote(parse(f"{served.address}/elsewhere"), KEYS["ana"], village.project)
    with pytest.raises(ports.RemoteBroken) as caught:
        remote.probe()
    assert caught.value.code == "remote-broken.no-kipu-server"


BROKEN = """
import sys
from sync.server.__main__ import main
from sync.server.service import Service
Service.begin = lambda *asked: 1 / 0
sys.exit(main(sys.argv[1:]))
"""


def test_a_fault_of_the_server_is_told_and_logged_once(serve: Start, tmp_path: Path) -> None:
    server, village = serve(tmp_path, "--open", command=("-c", BROKEN)), Village()
    said = Raw(server, village).ask("POST", kipu_wire.session_target(village.project), b"{}")
    assert (said.status, said.code) == (500, "fault")
    with pytest.raises(ports.RemoteBroken) as caught:
        server.remote(village).probe()
    assert caught.value.code == "remote-broken.server"
    server.stop()
    faults = [one for one in map(json.loads, server.said.splitlines()) if one["level"] == "error"]
    assert [one["event"] for one in faults] == ["fault", "fault"]
