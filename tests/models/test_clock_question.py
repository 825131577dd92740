"""When a laptop asks whether its date is right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models import clock_question
from tests.models.laptops import NOW_MS, Laptop, found

DAY = 24 * 3600 * 1000


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    made = found(tmp_path / "l")
    made.person("Zoe")
    made.project.ledger.seal()
    yield made
    made.close()


def _at(laptop: Laptop, days: int) -> clock_question.Doubt | None:
    laptop.clock_ms = int(_worked(laptop)) + days * DAY
    return clock_question.doubt(laptop.project)


def _worked(laptop: Laptop) -> int:
    return int(laptop.project.store.value("SELECT max(reference_ms) FROM spaces"))


def test_a_clock_that_goes_on_is_not_asked_about(laptop: Laptop) -> None:
    assert _worked(laptop) > NOW_MS
    assert _at(laptop, 0) is None
    assert _at(laptop, 30) is None


def test_a_clock_that_went_back_is(laptop: Laptop) -> None:
    found_ = _at(laptop, -3)
    assert found_ is not None
    assert (found_.kind, found_.last_ms) == ("behind", _worked(laptop))
    assert "behind the last work" in clock_question.sentence(found_)


def test_the_answer_counts_until_it_goes_back_further(laptop: Laptop) -> None:
    assert _at(laptop, -300) is not None
    clock_question.say_it_is_right(laptop.project)
    assert clock_question.doubt(laptop.project) is None
    assert _at(laptop, -200) is None
    assert _at(laptop, -400) is not None


def test_the_line_above_the_pages_goes_with_the_doubt(laptop: Laptop) -> None:
    found_ = _at(laptop, -3)
    assert found_ is not None
    laptop.project.notices = ["other", clock_question.sentence(found_)]
    assert clock_question.ask_again(laptop.project) is not None
    assert len(laptop.project.notices) == 2
    clock_question.say_it_is_right(laptop.project)
    assert laptop.project.notices == ["other"]


def test_far_ahead_is_a_flag(laptop: Laptop) -> None:
    found_ = _at(laptop, 75)
    assert found_ is not None
    assert found_.kind == "ahead"
    assert "75 days ahead" in clock_question.sentence(found_)
