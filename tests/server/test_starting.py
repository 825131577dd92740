"""What is wrong with a storage or an option is told in a sentence before anything is served."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sync.server import telemetry
from sync.server.__main__ import main
from sync.server.limits import Limits

Told = Callable[..., tuple[int, str]]
ZERO = {"device-bytes", "project-bytes", "roster-seconds", "stop-seconds"}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """Runs a command line that must not come to serving; its exit code and its sentence."""
    monkeypatch.setattr(telemetry, "begin_logging", lambda _level: None)
    monkeypatch.setattr(os, "umask", lambda _mask: 0)

    def run(*words: str) -> tuple[int, str]:
        try:
            ended = main([*words, "--listen", "127.0.0.1:0"])
        except SystemExit as stopped:
            ended = int(stopped.code or 0)
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1
        return ended, said.err

    return run


@pytest.mark.parametrize("verb", [[], ["invite"]])
@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.EACCES, "may not write"), (errno.EROFS, "may not write"), (errno.ENOSPC, "no room")],
)
def test_a_storage_that_takes_nothing_is_told(
    told: Told,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    verb: list[str],
    number: int,
    words: str,
) -> None:
    def refused(*_args: object, **_options: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", refused)
    ended, said = told(*verb, "--storage", str(tmp_path))
    assert ended == 1
    assert words in said
    assert str(tmp_path) in said


def test_a_storage_is_never_made(told: Told, tmp_path: Path) -> None:
    """Over the folder where a disk was to be mounted nothing begins anew."""
    ended, said = told("--storage", str(tmp_path / "none"))
    assert (ended, "is not there" in said) == (1, True)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_bytes(b"")
    assert "is not a folder" in told("--storage", str(tmp_path / "file"))[1]


@pytest.mark.parametrize(
    ("storage", "words"),
    [
        ("s3://B", "3 to 63 small letters"),
        ("s3://bucket?endpoint=http://127.0.0.1:1", "Nobody answers"),
    ],
)
def test_an_address_that_is_of_no_use_is_told_without_shreds(
    told: Told, storage: str, words: str
) -> None:
    ended, said = told("--storage", storage)
    assert ended == 1
    assert words in said
    assert "``" not in said
    assert said.endswith(".\n")


@pytest.mark.parametrize("size", [0, 1, 31])
def test_a_secret_cut_short_signs_no_sessions(told: Told, tmp_path: Path, size: int) -> None:
    secret = tmp_path / "server" / "KIPU" / "secret"
    secret.parent.mkdir(parents=True)
    secret.write_bytes(bytes(size))
    ended, said = told("--storage", str(tmp_path))
    assert ended == 1
    assert "too short" in said
    assert str(secret) in said
    assert len(secret.read_bytes()) == size


@pytest.mark.parametrize(
    ("limit", "words"),
    [(f"{name}=0", f"{name} is a number from {1 + (name == 'connections')}")
     for name in Limits.names() if name not in ZERO]
    + [("stop-seconds=12345678901234567890", "from 0 to 1152921504606846976"),
       ("stop-seconds=" + "9" * 5000, "from 0 to 1152921504606846976"),
       ("device-bytes=2000000T", "from 0 to 1152921504606846976"),
       ("threads=1025", "threads is a number from 1 to 1024"), ("rate", "is no limit such as")],
)  # fmt: skip
def test_a_limit_nothing_could_be_served_with_is_refused(
    told: Told, tmp_path: Path, limit: str, words: str
) -> None:
    ended, said = told("--storage", str(tmp_path), "--limit", limit)
    assert ended == 2
    assert words in said
    assert list(tmp_path.iterdir()) == []


def test_what_0_means_is_told_for_those_that_may_have_it() -> None:
    limits = Limits.from_texts([f"{name}=0" for name in sorted(ZERO)])
    assert [name for name in Limits.names() if not getattr(limits, name.replace("-", "_"))] == [
        name for name in Limits.names() if name in ZERO
    ]
