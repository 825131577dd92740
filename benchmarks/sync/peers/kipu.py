"""Kipu: a project of two laptops over a folder, by the program's own commands and engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from app.models.commands import records, responses
from app.models.ledger import RecordKey
from app.models.queries import records as reading
from app.models.queries import surveys
from app.models.replica import LocalReplica
from benchmarks import rows as tables
from benchmarks.sync import projects
from benchmarks.sync.counted import Counted, Counts
from benchmarks.sync.peers.peer import Peer
from benchmarks.sync.rows import Edit, Row, in_chunks
from sync import engine, layout
from sync.remotes.folder import FolderRemote


class Laptop(Peer):
    """A project with one form. A thousand rows become a batch, as importing a table makes them."""

    does: ClassVar[str] = "encrypted, signed, with history, conflicts kept"
    table: ClassVar[int] = 10_000
    """Rows handed over at once: a table of all of them would be the memory measured."""

    @classmethod
    def prepare(cls, writer: Path, reader: Path, share: str, sample: list[Row]) -> None:
        first = projects.found(writer, sample)
        second = projects.join(first, reader, "Eva")
        remote = FolderRemote(share)
        engine.found(LocalReplica(first), remote)
        for one in (first, second, first):
            projects.sync(one, remote)
        first.close()
        second.close()

    def open(self) -> None:
        self._project = projects.reopen(self.home)
        self._remote = Counted(FolderRemote(self.share))
        self._space = projects.space_of(self._project)

    def close(self) -> None:
        self._project.close()

    def fill(self, rows: Iterator[Row]) -> None:
        form = surveys.find_form(self._project, "bench")
        for chunk in in_chunks(rows, self.table):
            responses.import_table(self._project, form, tables.table(chunk), self._space)

    def _key(self, record: str) -> RecordKey:
        return RecordKey(self._space, "response", bytes.fromhex(record.replace("-", "")))

    def edit(self, edits: list[Edit]) -> None:
        for record, _at, fields, _row in edits:
            values = {f"/{name}": value for name, value in fields.items()}
            records.edit(self._project, self._key(record), values)

    def send(self) -> int:
        projects.sync(self._project, self._remote)
        return self._remote.counts.written

    def receive(self) -> None:
        projects.sync(self._project, self._remote)

    def index(self) -> None:
        self._project.ledger.projection.catch_up()

    def count(self) -> int:
        rows = self._project.store.value(
            "SELECT count(*) FROM records JOIN kinds USING(kid) WHERE kinds.name='response'"
        )
        return int(rows)

    def value(self, record: str, at: int, field: str) -> Any:
        values = reading.values(self._project, self._key(record))
        return record if field == "id" else values.get(f"/{field}")


class Hundreds(Laptop):
    """The same rows sealed after every hundred, as on laptops that are synced often."""

    does: ClassVar[str] = "the same, a hundred records a batch"

    def fill(self, rows: Iterator[Row]) -> None:
        form = surveys.find_form(self._project, "bench")
        for chunk in in_chunks(rows, 100):
            responses.import_table(self._project, form, tables.table(chunk), self._space)
            self._project.ledger.seal()


class Newcomer(Hundreds):
    """The reader begins from a snapshot, which the writer leaves when it first sends."""

    does: ClassVar[str] = "a hundred a batch, begun from a snapshot (which is sent besides)"

    def send(self) -> int:
        is_first = not self._remote.list(layout.snapshots_of(self._space))
        self._remote.counts = Counts()
        projects.sync(self._project, self._remote, compact=is_first)
        return self._remote.counts.written
