"""`python -m benchmarks.sync.poll [DEVICES [BATCHES]]`: what asking "what is new?" costs.

A share of so many laptops (1,000) and batches (10,000) really lies on the disk, or with --place behind
a server. A laptop that kept up polls it with nothing new, others add a batch each, it polls again;
then it walks over everything, as it does now and then.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.models.commands import records
from app.models.project import Project
from app.models.replica import LocalReplica
from benchmarks.sync import country, places, projects
from benchmarks.sync.counted import Counted, Counts
from benchmarks.sync.laptop import peak_mb
from benchmarks.sync.places import Place
from sync import engine

_SEALED: Final = 300
_LOT: Final = 100
"""Laptops admitted between two syncs of the coordinator."""
_HEAD: Final = ("what", "asked of the place", "requests", "bytes in", "bytes out", "seconds")


@dataclass
class Line:
    """What one sync cost: what the engine asked, and what went over the link where there is one."""

    what: str
    counts: Counts
    seconds: float
    requests: int
    read: int
    written: int

    def cells(self) -> tuple[str, ...]:
        kinds = ", ".join(f"{count:,} {what}" for what, count in self.counts.requests.items())
        return (self.what, kinds, f"{self.requests:,}", f"{self.read:,}", f"{self.written:,}",
                f"{self.seconds:.2f}")  # fmt: skip


class Poll:
    """The laptops of the measure: a coordinator, one that polls, and writers that are real."""

    def __init__(self, folder: Path, place: Place, writers: int) -> None:
        self._place = place
        self.coordinator = projects.found(folder / "coordinator")
        engine.found(LocalReplica(self.coordinator), place.remote(self.coordinator))
        self.sync(self.coordinator)
        self.reader = projects.join(self.coordinator, folder / "reader", "Eva")
        self.writers = [
            projects.join(self.coordinator, folder / f"writer{number}", f"Persona {number}")
            for number in range(writers)
        ]
        self.space = projects.space_of(self.reader)
        for one in self.writers:
            records.new(one, "person", {"name": "Rosa Andi"}, self.space)
        for one in (self.coordinator, *self.writers, self.reader):
            self.sync(one)

    def sync(self, project: Project, poll: bool = False) -> tuple[engine.Report, Counts]:
        """One sync, as by a laptop that has just been opened."""
        remote = Counted(self._place.remote(project))
        return projects.sync(project, remote, poll), remote.counts

    def fill(self, devices: int, batches: int, told: Callable[[str], None]) -> None:
        """The other laptops and all they ever sent."""
        made, start = country.logs(self.space, devices, batches), time.perf_counter()
        for at in range(0, devices, _LOT):
            country.admit(self.coordinator, self.space, made[at : at + _LOT])
            self.sync(self.coordinator, poll=True)
        self.sync(self.reader)
        told(f"{devices:,} laptops admitted, their keys wrapped, the roster read by another: "
             f"{time.perf_counter() - start:,.0f} s")  # fmt: skip
        start, project = time.perf_counter(), self.reader.roster.project
        beneath = self._place.beneath(project)
        count = country.lay(beneath, project, self.space, made)
        self._place.bring(beneath)
        told(f"{count:,} files laid in {time.perf_counter() - start:,.0f} s")
        # The first writer is to show what it costs to name all that one has met.
        told_already = self.writers[1:]
        for one in (self.reader, *self.writers):
            country.believe(one, self.space, made, has_said_so=one in told_already)
            country.catch_up(one, self._place.remote(one))

    def measure(self, what: str, project: Project, poll: bool = True, expect: int = 0) -> Line:
        """One sync, which is to bring so many batches, or any number for -1; else RuntimeError."""
        link = self._place.link
        before = (link.requests, link.down, link.up) if link else (0, 0, 0)
        start = time.perf_counter()
        report, counts = self.sync(project, poll)
        seconds = time.perf_counter() - start
        if expect not in (-1, report.received.batches):
            raise RuntimeError(f"{what}: {report.received.batches} batches came, not {expect}")
        after = (link.requests, link.down, link.up) if link else (
            counts.total, counts.read, counts.written)  # fmt: skip
        cost = [one - other for one, other in zip(after, before, strict=True)]
        return Line(what, counts, seconds, *cost)

    def sealed_a_second(self) -> float:
        """How many valid batches of one small change a laptop makes, sealed one by one."""
        one = self.writers[0]
        start = time.perf_counter()
        for number in range(_SEALED):
            records.new(one, "person", {"name": f"Vecina {number}"}, self.space)
            one.ledger.seal()
        return _SEALED / (time.perf_counter() - start)

    def close(self) -> None:
        for one in (self.coordinator, self.reader, *self.writers):
            one.close()


def lines(poll: Poll) -> list[Line]:
    """The syncs that are measured, one after another."""
    found = [poll.measure("poll, nothing new", poll.reader)]
    first, *others = poll.writers
    write(poll, first)
    what = "a laptop sends a batch that names all it has met"
    found.append(poll.measure(what, first, expect=-1))
    found.append(poll.measure("poll, that one batch", poll.reader, expect=1))
    for one in others:
        write(poll, one)
        sent = poll.measure("the last of the laptops sends an ordinary one", one, expect=-1)
    count = len(others)
    what = f"poll, {count:,} new batches of {count:,} laptops"
    found += [sent, poll.measure(what, poll.reader, expect=count)]
    found.append(poll.measure("poll, nothing new again", poll.reader))
    found.append(poll.measure("walk over everything, nothing new", poll.reader, poll=False))
    return found


def write(poll: Poll, project: Project) -> None:
    """A person is noted down: what makes the next batch."""
    records.new(project, "person", {"name": "Rosa Andi"}, poll.space)


def table(rows: list[Line]) -> str:
    cells = [_HEAD, *(one.cells() for one in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(_HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sync.poll")
    parser.add_argument("devices", nargs="?", type=int, default=1_000)
    parser.add_argument("batches", nargs="?", type=int, help="ten for each device by default")
    parser.add_argument("--new", type=int, default=101, help="real laptops that add a batch (101)")
    parser.add_argument("--folder", type=Path, help="work here instead of in a temporary folder")
    parser.add_argument("--place", choices=places.KINDS, default="folder")
    return parser.parse_args()


def main() -> None:
    given = _given()
    batches = given.batches or given.devices * 10
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=given.folder)))
        place = stack.enter_context(places.opened(given.place, folder))
        poll = Poll(folder, place, given.new)
        stack.callback(poll.close)
        load = os.getloadavg()[0]
        print(f"{given.devices:,} laptops, {batches:,} batches, {given.place}; load {load:.1f}")
        poll.fill(given.devices, batches, print)
        print(table(lines(poll)))
        rate = poll.sealed_a_second()
        minutes = batches / rate / 60
        print(f"The bytes of the {batches:,} batches are made up: valid ones are sealed at "
              f"{rate:,.0f} a second here, which would be {minutes:,.0f} minutes. Those of the "
              f"{given.new:,} laptops that add to them are real. Peak memory "
              f"{peak_mb():,.0f} MB.")  # fmt: skip


if __name__ == "__main__":
    main()
