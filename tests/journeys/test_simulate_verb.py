"""`kipu simulate`: anybody can prove sync on their own machine, without a project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli.main import main


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["simulate", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_seeds_are_played_and_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    traces = [tmp_path / "one.txt", tmp_path / "two.txt"]
    code, out, _err = run(capsys, "--seeds", "1:3", "--json", "--trace", str(traces[0]))
    assert code == 0
    result = json.loads(out)
    assert result["seeds"] == [1, 3]
    assert result["steps"] > 100
    assert result["faults"]
    assert result["failed"] == []
    code, out, _err = run(capsys, "--seeds", "2", "--trace", str(traces[1]))
    assert code == 0
    assert out.startswith("Seeds 2:3: ")
    whole, second = (path.read_text("utf-8") for path in traces)
    assert whole.endswith(second)
    assert second.startswith("seed 2\n")


def test_a_failing_seed_is_named_with_its_trace(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.simulation import running
    from app.simulation.book import Broken

    found = [Broken("digests agree", "m1 | m2")]
    monkeypatch.setattr(running.oracle, "check", lambda *_all: found)
    code, out, err = run(capsys, "--seeds", "1", "--json")
    assert code == 1
    [failed] = json.loads(out)["failed"]
    assert failed["seed"] == 1
    assert failed["broken"] == [{"invariant": "digests agree", "detail": "m1 | m2"}]
    assert failed["trace"]
    assert "1" in err


@pytest.mark.parametrize("text", ["", "5:5", "9:3", "a:b", "-1:2", "1:2:3"])
def test_what_is_no_range_is_refused(capsys: pytest.CaptureFixture[str], text: str) -> None:
    code, _out, err = run(capsys, f"--seeds={text}")
    assert code == 1
    assert "range of seeds" in err
