"""Locking: the process that held the keys ends, and a fresh one comes up at the unlock page.

Nothing a running program overwrites is surely gone from its memory; a process that ended is.
"""

from __future__ import annotations

import os
import sys
from typing import Final, NoReturn

HIDDEN: Final = "KIPU_HIDDEN"
"""Set for the process that takes over when everything was hidden: it comes up minimised."""


SWITCHING: Final = "KIPU_SWITCHING"
"""Set to a project's folder name when somebody else takes the seat: the list of people is next."""


BEGINNING: Final = "KIPU_BEGINNING"
"""Set when another project is to be made or opened: the doors under the people come first."""


def command() -> list[str]:
    """Return the words this process was started with."""
    return [sys.executable, *sys.orig_argv[1:]]


def replace_process(hidden: bool, switching: str = "", *, beginning: bool = False) -> NoReturn:
    """End this process at once and start the same program anew, minimised when ``hidden``.

    ``switching`` is the folder name of the project whose people are to choose from; ``beginning``
    puts making another project first.
    """
    environ = dict(os.environ)
    if switching:
        environ[SWITCHING] = switching
    if beginning:
        environ[BEGINNING] = "1"
    if hidden:
        environ[HIDDEN] = "1"
    if sys.platform == "win32":
        import subprocess

        # Windows has no exec that keeps the window's session; the new process outlives this one.
        subprocess.Popen(command(), env=environ)
        os._exit(0)
    os.execve(sys.executable, command(), environ)
