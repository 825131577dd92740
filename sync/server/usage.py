"""How much each device has put down, kept well enough to hold a quota.

Each server writes its own count now and then, so a killed one forgets a few files at most. Names of
devices here are ids; nothing else is told of them.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable

from sync.ids import token
from sync.ports import Remote, RemoteError
from sync.server.refusals import Refused

BLOCK = 4096
"""What a file counts at least, marks too: names take room as well, and are not without end."""
_MOST = 4 * 2**20
_SAVE_BYTES = 8 * 2**20
_SAVE_SECONDS = 30.0
_READ_SECONDS = 60.0

Counts = dict[str, int]


def room_of(size: int) -> int:
    """What a file of so many bytes counts."""
    return max(size, BLOCK)


class Usage:
    """The bytes of one project, by device. `server` names whose count is ours."""

    def __init__(
        self,
        own: Callable[[], Remote],
        project: bytes,
        server: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._own, self._clock = own, clock
        self._folder = f"usage/{token(project)}"
        self._server = server
        self._mine: Counts | None = None
        self._others: Counts = {}
        self._read_at = self._saved_at = clock()
        self._unsaved = 0
        self._lock = threading.Lock()

    def require(
        self, device: bytes, size: int, device_most: int, project_most: int, reserve: int = 0
    ) -> None:
        """Raises Refused where so many bytes more are too many, the reserve included."""
        if size <= 0:
            return
        with self._lock:
            mine = self._loaded()
            name = token(device)
            used = mine.get(name, 0) + self._others.get(name, 0)
            whole = sum(mine.values()) + sum(self._others.values())
        if device_most and used + size > device_most + reserve:
            raise Refused(507, "device-quota", limit=device_most)
        if project_most and whole + size > project_most + reserve:
            raise Refused(507, "project-quota", limit=project_most)

    def used_up(self, device: bytes, device_most: int, project_most: int) -> str:
        """Which quota takes not even the smallest file of a device any more; '' for none."""
        try:
            self.require(device, BLOCK, device_most, project_most)
        except Refused as refused:
            return refused.code
        return ""

    def add(self, device: bytes, size: int) -> None:
        with self._lock:
            mine = self._loaded()
            mine[token(device)] = mine.get(token(device), 0) + size
            self._unsaved += abs(size)
            is_due = self._clock() - self._saved_at >= _SAVE_SECONDS
            if self._unsaved >= _SAVE_BYTES or (self._unsaved and is_due):
                self._save(mine)

    def forget(self) -> None:
        """Count from nothing: what was put down is gone with its project."""
        with self._lock:
            self._mine, self._others, self._unsaved = {}, {}, 0
            for name in self._own().list(self._folder):
                self._own().remove(f"{self._folder}/{name}")

    def save(self) -> None:
        """Write the count; a stopping server does."""
        with self._lock:
            if self._unsaved and self._mine is not None:
                self._save(self._mine)

    def _save(self, mine: Counts) -> None:
        self._saved_at, self._unsaved = self._clock(), 0
        try:
            self._own().replace(f"{self._folder}/{self._server}", json.dumps(mine).encode())
        except RemoteError:
            # The file that was counted lies there; the count is told with the next one.
            self._unsaved = 1

    def _loaded(self) -> Counts:
        if self._mine is None:
            self._mine = self._read(self._server)
            self._read_others()
        elif self._clock() - self._read_at >= _READ_SECONDS:
            self._read_others()
        return self._mine

    def _read_others(self) -> None:
        self._read_at = self._clock()
        self._others = {}
        for name in self._own().list(self._folder):
            if name != self._server:
                for device, size in self._read(name).items():
                    self._others[device] = self._others.get(device, 0) + size

    def _read(self, name: str) -> Counts:
        raw = self._own().read(f"{self._folder}/{name}", _MOST)
        try:
            found = json.loads(raw or b"{}")
        except ValueError:
            return {}
        return {str(device): int(size) for device, size in found.items()}
