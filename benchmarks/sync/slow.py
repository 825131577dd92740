"""`python -m benchmarks.sync.slow`: 500 records over a link of 64 kbit/s with 600 ms to and fro.

Between the laptop and a real server on the loopback lies a link held to that rate and delay. The
records go clean, then past stalls, then through a cut at each tenth of their way, after which the
laptop syncs again as often as it needs to. Everything comes from a seed.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

from app.models.commands import responses
from app.models.queries import surveys
from app.models.replica import LocalReplica
from benchmarks import rows as tables
from benchmarks.sync import places, projects, rows
from benchmarks.sync.counted import Counted, Counts
from benchmarks.sync.laptop import SAMPLE
from benchmarks.sync.link import Shape
from benchmarks.sync.places import Place
from sync import engine
from sync.errors import SyncError

RECORDS: Final = 500
RATE: Final = 64_000
ROUND_TRIP: Final = 0.6
_ALLOWED_TRIPS: Final = 4
_HEADS: Final = 1_500
"""Bytes of the requests that begin a session anew and repeat one, without any file."""
_TRIES: Final = 20
_PAUSE_S: Final = 1.0


@dataclass
class Run:
    """What it took to send one lot of records. Bytes as they went through the link."""

    what: str
    seconds: float = 0.0
    up: int = 0
    down: int = 0
    stalled: float = 0.0
    batches: int = 0
    tries: int = 0
    counts: Counts = field(default_factory=Counts)

    @property
    def needed(self) -> float:
        """Seconds that the bytes take, the stalls, and the round trips allowed beside them."""
        bits = (self.up + self.down) * 8
        return bits / RATE + self.stalled + _ALLOWED_TRIPS * ROUND_TRIP


class Slow:
    """A laptop with records to send, and a share beyond the link."""

    def __init__(self, folder: Path, place: Place, cuts: int, seed: int) -> None:
        assert place.link is not None
        self._place, self._link, self._seed = place, place.link, seed
        self._rows = rows.made(RECORDS * (cuts + 10))
        sample = list(islice(rows.made(SAMPLE), SAMPLE))
        self.project = projects.found(folder / "laptop", sample)
        self._form = surveys.find_form(self.project, "bench")
        remote = place.remote(self.project)
        engine.found(LocalReplica(self.project), remote)
        for _round in range(2):
            projects.sync(self.project, remote)

    def close(self) -> None:
        self.project.close()

    def send(self, what: str, stalls: bool = False, cut: int = 0) -> Run:
        """Send the next records; with `cut` the link breaks after so many bytes have gone up."""
        lot = list(islice(self._rows, RECORDS))
        space = projects.space_of(self.project)
        responses.import_table(self.project, self._form, tables.table(lot), space)
        self.project.ledger.seal()
        self._link.become(_shape(stalls, cut > 0, self._seed))
        run = Run(what)
        before = self._link.up, self._link.down, self._link.stalled
        if cut:
            self._link.cut_after(cut)
        start = time.perf_counter()
        self._sync(run)
        run.seconds = time.perf_counter() - start
        run.up, run.down = self._link.up - before[0], self._link.down - before[1]
        run.stalled = self._link.stalled - before[2]
        self._link.become(Shape())
        return run

    def _sync(self, run: Run) -> None:
        """Sync until it comes to its end, each time as a laptop just opened: nothing is kept."""
        remote = Counted(self._place.remote(self.project))
        run.counts = remote.counts
        for _try in range(_TRIES):
            run.tries += 1
            try:
                report = projects.sync(self.project, remote, poll=True)
            except SyncError:
                time.sleep(_PAUSE_S)
                remote = Counted(self._place.remote(self.project))
                remote.counts = run.counts
                continue
            run.batches += report.sent.batches
            return
        raise RuntimeError(f"not sent after {_TRIES} tries")


def _shape(stalls: bool, cuts: bool, seed: int) -> Shape:
    return Shape(
        RATE,
        ROUND_TRIP,
        stall_every=10_000 if stalls else 0,
        stall=3.0,
        dark=2.0 if cuts else 0,
        seed=seed,
    )


def told(run: Run, clean: Run) -> str:
    """One line; for one that was cut, what went up beyond a clean run's bytes."""
    kinds = ", ".join(f"{count} {what}" for what, count in run.counts.requests.items())
    share = run.seconds / run.needed
    line = (f"{run.what:<24} {run.seconds:6.1f} s, {share:5.2f} of what its bytes and "
            f"{_ALLOWED_TRIPS} round trips need; up {run.up:,} B, down {run.down:,} B; "
            f"{run.counts.total} requests ({kinds})")  # fmt: skip
    if run.stalled:
        line += f"; stalled {run.stalled:.0f} s"
    if not run.what.startswith("cut"):
        return line
    again, chunk = run.up - clean.up, run.counts.largest
    met = "met" if again <= chunk + run.tries * _HEADS else "MISSED"
    return f"{line}; {again:,} B again in {run.tries} syncs, the chunk is {chunk:,} B: {met}"


def measured(slow: Slow, cuts: int) -> list[Run]:
    clean = slow.send("clean")
    runs = [clean, slow.send("with stalls", stalls=True)]
    for at in range(1, cuts + 1):
        share = at / (cuts + 1)
        runs.append(slow.send(f"cut at {share:.0%} of its way", cut=int(clean.up * share)))
    return runs


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sync.slow")
    kinds = [one for one in places.KINDS if one != "folder"]
    parser.add_argument("--place", choices=kinds, default="kipu", help="the server (kipu)")
    parser.add_argument("--cuts", type=int, default=9, help="at how many points to cut (9)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="work here instead of in a temporary folder")
    return parser.parse_args()


def main() -> None:
    given = _given()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=given.folder)))
        place = stack.enter_context(places.opened(given.place, folder, narrow=True))
        slow = Slow(folder, place, given.cuts, given.seed)
        stack.callback(slow.close)
        print(f"{RECORDS} records, {RATE // 1000} kbit/s, {ROUND_TRIP * 1000:.0f} ms to and fro, "
              f"{given.place}; load {os.getloadavg()[0]:.1f}")  # fmt: skip
        runs = measured(slow, given.cuts)
        print(*(told(one, runs[0]) for one in runs), sep="\n")


if __name__ == "__main__":
    main()
