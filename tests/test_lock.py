"""The locks hold everything, with hashes, for every system, and tie nobody to one registry."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ["requirements", "requirements-dev", "requirements-build"]
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def entries(name: str) -> list[tuple[Requirement, frozenset[str]]]:
    """Return each locked requirement with its hashes."""
    logical = (ROOT / f"{name}.txt").read_text("utf-8").replace("\\\n", " ").splitlines()
    found = []
    for line in logical:
        if not line.startswith("#") and line.strip():
            bare = HASH.sub("", line).strip()
            found.append((Requirement(bare), frozenset(HASH.findall(line))))
    return found


def wanted(name: str) -> list[Requirement]:
    """Return the requirements of a source file, without its comments."""
    lines = (ROOT / f"{name}.in").read_text("utf-8").splitlines()
    bare = [line.partition("#")[0].strip() for line in lines]
    return [Requirement(line) for line in bare if line]


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_one_exact_version_and_hashes(name: str) -> None:
    locked = entries(name)
    assert locked
    for requirement, hashes in locked:
        assert [spec.operator for spec in requirement.specifier] == ["=="], requirement
        assert hashes, requirement


@pytest.mark.parametrize("name", LOCKS)
def test_every_wanted_package_is_locked_at_a_version_it_allows(name: str) -> None:
    versions: dict[str, list[str]] = {}
    for requirement, _hashes in entries(name):
        pinned = next(iter(requirement.specifier)).version
        versions.setdefault(canonicalize_name(requirement.name), []).append(pinned)
    for requirement in wanted(name):
        locked = versions.get(canonicalize_name(requirement.name), [])
        assert locked, f"{requirement} is not locked: run `make lock`"
        assert all(requirement.specifier.contains(one) for one in locked), requirement


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_registry_and_no_folder(name: str) -> None:
    text = (ROOT / f"{name}.txt").read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(-i|--index-url|--extra-index-url|--find-links|-e)\b", text, re.M)
    assert not re.search(r"@ |file:", text)


def test_the_tests_run_on_exactly_what_people_run() -> None:
    develop = {(str(requirement), hashes) for requirement, hashes in entries("requirements-dev")}
    for requirement, hashes in entries("requirements"):
        assert (str(requirement), hashes) in develop, requirement


def test_the_locks_fit_windows_and_macos_too() -> None:
    # Universal resolution keeps what only another system needs, behind a marker.
    conditional = [str(one.marker) for one, _hashes in entries("requirements-dev") if one.marker]
    assert any("win32" in marker for marker in conditional)
    assert not any(marker == "sys_platform == 'linux'" for marker in conditional)


def test_pyproject_reads_the_same_sources_as_the_locks() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    dynamic = project["tool"]["setuptools"]["dynamic"]
    assert dynamic["dependencies"] == {"file": ["requirements.in"]}
    assert dynamic["optional-dependencies"]["dev"] == {"file": ["requirements-dev.in"]}
    assert project["build-system"]["requires"] == [
        str(one) for one in wanted("requirements-build") if one.name == "setuptools"
    ]
