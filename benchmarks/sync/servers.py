"""Programs that serve on the loopback for the length of a measure."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_STARTING_S: Final = 60
_ENDING_S: Final = 30


class Failed(Exception):
    """A program did not do what it was started for; the message says how."""


def free_ports(count: int) -> list[int]:
    """So many ports nobody listens at now."""
    opened = [socket.create_server(("127.0.0.1", 0)) for _one in range(count)]
    ports = [int(one.getsockname()[1]) for one in opened]
    for one in opened:
        one.close()
    return ports


@contextmanager
def running(command: Sequence[str], port: int, log: Path) -> Iterator[None]:
    """A server from the moment it listens; ended with the block. Raises Failed."""
    with log.open("wb") as said:
        server = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)
    try:
        _wait_for(port, server, log)
        yield
    finally:
        server.terminate()
        try:
            server.wait(_ENDING_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _STARTING_S
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    lines = log.read_text("utf-8", "replace").strip().splitlines() or ["nothing said"]
    raise Failed(f"its server does not listen: {lines[-1][:200]}")
