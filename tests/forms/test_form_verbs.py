"""``form check`` and ``form preview`` as their users run them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.forms.conftest import table
from tests.journeys.desk import Desk, Outcome

GOOD = """
    # survey
    type | name | label | relevant | calculation | appearance
    integer | age | How old? | | |
    text | why | Why? | ${age} > 5 and ${age} < 3 | | spinner
    calculate | price | | | pulldata('prices', 'cost', 'age', ${age}) |
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.md").write_text(table(GOOD))
    (tmp_path / "good-media").mkdir()
    (tmp_path / "good-media" / "prices.csv").write_text("age,cost\n7,12\n")
    (tmp_path / "bad.md").write_text(table("# survey\ntype | name | label\ntxet | a | A\n"))
    return tmp_path


def run(folder: Path, *words: str) -> Outcome:
    return Desk(folder / "home").run("form", *words)


def told(folder: Path, *words: str) -> Any:
    return json.loads(run(folder, *words, "--json").out)


def test_a_good_form_is_told_to_be_usable_with_what_is_odd(folder: Path) -> None:
    found = told(folder, "check", str(folder / "good.md"))
    assert found["ok"]
    assert found["questions"] == 2
    places = [(one["sheet"], one["row"], one["column"]) for one in found["warnings"]]
    assert places == [("survey", 3, "relevant"), ("survey", 3, "appearance")]
    assert "spinner" in run(folder, "check", str(folder / "good.md")).out


def test_a_broken_form_is_refused_with_place_and_advice(folder: Path) -> None:
    ended = run(folder, "check", str(folder / "bad.md"), "--json")
    assert ended.code != 0
    (problem,) = json.loads(ended.out)["problems"]
    assert (problem["sheet"], problem["row"], problem["column"]) == ("survey", 2, "type")
    assert "text" in problem["advice"]
    assert "survey" in run(folder, "check", str(folder / "bad.md")).err


def test_a_preview_is_the_same_each_time_and_names_what_never_comes_up(folder: Path) -> None:
    first = told(folder, "preview", str(folder / "good.md"), "--seed", "3", "--runs", "4")
    again = told(folder, "preview", str(folder / "good.md"), "--seed", "3", "--runs", "4")
    assert first == again
    assert first["ok"]
    assert [one["name"] for one in first["asked"]] == ["age"]
    assert [(one["name"], one["row"]) for one in first["never"]] == [("why", 3)]
    assert run(folder, "preview", str(folder / "bad.md")).code != 0
