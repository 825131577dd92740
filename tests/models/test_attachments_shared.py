"""Attachments between laptops: words first, pieces that resume, shares that heal, and erasure."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.models import attachments
from app.models.commands import attachments as attaching
from app.models.commands import erasing, membership, records
from app.models.commands.syncing import sync
from app.models.ledger import RecordKey
from app.models.queries import attachments as reading
from sync import engine, layout
from sync.attachments import shape
from sync.errors import SyncError
from sync.ids import token
from sync.ports import RemoteMissing
from sync.remotes.folder import FolderRemote
from sync.values import Value
from tests.models.laptops import Laptop, join, reopened, settle, shared
from tests.models.test_incarnation import copy_of
from tests.sync.sharing import MemoryRemote

PHOTO = os.urandom(700_000)
CHUNKS = shape(len(PHOTO)).chunks


@pytest.fixture
def remote(three: list[Laptop]) -> MemoryRemote:
    return shared(*three)


def attach(laptop: Laptop, data: bytes = PHOTO, name: str = "foto.jpg") -> RecordKey:
    owner = laptop.person("Ana")
    attaching.attach(laptop.project, owner, data, name)
    return owner


def read(laptop: Laptop, owner: RecordKey) -> bytes:
    [one] = reading.of(laptop.project, owner)
    return attachments.read(laptop.project, one.ref)


def all_read(laptops: list[Laptop], owner: RecordKey) -> bool:
    return [read(one, owner) for one in laptops] == [PHOTO] * len(laptops)


def pieces(remote: MemoryRemote) -> list[str]:
    return remote.paths(f"{layout.FILES}/")


def waits(laptop: Laptop) -> tuple[int, int]:
    found = reading.waiting(laptop.project)
    return found.to_send, found.to_fetch


def test_words_go_first_and_files_follow(three: list[Laptop], remote: MemoryRemote) -> None:
    ana, beto, _caya = three
    owner = attach(beto)
    assert waits(beto) == (1, 0)
    engine.synchronise(beto.replica, remote, essentials=True)
    assert pieces(remote) == []
    report = ana.sync(remote)
    assert report.attachments.missing == 1
    assert ana.values(owner)["name"] == "Ana"
    assert waits(ana) == (0, 1)
    [one] = reading.missing(ana.project)
    assert one.file is not None
    assert one.file.size == len(PHOTO)
    start = len(remote.writes)
    report = beto.sync(remote)
    assert (report.attachments.sent.files, waits(beto)) == (1, (0, 0))
    written = [path.partition("/")[0] for path in remote.writes[start:]]
    # Whoever reads a mark finds what it tells, so that of a file comes after the file.
    wanted = (layout.NEWS, layout.FILES)
    assert written == [*sorted(written[:-1], key=wanted.__contains__), layout.NEWS]
    assert ana.sync(remote).attachments.received.files == 1
    assert read(ana, owner) == PHOTO
    assert waits(ana) == (0, 0)


def test_all_paths_fit_and_no_plain_byte_is_on_the_share(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    attach(three[1], b"zqmarcadora " * 20_000, "zqmarcadora.jpg")
    three[1].sync(remote)
    assert len(pieces(remote)) > 1
    for path, data in remote.files.items():
        assert len(path) <= 100
        assert "zqmarcadora" not in path
        assert b"zqmarcadora" not in data


def test_photographs_go_before_recordings(three: list[Laptop], remote: MemoryRemote) -> None:
    beto = three[1]
    attach(beto, b"a" * 1000, "voz.mp3")
    attach(beto, b"b" * 300_000, "foto.jpg")
    attach(beto, b"c" * 2000, "otra.jpg")
    beto.sync(remote)
    sent = [path.rpartition("/")[0] for path in remote.writes if path.startswith("files/")]
    order = list(dict.fromkeys(sent))
    sizes = [sum(len(remote.files[p]) for p in remote.paths(folder)) for folder in order]
    assert len(sizes) == 3
    assert sizes[2] < sizes[0] < sizes[1]


@pytest.mark.parametrize("writes", range(1, CHUNKS + 3))
def test_a_cut_sends_no_more_than_one_piece_again(
    three: list[Laptop], remote: MemoryRemote, writes: int
) -> None:
    ana, beto, _caya = three
    owner = attach(beto)
    engine.synchronise(beto.replica, remote, essentials=True)
    remote.fail_after = writes
    try:
        beto.sync(remote)
    except RemoteMissing:
        # The piece that was on its way; with all of them there it was the mark.
        there = pieces(remote)
        for path in there[-1:] if len(there) < CHUNKS else ():
            remote.tear(path, len(remote.files[path]) // 2)
    before = len([path for path in remote.writes if path.startswith("files/")])
    remote.fail_after = None
    beto.sync(remote)
    after = len([path for path in remote.writes if path.startswith("files/")])
    assert before <= CHUNKS
    assert after <= CHUNKS + 1
    ana.sync(remote)
    assert read(ana, owner) == PHOTO


class Counting(MemoryRemote):
    """A share whose place vanishes after so many pieces were read."""

    left: int | None = None

    def read(self, path: str, limit: int) -> bytes | None:
        if path.startswith("files/") and self.left is not None:
            if not self.left:
                raise RemoteMissing("gone")
            self.left -= 1
        return super().read(path, limit)


@pytest.mark.parametrize("reads", [0, 1, 5, CHUNKS - 1])
def test_fetching_goes_on_where_it_stopped(three: list[Laptop], reads: int) -> None:
    ana, beto, _caya = three
    remote = Counting()
    engine.found(ana.replica, remote)
    settle(remote, ana, beto, rounds=1)
    owner = attach(beto)
    beto.sync(remote)
    remote.left = reads
    with pytest.raises(SyncError):
        ana.sync(remote)
    ana.reopen()
    part = next(iter(ana.project.paths.attachments.rglob("*.part")), None)
    if part is not None:
        # The last piece may lie there half.
        os.truncate(part, part.stat().st_size - 10)
    remote.left, start = None, len(remote.reads)
    ana.sync(remote)
    again = [path for path in remote.reads[start:] if path.startswith("files/")]
    assert len(again) <= CHUNKS - max(0, reads - 1)
    assert read(ana, owner) == PHOTO
    assert list(ana.project.paths.attachments.rglob("*.part")) == []


def test_a_lost_share_is_healed_by_whoever_has_the_file(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    ana, beto, caya = three
    owner = attach(beto)
    settle(remote, beto, ana, rounds=1)
    for path in pieces(remote):
        del remote.files[path]
    assert caya.sync(remote).attachments.missing == 1
    # Its author's laptop is at the bottom of the river.
    assert ana.sync(remote).attachments.sent.files == 1
    assert all(token(ana.device) in path for path in pieces(remote))
    assert caya.sync(remote).attachments.received.files == 1
    assert read(caya, owner) == PHOTO
    assert caya.sync(remote).attachments.missing == 0


def test_unsound_pieces_are_named_and_put_anew(three: list[Laptop], remote: MemoryRemote) -> None:
    ana, beto, caya = three
    owner = attach(beto)
    settle(remote, beto, ana, rounds=1)
    for path in pieces(remote)[::2]:
        remote.tear(path, 100)
    report = caya.sync(remote)
    assert "attachment-torn" in {note.code for note in report.warnings}
    assert report.attachments.missing == 1
    assert caya.sync(remote).attachments.missing == 1
    beto.sync(remote)
    caya.sync(remote)
    assert read(caya, owner) == PHOTO
    # Nobody asks any more, so nobody looks again.
    beto.sync(remote)
    assert beto.sync(remote).attachments.sent.files == 0


def test_a_copy_of_a_laptop_gets_a_torn_file_from_the_other(
    three: list[Laptop], remote: MemoryRemote, tmp_path: Path
) -> None:
    """Both ask under one name, and nobody else has it."""
    _ana, beto, _caya = three
    home = copy_of(beto, tmp_path / "copy", with_witness=False)
    twin = Laptop(home, reopened(home))
    owner = attach(beto)
    beto.sync(remote)
    remote.tear(pieces(remote)[1], 100)
    for one in (twin, beto, twin):
        one.sync(remote)
    assert read(twin, owner) == PHOTO
    assert waits(twin) == (0, 0)
    twin.close()


def test_pieces_of_several_laptops_make_one_whole(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    ana, beto, caya = three
    owner = attach(beto)
    settle(remote, beto, ana, rounds=1)
    for path in pieces(remote):
        if int(path[-5:]) % 2:
            mine = path.replace(token(beto.device), token(ana.device))
            remote.files[mine] = remote.files.pop(path)
    caya.sync(remote)
    assert read(caya, owner) == PHOTO


def test_the_same_file_attached_twice_unaware_is_sent_once(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    ana, beto, _caya = three
    one, two = attach(ana), attach(beto)
    ana.sync(remote)
    assert beto.sync(remote).attachments.sent.files == 0
    assert len(pieces(remote)) == CHUNKS
    ana.sync(remote)
    assert read(ana, two) == read(beto, one) == PHOTO


def test_a_new_laptop_reads_files_from_before_the_key_was_changed(
    three: list[Laptop], remote: MemoryRemote, tmp_path: Path
) -> None:
    ana, beto, caya = three
    owner = attach(beto)
    settle(remote, beto, ana, rounds=1)
    before = pieces(remote)
    membership.revoke(ana.project, caya.device)
    settle(remote, ana, beto, rounds=1)
    again = attach(beto)
    beto.sync(remote)
    assert pieces(remote) == before
    newcomer = join(ana, tmp_path / "new", "Nueva", "secretary")
    settle(remote, ana, newcomer, rounds=1)
    assert read(newcomer, owner) == read(newcomer, again) == PHOTO
    newcomer.close()


def test_a_stranger_to_the_space_gets_no_file(three: list[Laptop], remote: MemoryRemote) -> None:
    ana, beto, _caya = three
    membership.add_space(ana.project, "Casos")
    settle(remote, ana, beto)
    owner = ana.person("Reservada", space="Casos")
    attaching.attach(ana.project, owner, PHOTO, "foto.jpg")
    ana.sync(remote)
    report = beto.sync(remote)
    assert (report.attachments.received.files, report.attachments.missing) == (0, 0)
    assert list(beto.project.paths.attachments.rglob("*")) == []


def test_what_a_hostile_member_puts_there_takes_no_name(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    """Sound pieces under a key and a name of one's own choosing: found out when all have come."""
    import io

    from sync.attachments import seal_pieces
    from sync.changes import Change, Verb
    from sync.ids import random_id

    ana, beto, _caya = three
    owner = beto.person("Ana")
    key, name = os.urandom(32), os.urandom(32)
    ref: dict[str, Value] = {
        "name": "a.jpg",
        "type": "image/jpeg",
        "size": 9,
        "hash": name,
        "key": key,
    }
    change = Change(Verb.CREATE, "attachment", random_id(), (owner.kind, owner.id), {"file": ref})
    beto.project.ledger.commit(owner.space, [change], "forged")
    [piece] = seal_pieces(key, 9, io.BytesIO(b"not it at"))
    remote.files[layout.attachment_piece(owner.space, name, beto.device, 0)] = piece
    beto.sync(remote)
    report = ana.sync(remote)
    assert "attachment-foreign" in {note.code for note in report.warnings}
    assert [path for path in ana.project.paths.attachments.rglob("*") if path.is_file()] == []
    ana.verify()


@pytest.mark.parametrize(
    "value",
    [
        {"name": "a", "size": 2**50, "hash": bytes(32), "key": bytes(32), "type": ""},
        {"name": "a", "size": -1, "hash": bytes(32), "key": bytes(32), "type": ""},
        {"name": "a", "size": 1, "hash": bytes(31), "key": bytes(32), "type": ""},
        {"name": "a", "size": 1, "hash": "../../x", "key": bytes(32), "type": ""},
        {"name": "a", "size": True, "hash": bytes(32), "key": bytes(32), "type": ""},
        ["x"],
        7,
    ],
)
def test_values_that_name_no_file_harm_nothing(
    three: list[Laptop], remote: MemoryRemote, value: object
) -> None:
    from sync.changes import Change, Verb
    from sync.ids import random_id

    ana, beto, _caya = three
    owner = beto.person("Ana")
    fields = {"file": value}
    change = Change(Verb.CREATE, "attachment", random_id(), (owner.kind, owner.id), fields)  # type: ignore[arg-type]
    beto.project.ledger.commit(owner.space, [change], "forged")
    beto.sync(remote)
    ana.sync(remote)
    [one] = reading.of(ana.project, owner)
    assert (one.file, one.is_here) == (None, False)
    ana.verify()


def listed(remote: MemoryRemote) -> int:
    """How many folders of files were listed since this was asked last."""
    found = [prefix for prefix in remote.lists if prefix.startswith(layout.FILES)]
    remote.lists.clear()
    return len(found)


def test_files_nobody_has_put_there_cost_few_requests(three: list[Laptop]) -> None:
    ana, beto, _caya = three
    remote = MemoryRemote()
    engine.found(ana.replica, remote)
    settle(remote, ana, beto, rounds=1)
    for number in range(40):
        attach(beto, bytes([number]) * 10)
    engine.synchronise(beto.replica, remote, essentials=True)
    listed(remote)
    assert ana.sync(remote).attachments.missing == 40
    assert listed(remote) == 1
    beto.sync(remote)
    ana.sync(remote)
    listed(remote)
    reads = len(remote.reads)
    ana.sync(remote)
    assert listed(remote) == 0
    assert not [path for path in remote.reads[reads:] if path.startswith("files/")]


# -- erasing ---------------------------------------------------------------------------------------


def test_erasing_takes_the_bytes_off_every_laptop_and_the_share(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    ana, beto, caya = three
    owner, other = attach(beto), attach(beto, PHOTO[:1000], "otra.jpg")
    settle(remote, beto, ana, caya, rounds=1)
    erasing.erase(ana.project, owner, reason="art. 15")
    settle(remote, ana, beto, caya, ana)
    for one in three:
        names = [path for path in one.project.paths.attachments.rglob("*") if path.is_file()]
        assert len(names) == 1
        assert read(one, other) == PHOTO[:1000]
        one.verify()
    kept = [path for path in pieces(remote) if len(remote.files[path]) > 10]
    assert len(kept) == 1
    # Attached again, it is sent again over what was erased.
    again = attach(beto)
    settle(remote, beto, ana, rounds=1)
    assert read(ana, again) == PHOTO


def test_a_file_that_another_record_has_stays_everywhere(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    ana, beto, caya = three
    owner, other = attach(beto), attach(caya)
    settle(remote, beto, caya, ana, rounds=2)
    erasing.erase(ana.project, owner)
    settle(remote, *three)
    assert all_read(three, other)


def test_a_record_unaware_of_an_erasure_gets_its_file_back_to_the_share(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    """Beto attaches the same file offline while the coordinator erases the other record's."""
    ana, beto, caya = three
    owner = attach(ana)
    settle(remote, ana, beto, rounds=1)
    other = attach(beto)
    erasing.erase(ana.project, owner)
    ana.sync(remote)
    settle(remote, beto, ana, caya, beto)
    settle(remote, *three)
    assert all_read(three, other)


def test_moving_to_another_space_takes_the_file_along(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    ana, _beto, caya = three
    space = membership.add_space(ana.project, "Curaray")
    owner = attach(ana)
    settle(remote, ana, caya, rounds=1)
    moved = records.move(ana.project, owner, space)
    settle(remote, ana, caya, ana, caya)
    assert read(caya, moved) == PHOTO


# -- the real thing --------------------------------------------------------------------------------


def test_two_laptops_over_a_folder(three: list[Laptop], tmp_path: Path) -> None:
    ana, beto, _caya = three
    (tmp_path / "share").mkdir()
    place = str(tmp_path / "share")
    engine.found(ana.replica, FolderRemote(tmp_path / "share", "tests"))
    sync(ana.project, place)
    sync(beto.project, place)
    owner = attach(beto)
    seen: list[int] = []
    sync(beto.project, place, lambda sent, _read: seen.append(sent))
    assert seen[-1] >= len(PHOTO)
    sync(ana.project, place, essentials=True)
    assert waits(ana) == (0, 1)
    report, _touched = sync(ana.project, place)
    assert report.attachments.received.files == 1
    assert read(ana, owner) == PHOTO
