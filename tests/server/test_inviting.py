"""Codes made by root are the server's to read, whoever the server runs as."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sync.server import telemetry
from sync.server.__main__ import main
from tests.server.serving import invite

SERVER = 43210
pytestmark = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away"
)


@pytest.fixture
def storage(tmp_path: Path) -> Path:
    os.chown(tmp_path, SERVER, SERVER)
    return tmp_path


def owners(folder: Path) -> set[tuple[int, int]]:
    return {(one.lstat().st_uid, one.lstat().st_gid) for one in folder.rglob("*")}


def test_a_code_made_before_the_first_start_leaves_all_to_the_server(storage: Path) -> None:
    for _each in range(2):
        invite(str(storage))
        assert owners(storage) == {(SERVER, SERVER)}
    assert len(list((storage / "server" / "KIPU" / "invites").iterdir())) == 2


def test_what_belongs_to_somebody_else_stays_theirs(storage: Path) -> None:
    kipu = storage / "server" / "KIPU"
    kipu.mkdir(parents=True)
    os.chown(kipu, 1, 1)
    invite(str(storage))
    assert kipu.stat().st_uid == 1


def test_a_link_gives_nothing_of_roots_away(
    storage: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (storage / "server").symlink_to(elsewhere)
    monkeypatch.setattr(telemetry, "begin_logging", lambda _level: None)
    monkeypatch.setattr(os, "umask", lambda _mask: 0)
    assert main(["invite", "--storage", str(storage)]) == 1
    assert "could not be given" in capsys.readouterr().err
    assert owners(elsewhere) == {(0, 0)}
    assert elsewhere.stat().st_uid == 0
