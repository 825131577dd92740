"""A remote that tells how much went through it, so that a person sees a sync go on."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from app.errors import KipuError
from sync import ports
from sync.ports import Names, Remote
from sync.remotes.limited import Bucket, Limited

Watch = Callable[[int, int], None]
"""Called with the bytes written and read so far; what it raises stops the sync between two files,
which leaves both sides whole."""


_SLICE_S: Final = 0.2


class Stopped(KipuError):
    """What a `Watch` raises when the person wants the sync to stop: no fault of any place."""


def unwatched(_written: int, _read: int) -> None:
    """The watch of a sync that nobody looks at."""


class Watched:
    """Passes everything on to another remote and counts.

    It answers to `name`, whatever the driver calls the place; with a `rate` (bytes a second) it
    takes no more of the line on average.
    """

    def __init__(
        self, remote: Remote, watch: Watch = unwatched, name: str = "", rate: int = 0
    ) -> None:
        bucket = Bucket(rate, rest=self._rest) if rate else None
        self._remote = Limited(remote, bucket) if bucket else remote
        self._watch = watch
        self._name = name or remote.name
        self._written = self._read = 0

    @property
    def name(self) -> str:
        return self._name

    @property
    def is_near(self) -> bool:
        """See `sync.ports.is_near`; a place with a rate has a line to be spared."""
        return ports.is_near(self._remote)

    @property
    def moved(self) -> tuple[int, int]:
        """The bytes written and read so far."""
        return self._written, self._read

    def list(self, prefix: str) -> Names:
        return self._remote.list(prefix)

    def read(self, path: str, limit: int) -> bytes | None:
        found = self._remote.read(path, limit)
        self._count(0, len(found or b""))
        return found

    def put(self, path: str, data: bytes) -> bool:
        is_new = self._remote.put(path, data)
        self._count(len(data) if is_new else 0, 0)
        return is_new

    def put_marked(self, path: str, data: bytes, mark: str) -> tuple[bool, bool]:
        """See `sync.ports.put_marked`."""
        is_new, is_marked = ports.put_marked(self._remote, path, data, mark)
        self._count(len(data) if is_new else 0, 0)
        return is_new, is_marked

    def replace(self, path: str, data: bytes) -> None:
        self._remote.replace(path, data)
        self._count(len(data), 0)

    def remove(self, path: str) -> None:
        self._remote.remove(path)

    def changed(self, prefix: str, known: str) -> Names | None:
        """See `sync.ports.changed`."""
        return ports.changed(self._remote, prefix, known)

    def probe(self) -> None:
        self._remote.probe()

    def _rest(self, seconds: float) -> None:
        """Wait for the line, ready to be stopped."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _SLICE_S))
            self._watch(self._written, self._read)

    def _count(self, written: int, read: int) -> None:
        self._written += written
        self._read += read
        self._watch(self._written, self._read)
