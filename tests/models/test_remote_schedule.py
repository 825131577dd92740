"""When a place is synced with by itself, by a clock that is told what time it is."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.remotes.pace import Pace
from app.models.remotes.schedule import (
    EVERY_S,
    FIRST_S,
    GIVEN_WAY_S,
    LONGEST_S,
    NEWS_S,
    Schedule,
)


@dataclass
class Clock:
    """Stands still until it is told to go on."""

    at: float = 1000.0

    def now(self) -> float:
        return self.at


def made(clock: Clock, chance: float = 0.999) -> Schedule:
    return Schedule(clock.now, lambda: chance)


def fail(schedule: Schedule, clock: Clock, place: int) -> float:
    """Wait until it is due and fail; returns how long that was."""
    wait = schedule.wait_s()
    assert wait is not None
    clock.at += wait
    assert schedule.due() == place
    schedule.begin(place)
    schedule.ended(place, fine=False)
    return wait


def test_the_wait_doubles_from_half_a_minute_to_half_an_hour() -> None:
    clock = Clock()
    schedule = made(clock)
    schedule.follow([1])
    waits = [fail(schedule, clock, 1) for _attempt in range(12)]
    assert waits[0] <= FIRST_S
    assert [round(wait / FIRST_S) for wait in waits[1:7]] == [1, 2, 4, 8, 16, 32]
    assert all(LONGEST_S * 0.99 < wait <= LONGEST_S for wait in waits[8:])


def test_the_moment_within_the_wait_is_left_to_chance() -> None:
    clock = Clock()
    waits = []
    for seed in range(40):
        schedule = Schedule(clock.now, random.Random(seed).random)
        schedule.follow([1])
        for _attempt in range(5):
            fail(schedule, clock, 1)
        waits.append(schedule.wait_s() or 0.0)
    longest = FIRST_S * 16
    assert min(waits) < longest / 4
    assert max(waits) > longest / 2
    assert all(1.0 <= wait <= longest for wait in waits)


def test_a_place_that_comes_back_is_due_at_once_and_begins_anew() -> None:
    clock = Clock()
    schedule = made(clock)
    schedule.follow([1])
    for _attempt in range(6):
        fail(schedule, clock, 1)
    schedule.came_back([1])
    assert (schedule.wait_s() or 0.0) <= 2.0
    fail(schedule, clock, 1)
    assert (schedule.wait_s() or 0.0) <= FIRST_S


def test_an_absent_place_is_known_as_away_until_it_is_there() -> None:
    clock = Clock()
    schedule = made(clock)
    schedule.follow([1, 2])
    schedule.begin(1)
    schedule.absent(1)
    assert schedule.away() == [1]
    schedule.came_back([1, 2])
    assert schedule.away() == []


def test_a_sync_by_hand_ends_the_waiting() -> None:
    clock = Clock()
    schedule = made(clock)
    schedule.follow([1])
    for _attempt in range(6):
        fail(schedule, clock, 1)
    schedule.synced(1)
    assert schedule.wait_s() == pytest.approx(EVERY_S)
    fail(schedule, clock, 1)
    assert (schedule.wait_s() or 0.0) <= FIRST_S


def test_after_success_it_comes_again_in_about_ten_minutes() -> None:
    clock = Clock()
    schedule = made(clock, 0.5)
    schedule.follow([1])
    schedule.begin(1)
    schedule.ended(1, fine=True)
    assert schedule.wait_s() == EVERY_S


def test_news_goes_within_the_minute_but_not_to_a_place_that_fails() -> None:
    clock = Clock()
    schedule = made(clock)
    schedule.follow([1])
    schedule.begin(1)
    schedule.ended(1, fine=True)
    schedule.news()
    assert (schedule.wait_s() or 0.0) <= NEWS_S
    for _attempt in range(4):
        fail(schedule, clock, 1)
    before = schedule.wait_s()
    schedule.news()
    assert schedule.wait_s() == before


def test_a_sync_that_made_room_goes_on_soon() -> None:
    clock = Clock()
    schedule = made(clock)
    schedule.follow([1])
    schedule.begin(1)
    schedule.gave_way(1)
    assert schedule.wait_s() == GIVEN_WAY_S


def test_two_never_run_at_once_and_the_longest_due_goes_first() -> None:
    clock = Clock()
    schedule = made(clock)
    schedule.follow([1])
    clock.at += 10
    schedule.follow([1, 2])
    clock.at += 100
    assert schedule.due() == 1
    schedule.begin(1)
    assert schedule.due() is None
    assert schedule.wait_s() is None
    with pytest.raises(RuntimeError):
        schedule.begin(2)
    schedule.ended(1, fine=True)
    assert schedule.due() == 2


def test_a_paused_or_forgotten_place_is_left_alone() -> None:
    clock = Clock()
    schedule = made(clock)
    schedule.follow([1, 2])
    schedule.begin(1)
    schedule.follow([2])
    schedule.ended(1, fine=False)
    clock.at += 1e6
    assert schedule.due() == 2
    schedule.follow([])
    assert schedule.due() is None
    assert schedule.wait_s() is None


_STEPS = st.lists(
    st.tuples(st.sampled_from(["wait", "absent", "fine", "bad", "way", "back", "news", "follow"]),
              st.integers(1, 3)),
    max_size=60,
)  # fmt: skip


@given(_STEPS, st.randoms(use_true_random=False))
def test_whatever_happens_one_at_a_time_and_never_later_than_half_an_hour(
    steps: list[tuple[str, int]], chance: random.Random
) -> None:
    clock = Clock()
    schedule = Schedule(clock.now, chance.random)
    schedule.follow([1, 2, 3])
    for what, place in steps:
        if what == "wait":
            clock.at += place * 300
        elif what == "back":
            schedule.came_back([place])
        elif what == "news":
            schedule.news()
        elif what == "follow":
            schedule.follow(range(1, place + 1))
        elif (due := schedule.due()) is not None:
            schedule.begin(due)
            assert schedule.due() is None
            {"absent": lambda: schedule.absent(due), "way": lambda: schedule.gave_way(due),
             "fine": lambda: schedule.ended(due, fine=True),
             "bad": lambda: schedule.ended(due, fine=False)}[what]()  # fmt: skip
        wait = schedule.wait_s()
        assert wait is not None
        assert 0 <= wait <= LONGEST_S


def test_the_pace_is_that_of_the_last_seconds() -> None:
    clock = Clock()
    pace = Pace(clock.now)
    assert pace.tell(5000) == 0
    clock.at += 1
    assert pace.tell(10_000) == 10_000
    for _second in range(20):
        clock.at += 1
        speed = pace.tell(10_000)
    assert speed == 0
