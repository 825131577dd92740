"""What a sync costs in requests and bytes, and what becomes of a reply that is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync import engine, layout, news, ports
from sync.ids import token
from sync.remotes.addresses import parse
from sync.remotes.http import HttpRemote
from tests.models import laptops
from tests.models.laptops import Laptop
from tests.server.counting import Counts, Wire
from tests.server.serving import Served
from tests.server.village import IDS, KEYS, NORTH, Village, piece_path


@pytest.fixture
def wire(served: Served) -> Iterator[Wire]:
    made = Wire(served.port)
    yield made
    made.close()


def through(wire: Wire, village: Village, who: str = "beto") -> HttpRemote:
    address = parse(f"kipu+http://127.0.0.1:{wire.port}")
    return HttpRemote(address, KEYS[who], village.project, pause=lambda _seconds: None)


def test_a_poll_with_nothing_new_is_two_requests_and_less_than_a_kilobyte(
    served: Served, wire: Wire, village: Village
) -> None:
    ana = served.remote(village, "ana")
    for number in range(100):
        ana.put(layout.mark(1, f"w-{token(IDS['ana'])}-{number:08x}"), b"")
    known = ports.fingerprint(through(wire, village).list(layout.shelf(1)))
    remote = through(wire, village)
    wire.counts = Counts()
    remote.probe()
    assert remote.read(layout.SENTINEL, 1000) == village.sentinel()
    assert remote.changed(layout.shelf(1), known) is None
    assert wire.counts.requests == 2
    assert wire.counts.bytes <= 1000, wire.counts


def test_a_written_file_whose_reply_was_lost_is_written_once(wire: Wire, village: Village) -> None:
    remote = through(wire, village)
    remote.probe()
    wire.swallow = 1
    remote.put(piece_path(NORTH, "beto"), b"words")
    assert remote.put(piece_path(NORTH, "beto"), b"words") is False
    wire.swallow = 2
    remote.replace(layout.wants(IDS["beto"]), village.wants("beto", "share"))
    assert remote.read(layout.wants(IDS["beto"]), 1000) == village.wants("beto", "share")


def test_a_way_that_stays_cut_is_told(wire: Wire, village: Village) -> None:
    remote = through(wire, village)
    remote.probe()
    wire.swallow = 99
    with pytest.raises(ports.RemoteMissing):
        remote.put(piece_path(NORTH, "beto"), b"words")
    wire.swallow = 0
    assert remote.read(piece_path(NORTH, "beto"), 100) == b"words"


def test_marks_are_the_size_they_were_thought_to_be() -> None:
    name = news.batch_mark(NORTH, Village().log("beto", NORTH), 1)
    assert len(layout.mark(1, name)) <= ports.MAX_PATH


@pytest.fixture
def founder(wire: Wire, tmp_path: Path) -> Iterator[tuple[Laptop, Callable[[], HttpRemote]]]:
    """A laptop that founded its project on the server and kept up, and how it reaches it anew."""
    laptop = laptops.found(tmp_path / "l1")
    address = parse(f"kipu+http://127.0.0.1:{wire.port}")

    def reach() -> HttpRemote:
        return HttpRemote(address, laptop.replica.keys, laptop.project.roster.project)

    engine.found(laptop.replica, reach())
    for _each in range(2):
        laptop.sync(reach())
    yield laptop, reach
    laptop.close()


def test_a_batch_takes_its_mark_along(
    wire: Wire, founder: tuple[Laptop, Callable[[], HttpRemote]]
) -> None:
    laptop, reach = founder
    for number in range(3):
        laptop.person(f"Rosa {number}")
        wire.counts = Counts()
        report = laptop.sync(reach(), poll=True)
        assert report.sent.batches == 1
        # A session, the shelf, the batch: nothing is asked for its mark.
        assert wire.counts.requests == 3
    [at] = [at for space in laptop.replica.spaces() for at in laptop.replica.logs(space)
            if at.number]  # fmt: skip
    assert news.batch_mark(at.space, at.log, at.number) in reach().list(layout.shelf(1))
    wire.counts = Counts()
    laptop.sync(reach(), poll=True)
    assert wire.counts.requests == 2, "our own mark is no news to us"


def test_the_engine_s_own_poll_costs_no_more(
    wire: Wire, founder: tuple[Laptop, Callable[[], HttpRemote]]
) -> None:
    laptop, reach = founder
    laptop.person("Rosa")
    laptop.sync(reach())
    wire.counts = Counts()
    report = laptop.sync(reach(), poll=True)
    assert report.warnings == []
    assert wire.counts.requests <= 3
    assert wire.counts.bytes <= 1024, wire.counts
