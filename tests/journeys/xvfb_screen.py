"""The real program on a screen of its own, with a keyboard in front of it: real key events.

Keys go by the X server (XTEST) to whichever window has them, as from the keyboard on the desk. Nothing
is known of the inside: what was done is read afterwards, by the headless verbs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

from tests.journeys.desk import COMMAND, Desk

SHOTS = "KIPU_SHOTS"
"""Names the folder that pictures of the screen are kept in."""
NEEDED = ("Xvfb", "xdotool", "import")
_SIZE = "1366x768x24"
_PATIENCE_S = 25.0
_TRIES = 5
_RESTS = 3
"""So many looks in a row at the same picture: the program has answered."""
_NOISE = 12
"""Dots of the small picture that a blinking cursor or a clock may change."""
_ANOTHER_PAGE = 4000
"""So many dots of the small picture are others when a page has taken another's place."""
_FIRST_KEY_MS, _KEY_MS = 120, 12


def missing() -> list[str]:
    """What must be installed and is not."""
    return [one for one in NEEDED if shutil.which(one) is None]


def _server() -> tuple[subprocess.Popen[bytes], str]:
    """An X server, and its display.

    Two that begin at one moment may want the same display; the one that comes late then ends at
    once, without a number.
    """
    for _try in range(_TRIES):
        reading, writing = os.pipe()
        server = subprocess.Popen(
            # Without -noreset it is gone for a moment whenever its last client leaves.
            [
                "Xvfb",
                "-displayfd",
                str(writing),
                "-screen",
                "0",
                _SIZE,
                "-nolisten",
                "tcp",
                "-noreset",
            ],
            pass_fds=(writing,),
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        if number:
            return server, f":{number}"
        server.wait(_PATIENCE_S)
    raise RuntimeError("no X server starts")


class Screen:
    """An X server on a free display, ended with `close`."""

    def __init__(self, pictures: Path) -> None:
        self._pictures = Path(os.environ.get(SHOTS, pictures))
        self._pictures.mkdir(parents=True, exist_ok=True)
        self._server, self.display = _server()
        self._program: subprocess.Popen[bytes] | None = None

    def close(self) -> None:
        """End the program, if it runs, and the server."""
        self.kill()
        self._server.terminate()
        self._server.wait(_PATIENCE_S)

    # -- the program ---------------------------------------------------------------------------

    def start(self, desk: Desk) -> None:
        """Open Kipu's window on this laptop and unlock it."""
        given = desk.environment()
        del given["KIPU_PASSPHRASE"]
        given |= {"DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"}
        self._program = subprocess.Popen(COMMAND, env=given, cwd=desk.work)
        until = time.monotonic() + _PATIENCE_S
        while not self._windows():
            assert time.monotonic() < until, "no window came up"
        self.rest()
        self.focus()
        self.write(desk.passphrase)
        locked = self._small()
        self._do("key", "Return")
        while _differing(locked, self._small()) < _ANOTHER_PAGE:
            assert time.monotonic() < until, "it does not open"
        self.rest()

    def kill(self) -> None:
        """The laptop dies."""
        if self._program is not None:
            self._program.kill()
            self._program.wait()
            self._program = None

    def quit(self) -> None:
        """Leave the program by its key, and see that it left well."""
        assert self._program is not None
        self._do("key", "ctrl+q")
        assert self._program.wait(_PATIENCE_S) == 0
        self._program = None

    # -- the keyboard --------------------------------------------------------------------------

    def press(self, *keys: str) -> None:
        """Press keys by their X names, such as "alt+2" or "Return", each answered before the
        next."""
        for key in keys:
            self._do("key", key)
            self.rest()

    def write(self, text: str, *keys: str) -> None:
        """Type a text, then press keys."""
        self._do("type", "--delay", str(_KEY_MS), text)
        self.rest()
        self.press(*keys)

    def find(self, words: str) -> None:
        """Do the first thing Ctrl+K finds for some words."""
        self.press("ctrl+k")
        self.write(words, "Return")

    def focus(self) -> None:
        """Give the newest window the keys, as a window manager would."""
        self._do("windowfocus", "--sync", self._windows()[-1])
        self.rest()

    # -- the picture ---------------------------------------------------------------------------

    def shoot(self, name: str) -> Path:
        """Keep a picture of the screen; returns its file."""
        file = self._pictures / f"{name}.png"
        self._run("import", "-window", "root", str(file))
        return file

    def rest(self) -> None:
        """Wait until the picture stays as it is."""
        time.sleep(_FIRST_KEY_MS / 1000)  # the key has to come in before its answer can
        before, same = self._small(), 0
        until = time.monotonic() + _PATIENCE_S
        while same < _RESTS:
            assert time.monotonic() < until, "the screen never rests"
            now = self._small()
            alike = len(now) == len(before) and _differing(before, now) <= _NOISE
            before, same = now, same + 1 if alike else 0

    def _small(self) -> bytes:
        return self._run("import", "-window", "root", "-resize", "25%", "-depth", "8", "gray:-")

    def _windows(self) -> list[str]:
        assert self._program is not None
        assert self._program.poll() is None, "the program has ended"
        search = ("search", "--onlyvisible", "--pid", str(self._program.pid))
        found = subprocess.run(
            ["xdotool", *search], env=self._environment(), capture_output=True, text=True
        )
        return found.stdout.split()

    def _do(self, *words: str) -> None:
        self._run("xdotool", *words)

    def _run(self, *command: str) -> bytes:
        done = subprocess.run(command, env=self._environment(), capture_output=True, check=True)
        return done.stdout

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "DISPLAY": self.display}


def _differing(one: bytes, other: bytes) -> int:
    return sum(abs(a - b) > 16 for a, b in zip(one, other, strict=True))
