"""The encrypted database: one SQLCipher file opened with a raw key, one connection, one writer.

Everything the laptop keeps is in here; commands and queries reach it through `Store.transaction`
and `Store.rows`. The connection belongs to the thread that opened it.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from shutil import disk_usage
from typing import TYPE_CHECKING, Any

import sqlcipher3

from app.errors import KipuError, PutAway
from app.i18n import _
from app.models import schema

if TYPE_CHECKING:
    import sqlite_utils

Row = tuple[Any, ...]


def _as_it_is(value: None) -> None:
    return value


# The driver asks every object but numbers, texts and byte arrays whether it can turn itself into
# something SQLite knows; for these two that costs ten times what it takes to bind them.
sqlcipher3.dbapi2.register_adapter(type(None), _as_it_is)
sqlcipher3.dbapi2.register_adapter(bytes, bytearray)

_ROOM = 1024 * 1024  # bytes; with less than that left a disk counts as full


def sqlite_utils_module() -> Any:
    """sqlite-utils without pandas and numpy behind it.

    It imports both merely to recognise their types, which costs more than a second of every start;
    hiding them for that one import leaves it whole for what is used here.
    """
    if "sqlite_utils" not in sys.modules:
        hidden = [name for name in ("pandas", "numpy") if name not in sys.modules]
        sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
        try:
            importlib.import_module("sqlite_utils")
        finally:
            for name in hidden:
                del sys.modules[name]
    return sys.modules["sqlite_utils"]


class Store:
    """An open store. Use `create` or `open`; `close` when done."""

    def __init__(self, path: Path, connection: Any) -> None:
        self.path = path
        self.connection = connection
        self._depth = 0
        self._is_closed = False

    @classmethod
    def create(cls, path: Path, key: bytes) -> Store:
        """A new, empty store at today's schema; the file must not exist."""
        if path.exists():
            raise KipuError(_("There is already a store here; nothing was changed."))
        store = cls(path, _connect(path, key))
        store._migrate()
        return store

    @classmethod
    def open(cls, path: Path, key: bytes) -> Store:
        """Raises KipuError when the file is missing, damaged, or written by a newer Kipu."""
        if not path.exists():
            raise KipuError(_("This project's store is missing; restore it from a backup."))
        store = cls(path, _connect(path, key))
        if store.version > schema.VERSION:
            store.close()
            raise KipuError(_("This project was opened by a newer Kipu; please update this one."))
        return store

    @property
    def version(self) -> int:
        return int(self.value("PRAGMA user_version"))

    @property
    def needs_upgrade(self) -> bool:
        return self.version < schema.VERSION

    def upgrade(self) -> None:
        """Run the migrations this file has not seen. The caller makes a backup first."""
        self._migrate()

    def _migrate(self) -> None:
        with self.transaction():
            for number, migration in enumerate(schema.MIGRATIONS, start=1):
                if number > self.version:
                    migration(self.connection.execute)
                    self.connection.execute(f"PRAGMA user_version={number}")

    @property
    def tables(self) -> sqlite_utils.Database:
        """The store as a sqlite-utils database: projections are defined through it."""
        database: sqlite_utils.Database = sqlite_utils_module().Database(
            self.connection, recursive_triggers=False
        )
        return database

    @property
    def in_transaction(self) -> bool:
        return self._depth > 0

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; a nested one is undone alone when it fails, and kept with the outer."""
        if self._depth:
            with self._savepoint():
                yield
            return
        self._execute("BEGIN IMMEDIATE")
        self._depth = 1
        try:
            yield
        except BaseException:
            self._depth = 0
            self._rollback()
            raise
        self._depth = 0
        self._execute("COMMIT")

    @contextlib.contextmanager
    def _savepoint(self) -> Iterator[None]:
        name = f"level{self._depth}"
        self._execute(f"SAVEPOINT {name}")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            if self.connection.in_transaction:
                self.connection.execute(f"ROLLBACK TO {name}")
                self.connection.execute(f"RELEASE {name}")
            raise
        self._depth -= 1
        self._execute(f"RELEASE {name}")

    def _rollback(self) -> None:
        # A full disk has SQLite roll back by itself; then there is nothing left to undo.
        if not self._is_closed and self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def written_straight(self) -> Iterator[None]:
        """Meanwhile what is written goes into the file itself, which a store that grows by much does
        in half the time: else all of it lies in the journal first. Begin and end outside a transaction.

        Where another connection has the file open, all is as ever; where one does at the end, the file
        is written straight until it is opened next.
        """
        self._keep_journal("DELETE")
        try:
            yield
        finally:
            self._keep_journal("WAL")

    def _keep_journal(self, mode: str) -> None:
        """Ask for a kind of journal, which SQLite changes only for a file's one connection.

        Each keeps transactions whole, so what prevents it is no failure of what is written meanwhile;
        what is amiss with the file itself, the next statement says.
        """
        patience = self.value("PRAGMA busy_timeout")
        self.run("PRAGMA busy_timeout=0")
        try:
            with contextlib.suppress(sqlcipher3.dbapi2.OperationalError):
                self.connection.execute(f"PRAGMA main.journal_mode={mode}")
        finally:
            self.run(f"PRAGMA busy_timeout={patience}")

    def _execute(self, statement: str) -> None:
        try:
            self.connection.execute(statement)
        except sqlcipher3.dbapi2.Error as error:
            self._rollback()
            raise _explained(error, self.path) from error

    def run(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
        """One statement; returns the cursor."""
        try:
            return self.connection.execute(sql, parameters)
        except sqlcipher3.dbapi2.Error as error:
            raise _explained(error, self.path) from error

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> int:
        """One statement for each row; returns how many rows of the table that changed."""
        try:
            return max(int(self.connection.executemany(sql, rows).rowcount), 0)
        except sqlcipher3.dbapi2.Error as error:
            raise _explained(error, self.path) from error

    def out_of_room(self, error: Exception) -> KipuError | None:
        """What a person is told where SQLite failed for want of room; None where it did not."""
        return _out_of_room(str(error).lower(), self.path)

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        return list(self.run(sql, parameters).fetchall())

    def each(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[Row]:
        """Rows one by one, for what would not fit into memory together."""
        rows: Iterator[Row] = iter(self.run(sql, parameters))
        return rows

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> Row | None:
        found: Row | None = self.run(sql, parameters).fetchone()
        return found

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """The first column of the first row, or None."""
        found = self.row(sql, parameters)
        return found[0] if found else None

    def meta(self, key: str) -> Any:
        return self.value("SELECT value FROM meta WHERE key=?", (key,))

    def set_meta(self, key: str, value: bytes | str | int | None) -> None:
        self.run("INSERT OR REPLACE INTO meta VALUES(?,?)", (key, value))

    def has_key(self, space: bytes) -> bool:
        """Whether any key of a space is here, be it an older one."""
        return self.value("SELECT 1 FROM epochs WHERE space=? LIMIT 1", (space,)) is not None

    def epoch_key(self, epoch: bytes) -> bytes | None:
        """The key of an epoch, None while it has not reached this laptop."""
        key = self.value("SELECT key FROM epochs WHERE epoch=?", (epoch,))
        return None if key is None else bytes(key)

    def next_number(self, counter: str) -> int:
        """Count up a named counter; a number once given is never given again."""
        self.run(
            "INSERT INTO counters VALUES(?,1) ON CONFLICT(name) DO UPDATE SET value=value+1",
            (counter,),
        )
        return int(self.value("SELECT value FROM counters WHERE name=?", (counter,)))

    def check_integrity(self) -> list[str]:
        """What SQLCipher and SQLite find damaged; empty when the file is sound."""
        found = [str(row[0]) for row in self.rows("PRAGMA cipher_integrity_check")]
        found += [str(row[0]) for row in self.rows("PRAGMA integrity_check")]
        return [line for line in found if line != "ok"]

    @property
    def size(self) -> int:
        """Bytes of the database with its journal."""
        files = (self.path, self.path.with_name(self.path.name + "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def vacuum(self) -> None:
        """Write the database anew without the pages nothing lies in any more."""
        self.run("VACUUM")
        self.run("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy_to(self, path: Path, key: bytes) -> None:
        """A consistent encrypted copy under the same key, while the store stays open."""
        target = _connect(path, key)
        try:
            self.connection.backup(target)
        finally:
            target.close()

    def close(self) -> None:
        """Let go of the file; whoever still asks gets `PutAway`."""
        self._is_closed = True
        self.connection.close()


def _connect(path: Path, key: bytes) -> Any:
    connection = sqlcipher3.connect(str(path), isolation_level=None, cached_statements=256)
    try:
        connection.execute("PRAGMA cipher_log_level=NONE")
        connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
        connection.execute("PRAGMA cipher_memory_security=OFF")
        connection.execute("PRAGMA cipher_page_size=8192")
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("SELECT count(*) FROM sqlite_master")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("PRAGMA cache_size=-65536")
        connection.execute("PRAGMA wal_autocheckpoint=4000")
    except sqlcipher3.dbapi2.Error as error:
        connection.close()
        raise _explained(error, path) from error
    return connection


def _explained(error: Exception, path: Path) -> KipuError:
    """The sentence a person can act on for what SQLite says of the world outside."""
    text = str(error).lower()
    if "closed database" in text:
        return PutAway(_("The project is closed. Nothing was changed."))
    if full := _out_of_room(text, path):
        return full
    if "not a database" in text or "malformed" in text or "corrupt" in text:
        return KipuError(
            _("The store is damaged and was left as it is; restore the last good backup.")
        )
    if "readonly" in text or "read-only" in text or "unable to open" in text:
        return KipuError(_("The project's folder cannot be written to. Nothing was changed."))
    if "locked" in text or "busy" in text:
        return KipuError(_("Another program holds the project's store. Nothing was changed."))
    raise error


def _out_of_room(text: str, path: Path) -> KipuError | None:
    # Where the file beside the store cannot grow, SQLite knows of no reason.
    if "full" in text or ("disk i/o" in text and disk_usage(path.parent).free < _ROOM):
        return KipuError(_("The disk is full. Nothing was changed; free some space and try again."))
    return None
