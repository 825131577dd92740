"""Wrong passphrases in a row, remembered beside the vault so that restarting Kipu helps no guesser.

It slows whoever sits at the laptop; whoever copies the folder away meets only the passphrase's
cost.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from app.models.safe_files import patiently, replace_file

FREE_FAILURES = 5
MAX_DELAY = 30.0  # seconds

_now = time.time


class Attempts:
    """The count of failures in a row and the time of the last, in one small file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def wait_seconds(self) -> float:
        """Return how long to wait before the next try: 1 s after the fifth failure, then double."""
        failures, last = self._read()
        if failures < FREE_FAILURES:
            return 0.0
        delay = min(MAX_DELAY, 2.0 ** min(failures - FREE_FAILURES, 10))
        elapsed = _now() - last
        # A clock set back must not lock anybody out.
        return max(0.0, delay - elapsed) if elapsed >= 0 else 0.0

    def failed(self) -> None:
        """Count one more wrong passphrase."""
        failures, _last = self._read()
        replace_file(self._path, f"{failures + 1} {_now():.3f}\n".encode())

    def clear(self) -> None:
        """Forget the failures: somebody knew their passphrase."""
        if self._path.exists():
            patiently(lambda: self._path.unlink(missing_ok=True), self._path)

    def _read(self) -> tuple[int, float]:
        with contextlib.suppress(OSError, ValueError):
            failures, last = self._path.read_bytes()[:64].split()
            return int(failures), float(last)
        return 0, 0.0
