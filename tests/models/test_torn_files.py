"""Files cut short or filled with zeros, on a laptop or a share: noticed, and made good by others."""

from __future__ import annotations

import os

import pytest

from app.models import attachments
from app.models.attachments import path_of
from app.models.commands import attachments as attaching
from app.models.commands import erasing
from app.models.ledger import RecordKey
from app.models.queries import attachments as reading
from sync.envelope import HEADER_BYTES, MAGIC, parse
from tests.models.laptops import Laptop, agree, settle, shared
from tests.sync.sharing import MemoryRemote

PHOTO = os.urandom(150_000)


@pytest.fixture
def remote(three: list[Laptop]) -> MemoryRemote:
    return shared(*three)


def attached(laptop: Laptop) -> RecordKey:
    owner = laptop.person("Ana")
    attaching.attach(laptop.project, owner, PHOTO, "foto.jpg")
    return owner


def zero(laptop: Laptop) -> None:
    """The disk kept the length of the one file here, and not its bytes."""
    [one] = laptop.replica.attachments()
    path = path_of(laptop.project, one.seal.name)
    path.write_bytes(bytes(path.stat().st_size))


def is_read(laptop: Laptop, owner: RecordKey) -> bool:
    [one] = reading.of(laptop.project, owner)
    return attachments.is_here(laptop.project, one.ref) and (
        attachments.read(laptop.project, one.ref) == PHOTO
    )


@pytest.mark.parametrize("is_there", [True, False])
def test_a_laptop_whose_file_others_doubt_looks_at_it_before_it_sends_it_again(
    three: list[Laptop], remote: MemoryRemote, is_there: bool
) -> None:
    """It had the right length, so its zeros were sent again and again, and never set right."""
    ana, beto, caya = three
    owner = attached(beto)
    settle(remote, ana, beto)
    zero(beto)
    for path in remote.paths("files"):
        remote.files[path] = bytes(len(remote.files[path]))
    if not is_there:
        zero(ana)
    for _turn in range(2):
        caya.sync(remote)
        beto.sync(remote)
    assert not is_read(caya, owner)
    assert list(beto.project.paths.set_aside.iterdir())
    settle(remote, *three)
    assert [is_read(one, owner) for one in three] == [is_there] * 3
    agree(*three)


def test_pieces_that_zeros_lie_in_are_put_again_by_whoever_has_them(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    ana, beto, caya = three
    owner = attached(beto)
    settle(remote, ana, beto)
    for path in remote.paths("files"):
        raw = remote.files[path]
        remote.files[path] = raw[:5] + bytes(len(raw) - 5)
    caya.sync(remote)
    settle(remote, *three)
    assert is_read(caya, owner)


@pytest.mark.parametrize("first", [0, 4, 5, 7, 60, 290])
def test_batches_and_entries_that_end_in_zeros_are_written_again(
    three: list[Laptop], remote: MemoryRemote, first: int
) -> None:
    """Zeros after four letters look like another version of what they are: they are none."""
    ana, beto, caya = three
    ana.sync(remote)
    key = beto.person("Rosa")
    beto.sync(remote)
    for path in remote.paths("spaces") + remote.paths("roster"):
        raw = remote.files[path]
        remote.files[path] = raw[:first] + bytes(max(0, len(raw) - first))
    settle(remote, caya, beto, ana, caya)
    assert caya.values(key)["name"] == "Rosa"
    assert not [raw for raw in remote.files.values() if raw[:4] == b"KIPB" and not any(raw[5:])]
    agree(*three)


@pytest.mark.parametrize("holder", ["its writer", "another"])
def test_a_batch_somebody_forged_over_is_asked_for_and_comes(
    three: list[Laptop], holder: str
) -> None:
    """Who had it before never looked there again, and who was new set the forgery aside for ever."""
    ana, beto, caya = three
    remote = shared(ana, beto)
    key = beto.person("Rosa Andi")
    settle(remote, beto, ana)
    [path] = [
        one for one, raw in remote.files.items()
        if one.startswith("spaces/") and parse(raw).header.device == beto.device
    ]  # fmt: skip
    forged = bytearray(remote.files[path])
    forged[HEADER_BYTES - 1] ^= 1
    remote.files[path] = bytes(forged)
    caya.sync(remote)
    settle(remote, *((beto,) if holder == "its writer" else (ana,)), caya)
    assert caya.values(key)["name"] == "Rosa Andi"
    settle(remote, *three)
    agree(*three)


def test_an_erased_batch_that_is_torn_is_put_right_by_its_writer(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    """Its signature holds whatever became of the block that stands in it."""
    ana, beto, caya = three
    key = beto.person("Yolanda")
    settle(remote, ana, beto, rounds=2)
    erasing.erase(ana.project, key, ["name"])
    settle(remote, ana, beto, rounds=2)
    path = _erased(remote)
    sound = remote.files[path]
    remote.files[path] = sound[:-1] + bytes([sound[-1] ^ 1])
    caya.sync(remote)
    assert path in {note.params.get("path") for note in caya.sync(remote).quarantined}
    beto.sync(remote)
    assert remote.files[path] == sound
    settle(remote, caya)
    agree(*three)


def test_what_was_erased_since_is_not_taken_for_torn(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    """The batch came before the order, as a folder's tool brings files: less would be erased again."""
    ana, beto, caya = three
    key = beto.person("Yolanda")
    beto.edit(key, phone="099")
    settle(remote, ana, beto, rounds=2)
    erasing.erase(ana.project, key, ["name"])
    settle(remote, ana, beto, rounds=2)
    before = dict(remote.files)
    erasing.erase(ana.project, key, ["phone"])
    ana.sync(remote)
    path = _erased(remote)
    erased = remote.files[path]
    late = {
        p: raw for p, raw in remote.files.items() if p.startswith("roster/") and p not in before
    }
    for one in late:
        del remote.files[one]
    for one in (caya, caya, beto):
        one.sync(remote)
    assert remote.files[path] == erased != before[path]
    remote.files.update(late)
    settle(remote, *three)
    assert remote.files[path] == erased
    agree(*three)


def _erased(remote: MemoryRemote) -> str:
    """Where the one batch lies that values were taken out of."""
    lying = ((path, remote.files[path]) for path in remote.paths("spaces"))
    [path] = [path for path, raw in lying if raw[:4] == MAGIC and parse(raw).replacement]
    return path
