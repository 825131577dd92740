"""The conformance runner itself: what it prints, how it counts, what it returns."""

from __future__ import annotations

import gzip
import json
import tomllib
from pathlib import Path

import pytest

from tests.conformance.__main__ import main
from tests.conformance.report import DEVIATIONS, deviations

CASE = {"xforms": True, "doc": "d", "root": "/", "context": "/*[1]", "source": "", "test": ""}


def expressions(folder: Path, *cases: dict[str, object]) -> str:
    """Write a file of cases and return its path."""
    file = folder / "cases.json"
    file.write_text(
        json.dumps(
            {
                "meta": {"namespaces": {}},
                "docs": {"d": "<a><b>1</b></a>"},
                "cases": [{**CASE, **case} for case in cases],
            }
        )
    )
    return str(file)


RIGHT: dict[str, object] = {"expression": "1 + 1", "kind": "number", "expected": 2}
WRONG: dict[str, object] = {"expression": "1 + 1", "kind": "number", "expected": 3}
BY_CHANCE: dict[str, object] = {**WRONG, "nondeterministic": True}
KNOWN: dict[str, object] = {
    "expression": "date-time('nonsense')",
    "kind": "string",
    "expected": "Invalid Date",
}


def test_failures_are_named_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["xpath", expressions(tmp_path, RIGHT, WRONG, BY_CHANCE)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["1: 1 + 1: expected number 3, found 2.0", "1 passed, 1 failed, 1 skipped"]


def test_quiet_prints_only_the_total(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["xpath", expressions(tmp_path, RIGHT, WRONG), "--quiet"])
    assert capsys.readouterr().out == "1 passed, 1 failed, 0 skipped\n"


def test_deviations_count_as_failed_unless_accepted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = expressions(tmp_path, KNOWN)
    assert main(["xpath", file]) == 1
    assert "[impossible-date: " in capsys.readouterr().out
    assert main(["xpath", file, "--accept-deviations"]) == 0


def test_a_form_run_is_compared_step_by_step(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    form = (
        "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'>"
        "<h:head><model><instance><d id='t'><a/><b/></d></instance>"
        "<bind nodeset='/d/b' calculate='/d/a + 1'/></model></h:head>"
        "<h:body><input ref='/d/a'/></h:body></h:html>"
    )
    node = {"t": "input", "rel": True, "ro": False, "req": False}
    case = {
        "id": "run",
        "source": "",
        "test": "",
        "kind": "init",
        "form": "f",
        "state": {"nodes": {"/d/a": {**node, "v": ""}}},
        "steps": [
            {
                "op": "answer",
                "ref": "/d/a",
                "value": "2",
                "changed": {"/d/b": {**node, "v": "4"}},
                "removed": [],
            }
        ],
    }
    file = tmp_path / "runs.json.gz"
    file.write_bytes(gzip.compress(json.dumps({"forms": {"f": form}, "cases": [case]}).encode()))
    assert main(["scenarios", str(file)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "run: /d/b v: '4' recorded, '3' found",
        "1 of 2 node states as recorded",
        "0 passed, 1 failed, 0 skipped",
    ]


def test_every_deviation_has_a_rule_and_a_reason() -> None:
    written = tomllib.loads(DEVIATIONS.read_text())
    assert set(written) == {"xpath", "scenarios"}
    for suite in written:
        for one in deviations(suite):
            assert one.reason.endswith(".")
            assert not one.matches.search("")
