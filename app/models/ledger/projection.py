"""Tables by kind and the search index: rebuilt from the merged records, never written by hand.

Each declared kind has a table `kind_NAME` with a row for every visible record, its columns derived
from the declaration. `made` orders its rows, alike on every laptop: local numbers tell only in which
order records arrived. The full-text index covers the shown values only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

from app.models.ledger import waiting_words
from app.models.ledger.rows import Rows, TextPaths, words_of
from app.models.records import KINDS, Kind, table_columns
from app.models.store import Store
from sync.values import Value

SEARCH = "search"
_WAITING = "words_waiting"
_AT_ONCE = 500
"""New records of one transaction that are indexed in it. The words of more wait in a table of their
own, so that what was received is there a third sooner; whoever searches first brings them in."""
_LAYOUT = 2
MADE = "made"


def table(kind: str) -> str:
    return f"kind_{kind}"


class Projection:
    """Keeps the tables by kind and the search index in step with `records`.

    `text_paths(form_id)` says which answers of a form are words worth finding; None for a form
    that is not known, whose texts are then all indexed.
    """

    def __init__(self, store: Store, text_paths: TextPaths) -> None:
        self._store = store
        self.text_paths = text_paths
        # Words wait here until the transaction ends: every savepoint would have the index write out
        # what it gathered, in many small pieces that must be merged again.
        self._waiting: dict[int, str] = {}

    @property
    def fingerprint(self) -> str:
        """Changes whenever a declaration changes what the tables look like."""
        shape = [
            (kind.name, table_columns(kind), [one.id for one in kind.searchable])
            for kind in KINDS.values()
        ]
        return hashlib.sha256(repr((_LAYOUT, shape)).encode()).hexdigest()

    def is_current(self) -> bool:
        return bool(self._store.meta("projection") == self.fingerprint)

    def create_tables(self) -> None:
        """Drop and define every projection, empty."""
        store = self._store
        database = store.tables
        for kind in KINDS.values():
            name = table(kind.name)
            store.run(f'DROP TABLE IF EXISTS "{name}"')
            columns: dict[str, Any] = {"rid": int, "sid": int, MADE: bytes}
            types: dict[str, Any] = {"TEXT": str, "INTEGER": int, "REAL": float}
            columns |= {column: types[sql] for column, sql in table_columns(kind)}
            database.table(name).create(columns, pk="rid")
            for column in (MADE, *_sorted_by(kind)):
                store.run(f'CREATE INDEX "{name}_{column}" ON "{name}"("{column}")')
        store.run(f"DELETE FROM {_WAITING}")
        store.run(f"DROP TABLE IF EXISTS {SEARCH}")
        store.run(
            f"CREATE VIRTUAL TABLE {SEARCH} USING fts5(words, content='', contentless_delete=1, "
            'detail=none, tokenize="unicode61 remove_diacritics 2")'
        )
        store.run(f"INSERT INTO {SEARCH}({SEARCH}, rank) VALUES('secure-delete', 1)")
        store.run(f"INSERT INTO {SEARCH}({SEARCH}, rank) VALUES('automerge', 8)")
        store.set_meta("projection", self.fingerprint)

    def replace(
        self, rid: int, sid: int, kind: str, made: bytes, values: Mapping[str, Value]
    ) -> None:
        """Show a record as it now stands."""
        self.remove(rid, kind)
        declared = KINDS.get(kind)
        if declared is None:
            return
        row = [one.to_column(values.get(one.id)) for one in declared.columns]
        names = [one.id for one in declared.columns]
        self._store.run(_insert(kind, names), [rid, sid, made, *row])
        words = words_of(declared, values, self.text_paths)
        if words:
            self._waiting[rid] = words

    def remove(self, rid: int, kind: str) -> None:
        if kind in KINDS:
            self._store.run(f'DELETE FROM "{table(kind)}" WHERE rid=?', (rid,))
            if rid not in self._waiting:
                self._wait_here(rid // waiting_words.BLOCK)
            if self._waiting.pop(rid, None) is None:
                self._store.run(f"DELETE FROM {SEARCH} WHERE rowid=?", (rid,))

    def insert_rows(self, first: int, sid: int, rows: Rows) -> None:
        """Show new records, numbered from `first`, as a batch's columns give them."""
        declared = KINDS.get(rows.kind)
        if declared is None:
            return
        self._store.run_many(
            _insert(declared.name, rows.columns),
            zip(range(first, first + len(rows.ids)), repeat(sid), map(bytearray, rows.made),
                *rows.cells, strict=False),
        )  # fmt: skip
        self._waiting.update(enumerate(rows.words, start=first))

    def keep_words(self, blocks: Iterable[tuple[int, bytes]]) -> None:
        """Keep words of new records for `catch_up`, in blocks of `waiting_words`, none of which wait."""
        self._store.run_many(f"INSERT INTO {_WAITING}(block, words) VALUES(?,?)", blocks)

    def catch_up(self, blocks: int = -1) -> bool:
        """Let records be found by words that wait, so many blocks or all; tells whether more do."""
        store = self._store
        waits = store.rows(f"SELECT block FROM {_WAITING} ORDER BY block LIMIT ?", (blocks,))
        if not waits:
            return False
        with store.transaction():
            for (block,) in waits:
                self._find_by(self._no_longer(block))
        return bool(store.value(f"SELECT EXISTS(SELECT 1 FROM {_WAITING})"))

    def _no_longer(self, block: int) -> dict[int, str]:
        """Take words that wait out of the store."""
        packed = self._store.value(f"SELECT words FROM {_WAITING} WHERE block=?", (block,))
        if packed is None:
            return {}
        self._store.run(f"DELETE FROM {_WAITING} WHERE block=?", (block,))
        return waiting_words.unpack(block, packed)

    def _wait_here(self, block: int) -> None:
        """Take words that wait from the store into this transaction, where some are to change."""
        for rid, words in self._no_longer(block).items():
            self._waiting.setdefault(rid, words)

    def _find_by(self, words: Mapping[int, str]) -> None:
        self._store.run_many(f"INSERT INTO {SEARCH}(rowid, words) VALUES(?,?)", words.items())

    def matching(self) -> str:
        """A query for the rids whose words match its one parameter; what waits is brought in first."""
        self.write_words()
        self.catch_up()
        return f"SELECT rowid FROM {SEARCH} WHERE {SEARCH} MATCH ?"

    def purge(self) -> None:
        """Take the words of rows that are gone out of the index and the journal behind it."""
        self.catch_up()
        # An index without content only marks a row as gone; its words go when pages are merged.
        self._store.run(f"INSERT INTO {SEARCH}({SEARCH}) VALUES('optimize')")
        self._store.run("PRAGMA wal_checkpoint(TRUNCATE)")

    def waiting(self) -> dict[int, str]:
        """A copy of the words not yet in the search index, for `go_back`."""
        return dict(self._waiting)

    def go_back(self, waiting: dict[int, str]) -> None:
        """Undo what a failed part of a transaction added to the waiting words."""
        self._waiting = waiting

    def write_words(self) -> None:
        """Bring the search index up to date, or keep what would take long for `catch_up`."""
        # SQLite's JSON ends a text at a NUL, and nobody searches for one.
        words = {rid: text.replace("\0", " ") for rid, text in self._waiting.items() if text}
        self._waiting = {}
        if len(words) <= _AT_ONCE:
            self._find_by(words)
            return
        for block, some in waiting_words.by_block(words):
            together = dict(sorted((self._no_longer(block) | some).items()))
            packed = waiting_words.pack(together)
            if packed is None:
                self._find_by(together)
            else:
                self.keep_words([(block, packed)])


def _insert(kind: str, columns: Sequence[str]) -> str:
    names = "".join(f', "{one}"' for one in columns)
    marks = ",?" * len(columns)
    return f'INSERT INTO "{table(kind)}"(rid, sid, {MADE}{names}) VALUES(?,?,?{marks})'


def _sorted_by(kind: Kind) -> list[str]:
    """What lists are mostly sorted and found by; reading the rest through is fast enough."""
    return [one.id for one in kind.listed if not one.choices][:1]
