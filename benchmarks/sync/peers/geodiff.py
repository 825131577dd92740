"""geodiff, Mergin Maps' engine: a changeset between two SQLite files, here under zstd."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import zstandard
from pygeodiff import GeoDiff  # type: ignore[import-not-found]

from benchmarks.sync.peers.peer import Peer
from benchmarks.sync.peers.sqlite import create, insert, update
from benchmarks.sync.rows import Edit, Row


class Laptop(Peer):
    """The working file, and the base it was last the same as the share's."""

    does: ClassVar[str] = "plain, unsigned, without history"

    @classmethod
    def prepare(cls, writer: Path, reader: Path, share: str, sample: list[Row]) -> None:
        for home in (writer, reader):
            create(home / "rows.db", sample)
            shutil.copy(home / "rows.db", home / "base.db")

    def open(self) -> None:
        self._rows, self._base = self.home / "rows.db", self.home / "base.db"

    def fill(self, rows: Iterator[Row]) -> None:
        store = sqlite3.connect(self._rows)
        insert(store, rows)
        store.close()

    def edit(self, edits: list[Edit]) -> None:
        store = sqlite3.connect(self._rows)
        update(store, edits)
        store.close()

    def send(self) -> int:
        changes = self.home / "changes"
        GeoDiff().create_changeset(str(self._base), str(self._rows), str(changes))
        shutil.copy(self._rows, self._base)
        number = len(list(Path(self.share).iterdir()))
        data = zstandard.compress(changes.read_bytes(), 3)
        return Path(self.share, f"{number:06d}").write_bytes(data)

    def receive(self) -> None:
        newest = max(Path(self.share).iterdir())
        changes = self.home / "changes"
        changes.write_bytes(zstandard.decompress(newest.read_bytes()))
        GeoDiff().apply_changeset(str(self._rows), str(changes))

    def count(self) -> int:
        return int(self._ask("SELECT count(*) FROM survey"))

    def value(self, record: str, at: int, field: str) -> Any:
        return self._ask(f"SELECT {field} FROM survey WHERE id=?", record)

    def _ask(self, query: str, *values: str) -> Any:
        store = sqlite3.connect(self._rows)
        found = store.execute(query, values).fetchone()[0]
        store.close()
        return found
