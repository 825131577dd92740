"""Who was shut out opens nothing of what is written once the coordinators know of each other."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.commands import membership
from sync import engine, envelope, members
from sync.errors import SyncError
from tests.models.laptops import PARISH, Cast, Laptop, agree, at_floor, lent, settle
from tests.sync.sharing import MemoryRemote


@pytest.fixture(scope="module")
def cast_of_four(tmp_path_factory: pytest.TempPathFactory) -> Cast:
    return at_floor(tmp_path_factory, "coordinator", "facilitator", "facilitator")


@pytest.fixture
def four(cast_of_four: Cast, tmp_path: Path) -> Iterator[list[Laptop]]:
    """Two coordinators and two facilitators, who have not met yet."""
    yield from lent(cast_of_four, tmp_path)


@pytest.fixture
def share(four: list[Laptop]) -> MemoryRemote:
    made = MemoryRemote()
    engine.found(four[0].replica, made)
    settle(made, *four)
    return made


def keys_of(laptop: Laptop, share: MemoryRemote) -> dict[bytes, bytes]:
    """All keys a laptop has or can take from the share, whatever its own program would do."""
    roster = laptop.replica.roster
    found = {bytes(epoch): bytes(key)
             for epoch, key in laptop.project.store.rows("SELECT epoch, key FROM epochs")}  # fmt: skip
    for path, raw in share.files.items():
        if path.startswith("keys/"):
            for epoch in {batch.header.epoch for batch in batches(share)}:
                with contextlib.suppress(SyncError):
                    found[epoch] = members.unwrap_epoch(
                        laptop.replica.keys, roster.project, epoch, raw
                    )
    return found


def batches(share: MemoryRemote) -> list[envelope.Batch]:
    return [
        envelope.parse(raw)
        for path, raw in share.files.items()
        if path.startswith("spaces/") and path.rpartition("/")[2].isdecimal()
    ]


def opened(laptop: Laptop, share: MemoryRemote, since: set[bytes]) -> int:
    """How many batches written since then somebody can open by all keys within reach."""
    keys = keys_of(laptop, share)
    return sum(one.header.epoch in keys for one in batches(share) if one.hash not in since)


def exposed(laptop: Laptop) -> list[int]:
    """To how many each current epoch of the parish is open who may not read on."""
    view, space = laptop.replica.roster.view(), laptop.space()
    return [view.exposure(space, one) for one in view.current_epochs(space)]


def at_odds(four: list[Laptop], share: MemoryRemote) -> None:
    """Each coordinator shuts out another, and the key of each goes to whom the other shut out."""
    ana, beto, caya, dario = four
    membership.change_role(beto.project, dario.device, None, [PARISH])
    beto.sync(share)
    caya.sync(share)
    membership.revoke(ana.project, caya.device)


@pytest.mark.parametrize("poll", [True, False])
def test_who_was_shut_out_reads_no_further_whichever_epoch_others_began_meanwhile(
    four: list[Laptop], share: MemoryRemote, poll: bool
) -> None:
    ana, beto, caya, dario = four
    at_odds(four, share)
    for one in (ana, beto, ana):
        one.sync(share, poll=poll)
    before = {one.hash for one in batches(share)}
    for one in (ana, beto):
        one.person("SECRET")
        one.sync(share, poll=poll)
    assert len(batches(share)) == len(before) + 2
    assert opened(ana, share, before) == 2
    for one in (caya, dario):
        assert opened(one, share, before) == 0
    ana.sync(share)
    agree(ana, beto)


def test_a_third_epoch_ends_it_and_no_fourth_is_begun(
    four: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, _caya, _dario = four
    at_odds(four, share)
    settle(share, ana, beto)
    settle(share, ana, beto)
    begun = len(ana.replica.roster.view().epochs)
    assert not any(exposed(ana))
    settle(share, ana, beto)
    assert len(ana.replica.roster.view().epochs) == begun


def test_a_role_given_meanwhile_to_who_was_shut_out_is_followed_once(
    four: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, caya, dario = four
    membership.change_role(beto.project, caya.device, "secretary", [PARISH])
    membership.revoke(ana.project, caya.device)
    for _round in range(2):
        settle(share, beto, ana)
    begun = len(ana.replica.roster.view().epochs)
    settle(share, ana, beto, dario)
    assert len(ana.replica.roster.view().epochs) == begun
    assert not any(exposed(ana))
    agree(ana, beto, dario)


def test_nothing_new_begins_where_nobody_was_at_odds(
    four: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, caya, dario = four
    membership.revoke(ana.project, caya.device)
    begun = len(ana.replica.roster.view().epochs)
    settle(share, ana, beto, dario)
    membership.change_role(beto.project, dario.device, "secretary", [PARISH])
    settle(share, ana, beto, dario)
    assert len(ana.replica.roster.view().epochs) == begun
    dario.person("Eva")
    settle(share, ana, beto, dario)
    agree(ana, beto, dario)


def test_a_facilitator_writes_on_under_the_safe_key_and_what_was_written_stays_readable(
    four: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, caya, dario = four
    membership.change_role(beto.project, caya.device, None, [PARISH])
    beto.sync(share)
    membership.revoke(ana.project, caya.device)
    settle(share, ana, beto, dario)
    before = {one.hash for one in batches(share)}
    key = dario.person("Eva")
    settle(share, ana, beto, dario)
    assert opened(caya, share, before) == 0
    assert beto.values(key)["name"] == "Eva"
    agree(ana, beto, dario)


def test_a_laptop_whose_first_sync_is_due_begins_nothing(
    four: list[Laptop], share: MemoryRemote
) -> None:
    ana, beto, _caya, _dario = four
    at_odds(four, share)
    ana.project.store.set_meta("must_sync", 1)
    ana.sync(share)
    assert all(exposed(ana))
    settle(share, beto, ana)
    assert not any(exposed(ana))
    agree(ana, beto)
