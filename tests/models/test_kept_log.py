"""The log on the disk: nobody reads it without the project, nothing typed is in it, it stays small."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import log
from app.models import kept_log
from app.models.kept_log import LARGEST, Keeping
from tests.models.laptops import Laptop

pytestmark = pytest.mark.logs_warnings
MARKER = "zqmarcadora"


@pytest.fixture
def laptop(five: list[Laptop]) -> Laptop:
    return five[0]


@pytest.fixture
def trail() -> Iterator[log.Trail]:
    """A trail beside the test's own handlers, and nothing else of the process changed."""
    made, root = log.Trail(), logging.getLogger()
    root.addHandler(made)
    yield made
    root.removeHandler(made)


def fail() -> None:
    try:
        raise ValueError(f"{MARKER} was typed")
    except ValueError:
        logging.getLogger("app.models").exception("keeping %s failed", MARKER)


def kept(laptop: Laptop) -> Path:
    return laptop.project.folder / "log.sealed"


def test_what_happened_before_and_after_opening_is_kept(laptop: Laptop, trail: log.Trail) -> None:
    fail()
    kept_log.attach(laptop.project)
    logging.getLogger("app").error("a second thing")
    found = kept_log.entries(laptop.project)
    assert [one.message for one in found] == ["keeping %s failed", "a second thing"]
    assert found[0].level == "ERROR"
    assert found[0].logger == "app.models"
    assert found[0].place.startswith("tests/models/test_kept_log.py:")
    assert found[0].trace[0] == "builtins.ValueError"
    assert "fail" in found[0].trace[1]


def test_the_file_tells_nobody_anything(laptop: Laptop, trail: log.Trail) -> None:
    kept_log.attach(laptop.project)
    fail()
    raw = kept(laptop).read_bytes()
    for word in (MARKER, "ValueError", "failed", "tests/models"):
        assert word.encode() not in raw
    told = json.dumps([vars(one) for one in kept_log.entries(laptop.project)])
    assert MARKER not in told


def test_another_project_s_key_opens_nothing(five: list[Laptop], trail: log.Trail) -> None:
    kept_log.attach(five[0].project)
    fail()
    kept(five[1]).write_bytes(kept(five[0]).read_bytes())
    assert kept_log.entries(five[1].project) == []


def test_the_file_stays_small_and_keeps_the_newest(laptop: Laptop) -> None:
    keeping = Keeping(kept(laptop), kept_log.subkey(laptop.project.data_key, "log"))
    line = "2026-11-20T14:02:00Z ERROR app place " + "x" * 4000
    for number in range(100):
        keeping(f"{line} {number}")
    assert kept(laptop).stat().st_size <= LARGEST
    found = kept_log.entries(laptop.project)
    assert 20 < len(found) < 100
    assert found[-1].message.endswith(" 99")


def test_a_damaged_entry_costs_only_itself(laptop: Laptop) -> None:
    keeping = Keeping(kept(laptop), kept_log.subkey(laptop.project.data_key, "log"))
    for word in ("one", "two", "three"):
        keeping(f"2026-11-20T14:02:00Z ERROR app place {word}")
    raw = bytearray(kept(laptop).read_bytes())
    raw[len(raw) // 2] ^= 1
    kept(laptop).write_bytes(raw[:-1])
    assert [one.message for one in kept_log.entries(laptop.project)] == ["one"]


def test_a_folder_that_is_gone_stops_no_work(laptop: Laptop, trail: log.Trail) -> None:
    trail.keep_with(Keeping(laptop.home / "gone" / "log.sealed", bytes(32)))
    fail()
    assert "keeping %s failed" in trail.text()
    kept_log.attach(laptop.project)
    assert len(kept_log.entries(laptop.project)) == 1
