"""Results set side by side: figures, each peer's ratio to Kipu, and the goals Kipu is to reach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from benchmarks.sync.contest import OURS, Result

# The figure, its heading, how it is written, and whether more is better.
COLUMNS: Final = (
    ("bytes", "B/record", "{:,.1f}", False),
    ("fill", "store rec/s", "{:,.0f}", True),
    ("send", "send rec/s", "{:,.0f}", True),
    ("send_us", "CPU µs", "{:,.1f}", False),
    ("receive", "receive rec/s", "{:,.0f}", True),
    ("receive_us", "CPU µs", "{:,.1f}", False),
    ("index_s", "then indexed, s", "{:,.2f}", False),
    ("edit_bytes", "100 edits, B", "{:,.0f}", False),
    ("edit_s", "to and fro, s", "{:,.2f}", False),
    ("send_mb", "sending MB", "{:,.0f}", False),
    ("receive_mb", "receiving MB", "{:,.0f}", False),
)
GOALS: Final = {
    OURS: {"bytes": 85, "send": 60_000, "receive": 30_000, "edit_bytes": 5_000,
           "send_mb": 300, "receive_mb": 300},
    "Kipu, 100 a batch": {"bytes": 103},
    "Kipu, a snapshot": {"receive": 60_000},
}  # fmt: skip


def text(results: Sequence[Result]) -> str:
    """The results for one number of rows as a table; in brackets, how many times Kipu's."""
    ours = next((one for one in results if one.name == OURS), None)
    head = ["who", *(title for _key, title, _form, _more in COLUMNS)]
    cells = [head, *(_cells(one, ours) for one in results)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(head))]
    lines = [
        "  ".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    return "\n".join([*lines, "", *map(_about, results)])


def _about(one: Result) -> str:
    return f"{one.name}: {one.missing or f'{one.version}; {one.does}'}"


def _cells(one: Result, ours: Result | None) -> list[str]:
    said = []
    for key, _title, form, _more in COLUMNS:
        value = one.figures.get(key)
        base = ours.figures.get(key) if ours and ours is not one else None
        times = f" ({value / base:.2g}×)" if value is not None and base else ""
        said.append("" if value is None else form.format(value) + times)
    return [one.name, *said]


def goals(results: Sequence[Result]) -> str:
    """Each goal with what was reached, and whether any peer is ahead of Kipu in a figure."""
    lines = []
    for one in results:
        for key, goal in GOALS.get(one.name, {}).items() if one.figures else ():
            title, form, more = next((t, f, m) for k, t, f, m in COLUMNS if k == key)
            value = one.figures.get(key)
            if value is not None:
                met = value >= goal if more else value <= goal
                sign = "≥" if more else "≤"
                verdict = "met" if met else "MISSED"
                lines.append(
                    f"{one.name}: {title} {form.format(value)}, {sign} {goal:,}: {verdict}"
                )
    return "\n".join([*lines, *_ahead(results)])


def _is_better(value: float | None, than: float | None, more: bool) -> bool:
    """Whether a figure is the better one; what a peer has no figure for it is not better at."""
    return value is not None and than is not None and (value > than if more else value < than)


def _ahead(results: Sequence[Result]) -> list[str]:
    ours = next((one for one in results if one.name == OURS and one.figures), None)
    if ours is None:
        return []
    found = []
    for key, title, _form, more in COLUMNS:
        if key.endswith("_us"):
            continue
        base = ours.figures.get(key)
        better = [
            one.name for one in results
            if not one.name.startswith(OURS) and _is_better(one.figures.get(key), base, more)
        ]  # fmt: skip
        found.append(f"{title}: ahead of Kipu: {', '.join(better) or 'nobody'}")
    return found
