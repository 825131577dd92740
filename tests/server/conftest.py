"""Servers for the tests: one that lasts, over a folder, and villages founded there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the extra `server` is not installed")
pytest.importorskip("uvicorn", reason="the extra `server` is not installed")

from tests.server import serving
from tests.server.direct import Direct
from tests.server.serving import Served
from tests.server.village import Village

_numbers = count()


@pytest.fixture(scope="session")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("storage")


@pytest.fixture(scope="session")
def served(storage: Path) -> Iterator[Served]:
    """A server anybody may found projects on."""
    running = Served(str(storage), "--open", "--limit", "rate=2000", "--limit", "burst=9000")
    yield running
    assert running.stop() == 0, running.said


@pytest.fixture
def village(served: Served) -> Village:
    """A project of its own on that server, founded."""
    made = Village(f"village {next(_numbers)}")
    serving.found(served, made)
    return made


@pytest.fixture
def direct(tmp_path: Path) -> Direct:
    """A service without HTTP, and a village founded there."""
    made = Direct(tmp_path, Village())
    made.found()
    return made


@pytest.fixture(scope="module")
def no_flushing() -> Iterator[None]:
    """For hundreds of small files: what survives a power cut is tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _file: None)
        yield


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """Starts servers that the test has to itself."""
    running: list[Served] = []

    def start(storage: Path | str, *options: str, **more: object) -> Served:
        one = Served(str(storage), *options, **more)  # type: ignore[arg-type]
        running.append(one)
        return one

    yield start
    for one in running:
        one.stop()
