"""A space of this store as the parts of a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from app.models import schema
from app.models.ledger.projection import MADE, table
from app.models.ledger.rows import words_of
from app.models.project import Project
from app.models.records import KINDS
from app.models.snapshots import image
from app.models.snapshots.image import FORMAT, Row
from sync import columns as blocks
from sync.changes import Verb
from sync.values import from_json

_PART_BYTES = 8 * 1024 * 1024
_PART_ROWS = 8192
_ROW_COST = 200  # bytes of a row beside its texts, about


def layout(project: Project) -> str:
    """Which stores can take a snapshot of this one in: those that keep the same tables.

    And that read the same batches: rows are not compared with them here, and nobody may come to hold
    by a snapshot what they could not have replayed.
    """
    reads = f"{blocks.MAJOR}{max(Verb)}"
    return f"{FORMAT}.{schema.VERSION}.{reads}.{project.ledger.projection.fingerprint[:16]}"


def export(project: Project, space: bytes) -> Iterator[bytes]:
    """The parts of a space, in the order `take` needs them. Everything in it must be sealed."""
    sid = project.ledger.registers.sid(space)
    yield _head(project, sid)
    for name, columns, sql in (
        ("batches", image.BATCHES, "SELECT b.lid, b.number, raw FROM batches b JOIN logs l USING(lid) "
         "WHERE l.sid=? ORDER BY b.lid, b.number"),
        ("transactions", image.TRANSACTIONS, "SELECT t.* FROM transactions t JOIN logs l USING(lid) "
         "WHERE l.sid=? ORDER BY t.lid, first_seq"),
    ):  # fmt: skip
        for rows in _portions(project.store.each(sql, (sid,))):
            yield image.made({name: (columns, rows)})
    sql = f"SELECT {image.RECORDS} FROM records WHERE sid=? ORDER BY rid"
    for rows in _portions(project.store.each(sql, (sid,))):
        yield _records(project, sid, rows)


def _head(project: Project, sid: int) -> bytes:
    store = project.store
    spaces = store.rows("SELECT digest, reference_ms FROM spaces WHERE sid=?", (sid,))
    return image.made(
        {
            "head": (image.HEAD["head"], list(spaces)),
            "entries": (image.HEAD["entries"], [(entry.hash,) for entry in project.roster.entries]),
            "kinds": (image.HEAD["kinds"], list(store.rows("SELECT kid, name FROM kinds"))),
            "persons": (image.HEAD["persons"], list(store.rows(
                "SELECT pid, person, name FROM persons WHERE pid IN (SELECT pid FROM transactions "
                "JOIN logs USING(lid) WHERE sid=?)", (sid,)))),
            "logs": (image.HEAD["logs"], list(store.rows(
                f"SELECT {image.HEAD['logs']} FROM logs WHERE sid=? AND number>0", (sid,)))),
        }
    )  # fmt: skip


def _records(project: Project, sid: int, rows: list[Row]) -> bytes:
    """Records with what was changed in them, how they are shown, and the words they are found by."""
    store, first, last = project.store, rows[0][0], rows[-1][0]
    tables: dict[str, tuple[str, Iterable[Sequence[Any]]]] = {"records": (image.RECORDS, rows)}
    edits = ", ".join(f"e.{name}" for name in image.EDITS.split(", "))
    tables["edits"] = (image.EDITS, list(store.rows(
        f"SELECT {edits} FROM edits e JOIN records r USING(rid) "
        "WHERE r.sid=? AND e.rid BETWEEN ? AND ?", (sid, first, last))))  # fmt: skip
    for kind in KINDS.values():
        columns = ["rid", MADE, *(one.id for one in kind.columns)]
        names = ", ".join(f'"{one}"' for one in columns)
        found = list(store.rows(
            f'SELECT {names} FROM "{table(kind.name)}" WHERE sid=? AND rid BETWEEN ? AND ?',
            (sid, first, last)))  # fmt: skip
        if found:
            tables[table(kind.name)] = _filled(columns, found)
    tables["words"] = ("rid, words", list(_words(project, rows)))
    return image.made(tables)


def _filled(columns: Sequence[str], rows: Iterable[Row]) -> tuple[str, Iterable[Row]]:
    """A table without the columns that are empty throughout: whoever takes them pays for each cell."""
    cells = list(zip(*rows, strict=True))
    used = [at for at, column in enumerate(cells) if any(one is not None for one in column)]
    names = ", ".join(f'"{columns[at]}"' for at in used)
    return names, zip(*(cells[at] for at in used), strict=True)


def _words(project: Project, rows: Iterable[Row]) -> Iterator[Row]:
    names = project.ledger.registers
    paths = project.ledger.projection.text_paths
    for row in rows:
        rid, kid, state, data = row[0], row[1], row[9], row[11]
        kind = KINDS.get(names.kind(kid))
        values = from_json(data) if kind is not None and state & 1 and data else None
        if kind is not None and isinstance(values, dict):
            words = words_of(kind, values, paths)
            if words:
                # SQLite's JSON ends a text at a NUL, and nobody searches for one.
                yield rid, words.replace("\0", " ")


def _portions(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in lists that make parts of bearable size."""
    portion: list[Row] = []
    size = 0
    for row in rows:
        size += _ROW_COST + sum(len(cell) for cell in row if isinstance(cell, str | bytes))
        portion.append(row)
        if size >= _PART_BYTES or len(portion) >= _PART_ROWS:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion
