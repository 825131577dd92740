"""Laptops over a share of Samba's that the system mounts, while its server comes and goes."""

from __future__ import annotations

import pytest

from sync import engine, ports
from tests.models.laptops import Laptop, agree, settle
from tests.sync.remotes.conftest import Make


def test_a_mounted_share_whose_server_was_away_goes_on_by_itself(
    make_place: Make, trio: list[Laptop]
) -> None:
    place = make_place("samba")
    remote, server = place.open(), place.server
    assert server is not None
    rosa, ana, _luis = trio
    engine.found(rosa.replica, remote)
    settle(remote, rosa, ana)
    key = rosa.person("Carmen Grefa")
    before = place.files()
    server.stop()
    try:
        with pytest.raises(ports.RemoteError):
            rosa.sync(remote)
    finally:
        server.start()
    assert place.files() == before
    place.wait_until_ready()
    settle(remote, rosa, ana)
    agree(rosa, ana)
    assert ana.values(key)["name"] == "Carmen Grefa"
