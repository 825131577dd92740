"""A folder as the remote: what dumb shares, pulled sticks and other programs do to it."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sync import ports
from sync.remotes import new_files, os_faults
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


# --- what a remote promises -------------------------------------------------------------------


def test_what_is_put_is_read_and_listed(remote: FolderRemote) -> None:
    assert remote.put("b/log/000001", b"one") is True
    assert remote.put("b/log/000002", b"two") is True
    assert remote.read("b/log/000001", 10) == b"one"
    assert remote.list("b/log") == ["000001", "000002"]
    assert remote.list("b") == ["log"]
    assert remote.list("") == ["b"]
    assert remote.list("b/log/") == ["000001", "000002"]


def test_an_empty_file_is_a_file(remote: FolderRemote) -> None:
    assert remote.put("empty", b"")
    assert remote.read("empty", 0) == b""
    assert not remote.put("empty", b"")


def test_what_is_not_there_is_none_and_its_prefix_empty(remote: FolderRemote) -> None:
    assert remote.read("b/none", 10) is None
    assert remote.list("b") == []
    remote.put("a", b"x")
    assert remote.read("b/none", 10) is None
    assert remote.list("b") == []


def test_putting_the_same_bytes_again_writes_nothing(remote: FolderRemote) -> None:
    assert remote.put("a", b"same")
    assert remote.put("a", b"same") is False


@pytest.mark.parametrize("other", [b"diff", b"longer than before", b"\0", b"bef\0x"])
def test_other_bytes_never_cover_what_lies_there(remote: FolderRemote, other: bytes) -> None:
    remote.put("a", b"before")
    with pytest.raises(ports.Occupied) as caught:
        remote.put("a", other)
    assert caught.value.code == "remote-occupied"
    assert remote.read("a", 100) == b"before"
    assert files_in(remote.location) == ["KIPU/a"]


@pytest.mark.parametrize("torn", [b"", b"who", b"whole", b"who\0\0", b"\0\0\0\0\0\0\0\0\0"])
def test_a_torn_upload_is_completed(remote: FolderRemote, torn: bytes) -> None:
    (remote.location / "KIPU").mkdir()
    (remote.location / "KIPU" / "a").write_bytes(torn)
    assert remote.put("a", b"whole file") is True
    assert remote.read("a", 100) == b"whole file"


def test_replace_overwrites_and_leaves_no_temporary_file(remote: FolderRemote) -> None:
    for data in (b"first", b"second, longer", b"3"):
        remote.replace("heads/device", data)
        assert remote.read("heads/device", 100) == data
    assert files_in(remote.location) == ["KIPU/heads/device"]


def test_a_file_over_the_limit_is_refused_unread(remote: FolderRemote) -> None:
    remote.put("a", b"12345")
    assert remote.read("a", 5) == b"12345"
    with pytest.raises(ports.RemoteTooLarge) as caught:
        remote.read("a", 4)
    assert caught.value.params["limit"] == 4


@pytest.mark.parametrize(
    "path",
    ["", "/a", "a//b", "../a", "a/../b", ".", "a/.", ".a", "a.", "A", "a b", "ñ", "a\\b", "a:b",
     "a\0", "a\n", "nul", "b/con.txt", "a" * 101, "a/"],
)  # fmt: skip
def test_paths_that_are_none_of_ours_never_reach_the_place(remote: FolderRemote, path: str) -> None:
    for use in (lambda: remote.put(path, b"x"), lambda: remote.read(path, 1)):
        with pytest.raises(ports.BadPath):
            use()
    with pytest.raises(ports.BadPath):
        remote.replace(path, b"x")
    assert files_in(remote.location) == []


# --- a place that is not as it should be ------------------------------------------------------


def test_a_missing_place_is_never_an_empty_one(tmp_path: Path) -> None:
    remote = FolderRemote(tmp_path / "unplugged")
    for use in (
        lambda: remote.list(""),
        lambda: remote.read("a", 1),
        lambda: remote.put("a", b"x"),
        lambda: remote.replace("a", b"x"),
        remote.probe,
        remote.foreign,
        remote.is_empty_place,
    ):
        with pytest.raises(ports.RemoteMissing):
            use()
    assert not (tmp_path / "unplugged").exists()


def test_a_stick_pulled_out_mid_way_is_missing_though_its_mount_folder_stays(
    remote: FolderRemote,
) -> None:
    remote.put("b/a", b"x")
    os.rename(remote.location / "KIPU", remote.location.parent / "pulled out")
    for use in (
        lambda: remote.list("b"),
        lambda: remote.read("b/a", 1),
        lambda: remote.put("b/c", b"x"),
        lambda: remote.replace("b/a", b"y"),
    ):
        with pytest.raises(ports.RemoteMissing):
            use()
    assert files_in(remote.location) == []


def test_a_folder_removed_by_another_hand_is_made_again_on_the_next_try(
    remote: FolderRemote,
) -> None:
    remote.put("b/log/1", b"x")
    (remote.location / "KIPU" / "b" / "log" / "1").unlink()
    (remote.location / "KIPU" / "b" / "log").rmdir()
    assert remote.list("b/log") == []
    with pytest.raises(ports.RemoteBroken):
        remote.put("b/log/2", b"y")
    assert remote.put("b/log/2", b"y")
    assert remote.list("b/log") == ["2"]


def test_probe_says_nothing_of_a_good_place_and_leaves_nothing(remote: FolderRemote) -> None:
    remote.probe()
    assert list(remote.location.iterdir()) == []
    remote.put("a", b"x")
    remote.probe()
    assert files_in(remote.location) == ["KIPU/a"]


def test_probe_names_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "place").write_bytes(b"")
    with pytest.raises(ports.RemoteNotFolder):
        FolderRemote(tmp_path / "place").probe()
    (tmp_path / "KIPU").write_bytes(b"")
    with pytest.raises(ports.RemoteNotFolder):
        FolderRemote(tmp_path).probe()


def test_modes_are_read_as_reasons(remote: FolderRemote) -> None:
    remote.put("a", b"x")
    root = remote.location / "KIPU"
    root.chmod(0o500)
    if os.access(root, os.W_OK):
        pytest.skip("modes do not bind this user or this system")
    try:
        with pytest.raises(ports.RemoteReadOnly):
            remote.probe()
        assert remote.read("a", 1) == b"x"
        root.chmod(0o000)
        with pytest.raises(ports.RemoteUnreadable):
            remote.probe()
    finally:
        root.chmod(0o700)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.EROFS, ports.RemoteReadOnly),
        (errno.EACCES, ports.RemoteReadOnly),
        (errno.ENOSPC, ports.RemoteFull),
        (errno.EBUSY, ports.RemoteBusy),
        (errno.EIO, ports.RemoteBroken),
        (errno.ESTALE, ports.RemoteMissing),
    ],
)
def test_what_the_system_refuses_on_opening_has_a_precise_name(
    remote: FolderRemote, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[Exception]
) -> None:
    remote.put("a", b"x")
    monkeypatch.setattr(new_files.os, "open", _refusing_to_write(number))
    for use in (
        lambda: remote.put("b", b"y"),
        lambda: remote.replace("a", b"y"),
        remote.probe,
    ):
        with pytest.raises(kind):
            use()
    assert remote.read("a", 1) == b"x"


def _refusing_to_write(number: int) -> Callable[..., int]:
    really_open = os.open

    def open_to_read_only(path: object, flags: int, *rest: int, **more: object) -> int:
        if flags & os.O_CREAT:
            raise OSError(number, os.strerror(number))
        return really_open(path, flags, *rest, **more)  # type: ignore[arg-type]

    return open_to_read_only


def test_a_read_that_is_forbidden_is_not_absence(
    remote: FolderRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote.put("a", b"x")
    monkeypatch.setattr(os, "open", refusing(errno.EACCES))
    with pytest.raises(ports.RemoteUnreadable):
        remote.read("a", 1)
    monkeypatch.setattr(os, "scandir", refusing(errno.EACCES))
    with pytest.raises(ports.RemoteUnreadable):
        remote.list("")


def test_windows_words_for_a_share_that_went_away(
    remote: FolderRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote.put("a", b"x")
    for windows, kind in ((64, ports.RemoteMissing), (32, ports.RemoteBusy)):
        monkeypatch.setattr(os, "open", refusing(errno.EINVAL, windows))
        with pytest.raises(kind):
            remote.read("a", 1)


def test_a_full_disk_leaves_nothing_half_written(
    remote: FolderRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote.put("a", b"before")
    really_write = os.write
    monkeypatch.setattr(new_files, "_CHUNK", 4)
    calls = iter(range(100))

    def write_some(descriptor: int, data: bytes) -> int:
        if next(calls) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return really_write(descriptor, data)

    monkeypatch.setattr(os, "write", write_some)
    with pytest.raises(ports.RemoteFull):
        remote.put("b", b"0123456789")
    assert files_in(remote.location) == ["KIPU/a"]
    assert remote.put("b", b"0123456789")


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limit to set")
def test_a_limit_the_real_system_sets_counts_as_full(tmp_path: Path) -> None:
    script = """
import resource, signal, sys
from sync import ports
from sync.remotes.folder import FolderRemote
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))
remote = FolderRemote(sys.argv[1])
remote.put("small", b"x" * 8192)
try:
    remote.put("large", b"x" * 8193)
except ports.RemoteFull:
    print("full")
"""
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True, text=True, env=environment, timeout=60, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("full\n", "")
    assert files_in(tmp_path) == ["KIPU/small"]
