"""Two roles on one step: which of them counts is the same on every laptop."""

from __future__ import annotations

import pytest

from sync.roster import Roster
from tests.sync.test_roster import IDS, OBSERVER, PARISH, three


@pytest.mark.parametrize("first", ["ana", "beto"])
@pytest.mark.parametrize(
    ("one", "other", "lesser"),
    [("secretary", "facilitator", "facilitator"), ("weaver", "baker", "baker")],
)
def test_of_concurrent_grants_the_first_by_name_counts(
    first: str, one: str, other: str, lesser: str
) -> None:
    script = three()
    script.admit("ana", "david", OBSERVER)
    base = [script.entries[-1]]
    script.grant(first, "david", {PARISH.hex(): one}, base)
    script.grant({"ana": "beto", "beto": "ana"}[first], "david", {PARISH.hex(): other}, base)
    turned = [*script.entries[:-2], script.entries[-1], script.entries[-2]]
    for roster in (script.roster(), Roster(turned)):
        assert roster.view().role(IDS["david"], PARISH) == lesser


def test_of_the_role_here_and_the_one_everywhere_the_last_by_name_counts() -> None:
    for here, everywhere in (("secretary", "facilitator"), ("facilitator", "secretary")):
        script = three()
        script.admit("ana", "david", {PARISH.hex(): here, "*": everywhere})
        assert script.roster().view().role(IDS["david"], PARISH) == "secretary"
