"""Not in the space, not readable: not by another laptop with all its keys, not by the share."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from app.models import spaces
from sync import envelope
from sync.errors import SyncError
from sync.ids import token
from tests.journeys.desk import COUNCIL, PARISH, PROJECT, Desk, World

PARISH_WORDS = ("Yakuparroquia", "Mayukuna")
COUNCIL_WORDS = ("Tanteoconsejo", "Rimaykuna")


@pytest.fixture(scope="module")
def told(template: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Each has said something in their own space, and all have synced."""
    world = template.copy(tmp_path_factory.mktemp("told") / "w")
    luis, rosa = world.facilitator, world.secretary
    luis.batch(
        ["record", "new", "person", f"name={PARISH_WORDS[0]}", f"notes={PARISH_WORDS[1]}"],
        ["sync", world.location],
    )
    rosa.batch(
        ["record", "new", "committee", f"name={COUNCIL_WORDS[0]}", f"notes={COUNCIL_WORDS[1]}"],
        ["sync", world.location],
    )
    world.sync(world.coordinator, luis, rosa)
    return world


def everything(desk: Desk) -> bytes:
    """All that the laptop's own key opens: every cell of every table, and every batch it can open."""
    project = desk.open()
    try:
        store = project.store
        tables = [name for (name,) in store.rows(
            "SELECT name FROM sqlite_master WHERE type='table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        )]  # fmt: skip
        cells = [cell for name in tables for row in store.rows(f'SELECT * FROM "{name}"')
                 for cell in row]  # fmt: skip
        held = store.rows("SELECT epoch, key FROM epochs")
        keys = {bytes(epoch): bytes(key) for epoch, key in held}
        opened = [
            opened_block(bytes(raw), keys) for (raw,) in store.rows("SELECT raw FROM batches")
        ]
    finally:
        project.close()
    texts = [cell if isinstance(cell, bytes) else str(cell).encode() for cell in cells]
    return b"\n".join([*texts, *opened])


def opened_block(raw: bytes, keys: dict[bytes, bytes]) -> bytes:
    batch = envelope.parse(raw)
    return envelope.open_block(batch, keys[batch.header.epoch])


@pytest.mark.parametrize(
    ("who", "own", "theirs", "space"),
    [("facilitator", PARISH_WORDS, COUNCIL_WORDS, COUNCIL),
     ("secretary", COUNCIL_WORDS, PARISH_WORDS, PARISH)],
)  # fmt: skip
def test_the_store_opened_with_its_key_holds_nothing_of_the_other_space(
    told: World, who: str, own: tuple[str, ...], theirs: tuple[str, ...], space: str
) -> None:
    found = everything(told.desk(who))
    assert all(word.encode() in found for word in own)
    assert not any(word.encode() in found for word in (*theirs, space))
    whole = everything(told.coordinator)
    assert all(word.encode() in whole for word in (*own, *theirs))


@pytest.mark.parametrize(
    ("who", "other"), [("facilitator", "secretary"), ("secretary", "facilitator")]
)
def test_no_key_held_opens_a_batch_of_the_other_space(told: World, who: str, other: str) -> None:
    mine, theirs = told.desk(who).open(), told.desk(other).open()
    try:
        common = mine.roster.common
        keys = {bytes(epoch): bytes(key) for epoch, key in mine.store.rows(
            "SELECT epoch, key FROM epochs")}  # fmt: skip
        hidden = [s.id for s in spaces.all_named(theirs, with_common=True) if s.id != common]
    finally:
        mine.close()
        theirs.close()
    batches = [path for space in hidden
               for path in (told.share / "KIPU" / "spaces" / token(space)).rglob("*")
               if path.is_file()]  # fmt: skip
    assert batches
    for path in batches:
        batch = envelope.parse(path.read_bytes())
        assert batch.header.epoch not in keys
        for key in keys.values():
            with pytest.raises(SyncError):
                envelope.open_block(batch, key)
            with pytest.raises(SyncError):
                envelope.open_context(batch, key)


def test_verbs_show_nothing_of_the_other_space(told: World) -> None:
    luis, rosa = told.facilitator, told.secretary
    assert [s["name"] for s in luis.tell("space", "list")] == [PROJECT, PARISH]
    assert [s["name"] for s in rosa.tell("space", "list")] == [PROJECT, COUNCIL]
    looks = [["record", "list", "committee"], ["record", "list", "person"], ["device", "list"],
             ["status"], ["withheld"], ["record", "list", "person", "--search", "Yaku"]]  # fmt: skip
    for desk, words in ((luis, (*COUNCIL_WORDS, COUNCIL)), (rosa, (*PARISH_WORDS, PARISH))):
        said = str(desk.batch(*looks))
        assert not any(word in said for word in words)


def test_the_share_names_nobody_and_nothing(told: World) -> None:
    names = (PROJECT, PARISH, COUNCIL, "María", "Tello", "Luis", "Andi", "Rosa", "Tapuy",
             "Entrevista", "mini", *PARISH_WORDS, *COUNCIL_WORDS)  # fmt: skip
    files = [path for path in told.share.rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in files:
        content, name = path.read_bytes(), str(path.relative_to(told.share))
        for word in names:
            for coding in ("utf-8", "utf-16-le"):
                # Three letters could be there by chance.
                assert len(word) < 4 or word.encode(coding) not in content, (name, word)
            assert word.lower() not in name.lower()


def test_the_store_is_not_a_database_without_its_key(told: World) -> None:
    for path in told.coordinator.folder.rglob("*.db"):
        with pytest.raises(sqlite3.DatabaseError):
            opened_plainly(path)


def opened_plainly(path: Path) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    finally:
        connection.close()


def test_before_unlocking_only_the_chosen_labels_can_be_read(told: World) -> None:
    raw = (told.coordinator.folder / "keys.json").read_text("utf-8")
    assert '"MT"' in raw
    assert not any(word in raw for word in ("María", "Tello", PROJECT, PARISH))
