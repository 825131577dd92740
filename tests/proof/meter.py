"""What a verb costs, to hold against what a harmless one does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass

from tests.journeys.desk import Desk, Outcome

TIMES = 3  # the work of a harmless verb, most of which is beginning
MEGABYTES = 100


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds of work, and MB of memory at its highest."""

    seconds: float
    megabytes: float


# Measured from a small process: a child of a large one is charged what its parent held.
METER = """
import json, resource, subprocess, sys
run = subprocess.run([sys.executable, "-m", "app", *sys.argv[2:]], stdin=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
unit = 1024 if sys.platform == "linux" else 1024 * 1024
with open(sys.argv[1], "w") as meter:
    json.dump([used.ru_utime + used.ru_stime, used.ru_maxrss / unit], meter)
sys.exit(run.returncode)
"""


def measured(desk: Desk, *words: str) -> tuple[Outcome, Cost]:
    """Run a verb, and say what it cost."""
    if os.name == "nt":
        return desk.run(*words), Cost(0, 0)
    meter = desk.work / "meter"
    run = subprocess.run(
        [sys.executable, "-c", METER, str(meter), *words], cwd=desk.work, env=desk.environment(),
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    seconds, megabytes = json.loads(meter.read_text())
    return Outcome(run.returncode, run.stdout, run.stderr), Cost(seconds, megabytes)


def within(cost: Cost, harmless: Cost) -> None:
    assert cost.seconds < TIMES * harmless.seconds, (cost, harmless)
    assert cost.megabytes - harmless.megabytes < MEGABYTES, (cost, harmless)
