"""What was acknowledged lasts: through kill -9, a clean stop, and with several servers at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from sync import ports
from sync.ids import token
from sync.remotes.addresses import Secret, parse
from tests.server.serving import Raw, Served, files_of, found, push
from tests.server.village import NORTH, Village, piece_path
from tests.sync.remotes import servers

Start = Callable[..., Served]


class Writer:
    """Puts one piece after another until the server is gone; remembers what was acknowledged."""

    def __init__(self, server: Served, village: Village, number: int) -> None:
        self._remote = server.remote(village, "beto", pause=lambda _seconds: None)
        self._content = bytes([number]) * 32
        self.acknowledged: dict[str, bytes] = {}
        self.enough = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def _work(self) -> None:
        try:
            for index in count():
                path = piece_path(NORTH, "beto", index, self._content)
                data = f"{path} {index}".encode() * 500
                self._remote.put(path, data)
                self.acknowledged[path] = data
                if index == 10:
                    self.enough.set()
        except ports.RemoteError:
            self.enough.set()

    def wait(self) -> None:
        self.enough.wait(120)
        assert len(self.acknowledged) >= 10

    def join(self) -> None:
        self._thread.join(120)
        assert not self._thread.is_alive()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_acknowledged_is_lost(serve: Start, tmp_path: Path, how: signal.Signals) -> None:
    village = Village()
    server = serve(tmp_path, "--open", "--quiet")
    found(server, village)
    writers = [Writer(server, village, number) for number in range(4)]
    for one in writers:
        one.wait()
    ended = server.stop(how)
    for one in writers:
        one.join()
    assert ended == (0 if how is signal.SIGTERM else -how)
    again = serve(tmp_path, "--open", "--quiet").remote(village, "beto")
    for one in writers:
        for path, data in one.acknowledged.items():
            assert again.read(path, len(data)) == data
    half = [name for name in files_of(tmp_path / token(village.project)) if "tmp" in name]
    assert half == [] or how is signal.SIGKILL
    path = piece_path(NORTH, "beto", 99_000)
    assert again.put(path, b"and it goes on")


def test_two_servers_over_one_folder_are_one(serve: Start, tmp_path: Path) -> None:
    options = ("--quiet", "--open", "--limit", "roster-seconds=0")
    _are_one(serve(tmp_path, *options), serve(tmp_path, *options))


@pytest.fixture(scope="module")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Seaweed]:
    made = servers.Seaweed(tmp_path_factory.mktemp("seaweed"))
    made.start()
    yield made
    made.stop()


def test_two_servers_over_one_object_store_are_one(serve: Start, seaweed: servers.Seaweed) -> None:
    from sync.remotes.s3 import S3Remote

    text = f"s3://{servers.BUCKET}/served?endpoint=http://127.0.0.1:{seaweed.port}"
    secret = Secret(access_key=servers.ACCESS, password=servers.SECRET_KEY)
    bucket = S3Remote(parse(text), secret)
    assert bucket._ask("PUT", "").status in {200, 409}
    bucket.close()
    environment = {"KIPU_STORAGE_ACCESS_KEY": servers.ACCESS,
                   "KIPU_STORAGE_SECRET": servers.SECRET_KEY}  # fmt: skip
    options = ("--quiet", "--open", "--limit", "roster-seconds=0")
    one, other = (serve(text, *options, environment=environment) for _each in range(2))
    _are_one(one, other)


def _are_one(one: Served, other: Served) -> None:
    village = Village()
    found(one, village)
    here, there = one.remote(village, "beto"), other.remote(village, "dora")
    path, batch = village.batch_path("beto", NORTH), village.batch("beto", NORTH)
    assert here.put(path, batch)
    assert there.read(path, 9999) == batch
    assert other.remote(village, "beto").put(path, batch) is False
    # A session begun with one is good for the other.
    session = Raw(one, village, "beto").session()
    reply = Raw(other, village, "beto").signed(
        session, "GET", f"/v1/{token(village.project)}/files/{path}"
    )
    assert (reply.status, reply.body) == (200, batch)
    _race(one, other, village)
    village.revoke("beto")
    push(one.remote(village, "ana"), village)
    with pytest.raises(ports.RemoteError) as caught:
        other.remote(village, "beto").read(path, 9999)
    assert caught.value.code == "remote-not-admitted"


def _race(one: Served, other: Served, village: Village) -> None:
    """Both are told to write other bytes to one place: one of them is not heeded."""
    path = piece_path(NORTH, "dora")
    told: list[str] = []
    begin = threading.Barrier(2)

    def put(server: Served, data: bytes) -> None:
        remote = server.remote(village, "dora")
        remote.probe()
        begin.wait(60)
        try:
            remote.put(path, data)
        except ports.Occupied:
            told.append("occupied")
        else:
            told.append(data.decode())

    threads = [threading.Thread(target=put, args=each) for each in ((one, b"one"), (other, b"two"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(told) == 2
    assert "occupied" in told
    won = one.remote(village, "dora").read(path, 10)
    assert won is not None
    assert won.decode() in told
