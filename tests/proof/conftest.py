"""One world for the proofs, made once and copied by whoever changes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.desk import World, make_world
from tests.proof.meter import Cost, measured


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Three laptops that have joined and synced; nobody changes them."""
    return make_world(tmp_path_factory.mktemp("world") / "w")


@pytest.fixture(scope="session")
def opening(template: World, tmp_path_factory: pytest.TempPathFactory) -> Cost:
    """What a harmless verb costs that opens the project."""
    return _harmless(template.copy(tmp_path_factory.mktemp("opening") / "w"), "status")


@pytest.fixture(scope="session")
def reading(template: World, tmp_path_factory: pytest.TempPathFactory) -> Cost:
    """What a harmless verb costs that reads a questionnaire."""
    world = template.copy(tmp_path_factory.mktemp("reading") / "w")
    return _harmless(world, "form", "check", str(world.root / "mini.md"))


def _harmless(world: World, *words: str) -> Cost:
    outcome, cost = measured(world.coordinator, *words)
    assert outcome.code == 0, outcome.err
    return cost


@pytest.fixture
def world(template: World, tmp_path: Path) -> World:
    """The three laptops, for one test."""
    return template.copy(tmp_path / "world")
