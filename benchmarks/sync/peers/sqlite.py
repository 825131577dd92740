"""The floor: plain SQLite, columns of JSON under zstd; no key, no signature, no history, no merging."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import zstandard

from benchmarks.sync.peers.peer import Peer
from benchmarks.sync.rows import Edit, Row, in_chunks

_RUN = 1000


def create(file: Path, sample: list[Row]) -> None:
    """A store with one table of the rows' columns."""
    connection = sqlite3.connect(file)
    columns = [f"{name} {_kind({type(row[name]) for row in sample})}" for name in sample[0]]
    columns[list(sample[0]).index("id")] = "id TEXT PRIMARY KEY NOT NULL"
    connection.execute(f"CREATE TABLE survey({', '.join(columns)})")
    connection.close()


def _kind(types: set[type]) -> str:
    if str in types:
        return "TEXT"
    return "REAL" if float in types else "INTEGER"


def insert(connection: sqlite3.Connection, rows: Iterator[Row]) -> None:
    """Rows into the table, a thousand in a transaction."""
    for chunk in in_chunks(rows, _RUN):
        names = list(chunk[0])
        into = f"INSERT INTO survey({','.join(names)}) VALUES({','.join('?' * len(names))})"
        with connection:
            connection.executemany(into, [[row[name] for name in names] for row in chunk])


def update(connection: sqlite3.Connection, edits: list[Edit]) -> None:
    with connection:
        for record, _at, fields, _row in edits:
            names = ",".join(f"{name}=?" for name in fields)
            connection.execute(f"UPDATE survey SET {names} WHERE id=?", [*fields.values(), record])


class Laptop(Peer):
    """A database file; what is sent is each run of rows as columns, then the fields that changed."""

    does: ClassVar[str] = "plain, unsigned, without history"

    @classmethod
    def prepare(cls, writer: Path, reader: Path, share: str, sample: list[Row]) -> None:
        for home in (writer, reader):
            create(home / "rows.db", sample)

    def open(self) -> None:
        self._store = sqlite3.connect(self.home / "rows.db")
        self._store.execute("PRAGMA journal_mode=WAL")
        self._edits = self.home / "edits"

    def close(self) -> None:
        self._store.close()

    def fill(self, rows: Iterator[Row]) -> None:
        insert(self._store, rows)

    def edit(self, edits: list[Edit]) -> None:
        update(self._store, edits)
        self._edits.write_text(
            json.dumps([(one, fields) for one, _at, fields, _row in edits]), "utf-8"
        )

    def send(self) -> int:
        if self._edits.exists():
            return self._put("e", json.loads(self._edits.read_text("utf-8")))
        cursor = self._store.execute("SELECT * FROM survey ORDER BY rowid")
        names = [one[0] for one in cursor.description]
        sent = number = 0
        while rows := cursor.fetchmany(_RUN):
            columns = dict(zip(names, zip(*rows, strict=True), strict=True))
            sent += self._put(f"r{number:06d}", columns)
            number += 1
        return sent

    def _put(self, name: str, content: Any) -> int:
        data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        return Path(self.share, name).write_bytes(zstandard.compress(data, 3))

    def receive(self) -> None:
        if Path(self.share, "e").exists():
            update(self._store, [(one, 0, fields, {}) for one, fields in self._get("e")])
            return
        for file in sorted(Path(self.share).iterdir()):
            columns = self._get(file.name)
            rows = zip(*columns.values(), strict=True)
            insert(self._store, (dict(zip(columns, row, strict=True)) for row in rows))

    def _get(self, name: str) -> Any:
        return json.loads(zstandard.decompress(Path(self.share, name).read_bytes()))

    def count(self) -> int:
        return int(self._store.execute("SELECT count(*) FROM survey").fetchone()[0])

    def value(self, record: str, at: int, field: str) -> Any:
        return self._store.execute(f"SELECT {field} FROM survey WHERE id=?", (record,)).fetchone()[
            0
        ]
