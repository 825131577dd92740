"""What drivers ask of the line: counted on the wire, since slow lines are where Kipu works.

Two requests of SFTP sent together may count as one turn or as two, so its bounds are generous.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from sync.ports import Remote
from tests.sync.remotes.conftest import KINDS, Make
from tests.sync.remotes.places import Place
from tests.sync.remotes.proxy import Counting

NAMES = 250


@pytest.fixture(params=[kind for kind in KINDS if kind != "folder"])
def place(request: pytest.FixtureRequest, make_place: Make) -> Place:
    return make_place(request.param)


@pytest.fixture
def proxy(place: Place) -> Iterator[Counting]:
    assert place.server is not None
    counting = Counting(place.server.port)
    yield counting
    counting.stop()


@pytest.fixture
def remote(place: Place, proxy: Counting) -> Remote:
    return through(place, proxy).open()


def through(place: Place, proxy: Counting) -> Place:
    """The same place by way of the proxy."""
    if place.address.scheme == "s3":
        at = place.address.with_option("endpoint", f"http://127.0.0.1:{proxy.port}")
    else:
        at = replace(place.address, port=proxy.port)
    return replace(place, address=at)


def test_a_listing_never_costs_a_request_for_each_name(
    place: Place, remote: Remote, proxy: Counting
) -> None:
    place.plant_folder("KIPU/b")
    for number in range(NAMES):
        place.plant_beside(f"KIPU/b/{number:08d}", b"")
    remote.read("b/00000000", 10)
    proxy.reset()
    assert len(remote.list("b")) >= NAMES
    assert proxy.turns <= 8
    assert proxy.received < NAMES * 1200


def test_a_file_takes_few_trips(remote: Remote, proxy: Counting, place: Place) -> None:
    remote.put("b/1", b"x" * 1000)
    proxy.reset()
    remote.put("b/2", b"x" * 1000)
    assert proxy.turns <= {"sftp": 14, "s3": 1}.get(place.address.scheme, 3)
    assert proxy.sent < 6000
    proxy.reset()
    assert remote.read("b/2", 1_000_000) == b"x" * 1000
    assert proxy.turns <= {"sftp": 5}.get(place.address.scheme, 1)
    assert proxy.received < 3000
    proxy.reset()
    assert remote.read("b/3", 1_000_000) is None
    assert proxy.turns <= {"sftp": 3}.get(place.address.scheme, 1)
