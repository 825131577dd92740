"""Nobody signs a wrapped key, so anyone who writes to a share can put one there; it must not count."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import KipuError
from app.models.commands import membership, syncing
from sync import engine, envelope, layout, members
from sync.roster import EntryType
from tests.models.laptops import PASSPHRASE, Cast, Laptop, at_floor, lent, settle
from tests.sync.sharing import MemoryRemote
from tests.sync.test_engine import codes, has

OURS = b"a key the owner of the share knows"[:32]


@pytest.fixture(scope="module")
def cast_of_two(tmp_path_factory: pytest.TempPathFactory) -> Cast:
    return at_floor(tmp_path_factory, "secretary")


@pytest.fixture
def pair(cast_of_two: Cast, tmp_path: Path) -> Iterator[list[Laptop]]:
    yield from lent(cast_of_two, tmp_path)


@pytest.fixture
def share(pair: list[Laptop]) -> MemoryRemote:
    remote = MemoryRemote()
    engine.found(pair[0].replica, remote)
    settle(remote, *pair, rounds=1)
    return remote


def swap(share: MemoryRemote, by: Laptop, epoch: bytes, to: Laptop) -> None:
    """Seal a key of one's own to a laptop, whose sealing key stands in the roster for all to see."""
    seal, project = to.replica.keys.seal_public, by.replica.roster.project
    path = layout.wrapped_key(by.device, epoch, to.device)
    assert path in share.files
    share.files[path] = members.wrap_epoch(seal, project, epoch, OURS)


def epoch_of(laptop: Laptop, name: str) -> bytes:
    [epoch] = laptop.replica.roster.view().current_epochs(laptop.space(name))
    return epoch


def is_readable_by_the_owner(share: MemoryRemote, laptop: Laptop) -> bool:
    """Whether any batch on the share opens with the key that the owner of the share made up."""
    for path in share.paths("spaces/"):
        batch = envelope.parse(share.files[path])
        try:
            envelope.open_block(batch, OURS)
        except envelope.crypto.CannotOpen:
            continue
        return True
    return False


def test_a_false_key_of_a_new_space_is_refused(pair: list[Laptop], share: MemoryRemote) -> None:
    ana, beto = pair
    membership.add_space(ana.project, "Curaray")
    membership.change_role(ana.project, beto.device, "secretary", ["Curaray"])
    ana.sync(share)
    epoch = epoch_of(ana, "Curaray")
    swap(share, ana, epoch, beto)
    assert "cannot-open" in codes(beto.sync(share))
    assert beto.replica.epoch_key(epoch) is None
    assert not is_readable_by_the_owner(share, beto)
    # It is wanted, so the coordinator puts the true one.
    settle(share, ana, beto)
    assert beto.replica.epoch_key(epoch) == ana.replica.epoch_key(epoch)
    key = beto.person("Eva", space="Curaray")
    settle(share, beto, ana)
    assert has(ana, key)


def test_a_false_key_after_a_rotation_is_refused(
    pair: list[Laptop], share: MemoryRemote, tmp_path: Path
) -> None:
    ana, beto = pair
    asked = membership.make_request(tmp_path / "third", "Caya", PASSPHRASE)
    request, _words = membership.read_request(asked.raw)
    membership.admit(ana.project, request, "secretary", ["Arajuno"])
    membership.revoke(ana.project, request.device)
    asked.project.close()
    ana.sync(share)
    epoch = epoch_of(ana, "Arajuno")
    swap(share, ana, epoch, beto)
    beto.person("Eva")
    assert "cannot-open" in codes(beto.sync(share))
    assert not is_readable_by_the_owner(share, beto)
    settle(share, ana, beto)
    assert beto.replica.epoch_key(epoch) == ana.replica.epoch_key(epoch)


def test_a_member_without_the_space_cannot_vouch_for_a_false_key(
    pair: list[Laptop], share: MemoryRemote
) -> None:
    """An entry that does not count, by who did not begin the epoch, proves nothing of its key."""
    ana, beto = pair
    membership.add_space(ana.project, "Curaray")
    space, epoch = ana.space("Curaray"), epoch_of(ana, "Curaray")
    true = ana.replica.epoch_key(epoch)
    assert true is not None
    ana.sync(share)
    beto.sync(share)
    words = members.seal_words(OURS, space, {"name": "Curaray", "code": "CRR"})
    membership.write_entry(
        beto.project, EntryType.SPACE, {"space": space, "name_epoch": epoch, "name": words}
    )
    membership.write_entry(
        beto.project, EntryType.EPOCH,
        {"space": space, "epoch": epoch,
         "parents": {bytes(16).hex(): members.seal_parent(OURS, epoch, bytes(16), true)}},
    )  # fmt: skip
    settle(share, *pair)
    for one in pair:
        assert not members.is_key_of(one.replica.roster, epoch, OURS)
        assert members.is_key_of(one.replica.roster, epoch, true)
        assert not members.is_key_of(one.replica.roster, bytes(16), true)


def test_recovering_by_paper_refuses_a_false_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIPU_KDF", "floor")
    made = membership.create_project(tmp_path / "own", "Pastaza", "Rosa", PASSPHRASE)
    roster = made.project.roster
    [epoch] = roster.view().current_epochs(roster.common)
    lying = {
        "entries": roster.entries,
        "root_key": bytes(made.project.store.meta("root_key")),
        "wraps": {
            epoch: [
                members.wrap_epoch(bytes(roster.root.body["seal"]), roster.project, epoch, OURS)
            ]
        },
    }
    with pytest.raises(KipuError) as error:
        membership.recover_project(tmp_path / "new", lying, made.project_code, "Rosa", PASSPHRASE)
    assert syncing.code_of(error.value) == "cannot-open"
    made.project.close()
