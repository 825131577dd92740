"""A remote that takes no more of the line than it was given: others work over it too."""

from __future__ import annotations

import time
from collections.abc import Callable

from sync import ports
from sync.ports import Names, Remote

_BURST_S = 1.0


class Bucket:
    """So many bytes a second on average, both ways together; a second's worth may go at once.

    A file goes whole, so it may be taken on credit; the next one waits until that is paid.
    """

    def __init__(
        self,
        rate: int,
        now: Callable[[], float] = time.monotonic,
        rest: Callable[[float], object] = time.sleep,
    ) -> None:
        """`rate` in bytes a second, at least 1; `rest` waits some seconds and may raise to stop."""
        if rate < 1:
            raise ValueError("a bucket that never fills lets nothing through")
        self._rate = rate
        self._now, self._rest = now, rest
        self._room = rate * _BURST_S
        self._at = now()

    def wait(self) -> None:
        """Wait until what was taken is paid."""
        self._fill()
        # Less than a byte is what floating point leaves of a debt that is paid.
        while self._room <= -1:
            self._rest(-self._room / self._rate)
            self._fill()

    def take(self, size: int) -> None:
        """So many bytes went."""
        self._room -= size

    def _fill(self) -> None:
        now = self._now()
        self._room = min(self._rate * _BURST_S, self._room + (now - self._at) * self._rate)
        self._at = now


class Limited:
    """Passes everything on to another remote, never faster than its bucket allows."""

    def __init__(self, remote: Remote, bucket: Bucket) -> None:
        self._remote = remote
        self._bucket = bucket

    @property
    def name(self) -> str:
        return self._remote.name

    def list(self, prefix: str) -> Names:
        self._bucket.wait()
        return self._told(self._remote.list(prefix))

    def changed(self, prefix: str, known: str) -> Names | None:
        """See `sync.ports.changed`."""
        self._bucket.wait()
        names = ports.changed(self._remote, prefix, known)
        return None if names is None else self._told(names)

    def read(self, path: str, limit: int) -> bytes | None:
        self._bucket.wait()
        found = self._remote.read(path, limit)
        self._bucket.take(len(found or b""))
        return found

    def put(self, path: str, data: bytes) -> bool:
        self._bucket.wait()
        is_new = self._remote.put(path, data)
        self._bucket.take(len(data) if is_new else 0)
        return is_new

    def put_marked(self, path: str, data: bytes, mark: str) -> tuple[bool, bool]:
        """See `sync.ports.put_marked`."""
        self._bucket.wait()
        is_new, is_marked = ports.put_marked(self._remote, path, data, mark)
        self._bucket.take(len(data) if is_new else 0)
        return is_new, is_marked

    def replace(self, path: str, data: bytes) -> None:
        self._bucket.wait()
        self._remote.replace(path, data)
        self._bucket.take(len(data))

    def remove(self, path: str) -> None:
        self._remote.remove(path)

    def probe(self) -> None:
        self._remote.probe()

    def _told(self, names: Names) -> Names:
        self._bucket.take(sum(map(len, names)) + len(names))
        return names
