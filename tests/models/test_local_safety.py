"""A project's own files on one laptop: written whole, opened once, kept, and in a wise place."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import paths
from app.errors import KipuError
from app.models import safe_files
from app.models.lock_file import ProjectLock
from app.models.witness import Witness

ROOT = Path(__file__).parents[2]
LINUX_ONLY = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's list of mounts")


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr(safe_files, "_pause", waited.append)
    return waited


def failing(error: OSError, times: int, then: Callable[..., None]) -> Callable[..., None]:
    """Return a call that raises ``error`` so many times before it does its work."""
    left = [times]

    def call(*args: object) -> None:
        left[0] -= 1
        if left[0] >= 0:
            raise error
        then(*args)

    return call


def windows_error(number: int) -> OSError:
    error = PermissionError(errno.EACCES, "held")
    error.winerror = number  # type: ignore[attr-defined,unused-ignore]
    return error


# --- replacing -----------------------------------------------------------------------------------


def test_a_file_is_replaced_and_nothing_else_left(tmp_path: Path) -> None:
    for data in (b"first", b"", b"x" * 100_000):
        safe_files.replace_file(tmp_path / "file", data)
        assert (tmp_path / "file").read_bytes() == data
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    if os.name == "posix":
        assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("number", [5, 32, 33])
def test_a_file_held_for_a_moment_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pauses: list[float], number: int
) -> None:
    monkeypatch.setattr(os, "replace", failing(windows_error(number), 4, os.replace))
    safe_files.replace_file(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"
    assert len(pauses) == 4


@pytest.mark.parametrize(
    ("error", "word", "waits"),
    [
        (windows_error(32), "antivirus", True),
        (PermissionError(errno.EACCES, "no"), "allowed", True),
        (OSError(errno.EROFS, "read-only"), "allowed", False),
        (OSError(errno.ENOSPC, "full"), "room", False),
    ],
)
def test_what_goes_on_too_long_is_explained_and_the_old_content_stays(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    pauses: list[float],
    error: OSError,
    word: str,
    waits: bool,
) -> None:
    safe_files.replace_file(tmp_path / "file", b"old")
    monkeypatch.setattr(os, "replace", failing(error, 1000, os.replace))
    with pytest.raises(KipuError, match="nothing was changed") as caught:
        safe_files.replace_file(tmp_path / "file", b"new")
    assert word in str(caught.value)
    assert (sum(pauses) > 1) is waits
    assert sum(pauses) <= 2
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]


def test_a_mistake_of_ours_is_not_explained_away(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        safe_files.replace_file(tmp_path / "no such folder" / "file", b"")


# --- setting aside and copies --------------------------------------------------------------------


def test_damaged_files_are_set_aside_and_never_overwrite_each_other(tmp_path: Path) -> None:
    aside = tmp_path / "set-aside"
    for number in range(3):
        (tmp_path / "store.db").write_bytes(b"damaged %d" % number)
        moved = safe_files.set_aside(tmp_path / "store.db", aside)
        assert moved.name.endswith("-store.db")
        assert not (tmp_path / "store.db").exists()
    kept = sorted(path.read_bytes() for path in aside.iterdir())
    assert kept == [b"damaged 0", b"damaged 1", b"damaged 2"]


def test_copies_are_numbered_on_and_found_newest_first(tmp_path: Path) -> None:
    assert safe_files.copies(tmp_path / "none") == []
    first = safe_files.next_copy(tmp_path, date(2026, 11, 21))
    assert first.name == "000001-20261121.db"
    for name in (first.name, "000009-20260101.db", "000010-20269999.db", "notes.txt"):
        (tmp_path / name).write_bytes(b"")
    assert safe_files.next_copy(tmp_path, date(2026, 1, 2)).name == "000010-20260102.db"
    assert [copy.counter for copy in safe_files.copies(tmp_path)] == [9, 1]


def test_rotation_keeps_the_newest_five_and_one_a_week_for_four_weeks(tmp_path: Path) -> None:
    monday = date(2026, 10, 5)
    for day in range(42):
        safe_files.next_copy(tmp_path, monday + timedelta(days=day)).write_bytes(b"")
    (tmp_path / "notes.txt").write_bytes(b"not a copy")
    removed = safe_files.rotate(tmp_path)
    days = [(copy.day - monday).days for copy in safe_files.copies(tmp_path)]
    assert days == [41, 40, 39, 38, 37, 34, 27, 20]
    assert len(removed) == 34
    assert safe_files.rotate(tmp_path) == []
    assert (tmp_path / "notes.txt").exists()


@given(st.lists(st.dates(date(2000, 1, 1), date(2100, 1, 1)), max_size=30))
def test_rotation_never_loses_the_newest_whatever_the_clock_said(
    tmp_path_factory: pytest.TempPathFactory, days: list[date]
) -> None:
    folder = tmp_path_factory.mktemp("copies")
    for day in days:
        safe_files.next_copy(folder, day).write_bytes(b"")
    safe_files.rotate(folder)
    kept = [copy.counter for copy in safe_files.copies(folder)]
    newest = list(range(len(days), max(0, len(days) - 5), -1))
    assert kept[: len(newest)] == newest
    assert len(kept) <= 9


# --- one window at a time ------------------------------------------------------------------------


def test_a_second_window_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    with ProjectLock(tmp_path) as first:
        with pytest.raises(KipuError):
            ProjectLock(tmp_path).acquire()
        with pytest.raises(RuntimeError):
            first.acquire()
    with ProjectLock(tmp_path):
        pass
    first.release()


def test_two_projects_open_side_by_side(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with ProjectLock(tmp_path / "a"), ProjectLock(tmp_path / "b"):
        pass


def test_a_process_that_is_killed_lets_go(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from app.models.lock_file import ProjectLock\n"
        "lock = ProjectLock(Path(sys.argv[1])); lock.acquire(); print('held', flush=True)\n"
        "sys.stdin.read()"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment,
    ) as holder:  # fmt: skip
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(KipuError):
            ProjectLock(tmp_path).acquire()
        holder.kill()
        holder.wait()
        with ProjectLock(tmp_path):
            pass


def test_a_folder_that_is_not_there_cannot_be_locked(tmp_path: Path) -> None:
    with pytest.raises(KipuError):
        ProjectLock(tmp_path / "none").acquire()


# --- the witness ---------------------------------------------------------------------------------

TOKEN, OTHER_TOKEN = b"t" * 16, b"o" * 16


def test_the_witness_tells_a_store_as_left_from_one_restored_or_cloned(tmp_path: Path) -> None:
    witness = Witness(tmp_path, "ab" * 16)
    assert witness.check(TOKEN, 0) == "absent"
    witness.record(TOKEN, 7)
    again = Witness(tmp_path, "ab" * 16)
    assert again.check(TOKEN, 7) == "same"
    assert again.check(TOKEN, 8) == "same"  # killed after the commit, before the record
    assert again.check(TOKEN, 6) == "older"
    assert again.check(OTHER_TOKEN, 7) == "other"
    assert Witness(tmp_path, "cd" * 16).check(TOKEN, 7) == "absent"
    assert [path.name for path in (tmp_path / ".witness").iterdir()] == ["ab" * 16]


@pytest.mark.parametrize("torn", [b"", b"kipu-witness 1 74", b"kipu-witness 2 74 7\n", b"\xff"])
def test_a_damaged_witness_remembers_nothing(tmp_path: Path, torn: bytes) -> None:
    witness = Witness(tmp_path, "ab" * 16)
    witness.record(TOKEN, 7)
    (tmp_path / ".witness" / ("ab" * 16)).write_bytes(torn)
    assert witness.check(TOKEN, 7) == "absent"
    witness.record(TOKEN, 8)
    assert witness.check(TOKEN, 8) == "same"


def test_the_witness_takes_no_names_from_outside(tmp_path: Path) -> None:
    for store in ("", "../x", "AB" * 16, "a/b"):
        with pytest.raises(ValueError, match="hexadecimal"):
            Witness(tmp_path, store)
    for token, counter in ((b"", 1), (b"x" * 65, 1), (TOKEN, -1)):
        with pytest.raises(ValueError, match="token"):
            Witness(tmp_path, "ab").record(token, counter)


# --- places --------------------------------------------------------------------------------------


def test_home_is_chosen_by_the_environment_or_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIPU_HOME", str(tmp_path))
    assert paths.home() == tmp_path
    monkeypatch.setenv("KIPU_HOME", "~/projects")
    assert paths.home() == Path.home() / "projects"
    monkeypatch.delenv("KIPU_HOME")
    assert paths.home().name == "kipu"
    assert paths.home().is_absolute()


def test_projects_are_folders_with_keys_under_opaque_names(tmp_path: Path) -> None:
    assert paths.project_dirs(tmp_path / "none") == []
    made = []
    for name in ("keys.json", "keys.json.previous"):
        folder = paths.new_project_dir(tmp_path)
        assert not folder.exists()
        assert len(folder.name) == 16
        folder.mkdir()
        (folder / name).write_bytes(b"")
        made.append(folder)
    (tmp_path / "empty").mkdir()
    (tmp_path / ".witness").mkdir()
    (tmp_path / "file").write_bytes(b"")
    assert paths.project_dirs(tmp_path) == sorted(made)


def test_the_places_inside_a_project(tmp_path: Path) -> None:
    project = paths.ProjectPaths(tmp_path)
    places = (project.keys, project.store, project.attachments, project.backups, project.set_aside)
    assert [place.name for place in places] == [
        "keys.json", "store.db", "attachments", "backups", "set-aside",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("folder", "reason"),
    [
        ("OneDrive - Ministerio/kipu", "onedrive"),
        ("Dropbox (Personal)/kipu", "dropbox"),
        ("Google Drive/kipu", "google-drive"),
        ("Mi unidad/kipu", "google-drive"),
        ("Library/CloudStorage/GoogleDrive-a@b.c/kipu", "google-drive"),
        ("Library/Mobile Documents/kipu", "icloud"),
        ("iCloudDrive/kipu", "icloud"),
        ("Nextcloud2/kipu", "nextcloud"),
        ("ownCloud/kipu", "nextcloud"),
        ("Documents/kipu", None),
    ],
)
def test_synced_folders_are_known_by_their_names(
    tmp_path: Path, folder: str, reason: str | None
) -> None:
    assert paths.risky_location(tmp_path / folder, environ={}) == reason


@pytest.mark.parametrize(
    ("marker", "reason"),
    [
        (".dropbox", "dropbox"),
        (".sync_0123abcd.db", "nextcloud"),
        (".nextcloudsync.log", "nextcloud"),
        (".stfolder", "synced"),
        (".tmp.drivedownload", "google-drive"),
    ],
)
def test_synced_folders_are_known_by_what_lies_in_them(
    tmp_path: Path, marker: str, reason: str
) -> None:
    inside = tmp_path / "a" / "b"
    assert paths.risky_location(inside, environ={}) is None
    (tmp_path / marker).write_bytes(b"")
    assert paths.risky_location(inside, environ={}) == reason


def test_synced_folders_are_known_by_the_environment(tmp_path: Path) -> None:
    environ = {"OneDriveCommercial": str(tmp_path / "work")}
    assert paths.risky_location(tmp_path / "work" / "kipu", environ) == "onedrive"
    assert paths.risky_location(tmp_path / "working", environ) is None


@LINUX_ONLY
@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("/home/m/kipu", None),
        ("/media/m/STICK/kipu", "removable"),
        ("/run/media/m/My Stick/kipu", "removable"),
        ("/srv/stick", "removable"),
        ("/srv/share/kipu", "network"),
        ("/srv/share/kipu/local", None),
        ("/srv/shared", None),
        ("/home/m/ssh", "network"),
    ],
)
def test_sticks_and_shares_are_known_by_their_mounts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, reason: str | None
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\n"
        "/dev/sdb1 /media/m/STICK ext4 rw 0 0\n"
        "/dev/sdc1 /run/media/m/My\\040Stick exfat rw 0 0\n"
        "/dev/sdd1 /srv/stick vfat rw 0 0\n"
        "//server/share /srv/share cifs rw 0 0\n"
        "/dev/sda2 /srv/share/kipu/local ext4 rw 0 0\n"
        "m@server: /home/m/ssh fuse.sshfs rw 0 0\n"
        "torn line\n"
    )
    monkeypatch.setattr(paths, "_MOUNTS", mounts)
    assert paths.risky_location(Path(place), environ={}) == reason


@LINUX_ONLY
def test_a_system_without_a_list_of_mounts_is_taken_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "_MOUNTS", tmp_path / "none")
    assert paths.risky_location(Path("/srv/kipu"), environ={}) is None


def test_windows_shares_and_sticks(monkeypatch: pytest.MonkeyPatch) -> None:
    for drive, reason in ((2, "removable"), (3, None), (4, "network")):
        monkeypatch.setattr(paths, "_drive_type", lambda anchor, drive=drive: drive)
        assert paths._windows_medium(Path("/x/kipu"), Path("/x/kipu")) == reason
    share = Path("\\\\server\\share")
    assert paths._windows_medium(share, share) == "network"
