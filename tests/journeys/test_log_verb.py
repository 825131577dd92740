"""`kipu log`: what a person hands to whoever helps them, and help in the language in use."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import catalogue
import click
import pytest

from app.cli import cli, spoken
from app.cli.spoken import speak
from tests.journeys.desk import COMMAND, OUR_FAULT, Desk, World
from tests.journeys.forking import ROOT

MARKER = "zqmarcadora"
FAULT = f"""
import sys
from app import log
from app.cli import main
from app.cli import projects
log.install()
def broken(*args, **more):
    raise RuntimeError("{MARKER}")
import app.models.queries.lists as lists
lists.page = lists.every = broken
sys.exit(main(["record", "list", "person"]))
"""


def run(desk: Desk, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words, env=desk.environment(), cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_a_fault_is_found_in_the_log_without_what_was_typed(world: World, tmp_path: Path) -> None:
    desk = world.coordinator
    assert json.loads(run(desk, *COMMAND, "log", "--json").stdout) == []
    failed = run(desk, sys.executable, "-c", FAULT)
    assert failed.returncode == OUR_FAULT
    told = run(desk, *COMMAND, "log", "--json")
    entry = json.loads(told.stdout)[-1]
    assert entry["level"] == "CRITICAL"
    assert "builtins.RuntimeError" in entry["trace"]
    out = tmp_path / "log.txt"
    assert run(desk, *COMMAND, "log", "-o", str(out)).returncode == 0
    text = out.read_text("utf-8")
    assert "RuntimeError" in text
    for said in (failed.stderr, told.stdout, text):
        assert MARKER not in said
    for path in desk.home.rglob("*"):
        assert path.is_dir() or MARKER.encode() not in path.read_bytes()


def _texts(command: click.Command) -> Iterator[str]:
    if command.help:
        yield command.help
    yield from (one.help for one in command.params if isinstance(one, click.Option) and one.help)
    for one in command.commands.values() if isinstance(command, click.Group) else ():
        yield from _texts(one)


def test_every_word_of_help_is_offered_for_translation() -> None:
    speak(cli)
    ours = {text for _file, text in catalogue.verb_texts()}
    of_click = {one.message for one in spoken.OF_CLICK}
    assert set(_texts(cli)) - ours - of_click == set()


def test_help_is_spoken_in_the_language_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    speak(cli)
    before = list(_texts(cli))
    monkeypatch.setattr("app.i18n._", str.upper)
    speak(cli)
    assert all(text == text.upper() for text in _texts(cli))
    monkeypatch.undo()
    speak(cli)
    assert list(_texts(cli)) == before
