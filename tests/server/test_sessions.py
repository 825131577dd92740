"""Sessions and signatures, as somebody without a proper client would try them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.ids import token
from sync.remotes import kipu_wire
from sync.server.refusals import Refused
from sync.server.sessions import SECONDS, Sessions, parts_of
from tests.server.serving import Raw, Served, found
from tests.server.village import IDS, KEYS, Village

PROJECT, DEVICE = b"p" * 16, b"d" * 16


@pytest.fixture
def raw(served: Served, village: Village) -> Raw:
    return Raw(served, village)


def target(village: Village, path: str = "share") -> str:
    return kipu_wire.file_target(village.project, path)


def test_a_signed_request_is_answered(raw: Raw, village: Village) -> None:
    reply = raw.signed(raw.session(), "GET", target(village))
    assert (reply.status, reply.body) == (200, village.sentinel())


@pytest.mark.parametrize(
    "sent", [{"method": "DELETE"}, {"target": "roster"}, {"target": "query"}, {"body": b"other"}]
)
def test_a_signature_serves_for_one_request_only(
    raw: Raw, village: Village, sent: dict[str, object]
) -> None:
    path, session = f"wants/{token(IDS['ana'])}", raw.session()
    if sent.get("target") == "roster":
        sent = {"target": target(village, f"roster/{token(IDS['ana'])}/00000001")}
    elif sent.get("target") == "query":
        sent = {"target": target(village, path) + "?replace=1"}
    method = "PUT" if "body" in sent else "GET"
    reply = raw.signed(session, method, target(village, path), b"words", sent)
    assert (reply.status, reply.code) == (401, "signature-wrong")


def test_somebody_elses_token_is_worth_nothing(raw: Raw, served: Served, village: Village) -> None:
    stolen = Raw(served, village, "beto").session()
    reply = raw.signed(stolen, "GET", target(village))
    assert (reply.status, reply.code) == (401, "signature-wrong")


def test_a_token_of_another_project_is_refused(raw: Raw, served: Served, village: Village) -> None:
    other = Village(village.seed + " too")
    found(served, other)
    session = Raw(served, other).session()
    reply = raw.signed(session, "GET", target(village))
    assert (reply.status, reply.code) == (401, "session-unknown")


def test_a_token_is_no_longer_good_after_its_time_or_altered() -> None:
    now = [1000.0]
    sessions = Sessions(b"secret", now=lambda: now[0])
    text = sessions.make(PROJECT, DEVICE, b"k" * 32, may_found=True)
    read = sessions.read(text, PROJECT)
    assert (read.device, read.sign, read.may_found) == (DEVICE, b"k" * 32, True)
    with pytest.raises(Refused, match="session-unknown"):
        sessions.read(text, b"q" * 16)
    with pytest.raises(Refused, match="session-unknown"):
        Sessions(b"another secret", now=lambda: now[0]).read(text, PROJECT)
    raw = bytearray(kipu_wire.from_text(text))
    for place in range(len(raw)):
        raw[place] ^= 1
        with pytest.raises(Refused, match="session-"):
            sessions.read(kipu_wire.to_text(bytes(raw)), PROJECT)
        raw[place] ^= 1
    now[0] += SECONDS
    with pytest.raises(Refused, match="session-expired"):
        sessions.read(text, PROJECT)


@pytest.mark.parametrize(
    "text", ["", "Kipu", "Kipu abc", "Basic abc.def", "Kipu a.é", "Kipu ." * 99]
)
def test_any_header_is_read_or_refused(text: str) -> None:
    with pytest.raises(Refused):
        Sessions(b"secret").read(parts_of(text)[0], PROJECT)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"device": 5}', b'{"device": "x"}', b"\xff",
                                  b'{"device": "%s", "sign": "AA"}' % (b"a" * 26)])  # fmt: skip
def test_any_introduction_is_read_or_refused(raw: Raw, village: Village, body: bytes) -> None:
    reply = raw.ask("POST", kipu_wire.session_target(village.project), body)
    assert reply.status in {400, 411}


def test_what_is_not_there_is_told_in_one_line(raw: Raw) -> None:
    for path in ("/", "/v1", "/v1/x/files/share", f"/v1/{'a' * 26}/other/share"):
        assert raw.ask("GET", path).status == 404
    assert raw.ask("POST", f"/v1/{'a' * 26}/files/share", b"x").status == 405
    assert raw.ask("GET", f"/v1/{'A' * 26}/files/share").code == "project-unknown"


@pytest.mark.parametrize(
    "path", ["../share", "a/../../server/secret", "A", "con", "a" * 120, "%2e%2e/x"]
)
def test_no_path_leads_out_of_the_project(raw: Raw, village: Village, path: str) -> None:
    reply = raw.signed(raw.session(), "GET", target(village, path))
    assert (reply.status, reply.code) == (400, "bad-path")


def test_a_session_that_is_over_is_begun_anew_unseen(served: Served, village: Village) -> None:
    remote = served.remote(village, "beto")
    remote.probe()
    remote._session = Sessions(b"a secret of before").make(village.project, IDS["beto"])
    assert remote.list("spaces") == []
    assert remote.read("share", 1000) == village.sentinel()


def test_a_stranger_is_told_so(served: Served, village: Village) -> None:
    stranger = served.remote(village, "eva")
    with pytest.raises(Exception, match="roster does not have this laptop") as caught:
        stranger.put(f"wants/{token(IDS['eva'])}", village.wants("eva"))
    assert getattr(caught.value, "code", "") == "remote-not-admitted"


def test_the_same_key_signs_for_nothing_else() -> None:
    said = kipu_wire.signed_part("s", "GET", "/v1", b"")
    assert KEYS["ana"].sign(said, kipu_wire.PURPOSE) != KEYS["ana"].sign(said, b"kipu batch 1")


def test_a_stranger_uses_up_no_member_s_sessions(
    serve: Callable[..., Served], tmp_path: Path
) -> None:
    server = serve(tmp_path, "--open", "--quiet", "--limit", "rate=1", "--limit", "burst=40")
    village = Village()
    found(server, village)
    stranger = Raw(server, village, "eva")
    body = json.dumps({"device": token(IDS["beto"]), "proof": "A" * 86}).encode()
    target = kipu_wire.session_target(village.project)
    statuses = []
    while 429 not in statuses:
        statuses.append(stranger.ask("POST", target, body).status)
        assert len(statuses) < 5000
    waits: list[float] = []
    beto = server.remote(village, "beto", pause=waits.append)
    assert beto.read("share", 1000) == village.sentinel()
    assert waits == []
    # A device's own sessions are bounded by its own bucket.
    proof = kipu_wire.proof(KEYS["beto"], village.project, IDS["beto"])
    body = json.dumps({"device": token(IDS["beto"]), "proof": proof}).encode()
    told = [stranger.ask("POST", target, body).status for _each in range(60)]
    assert set(told) == {200, 429}
    assert server.remote(village, "carla", pause=waits.append).list("spaces") == []
    assert waits == []


def test_a_session_is_proven_by_the_device_for_its_project_alone() -> None:
    proof = kipu_wire.proof(KEYS["ana"], PROJECT, DEVICE)
    sign = KEYS["ana"].sign_public
    assert kipu_wire.check_proof(sign, proof, PROJECT, DEVICE)
    assert not kipu_wire.check_proof(sign, proof, b"q" * 16, DEVICE)
    assert not kipu_wire.check_proof(sign, proof, PROJECT, b"e" * 16)
    assert not kipu_wire.check_proof(KEYS["eva"].sign_public, proof, PROJECT, DEVICE)
    for wrong in ("", "A", "é", "AAAA"):
        assert not kipu_wire.check_proof(sign, wrong, PROJECT, DEVICE)
