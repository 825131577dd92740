"""How a project begins on a server, and what the server says of itself."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from sync import layout, ports
from sync.crypto import CannotOpen
from sync.ids import token
from sync.remotes.addresses import parse
from sync.remotes.http import CodeWanted, HttpRemote, NotAdmitted
from sync.roster import ROOT
from sync.server import telemetry
from sync.server.__main__ import main
from sync.server.telemetry import Metrics
from tests.server import serving
from tests.server.serving import Raw, Served, found, push
from tests.server.village import KEYS, NORTH, Village, key_path

Start = Callable[..., Served]


def test_a_code_founds_one_project_by_one_laptop(serve: Start, tmp_path: Path) -> None:
    server = serve(tmp_path, "--quiet")
    first, second = Village("first"), Village("second")
    for code in ("", "aaaaa-bbbbb-ccccc-ddddd-eeeee"):
        remote = server.remote(first, "ana", code)
        with pytest.raises(CodeWanted):
            remote.put("share", first.sentinel())
    code = serving.invite(str(tmp_path))
    remote = server.remote(first, "ana", code.upper().replace("-", " "))
    remote.put("root/key", first.root_key)
    with pytest.raises(CodeWanted):
        server.remote(second, "ana", code).put("share", second.sentinel())
    with pytest.raises(CodeWanted):
        server.remote(first, "beto", code).put("share", first.sentinel("beto"))
    # Cut off there, it goes on with the same code on the same laptop.
    found(server, first, code)
    assert server.remote(first, "beto").read("share", 1000) == first.sentinel()
    with pytest.raises(NotAdmitted):
        server.remote(first, "eva", code).put("share", first.sentinel("eva"))


def test_a_project_nobody_founded_is_an_empty_place(serve: Start, tmp_path: Path) -> None:
    server = serve(tmp_path, "--quiet")
    remote = server.remote(Village(), "ana")
    remote.probe()
    assert remote.read(layout.SENTINEL, 1000) is None
    assert remote.list("roster") == []
    assert not any(tmp_path.glob(token(Village().project)))


def test_a_founder_brings_nothing_but_the_beginning(serve: Start, tmp_path: Path) -> None:
    server, village = serve(tmp_path, "--open", "--quiet"), Village()
    remote = server.remote(village, "ana")
    with pytest.raises(NotAdmitted):
        remote.put(village.batch_path("ana", NORTH), village.batch("ana", NORTH))
    with pytest.raises(ports.RemoteBroken):
        remote.put("share", village.sentinel("beto"))
    found(server, village)
    remote.put(village.batch_path("ana", NORTH), village.batch("ana", NORTH))
    # The beginning is made once.
    with pytest.raises(ports.Occupied):
        remote.put("root/key", b"KIPK" + bytes(60))


def test_recovering_by_paper_reads_roster_and_root_keys(served: Served, village: Village) -> None:
    served.remote(village, "ana").put(key_path("ana", None), village.wrapped())
    address = parse(f"{served.address}/{token(village.project)}")
    remote = HttpRemote(address, None, None)
    remote.probe()
    assert remote.read("root/key", 1000) == village.root_key
    with pytest.raises(CannotOpen):
        remote.as_root(b"another paper...")
    remote.as_root(b"a paper's secret")
    assert remote.read(f"roster/{token(ROOT)}/00000000", 10**6) == village.entries[0].raw
    assert remote.read(key_path("ana", None), 10**6) is not None
    assert remote.list("spaces") == []
    assert remote.address_with_project == address.shown


def test_an_address_without_its_project_recovers_nothing(served: Served, village: Village) -> None:
    with pytest.raises(Exception, match="address") as caught:
        HttpRemote(parse(served.address), None, None)
    assert getattr(caught.value, "code", "") == "remote-bad-address.project"
    other = parse(f"{served.address}/{token(Village('x').project)}")
    with pytest.raises(Exception, match="remote did not") as caught:
        HttpRemote(other, KEYS["ana"], village.project)
    assert getattr(caught.value, "code", "") == "other-project-share"


def test_a_recovered_laptop_brings_its_own_admission(served: Served, village: Village) -> None:
    village.admit("eva", by="root", roles={"*": "coordinator"})
    push(served.remote(village, "eva"), village)
    assert token(ROOT) in served.remote(village, "eva").list("roster")


def test_health_and_numbers_tell_of_nobody(served: Served, village: Village) -> None:
    raw = Raw(served, village)
    assert json.loads(raw.ask("GET", "/health").body) == {"status": "ok"}
    text = raw.ask("GET", "/metrics").body.decode()
    assert 'kipu_server_requests_total{method="PUT",route="files",status="201"}' in text
    assert 'kipu_server_request_seconds_bucket{route="session",le="+Inf"}' in text
    assert token(village.project)[:6] not in text
    until_read = served.said
    assert "127.0.0.1" not in until_read
    assert token(village.project) not in until_read
    for line in until_read.splitlines():
        said = json.loads(line)
        assert {"at", "level", "event"} <= said.keys()


def test_made_up_methods_are_counted_as_one(served: Served, village: Village) -> None:
    raw = Raw(served, village)
    for number in range(20):
        assert raw.ask(f"BREW{number}", "/health").status == 405
    text = raw.ask("GET", "/metrics").body.decode()
    assert "BREW" not in text
    assert 'kipu_server_requests_total{method="other",route="health",status="405"} 20' in text


def test_numbers_are_in_prometheus_own_format() -> None:
    metrics = Metrics()
    metrics.note("GET", "list", 304, 0.003, "")
    metrics.note("GET", "list", 429, 2.0, "too-often")
    for line in metrics.text(waiting=5, sending=6).splitlines():
        name, _space, value = line.rpartition(" ")
        assert line.startswith("# ") or (name.startswith("kipu_server_") and float(value) >= 0)
    assert 'kipu_server_refused_total{code="too-often"} 1' in metrics.text(0, 0)


def test_a_storage_that_is_away_is_no_empty_one(serve: Start, tmp_path: Path) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    server, village = serve(place, "--open", "--quiet"), Village()
    found(server, village)
    os.rename(place, tmp_path / "unplugged")
    place.mkdir()  # the folder it was mounted on stays behind
    remote = server.remote(village, "ana", pause=lambda seconds: None)
    with pytest.raises(ports.RemoteBusy) as caught:
        remote.probe()
    assert caught.value.code == "remote-busy.server"
    health = Raw(server, village).ask("GET", "/health")
    assert health.status == 503
    assert b"what the server kept in it is gone" in health.body
    place.rmdir()
    os.rename(tmp_path / "unplugged", place)
    assert remote.read("share", 1000) == village.sentinel()


def test_what_the_server_keeps_for_itself_is_for_nobody_else(serve: Start, tmp_path: Path) -> None:
    serve(tmp_path, "--open", "--quiet")
    secret = tmp_path / "server" / "KIPU" / "secret"
    assert len(secret.read_bytes()) == 32
    assert stat.S_IMODE(secret.stat().st_mode) & 0o077 == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [(["--listen", "0.0.0.0:0"], "Without TLS"), (["--tls-cert", "x.pem"], "go together"),
     (["--tls-cert", "none.pem", "--tls-key", "none.pem"],
      "certificate none.pem cannot be read: No such file"),
     (["--secret-file", "none"], "cannot be read"), (["--listen", "127.0.0.1:99999"], "HOST:PORT"),
     (["--limit", "speed=1"], "is no limit"), (["--listen", "192.0.2.1:8480", "--behind-proxy"],
                                               "Cannot listen")],
)  # fmt: skip
def test_what_cannot_be_served_is_said_in_a_sentence(
    tmp_path: Path,
    options: list[str],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(telemetry, "begin_logging", lambda _level: None)
    monkeypatch.setattr(os, "umask", lambda _mask: 0)
    try:
        ended = main(["--storage", str(tmp_path), *options])
    except SystemExit as stopped:
        ended = 2 if stopped.code == 2 else 0
    assert ended in {1, 2}
    assert words in capsys.readouterr().err
