"""Timing that can be compared: each figure beside a floor measured in the same run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

Result = TypeVar("Result")


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Wall seconds of one call, and what it returned."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def median(work: Callable[[], object], runs: int = 5) -> float:
    """Median wall seconds over some runs, after one that does not count."""
    work()
    return statistics.median(timed(work)[0] for _run in range(runs))


@dataclass
class Report:
    """Lines of a table: what was measured, Kipu, the floor, their ratio, the goal."""

    lines: list[tuple[str, str, str, str, str]] = field(default_factory=list)

    def add(self, what: str, ours: str, floor: str = "", ratio: str = "", goal: str = "") -> None:
        self.lines.append((what, ours, floor, ratio, goal))

    def compare(self, what: str, ours: float, floor: float, unit: str, goal: str = "") -> None:
        """`ours` against `floor`, both in the same unit; the ratio is ours over the floor's."""
        self.add(what, f"{ours:,.4g} {unit}", f"{floor:,.4g} {unit}", f"{ours / floor:.2f} ×", goal)

    def text(self) -> str:
        head = ("what", "Kipu", "floor", "ratio", "goal")
        rows = [head, *self.lines]
        widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        )
