"""Three laptops and a share in memory, for whoever tests syncing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync import engine
from tests.models.laptops import Cast, Laptop, make_cast, settle
from tests.sync.sharing import MemoryRemote


@pytest.fixture(scope="session")
def cast_of_three(tmp_path_factory: pytest.TempPathFactory) -> Cast:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KIPU_KDF", "floor")
        return make_cast(tmp_path_factory.mktemp("cast"), "secretary", "secretary")


@pytest.fixture
def trio(cast_of_three: Cast, tmp_path: Path) -> Iterator[list[Laptop]]:
    laptops = cast_of_three.copy(tmp_path)
    yield laptops
    for one in laptops:
        one.close()


@pytest.fixture
def share(trio: list[Laptop]) -> MemoryRemote:
    remote = MemoryRemote()
    engine.found(trio[0].replica, remote)
    settle(remote, *trio, rounds=1)
    return remote
