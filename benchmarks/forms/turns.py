"""The tasks: each is put to all engines in turn, so that the moods of the machine hit all alike."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from app.forms import from_file
from benchmarks.forms import sources
from benchmarks.forms.engines import (
    JAVAROSA,
    WEB_FORMS,
    Engine,
    EngineError,
    Maker,
    running,
)
from benchmarks.forms.figures import OURS, Figures, Row

COLD: Final = "a process started, the form read and opened"
READ: Final = "the form read and opened, warmed up"
OPENED: Final = "opened from the definition read before"
ANSWER: Final = "an answer with all its consequences"
HARDEST: Final = "the answer with most consequences"
_AHEAD: Final = {WEB_FORMS: 10.0, JAVAROSA: 1.0}
_WARMING: Final = 5
_ROWS_S: Final = 60
_ANEW: Final = 3
_STARTS: Final = 5
_LAST: Final = 20
_ANSWERS: Final = 50
_FLAT: Final = 1.5


class Turns:
    """What all engines were asked in one task, and what came of it: samples, or why there are none."""

    def __init__(self, makers: Sequence[Maker], engines: dict[str, Engine]) -> None:
        self._engines = engines
        self._names = [one.name for one in makers]
        self._notes = {one.name: one.missing for one in makers}
        self._samples: dict[tuple[str, str], list[float]] = {}

    @property
    def names(self) -> list[str]:
        """The engines that still take part."""
        return [name for name in self._names if not self._notes[name]]

    def ask(self, name: str, do: str, what: str = "", **options: Any) -> dict[str, Any]:
        """Ask one engine; its times are samples of ``what``. One that fails says {} and drops out."""
        try:
            said = self._engines[name].ask(do, **options)
        except EngineError as problem:
            self.drop(name, str(problem))
            return {}
        if what:
            self.take(name, what, said["ms"])
        return said

    def all(self, do: str, what: str = "", **options: Any) -> None:
        """Ask every engine in turn."""
        for name in self.names:
            self.ask(name, do, what, **options)

    def take(self, name: str, what: str, samples: Sequence[float]) -> None:
        self._samples.setdefault((what, name), []).extend(samples)

    def drop(self, name: str, why: str) -> None:
        """Ask an engine no more in this task."""
        self._notes[name] = why

    def row(self, what: str, name: str, **goals: Any) -> Row:
        samples = tuple(self._samples.get((what, name), ()))
        return Row(what, name, samples, note=self._notes[name], **goals)

    def rows(self, what: str, most: float | None = None, ahead: bool = False) -> list[Row]:
        """The rows of ``what``: Kipu's with its goal, and those of its peers."""
        goals = _AHEAD if ahead else {}
        return [
            self.row(what, name, most=most if name == OURS else None, ahead=goals.get(name))
            for name in self._names
        ]

    def hardest(self, what: str, named: str, runs: int, most: float) -> list[Row]:
        """Of samples that every run took of the same things, those of the one that takes longest."""
        for name in self._names:
            samples = self._samples.get((what, name), [])
            count = len(samples) // runs
            each = [samples[at::count] for at in range(count)]
            if each:
                self.take(name, named, max(each, key=statistics.median))
        return self.rows(named, most)


@contextmanager
def _turns(makers: Sequence[Maker]) -> Iterator[Turns]:
    """All engines started anew for one task."""
    with ExitStack() as stack:
        engines = {one.name: stack.enter_context(running(one)) for one in makers if one.command}
        yield Turns(makers, engines)


def form(figures: Figures, makers: Sequence[Maker], file: Path, folder: Path, runs: int) -> None:
    """A real form: converted, opened, evaluated, answered, shown."""
    definition = from_file(file.read_bytes(), file.name)
    source = folder / "form.xml"
    source.write_text(definition.xform, "utf-8")
    answers = sources.filling(definition)
    with _turns([one for one in makers if one.name == OURS]) as turns:
        for _run in range(min(runs, _STARTS)):
            turns.all("convert", "a spreadsheet converted", file=str(file))
        figures.rows += turns.rows("a spreadsheet converted")
    figures.rows += _cold(makers, source, min(runs, _STARTS))
    figures.rows += _warm(makers, source, answers, runs)
    figures.rows.append(_page(source, runs))


def _cold(makers: Sequence[Maker], source: Path, runs: int) -> list[Row]:
    turns = Turns(makers, {})
    for _run in range(runs):
        for maker in [one for one in makers if one.name in turns.names]:
            start = time.perf_counter()
            with running(maker) as engine:
                try:
                    engine.ask("load", file=str(source))
                except EngineError as problem:
                    turns.drop(maker.name, str(problem))
                    continue
                turns.take(maker.name, COLD, [(time.perf_counter() - start) * 1000])
    return turns.rows(COLD)


def _warm(
    makers: Sequence[Maker], source: Path, answers: list[tuple[str, str]], runs: int
) -> list[Row]:
    with _turns(makers) as turns:
        for run in range(_WARMING + runs):
            read, opened, answer = (READ, OPENED, ANSWER) if run >= _WARMING else ("", "", "")
            turns.all("load", read, file=str(source))
            turns.all("open", opened)
            turns.all("answer", answer, answers=answers)
        rows = turns.rows(READ, most=150) + turns.rows(OPENED, most=150, ahead=True)
        rows += [*turns.rows(ANSWER, most=5), *turns.hardest(ANSWER, HARDEST, runs, most=5)]
        for _run in range(runs):
            count = turns.ask(OURS, "evaluate", "every")["count"]
        every = turns.row("every", OURS, most=10)
        rows.append(Row(f"all {count:,} expressions evaluated", OURS, every.samples, most=10))
    return rows


def _page(source: Path, runs: int) -> Row:
    command = [sys.executable, "-m", "benchmarks.forms.page", str(source), str(runs)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    took = tuple(json.loads(done.stdout.splitlines()[-1]))
    return Row("the first question shown, the engine being ready", OURS, took, most=300)


def repeats(figures: Figures, makers: Sequence[Maker], folder: Path) -> None:
    """A thousand rows, the last of them added, answered in and deleted."""
    source = folder / "repeats.xml"
    source.write_text(sources.repeats(), "utf-8")
    added, deleted = f"row {sources.ROWS:,} added", f"row {sources.ROWS:,} deleted"
    with _turns(makers) as turns:
        turns.all("load", file=str(source))
        last = {name: _grown(turns, name) for name in turns.names}
        for name in turns.names:
            turns.take(name, added, last[name])
        for _time in range(_LAST):
            turns.all("remove", deleted, path="/m")
        figures.rows += turns.rows(added, most=10) + turns.rows(deleted, most=20)
        turns.ask(OURS, "add", path="/m", count=sources.ROWS, seconds=_ROWS_S)
        for _time in range(_LAST):
            turns.ask(OURS, "remove_first", "first", path="/m")
        moved = turns.row("first", OURS)
        figures.add("row 1 deleted, all others moving up", OURS, moved.samples)


def _grown(turns: Turns, name: str) -> list[float]:
    """The times of the last rows up to the thousandth; who needs too long for it drops out."""
    said = turns.ask(
        name, "add", path="/m", count=sources.ROWS, seconds=_ROWS_S, within=_ROWS_S * 3
    )
    if said and said["rows"] < sources.ROWS:
        slow = statistics.median(said["ms"][-_LAST:])
        turns.drop(
            name, f"given up at row {said['rows']:,} after {_ROWS_S} s ({slow:.0f} ms a row)"
        )
    return said["ms"][-_LAST:] if said else []


def long_list(figures: Figures, makers: Sequence[Maker], folder: Path, runs: int) -> None:
    """A list of 50,000 choices from a file, filtered by an answer."""
    text, media = sources.long_list()
    there = folder / "list"
    there.mkdir()
    source = there / "list.xml"
    source.write_text(text, "utf-8")
    (there / "l.csv").write_text(media, "utf-8")
    what = f"{sources.CHOICES:,} choices"
    figures.rows += _first(makers, source, f"{what}: read, and filtered first")
    figures.rows += _ahead(makers, source, what)
    later = f"{what}: filtered again"
    with _turns(makers) as turns:
        turns.all("load", file=str(source))
        turns.all("choose", on="/p", value="p1", path="/c")
        for run in range(runs):
            turns.all("choose", later, on="/p", value=f"p{run + 2}", path="/c")
        figures.rows += turns.rows(later, most=20)


def _first(makers: Sequence[Maker], source: Path, what: str) -> list[Row]:
    """A list read and filtered by engines that have not seen it yet."""

    def turn(turns: Turns, name: str) -> None:
        read = turns.ask(name, "load", file=str(source))
        said = turns.ask(name, "choose", on="/p", value="p1", path="/c") if read else {}
        if said:
            turns.take(name, what, [read["ms"][0] + said["ms"][0]])

    return _fresh(makers, turn, [what])


def _ahead(makers: Sequence[Maker], source: Path, what: str) -> list[Row]:
    """What is left of it at the page, the list having been read when the form was opened."""
    fetched, first = f"{what}: read ahead on opening", f"{what}: first filtered at the page"

    def turn(turns: Turns, name: str) -> None:
        # The others read a list whenever they read its form.
        turns.ask(name, "load", file=str(source))
        if name == OURS:
            turns.ask(name, "fetch", fetched)
        if name in turns.names:
            turns.ask(name, "choose", first, on="/p", value="p1", path="/c")

    found = [
        one for one in _fresh(makers, turn, [fetched, first]) if one.samples or one.what == first
    ]
    return [replace(one, most=20) if (one.what, one.who) == (first, OURS) else one for one in found]


def _fresh(
    makers: Sequence[Maker], turn: Callable[[Turns, str], None], what: Sequence[str]
) -> list[Row]:
    """The rows of ``what`` from a few turns at engines started anew each time."""
    samples: dict[tuple[str, str], list[Row]] = {}
    for _run in range(_ANEW):
        with _turns(makers) as turns:
            for name in turns.names:
                turn(turns, name)
            for row in [row for one in what for row in turns.rows(one)]:
                samples.setdefault((row.what, row.who), []).append(row)
    return [
        Row(of, who, tuple(one for row in rows for one in row.samples), note=rows[-1].note)
        for (of, who), rows in samples.items()
    ]


def growth(figures: Figures, makers: Sequence[Maker], folder: Path) -> None:
    """The cost of an answer as the form grows."""
    smallest: dict[str, float] = {}
    largest: dict[str, Row] = {}
    for size in sources.SIZES:
        source = folder / f"many{size}.xml"
        source.write_text(sources.many(size), "utf-8")
        what = f"an answer in a form of {size:,}"
        answers = [["/a7", str(value)] for value in range(_ANSWERS)]
        with _turns(makers) as turns:
            turns.all("load", file=str(source))
            turns.all("answer", answers=answers)
            turns.all("answer", what, answers=answers)
            rows = turns.rows(what)
        figures.rows += rows
        for row in rows:
            if row.samples:
                smallest.setdefault(row.who, row.median)
            largest[row.who] = row
    what = f"{sources.SIZES[-1]:,} against {sources.SIZES[0]:,} questions, an answer"
    for who, row in largest.items():
        ratio = (row.median / smallest[who],) if row.samples else ()
        most = _FLAT if who == OURS else None
        figures.rows.append(Row(what, who, ratio, "×", most, note=row.note))
