"""The image of a snapshot on its way through the laptop: enciphered on the disk, plain tables only."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from app.errors import KipuError
from app.models.ledger import waiting_words
from app.models.project import Project
from app.models.queries import lists
from app.models.queries.lists import Listing
from app.models.replica import LocalReplica
from app.models.snapshots import UnlikeItself, export, pages
from app.models.snapshots.pages import NAME, PAGE, Image
from app.models.store import Store
from sync import engine
from tests.models.laptops import Laptop, agree, join
from tests.sync.sharing import MemoryRemote

LEAF = 13
"""What a page of rows begins with."""
Change = Callable[[sqlite3.Connection], object]
WORDS = "Guadúa del Tigre"


@pytest.fixture(autouse=True)
def floor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIPU_KDF", "floor")
    monkeypatch.setattr("sync.exchange_snapshots.WORTH_IT", 1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.create(tmp_path / "store.db", bytes(32))) as made:
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "incoming"


def written(store: Store, folder: Path, rows: int) -> list[bytes]:
    """An image with that many rows, a page at a time."""
    with pages.attached(store, folder) as image:
        with store.transaction():
            store.run(f"CREATE TABLE {NAME}.said(id, words)")
            texts = ((number, f"{WORDS} {number}" * 20) for number in range(rows))
            store.run_many(f"INSERT INTO {NAME}.said VALUES(?,?)", texts)
        return list(image.portions(1))


def lay(image: Image, plain: Iterable[bytes]) -> None:
    for index, some in enumerate(plain):
        image.append(image.encipher(some, is_first=index == 0))


@pytest.mark.parametrize("rows", [0, 1, 1000])
def test_what_is_written_here_is_read_there_and_by_any_sqlite(
    store: Store, folder: Path, rows: int
) -> None:
    plain = written(store, folder, rows)
    assert {len(one) for one in plain} == {PAGE}
    with closing(sqlite3.connect(":memory:")) as any_sqlite:
        any_sqlite.deserialize(b"".join(plain))
        assert any_sqlite.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        said = any_sqlite.execute("SELECT * FROM said").fetchall()
    assert [number for number, _words in said] == list(range(rows))
    with pages.attached(store, folder) as image:
        lay(image, plain)
        assert store.rows(f"SELECT * FROM {NAME}.said") == said
    assert not folder.exists()
    assert store.check_integrity() == []


def test_on_the_disk_nothing_of_it_can_be_read(store: Store, folder: Path) -> None:
    plain = written(store, folder, 500)
    assert WORDS.encode() in b"".join(plain)
    with pages.attached(store, folder) as image:
        lay(image, plain)
        store.rows(f"SELECT * FROM {NAME}.said")
        [file] = folder.iterdir()
        raw = file.read_bytes()
    assert len(raw) == len(plain) * PAGE
    assert WORDS.encode() not in raw
    assert b"SQLite" not in raw
    # No two are under the same vector, whatever they hold.
    assert len({raw[at - 16 : at] for at in range(PAGE, len(raw) + 1, PAGE)}) == len(plain)


def test_what_a_crash_left_goes_with_the_next(store: Store, folder: Path) -> None:
    folder.mkdir()
    (folder / "0123456789abcdef.image").write_bytes(b"left")
    part = folder / "aa"
    part.write_bytes(b"a sealed part that came before a cut")
    with pages.attached(store, folder):
        assert len(list(folder.iterdir())) == 2
    assert list(folder.iterdir()) == [part]


def changed(at: int, value: bytes) -> Callable[[bytes], bytes]:
    return lambda raw: raw[:at] + value + raw[at + len(value) :]


@pytest.mark.parametrize(
    "damaged",
    [
        lambda _raw: b"",
        lambda raw: raw[:-1],
        lambda raw: raw + b"\0",
        lambda raw: bytes(len(raw)),
        changed(0, b"Kipu"),
        changed(16, (4096).to_bytes(2)),
        changed(18, b"\2\2"),
        changed(20, b"\0"),
    ],
    ids=["nothing", "short", "long", "zeros", "other", "page size", "journal", "no vector"],
)
def test_what_is_no_such_image_is_refused(
    store: Store, folder: Path, damaged: Callable[[bytes], bytes]
) -> None:
    raw = b"".join(written(store, folder, 5))
    with pages.attached(store, folder) as image, pytest.raises(UnlikeItself):
        lay(image, [damaged(raw)])
    assert not folder.exists()


def test_a_full_disk_is_said_and_leaves_nothing(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = b"".join(written(store, folder, 5))

    def full(_image: Image, _pages: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Image, "_write", full)
    with pages.attached(store, folder) as image, pytest.raises(KipuError, match=r"disco|disk"):
        lay(image, [raw])
    assert not folder.exists()


# -- images of somebody else's making --------------------------------------------------------------


def newly(change: Change) -> Callable[[LocalReplica, bytes], Iterable[bytes]]:
    """A snapshot as its maker makes it, and then changed by statements."""

    def snapshot(replica: LocalReplica, space: bytes) -> Iterable[bytes]:
        project: Project = replica._project
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as any_sqlite:
            any_sqlite.deserialize(b"".join(export(project, space)))
            change(any_sqlite)
            yield any_sqlite.serialize()

    return snapshot


def run(*statements: str) -> Change:
    return lambda database: [database.execute(one) for one in statements]


def words_of_more(database: sqlite3.Connection) -> None:
    """Words of a record that is yet to come, besides those of all there are."""
    [(block, packed)] = database.execute("SELECT block, words FROM words").fetchall()
    words = waiting_words.unpack(block, packed)
    words[max(words) + 1] = "mentira"
    database.execute("UPDATE words SET words=?", (waiting_words.pack(words),))


def named(change: Change) -> str:
    cells = change.__closure__
    return str(cells[0].cell_contents[-1])[:40] if cells else change.__name__


@pytest.mark.parametrize(
    "change",
    [
        run("DROP TABLE edits"),
        run("CREATE TABLE more(a)"),
        run("CREATE VIEW more AS SELECT load_extension('x')"),
        run("CREATE TRIGGER more AFTER INSERT ON words BEGIN DELETE FROM records; END"),
        run("DROP TABLE words", "CREATE VIEW words AS SELECT 1 AS block, 'a' AS words"),
        run("DROP TABLE words", "CREATE TABLE words(block, words AS (block))"),
        run("UPDATE words SET words='text'"),
        run("UPDATE words SET words=zeroblob(9)"),
        run("UPDATE words SET words=NULL"),
        run("UPDATE words SET block='x'"),
        run("UPDATE words SET block=-1"),
        run("UPDATE words SET block=1152921504606846976"),
        words_of_more,
        run("INSERT INTO words SELECT * FROM words"),
        run("ALTER TABLE records RENAME COLUMN data TO other"),
        run("UPDATE records SET rid='many'"),
        run("UPDATE records SET rid=9223372036854775807"),
        run("UPDATE records SET kid=999"),
        run("UPDATE records SET digest=1"),
        run("UPDATE records SET id=(SELECT max(id) FROM records)"),
        run("UPDATE batches SET raw=100000000000"),
        run("UPDATE batches SET raw='text'"),
        run("UPDATE batches SET lid=77"),
        run("DELETE FROM batches"),
        run("DELETE FROM head"),
        run("UPDATE head SET digest=zeroblob(16)"),
        run("UPDATE kinds SET kid='x'"),
        run("UPDATE logs SET number='x'"),
    ],
    ids=named,
)
def test_a_snapshot_with_anything_but_its_tables_is_undone_whole(
    three: list[Laptop], monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    monkeypatch.setattr(LocalReplica, "snapshot", newly(change))
    refused(three[0])


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_page_is_undone_whole(
    three: list[Laptop], monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Bytes that a coordinator sealed so: no copy of ours is ever damaged like that."""
    chance = Random(seed)

    def snapshot(replica: LocalReplica, space: bytes) -> Iterable[bytes]:
        raw = bytearray(b"".join(export(replica._project, space)))
        for at in range(PAGE, len(raw), PAGE):
            if raw[at] == LEAF and raw[at + 3 : at + 5] != b"\0\0":
                rows = chance.randint(1, 200)
                raw[at + 3 : at + 5] = rows.to_bytes(2)
                raw[at + 8 : at + 60] = chance.randbytes(52)
        yield bytes(raw)

    monkeypatch.setattr(LocalReplica, "snapshot", snapshot)
    refused(three[0])


def test_damaged_words_say_nothing_of_the_store(
    three: list[Laptop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are read while the store is written."""
    monkeypatch.setattr(waiting_words, "BLOCK", 2)

    def snapshot(replica: LocalReplica, space: bytes) -> Iterable[bytes]:
        raw = bytearray(b"".join(export(replica._project, space)))
        with closing(sqlite3.connect(":memory:")) as any_sqlite:
            any_sqlite.deserialize(bytes(raw))
            [(root,)] = any_sqlite.execute("SELECT rootpage FROM sqlite_master WHERE name='words'")
        second_row = (root - 1) * PAGE + 10
        raw[second_row : second_row + 2] = b"\xff\xff"
        yield bytes(raw)

    monkeypatch.setattr(LocalReplica, "snapshot", snapshot)
    refused(three[0])


def refused(ana: Laptop) -> None:
    """A newcomer finds that snapshot unusable, and has everything from the batches."""
    remote = MemoryRemote()
    engine.found(ana.replica, remote)
    for number in range(5):
        ana.person(f"Persona {number}")
    engine.synchronise(ana.replica, remote, compact=True)
    newcomer = join(ana, ana.home.parent / "nueva", "Delia", "facilitator")
    ana.sync(remote)
    report = newcomer.sync(remote)
    assert "snapshot-unusable" in [note.code for note in report.warnings]
    assert lists.count(newcomer.project, Listing("person")) == 5
    assert newcomer.project.store.check_integrity() == []
    newcomer.verify()
    ana.sync(remote)
    agree(ana, newcomer)
    newcomer.close()
