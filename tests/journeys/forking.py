"""Runs verbs in processes forked from `verb_server`, which has imported `kipu` already."""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent.parent
CAN_FORK = hasattr(os, "fork") and hasattr(socket, "send_fds")


class Server:
    """The process verbs are forked from. It ends with this one, which alone holds its socket."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._asking, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.journeys.verb_server", str(theirs.fileno())],
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        atexit.register(self.close)

    def close(self) -> None:
        self._asking.close()
        self._process.wait()

    def run(
        self,
        words: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        given: str,
        patience: float,
    ) -> tuple[int, str, str]:
        """Run a verb; returns its exit code and what it wrote to stdout and stderr.

        Raises TimeoutError, with the verb killed, after `patience` seconds.
        """
        verb = {"words": words, "environment": dict(environment), "folder": str(folder)}
        with ExitStack() as files:
            asked, stdin = _file(files, json.dumps(verb)), _file(files, given)
            stdout, stderr = _file(files), _file(files)
            end, theirs = os.pipe()
            ending = files.enter_context(os.fdopen(end, "rb", buffering=0))
            try:
                numbers = [one.fileno() for one in (asked, stdin, stdout, stderr)]
                socket.send_fds(self._asking, [b"v"], [*numbers, theirs])
            finally:
                os.close(theirs)
            code = _end(ending, patience)
            return code, _text(stdout), _text(stderr)


def _file(files: ExitStack, text: str = "") -> IO[bytes]:
    file: IO[bytes] = files.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
    file.write(text.encode())
    file.seek(0)
    return file


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def _end(ending: IO[bytes], patience: float) -> int:
    """The exit code; the verb's process tells its number before it."""
    told = b""
    while told.count(b"\n") < 2:
        if not select.select([ending], [], [], patience)[0]:
            if told:
                os.kill(int(told), signal.SIGKILL)
            raise TimeoutError(f"a verb took more than {patience} seconds")
        more = ending.read(64)
        assert more, "the process that verbs are forked from ended"
        told += more
    return int(told.split()[1])


@cache
def server() -> Server:
    """The one of this process, with the settings of Python that verbs get."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    # A process that forks has one thread.
    return Server(kept | SETTINGS | {"OPENBLAS_NUM_THREADS": "1"})


SETTINGS = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
"""What Python reads when it starts."""
