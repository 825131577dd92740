"""Locking: the process that held the keys ends, and a fresh one comes up at the unlock page.

Nothing a running program overwrites is surely gone from its memory; a process that ended is.
"""

from __future__ import annotations

import os
import sys
from typing import Final, NoReturn

HIDDEN: Final = "KIPU_HIDDEN"
"""Set for the process that takes over when everything was hidden: it comes up minimised."""


def command() -> list[str]:
    """Return the words this process was started with."""
    return [sys.executable, *sys.orig_argv[1:]]


def replace_process(hidden: bool) -> NoReturn:
    """End this process at once and start the same program anew, minimised when ``hidden``."""
    environ = dict(os.environ)
    if hidden:
        environ[HIDDEN] = "1"
    if sys.platform == "win32":
        import subprocess

        # Windows has no exec that keeps the window's session; the new process outlives this one.
        subprocess.Popen(command(), env=environ)
        os._exit(0)
    os.execve(sys.executable, command(), environ)
