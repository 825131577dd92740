"""What a laptop of any program is asked to do, so that all are measured by the same steps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.sync.rows import Edit, Row


class Peer:
    """One laptop of a program in a folder of its own; `share` is a folder or a server's address.

    Every step is a process of its own, which opens the laptop, does the step and closes it; only
    the step is timed. What a step leaves must lie on the disk.
    """

    does: ClassVar[str] = ""
    """What the program does about secrecy and history, in a few words for the table."""

    def __init__(self, home: Path, share: str) -> None:
        self.home = home
        self.share = share

    @classmethod
    def prepare(cls, writer: Path, reader: Path, share: str, sample: list[Row]) -> None:
        """Make both laptops and let them know each other; `sample` are some of the rows to come."""
        raise NotImplementedError

    @classmethod
    def serve(cls, folder: Path, port: int) -> None:
        """Be this program's server on the loopback until ended; for those that have one."""
        raise NotImplementedError

    def open(self) -> None:
        """Get ready for a step."""

    def close(self) -> None:
        """Let go of everything."""

    def fill(self, rows: Iterator[Row]) -> None:
        """Put rows into the laptop's own store."""
        raise NotImplementedError

    def edit(self, edits: list[Edit]) -> None:
        """Change some fields of some records in the laptop's own store."""
        raise NotImplementedError

    def send(self) -> int:
        """Send what the share lacks; the bytes that took, or 0 where the link counts them."""
        raise NotImplementedError

    def receive(self) -> None:
        """Take what the share has."""
        raise NotImplementedError

    def index(self) -> None:
        """Do what receiving left for later, such as the words for a search."""

    def count(self) -> int:
        """How many records the store holds."""
        raise NotImplementedError

    def value(self, record: str, at: int, field: str) -> Any:
        """A field of a record, found by its id or by its place among the rows."""
        raise NotImplementedError


def written(folder: Path) -> dict[str, int]:
    """The files below a folder with their sizes, for programs that do not say what they wrote."""
    return {str(file): file.stat().st_size for file in folder.rglob("*") if file.is_file()}


def grown(before: dict[str, int], after: dict[str, int]) -> int:
    """The bytes of files that are new or have another size."""
    return sum(size for name, size in after.items() if before.get(name) != size)
