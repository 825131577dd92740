"""What keeps one laptop, or somebody's mischief, from taking the server away from the others."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sync import layout, ports
from sync.ids import token
from sync.remotes import kipu_wire
from sync.server.limits import Limits, Patience, Rates, Waiting
from sync.server.refusals import Refused
from sync.server.service import Asked
from sync.server.storage import Storage
from sync.server.usage import BLOCK, Usage
from tests.server.direct import Direct
from tests.server.serving import PATIENCE, Raw, Served, found
from tests.server.village import IDS, KEYS, NORTH, Village, key_path, name_of, piece_path

Start = Callable[..., Served]
FOUNDING = 7 * BLOCK
"""What founding a village takes: its key, its sentinel, five entries."""


@pytest.mark.parametrize(("size", "limit"), [(90_000_000, 21 * 2**20), (70_000, 65536)])
def test_a_body_too_large_is_refused_before_it_is_read(
    served: Served, village: Village, size: int, limit: int
) -> None:
    raw = Raw(served, village)
    target = kipu_wire.file_target(village.project, "wants/x")
    value = kipu_wire.authorization(raw.keys, raw.session(), "PUT", target, b"")
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        connection.sendall(
            f"PUT {target} HTTP/1.1\r\nHost: x\r\nAuthorization: {value}\r\n"
            f"Content-Length: {size}\r\n\r\n".encode()
        )
        reply = b""
        while piece := connection.recv(4096):
            reply += piece
    assert reply.startswith(b"HTTP/1.1 413")
    assert json.loads(reply.partition(b"\r\n\r\n")[2]) == {"code": "too-large", "limit": limit}


def test_the_driver_says_so_too(served: Served, village: Village) -> None:
    remote = served.remote(village, "beto")
    with pytest.raises(ports.RemoteTooLarge):
        remote.put(piece_path(NORTH, "beto"), bytes(2 * 2**20))


def test_a_body_without_length_or_session_is_not_read(served: Served, village: Village) -> None:
    raw = Raw(served, village)
    target = kipu_wire.file_target(village.project, "wants/x")
    assert raw.ask("PUT", target, b"x").code == "session-wanted"
    with socket.create_connection(("127.0.0.1", served.port)) as connection:
        connection.sendall(
            f"PUT {target} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        )
        assert connection.recv(4096).startswith(b"HTTP/1.1 411")


def test_who_asks_too_often_is_told_when_to_come_again(serve: Start, tmp_path: Path) -> None:
    server = serve(tmp_path, "--open", "--limit", "rate=1", "--limit", "burst=30", "--quiet")
    village = Village()
    found(server, village)
    waits: list[float] = []
    remote = server.remote(village, "beto", pause=waits.append)

    def ask_often() -> None:
        for _each in range(60):
            remote.list("roster")

    with pytest.raises(ports.RemoteBusy) as caught:
        ask_often()
    assert caught.value.code == "remote-busy.server"
    assert len(waits) >= 3
    assert min(waits) >= 1
    # Others are served meanwhile.
    assert server.remote(village, "carla").list("roster")


def test_buckets_fill_at_an_even_pace() -> None:
    now = [0.0]
    rates = Rates(2, 3, clock=lambda: now[0])
    for _each in range(3):
        rates.take(b"a")
    with pytest.raises(Refused) as caught:
        rates.take(b"a")
    assert (caught.value.status, caught.value.after) == (429, 0.5)
    rates.take(b"b")
    now[0] = 0.5
    rates.take(b"a")
    with pytest.raises(Refused):
        rates.take(b"a")


def test_bodies_on_their_way_are_bounded_by_holder_and_all_together() -> None:
    waiting = Waiting(100)
    waiting.add(b"beto", 25)
    with pytest.raises(Refused) as caught:
        waiting.add(b"beto", 1)
    assert (caught.value.status, caught.value.code) == (503, "busy")
    for one in (b"carla", b"dora", b""):
        waiting.add(one, 25)
    with pytest.raises(Refused):
        waiting.add(b"ana", 1)
    waiting.leave(b"carla", 25)
    waiting.add(b"ana", 25)


def test_a_slow_line_that_stalls_is_waited_for_and_a_drip_is_not() -> None:
    now = [0.0]
    slow = Patience(60, clock=lambda: now[0])
    for _minute in range(30):
        now[0] += (
            50  # 64 kbit/s among four uploads, which stand still for almost a minute each time
        )
        assert slow.left > 0
        for _second in range(50):
            now[0] += 1
            slow.came(2000)
            assert slow.left > 0
    now[0] += 60
    assert slow.left == 0
    begun, drip = now[0], Patience(60, clock=lambda: now[0])
    while drip.left:
        drip.came(100)
        now[0] += 1
    assert now[0] - begun <= 70


def test_a_device_and_a_project_have_their_fill(tmp_path: Path) -> None:
    limits = Limits(rate=999, burst=999, device_bytes=20_000, project_bytes=FOUNDING + 29_000)
    direct = Direct(tmp_path, Village(), limits)
    direct.found()
    assert direct.put("beto", piece_path(NORTH, "beto"), bytes(15_000)) == 201
    assert direct.put("beto", piece_path(NORTH, "beto"), bytes(15_000)) == 200
    assert direct.put("beto", piece_path(NORTH, "beto", 1), bytes(15_000)) == "device-quota"
    assert direct.put("dora", piece_path(NORTH, "dora"), bytes(15_000)) == "project-quota"
    assert direct.put("dora", piece_path(NORTH, "dora"), bytes(4100)) == 201


def test_files_without_bytes_take_room_all_the_same(tmp_path: Path) -> None:
    limits = Limits(rate=999, burst=999, device_bytes=10 * BLOCK)
    direct = Direct(tmp_path, Village(), limits)
    direct.found()
    assert direct.put("dora", piece_path(NORTH, "dora"), b"") == "unsound"
    told = [direct.put("dora", piece_path(NORTH, "dora", number), b"x") for number in range(8)]
    shelf = layout.shelf(1)
    told += [direct.put("dora", f"{shelf}/w-{name_of('dora')}-{number:08x}", b"")
             for number in range(4)]  # fmt: skip
    assert told == 10 * [201] + 2 * ["device-quota"]
    # What is marked must lie there.
    nothing = f"f-{token(NORTH)}-{token(bytes(16))}"
    assert direct.put("beto", f"{shelf}/{nothing}", b"") == "mark-of-nothing"


@pytest.mark.parametrize("full", ["device_bytes", "project_bytes"])
def test_a_full_project_can_still_shut_somebody_out(tmp_path: Path, full: str) -> None:
    limits = Limits(rate=999, burst=999, reserve_bytes=10 * BLOCK, **{full: FOUNDING + 10 * BLOCK})
    direct, filler = Direct(tmp_path, Village(), limits), 0
    direct.found()
    who = "ana" if full == "device_bytes" else "dora"
    while direct.put(who, piece_path(NORTH, who, filler), bytes(3000)) == 201:
        filler += 1
    assert direct.put(who, piece_path(NORTH, who, filler), bytes(3000)) == f"{full[:-6]}-quota"
    village = direct.village
    village.revoke("dora")
    direct.push()
    assert direct.get("dora", "share") == "not-admitted"
    assert direct.put("ana", key_path("ana", "beto"), village.wrapped()) == 201
    assert direct.put("ana", layout.heads(NORTH, IDS["ana"]), village.heads("ana", NORTH)) == 201
    assert direct.put("ana", layout.wants(IDS["ana"]), village.wants("ana")) == 201
    # Nothing else goes in, and not even that without end.
    assert direct.put("ana", piece_path(NORTH, "ana", 99), bytes(3000)) == f"{full[:-6]}-quota"
    told = {201}
    while told == {201}:
        entry = village.write("ana", "junk")
        path = layout.roster_entry(entry.author, entry.number)
        told = {direct.put("ana", path, entry.raw)}
    assert told == {f"{full[:-6]}-quota"}


def test_the_driver_calls_a_quota_full(serve: Start, tmp_path: Path) -> None:
    server = serve(tmp_path, "--open", "--limit", "device-bytes=20K", "--quiet")
    village = Village()
    found(server, village)
    remote = server.remote(village, "beto")
    remote.put(piece_path(NORTH, "beto"), bytes(17_000))
    remote.require_room()
    with pytest.raises(ports.RemoteFull):
        remote.put(piece_path(NORTH, "beto", 1), bytes(5_000))
    # It is told beforehand as a session begins.
    remote.probe()
    with pytest.raises(ports.RemoteFull) as caught:
        remote.require_room()
    assert caught.value.code == "remote-full.device-quota"
    other = server.remote(village, "carla")
    other.probe()
    other.require_room()


def test_what_was_put_down_is_counted_by_all_servers_and_remembered(tmp_path: Path) -> None:
    now = [0.0]
    storage = Storage(str(tmp_path))

    def usage(server: str) -> Usage:
        return Usage(storage.own, b"p" * 16, server, clock=lambda: now[0])

    one, other = usage("one"), usage("other")
    one.add(IDS["beto"], 700)
    other.add(IDS["beto"], 200)
    one.save()
    other.save()
    now[0] = 61
    for counted in (one, other, usage("one"), usage("third")):
        counted.require(IDS["beto"], 100, 1000, 1000)
        with pytest.raises(Refused, match="device-quota"):
            counted.require(IDS["beto"], 101, 1000, 0)
        with pytest.raises(Refused, match="project-quota"):
            counted.require(IDS["carla"], 101, 1000, 1000)


def test_limits_are_read_as_people_write_them() -> None:
    limits = Limits.from_texts(["rate=5", "device-bytes=2G", "body-bytes=64k"])
    assert (limits.rate, limits.device_bytes, limits.body_bytes) == (5, 2 * 2**30, 64 * 2**10)
    for wrong in ("rate", "rate=", "rate=-1", "rate=1.5", "speed=3", "rate=٣"):
        with pytest.raises(ValueError, match=r"rate|speed"):
            Limits.from_texts([wrong])


def test_who_sends_nothing_is_not_waited_for(serve: Start, tmp_path: Path) -> None:
    server = serve(
        tmp_path, "--open", "--limit", "header-seconds=1", "--limit", "stall-seconds=1", "--quiet"
    )
    village = Village()
    found(server, village)
    raw = Raw(server, village)
    target = kipu_wire.file_target(village.project, f"wants/{'a' * 26}")
    value = kipu_wire.authorization(raw.keys, raw.session(), "PUT", target, b"")
    head = f"PUT {target} HTTP/1.1\r\nHost: x\r\nAuthorization: {value}\r\n"
    told = []
    for begun in (b"", head.encode(), f"{head}Content-Length: 10\r\n\r\nhalf".encode()):
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            connection.sendall(begun)
            told.append(connection.recv(4096)[:12])
    assert told == [b"", b"", b"HTTP/1.1 408"]


def test_only_so_many_connections_are_served(serve: Start, tmp_path: Path) -> None:
    server = serve(tmp_path, "--open", "--limit", "connections=5", "--quiet")
    idle = [socket.create_connection(("127.0.0.1", server.port)) for _each in range(8)]
    try:
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            reply = b""
            while piece := connection.recv(4096):
                reply += piece
        assert reply.startswith(b"HTTP/1.1 503")
        assert reply.endswith(b'{"code":"busy"}')
    finally:
        for one in idle:
            one.close()
    until = time.monotonic() + 30
    while not _is_healthy(server):
        assert time.monotonic() < until


def _is_healthy(server: Served) -> bool:
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        return connection.recv(100).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("sign", [False, True])
def test_made_up_projects_cost_little_and_drive_none_out(tmp_path: Path, sign: bool) -> None:
    direct = Direct(tmp_path, Village())
    direct.found()
    direct.begin_anew(is_open=False)
    said = {"sign": kipu_wire.to_text(KEYS["eva"].sign_public)} if sign else {}
    body = json.dumps({"device": name_of("eva"), **said}).encode()
    codes = []
    for number in range(600):
        with pytest.raises(Refused) as caught:
            direct.service.begin(Asked("POST", number.to_bytes(16), "", body=body))
        codes.append(caught.value.code)
    assert set(codes) == {"code-wanted" if sign else "project-unknown", "too-often"}
    # Those whose project is here are served all the same, by a server that has just begun, too.
    assert direct.put("beto", piece_path(NORTH, "beto"), b"x") == 201
    direct.begin_anew(is_open=False)
    for number in range(600):
        with pytest.raises(Refused):
            direct.service.begin(Asked("POST", number.to_bytes(16), "", body=body))
    assert direct.put("beto", piece_path(NORTH, "beto", 1), b"x") == 201


def test_who_reads_nothing_of_a_reply_is_let_go(serve: Start, tmp_path: Path) -> None:
    server = serve(tmp_path, "--open", "--limit", "stall-seconds=1", "--quiet")
    village = Village()
    ana = found(server, village)
    part = f"{layout.snapshot(NORTH, IDS['ana'])}/0123456789ab-00000"
    size = 15 * 2**20
    ana.put(part, bytes(size))
    raw = Raw(server, village)
    target = kipu_wire.file_target(village.project, part)
    value = kipu_wire.authorization(raw.keys, raw.session(), "GET", target, b"")
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(
            f"GET {target} HTTP/1.1\r\nHost: x\r\nAuthorization: {value}\r\n\r\n".encode()
        )
        connection.settimeout(PATIENCE)
        # Nothing is read until the server gives up.
        until = time.monotonic() + PATIENCE
        while "stalled" not in server.said:
            assert time.monotonic() < until
            time.sleep(0.05)
        had = 0
        try:
            while piece := connection.recv(2**20):
                had += len(piece)
        except ConnectionResetError:
            pass
    assert had < size
    # Whoever reads gets all of it.
    assert ana.read(part, size) == bytes(size)


def test_made_up_projects_on_an_open_server_fill_no_room(tmp_path: Path) -> None:
    direct = Direct(tmp_path, Village())
    direct.found()
    rooms = direct.service._rooms
    for number in range(300):
        made_up = number.to_bytes(16)
        session = direct.service.sessions.make(made_up, IDS["eva"], KEYS["eva"].sign_public, True)
        target = kipu_wire.list_target(made_up, "roster")
        said = kipu_wire.authorization(KEYS["eva"], session, "GET", target, b"")
        direct.service.list(Asked("GET", made_up, "roster", target, said))
    assert rooms.is_kept(direct.village.project)
    assert not rooms.is_kept(bytes(16))
    assert len(rooms) <= 100
