"""The recorded behaviour of ODK Web Forms', Enketo's and JavaRosa's XPath, as shares of all cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.i18n import speaking
from tests.conformance import xpath
from tests.conformance.report import Verdict


def share(verdicts: list[Verdict]) -> float:
    """Return which part of the cases that count came out as recorded."""
    counted = [one for one in verdicts if one.difference is not None]
    assert counted
    return sum(not one.difference for one in counted) / len(counted)


@pytest.mark.parametrize(("forms", "least"), [(True, 0.99), (False, 0.97)])
def test_recorded_expressions(shared: Path, forms: bool, least: float) -> None:
    with speaking("en"):
        found = list(xpath.verdicts(shared / "cases" / "xpath-open.json", forms))
    assert share(found) >= least, [one.text for one in found if one.difference]


def test_the_answers_of_two_engines(shared: Path) -> None:
    with speaking("en"):
        found = list(xpath.verdicts(shared / "cases" / "xpath-dual-engine.json"))
    assert share(found) >= 0.99
