"""A share in memory, with the faults real places have; for tests of everything above it."""

from __future__ import annotations

from sync.ports import (
    Names,
    Occupied,
    Remote,
    RemoteMissing,
    RemoteTooLarge,
    check_path,
    fault,
    is_ours,
)


class MemoryRemote:
    """`sync.ports.Remote` over a dictionary of paths.

    `mounted` False makes the place vanish. `fail_after` counts down the writes that still
    succeed (None: all do). `reads`, `writes` and `lists` have what was asked for.
    """

    def __init__(self, name: str = "memory") -> None:
        self._name = name
        self.files: dict[str, bytes] = {}
        self.mounted = True
        self.fail_after: int | None = None
        self.reads: list[str] = []
        self.writes: list[str] = []
        self.lists: list[str] = []

    @property
    def name(self) -> str:
        return self._name

    def _check_there(self) -> None:
        if not self.mounted:
            raise fault(RemoteMissing, self._name)

    def list(self, prefix: str) -> Names:
        self._check_there()
        parts = check_path(prefix, prefix=True)
        self.lists.append(prefix)
        below = "".join(part + "/" for part in parts)
        names = {
            path[len(below) :].partition("/")[0] for path in self.files if path.startswith(below)
        }
        return sorted(name for name in names if is_ours(name))

    def read(self, path: str, limit: int) -> bytes | None:
        self._check_there()
        check_path(path)
        self.reads.append(path)
        data = self.files.get(path)
        if data is not None and len(data) > limit:
            raise fault(RemoteTooLarge, self._name, path, limit=limit)
        return data

    def put(self, path: str, data: bytes) -> bool:
        self._check_there()
        check_path(path)
        there = self.files.get(path)
        if there == data:
            return False
        if there is not None:
            raise fault(Occupied, self._name, path)
        self._write(path, data)
        return True

    def replace(self, path: str, data: bytes) -> None:
        self._check_there()
        check_path(path)
        self._write(path, data)

    def remove(self, path: str) -> None:
        self._check_there()
        check_path(path)
        self.files.pop(path, None)

    def _write(self, path: str, data: bytes) -> None:
        if self.fail_after is not None:
            if self.fail_after <= 0:
                raise fault(RemoteMissing, self._name, path)
            self.fail_after -= 1
        self.writes.append(path)
        self.files[path] = data

    def probe(self) -> None:
        self._check_there()

    # -- what happens to shares ---------------------------------------------------------------

    def paths(self, prefix: str) -> Names:
        """Every path under a prefix, sorted."""
        return sorted(path for path in self.files if path.startswith(prefix))

    def tear(self, path: str, left: int) -> None:
        """Cut a file short, as a power failure does."""
        self.files[path] = self.files[path][:left]


def as_remote(remote: MemoryRemote) -> Remote:
    """The type checker's word that the protocol is kept."""
    return remote
