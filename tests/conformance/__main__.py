"""Run recorded behaviour of other engines against ours.

``python -m tests.conformance xpath FILE`` or ``... scenarios FILE``; ``--quiet`` prints only the
total, ``--accept-deviations`` lets what deviations.toml explains pass.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.i18n import speaking
from tests.conformance import scenarios, xpath
from tests.conformance.report import Tally, deviations

SUITES = {"xpath": xpath.verdicts, "scenarios": scenarios.verdicts}


def main(arguments: list[str] | None = None) -> int:
    """Run one file of cases; return 0 when nothing failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("suite", choices=sorted(SUITES))
    parser.add_argument("file", type=Path)
    parser.add_argument("--quiet", action="store_true", help="print only the total")
    parser.add_argument("--accept-deviations", action="store_true")
    given = parser.parse_args(arguments)
    tally = Tally(deviations(given.suite), accept=given.accept_deviations, quiet=given.quiet)
    with speaking("en"):
        for verdict in SUITES[given.suite](given.file):
            tally.add(verdict)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())
