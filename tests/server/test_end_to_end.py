"""Two laptops and a server of their own, all by the verbs people type."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync import ports
from sync.ids import token
from sync.remotes.addresses import parse
from sync.remotes.http import HttpRemote
from tests.journeys.desk import PARISH, Desk, World, agree, make_world
from tests.server import serving
from tests.server.serving import Served, found
from tests.server.village import KEYS, Village

Start = Callable[..., Served]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("world") / "w")


@pytest.fixture
def world(template: World, tmp_path: Path) -> World:
    return template.copy(tmp_path / "w")


@pytest.fixture
def server(serve: Start, tmp_path: Path) -> Served:
    (tmp_path / "storage").mkdir()
    return serve(tmp_path / "storage", "--quiet", command=("-m", "app", "serve"))


def with_secret(desk: Desk, secret: str) -> Desk:
    return Desk(desk.home, extra={"KIPU_REMOTE_SECRET": secret})


def found_there(world: World, server: Served, storage: Path) -> None:
    desk = with_secret(world.coordinator, serving.invite(str(storage)))
    desk.tell("remote", "add", "servidor", server.address)
    world.coordinator.tell("sync", "servidor", "--found")
    world.facilitator.tell("remote", "add", "servidor", server.address)


def test_two_laptops_meet_at_a_server(world: World, server: Served, tmp_path: Path) -> None:
    coordinator, facilitator = world.coordinator, world.facilitator
    assert "code" in coordinator.refused("sync", server.address, "--found")
    found_there(world, server, tmp_path / "storage")
    made = facilitator.tell("record", "new", "person", "name=Ana", "--space", PARISH)
    photo = tmp_path / "foto.jpg"
    photo.write_bytes(os.urandom(200_000))
    facilitator.tell("attachment", "add", made["id"], str(photo))
    sent = facilitator.tell("sync", "servidor")
    assert sent["sent"]["changes"] >= 2
    assert sent["attachments"]["sent"]["files"] == 1
    taken = coordinator.tell("sync", "servidor")
    assert taken["received"]["changes"] >= 2
    assert taken["attachments"]["received"]["files"] == 1
    assert taken["warnings"] == taken["quarantined"] == []
    agree(coordinator, facilitator)
    # Erased, it goes from the server as well.
    coordinator.tell("erase", made["id"], "--reason", "asked to", "--yes")
    for desk in (coordinator, facilitator, coordinator):
        told = desk.tell("sync", "servidor")
        assert told["quarantined"] == []
    agree(coordinator, facilitator)
    assert [one["done"] for one in coordinator.tell("erasures")[0]["devices"]] == [True, True]
    # Shut out, the facilitator neither sends nor receives.
    name = next(one["device"] for one in coordinator.tell("device", "list")
                if "facilitator" in str(one["roles"]))  # fmt: skip
    coordinator.tell("device", "revoke", name)
    coordinator.tell("sync", "servidor")
    facilitator.tell("record", "new", "person", "name=Eva", "--space", PARISH)
    assert "does not know this laptop" in facilitator.refused("sync", "servidor")


def test_a_quota_used_up_is_told_with_what_came_all_the_same(
    world: World, serve: Start, tmp_path: Path
) -> None:
    coordinator, facilitator = world.coordinator, world.facilitator
    server = serve(tmp_path, "--quiet", "--open")
    coordinator.tell("sync", server.address, "--found")
    facilitator.tell("remote", "add", "servidor", server.address)
    facilitator.tell("sync", "servidor")
    assert facilitator.tell("remote", "test", "servidor")["ok"]
    coordinator.tell("record", "new", "person", "name=Ana", "--space", PARISH)
    coordinator.tell("sync", server.address)
    facilitator.tell("record", "new", "person", "name=Eva", "--space", PARISH)
    assert server.stop() == 0
    server = serve(tmp_path, "--quiet", "--limit", "device-bytes=4K")
    facilitator.tell("remote", "add", "otro", server.address)
    done = facilitator.run("sync", "otro", "--json")
    assert done.code == 1
    assert "device-bytes" in done.err
    told = json.loads(done.out)
    assert told["received"]["changes"] == 1
    [place] = told["remotes"]
    assert (place["ok"], place["code"]) == (False, "remote-full.device-quota")
    assert place["received"]["changes"] == 1
    assert place["message"] in done.err
    tried = facilitator.run("remote", "test", "otro", "--json")
    assert json.loads(tried.out)["code"] == "remote-full.device-quota"
    assert "can still be taken in" in tried.err
    assert tried.code == 1


def test_a_laptop_joins_and_brings_its_own_admission(
    world: World, server: Served, tmp_path: Path
) -> None:
    found_there(world, server, tmp_path / "storage")
    newcomer, request, grant = world.desk("new"), str(tmp_path / "r"), str(tmp_path / "g")
    newcomer.tell("request", "--person", "Eva Grefa", "--out", request)
    world.coordinator.tell("admit", request, "--role", "facilitator", "--space", PARISH,
                           "--out", grant)  # fmt: skip
    newcomer.tell("join", grant)
    # The coordinator has not synced since.
    newcomer.tell("record", "new", "person", "name=Eva", "--space", PARISH)
    assert newcomer.tell("sync", server.address)["sent"]["changes"] >= 1
    assert world.coordinator.tell("sync", "servidor")["received"]["changes"] >= 1


def test_a_project_is_recovered_from_a_server_by_its_paper(serve: Start, tmp_path: Path) -> None:
    (tmp_path / "storage").mkdir()
    server = serve(tmp_path / "storage", "--quiet", "--open")
    lost, new = Desk(tmp_path / "lost"), Desk(tmp_path / "new")
    paper = lost.tell("init", "--project", "Pastaza", "--person", "Rosa")["project_recovery_code"]
    lost.tell("space", "add", PARISH)
    lost.tell("record", "new", "person", "name=Ana", "--space", PARISH)
    lost.tell("sync", server.address, "--found")
    project = next(path.name for path in (tmp_path / "storage").iterdir() if path.name != "server")
    address = f"{server.address}/{project}"

    def recover(where: str, code: str) -> list[str]:
        given = tmp_path / "code"
        given.write_text(code)
        descriptor = os.open(given, os.O_RDONLY)
        os.set_inheritable(descriptor, True)
        try:
            return [*_told(new, descriptor, where)]
        finally:
            os.close(descriptor)

    code, said = recover(server.address, paper)
    assert code != "0"
    assert "number" in said
    code, said = recover(address, paper.replace(paper[3], "7" if paper[3] != "7" else "8"))
    assert code != "0"
    code, said = recover(address, paper)
    assert code == "0", said
    new.tell("sync", address)
    assert [one["fields"]["name"] for one in new.tell("record", "list", "person")] == ["Ana"]
    # Anew under its own keys: the server learnt of it from the entry the project's root signed.
    new.tell("record", "new", "person", "name=Eva", "--space", PARISH)
    assert new.tell("sync", address)["sent"]["changes"] >= 1


def _told(desk: Desk, descriptor: int, where: str) -> Iterator[str]:
    words = ("recover", where, "--person", "Rosa", "--code-fd", str(descriptor), "--json")
    done = desk.run(*words, pass_fds=(descriptor,))
    assert "Traceback" not in done.err
    yield str(done.code)
    yield done.err or json.dumps(done.json)


# --- TLS ----------------------------------------------------------------------------------------


def test_tls_by_files_and_a_certificate_told_beforehand(
    serve: Start, tmp_path: Path, certificate: tuple[Path, Path, str]
) -> None:
    cert, key, fingerprint = certificate
    (tmp_path / "s").mkdir()
    server = serve(tmp_path / "s", "--open", "--quiet", "--tls-cert", str(cert),
                   "--tls-key", str(key))  # fmt: skip
    village = Village()
    assert server.address.startswith("kipu+https://")
    with pytest.raises(ports.RemoteCertificate) as caught:
        server.remote(village, "ana").probe()
    assert caught.value.params["fingerprint"] == fingerprint
    server.options = f"?certificate={fingerprint}"
    found(server, village)
    assert server.remote(village, "beto").read("share", 1000) == village.sentinel()
    assert token(village.project) not in server.said


def test_the_fingerprint_a_trial_shows_is_the_one_an_address_takes(
    world: World, serve: Start, tmp_path: Path, certificate: tuple[Path, Path, str]
) -> None:
    cert, key, shown = certificate
    (tmp_path / "s").mkdir()
    server = serve(
        tmp_path / "s", "--open", "--quiet", "--tls-cert", str(cert), "--tls-key", str(key)
    )
    done = world.coordinator.run("remote", "test", server.address, "--json")
    assert (done.code, json.loads(done.out)["fingerprint"]) == (1, shown)
    assert f"?certificate={shown}" in world.coordinator.refused("remote", "test", server.address)
    server.options = f"?certificate={shown}"
    world.coordinator.tell("sync", server.address, "--found")
    tried = world.coordinator.tell("remote", "test", server.address)
    assert (tried["ok"], tried["fingerprint"]) == (True, shown)
    # It is remembered with what proves it.
    assert world.coordinator.tell("sync")["quarantined"] == []


def test_what_is_no_kipu_server_is_said(serve: Start, tmp_path: Path) -> None:
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from threading import Thread

    class Other(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_error(404)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    other = HTTPServer(("127.0.0.1", 0), Other)
    thread = Thread(target=other.serve_forever)
    thread.start()
    try:
        address = parse(f"kipu+http://127.0.0.1:{other.server_port}")
        remote = HttpRemote(address, KEYS["ana"], Village().project)
        with pytest.raises(ports.RemoteBroken) as caught:
            remote.probe()
        assert caught.value.code == "remote-broken.no-kipu-server"
    finally:
        other.shutdown()
        thread.join()
        other.server_close()
    with pytest.raises(ports.RemoteRefused):
        remote.probe()
