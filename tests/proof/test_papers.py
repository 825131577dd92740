"""Papers and key files that are not what they should be: a sentence each, and nothing changes."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli.main import main
from tests.journeys.desk import PARISH, Desk, World
from tests.proof.meter import Cost, measured, within

Spoil = Callable[[bytes], bytes]


def flipped(at: float) -> Spoil:
    def spoil(raw: bytes) -> bytes:
        damaged = bytearray(raw)
        damaged[int(at * (len(raw) - 1))] ^= 4
        return bytes(damaged)

    return spoil


SPOILED: dict[str, Spoil] = {
    "empty": lambda raw: b"",
    "cut": lambda raw: raw[:-1],
    "half": lambda raw: raw[: len(raw) // 2],
    "longer": lambda raw: raw + b"\0",
    "magic": flipped(0),
    "version": lambda raw: raw[:4] + b"\x09" + raw[5:],
    "flipped": flipped(0.3),
    "flipped late": flipped(1),
    "nested": lambda raw: raw[:69] + b"[" * 10_000,
    "huge": lambda raw: raw + bytes(2 << 20),
    "rubbish": lambda raw: random.Random(5).randbytes(3000),
}


def in_process(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *words: str
) -> str:
    """Run a verb here that must be refused; returns the sentence."""
    for name, value in desk.environment().items():
        if name.startswith("KIPU"):
            monkeypatch.setenv(name, value)
    code = main(list(words))
    out, err = capfd.readouterr()
    assert (code, out) == (1, ""), err
    assert "Traceback" not in err
    assert err.strip()
    return err.strip()


@pytest.mark.parametrize("name", SPOILED)
def test_a_request_that_is_none(
    template: World, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    desk, paper = template.coordinator, tmp_path / "request"
    paper.write_bytes(SPOILED[name]((template.root / "facilitator.req").read_bytes()))
    before = desk.digests()
    admit = ["--role", "facilitator", "--space", PARISH, "--out", str(tmp_path / "grant")]
    in_process(desk, monkeypatch, capfd, "admit", str(paper), *admit)
    assert not (tmp_path / "grant").exists()
    assert desk.digests() == before


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("asking") / "new")
    desk.tell("request", "--person", "Zoila", "--out", str(desk.home.parent / "request"))
    return desk


@pytest.mark.parametrize("name", [*SPOILED, "another's"])
def test_a_grant_that_is_none(
    template: World, asking: Desk, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    raw, paper = (template.root / "secretary.grant").read_bytes(), tmp_path / "grant"
    paper.write_bytes(SPOILED.get(name, bytes)(raw))
    in_process(asking, monkeypatch, capfd, "join", str(paper))
    project = asking.open()
    assert not project.is_joined
    project.close()


HEADERS: dict[str, Spoil] = {
    "empty": lambda raw: b"",
    "cut": lambda raw: raw[: len(raw) // 2],
    "nested": lambda raw: b"[" * 100_000,
    "huge": lambda raw: raw + b" " * (64 << 20),
    "not text": lambda raw: bytes(1000),
    "numbers": lambda raw: b'{"version": 1e999999}',
}


@pytest.mark.parametrize("name", HEADERS)
def test_hostile_key_files(template: World, opening: Cost, tmp_path: Path, name: str) -> None:
    world = template.copy(tmp_path / "w")
    desk = world.facilitator
    for file in ("keys.json", "keys.json.previous"):
        path = desk.folder / file
        path.write_bytes(HEADERS[name](path.read_bytes() if path.exists() else b"{}"))
    outcome, cost = measured(desk, "status")
    assert outcome.sentence
    within(cost, opening)


def test_key_files_that_ask_for_too_much(template: World, opening: Cost, tmp_path: Path) -> None:
    """Every number in the header blown up: refused before any memory is given for it."""
    world = template.copy(tmp_path / "w")
    desk = world.facilitator
    raw = (desk.folder / "keys.json").read_bytes()

    def blown(found: object) -> object:
        if isinstance(found, dict):
            return {k: blown(v) for k, v in found.items()}
        if isinstance(found, list):
            return [blown(one) for one in found] * 1000
        return 1 << 40 if isinstance(found, int) and not isinstance(found, bool) else found

    for file in ("keys.json", "keys.json.previous"):
        (desk.folder / file).write_text(json.dumps(blown(json.loads(raw))), "utf-8")
    outcome, cost = measured(desk, "status")
    assert outcome.sentence
    within(cost, opening)


def test_a_wrong_passphrase(template: World, tmp_path: Path) -> None:
    world = template.copy(tmp_path / "w")
    desk = world.secretary
    before = desk.digests()
    assert "passphrase is wrong" in Desk(desk.home, "otra").refused("status")
    assert desk.digests() == before
