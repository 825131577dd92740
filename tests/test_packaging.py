"""The wheel holds the whole program and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ("app", "sync", "resources")
NOT_SHIPPED = {".po", ".pyc"}


@pytest.mark.long
def test_the_wheel_holds_every_file_of_the_program_and_no_other(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in (*SHIPPED, "tests"):
        shutil.copytree(ROOT / name, source / name)
    for name in (
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "requirements.in",
        "requirements-dev.in",
    ):
        shutil.copy(ROOT / name, source)
    made = tmp_path / "made"
    command = ["wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", made, source]
    subprocess.run([sys.executable, "-m", "pip", "--quiet", *command], check=True)
    names = zipfile.ZipFile(next(made.glob("*.whl"))).namelist()
    packed = {name for name in names if ".dist-info/" not in name}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for folder in SHIPPED
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix not in NOT_SHIPPED
    }
    assert packed == wanted
