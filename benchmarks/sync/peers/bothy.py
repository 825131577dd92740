"""bothy, the nearest kin: a log for each device over a folder, encrypted; without signatures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import bothy  # type: ignore[import-not-found]

from benchmarks.sync.peers.peer import Peer, grown, written
from benchmarks.sync.rows import Edit, Row

_APP = "org.kipu.bench"
_PASSWORD = "benchmarks only"


def _open(home: Path, share: str, **secret: Any) -> bothy.Database:
    return bothy.Database.open(str(home / "rows.db"), _APP, bothy.FolderRemote(share), **secret)


class Laptop(Peer):
    """A database with one collection. It has no way of putting several documents at once."""

    does: ClassVar[str] = "encrypted, unsigned, last writer of a field wins"

    @classmethod
    def prepare(cls, writer: Path, reader: Path, share: str, sample: list[Row]) -> None:
        for home, made in ((writer, {"encrypt": True}), (reader, {})):
            database = _open(home, share, password=_PASSWORD, **made)
            database.init_or_join()
            (home / "key").write_bytes(database.export_key())
            database.close()

    def open(self) -> None:
        self._database = _open(self.home, self.share, key=(self.home / "key").read_bytes())
        self._rows = self._database.collection("rows")

    def close(self) -> None:
        self._database.close()

    def fill(self, rows: Iterator[Row]) -> None:
        for row in rows:
            self._rows.put(row["id"], row)

    def edit(self, edits: list[Edit]) -> None:
        for record, _at, fields, _row in edits:
            self._rows.patch(record, fields)

    def send(self) -> int:
        before = written(Path(self.share))
        self._database.sync()
        return grown(before, written(Path(self.share)))

    def receive(self) -> None:
        self._database.sync()

    def count(self) -> int:
        return int(self._database.status()["documents"])

    def value(self, record: str, at: int, field: str) -> Any:
        found = self._rows.get(record)
        assert found is not None
        return found[field]
