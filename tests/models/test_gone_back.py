"""A store that lost what was committed last goes on without a fork, and gets back what it sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.errors import KipuError
from app.models.commands import membership
from app.models.ledger import RecordKey
from sync import engine, layout
from sync.ports import RemoteMissing, fault
from tests.models.laptops import Laptop, agree, reopened, settle, shared
from tests.sync.sharing import MemoryRemote


@contextmanager
def tail_lost(laptop: Laptop) -> Iterator[None]:
    """What is committed within this is gone when the laptop comes back from a power cut."""
    store = laptop.project.store.path
    journal = store.with_name(f"{store.name}-wal")
    kept = len(journal.read_bytes())
    yield
    pages, tail = store.read_bytes(), journal.read_bytes()
    assert len(tail) > kept, "something was written meanwhile"
    laptop.project.close()
    store.write_bytes(pages)
    # Half a page more than what was whole: the journal itself tells that it does not count.
    journal.write_bytes(tail[: kept + 4000])
    laptop.project = reopened(laptop.home)
    laptop.__post_init__()


def test_what_was_sent_comes_back_and_no_number_is_used_twice(trio: list[Laptop]) -> None:
    ana, beto, carla = trio
    remote = shared(*trio)
    first = beto.person("Rosa")
    settle(remote, *trio)
    with tail_lost(beto):
        sent = beto.person("Luis")
        beto.sync(remote)
        unsent = beto.person("Inés")
    before = dict(remote.files)
    other = beto.person("Eva")
    report = beto.sync(remote)
    assert not report.quarantined
    assert {path: remote.files[path] for path in before if path.startswith("spaces/")} == {
        path: raw for path, raw in before.items() if path.startswith("spaces/")
    }
    settle(remote, *trio)
    for one in (ana, carla):
        assert [one.values(key)["name"] for key in (first, sent, other)] == ["Rosa", "Luis", "Eva"]
        with pytest.raises(KipuError):
            one.values(unsent)
    agree(*trio)


def test_a_coordinator_whose_store_went_back_syncs_before_writing_to_the_roster(
    three: list[Laptop],
) -> None:
    """Entries alone did not count in the witness: the next one had a number that was given."""
    ana, beto, caya = three
    remote = shared(*three)
    with tail_lost(ana):
        membership.set_quota(ana.project, beto.device, 10**9)
        ana.sync(remote)
    with pytest.raises(KipuError, match="sync once"):
        membership.revoke(ana.project, beto.device)
    ana.sync(remote)
    membership.revoke(ana.project, beto.device)
    settle(remote, ana, caya)
    assert not caya.project.roster.view().members[beto.device].is_active
    agree(ana, caya)


def test_the_same_for_a_grant_that_went_out_by_hand(three: list[Laptop]) -> None:
    ana, beto, caya = three
    remote = shared(*three)
    membership.revoke(caya.project, beto.device)
    settle(remote, *three)
    with tail_lost(ana):
        request = membership.read_request(bytes(beto.project.store.meta("request")))[0]
        membership.admit(ana.project, request, "facilitator", ["Arajuno"])
    with pytest.raises(KipuError, match="sync once"):
        membership.set_quota(ana.project, caya.device, 10**9)
    settle(remote, *three)
    membership.set_quota(ana.project, caya.device, 10**9)


class Cut(MemoryRemote):
    """A share that cannot be reached any more once something is put under a folder."""

    def __init__(self) -> None:
        super().__init__()
        self.last = "nothing"

    def _write(self, path: str, data: bytes) -> None:
        if path.startswith(self.last):
            raise fault(RemoteMissing, self.name, path)
        super()._write(path, data)


@pytest.mark.parametrize("last", [layout.ROSTER, layout.NEWS, "keys"])
def test_no_epoch_is_heard_of_whose_only_key_can_go_with_a_store(
    three: list[Laptop], last: str
) -> None:
    """Its author, restored, found the entry on the share and its key nowhere: nobody could write."""
    ana, beto, caya = three
    remote = Cut()
    engine.found(ana.replica, remote)
    settle(remote, *three)
    with tail_lost(ana):
        membership.revoke(ana.project, beto.device)
        remote.last = last
        with pytest.raises(RemoteMissing):
            ana.sync(remote)
    remote.last = "nothing"
    settle(remote, ana, caya)
    keys: list[RecordKey] = [one.person("Rosa") for one in (ana, caya)]
    settle(remote, ana, caya)
    assert [caya.values(keys[0])["name"], ana.values(keys[1])["name"]] == ["Rosa", "Rosa"]
    agree(ana, caya)
