"""Every store Kipu ever released opens with today's code, whole, and goes on.

`make_store.py` wrote each archive with the code of its time; none is ever made anew.
"""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from app.models import schema
from app.models.queries import conflicts, lists
from app.models.queries.lists import Listing
from tests.models.laptops import Laptop, reopened
from tests.stores.make_store import DEEDS, SHARE, read_share
from tests.sync.sharing import MemoryRemote

HERE = Path(__file__).parent
STORES = sorted(HERE.glob("*.zip"))


@pytest.fixture(params=STORES, ids=lambda path: path.stem)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    with zipfile.ZipFile(request.param) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def test_there_is_a_store_of_every_schema() -> None:
    assert {int(path.stem.partition("-")[0]) for path in STORES} == set(
        range(1, schema.VERSION + 1)
    )


def test_an_old_store_opens_whole_and_goes_on(old: Path) -> None:
    laptop = Laptop(old / "home", reopened(old / "home"))
    laptop.verify()
    names = [str(row.values["name"]) for row in lists.every(laptop.project, Listing("person"))]
    assert sorted(names) == DEEDS["people"]
    assert len(conflicts.all_conflicts(laptop.project)) == DEEDS["conflicts"]
    assert len(conflicts.withheld(laptop.project)) == DEEDS["withheld"]
    before = laptop.digests()
    laptop.project.ledger.rebuild()
    assert laptop.digests() == before
    assert hashlib.sha256(repr(sorted(before.items())).encode()).hexdigest() == (
        (old / "digests").read_text()
    )
    laptop.person("Hoy")
    remote: MemoryRemote = read_share(old / SHARE)
    report = laptop.sync(remote)
    assert report.quarantined == []
    assert report.sent.changes >= 1
    laptop.verify()
    laptop.close()
