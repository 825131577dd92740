"""A remote that tells how much went through it, so that a person sees a sync go on."""

from __future__ import annotations

from collections.abc import Callable

from sync.ports import Names, Remote

Watch = Callable[[int, int], None]
"""Called with the bytes written and read so far; what it raises stops the sync between two files,
which leaves both sides whole."""


class Watched:
    """Passes everything on to another remote and counts."""

    def __init__(self, remote: Remote, watch: Watch) -> None:
        self._remote = remote
        self._watch = watch
        self._written = self._read = 0

    @property
    def name(self) -> str:
        return self._remote.name

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

    def replace(self, path: str, data: bytes) -> None:
        self._remote.replace(path, data)
        self._count(len(data), 0)

    def probe(self) -> None:
        self._remote.probe()

    def _count(self, written: int, read: int) -> None:
        self._written += written
        self._read += read
        self._watch(self._written, self._read)
