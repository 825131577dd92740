"""What was measured: samples of one engine at one task, and the table that sets them side by side."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

OURS: Final = "Kipu"
_HEAD: Final = ("what", "who", "n", "median", "p95", "worst", "÷ Kipu", "goal")


@dataclass(frozen=True)
class Row:
    """Samples of one engine at one task, in ``unit`` (milliseconds, or × for a ratio).

    ``most`` is the goal for the median; for a peer ``ahead`` is how many times as long as Kipu it is
    to take. ``note`` says why there are no samples, or too few.
    """

    what: str
    who: str
    samples: tuple[float, ...] = ()
    unit: str = "ms"
    most: float | None = None
    ahead: float | None = None
    note: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.samples)

    def share(self, share: float) -> float:
        """The sample that this share of all does not exceed."""
        return sorted(self.samples)[max(math.ceil(len(self.samples) * share) - 1, 0)]


@dataclass
class Figures:
    """The rows of a run, in the order in which they are shown."""

    rows: list[Row] = field(default_factory=list)

    def add(self, what: str, who: str, samples: Sequence[float], **options: Any) -> None:
        self.rows.append(Row(what, who, tuple(samples), **options))

    def ratio(self, row: Row) -> float | None:
        """How many times Kipu's median a peer's is; None where either is missing."""
        if row.who == OURS or not row.samples or row.unit != "ms":
            return None
        ours = [one for one in self.rows if one.what == row.what and one.who == OURS]
        return row.median / ours[0].median if ours and ours[0].samples else None

    def is_met(self, row: Row) -> bool | None:
        """Whether a row reaches its goal; None where it has none or was not measured."""
        if not row.samples:
            return None
        if row.most is not None:
            return row.median <= row.most
        ratio = self.ratio(row)
        return None if row.ahead is None or ratio is None else ratio >= row.ahead

    def plain(self) -> list[dict[str, Any]]:
        """The rows as JSON takes them."""
        return [
            {
                "what": row.what, "who": row.who, "unit": row.unit, "n": len(row.samples),
                "median": row.median if row.samples else None,
                "p95": row.share(0.95) if row.samples else None,
                "worst": max(row.samples) if row.samples else None,
                "times_kipu": self.ratio(row), "goal": self._goal(row),
                "met": self.is_met(row), "note": row.note,
            }
            for row in self.rows
        ]  # fmt: skip

    def text(self) -> str:
        """The rows as a table."""
        cells = [_HEAD, *map(self._cells, self.rows)]
        widths = [max(len(row[at]) for row in cells) for at in range(len(_HEAD))]
        lines = []
        for row in cells:
            words = [cell.ljust(width) for cell, width in zip(row[:2], widths, strict=False)]
            words += [cell.rjust(width) for cell, width in zip(row[2:7], widths[2:], strict=False)]
            lines.append("  ".join([*words, row[7]]).rstrip())
        return "\n".join(lines)

    def _cells(self, row: Row) -> tuple[str, ...]:
        figures = ["", "", ""]
        if row.samples:
            found = (row.median, row.share(0.95), max(row.samples))
            figures = [f"{_short(one)} {row.unit}" for one in found]
        ratio, met = self.ratio(row), self.is_met(row)
        said = {True: ": met", False: ": MISSED", None: ""}[met]
        goal = " ".join(filter(None, [self._goal(row) + said, row.note]))
        times = "" if ratio is None else f"{_short(ratio)} ×"
        return (row.what, row.who, str(len(row.samples) or ""), *figures, times, goal)

    def _goal(self, row: Row) -> str:
        if row.most is not None:
            return f"≤ {row.most:g} {row.unit}"
        return "" if row.ahead is None else f"≥ {row.ahead:g} ×"


def _short(value: float) -> str:
    """Three figures that count, without exponents."""
    if value == 0:
        return "0"
    return f"{value:,.{max(2 - math.floor(math.log10(abs(value))), 0)}f}"
