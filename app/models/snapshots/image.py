"""The tables of a snapshot: those of a store, without constraints, for one space.

Local numbers in them are their maker's. `head` and the tables after it tell what was known.
"""

from __future__ import annotations

from typing import Final

from app.models.ledger.projection import MADE, table
from app.models.records import KINDS
from app.models.snapshots.pages import NAME

FORMAT: Final = 4

TABLES: Final = {
    "head": "digest, reference_ms",
    "entries": "hash",
    "kinds": "kid, name",
    "persons": "pid, person, name",
    "logs": "lid, log, device, incarnation, number, seq, head",
    "batches": "lid, number, raw",
    "transactions": "lid, first_seq, changes, at, pid, command, label, class",
    "records": "rid, kid, id, parent_kid, parent_id, lid, seq, effective_ms, class, state, digest, "
    "data, base",
    "edits": "rid, lid, seq, verb, effective_ms, class, fields, replaces",
    "words": "block, words",
}


def columns(name: str) -> list[str]:
    """A table's columns in an image. Raises KeyError for a table that is in none."""
    return _SHOWN[name] if name in _SHOWN else TABLES[name].split(", ")


def names() -> list[str]:
    """All tables there may be: those of `TABLES`, and one for each kind of record that is shown."""
    return [*TABLES, *_SHOWN]


def shown() -> dict[str, str]:
    """The kinds by the table that shows each."""
    return {table(kind): kind for kind in KINDS}


def definition(name: str, schema: str = "") -> str:
    """The statement that makes a table; without a schema, as SQLite keeps it."""
    quoted = ", ".join(f'"{one}"' for one in columns(name))
    return f'CREATE TABLE {schema}"{name}"({quoted})'


def made(name: str) -> str:
    """The statement that makes a table in the attached database."""
    return definition(name, f"{NAME}.")


_SHOWN = {
    table(kind.name): ["rid", MADE, *(one.id for one in kind.columns)] for kind in KINDS.values()
}
