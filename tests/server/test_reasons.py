"""What a server's refusal means to the laptop: each reason is told as what it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from app.models import faults
from sync.ports import RemoteError
from sync.remotes import kipu_wire
from sync.remotes.addresses import parse
from sync.remotes.http import HttpRemote
from tests.server.village import KEYS, NORTH, Village, piece_path


class Refusing(BaseHTTPRequestHandler):
    """Begins a session with anybody, and then refuses everything."""

    protocol_version = "HTTP/1.1"
    status, body = 500, b""

    def do_POST(self) -> None:
        self._answer(200, b"")

    def do_PUT(self) -> None:
        self._answer(type(self).status, type(self).body)

    do_GET = do_PUT

    def _answer(self, status: int, body: bytes) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.send_response(status)
        self.send_header(kipu_wire.SESSION_HEADER, "a session")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def remote() -> Iterator[HttpRemote]:
    other = HTTPServer(("127.0.0.1", 0), Refusing)
    thread = Thread(target=other.serve_forever)
    thread.start()
    address = parse(f"kipu+http://127.0.0.1:{other.server_port}")
    made = HttpRemote(address, KEYS["beto"], Village().project, pause=lambda _seconds: None)
    yield made
    made.close()
    other.shutdown()
    thread.join()
    other.server_close()


@pytest.mark.parametrize(
    ("status", "code", "told", "words"),
    [
        (507, "device-quota", "remote-full.device-quota", "device-bytes"),
        (507, "project-quota", "remote-full.project-quota", "project-bytes"),
        (507, "storage-full", "remote-full.server", "no room left"),
        (503, "storage.remote-read-only", "remote-read-only.server", "its own storage"),
        (503, "storage.remote-login", "remote-broken.server", "storage.remote-login"),
        (503, "storage.remote-missing", "remote-busy.server", "sync again later"),
        (500, "fault", "remote-broken.server", "fault of its own"),
        (413, "too-large", "remote-too-large.upload", "What was not sent"),
        (413, "", "remote-too-large.upload", "What was not sent"),
        (403, "forbidden", "remote-read-only", "ask for permission"),
    ],
)
def test_why_a_file_is_not_taken(
    remote: HttpRemote,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    code: str,
    told: str,
    words: str,
) -> None:
    body = json.dumps({"code": code}).encode() if code else b"<html>"
    monkeypatch.setattr(Refusing, "status", status)
    monkeypatch.setattr(Refusing, "body", body)
    with pytest.raises(RemoteError) as caught:
        remote.put(piece_path(NORTH, "beto"), b"words")
    assert caught.value.code == told
    said = faults.explained(caught.value)
    assert words in said
    assert "safe" in said


def test_a_file_that_is_too_large_to_read_is_told_as_that(
    remote: HttpRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Refusing, "status", 413)
    monkeypatch.setattr(Refusing, "body", b'{"code": "too-large"}')
    with pytest.raises(RemoteError) as caught:
        remote.read(piece_path(NORTH, "beto"), 100)
    assert caught.value.code == "remote-too-large"
