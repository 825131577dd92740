"""`verify` finds what it is there to find, and says nothing about what is whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models import checking
from app.models.commands import records
from tests.models.laptops import Laptop, found


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    made = found(tmp_path / "l1")
    key = made.person("José")
    made.replica.seal()
    made.edit(key, phone="1")
    made.replica.seal()
    records.delete(made.project, made.person("Otra"))
    made.person("Pendiente")
    yield made
    made.close()


def test_a_sound_project_has_nothing_to_report(laptop: Laptop) -> None:
    assert checking.verify(laptop.project) == []


DAMAGE = {
    "a batch's bytes": (
        "UPDATE batches SET raw=zeroblob(400) WHERE number=1",
        "damaged at batch 1",
    ),
    "a batch's hash": ("UPDATE batches SET hash=zeroblob(32) WHERE number=2", "damaged at batch 2"),
    "a batch gone": ("DELETE FROM batches WHERE number=1", "damaged at batch 2"),
    "the last batch gone": ("DELETE FROM batches WHERE number=2", "gap"),
    "a pending block gone": ("DELETE FROM pending", "gap"),
    "a transaction gone": ("DELETE FROM transactions WHERE first_seq=2", "gap"),
    "a row gone": ("DELETE FROM kind_person", "lacks records"),
    "a digest": ("UPDATE spaces SET digest=zeroblob(16)", "digest"),
    "a value": ('UPDATE records SET data=\'{"name":"Pepe"}\' WHERE rid=1', "show"),
    "an edit gone": ("DELETE FROM edits WHERE verb=2", "digest"),
    "a key": ("UPDATE epochs SET key=zeroblob(32)", "damaged at batch 1"),
    "the roster": ("DELETE FROM roster WHERE position=2", "membership"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_found_and_named(laptop: Laptop, what: str) -> None:
    statement, words = DAMAGE[what]
    laptop.project.store.run(statement)
    found_out = checking.verify(laptop.project)
    assert any(words in line for line in found_out), found_out


def test_a_rebuild_mends_the_projections(laptop: Laptop) -> None:
    before = laptop.digests()
    laptop.project.store.run("DELETE FROM kind_person")
    laptop.project.ledger.rebuild()
    assert checking.verify(laptop.project) == []
    assert laptop.digests() == before
