"""The store's file: what its journals keep whole, and what its migrations bring along."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.errors import KipuError
from app.models import schema
from app.models.queries import lists
from app.models.queries.lists import Listing
from app.models.restoring import restore
from app.models.store import Store
from app.models.vault import Vault, subkey
from tests.models.laptops import PASSPHRASE, found, reopened

KEY = bytes(32)
ROWS = 400
CUT_OFF = """
import os, sys
from pathlib import Path
from app.models.store import Store
store = Store.open(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))
store.run("PRAGMA cache_size=10")
with store.written_straight(), store.transaction():
    store.run("UPDATE meta SET value=zeroblob(5000)")
    store.run_many("INSERT INTO meta VALUES(?,zeroblob(9000))", ((f"new {i}",) for i in range(900)))
    os._exit(9)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with closing(Store.create(path, KEY)) as made:
        yield made


def cut_off(store: Path, key: bytes) -> None:
    """Have a process die while it writes into a store."""
    done = subprocess.run([sys.executable, "-c", CUT_OFF, str(store), key.hex()], timeout=60)
    assert done.returncode == 9


def journal(store: Store) -> str:
    return str(store.value("PRAGMA journal_mode"))


def test_what_is_written_straight_lies_in_the_file_itself(store: Store) -> None:
    with store.written_straight():
        assert journal(store) == "delete"
        with store.transaction():
            store.set_meta("many", bytes(100_000))
        assert [one.name for one in store.path.parent.iterdir()] == [store.path.name]
    assert journal(store) == "wal"
    assert store.meta("many") == bytes(100_000)
    assert store.check_integrity() == []


def test_what_fails_while_written_straight_is_undone(store: Store) -> None:
    store.set_meta("many", 1)
    with contextlib.suppress(ZeroDivisionError), store.written_straight(), store.transaction():
        store.set_meta("many", 2)
        raise ZeroDivisionError
    assert journal(store) == "wal"
    assert store.meta("many") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of a file's size there")
def test_what_was_written_straight_stays_where_the_journal_cannot_be_changed_back(
    store: Store,
) -> None:
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        with store.written_straight():
            store.set_meta("many", 1)
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert journal(store) == "delete"
    assert int(store.value("PRAGMA busy_timeout")) > 0
    store.close()
    with closing(Store.open(store.path, KEY)) as again:
        assert again.meta("many") == 1
        assert journal(again) == "wal"


def test_where_another_has_the_file_open_all_is_as_ever(store: Store) -> None:
    with closing(Store.open(store.path, KEY)) as other:
        with store.written_straight():
            assert journal(store) == "wal"
            store.set_meta("many", 1)
            assert other.meta("many") == 1
        assert journal(store) == "wal"
    assert int(store.value("PRAGMA busy_timeout")) > 0


def test_who_is_reading_goes_on_reading(store: Store) -> None:
    store.set_meta("one", 1)
    store.set_meta("two", 2)
    reading = store.each("SELECT key FROM meta")
    next(reading)
    with store.written_straight():
        assert journal(store) == "wal"
    assert len(list(reading)) == 1


def test_who_comes_meanwhile_is_told_and_spoils_nothing(store: Store) -> None:
    with store.written_straight():
        with store.transaction():
            store.set_meta("many", 1)
            with pytest.raises(KipuError):
                Store.open(store.path, KEY)
        with closing(Store.open(store.path, KEY)) as other:
            assert other.meta("many") == 1
            store.set_meta("many", 2)
            assert other.meta("many") == 2
    assert store.meta("many") == 2


def test_a_process_that_dies_while_writing_straight_leaves_what_was_before(path: Path) -> None:
    with closing(Store.create(path, KEY)) as store:
        store.run_many("INSERT INTO meta VALUES(?,?)", ((f"old {i}", i) for i in range(ROWS)))
        size = store.size
    cut_off(path, KEY)
    assert path.stat().st_size > 2 * size, "nothing was written before it died"
    with closing(Store.open(path, KEY)) as store:
        assert store.check_integrity() == []
        assert journal(store) == "wal"
        values = store.rows("SELECT value FROM meta ORDER BY value")
        assert [value for (value,) in values] == list(range(ROWS))


def test_a_journal_left_behind_is_not_played_into_a_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIPU_KDF", "floor")
    laptop = found(tmp_path)
    for number in range(30):
        laptop.person(f"Persona {number}")
    laptop.project.back_up()
    laptop.project.ledger.projection.purge()
    store = laptop.project.store.path
    laptop.close()
    unlocked = Vault.open(store.parent).unlock(PASSPHRASE)
    cut_off(store, subkey(unlocked.key, "store"))
    assert store.with_name(f"{store.name}-journal").exists()
    store.unlink()
    restore(store.parent, unlocked)
    laptop.project = reopened(laptop.home)
    assert laptop.project.store.check_integrity() == []
    assert lists.count(laptop.project, Listing("person")) == 30
    laptop.close()


@pytest.mark.parametrize("waits", [False, True])
def test_words_that_waited_in_an_older_store_are_gathered_anew(
    path: Path, monkeypatch: pytest.MonkeyPatch, waits: bool
) -> None:
    with monkeypatch.context() as older:
        older.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:6])
        with closing(Store.create(path, KEY)) as store:
            store.set_meta("projection", "as it is")
            if waits:
                store.run("INSERT INTO words_waiting(rid, words) VALUES(7, 'chonta')")
    with closing(Store.open(path, KEY)) as store:
        assert store.needs_upgrade
        store.upgrade()
        assert store.meta("projection") == (None if waits else "as it is")
        assert store.rows("SELECT block, words FROM words_waiting") == []
