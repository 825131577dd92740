"""One step of one laptop as a process of its own: `python -m benchmarks.sync.laptop PEER STEP …`.

It runs under the interpreter that has the peer's packages, so it imports nothing of Kipu but for
Kipu's own steps. Its last line on the standard output is JSON: seconds, peak memory, what was found.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.sync import rows
from benchmarks.sync.peers.peer import Peer

SAMPLE = 500


def _class_of(name: str) -> type[Peer]:
    """The class named `MODULE` or `MODULE:CLASS` below `peers`."""
    module, _colon, kind = name.partition(":")
    found: type[Peer] = getattr(
        importlib.import_module(f"benchmarks.sync.peers.{module}"), kind or "Laptop"
    )
    return found


def _found(laptop: Peer, folder: Path) -> dict[str, Any]:
    """How many records there are, and all that the edited ones hold."""
    values = [
        [laptop.value(record, at, name) for name in row]
        for record, at, _fields, row in rows.edits(folder)
    ]
    return {"count": laptop.count(), "values": values}


def _step(laptop: Peer, step: str, folder: Path) -> dict[str, Any]:
    if step == "fill":
        laptop.fill(rows.read(folder))
    elif step == "edit":
        laptop.edit(rows.edits(folder))
    elif step == "send":
        return {"bytes": laptop.send()}
    elif step == "receive":
        laptop.receive()
    else:
        return _found(laptop, folder)
    return {}


def peak_mb() -> float:
    """The most memory of this process and of its largest helper, in megabytes (2^20)."""
    unit = 1 if sys.platform == "darwin" else 1024
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(resource.getrusage(one).ru_maxrss for one in both) * unit / 2**20


def _processor_s() -> float:
    """Seconds of processor that this process and its helpers took."""
    both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("peer", "step"):
        parser.add_argument(name)
    parser.add_argument("folder", type=Path, help="where rows, both laptops and the share lie")
    parser.add_argument("side", help="writer or reader; a server's port")
    parser.add_argument("share")
    given = parser.parse_args()
    # What a library prints must not get between the lines that are read.
    said = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    kind, homes = _class_of(given.peer), (given.folder / "writer", given.folder / "reader")
    if given.step == "serve":
        kind.serve(given.folder / "server", int(given.side))
    elif given.step == "prepare":
        sample = list(itertools.islice(rows.read(given.folder), SAMPLE))
        kind.prepare(*homes, given.share, sample)
        said.write(json.dumps({"does": kind.does}))
    else:
        laptop = kind(given.folder / given.side, given.share)
        laptop.open()
        start, used = time.perf_counter(), _processor_s()
        found = _step(laptop, given.step, given.folder)
        found |= {"seconds": time.perf_counter() - start, "cpu": _processor_s() - used}
        if given.step == "receive":
            start = time.perf_counter()
            laptop.index()
            found["index"] = time.perf_counter() - start
        laptop.close()
        said.write(json.dumps({"peak": peak_mb(), **found}))
    said.write("\n")
    said.close()


if __name__ == "__main__":
    main()
