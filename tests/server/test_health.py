"""/health is good only while a laptop's file would be taken."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sync import ports
from sync.ports import Remote, fault
from sync.remotes import new_files
from sync.server.health import Health
from sync.server.refusals import Refused
from sync.server.sentences import explained
from tests.server.direct import Direct
from tests.server.serving import Raw, Served
from tests.server.village import Village

Start = Callable[..., Served]


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (errno.EROFS, "storage.remote-read-only", "may not write in the storage"),
        (errno.EACCES, "storage.remote-read-only", "may not write in the storage"),
        (errno.ENOSPC, "storage-full", "The storage has no room left"),
        (errno.EIO, "storage.remote-broken", "The storage does not keep files"),
    ],
)
def test_a_storage_that_cannot_be_written_is_not_healthy(
    direct: Direct, monkeypatch: pytest.MonkeyPatch, number: int, code: str, words: str
) -> None:
    def refused(path: Path, _data: bytes) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr(new_files, "write_new", refused)
    with pytest.raises(Refused) as caught:
        direct.service.health.check()
    assert (caught.value.status, caught.value.code) == (503, code)
    assert words in caught.value.reason
    assert str(direct.storage.name) not in caught.value.reason


def test_where_the_storage_lies_is_told_to_nobody() -> None:
    away = fault(ports.RemoteRefused, "s3://kipu", host="10.0.0.7", port=9000)
    assert "10.0.0.7" in explained(away)
    assert explained(away, "the storage") == "The storage does not answer."


def test_trying_leaves_nothing_and_is_not_done_at_every_question() -> None:
    now, tried = [0.0], []

    class Place:
        def probe(self) -> None:
            tried.append(now[0])
            if len(tried) == 2:
                raise fault(ports.RemoteFull, "place")

    def own() -> Remote:
        return Place()  # type: ignore[return-value]

    health = Health(own, clock=lambda: now[0])
    for now[0] in (0.0, 1.0, 4.9):
        health.check()
    for now[0] in (5.0, 9.0):
        with pytest.raises(Refused, match="storage-full"):
            health.check()
    now[0] = 10.0
    health.check()
    assert tried == [0.0, 5.0, 10.0]


# Its disk is full as long as a file of that name lies in the storage.
FILLING = """
import errno, os, sys
from sync.remotes import new_files
from sync.server.__main__ import main
written = new_files.write_new
def write_new(path, data):
    if os.path.exists(os.environ["FULL"]):
        raise OSError(errno.ENOSPC, "full")
    written(path, data)
new_files.write_new = write_new
sys.exit(main(sys.argv[1:]))
"""


def test_the_reason_is_told_over_the_wire(serve: Start, tmp_path: Path) -> None:
    full = tmp_path / "full"
    server = serve(
        tmp_path, "--open", command=("-c", FILLING), environment={"FULL": str(full)}
    )  # fmt: skip
    before = sorted(tmp_path.rglob("*"))
    full.touch()
    said = Raw(server, Village()).ask("GET", "/health")
    assert said.status == 503
    assert json.loads(said.body) == {
        "code": "storage-full", "reason": "The storage has no room left."
    }  # fmt: skip
    assert sorted({*tmp_path.rglob("*")} - {full}) == before
    remote = server.remote(Village(), "ana")
    with pytest.raises(ports.RemoteFull) as caught:
        remote.require_room()
    assert caught.value.code == "remote-full.server"
    full.unlink()
    assert sorted(tmp_path.rglob("*")) == before
