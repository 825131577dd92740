"""Kipu's engine as a process that is told by lines of JSON what to do, and answers in milliseconds."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from app.forms import Definition, Session, from_file


class Engine:
    """A form and a response to it; every command returns what it took in milliseconds."""

    def __init__(self) -> None:
        self._media: dict[str, bytes] = {}
        self._definition: Definition | None = None
        self._session: Session | None = None

    @property
    def session(self) -> Session:
        assert self._session is not None, "no form has been loaded"
        return self._session

    def convert(self, file: str) -> dict[str, Any]:
        """A spreadsheet, read into a definition."""
        raw = Path(file).read_bytes()
        return _timed(lambda: from_file(raw, Path(file).name).graph)

    def load(self, file: str) -> dict[str, Any]:
        """An XForm, read and opened; files beside it are its media."""
        text = Path(file).read_text("utf-8")
        self._media = {one.name: one.read_bytes() for one in Path(file).parent.glob("*.csv")}

        def work() -> None:
            self._definition = Definition.from_xform(text)
            self._session = Session(self._definition, media=self._media)

        return _timed(work)

    def open(self) -> dict[str, Any]:
        """A new response to the form that was read before."""
        definition = self.session.definition

        def work() -> None:
            self._session = Session(definition, media=self._media)

        return _timed(work)

    def fetch(self) -> dict[str, Any]:
        """The lists that answers pick from, read ahead, as when somebody opens an interview."""
        return _timed(self.session.fetch_lists)

    def answer(self, answers: list[list[str]]) -> dict[str, Any]:
        """Answers one by one; those the form does not ask for as it stands are left out."""
        took, skipped = [], 0
        for path, value in answers:
            if self.session.is_relevant(path) and not self.session.is_readonly(path):
                took += _timed(partial(self.session.set, path, value))["ms"]
            else:
                skipped += 1
        return {"ms": took, "skipped": skipped}

    def add(self, path: str, count: int, seconds: float) -> dict[str, Any]:
        """Rows added at the end, until that many stand or the time is over."""
        took: list[float] = []
        end = time.perf_counter() + seconds
        rows = len(self.session.rows(path))
        while rows < count and time.perf_counter() < end:
            took += _timed(lambda: self.session.add_repeat(path))["ms"]
            rows += 1
        return {"ms": took, "rows": rows}

    def remove(self, path: str) -> dict[str, Any]:
        """The last row, taken out."""
        last = self.session.rows(path)[-1]
        return _timed(lambda: self.session.remove_repeat(last))

    def remove_first(self, path: str) -> dict[str, Any]:
        """The first row, taken out, so that all others move up."""
        return _timed(lambda: self.session.remove_repeat(f"{path}[1]"))

    def choose(self, on: str, value: str, path: str) -> dict[str, Any]:
        """What is offered at a question once another has been answered."""
        count = 0

        def work() -> None:
            nonlocal count
            self.session.set(on, value)
            count = len(self.session.state(path).choices)

        return _timed(work) | {"count": count}

    def evaluate(self) -> dict[str, Any]:
        """All expressions of the form, run once more."""
        count = len(self.session.definition.graph.rules)
        return _timed(self.session._instance.settle_all) | {"count": count}


def _timed(work: Callable[[], object]) -> dict[str, Any]:
    start = time.perf_counter()
    work()
    return {"ms": [(time.perf_counter() - start) * 1000]}


def main() -> None:
    engine = Engine()
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(getattr(engine, asked.pop("do"))(**asked)), flush=True)


if __name__ == "__main__":
    main()
