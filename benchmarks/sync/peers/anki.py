"""Anki by its own sync server: rows are notes of forty fields, which its normal sync carries."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from anki.collection import AddNoteRequest, Collection  # type: ignore[import-not-found]
from anki.sync import SyncAuth, SyncOutput  # type: ignore[import-not-found]

from benchmarks.sync.peers.peer import Peer
from benchmarks.sync.rows import Edit, Row, in_chunks

_NAME = _PASSWORD = "bench"
_KIND = "survey"


class Laptop(Peer):
    """A collection. The kind of note goes by a full sync in advance; the notes go one by one."""

    does: ClassVar[str] = "plain, unsigned, last writer of a record wins"

    @classmethod
    def prepare(cls, writer: Path, reader: Path, share: str, sample: list[Row]) -> None:
        for home in (writer, reader):
            laptop = cls(home, share)
            laptop.open()
            if home == writer:
                laptop._make_kind(sample)
            laptop._whole(upload=home == writer)
            laptop.close()

    @classmethod
    def serve(cls, folder: Path, port: int) -> None:
        from anki.syncserver import run_sync_server  # type: ignore[import-not-found]

        os.environ |= {
            "SYNC_USER1": f"{_NAME}:{_PASSWORD}", "SYNC_BASE": str(folder),
            "SYNC_HOST": "127.0.0.1", "SYNC_PORT": str(port), "RUST_LOG": "error",
        }  # fmt: skip
        run_sync_server()

    def open(self) -> None:
        self._collection = Collection(str(self.home / "collection.anki2"))

    def close(self) -> None:
        self._collection.close()

    def _make_kind(self, sample: list[Row]) -> None:
        models = self._collection.models
        kind = models.new(_KIND)
        for name in ["id", *(one for one in sample[0] if one != "id")]:
            models.add_field(kind, models.new_field(name))
        card = models.new_template("card")
        card["qfmt"], card["afmt"] = "{{id}}", "{{note}}"
        models.add_template(kind, card)
        models.add(kind)

    def _auth(self) -> SyncAuth:
        return self._collection.sync_login(_NAME, _PASSWORD, self.share)

    def _whole(self, upload: bool) -> None:
        auth = self._auth()
        self._collection.sync_collection(auth, sync_media=False)
        self._collection.close_for_full_sync()
        self._collection.full_upload_or_download(auth=auth, server_usn=None, upload=upload)
        self._collection.reopen(after_full_sync=True)

    def fill(self, rows: Iterator[Row]) -> None:
        kind = self._collection.models.by_name(_KIND)
        assert kind is not None
        deck = self._collection.decks.id("Default")
        assert deck is not None
        for chunk in in_chunks(rows, 1000):
            requests = []
            for row in chunk:
                note = self._collection.new_note(kind)
                for name, value in row.items():
                    note[name] = _text(value)
                requests.append(AddNoteRequest(note, deck))
            self._collection.add_notes(requests)

    def edit(self, edits: list[Edit]) -> None:
        for record, at, fields, _row in edits:
            note = self._note(record, at)
            for name, value in fields.items():
                note[name] = _text(value)
            self._collection.update_note(note)

    def _note(self, record: str, at: int) -> Any:
        database = self._collection.db
        assert database is not None
        found = database.scalar("SELECT id FROM notes ORDER BY id LIMIT 1 OFFSET ?", at)
        note = self._collection.get_note(found)
        assert note["id"] == record
        return note

    def send(self) -> int:
        self._sync()
        return 0

    def receive(self) -> None:
        self._sync()

    def _sync(self) -> None:
        done = self._collection.sync_collection(self._auth(), sync_media=False)
        if done.required not in (SyncOutput.NO_CHANGES, SyncOutput.NORMAL_SYNC):
            raise RuntimeError(f"a normal sync was not enough: {done.required}")

    def count(self) -> int:
        return int(self._collection.note_count())

    def value(self, record: str, at: int, field: str) -> Any:
        return self._note(record, at)[field]


def _text(value: Any) -> str:
    return "" if value is None else str(value)
