"""One world for the journeys, made once and copied by whoever changes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.desk import World, make_world


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Three laptops that have joined and synced; nobody changes them."""
    return make_world(tmp_path_factory.mktemp("world") / "w")


@pytest.fixture
def world(template: World, tmp_path: Path) -> World:
    """The three laptops, for one test."""
    return template.copy(tmp_path / "world")
