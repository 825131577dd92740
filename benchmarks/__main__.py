"""`python -m benchmarks [COUNT]`: one table, Kipu beside its floors (COUNT responses, 100,000)."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from benchmarks import desk, hostile, start, storage
from benchmarks.measure import Report


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    os.environ.setdefault("KIPU_KDF", "floor")
    report = Report()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        storage.run(folder, count, report)
        start.unlock_to_list(folder / "b", report)
        desk.run(folder, report)
    start.run(report)
    hostile.run(report)
    print(f"{count:,} responses of forty fields; Python {sys.version.split()[0]}")
    print(report.text())


if __name__ == "__main__":
    main()
