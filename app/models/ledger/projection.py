"""Tables by kind and the search index: rebuilt from the merged records, never written by hand.

Each declared kind has a table `kind_NAME` with a row for every visible record, its columns derived
from the declaration. The full-text index covers the shown values only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from app.models.fields import Field
from app.models.records import KINDS, Kind, table_columns
from app.models.store import Store
from sync.columns import ABSENT, Group
from sync.values import ERASED, Value

SEARCH = "search"
# A UUID alone, and with "uuid:" before it.
_UUID_LENGTHS = frozenset({36, 41})
_LAYOUT = 1
TextPaths = Callable[[str], frozenset[str] | None]


def table(kind: str) -> str:
    return f"kind_{kind}"


class Projection:
    """Keeps the tables by kind and the search index in step with `records`.

    `text_paths(form_id)` says which answers of a form are words worth finding; None for a form
    that is not known, whose texts are then all indexed.
    """

    def __init__(self, store: Store, text_paths: TextPaths) -> None:
        self._store = store
        self._text_paths = text_paths
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
            columns: dict[str, Any] = {"rid": int, "sid": int}
            types: dict[str, Any] = {"TEXT": str, "INTEGER": int, "REAL": float}
            columns |= {column: types[sql] for column, sql in table_columns(kind)}
            database.table(name).create(columns, pk="rid")
            for column in _sorted_by(kind):
                store.run(f'CREATE INDEX "{name}_{column}" ON "{name}"("{column}")')
        store.run(f"DROP TABLE IF EXISTS {SEARCH}")
        store.run(
            f"CREATE VIRTUAL TABLE {SEARCH} USING fts5(words, content='', contentless_delete=1, "
            'detail=none, tokenize="unicode61 remove_diacritics 2")'
        )
        store.run(f"INSERT INTO {SEARCH}({SEARCH}, rank) VALUES('secure-delete', 1)")
        store.run(f"INSERT INTO {SEARCH}({SEARCH}, rank) VALUES('automerge', 8)")
        store.set_meta("projection", self.fingerprint)

    def replace(self, rid: int, sid: int, kind: str, values: Mapping[str, Value]) -> None:
        """Show a record as it now stands."""
        self.remove(rid, kind)
        declared = KINDS.get(kind)
        if declared is None:
            return
        row = [one.to_column(values.get(one.id)) for one in declared.columns]
        self._store.run(_insert(declared, declared.columns), [rid, sid, *row])
        words = self._words(declared, values)
        if words:
            self._waiting[rid] = words

    def remove(self, rid: int, kind: str) -> None:
        if kind in KINDS:
            self._store.run(f'DELETE FROM "{table(kind)}" WHERE rid=?', (rid,))
            if self._waiting.pop(rid, None) is None:
                self._store.run(f"DELETE FROM {SEARCH} WHERE rowid=?", (rid,))

    def insert_group(self, rids: Sequence[int], sid: int, group: Group) -> None:
        """Show new records straight from a batch's columns (the fast way for whole batches)."""
        declared = KINDS.get(group.kind)
        if declared is None:
            return
        present = tuple(one for one in declared.columns if one.id in group.columns)
        columns = [group.columns[one.id].mapped(_converter(one)) for one in present]
        self._store.run_many(
            _insert(declared, present), zip(rids, [sid] * len(rids), *columns, strict=True)
        )
        self._waiting.update(zip(rids, self._group_words(declared, group, len(rids)), strict=True))

    def waiting(self) -> dict[int, str]:
        """A copy of the words not yet in the search index, for `go_back`."""
        return dict(self._waiting)

    def go_back(self, waiting: dict[int, str]) -> None:
        """Undo what a failed part of a transaction added to the waiting words."""
        self._waiting = waiting

    def write_words(self) -> None:
        """Bring the search index up to date, at the end of a transaction."""
        self._store.run_many(
            f"INSERT INTO {SEARCH}(rowid, words) VALUES(?,?)",
            (row for row in self._waiting.items() if row[1]),
        )
        self._waiting = {}

    def _words(self, kind: Kind, values: Mapping[str, Value]) -> str:
        texts = [_text(values.get(one.id)) for one in kind.searchable]
        if kind.dynamic:
            wanted = self._text_paths(str(values.get("form_id") or ""))
            texts += [
                _text(value)
                for name, value in values.items()
                if name.startswith("/") and (wanted is None or name in wanted)
            ]
        return " ".join(text for text in texts if text)

    def _group_words(self, kind: Kind, group: Group, size: int) -> Iterable[str]:
        names = [one.id for one in kind.searchable if one.id in group.columns]
        if kind.dynamic:
            names += self._dynamic_names(group)
        if not names:
            return [""] * size
        columns = [group.columns[name].mapped(_text) for name in names]
        return (" ".join(filter(None, row)) for row in zip(*columns, strict=True))

    def _dynamic_names(self, group: Group) -> list[str]:
        forms = group.columns.get("form_id")
        wanted: frozenset[str] | None = None
        if forms is not None:
            known = [self._text_paths(str(form)) for form in dict.fromkeys(forms.values())]
            if all(paths is not None for paths in known):
                wanted = frozenset().union(*(paths or frozenset() for paths in known))
        return [
            name
            for name in group.columns
            if name.startswith("/") and (wanted is None or name in wanted)
        ]


def _insert(kind: Kind, columns: Sequence[Field]) -> str:
    names = "".join(f', "{one.id}"' for one in columns)
    marks = ",?" * len(columns)
    return f'INSERT INTO "{table(kind.name)}"(rid, sid{names}) VALUES(?,?{marks})'


def _sorted_by(kind: Kind) -> list[str]:
    """What lists are mostly sorted and found by; reading the rest through is fast enough."""
    return [one.id for one in kind.listed if not one.choices][:1]


def _converter(declared: Field) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        return None if value is ABSENT else declared.to_column(value)

    return convert


def _text(value: Any) -> str:
    """The words of a value: text itself, the texts inside a composite, else nothing."""
    if isinstance(value, str):
        # Identifiers are no words: nobody searches for them, and each would bloat the index.
        return "" if _is_uuid(value) else value
    if value is None or value is ABSENT or value is ERASED:
        return ""
    if isinstance(value, list | dict):
        parts = value.values() if isinstance(value, dict) else value
        return " ".join(_text(part) for part in parts)
    return ""


def _is_uuid(text: str) -> bool:
    return len(text) in _UUID_LENGTHS and text[-13:-12] == text[-18:-17] == text[-28:-27] == "-"
