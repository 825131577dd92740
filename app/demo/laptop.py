"""A laptop of the demo: its data folder, its clock, and somebody who runs verbs there."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

PASSPHRASE = "kipu demo 2026"
Run = Callable[..., Any]
"""Runs one verb with --json and returns what it printed."""
_TICK_MS: Final = 20_000
"""What a verb takes a person."""


class Clock:
    """What time it is on a laptop of the story: it only goes on, a little with every verb."""

    def __init__(self, moment: datetime) -> None:
        self.ms = _ms(moment)

    def go(self, moment: datetime) -> None:
        """Let it be this moment, in local time; a clock that is further on stays where it is."""
        self.ms = max(self.ms, _ms(moment))

    def now(self) -> datetime:
        """What time it is, in local time."""
        return datetime.fromtimestamp(self.ms / 1000)

    def tick(self) -> None:
        """Let the time pass that a verb takes."""
        self.ms += _TICK_MS

    def now_ms(self) -> int:
        """Milliseconds since 1970."""
        return self.ms


@dataclass(frozen=True)
class Laptop:
    """One laptop of the demo: its data folder and its clock."""

    home: Path
    clock: Clock

    @contextlib.contextmanager
    def sitting(self) -> Iterator[Run]:
        """Run verbs one after another, unlocking once as ``kipu batch`` does."""
        from app.cli.desk import Desk

        clock = self.clock

        class Sitting(Desk):
            """A run of verbs by the clock of this laptop, whichever verb opens the project."""

            def __setattr__(self, name: str, value: Any) -> None:
                super().__setattr__(name, value)
                if name == "project" and value is not None:
                    value.ledger.now_ms = clock.now_ms

        desk = Sitting(passphrase_given=PASSPHRASE, keeps_open=True)

        def run(*words: str) -> Any:
            told = _run(desk, words)
            clock.tick()
            return told

        with _environment(self.home):
            try:
                yield run
            finally:
                desk.close()

    def run(self, *words: str) -> Any:
        """Run one verb, unlocking for it alone."""
        with self.sitting() as run:
            return run(*words)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


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
