"""Files for others: whole or not at all, and nothing readable before they are whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.errors import KipuError
from app.models import plain_files
from app.models.plain_files import write_plain

ROOT = Path(__file__).resolve().parents[2]
KILLED = """
import os, signal, sys
from pathlib import Path
from app.models import plain_files


real = os.fsync
def die(descriptor):
    real(descriptor)
    os.kill(os.getpid(), signal.SIGKILL)
os.fsync = die
plain_files.write_plain(Path(sys.argv[1]), b"palabras" * 1000)
"""


def test_a_file_is_written_and_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "salida ñ.csv"
    write_plain(target, b"uno")
    write_plain(target, b"dos")
    assert target.read_bytes() == b"dos"
    assert list(tmp_path.iterdir()) == [target]


def test_without_nameless_files_a_part_is_renamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    write_plain(tmp_path / "x.csv", b"uno")
    assert [one.name for one in tmp_path.iterdir()] == ["x.csv"]


def test_a_disk_that_links_nothing_gets_a_part_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_files, "_named", lambda *_: False)
    write_plain(tmp_path / "x.csv", b"uno")
    assert (tmp_path / "x.csv").read_bytes() == b"uno"


@pytest.mark.parametrize("place", ["missing/x.csv", "folder"])
def test_what_cannot_be_written_is_told(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(KipuError, match="cannot be written"):
        write_plain(tmp_path / place, b"uno")
    assert [one.name for one in tmp_path.iterdir()] == ["folder"]


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="the system has no nameless files")
def test_a_program_killed_half_way_leaves_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-c", KILLED, str(tmp_path / "x.csv")],
        cwd=ROOT, check=False, capture_output=True,
    )  # fmt: skip
    assert done.returncode == -9, done.stderr
    assert list(tmp_path.iterdir()) == []
