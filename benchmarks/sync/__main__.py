"""`python -m benchmarks.sync [N …]`: Kipu and its peers on the same rows (10,000), in one run."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.sync import contest, rows, table


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sync")
    parser.add_argument("counts", nargs="*", type=int, metavar="N", help="rows (10,000)")
    parser.add_argument(
        "--peers", type=Path, metavar="DIR", default=os.environ.get("KIPU_BENCH_PEERS"),
        help="where the peers were installed: a virtual environment, node_modules beside it",
    )  # fmt: skip
    parser.add_argument("--only", action="append", default=[], help="leave out all but these")
    parser.add_argument("--folder", type=Path, help="work here instead of in a temporary folder")
    parser.add_argument("--json", action="store_true", help="print figures instead of a table")
    return parser.parse_args()


def places(folder: Path | None) -> contest.Places:
    """Where the peers are to be found; without a folder, in this interpreter."""
    if folder is None:
        return contest.Places()
    names = ("bin/python", "Scripts/python.exe")
    python = next((folder / name for name in names if (folder / name).exists()), None)
    return contest.Places(str(python or sys.executable), folder)


def measured(
    count: int, wanted: list[str], folder: Path, where: contest.Places
) -> list[contest.Result]:
    """What everyone reaches with so many rows."""
    made = folder / "made"
    made.mkdir(parents=True)
    rows.write(made, count)
    results = []
    for one in contest.CONTESTANTS:
        if not wanted or one.name in wanted:
            print(f"… {one.name}, {count:,}", file=sys.stderr, flush=True)
            results.append(
                contest.run(one, count, made, folder / one.peer.replace(":", "-"), where)
            )
    return results


def _about() -> str:
    given = rows.generator()
    source = given.name if given else "Kipu's own rows (survey_rows.py is not on this machine)"
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return f"{source}; {platform.platform()}, {os.cpu_count()} processors, load {load}"


def main() -> None:
    given = _given()
    where = places(given.peers)
    about = [_about()]
    every: list[list[contest.Result]] = []
    for count in given.counts or [10_000]:
        with tempfile.TemporaryDirectory(dir=given.folder) as name:
            every.append(measured(count, given.only, Path(name), where))
        if not given.json:
            print(f"{count:,} records; {_about()}", table.text(every[-1]), "",
                  table.goals(every[-1]), "", sep="\n", flush=True)  # fmt: skip
    if given.json:
        flat = [asdict(one) for results in every for one in results]
        print(json.dumps({"about": [*about, _about()], "rows": flat}, indent=1))


if __name__ == "__main__":
    main()
