"""Everything by hand as one file: what goes along, who may make one, and what is left as it was."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import KipuError
from app.models import attachments, handed_out, practice
from app.models.commands import attachments as attaching
from app.models.commands import carrying, erasing, membership, syncing
from app.models.queries import attachments as reading
from sync import engine, layout, members
from sync.carrying import PAPER
from sync.crypto import KeyPair
from sync.engine import Report
from sync.ids import token
from sync.remotes.archive import writing
from tests.models.laptops import Laptop, agree, found, reopened, settle
from tests.sync.sharing import MemoryRemote
from tests.sync.test_engine import codes, has

PHOTO = os.urandom(200_000)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "carried.zip"


@pytest.fixture
def remote(three: list[Laptop]) -> MemoryRemote:
    made = MemoryRemote()
    engine.found(three[0].replica, made)
    settle(made, *three, rounds=1)
    return made


def carry(laptop: Laptop, file: Path, to: Laptop | None = None, essentials: bool = False) -> Report:
    file.unlink(missing_ok=True)
    device = to.device if to else None
    return carrying.carry(laptop.project, file, device, essentials).report


def receive(laptop: Laptop, file: Path) -> Report:
    return carrying.receive(laptop.project, file)[0]


def hand(by: Laptop, to: Laptop, file: Path) -> Report:
    carry(by, file)
    return receive(to, file)


def paths(file: Path, under: str = "") -> list[str]:
    with zipfile.ZipFile(file) as found:
        return [name for name in found.namelist() if name.startswith(under)]


# -- what goes along -----------------------------------------------------------------------------


def test_three_who_never_shared_a_place_agree(three: list[Laptop], file: Path) -> None:
    ana, beto, caya = three
    keys = [one.person(name) for one, name in zip(three, ("Ana", "Beto", "Caya"), strict=True)]
    assert codes(hand(ana, beto, file)) == []
    # The facilitator hands on what the coordinator wrote, with the roster that admits the third.
    assert codes(hand(beto, caya, file)) == []
    hand(caya, ana, file)
    hand(ana, beto, file)
    assert all(has(one, key) for one in three for key in keys)
    agree(*three)


def test_the_report_counts_what_went_and_what_came(three: list[Laptop], file: Path) -> None:
    ana, beto, _caya = three
    ana.person("Eva")
    made = carry(ana, file)
    assert made.sent.changes == sum(log.number for log in ana.replica.logs(ana.space())) + sum(
        log.number for log in ana.replica.logs(ana.replica.roster.common)
    )
    taken = receive(beto, file)
    assert taken.received == made.sent
    assert receive(beto, file).received.batches == 0
    assert paths(file)[0] == PAPER
    assert file.read_bytes()[:2] == b"PK"


def test_no_share_is_concerned(three: list[Laptop], remote: MemoryRemote, file: Path) -> None:
    ana, beto, _caya = three
    beto.person("Eva")
    waiting = syncing.unsent(beto.project)
    rows = beto.project.store.rows("SELECT * FROM remotes JOIN sent USING(remote)")
    carry(beto, file)
    assert syncing.unsent(beto.project) == waiting == 1
    before = file.read_bytes()
    held = ana.project.store.rows("SELECT remote, location, last_sync FROM remotes")
    assert receive(ana, file).received.changes == 1
    assert file.read_bytes() == before
    assert ana.project.store.rows("SELECT remote, location, last_sync FROM remotes") == held
    assert beto.project.store.rows("SELECT * FROM remotes JOIN sent USING(remote)") == rows
    # What came by hand and what comes by the share are the same.
    assert beto.sync(remote).sent.changes == 1
    assert ana.sync(remote).received.batches == 0
    settle(remote, *three)
    agree(*three)


def test_attachments_go_along_unless_only_words_are_wanted(three: list[Laptop], file: Path) -> None:
    ana, beto, _caya = three
    owner = ana.person("Eva")
    attaching.attach(ana.project, owner, PHOTO, "foto.jpg")
    carry(ana, file, essentials=True)
    assert paths(file, layout.FILES) == []
    assert receive(beto, file).attachments.missing == 1
    made = carry(ana, file)
    assert made.attachments.sent.files == 1
    taken = receive(beto, file).attachments
    assert (taken.received, taken.missing) == (made.attachments.sent, 0)
    [one] = reading.of(beto.project, owner)
    assert attachments.read(beto.project, one.ref) == PHOTO
    again = receive(beto, file).attachments
    assert (again.received.files, again.sent.files, again.missing) == (0, 0, 0)


def test_erased_values_do_not_go_along_and_those_here_go(three: list[Laptop], file: Path) -> None:
    ana, beto, _caya = three
    key = ana.person("Palabra prohibida")
    hand(ana, beto, file)
    erasing.erase(ana.project, key, reason="ley")
    hand(ana, beto, file)
    assert "Palabra" not in str(beto.values(key))
    assert beto.digests() == ana.digests()
    # And the coordinator hears by hand who has carried it out.
    entry = ana.replica.roster.view().erasures[0]
    hand(beto, ana, file)
    heard = ana.project.store.rows("SELECT device, entry FROM erased_by")
    assert (beto.device, entry.hash) in [(bytes(d), bytes(e)) for d, e in heard]


def test_a_member_hands_on_the_key_of_a_new_space(three: list[Laptop], file: Path) -> None:
    ana, beto, caya = three
    hand(ana, beto, file)
    hand(ana, caya, file)
    membership.add_space(ana.project, "Curaray")
    membership.change_role(ana.project, beto.device, "secretary", ["Curaray"])
    key = ana.person("Eva", space="Curaray")
    hand(ana, beto, file)
    assert codes(hand(beto, caya, file)) == []
    assert has(caya, key)
    agree(*three)


# -- for one laptop ------------------------------------------------------------------------------


def test_for_one_laptop_what_it_has_is_left_out(
    three: list[Laptop], remote: MemoryRemote, file: Path
) -> None:
    ana, beto, _caya = three
    for name in ("Eva", "Ida", "Olga"):
        ana.person(name)
        ana.project.ledger.seal()
    beto.person("Uma")
    settle(remote, *three)
    beto.person("Rut")
    settle(remote, beto, ana)
    everything = carry(ana, file)
    size = file.stat().st_size
    key = ana.person("Sara")
    part = carry(ana, file, beto)
    assert (part.sent.changes, part.sent.batches) == (1, 1)
    assert everything.sent.batches == 5
    assert file.stat().st_size < size / 2
    assert not any(token(beto.device) in one for one in paths(file, layout.ROSTER))
    assert codes(receive(beto, file)) == []
    assert has(beto, key)


def test_one_made_for_another_says_so_and_says_what_lacks(
    three: list[Laptop], remote: MemoryRemote, file: Path
) -> None:
    ana, beto, caya = three
    ana.person("Eva")
    settle(remote, ana, beto)
    beto.person("Ida")
    settle(remote, beto, ana)
    ana.person("Olga")
    carry(ana, file, beto)
    report = receive(caya, file)
    assert codes(report) == ["batch-missing", "carried-for-another"]
    assert all(syncing.told(note) for note in report.warnings)
    settle(remote, ana, caya)
    caya.verify()


def test_a_laptop_gets_nothing_of_spaces_it_does_not_read(three: list[Laptop], file: Path) -> None:
    ana, beto, _caya = three
    membership.add_space(ana.project, "Curaray")
    ana.person("Eva", space="Curaray")
    carry(ana, file, beto)
    assert not any(token(ana.space("Curaray")) in one for one in paths(file))
    carry(ana, file)
    assert any(token(ana.space("Curaray")) in one for one in paths(file))
    receive(beto, file)
    assert "Curaray" not in beto.digests()


# -- whose file it is ----------------------------------------------------------------------------


def with_paper(file: Path, change: Callable[[bytes], bytes]) -> None:
    """The same file with another paper in front."""
    with zipfile.ZipFile(file) as source:
        entries = {name: source.read(name) for name in source.namelist()}
    with writing(file, overwrite=True) as new:
        for name, data in entries.items():
            new.put(name, change(data) if name == PAPER else data)


def refused(laptop: Laptop, file: Path) -> str:
    before = laptop.digests(), laptop.project.store.rows("SELECT hash FROM roster")
    with pytest.raises(KipuError) as error:
        receive(laptop, file)
    assert laptop.digests() == before[0]
    return syncing.code_of(error.value)


def test_another_projects_file_is_refused(three: list[Laptop], file: Path, tmp_path: Path) -> None:
    other = found(tmp_path / "other")
    carry(other, file)
    assert refused(three[0], file) == "carried-other-project"
    other.close()


def test_a_strangers_file_is_refused(three: list[Laptop], file: Path) -> None:
    ana, beto, _caya = three
    project = ana.replica.roster.project
    ana.person("Eva")
    carry(ana, file)
    stranger = members.make_carried(KeyPair.generate(), project, bytes(16), None)
    with_paper(file, lambda _paper: stranger)
    assert refused(beto, file) == "carried-stranger"


def test_an_altered_paper_is_refused(three: list[Laptop], file: Path) -> None:
    ana, beto, _caya = three
    carry(ana, file)
    with_paper(file, lambda paper: paper[:20] + bytes([paper[20] ^ 1]) + paper[21:])
    assert refused(beto, file) == "bad-signature"
    with_paper(file, lambda paper: paper[:4] + b"\2" + paper[5:])
    assert refused(beto, file) == "unknown-version"
    with_paper(file, lambda _paper: bytes(70_000))
    assert refused(beto, file) == "malformed"


def test_whatever_is_no_carried_file_is_refused(three: list[Laptop], tmp_path: Path) -> None:
    ana = three[0]
    (tmp_path / "text").write_text("hola")
    (tmp_path / "cut.zip").write_bytes(b"")
    assert refused(ana, tmp_path / "text") == "carried-not-one"
    assert refused(ana, tmp_path / "cut.zip") == "carried-not-one"
    assert refused(ana, tmp_path) == "carried-not-one"
    assert refused(ana, tmp_path / "nowhere") == "remote-missing"
    carry(ana, tmp_path / "whole.zip")
    whole = (tmp_path / "whole.zip").read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[:-1])
    assert refused(ana, tmp_path / "cut.zip") == "carried-torn"


def test_a_damaged_part_is_set_aside_and_the_rest_taken_in(three: list[Laptop], file: Path) -> None:
    ana, beto, _caya = three
    ana.person("Eva")
    carry(ana, file)
    [batch] = paths(file, layout.logs_of(ana.space()))
    raw = bytearray(file.read_bytes())
    raw[raw.index(batch.encode()) + len(batch) + 300] ^= 1
    file.write_bytes(bytes(raw))
    assert "malformed" in codes(receive(beto, file))
    assert len(beto.replica.roster) == len(ana.replica.roster)
    carry(ana, file)
    assert codes(receive(beto, file)) == []
    agree(ana, beto)


# -- the file itself -----------------------------------------------------------------------------


def test_a_file_that_is_there_stays(three: list[Laptop], file: Path) -> None:
    file.write_bytes(b"mine")
    with pytest.raises(KipuError, match="already"):
        carrying.carry(three[0].project, file)
    assert file.read_bytes() == b"mine"
    carrying.carry(three[0].project, file, overwrite=True)
    assert codes(receive(three[1], file)) == []


def test_stopping_leaves_no_half_file(three: list[Laptop], file: Path) -> None:
    class Enough(KipuError):
        pass

    def stop(_written: int, _read: int) -> None:
        raise Enough("enough")

    with pytest.raises(Enough):
        carrying.carry(three[0].project, file, watch=stop)
    assert not list(file.parent.glob("*.zip*"))
    assert not list(file.parent.glob(".*.part"))
    seen: list[int] = []
    carrying.carry(three[0].project, file, watch=lambda written, _read: seen.append(written))
    assert seen == sorted(seen)
    assert 0 < seen[-1] < file.stat().st_size
    with pytest.raises(Enough):
        carrying.receive(three[1].project, file, watch=stop)


def test_practice_carries_nothing(
    three: list[Laptop], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry(three[0], file)
    monkeypatch.setattr(practice, "is_practice", lambda _project: True)
    for work in (carrying.carry, carrying.receive):
        with pytest.raises(KipuError, match="practice"):
            work(three[0].project, file)


# -- copies of a laptop --------------------------------------------------------------------------


def twin(laptop: Laptop, folder: Path) -> Laptop:
    """The laptop as it is, a second time, as if its disk had been copied."""
    laptop.project.close()
    shutil.copytree(laptop.home, folder)
    laptop.project = reopened(laptop.home)
    laptop.__post_init__()
    return Laptop(folder, reopened(folder))


def test_a_copy_learns_from_a_file_that_it_went_on_elsewhere(
    three: list[Laptop], file: Path, tmp_path: Path
) -> None:
    ana, beto, _caya = three
    hand(ana, beto, file)
    beto.person("Eva")
    copy = twin(beto, tmp_path / "twin")
    key = beto.person("Ida")
    mine = copy.person("Olga")
    hand(beto, ana, file)
    ana.person("Uma")
    report = hand(ana, copy, file)
    assert "store-copied" in codes(report)
    hand(copy, ana, file)
    hand(ana, beto, file)
    assert all(has(one, key) and has(one, mine) for one in (ana, beto, copy))
    agree(ana, beto, copy)
    copy.close()


def test_what_left_by_hand_keeps_its_number_under_a_new_incarnation(
    three: list[Laptop], remote: MemoryRemote, file: Path
) -> None:
    ana, beto, _caya = three
    key = beto.person("Eva")
    carry(beto, file)
    log = beto.project.ledger.author.log(beto.space())
    assert handed_out.number(beto.project.store, log) == 1
    later = beto.person("Ida")
    beto.project.begin_incarnation()
    assert beto.replica.batch(log, 1) is not None
    receive(ana, file)
    settle(remote, *three)
    assert has(ana, key)
    assert has(ana, later)
    assert ana.project.store.value("SELECT count(*) FROM records WHERE id=?", (key.id,)) == 1
    agree(*three)
