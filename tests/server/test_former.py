"""What former coordinators wrote: it may have to arrive, and it is bounded."""

from __future__ import annotations

import os

import pytest

from sync.crypto import KeyPair
from sync.ids import token
from sync.ports import RemoteReadOnly
from sync.remotes.http import HttpRemote, NotAdmitted
from sync.roster import Entry
from tests.server.serving import Served, found, push
from tests.server.village import IDS, Village


@pytest.fixture
def village(served: Served, village: Village) -> Village:
    """Eva coordinated and was shut out."""
    village.admit("eva", roles={"*": "coordinator"})
    village.write("eva", "quota", device=IDS["dora"], bytes=5)
    village.revoke("eva")
    push(served.remote(village, "ana"), village)
    return village


def junk(village: Village, size: int = 400_000) -> Entry:
    return village.write("eva", "junk", filler=os.urandom(size * 2 // 3))


def bring(remote: HttpRemote, entry: Entry) -> bool:
    return remote.put(f"roster/{token(entry.author)}/{entry.number:08d}", entry.raw)


def fresh() -> KeyPair:
    seed = os.urandom(32)
    return KeyPair(seed, seed * 2, seed)


def test_fresh_keys_bring_next_to_nothing_of_whoever_was_shut_out(
    served: Served, village: Village
) -> None:
    with pytest.raises(NotAdmitted):
        served.remote(village, "eva").list("roster")
    with pytest.raises(RemoteReadOnly):
        bring(served.remote(village, fresh()), junk(village))
    village.entries.pop()
    village.last[IDS["eva"]] = village.entries[-2]
    brought = []
    try:
        for _each in range(10):
            entry = junk(village, 20_000)
            brought.append(bring(served.remote(village, fresh()), entry))
    except RemoteReadOnly:
        pass
    assert 1 <= len(brought) <= 3


def test_members_bring_it_up_to_a_bound_and_coordinators_what_theirs_builds_on(
    served: Served, village: Village
) -> None:
    beto, ana = (served.remote(village, who) for who in ("beto", "ana"))
    count = 0
    while count < 100:
        entry = junk(village)
        try:
            assert bring(beto, entry)
        except RemoteReadOnly:
            break
        count += 1
    assert 30 <= count <= 50
    # Ana read more of it somewhere else, and her next word names it.
    assert bring(ana, entry)
    assert bring(ana, village.revoke("dora"))


def test_what_was_written_before_the_cut_arrives_with_anybody(served: Served) -> None:
    village = Village("cut")
    village.admit("eva", roles={"*": "coordinator"})
    found(served, village)
    late = village.write("eva", "quota", device=IDS["dora"], bytes=5)
    village.revoke("eva")
    newcomer = served.remote(village, fresh())
    for entry in village.entries[-2:]:
        bring(newcomer, entry)
    assert f"{late.number:08d}" in served.remote(village, "ana").list(f"roster/{token(IDS['eva'])}")


def test_a_coordinator_brings_what_somebody_else_signed_and_no_other_does(
    served: Served, village: Village
) -> None:
    entry = village.write("beto", "junk")
    with pytest.raises(RemoteReadOnly):
        bring(served.remote(village, "carla"), entry)
    assert bring(served.remote(village, "ana"), entry)
    assert bring(served.remote(village, "ana"), village.revoke("beto"))
