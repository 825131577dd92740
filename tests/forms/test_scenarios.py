"""Recorded form runs of ODK Web Forms: whole runs, and states of single questions."""

from __future__ import annotations

from pathlib import Path

from app.i18n import speaking
from tests.conformance import scenarios
from tests.forms.test_xpath_cases import share


def test_recorded_runs(shared: Path) -> None:
    with speaking("en"):
        found = list(scenarios.verdicts(shared / "cases" / "scenarios-open.json.gz"))
    assert share(found) >= 0.97, [one.case for one in found if one.difference]
    right = sum(one.nodes[0] for one in found)
    assert right / sum(one.nodes[1] for one in found) >= 0.99
