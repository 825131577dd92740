"""Handing over: nothing is wiped that only this laptop has, unless its loss was typed out."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import KipuError
from app.models import drafts, handover, wiping
from app.models.commands import membership, syncing
from app.models.drafts import Draft
from app.models.project import folders
from app.models.witness import FOLDER
from sync.ids import random_id
from tests.models.laptops import Laptop, found, join


@pytest.fixture
def two(tmp_path: Path) -> tuple[Laptop, Laptop, Path]:
    """A coordinator and a facilitator in step with a share."""
    share = tmp_path / "share"
    share.mkdir()
    first = found(tmp_path / "l1")
    syncing.found_share(first.project, str(share))
    second = join(first, tmp_path / "l2", "Wilmer Andi", "facilitator")
    second.person("Zoe")
    for one in (first, second, first):
        syncing.sync(one.project, str(share))
    return first, second, share


def _draft(laptop: Laptop) -> None:
    drafts.keep(laptop.project, Draft(random_id(), "response", laptop.space(), 1, 1))


def test_what_was_sent_may_go(two: tuple[Laptop, Laptop, Path]) -> None:
    first, second, share = two
    standing = handover.prepare(second.project)
    assert standing.is_clear
    assert (standing.unsent, standing.drafts, standing.trouble) == (0, 0, "")
    assert standing.sent == 1
    assert standing.location == str(share)
    assert standing.spaces[1].records == 1
    digests = first.digests()
    assert {one.name: one.digest for one in standing.spaces} == digests
    seen: list[handover.Standing] = []
    handover.hand_over(second.project, "", seen.append)
    assert seen[0].device == "L2"
    assert folders(second.home) == []
    left = [one for one in second.home.rglob("*") if one.is_file()]
    assert left == []
    syncing.sync(first.project, str(share))
    assert first.digests() == digests


def test_unsent_work_is_counted_and_kept(two: tuple[Laptop, Laptop, Path]) -> None:
    _first, second, share = two
    share.rename(share.with_name("away"))
    second.person("Yana")
    second.person("Ximena")
    _draft(second)
    standing = handover.prepare(second.project)
    assert (standing.unsent, standing.drafts) == (2, 1)
    assert "is not there" in standing.trouble
    assert standing.losses == "2 changes, 1 draft"
    for typed in ("", "yes", "lose", "lose 1 change, 1 draft"):
        with pytest.raises(KipuError, match="2 changes, 1 draft"):
            handover.hand_over(second.project, typed)
    assert folders(second.home) != []
    second.person("Wendy")
    with pytest.raises(KipuError, match="3 changes"):
        handover.hand_over(second.project, standing.phrase)
    handover.hand_over(second.project, " Lose  3 changes 1 draft")
    assert folders(second.home) == []


def test_a_receipt_that_cannot_be_kept_stops_it(two: tuple[Laptop, Laptop, Path]) -> None:
    _first, second, _share = two

    def refuse(_found: handover.Standing) -> None:
        raise KipuError("no paper")

    with pytest.raises(KipuError, match="no paper"):
        handover.hand_over(second.project, "", refuse)
    second.person("still open")


def test_the_receipt_states_what_was_sent_and_says_what_disks_are(
    two: tuple[Laptop, Laptop, Path],
) -> None:
    _first, second, share = two
    standing = handover.standing(second.project)
    paper = handover.receipt(second.project, standing)
    stated = dict(paper.facts)
    assert paper.device == "L2"
    assert stated["Sent from this laptop"] == "1 change"
    assert stated["Sent to"] == str(share)
    assert stated["Lost with it"] == "nothing"
    assert stated["Arajuno"].endswith(standing.spaces[1].digest)
    assert "solid-state" in paper.statement
    assert not paper.setting.practice


def test_the_only_coordinator_is_told(two: tuple[Laptop, Laptop, Path], tmp_path: Path) -> None:
    first, _second, _share = two
    assert handover.standing(first.project).sole_coordinator
    join(first, tmp_path / "l3", "Otra", "coordinator").close()
    assert not handover.standing(first.project).sole_coordinator


def test_a_wipe_without_a_sync_does_not_call_the_work_safe_here(
    two: tuple[Laptop, Laptop, Path],
) -> None:
    _first, second, share = two
    assert handover.prepare(second.project).unseen == ""
    share.rename(share.with_name("away"))
    clear = handover.prepare(second.project)
    assert "on this laptop" in clear.trouble
    assert f"reached {share} before" in clear.unseen
    second.person("Yana")
    assert handover.prepare(second.project).unseen == "The last sync did not go through."


def test_a_wipe_that_was_cut_off_is_finished(two: tuple[Laptop, Laptop, Path]) -> None:
    _first, second, _share = two
    folder = second.project.folder
    second.close()
    folder.rename(folder.with_name(f".gone-{folder.name}"))
    assert folders(second.home) == []
    wiping.finish(second.home)
    assert [one.name for one in second.home.iterdir()] == [FOLDER]


def test_a_laptop_that_never_joined_may_go(tmp_path: Path) -> None:
    asked = membership.make_request(tmp_path / "l", "Rosa Tapuy", "una frase de prueba")
    standing = handover.prepare(asked.project)
    assert standing.is_clear
    handover.hand_over(asked.project)
    assert folders(tmp_path / "l") == []
