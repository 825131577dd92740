"""`python -m benchmarks.server [DEVICES [SECONDS]]`: many laptops at once on one server (200, 10 s).

Every device holds one connection and, without a pause, polls (a session, then the newest shelf that
it knows) and puts a piece of 4 KiB, one poll and one piece in turn. The server is a process of its
own over a folder, so each piece was flushed to the disk when its reply came.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sync import layout, members
from sync.crypto import KeyPair
from sync.ids import device_id, token
from sync.remotes import kipu_wire
from sync.remotes.addresses import parse
from sync.remotes.http import HttpRemote
from sync.roster import ROOT, Entry, author_entry, root_entry

SPACE = b"one parish......"
PIECE = os.urandom(4096)


@dataclass
class Times:
    """Seconds each request took, by what it was."""

    poll: list[float] = field(default_factory=list)
    put: list[float] = field(default_factory=list)


def main() -> None:
    devices = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 10.0
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable, "-m", "sync.server", "--storage", folder, "--listen", "127.0.0.1:0",
            "--open", "--quiet", "--limit", "rate=100000", "--limit", "burst=100000",
        ]  # fmt: skip
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            port = int(server.stdout.readline().rsplit(":", 1)[1])
            try:
                laptops = _found(port, devices)
                times = asyncio.run(_crowd(port, laptops, seconds))
                memory = _memory(server.pid)
            finally:
                server.terminate()
    print(_table(devices, seconds, times, memory))


def _found(port: int, devices: int) -> tuple[bytes, list[KeyPair]]:
    """A project with so many members on the server; its id and their keys."""
    root, founder = KeyPair.generate(), KeyPair.generate()
    first = root_entry(root, os.urandom(16))
    entries = [first, _admit(root, ROOT, [], first, founder, {"*": "coordinator"})]
    laptops = [_cheap_keys(number) for number in range(devices)]
    admitted: list[Entry] = []
    for keys in laptops:
        seen, role = [*entries[1:], *admitted][-1], {SPACE.hex(): "secretary"}
        admitted.append(_admit(founder, device_id(founder.sign_public), admitted, seen, keys, role))
    remote = HttpRemote(parse(f"kipu+http://127.0.0.1:{port}"), founder, first.project)
    remote.probe()
    remote.put(layout.ROOT_KEY, members.wrap_root(root, os.urandom(18), first.project))
    sentinel = members.make_sentinel(founder, first.project, os.urandom(16))
    remote.put(layout.SENTINEL, sentinel)
    for entry in (*entries, *admitted):
        remote.put(layout.roster_entry(entry.author, entry.number), entry.raw)
    return first.project, laptops


def _cheap_keys(number: int) -> KeyPair:
    # One sealing key for all: making one takes longer than all a server does for a device.
    return KeyPair(number.to_bytes(32), bytes(64), bytes(32))


def _admit(
    by: KeyPair, author: bytes, before: Sequence[Entry], seen: Entry, keys: KeyPair,
    roles: dict[str, str],
) -> Entry:  # fmt: skip
    body = {
        "type": "admit", "project": seen.project, "code": "L", "roles": dict(roles),
        "device": device_id(keys.sign_public), "sign": keys.sign_public, "seal": keys.seal_public,
    }  # fmt: skip
    previous = before[-1].hash if before else bytes(32)
    return author_entry(by, author, len(before) + 1, previous, (seen.hash,), body)


async def _crowd(port: int, found: tuple[bytes, list[KeyPair]], seconds: float) -> Times:
    project, laptops = found
    times = Times()
    until = time.monotonic() + seconds
    await asyncio.gather(*(_laptop(port, project, keys, until, times) for keys in laptops))
    return times


async def _laptop(port: int, project: bytes, keys: KeyPair, until: float, times: Times) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    line = Line(reader, writer, project, keys)
    device = device_id(keys.sign_public)
    known, name = "", os.urandom(32)
    try:
        for number in itertools.count():
            begun = time.monotonic()
            if begun >= until:
                return
            await line.begin()
            known = await line.news(known)
            polled = time.monotonic()
            times.poll.append(polled - begun)
            await line.put(layout.attachment_piece(SPACE, name, device, number), PIECE)
            times.put.append(time.monotonic() - polled)
    finally:
        writer.close()
        await writer.wait_closed()


@dataclass
class Line:
    """One laptop's connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    project: bytes
    keys: KeyPair
    session: str = ""

    async def begin(self) -> None:
        device = device_id(self.keys.sign_public)
        proof = kipu_wire.proof(self.keys, self.project, device)
        body = json.dumps({"device": token(device), "proof": proof}).encode()
        target = kipu_wire.session_target(self.project)
        _status, headers = await self._ask("POST", target, "", body)
        self.session = headers[kipu_wire.SESSION_HEADER]

    async def news(self, known: str) -> str:
        target = kipu_wire.list_target(self.project, layout.shelf(1))
        more = f"If-None-Match: {known}\r\n" if known else ""
        _status, headers = await self._ask("GET", target, self._signed("GET", target, b"") + more)
        return headers["etag"]

    async def put(self, path: str, data: bytes) -> None:
        target = kipu_wire.file_target(self.project, path)
        status, _headers = await self._ask("PUT", target, self._signed("PUT", target, data), data)
        assert status == 201, status

    def _signed(self, method: str, target: str, body: bytes) -> str:
        said = kipu_wire.authorization(self.keys, self.session, method, target, body)
        named = f"{kipu_wire.BODY_HEADER}: {kipu_wire.digest_of(body)}\r\n" if body else ""
        return f"Authorization: {said}\r\n{named}"

    async def _ask(
        self, method: str, target: str, headers: str, body: bytes = b""
    ) -> tuple[int, dict[str, str]]:
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        self.writer.write(
            f"{method} {target} HTTP/1.1\r\nHost: x\r\n{headers}{length}\r\n".encode()
        )
        self.writer.write(body)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        pairs = (line.split(": ", 1) for line in head[1:] if line)
        found = {name.lower(): value for name, value in pairs}
        await self.reader.readexactly(int(found.get("content-length", 0)))
        status = int(head[0].split()[1])
        assert status < 400, head[0]
        return status, found


def _memory(process: int) -> float:
    """The most memory a process held, in MB; 0 where the system does not say."""
    status = Path(f"/proc/{process}/status")
    if not status.is_file():
        return 0.0
    peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1000


def _table(devices: int, seconds: float, times: Times, memory: float) -> str:
    lines = [f"{devices} devices at once for {seconds:g} s; server's peak memory {memory:.0f} MB"]
    lines.append(f"{'':6} {'a second':>9} {'p50 ms':>8} {'p99 ms':>8} {'worst':>8}")
    for name, taken in (("poll", sorted(times.poll)), ("put", sorted(times.put))):
        lines.append(
            f"{name:6} {len(taken) / seconds:9.0f} {_at(taken, 0.5):8.0f} {_at(taken, 0.99):8.0f} "
            f"{taken[-1] * 1000:8.0f}"
        )
    return "\n".join(lines)


def _at(taken: Sequence[float], share: float) -> float:
    return taken[int(len(taken) * share)] * 1000


if __name__ == "__main__":
    main()
