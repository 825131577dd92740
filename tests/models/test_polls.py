"""Polls by marks: they cost what is new, miss nothing that is told, and know when to walk."""

from __future__ import annotations

import os
import shutil

import pytest

from app.models import attachments
from app.models.commands import attachments as attaching
from app.models.commands import erasing, membership
from app.models.ledger import RecordKey
from app.models.queries import attachments as reading
from sync import engine, layout, news
from sync.ids import from_token, token
from tests.models.laptops import Laptop, agree, join, reopened, settle
from tests.sync.sharing import MemoryRemote


@pytest.fixture
def remote(three: list[Laptop]) -> MemoryRemote:
    """A share with which all three have walked, so that nobody has anything fresh."""
    made = MemoryRemote()
    engine.found(three[0].replica, made)
    settle(made, *three)
    return made


def asked(remote: MemoryRemote, laptop: Laptop) -> tuple[list[str], list[str], list[str]]:
    """What one poll lists, reads and writes."""
    remote.lists.clear()
    remote.reads.clear()
    remote.writes.clear()
    laptop.sync(remote, poll=True)
    return remote.lists, remote.reads, remote.writes


def polled(remote: MemoryRemote, laptop: Laptop) -> bool:
    """Whether a poll was content with the marks."""
    lists, _reads, _writes = asked(remote, laptop)
    return layout.WANTS not in lists


def names(laptop: Laptop, *records: RecordKey) -> list[object]:
    return [laptop.values(one)["name"] for one in records]


def test_nothing_new_costs_the_sentinel_and_one_listing(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    for one in three:
        assert asked(remote, one) == ([layout.shelf(1)], [layout.SENTINEL], [])


def test_what_others_wrote_comes_by_its_mark(three: list[Laptop], remote: MemoryRemote) -> None:
    ana, beto, caya = three
    known = [beto.person(f"Persona {number}") for number in range(3)]
    assert beto.sync(remote, poll=True).sent.changes == 3
    lists, reads, _writes = asked(remote, ana)
    assert names(ana, *known) == ["Persona 0", "Persona 1", "Persona 2"]
    assert lists == [layout.shelf(1)]
    assert [path.partition("/")[0] for path in reads] == ["share", "spaces"]
    caya.sync(remote)
    agree(*three)


def test_the_cost_of_a_poll_does_not_grow_with_the_history(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    ana, beto, _caya = three
    costs = []
    for round_ in range(12):
        beto.person(f"Persona {round_}")
        beto.sync(remote, poll=True)
        lists, reads, writes = asked(remote, ana)
        costs.append(len(lists) + len(reads) + len(writes))
    assert len(set(costs)) == 1


def test_shelves_follow_one_another(
    three: list[Laptop], remote: MemoryRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.exchange_news.SHELF_MARKS", 4)
    ana, beto, caya = three
    made = []
    for round_ in range(9):
        made.append((beto, caya)[round_ % 2].person(f"Persona {round_}"))
        for one in three:
            one.sync(remote, poll=True)
    assert len(remote.list(layout.NEWS)) >= 3
    assert polled(remote, ana)
    for one in three:
        assert names(one, *made) == [f"Persona {number}" for number in range(9)]
    agree(*three)


def test_who_stayed_away_for_many_shelves_misses_nothing(
    three: list[Laptop], remote: MemoryRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.exchange_news.SHELF_MARKS", 3)
    ana, beto, caya = three
    made = []
    for round_ in range(8):
        made.append((beto, caya)[round_ % 2].person(f"Persona {round_}"))
        beto.sync(remote, poll=True)
        caya.sync(remote, poll=True)
    assert polled(remote, ana)
    assert names(ana, *made) == [f"Persona {number}" for number in range(8)]


def test_a_share_set_back_is_walked_and_healed(three: list[Laptop], remote: MemoryRemote) -> None:
    ana, beto, _caya = three
    before = dict(remote.files)
    person = beto.person("Ana Andi")
    beto.sync(remote, poll=True)
    ana.sync(remote, poll=True)
    remote.files = before
    report = beto.sync(remote, poll=True)
    assert [note.code for note in report.warnings] == ["share-rolled-back"]
    # The next one walks as well, since something was amiss; then marks are enough again.
    assert not polled(remote, beto)
    assert polled(remote, beto)
    settle(remote, *three)
    assert names(three[2], person) == ["Ana Andi"]


def test_a_mark_whose_batch_is_missing_makes_the_next_sync_walk(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    ana, beto, _caya = three
    person = beto.person("Ana Andi")
    beto.sync(remote, poll=True)
    [late] = [path for path in remote.files if path.startswith("spaces/") and remote.writes.count(
        path) and beto.space() == _space(path) and _log(beto) in path][-1:]  # fmt: skip
    held = remote.files.pop(late)
    report = ana.sync(remote, poll=True)
    assert [note.code for note in report.warnings] == ["batch-missing"]
    remote.files[late] = held
    assert not polled(remote, ana)
    assert names(ana, person) == ["Ana Andi"]


def _space(path: str) -> bytes | None:
    return from_token(path.split("/")[1])


def _log(laptop: Laptop) -> str:
    return token(laptop.project.ledger.author.log(laptop.space()))


def test_a_new_space_and_a_new_laptop_come_by_marks(
    three: list[Laptop], remote: MemoryRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIPU_KDF", "floor")
    ana, beto, caya = three
    space = membership.add_space(ana.project, "Curaray")
    person = ana.person("Ana Andi", space="Curaray")
    ana.sync(remote, poll=True)
    assert polled(remote, caya)
    assert names(caya, person) == ["Ana Andi"]
    membership.change_role(ana.project, beto.device, "facilitator", ["Curaray"])
    ana.sync(remote, poll=True)
    assert polled(remote, beto)
    assert names(beto, person) == ["Ana Andi"]
    new = join(ana, ana.home.parent / "nuevo", "Delia", "facilitator", ["Curaray"])
    ana.sync(remote, poll=True)
    new.sync(remote, poll=True)
    assert names(new, person) == ["Ana Andi"]
    assert space is not None
    agree(ana, caya)
    new.close()


def test_attachments_come_by_their_mark(three: list[Laptop], remote: MemoryRemote) -> None:
    ana, beto, _caya = three
    owner = beto.person("Ana Andi")
    attaching.attach(beto.project, owner, os.urandom(100_000), "foto.jpg")
    engine.synchronise(beto.replica, remote, essentials=True, poll=True)
    assert ana.sync(remote, poll=True).attachments.missing == 1
    # Nothing is new, so nothing is looked for.
    assert asked(remote, ana)[0] == [layout.shelf(1)]
    beto.sync(remote, poll=True)
    assert ana.sync(remote, poll=True).attachments.received.files == 1
    [one] = reading.of(ana.project, owner)
    assert len(attachments.read(ana.project, one.ref)) == 100_000


def test_what_a_laptop_wants_is_served_by_its_mark(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    ana, beto, caya = three
    person = beto.person("Ana Andi")
    beto.sync(remote, poll=True)
    [torn] = [path for path in remote.writes if _log(beto) in path and path.startswith("spaces/")]
    remote.files[torn] = remote.files[torn][:40]
    assert caya.sync(remote).quarantined
    beto.sync(remote, poll=True)
    caya.sync(remote)
    assert names(caya, person) == ["Ana Andi"]
    ana.sync(remote)
    agree(*three)


def test_an_erasure_reaches_others_by_polls(three: list[Laptop], remote: MemoryRemote) -> None:
    ana, beto, caya = three
    person = beto.person("Nombre que se borra")
    for one in (beto, ana, caya):
        one.sync(remote, poll=True)
    erasing.erase(ana.project, person, ["name"], "lo pidió")
    for _round in range(2):
        for one in three:
            one.sync(remote, poll=True)
    for one in three:
        assert not any("Nombre" in str(row) for row in one.project.store.rows(
            "SELECT data, base FROM records"))  # fmt: skip
    agree(*three)


def test_a_copied_store_notices_its_twin_by_polls(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    _ana, beto, _caya = three
    beto.close()
    twin_home = beto.home.parent / "gemela"
    shutil.copytree(beto.home, twin_home)
    beto.reopen()
    twin = Laptop(twin_home, reopened(twin_home))
    beto.person("De la primera")
    twin.person("De la copia")
    beto.sync(remote, poll=True)
    report = twin.sync(remote, poll=True)
    assert "store-copied" in [note.code for note in report.warnings]
    twin.close()


def test_polls_are_followed_by_a_walk_now_and_then(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    ana = three[0]
    walks = [not polled(remote, ana) for _poll in range(2 * news.POLLS + 2)]
    assert walks == [number % (news.POLLS + 1) == news.POLLS for number in range(len(walks))]


def test_many_marks_at_once_fill_shelf_after_shelf(
    three: list[Laptop], remote: MemoryRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.exchange_news.SHELF_MARKS", 3)
    ana, _beto, caya = three
    made = []
    for number in range(8):
        membership.add_space(ana.project, f"Parroquia {number}")
        made.append(ana.person(f"Persona {number}", space=f"Parroquia {number}"))
    ana.sync(remote, poll=True)
    newest = remote.list(layout.NEWS)[1:]
    assert max(len(remote.list(f"{layout.NEWS}/{shelf}")) for shelf in newest) <= 3
    assert polled(remote, caya)
    assert names(caya, *made) == [f"Persona {number}" for number in range(8)]


def test_sending_by_a_poll_costs_one_write_a_batch_and_one_a_mark(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    beto = three[1]
    beto.person("Ana Andi")
    lists, reads, writes = asked(remote, beto)
    assert (lists, reads) == ([layout.shelf(1)], [layout.SENTINEL])
    assert [path.partition("/")[0] for path in writes] == ["spaces", "news"]


def test_a_shelf_of_nonsense_teaches_nothing_and_stops_nothing(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    ana, beto, _caya = three
    for number in range(news.MOST_MARKS + 1):
        remote.files[f"{layout.shelf(1)}/b-nonsense-{number}"] = b""
    person = beto.person("Ana Andi")
    beto.sync(remote, poll=True)
    assert not polled(remote, ana)
    assert names(ana, person) == ["Ana Andi"]
