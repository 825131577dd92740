"""The world around: shares that are wrong, disks that are full, folders restored or copied."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.desk import PARISH, Desk, World, agree
from tests.proof.meter import Cost, measured, within

NEW = ["record", "new", "person", "--space", PARISH]


def founded(template: World, folder: Path) -> Path:
    """Another project's share."""
    other = Desk(folder / "other")
    share = folder / "foreign"
    share.mkdir()
    other.tell("init", "--project", "Otro", "--person", "Otra")
    other.tell("sync", str(share), "--found")
    return share


def a_file(_template: World, folder: Path) -> Path:
    (folder / "file").write_text("nothing")
    return folder / "file"


def missing(_template: World, folder: Path) -> Path:
    return folder / "unplugged"


def empty(_template: World, folder: Path) -> Path:
    (folder / "empty").mkdir()
    return folder / "empty"


def strange(_template: World, folder: Path) -> Path:
    (folder / "strange" / "KIPU").mkdir(parents=True)
    (folder / "strange" / "KIPU" / "share").write_bytes(os.urandom(300))
    return folder / "strange"


def no_sentinel(template: World, folder: Path) -> Path:
    shutil.copytree(template.share, folder / "lost")
    (folder / "lost" / "KIPU" / "share").unlink()
    return folder / "lost"


WRONG: dict[str, tuple[Callable[[World, Path], Path], str]] = {
    "another project's": (founded, "another project"),
    "a file": (a_file, "not a folder"),
    "missing": (missing, "not there"),
    "empty": (empty, "not a share of this project"),
    "strange": (strange, "not a share of this project"),
    "without its sentinel": (no_sentinel, "not a share of this project"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_share(
    template: World, world: World, opening: Cost, tmp_path: Path, name: str
) -> None:
    make, said = WRONG[name]
    place, desk = make(template, tmp_path), world.facilitator
    desk.tell(*NEW, "name=Ana")
    before, lying = desk.digests(), contents(place)
    outcome, cost = measured(desk, "sync", str(place))
    assert said in outcome.sentence
    within(cost, opening)
    assert desk.digests() == before
    assert desk.tell("status")["pending"] == 1
    assert contents(place) == lying
    world.sync(desk, world.coordinator)
    agree(desk, world.coordinator)


def contents(place: Path) -> dict[str, bytes]:
    return {str(p.relative_to(place)): p.read_bytes() for p in place.rglob("*") if p.is_file()}


def test_a_share_is_founded_only_where_nothing_lies(world: World, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    desk = world.coordinator
    assert "not empty" in desk.refused("sync", str(tmp_path), "--found")
    assert "already" in desk.refused("sync", world.location, "--found")
    assert "coordinator" in world.facilitator.refused("sync", str(tmp_path), "--found")
    assert not (tmp_path / "KIPU").exists()


# -- disks ----------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes, where this system lets us make one."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a small disk can only be made by root on Linux")
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)],
        capture_output=True, check=False,
    )  # fmt: skip
    if mounted.returncode:
        pytest.skip(f"no small disk: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill_up(disk: Path, leave: int = 0) -> Path:
    """Fill a disk to the last byte, or but for some."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(bytes(4096))
        except OSError:
            stream.truncate(max(0, stream.tell() - leave))
    return ballast


def test_a_full_share(world: World, small_disk: Path) -> None:
    shutil.copytree(world.share, small_disk / "share")
    place, desk = small_disk / "share", world.facilitator
    before = desk.digests()
    desk.batch(*[[*NEW, f"name=N{n}", f"notes={os.urandom(40_000).hex()}"] for n in range(3)])
    after = desk.digests()
    ballast = fill_up(small_disk)
    assert "is full" in desk.refused("sync", str(place))
    assert before != desk.digests() == after
    ballast.unlink()
    world.sync(desk, world.coordinator)
    report = desk.tell("sync", str(place))
    assert (report["sent"]["changes"], report["quarantined"]) == (3, [])
    world.coordinator.tell("sync", str(place))
    agree(desk, world.coordinator)


@pytest.mark.parametrize("leave", [0, 8192, 65536])
def test_a_full_disk(world: World, small_disk: Path, leave: int) -> None:
    shutil.copytree(world.facilitator.home, small_disk / "home")
    desk = Desk(small_disk / "home", temp=world.root / "temp")
    before = desk.digests()
    # The folders a verb is run in lie elsewhere: only the project's own disk is full.
    shutil.copytree(desk.work, world.root / "away", dirs_exist_ok=True)
    ballast = fill_up(small_disk, leave)
    told = desk.run(*NEW, "name=Ana", "--from-json", str(large(world.root)))
    assert "full" in told.sentence or "no room" in told.sentence
    ballast.unlink()
    assert desk.digests() == before
    desk.tell(*NEW, "name=Ana")
    world.sync(desk, world.coordinator)
    agree(desk, world.coordinator)


def large(folder: Path) -> Path:
    """Fields that need more room than a nearly full disk has."""
    path = folder / "large.json"
    path.write_text('{"notes": "' + os.urandom(90_000).hex() + '"}')
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system to be mounted read-only")
def test_a_share_that_cannot_be_written(world: World, tmp_path: Path) -> None:
    place = tmp_path / "readonly"
    place.mkdir()
    bound = ["mount", "--bind", "-o", "ro", str(world.share), str(place)]
    if subprocess.run(bound, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a share read-only")
    try:
        desk = world.facilitator
        desk.tell(*NEW, "name=Ana")
        before = desk.digests()
        assert "cannot be written" in desk.refused("sync", str(place))
        assert desk.digests() == before
        assert desk.tell("status")["pending"] == 1
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


# -- one project, several copies ------------------------------------------------------------------


def test_two_at_once_on_one_project(world: World) -> None:
    desk = world.facilitator
    project = desk.open()
    try:
        assert "has this project open" in desk.refused(*NEW, "name=Ana")
    finally:
        project.close()
    many = [desk.start(*NEW, f"name=N{n}", "--json") for n in range(4)]
    ended = [(one.communicate(""), one.returncode) for one in many]
    kept = sum(code == 0 for _said, code in ended)
    assert kept >= 1
    for (out, err), code in ended:
        assert out if code == 0 else "has this project open" in err
    assert len(desk.tell("record", "list", "person")) == kept


def names(desk: Desk) -> set[str]:
    return {str(one["fields"]["name"]) for one in desk.tell("record", "list", "person")}


def test_a_project_folder_restored_from_a_copy(world: World) -> None:
    """What was done since the copy comes back from the share, and no number is used twice."""
    desk = world.facilitator
    desk.batch([*NEW, "name=Antes"], ["sync", world.location])
    kept = world.root / "kept"
    shutil.copytree(desk.folder, kept)
    desk.batch([*NEW, "name=Después"], ["sync", world.location], [*NEW, "name=Perdida"])
    folder = desk.folder
    shutil.rmtree(folder)
    shutil.copytree(kept, folder)
    desk.tell(*NEW, "name=Restaurada")
    world.sync(desk, world.coordinator, desk)
    assert names(desk) == names(world.coordinator) == {"Antes", "Después", "Restaurada"}
    agree(desk, world.coordinator)


def test_a_laptop_that_was_cloned(world: World) -> None:
    """Two copies of one laptop go on side by side; nothing of either is lost."""
    desk, twin = world.facilitator, world.desk("twin")
    desk.batch([*NEW, "name=Antes"], ["sync", world.location])
    shutil.copytree(desk.home, twin.home)
    for round_ in range(3):
        desk.batch([*NEW, f"name=A{round_}"], ["sync", world.location])
        twin.batch([*NEW, f"name=B{round_}"], ["sync", world.location])
    world.sync(desk, twin, world.coordinator, desk, twin, world.coordinator)
    wanted = {"Antes", *(f"{who}{n}" for who in "AB" for n in range(3))}
    assert names(desk) == names(twin) == names(world.coordinator) == wanted
    agree(desk, twin, world.coordinator)


def test_folios_of_a_cloned_laptop_differ(world: World) -> None:
    desk, twin = world.facilitator, world.desk("twin")
    shutil.copytree(desk.home, twin.home)
    start = ["interview", "start", "mini", "--space", PARISH]
    desk.tell(*start)
    shutil.rmtree(twin.home / ".witness")
    assert desk.tell(*start)["folio"] != twin.tell(*start)["folio"]


def test_a_lost_laptop_and_a_lost_project(tmp_path: Path) -> None:
    """With the project's paper and the share alone, a new laptop becomes coordinator."""
    if not hasattr(os, "pipe") or sys.platform == "win32":
        pytest.skip("the paper's code is handed over on a descriptor here")
    again = Desk(tmp_path / "again")
    founder = Desk(tmp_path / "founder")
    share = tmp_path / "share"
    share.mkdir()
    code = founder.tell("init", "--project", "P", "--person", "Ana")["project_recovery_code"]
    founder.batch(["space", "add", PARISH], ["sync", str(share), "--found"], [*NEW, "name=Eva"],
                  ["sync"])  # fmt: skip
    shutil.rmtree(founder.home)
    wrong = recovered(again, share, code[:-1] + ("0" if code[-1] != "0" else "1"))
    assert 0 < wrong.returncode < 70
    assert not list(again.home.glob("*/keys.json"))
    assert recovered(again, share, code).returncode == 0
    again.tell("sync", str(share))
    assert names(again) == {"Eva"}


def recovered(desk: Desk, share: Path, code: str) -> subprocess.Popen[str]:
    reading, writing = os.pipe()
    os.write(writing, code.encode() + b"\n")
    os.close(writing)
    words = ["recover", str(share), "--person", "Ana", "--code-fd", str(reading)]
    with desk.start(*words, pass_fds=(reading,)) as process:
        os.close(reading)
        process.communicate("")
    return process
