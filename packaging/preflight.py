"""Tells, before anything is installed or opened, what this machine still lacks.

Qt's own message for a missing system library names a plugin, not what to install; this names the
Debian package. It runs under the system's Python, so it uses nothing but the standard library.

``python3 packaging/preflight.py [--display]`` prints one sentence for each thing missing and
exits with 1, or prints nothing and exits with 0.
"""

from __future__ import annotations

import argparse
import ctypes
import importlib.util
import sys
from collections.abc import Iterable, Mapping

OLDEST_PYTHON = (3, 11)

# What QtGui and QtWidgets load on Linux, whether or not there is a screen.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    # What shows a page before it is printed comes with Qt's network parts, which load this.
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxkbcommon.so.0": "libxkbcommon0",
}

# What Qt's X11 plugin loads besides, once there is a screen.
DISPLAY_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    # Without it Qt finds no printer.
    "libcups.so.2": "libcups2",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def missing_libraries(libraries: Mapping[str, str]) -> list[str]:
    """Return the names of the libraries that the loader cannot find."""
    return [name for name in libraries if not _loads(name)]


def library_complaints(libraries: Mapping[str, str], missing: Iterable[str]) -> list[str]:
    """Return a sentence for each missing library and, last, the one command that brings them."""
    names = list(missing)
    if not names:
        return []
    sentences = [f"Qt needs {name}, which Debian's {libraries[name]} has." for name in names]
    packages = " ".join(sorted(libraries[name] for name in names))
    return [*sentences, f"To install what is missing: sudo apt-get install {packages}"]


def python_complaints(version: tuple[int, int], has_venv: bool) -> list[str]:
    """Return a sentence for each thing this Python lacks."""
    complaints = []
    if version < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        found = ".".join(map(str, version))
        complaints.append(f"Kipu needs Python {wanted} or later; this is Python {found}.")
    if not has_venv:
        complaints.append("Python cannot make environments here: install Debian's python3-venv.")
    return complaints


def complaints(display: bool) -> list[str]:
    """Return everything this machine lacks, as sentences; none when Kipu can start."""
    has_venv = all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))
    found = python_complaints(sys.version_info[:2], has_venv)
    if sys.platform == "linux":
        libraries = QT_LIBRARIES | (DISPLAY_LIBRARIES if display else {})
        found += library_complaints(libraries, missing_libraries(libraries))
    return found


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def main() -> int:
    """Print what is missing; return the exit code."""
    parser = argparse.ArgumentParser(description="Tell what this machine lacks to run Kipu.")
    parser.add_argument("--display", action="store_true", help="a window will be opened on X11")
    found = complaints(parser.parse_args().display)
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
