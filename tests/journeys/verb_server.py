"""A process that has `kipu` imported, and forks it for each verb that tests run.

Importing is most of what a short verb costs. What is forked is a process like any other: with an
environment, a folder and streams of its own, ended by its exit code. Only where there is `fork`.

Run as a module with the number of a socket. Each byte on it brings five open files: the verb as
JSON (words, environment, folder), its stdin, stdout and stderr, and where its end is told.
"""

from __future__ import annotations

import gc
import json
import os
import socket
import sys
import time
from contextlib import suppress
from importlib import import_module

from app.__main__ import main as kipu
from app.cli import cli
from app.models.store import sqlite_utils_module

LATER = (
    "docx",
    "openpyxl",
    "pyxform.xls2xform",
    "reportlab.platypus",
    "sqlite_utils",
)
"""What verbs import only when they need it, and tests need again and again."""


def serve(number: int) -> int:
    """Serve until the other end closes. In a process forked for a verb: the verb's exit code."""
    with socket.socket(fileno=number) as asked:
        while True:
            byte, files, _flags, _address = socket.recv_fds(asked, 1, 5)
            if not byte:
                return 0
            if os.fork() == 0:
                break
            for one in files:
                os.close(one)
            _reap()
    return _watch(*files)


def _reap() -> None:
    """Let go of processes that ended; what they cost counts as this one's."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _watch(verb: int, stdin: int, stdout: int, stderr: int, end: int) -> int:
    """Fork once more: one process runs the verb, the other tells its number and how it ended."""
    process = os.fork()
    if process == 0:
        os.close(end)
        return _run(verb, stdin, stdout, stderr)
    os.write(end, f"{process}\n".encode())
    _process, status = os.waitpid(process, 0)
    os.write(end, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _run(verb: int, *streams: int) -> int:
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    with os.fdopen(verb, encoding="utf-8") as file:
        asked = json.load(file)
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    os.chdir(asked["folder"])
    return kipu(asked["words"])


if __name__ == "__main__":
    # Everything that is imported stays shared with the processes forked.
    assert cli.commands
    sqlite_utils_module()
    for one in LATER:
        import_module(one)
    gc.freeze()
    sys.exit(serve(int(sys.argv[1])))
