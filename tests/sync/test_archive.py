"""A share in one file: whole or not at all, nothing in it doubled, overlapping or swollen."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import SyncError
from sync.ports import (
    BadPath,
    Occupied,
    RemoteFull,
    RemoteMissing,
    RemoteReadOnly,
    RemoteTooLarge,
)
from sync.remotes import archive
from sync.remotes.archive import (
    ArchiveRemote,
    CarriedTooLarge,
    CarriedTorn,
    NotCarried,
    Taken,
    writing,
)
from tests.effort import peak

FIRST = "carried"
FILES = {FIRST: b"paper", "a/b/00000001": b"one", "a/b/00000002": b"", "a/b-c": b"x", "a-": b"dash"}


def made(path: Path, files: Mapping[str, bytes] = FILES) -> Path:
    with writing(path) as new:
        for name, data in files.items():
            assert new.put(name, data)
    return path


def test_what_was_put_is_listed_and_read(tmp_path: Path) -> None:
    with ArchiveRemote(made(tmp_path / "f.zip"), FIRST) as found:
        assert found.list("") == ["a", "a-", FIRST]
        assert found.list("a") == ["b", "b-c"]
        assert found.list("a/b") == ["00000001", "00000002"]
        assert found.list("a/b-c") == found.list("nothing") == []
        assert {name: found.read(name, 10) for name in FILES} == FILES
        assert found.read("a/b/00000003", 10) is None
        assert found.read("a", 10) is None
        with pytest.raises(RemoteTooLarge):
            found.read("a/b/00000001", 2)
        with pytest.raises(BadPath):
            found.read("../b", 2)
        found.probe()


def test_nothing_is_written_to_one_that_is_read(tmp_path: Path) -> None:
    file = made(tmp_path / "f.zip")
    before = file.read_bytes()
    with ArchiveRemote(file, FIRST) as found:
        for write in (found.put, found.replace):
            with pytest.raises(RemoteReadOnly):
                write("a/new", b"x")
        with pytest.raises(RemoteReadOnly):
            found.remove("a/b-c")
    assert file.read_bytes() == before


def test_any_tool_reads_it_and_it_tells_no_time(tmp_path: Path) -> None:
    file = made(tmp_path / "f.zip")
    with zipfile.ZipFile(file) as found:
        assert found.testzip() is None
        assert {one.filename: found.read(one) for one in found.infolist()} == FILES
        assert {one.date_time for one in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {one.compress_type for one in found.infolist()} == {zipfile.ZIP_STORED}
    assert made(tmp_path / "g.zip").read_bytes() == file.read_bytes()


def test_put_keeps_the_ports_word(tmp_path: Path) -> None:
    with writing(tmp_path / "f.zip") as new:
        assert new.put(FIRST, b"x")
        assert not new.put(FIRST, b"x")
        with pytest.raises(Occupied):
            new.put(FIRST, b"y")
        with pytest.raises(BadPath):
            new.put("a/../b", b"y")
        with pytest.raises(Occupied):
            new.replace(FIRST, b"y")
        assert new.put("a/b", b"z")
        assert new.list("") == ["a", FIRST]
        assert new.read("a/b", 1) == b"z"


def test_a_file_that_is_there_stays_unless_it_may_go(tmp_path: Path) -> None:
    file = tmp_path / "f.zip"
    file.write_bytes(b"old")
    with pytest.raises(Taken), writing(file):
        pytest.fail("it was there")
    assert file.read_bytes() == b"old"
    with writing(file, overwrite=True) as new:
        new.put(FIRST, b"x")
    with ArchiveRemote(file, FIRST) as found:
        assert found.read(FIRST, 1) == b"x"
    with pytest.raises(Taken), writing(tmp_path, overwrite=True):
        pytest.fail("a folder is nothing to replace")


@pytest.mark.skipif(os.name == "nt", reason="links and pipes of this kind are not there")
def test_a_link_goes_on_leading_where_it_led_and_a_pipe_is_no_file(tmp_path: Path) -> None:
    kept, link, pipe = tmp_path / "f.zip", tmp_path / "link", tmp_path / "pipe"
    kept.write_bytes(b"old")
    link.symlink_to(kept)
    os.mkfifo(pipe)
    with writing(link, overwrite=True) as new:
        new.put(FIRST, b"x")
    assert link.is_symlink()
    with ArchiveRemote(kept, FIRST) as found:
        assert found.read(FIRST, 1) == b"x"
    with pytest.raises(Taken), writing(pipe, overwrite=True):
        pytest.fail("what is no file is nothing to replace")
    assert pipe.is_fifo()


def test_one_that_appears_meanwhile_stays(tmp_path: Path) -> None:
    file = tmp_path / "f.zip"

    def meanwhile() -> None:
        with writing(file) as new:
            new.put(FIRST, b"x")
            file.write_bytes(b"theirs")

    with pytest.raises(Taken):
        meanwhile()
    assert file.read_bytes() == b"theirs"
    assert os.listdir(tmp_path) == ["f.zip"]


def test_where_links_are_refused_it_is_renamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_names: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refused)
    made(tmp_path / "f.zip")
    assert os.listdir(tmp_path) == ["f.zip"]


@pytest.mark.parametrize("overwrite", [False, True])
def test_whatever_stops_it_leaves_nothing(tmp_path: Path, overwrite: bool) -> None:
    file = tmp_path / "f.zip"
    if overwrite:
        file.write_bytes(b"old")
    before = sorted(os.listdir(tmp_path))

    def stopped() -> None:
        with writing(file, overwrite=overwrite) as new:
            new.put(FIRST, b"x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert sorted(os.listdir(tmp_path)) == before
    # What a laptop that lost its power left is in nobody's way.
    (tmp_path / ".f.zip.part").write_bytes(b"half")
    with writing(file, overwrite=overwrite) as new:
        new.put(FIRST, b"x")
    assert os.listdir(tmp_path) == ["f.zip"]


def test_a_full_disk_leaves_nothing() -> None:
    if not (os.path.exists("/dev/full") and stat.S_ISCHR(os.stat("/dev/full").st_mode)):
        pytest.skip("this system has no device that is always full")
    new = archive.NewArchive(Path("f.zip"), open("/dev/full", "r+b", buffering=0))  # noqa: SIM115
    with pytest.raises(RemoteFull):
        new.put(FIRST, b"x")
    new._stream.close()


def test_other_bytes_read_back_are_noticed(tmp_path: Path) -> None:

    def forgetful() -> None:
        with writing(tmp_path / "f.zip") as new:
            new.put(FIRST, b"x")
            new._hash.update(b"what the disk forgot")

    with pytest.raises(SyncError, match="wrongly"):
        forgetful()
    assert os.listdir(tmp_path) == []


def test_a_place_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RemoteMissing):
        ArchiveRemote(tmp_path / "nothing.zip", FIRST)
    with pytest.raises(RemoteMissing), writing(tmp_path / "no" / "f.zip"):
        pytest.fail("there is no such folder")
    with pytest.raises(NotCarried):
        ArchiveRemote(tmp_path, FIRST)


# -- large ones ----------------------------------------------------------------------------------


def test_more_entries_than_a_plain_zip_can_count(tmp_path: Path) -> None:
    files = {FIRST: b""} | {f"a/{number:08d}": b"" for number in range(65_600)}
    file = made(tmp_path / "f.zip", files)
    with ArchiveRemote(file, FIRST) as found:
        assert len(found.list("a")) == 65_600
    with zipfile.ZipFile(file) as other:
        assert len(other.namelist()) == 65_601


def test_places_beyond_four_gigabytes(tmp_path: Path) -> None:
    """The bytes in between are a hole: nothing is really written there."""
    far = 5 << 30
    with writing(tmp_path / "f.zip") as new:
        new.put(FIRST, b"x")
        head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 0x21, 0, 0, 0, 0, 0)
        assert len(head) == 30
        sparse = (far - new.size) // 2
        for number, size in enumerate((sparse, far - new.size - sparse)):
            name = b"big%d" % number
            body = size - 30 - len(name)
            at = new.size
            new._append(head[:18] + struct.pack("<2I2H", body, body, len(name), 0) + name)
            new._directory += struct.pack(
                "<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 0x21, 0, body, body, len(name), 0, 0, 0,
                0, 0, at) + name  # fmt: skip
            new._places[name.decode()] = at + 30 + len(name), body
            new.size = at + size
            new._stream.truncate(new.size)
        new.put("a/far", b"far")
        new._require_same = lambda: None  # type: ignore[method-assign]
    with ArchiveRemote(tmp_path / "f.zip", FIRST) as found:
        assert found.read("a/far", 3) == b"far"
    with zipfile.ZipFile(tmp_path / "f.zip") as other:
        assert other.read("a/far") == b"far"


def test_too_many_entries_are_refused_both_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = made(tmp_path / "f.zip")
    monkeypatch.setattr(archive, "MAX_ENTRIES", len(FILES) - 1)
    with pytest.raises(CarriedTooLarge):
        ArchiveRemote(file, FIRST)
    with pytest.raises(CarriedTooLarge):
        made(tmp_path / "g.zip")
    assert os.listdir(tmp_path) == ["f.zip"]


# -- hostile ones --------------------------------------------------------------------------------


def zipped(
    names: list[str], method: int = zipfile.ZIP_STORED, data: bytes = b"x", comment: bytes = b""
) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as target:
        for name in names:
            target.writestr(name, data)
        target.comment = comment
    return stream.getvalue()


def nudged(at_end: int, new: bytes) -> Callable[[], bytes]:
    """The plain archive with some bytes, counted from its end, changed."""

    def change() -> bytes:
        raw = bytearray(zipped([FIRST, "a/b"]))
        raw[len(raw) - at_end : len(raw) - at_end + len(new)] = new
        return bytes(raw)

    return change


def overlapping() -> bytes:
    """Two entries in the directory for one in the file, as in a bomb that swells a thousandfold."""
    raw = zipped([FIRST])
    start = raw.index(b"PK\1\2")
    entry = raw[start : raw.index(b"PK\5\6")]
    other = entry.replace(FIRST.encode(), b"carries")
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 2, 2, 2 * len(entry), start, 0)
    return raw[:start] + entry + other + end


HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "text": lambda: b"PK\3\4 is how it begins, and goes on as no zip does",
    "another zip": lambda: zipped(["xl/workbook.xml"]),
    "compressed": lambda: zipped([FIRST], zipfile.ZIP_DEFLATED, bytes(1000)),
    "bomb": lambda: zipped([FIRST], zipfile.ZIP_DEFLATED, bytes(5_000_000)),
    "outside": lambda: zipped([FIRST, "../../etc/passwd"]),
    "absolute": lambda: zipped([FIRST, "/etc/passwd"]),
    "windows": lambda: zipped([FIRST, "a\\b", "C:x"]),
    "device": lambda: zipped([FIRST, "a/con"]),
    "long": lambda: zipped([FIRST, "a" * 101]),
    "not ours": lambda: zipped([FIRST, "Fotos/Ñandú.JPG"]),
    "folder": lambda: zipped([FIRST, "a/"]),
    "something before": lambda: b"#!/bin/sh\n" + zipped([FIRST]),
    "something behind": lambda: zipped([FIRST]) + b"\0" * 22,
    "comment": lambda: zipped([FIRST], comment=b"hello"),
    "overlapping": overlapping,
    "count too high": nudged(14, b"\xff\xff"),
    "counts differ": nudged(14, b"\x01\x00"),
    "directory elsewhere": nudged(6, b"\x01\x00\x00\x00"),
    "directory too long": nudged(10, b"\xff\xff\xff\x7f"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_archives_are_refused(tmp_path: Path, name: str) -> None:
    file = tmp_path / "f.zip"
    file.write_bytes(HOSTILE[name]())
    with pytest.raises((NotCarried, CarriedTorn)):
        ArchiveRemote(file, FIRST)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice(tmp_path: Path) -> None:
    file = tmp_path / "f.zip"
    file.write_bytes(zipped([FIRST, "a/b", "a/b"]))
    with pytest.raises(NotCarried):
        ArchiveRemote(file, FIRST)


@pytest.mark.parametrize("more", [b"x", b"\r\n", b"\0" * 4096, b"PK\5\6" + bytes(18) + b"!"])
def test_one_to_whose_end_something_was_added_was_not_cut_short(
    tmp_path: Path, more: bytes
) -> None:
    file = made(tmp_path / "f.zip")
    whole = file.read_bytes()
    file.write_bytes(whole + more)
    with pytest.raises(CarriedTorn) as caught:
        ArchiveRemote(file, FIRST)
    assert caught.value.code == "carried-torn.more"
    file.write_bytes(whole[:-1])
    with pytest.raises(CarriedTorn) as caught:
        ArchiveRemote(file, FIRST)
    assert caught.value.code == "carried-torn"


def test_one_that_was_cut_short_at_any_byte(tmp_path: Path) -> None:
    whole = made(tmp_path / "f.zip").read_bytes()
    file = tmp_path / "g.zip"
    for size in range(len(whole)):
        file.write_bytes(whole[:size])
        with pytest.raises((NotCarried, CarriedTorn)):
            ArchiveRemote(file, FIRST)


@given(st.data())
def test_whatever_is_changed_it_is_read_in_bounds_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("changed")
    whole = bytearray(made(folder / "f.zip").read_bytes())
    for _change in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    file = folder / "g.zip"
    file.write_bytes(bytes(whole))
    try:
        with ArchiveRemote(file, FIRST) as found:
            for name in found.list(""):
                found.list(name)
                assert len(found.read(name, len(whole)) or b"") <= len(whole)
    except SyncError:
        pass


@given(
    st.dictionaries(
        st.from_regex(r"[a-c](/[a-c][.-]?[a-c-]?[a-c]){0,3}", fullmatch=True), st.binary(max_size=8)
    )
)
def test_it_lists_and_reads_as_a_folder_would(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    files = {FIRST: b""} | files
    file = made(tmp_path_factory.mktemp("like") / "f.zip", files)
    prefixes = {"", *(path[:at] for path in files for at, one in enumerate(path) if one == "/")}
    with ArchiveRemote(file, FIRST) as found:
        for prefix in prefixes:
            below = f"{prefix}/" if prefix else ""
            names = {p[len(below) :].partition("/")[0] for p in files if p.startswith(below)}
            assert found.list(prefix) == sorted(names)
        assert {path: found.read(path, 8) for path in files} == files


def test_a_directory_costs_little_more_than_its_bytes(tmp_path: Path) -> None:
    name = "s" * 26 + "/" + "l" * 26
    file = made(tmp_path / "f.zip", {FIRST: b""} | {f"{name}/{n:08d}": b"" for n in range(20_000)})

    def opened() -> None:
        with ArchiveRemote(file, FIRST) as found:
            assert len(found.list(name)) == 20_000

    assert peak(opened) < 3 * file.stat().st_size
