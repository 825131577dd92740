"""A space of this store as the parts of a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from app.models import schema
from app.models.ledger import waiting_words
from app.models.ledger.rows import words_of
from app.models.project import Project
from app.models.records import KINDS
from app.models.snapshots import image, pages
from app.models.snapshots.image import FORMAT
from app.models.store import Row
from sync import columns as blocks
from sync.changes import Verb
from sync.errors import TooLarge
from sync.values import from_json

_PART_PAGES = 8 * 1024 * 1024 // pages.PAGE

# What fills a table of the image from the store's own; `:sid` is the space.
_OF_A_LOG = "JOIN logs l USING(lid) WHERE l.sid=:sid ORDER BY t.lid"
_SOURCES = {
    "head": "spaces t WHERE sid=:sid",
    "kinds": "kinds t",
    "persons": "persons t WHERE pid IN (SELECT pid FROM transactions JOIN logs USING(lid) "
    "WHERE sid=:sid)",
    "logs": "logs t WHERE sid=:sid AND number>0",
    "batches": f"batches t {_OF_A_LOG}, t.number",
    "transactions": f"transactions t {_OF_A_LOG}, t.first_seq",
    "records": "records t WHERE sid=:sid ORDER BY rid",
    "edits": "records r JOIN edits t USING(rid) WHERE r.sid=:sid ORDER BY eid",
}


def layout(project: Project) -> str:
    """Which stores can take a snapshot of this one in: those that keep the same tables.

    And that read the same batches: rows are not compared with them here, and nobody may come to hold
    by a snapshot what they could not have replayed.
    """
    reads = f"{blocks.MAJOR}{max(Verb)}"
    return f"{FORMAT}.{schema.VERSION}.{reads}.{project.ledger.projection.fingerprint[:16]}"


def export(project: Project, space: bytes) -> Iterator[bytes]:
    """The parts of a space, in order, as it is when the first is asked for. Everything in it must be
    sealed, and no transaction begun."""
    with pages.attached(project.store, project.paths.incoming) as laid:
        with project.store.transaction():
            _fill(project, project.ledger.registers.sid(space))
        yield from laid.portions(_PART_PAGES)


def _fill(project: Project, sid: int) -> None:
    store = project.store
    sources = _SOURCES | {name: f'"{name}" t WHERE sid=:sid ORDER BY rid' for name in image.shown()}
    for name in image.names():
        store.run(image.made(name))
        if name in sources:
            taken = ", ".join(f't."{one}"' for one in image.columns(name))
            store.run(
                f'INSERT INTO {pages.NAME}."{name}" SELECT {taken} FROM main.{sources[name]}',
                {"sid": sid},
            )
    store.run_many(
        f"INSERT INTO {pages.NAME}.entries VALUES(?)",
        [(entry.hash,) for entry in project.roster.entries],
    )
    store.run_many(f"INSERT INTO {pages.NAME}.words VALUES(?,?)", _blocks(project, sid))


def _blocks(project: Project, sid: int) -> Iterator[tuple[int, bytes]]:
    """The words of all records of a space, in blocks as they wait in a store."""
    rows = _words(project, sid)
    for block, words in groupby(rows, lambda row: row[0] // waiting_words.BLOCK):
        packed = waiting_words.pack(dict(words))
        if packed is None:
            raise TooLarge("the words of some records are longer than a snapshot takes")
        yield block, packed


def _words(project: Project, sid: int) -> Iterator[tuple[int, str]]:
    paths = project.ledger.projection.text_paths
    found: Iterable[Row] = project.store.each(
        "SELECT rid, name, data FROM records JOIN kinds USING(kid) WHERE sid=? AND state & 1 "
        "AND data IS NOT NULL ORDER BY rid", (sid,)
    )  # fmt: skip
    for rid, name, data in found:
        kind, values = KINDS.get(name), from_json(data)
        if kind is not None and isinstance(values, dict):
            words = words_of(kind, values, paths)
            if words:
                # SQLite's JSON ends a text at a NUL, and nobody searches for one.
                yield rid, words.replace("\0", " ")
