"""Loro, a CRDT in memory: a map of maps, its updates under zstd, the whole document a snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import zstandard
from loro import ExportMode, LoroDoc, LoroMap, VersionVector  # type: ignore[import-not-found]

from benchmarks.sync.peers.peer import Peer
from benchmarks.sync.rows import Edit, Row, in_chunks


class Laptop(Peer):
    """A document; `sent` is how far of it the share has."""

    does: ClassVar[str] = "plain, unsigned, with history"

    @classmethod
    def prepare(cls, writer: Path, reader: Path, share: str, sample: list[Row]) -> None:
        for home in (writer, reader):
            (home / "sent").write_bytes(VersionVector().encode())

    def open(self) -> None:
        self._doc = LoroDoc()
        if self._kept.exists():
            self._doc.import_(self._kept.read_bytes())
        self._records = self._doc.get_map("rows")

    @property
    def _kept(self) -> Path:
        return self.home / "document"

    def _keep(self) -> None:
        self._doc.commit()
        self._kept.write_bytes(self._doc.export(ExportMode.Snapshot()))

    def fill(self, rows: Iterator[Row]) -> None:
        for chunk in in_chunks(rows, 1000):
            for row in chunk:
                record = self._records.insert_container(row["id"], LoroMap())
                for name, value in row.items():
                    record.insert(name, value)
            self._doc.commit()
        self._keep()

    def edit(self, edits: list[Edit]) -> None:
        for one, _at, fields, _row in edits:
            for name, value in fields.items():
                self._record(one).insert(name, value)
            self._doc.commit()
        self._keep()

    def _record(self, record: str) -> LoroMap:
        found = self._records.get(record)
        assert found is not None
        inner: LoroMap = found.container
        return inner

    def send(self) -> int:
        sent = VersionVector.decode((self.home / "sent").read_bytes())
        data = zstandard.compress(self._doc.export(ExportMode.Updates(sent)), 3)
        number = len(list(Path(self.share).iterdir()))
        (self.home / "sent").write_bytes(self._doc.oplog_vv.encode())
        return Path(self.share, f"{number:06d}").write_bytes(data)

    def receive(self) -> None:
        newest = max(Path(self.share).iterdir())
        self._doc.import_(zstandard.decompress(newest.read_bytes()))
        self._keep()

    def count(self) -> int:
        return len(self._records.keys())

    def value(self, record: str, at: int, field: str) -> Any:
        found = self._record(record).get(field)
        return None if found is None else found.value
