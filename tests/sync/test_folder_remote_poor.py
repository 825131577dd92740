"""A folder that offers little, or that other programs write in too."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sync import ports
from sync.remotes import os_faults
from sync.remotes.folder import FolderRemote


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os_faults, "_pause", lambda seconds: None)


@pytest.fixture
def remote(tmp_path: Path) -> FolderRemote:
    return FolderRemote(tmp_path)


def refusing(number: int, windows: int | None = None) -> Callable[..., object]:
    """Return a system call that always fails with ``number``, as Windows' ``windows`` if given."""

    def call(*args: object, **kwargs: object) -> object:
        error = OSError(number, os.strerror(number))
        if windows is not None:
            error.winerror = windows  # type: ignore[attr-defined,unused-ignore]
        raise error

    return call


def files_in(folder: Path) -> list[str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)


# --- places that offer less ---------------------------------------------------------------------


@pytest.fixture(params=["no links", "no renames", "no fsync", "nothing"])
def poor_remote(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> FolderRemote:
    """A folder as FAT, some SMB servers and some FUSE mounts offer it."""
    lacking = request.param
    if lacking in {"no links", "no renames", "nothing"}:
        monkeypatch.setattr(os, "link", refusing(errno.EPERM))
    if lacking in {"no renames", "nothing"}:
        monkeypatch.setattr(os, "rename", refusing(errno.EACCES))
        monkeypatch.setattr(os, "replace", refusing(errno.EACCES))
    if lacking in {"no fsync", "nothing"}:
        monkeypatch.setattr(os, "fsync", refusing(errno.EINVAL))
    return FolderRemote(tmp_path)


def test_a_poor_place_serves_as_well(poor_remote: FolderRemote) -> None:
    assert poor_remote.put("b/a", b"one")
    assert not poor_remote.put("b/a", b"one")
    with pytest.raises(ports.Occupied):
        poor_remote.put("b/a", b"two")
    poor_remote.replace("heads", b"first")
    poor_remote.replace("heads", b"second")
    assert poor_remote.read("b/a", 9) == b"one"
    assert poor_remote.read("heads", 9) == b"second"
    poor_remote.probe()
    assert files_in(poor_remote.location) == ["KIPU/b/a", "KIPU/heads"]


@pytest.mark.parametrize("content", [b"mine", b"another's"])
@pytest.mark.parametrize("links", [True, False])
def test_a_name_taken_at_the_last_moment_is_not_covered(
    remote: FolderRemote, monkeypatch: pytest.MonkeyPatch, content: bytes, links: bool
) -> None:
    target = remote.location / "KIPU" / "a"
    really_link = os.link

    def somebody_is_faster(source: Path, to: Path) -> None:
        target.write_bytes(content)
        if not links:
            raise OSError(errno.EPERM, "no links here")
        really_link(source, to)

    monkeypatch.setattr(os, "link", somebody_is_faster)
    if content == b"mine":
        assert remote.put("a", b"mine") is False
    else:
        with pytest.raises(ports.Occupied):
            remote.put("a", b"mine")
    assert target.read_bytes() == content
    assert files_in(remote.location) == ["KIPU/a"]


def test_bytes_that_come_back_changed_are_noticed(
    remote: FolderRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_link = os.link

    def link_and_spoil(source: Path, target: Path) -> None:
        really_link(source, target)
        target.write_bytes(b"spoilt")

    monkeypatch.setattr(os, "link", link_and_spoil)
    with pytest.raises(ports.RemoteBroken):
        remote.put("a", b"sealed")


def test_a_file_held_for_a_moment_is_tried_again(
    remote: FolderRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote.replace("heads", b"first")
    really_replace, tries = os.replace, iter([32, 33, 5])

    def held_three_times(source: Path, target: Path) -> None:
        if windows := next(tries, None):
            refusing(errno.EACCES, windows)()
        really_replace(source, target)

    monkeypatch.setattr(os, "replace", held_three_times)
    remote.replace("heads", b"second")
    assert remote.read("heads", 10) == b"second"
    assert next(tries, None) is None


# --- other people's things ------------------------------------------------------------------------


def test_foreign_names_are_ignored_but_can_be_told(remote: FolderRemote) -> None:
    remote.put("b/a", b"x")
    root = remote.location / "KIPU"
    foreign = [
        ".DS_Store",
        "b/._a",
        "b/a (MV's conflicted copy 2026-11-21)",
        "b/a.sync-conflict-20261121-101010-ABCDEFG",
        "b/~$a.docx",
        "b/A1",
    ]
    for name in foreign:
        (root / name).write_bytes(b"?")
    (root / ".tmp-other-1").write_bytes(b"another laptop's upload")
    (root / "Trash").mkdir()
    (root / "Trash" / "a").write_bytes(b"?")
    assert remote.list("") == ["b"]
    assert remote.list("b") == ["a"]
    assert remote.foreign() == sorted([*foreign, "Trash"])
    assert len(remote.foreign(most=2)) == 2
    assert (root / ".tmp-other-1").exists()


def test_only_ones_own_interrupted_uploads_are_cleared_away(tmp_path: Path) -> None:
    root = tmp_path / "KIPU"
    root.mkdir()
    names = [".tmp-mine-0123-1", ".tmp-mine2-0123-1", ".tmp-other-0123-1", ".tmp--0123-1"]
    for name in names:
        (root / name).write_bytes(b"half")
    FolderRemote(tmp_path).put("a", b"x")
    assert files_in(root) == sorted([*names, "a"])
    FolderRemote(tmp_path, writer="mine").put("b", b"x")
    assert files_in(root) == sorted([*names[1:], "a", "b"])


def test_nothing_beside_kipu_is_touched_or_listed(remote: FolderRemote) -> None:
    (remote.location / "thesis.docx").write_bytes(b"mine")
    remote.put("a", b"x")
    assert remote.list("") == ["a"]
    assert remote.foreign() == []
    assert files_in(remote.location) == ["KIPU/a", "thesis.docx"]


@pytest.mark.parametrize(
    ("names", "empty"),
    [
        ([], True),
        ([".Trash-1000", "System Volume Information", "desktop.ini", "$RECYCLE.BIN"], True),
        (["photo.jpg"], False),
        (["KIPU", "KIPU/.tmp-a"], True),
        (["KIPU", "KIPU/b"], False),
    ],
)
def test_a_share_is_founded_only_in_an_empty_place(
    remote: FolderRemote, names: list[str], empty: bool
) -> None:
    for name in names:
        (remote.location / name).mkdir()
    assert remote.is_empty_place() is empty


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_do_not_lead_out_of_the_place(tmp_path: Path) -> None:
    outside, place = tmp_path / "outside", tmp_path / "place"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    (place / "KIPU").mkdir(parents=True)
    (place / "KIPU" / "b").symlink_to(outside)
    (place / "KIPU" / "file").symlink_to(outside / "secret")
    remote = FolderRemote(place)
    for use in (
        lambda: remote.read("b/secret", 10),
        lambda: remote.read("file", 10),
        lambda: remote.put("b/new", b"x"),
        lambda: remote.list("b"),
    ):
        with pytest.raises(ports.RemoteBroken):
            use()
    assert files_in(outside) == ["secret"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
def test_a_pipe_or_a_folder_in_a_files_place_does_not_keep_us_waiting(
    remote: FolderRemote,
) -> None:
    remote.put("b/a", b"x")
    os.mkfifo(remote.location / "KIPU" / "pipe")
    for path in ("pipe", "b"):
        with pytest.raises(ports.RemoteBroken):
            remote.read(path, 10)
        with pytest.raises(ports.RemoteBroken):
            remote.put(path, b"x")


def test_the_folder_fulfils_the_protocol(remote: FolderRemote) -> None:
    as_remote: ports.Remote = remote
    assert as_remote.name == str(remote.location)
