"""What docs/formats/vault.md says of the database holds: another program finds its keys by it."""

from __future__ import annotations

from pathlib import Path

import sqlcipher3

from app.models.vault import subkey
from sync.crypto import KeyPair
from tests.models import laptops


def test_the_database_opens_by_the_page(tmp_path: Path) -> None:
    laptop = laptops.found(tmp_path)
    project = laptop.project
    key, path = subkey(project.data_key, "store"), project.store.path
    device, epochs = project.keys.sign_public, len(project.roster.view().epochs)
    root_key, entries = laptop.replica.root_key, [one.raw for one in project.roster.entries]
    laptop.close()
    store = sqlcipher3.connect(str(path))
    store.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    store.execute("PRAGMA cipher_page_size = 8192")
    meta = dict(store.execute("SELECT key, value FROM meta"))
    assert KeyPair.from_secret(meta["secret"]).sign_public == device
    assert len(meta["incarnation"]) == 8
    assert meta["root_key"] == root_key
    kept = list(store.execute("SELECT epoch, space, key FROM epochs"))
    assert len(kept) == epochs
    assert {tuple(map(len, row)) for row in kept} == {(16, 16, 32)}
    assert [raw for (raw,) in store.execute("SELECT raw FROM roster ORDER BY position")] == entries
    store.close()
