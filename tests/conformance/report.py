"""What a conformance run found, told the way someone who checks from outside expects it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

MOST_TOLD = 400
DEVIATIONS = Path(__file__).with_name("deviations.toml")


@dataclass(frozen=True)
class Verdict:
    """How one case went: ``difference`` is empty when it passed, None when it was skipped.

    ``text`` is what the rules of the deviations are matched against. ``nodes`` counts (right, all)
    of the node states compared, where there are any.
    """

    case: str
    difference: str | None
    text: str = ""
    nodes: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Deviation:
    """A rule by which we differ on purpose: cases whose text matches, and why."""

    name: str
    matches: re.Pattern[str]
    reason: str


def deviations(suite: str, path: Path = DEVIATIONS) -> list[Deviation]:
    """Return the rules of one suite (``xpath`` or ``scenarios``)."""
    found = tomllib.loads(path.read_text()).get(suite, {})
    return [
        Deviation(name, re.compile(rule["matches"]), rule["reason"]) for name, rule in found.items()
    ]


class Tally:
    """Counts verdicts and prints what went wrong as they come in."""

    def __init__(self, rules: Iterable[Deviation], *, accept: bool, quiet: bool) -> None:
        self._rules = tuple(rules)
        self._accept = accept
        self._quiet = quiet
        self.passed = self.failed = self.skipped = self.accepted = 0
        self.nodes = [0, 0]

    def add(self, verdict: Verdict) -> None:
        """Count one case."""
        self.nodes[0] += verdict.nodes[0]
        self.nodes[1] += verdict.nodes[1]
        if verdict.difference is None:
            self.skipped += 1
        elif not verdict.difference:
            self.passed += 1
        else:
            self._differs(verdict)

    def _differs(self, verdict: Verdict) -> None:
        rule = next((one for one in self._rules if one.matches.search(verdict.text)), None)
        if rule is not None and self._accept:
            self.passed += 1
            self.accepted += 1
            return
        self.failed += 1
        if not self._quiet:
            known = f" [{rule.name}: {rule.reason}]" if rule else ""
            print(f"{verdict.case}: {verdict.difference[:MOST_TOLD]}{known}")

    def close(self) -> int:
        """Print the total; return the exit code."""
        if self.nodes[1]:
            print(f"{self.nodes[0]} of {self.nodes[1]} node states as recorded")
        if self.accepted:
            print(f"{self.accepted} of the passed are accepted deviations")
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped")
        return 1 if self.failed else 0
