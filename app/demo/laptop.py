"""A laptop of the demo: its data folder, and somebody who runs verbs there."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PASSPHRASE = "kipu demo 2026"
Run = Callable[..., Any]
"""Runs one verb with --json and returns what it printed."""


@dataclass(frozen=True)
class Laptop:
    """One laptop of the demo: its data folder."""

    home: Path

    @contextlib.contextmanager
    def sitting(self) -> Iterator[Run]:
        """Run verbs one after another, unlocking once as ``kipu batch`` does."""
        from app.cli.desk import Desk

        desk = Desk(passphrase_given=PASSPHRASE, keeps_open=True)

        def run(*words: str) -> Any:
            return _run(desk, words)

        with _environment(self.home):
            try:
                yield run
            finally:
                desk.close()

    def run(self, *words: str) -> Any:
        """Run one verb, unlocking for it alone."""
        with self.sitting() as run:
            return run(*words)


def _run(desk: object, words: tuple[str, ...]) -> Any:
    from app.cli.main import cli

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
        cli.main([*words, "--json"], prog_name="kipu", standalone_mode=False, obj=desk)
    return json.loads(printed.getvalue())


@contextlib.contextmanager
def _environment(home: Path) -> Iterator[None]:
    """Another data folder for a while; the cheapest key, for everybody knows the passphrase."""
    before = dict(os.environ)
    os.environ.update(KIPU_HOME=str(home), KIPU_KDF="floor")
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
