"""Makes the archive of a store as today's code writes it: once, before a release that changes it.

    KIPU_KDF=floor python -m tests.stores.make_store FOLDER VERSION

writes ``FOLDER/SCHEMA-VERSION.zip`` with a home, the share it synced with, and its digests.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Final

from app.models import schema
from app.models.commands import records
from sync import engine
from tests.models.laptops import Laptop, found, join, settle
from tests.sync.sharing import MemoryRemote

SHARE: Final = "share"
DEEDS: Final = {"people": ["De Rosa", "Eva", "José Ñandú"], "conflicts": 1, "withheld": 1}


def live(ana: Laptop, beto: Laptop, remote: MemoryRemote) -> None:
    """A little of everything: edits, a conflict, a deletion, a closed act and what came late."""
    clash, gone = ana.person("Ana"), ana.person("Borrada")
    beto.person("José Ñandú")
    owner = records.new(ana.project, "committee", {"name": "Comité"}, ana.space())
    values = {"committee": owner.id.hex(), "date": "2024-03-01"}
    act = records.new(ana.project, "meeting", values, ana.space())
    settle(remote, ana, beto)
    beto.clock_ms = ana.clock_ms - 500_000
    beto.edit(clash, name="De Beto")
    ana.edit(clash, name="De Rosa")
    records.delete(ana.project, gone)
    records.close(ana.project, act)
    beto.edit(act, venue="Tarde")
    settle(remote, ana, beto)
    ana.person("Eva")
    ana.replica.seal()


def write_share(remote: MemoryRemote, folder: Path) -> None:
    for path, data in remote.files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def read_share(folder: Path) -> MemoryRemote:
    remote = MemoryRemote()
    for path in folder.rglob("*"):
        if path.is_file():
            remote.files[path.relative_to(folder).as_posix()] = path.read_bytes()
    return remote


def make(folder: Path, version: str) -> Path:
    """Write the archive; returns its path."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        ana = found(work / "home")
        beto = join(ana, work / "other", "Beto", "secretary")
        remote = MemoryRemote()
        engine.found(ana.replica, remote)
        live(ana, beto, remote)
        digests = repr(sorted(ana.digests().items())).encode()
        ana.close()
        beto.close()
        shutil.rmtree(work / "other")
        (work / "digests").write_text(hashlib.sha256(digests).hexdigest())
        write_share(remote, work / SHARE)
        target = folder / f"{schema.VERSION}-{version}.zip"
        with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(work.rglob("*")):
                archive.write(path, path.relative_to(work))
    return target


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), sys.argv[2]))
