"""Casts for whoever tests commands: five in step, three that have not met, one, one with a meeting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync import engine
from sync.remotes.folder import FolderRemote
from tests.models.laptops import Cast, Laptop, at_floor, found, lent, shared
from tests.models.meeting_room import Room, make_room
from tests.sync.sharing import MemoryRemote


@pytest.fixture(scope="session")
def cast_of_five(tmp_path_factory: pytest.TempPathFactory) -> Cast:
    return at_floor(tmp_path_factory, "secretary", "secretary", "observer", "coordinator")


@pytest.fixture
def five(cast_of_five: Cast, tmp_path: Path) -> Iterator[list[Laptop]]:
    """A coordinator, two secretaries, an observer and another coordinator, all in step."""
    yield from lent(cast_of_five, tmp_path)


@pytest.fixture
def share(five: list[Laptop]) -> MemoryRemote:
    return shared(*five)


@pytest.fixture(scope="session")
def cast_of_three(tmp_path_factory: pytest.TempPathFactory) -> Cast:
    return at_floor(tmp_path_factory, "facilitator", "coordinator")


@pytest.fixture
def three(cast_of_three: Cast, tmp_path: Path) -> Iterator[list[Laptop]]:
    """A coordinator, a facilitator and another coordinator, who have not met yet."""
    yield from lent(cast_of_three, tmp_path)


@pytest.fixture(scope="session")
def cast_of_secretaries(tmp_path_factory: pytest.TempPathFactory) -> Cast:
    return at_floor(tmp_path_factory, "secretary", "secretary")


@pytest.fixture
def trio(cast_of_secretaries: Cast, tmp_path: Path) -> Iterator[list[Laptop]]:
    """A coordinator and two secretaries, who have not met yet."""
    yield from lent(cast_of_secretaries, tmp_path)


@pytest.fixture
def folder(three: list[Laptop], tmp_path: Path) -> FolderRemote:
    """A share of the three, as files in a folder."""
    (tmp_path / "share").mkdir()
    remote = FolderRemote(tmp_path / "share", "tests")
    engine.found(three[0].replica, remote)
    return remote


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    """The first laptop of a new project."""
    made = found(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laptop]:
    """One laptop for a whole file; every test has a committee of its own on it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KIPU_KDF", "floor")
        laptop = found(tmp_path_factory.mktemp("meetings") / "l1")
    yield laptop
    laptop.close()


@pytest.fixture
def room(begun: Laptop) -> Room:
    """A committee of five seats and its meeting."""
    return make_room(begun)
