"""The store's frozen, ordered migrations.

A migration is never edited once released and never imports today's models: old files must pass
through exactly what they passed through then. Tables of records by kind are not here: they are
projections, derived from the declarations and rebuilt whenever those change (app.models.projection),
and rebuilding them writes no change to the log.

Synced data carries no constraint (sync rule 15); the keys below are the store's own bookkeeping.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Execute = Callable[[str], Any]

FOUNDATION = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE kinds(kid INTEGER PRIMARY KEY, name TEXT UNIQUE);
CREATE TABLE persons(pid INTEGER PRIMARY KEY, person BLOB UNIQUE, name TEXT);
CREATE TABLE spaces(
    sid INTEGER PRIMARY KEY, space BLOB UNIQUE, name TEXT, code TEXT,
    reference_ms INTEGER DEFAULT 0, run_reference_ms INTEGER DEFAULT 0, digest BLOB);
CREATE TABLE logs(
    lid INTEGER PRIMARY KEY, log BLOB UNIQUE, device BLOB, incarnation BLOB, sid INTEGER,
    number INTEGER DEFAULT 0, seq INTEGER DEFAULT 0, head BLOB);
CREATE TABLE roster(
    position INTEGER PRIMARY KEY, hash BLOB UNIQUE, author BLOB, number INTEGER, raw BLOB);
CREATE TABLE epochs(epoch BLOB PRIMARY KEY, space BLOB, key BLOB) WITHOUT ROWID;
CREATE TABLE batches(
    lid INTEGER, number INTEGER, hash BLOB, first_seq INTEGER, changes INTEGER,
    reference_ms INTEGER, roster_heads BLOB, raw BLOB, PRIMARY KEY(lid, number));
CREATE INDEX batches_by_seq ON batches(lid, first_seq);
CREATE INDEX batches_by_hash ON batches(hash);
CREATE TABLE swept(remote INTEGER, replacement BLOB, PRIMARY KEY(remote, replacement)) WITHOUT ROWID;
CREATE TABLE erased_by(device BLOB, entry BLOB, PRIMARY KEY(device, entry)) WITHOUT ROWID;
CREATE TABLE frontiers(
    lid INTEGER, seen_lid INTEGER, number INTEGER, seq INTEGER,
    PRIMARY KEY(lid, seen_lid, number)) WITHOUT ROWID;
CREATE TABLE pending(lid INTEGER, first_seq INTEGER, changes INTEGER, block BLOB,
    PRIMARY KEY(lid, first_seq)) WITHOUT ROWID;
CREATE TABLE transactions(
    lid INTEGER, first_seq INTEGER, changes INTEGER, at INTEGER, pid INTEGER, command BLOB,
    label TEXT, class INTEGER, PRIMARY KEY(lid, first_seq)) WITHOUT ROWID;
CREATE TABLE records(
    rid INTEGER PRIMARY KEY, sid INTEGER, kid INTEGER, id BLOB, parent_kid INTEGER, parent_id BLOB,
    lid INTEGER, seq INTEGER, effective_ms INTEGER, class INTEGER, state INTEGER,
    digest BLOB, data TEXT, base TEXT);
CREATE UNIQUE INDEX records_by_key ON records(id, kid, sid);
CREATE INDEX records_by_parent ON records(parent_id, parent_kid, sid) WHERE parent_id IS NOT NULL;
CREATE INDEX records_by_change ON records(lid, seq);
CREATE INDEX records_of_note ON records(sid, state) WHERE state <> 1;
CREATE TABLE edits(
    eid INTEGER PRIMARY KEY, rid INTEGER, lid INTEGER, seq INTEGER, verb INTEGER,
    effective_ms INTEGER, class INTEGER, fields TEXT, replaces TEXT);
CREATE INDEX edits_by_record ON edits(rid);
CREATE UNIQUE INDEX edits_by_change ON edits(lid, seq);
CREATE TABLE drafts(
    id BLOB PRIMARY KEY, kind TEXT, sid INTEGER, pid INTEGER, started INTEGER, kept INTEGER,
    body TEXT) WITHOUT ROWID;
CREATE TABLE counters(name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;
CREATE TABLE remotes(remote INTEGER PRIMARY KEY, location TEXT UNIQUE, share BLOB, last_sync INTEGER);
CREATE TABLE sent(remote INTEGER, lid INTEGER, number INTEGER, PRIMARY KEY(remote, lid)) WITHOUT ROWID;
CREATE TABLE hints(remote INTEGER, path TEXT, hash BLOB, PRIMARY KEY(remote, path)) WITHOUT ROWID;
CREATE TABLE quarantine(
    qid INTEGER PRIMARY KEY, hash BLOB UNIQUE, path TEXT, device BLOB, code TEXT, params TEXT,
    at INTEGER, raw BLOB);
"""


def foundation(execute: Execute) -> None:
    """0.1: the log, the roster and the merged records."""
    for statement in FOUNDATION.split(";"):
        if statement.strip():
            execute(statement)


def attachments(execute: Execute) -> None:
    """0.2: what is known of sealed attachments beside the records that name them.

    `attachments_loose` are those nothing refers to: since when, 0 where nothing will again.
    `attachments_at` says how one stands at a remote (app.models.attachments.whereabouts).
    """
    execute("CREATE TABLE attachments_loose(name BLOB PRIMARY KEY, since INTEGER) WITHOUT ROWID")
    execute(
        "CREATE TABLE attachments_at(remote INTEGER, name BLOB, space BLOB, state INTEGER, "
        "PRIMARY KEY(remote, name)) WITHOUT ROWID"
    )


def remotes(execute: Execute) -> None:
    """0.3: places to sync with have a name, an address, what opens them, and wishes of their own.

    `state` is the engine's: where reading stopped. `failed` is the last failure as JSON.
    """
    for column in (
        "name TEXT", "address TEXT", "secret TEXT", "position INTEGER", "paused INTEGER DEFAULT 0",
        "automatic INTEGER DEFAULT 1", "essentials INTEGER DEFAULT 0", "rate INTEGER DEFAULT 0",
        "failed TEXT", "state TEXT",
    ):  # fmt: skip
        execute(f"ALTER TABLE remotes ADD COLUMN {column}")
    execute("UPDATE remotes SET address=location, position=remote")
    taken: set[str] = set()
    for remote, location in list(execute("SELECT remote, location FROM remotes ORDER BY remote")):
        plain = str(location).replace("\\", "/").rstrip("/").rpartition("/")[2] or "share"
        name = plain if plain not in taken else f"{plain}-{remote}"
        taken.add(name)
        # The name of a folder may hold a quotation mark.
        quoted = name.replace("'", "''")
        execute(f"UPDATE remotes SET name='{quoted}' WHERE remote={int(remote)}")


def recordings(execute: Execute) -> None:
    """0.4: what an interview records, in pieces until it ends (app.models.recordings)."""
    execute(
        "CREATE TABLE recorded(draft BLOB, number INTEGER, data BLOB, PRIMARY KEY(draft, number))"
    )


def words_waiting(execute: Execute) -> None:
    """0.5: words of records that are not in the search index yet (app.models.ledger.projection)."""
    execute("CREATE TABLE words_waiting(rid INTEGER PRIMARY KEY, words TEXT)")


def reissued(execute: Execute) -> None:
    """0.6: batches whose author wrote them again in another log (app.models.ledger.reissues).

    Of a log that parted in two a number alone does not say what somebody had seen: `hash` does.
    """
    execute("ALTER TABLE frontiers ADD COLUMN hash BLOB")
    execute(
        "CREATE TABLE reissued(hash BLOB, log BLOB, number INTEGER, lid INTEGER, seq INTEGER, "
        "told INTEGER, PRIMARY KEY(hash, lid)) WITHOUT ROWID"
    )


def words_in_blocks(execute: Execute) -> None:
    """0.7: words that wait are squeezed; those that do are gathered anew with all projections."""
    if list(execute("SELECT 1 FROM words_waiting LIMIT 1")):
        execute("DELETE FROM meta WHERE key='projection'")
    execute("DROP TABLE words_waiting")
    execute("CREATE TABLE words_waiting(block INTEGER PRIMARY KEY, words BLOB)")


MIGRATIONS: tuple[Callable[[Execute], None], ...] = (
    foundation, attachments, remotes, recordings, words_waiting, reissued,
    words_in_blocks,
)  # fmt: skip
VERSION = len(MIGRATIONS)
