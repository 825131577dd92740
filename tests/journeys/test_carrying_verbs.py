"""`kipu carry` and `kipu receive`, as a person runs them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.journeys.desk import PARISH, World


@pytest.fixture
def world(template: World, tmp_path: Path) -> World:
    return template.copy(tmp_path / "w")


def test_a_file_goes_from_laptop_to_laptop(world: World, tmp_path: Path) -> None:
    one, other = world.facilitator, world.coordinator
    file = str(tmp_path / "para Rosa.zip")
    one.run("record", "new", "person", "name=Ana", "--space", PARISH, "--json")
    made = one.run("carry", "-o", file, "--json").json
    assert made["file"] == file
    assert made["size"] == Path(file).stat().st_size
    assert made["sent"]["changes"] >= 1
    taken = other.run("receive", file, "--json").json
    assert taken["received"]["changes"] == 1
    assert taken["quarantined"] == taken["warnings"] == []
    assert other.digests()[PARISH] == one.digests()[PARISH]
    assert "Nothing" in other.run("receive", file).out
    # What went by hand still waits for the share.
    assert one.run("sync", world.location, "--json").json["sent"]["changes"] == 1
    assert other.run("sync", world.location, "--json").json["received"]["batches"] == 0


def test_for_one_laptop_and_over_a_file_that_is_there(world: World, tmp_path: Path) -> None:
    one, file = world.coordinator, str(tmp_path / "f.zip")
    whole = one.run("carry", "-o", file, "--json").json["size"]
    assert "already" in one.run("carry", "-o", file).sentence
    made = one.run("carry", "-o", file, "--for", "L2", "--essentials", "--overwrite", "--json").json
    assert made["size"] < whole
    assert "nobody" in one.run("carry", "-o", file, "--for", "nobody", "--overwrite").sentence
    with zipfile.ZipFile(file) as kept:
        assert kept.testzip() is None


def test_what_is_no_such_file_is_refused(world: World, tmp_path: Path) -> None:
    (tmp_path / "f.txt").write_text("hola")
    before = world.coordinator.digests()
    for place in ("f.txt", "nothing.zip", "."):
        assert world.coordinator.run("receive", str(tmp_path / place)).sentence
    assert world.coordinator.run("carry", "-o", str(tmp_path / "no" / "f.zip")).sentence
    assert world.coordinator.digests() == before
