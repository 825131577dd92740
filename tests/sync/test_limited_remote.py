"""A limited remote takes no more of the line than it was given, both ways together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.remotes.limited import Bucket, Limited
from tests.sync.sharing import MemoryRemote


class Clock:
    """Goes on only by resting."""

    def __init__(self) -> None:
        self.at = 0.0

    def now(self) -> float:
        return self.at

    def rest(self, seconds: float) -> None:
        assert seconds > 0
        self.at += seconds


def limited(rate: int) -> tuple[Limited, MemoryRemote, Clock]:
    clock, place = Clock(), MemoryRemote()
    return Limited(place, Bucket(rate, clock.now, clock.rest)), place, clock


@given(st.lists(st.integers(0, 5000), min_size=2, max_size=30), st.integers(100, 10_000))
def test_no_faster_than_its_rate_on_average(sizes: list[int], rate: int) -> None:
    remote, _place, clock = limited(rate)
    for number, size in enumerate(sizes):
        if number % 2:
            remote.put(f"a/{number}", bytes(size))
        else:
            remote.replace(f"a/{number}", bytes(size))
    # The last file goes on credit, and a second's worth at once.
    assert clock.at >= (sum(sizes[:-1]) - rate - 1) / rate - 1e-6
    assert clock.at <= sum(sizes) / rate + 1e-6


def test_what_is_read_and_listed_counts_too() -> None:
    remote, place, clock = limited(1000)
    place.files["a/one"] = bytes(3000)
    assert remote.read("a/one", 9999) == bytes(3000)
    assert clock.at == 0
    assert remote.list("a") == ["one"]
    assert clock.at == pytest.approx(2.0, abs=0.01)
    assert remote.changed("a", "") == ["one"]
    remote.probe()
    remote.remove("a/one")
    assert place.files == {}


def test_the_same_bytes_again_cost_nothing() -> None:
    remote, _place, clock = limited(100)
    remote.put("a/one", bytes(50))
    for _again in range(10):
        assert not remote.put("a/one", bytes(50))
    assert clock.at == 0


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="never fills"):
        Bucket(0)


def test_a_rest_that_raises_stops_between_two_files() -> None:
    remote, place, clock = limited(10)

    def stop(_seconds: float) -> None:
        raise KeyboardInterrupt

    remote = Limited(place, Bucket(10, clock.now, stop))
    remote.put("a/one", bytes(50))
    with pytest.raises(KeyboardInterrupt):
        remote.put("a/two", bytes(50))
    assert list(place.files) == ["a/one"]
