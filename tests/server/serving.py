"""Real servers on this computer: the program people start, on a port of its own."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync.crypto import KeyPair
from sync.ids import device_id, token
from sync.remotes import kipu_wire
from sync.remotes.addresses import parse
from sync.remotes.http import HttpRemote
from tests.server.village import KEYS, Village

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


class Served:
    """`kipu serve` as a process; what it says on standard error is kept in `said`."""

    def __init__(
        self,
        storage: str,
        *options: str,
        environment: Mapping[str, str] = {},
        command: Sequence[str] = ("-m", "sync.server"),
    ) -> None:
        words = [
            sys.executable,
            *command,
            "--storage",
            storage,
            "--listen",
            "127.0.0.1:0",
            *options,
        ]
        self.process = subprocess.Popen(
            words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, **environment},
        )  # fmt: skip
        self._lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert self.process.stdout is not None
        first = self.process.stdout.readline()
        if not first:
            self.stop()
            raise AssertionError(self.said)
        self.port = int(first.rsplit(":", 1)[1])
        self.options = ""
        self.scheme = "kipu+https" if " https://" in first else "kipu+http"

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._lines.append(line)

    @property
    def said(self) -> str:
        return "".join(self._lines)

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}{self.options}"

    def remote(
        self, village: Village, who: str | KeyPair = "ana", code: str = "", **options: Any
    ) -> HttpRemote:
        keys = KEYS[who] if isinstance(who, str) else who
        return HttpRemote(parse(self.address), keys, village.project, code, **options)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End the server and return how it ended."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        ended = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        return ended


def found(served: Served, village: Village, code: str = "") -> HttpRemote:
    """Bring a village's beginning there; returns Ana's remote."""
    remote = served.remote(village, "ana", code)
    remote.probe()
    remote.put("root/key", village.root_key)
    remote.put("share", village.sentinel())
    push(remote, village)
    return remote


def push(remote: HttpRemote, village: Village) -> None:
    for entry in village.entries:
        remote.put(f"roster/{token(entry.author)}/{entry.number:08d}", entry.raw)


@dataclass(frozen=True)
class Said:
    """A bare reply."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def code(self) -> str:
        return str(json.loads(self.body)["code"])


class Raw:
    """Requests a proper client would not send."""

    def __init__(self, served: Served, village: Village, who: str = "ana") -> None:
        self.port, self.village, self.keys = served.port, village, KEYS[who]

    def session(self, **said: str) -> str:
        body = json.dumps({"device": token(device_id(self.keys.sign_public)), **said}).encode()
        reply = self.ask("POST", kipu_wire.session_target(self.village.project), body)
        assert reply.status == 200, reply
        return reply.headers[kipu_wire.SESSION_HEADER]

    def signed(
        self, session: str, method: str, target: str, body: bytes = b"",
        sent: Mapping[str, Any] | None = None,
    ) -> Said:  # fmt: skip
        """A request whose signature is right for these; `sent` says what goes out instead."""
        sent = sent or {}
        value = kipu_wire.authorization(self.keys, session, method, target, body)
        return self.ask(
            sent.get("method", method), sent.get("target", target), sent.get("body", body),
            {"Authorization": value},
        )  # fmt: skip

    def ask(
        self, method: str, target: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Said:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, target, body or None, dict(headers or {}))
            reply = connection.getresponse()
            named = {name.lower(): value for name, value in reply.getheaders()}
            return Said(reply.status, named, reply.read())
        finally:
            connection.close()


def invite(storage: str, environment: Mapping[str, str] = {}) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "sync.server", "invite", "--storage", storage],
        cwd=ROOT, check=True, capture_output=True, text=True, env={**os.environ, **environment},
    )  # fmt: skip
    return done.stdout.strip()


def files_of(folder: Path) -> Sequence[str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)
