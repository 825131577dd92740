"""A remote that counts what is asked of it, whatever driver lies below."""

from __future__ import annotations

from dataclasses import dataclass, field

from sync import ports
from sync.ports import Names, Remote


@dataclass
class Counts:
    """Requests by kind, and bytes either way; names of a listing count as bytes read.

    `largest` is the largest file written: what may have to go again after a cut.
    """

    requests: dict[str, int] = field(default_factory=dict)
    written: int = 0
    read: int = 0
    largest: int = 0

    @property
    def total(self) -> int:
        return sum(self.requests.values())

    def ask(self, what: str) -> None:
        self.requests[what] = self.requests.get(what, 0) + 1

    def wrote(self, data: bytes) -> None:
        self.written += len(data)
        self.largest = max(self.largest, len(data))


class Counted:
    """Passes everything on and counts in `counts`, which may be put anew."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self.counts = Counts()

    @property
    def name(self) -> str:
        return self._remote.name

    @property
    def is_near(self) -> bool:
        """See `sync.ports.is_near`."""
        return ports.is_near(self._remote)

    def list(self, prefix: str) -> Names:
        self.counts.ask("list")
        names = self._remote.list(prefix)
        self.counts.read += sum(len(name) + 1 for name in names)
        return names

    def changed(self, prefix: str, known: str) -> Names | None:
        """See `sync.ports.Told`. A place that cannot tell has given the whole listing."""
        told = getattr(self._remote, "changed", None)
        if told is None:
            names = self.list(prefix)
            return None if ports.fingerprint(names) == known else names
        self.counts.ask("list")
        found: Names | None = told(prefix, known)
        self.counts.read += sum(len(name) + 1 for name in found or ())
        return found

    def read(self, path: str, limit: int) -> bytes | None:
        self.counts.ask("read")
        data = self._remote.read(path, limit)
        self.counts.read += len(data or b"")
        return data

    def put(self, path: str, data: bytes) -> bool:
        self.counts.ask("put")
        is_new = self._remote.put(path, data)
        self.counts.wrote(data if is_new else b"")
        return is_new

    def put_marked(self, path: str, data: bytes, mark: str) -> tuple[bool, bool]:
        """See `sync.ports.put_marked`."""
        self.counts.ask("put")
        is_new, is_marked = ports.put_marked(self._remote, path, data, mark)
        self.counts.wrote(data if is_new else b"")
        return is_new, is_marked

    def replace(self, path: str, data: bytes) -> None:
        self.counts.ask("replace")
        self._remote.replace(path, data)
        self.counts.wrote(data)

    def remove(self, path: str) -> None:
        self.counts.ask("remove")
        self._remote.remove(path)

    def probe(self) -> None:
        self.counts.ask("probe")
        self._remote.probe()
