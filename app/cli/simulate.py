"""The verb that proves sync on this machine: seeded runs of real laptops amid faults."""

from __future__ import annotations

import re
import time
from collections import Counter
from typing import Any

import click

from app.cli.desk import Call, require_writable, verb, write_file
from app.errors import KipuError
from app.i18n import _

_RANGE = re.compile(r"([0-9]{1,9})(?::([0-9]{1,9}))?", re.ASCII)


def register(cli: click.Group) -> None:
    cli.add_command(simulate)


@click.command()
@click.option("--seeds", required=True, metavar="A:B", help="From A to before B, or one alone.")
@click.option("--trace", "trace", metavar="FILE", help="Write there all that happened.")
@verb
def simulate(call: Call, seeds: str, trace: str | None) -> None:
    """Play laptops, shares and faults by seeds, and check what must hold; touches no project."""
    wanted = _range(seeds)
    if trace is not None:
        require_writable(trace)
    # Half the program is imported for this; the other verbs shall not wait for it.
    from app.simulation import run_seeds

    faults: Counter[str] = Counter()
    steps, failed, told = 0, [], []
    begun = time.monotonic()
    for outcome in run_seeds(wanted):
        faults += outcome.faults
        steps += outcome.steps
        told += [f"seed {outcome.seed}", *outcome.trace]
        if outcome.broken:
            failed.append({
                "seed": outcome.seed, "trace": outcome.trace,
                "broken": [{"invariant": one.invariant, "detail": one.detail}
                           for one in outcome.broken],
            })  # fmt: skip
    took = time.monotonic() - begun
    if trace is not None:
        write_file(trace, ("\n".join(told) + "\n").encode())
    result = {
        "seeds": [wanted.start, wanted.stop], "steps": steps, "faults": dict(sorted(faults.items())),
        "seconds": round(took, 1), "failed": failed,
    }  # fmt: skip
    call.tell(result, _told(result))
    if failed:
        raise KipuError(
            _("What must hold did not hold in seeds {seeds}.").format(
                seeds=", ".join(str(one["seed"]) for one in failed)
            )
        )


def _range(text: str) -> range:
    match = _RANGE.fullmatch(text)
    first = int(match[1]) if match else 0
    last = int(match[2]) if match and match[2] else first + 1
    if match is None or last <= first:
        raise KipuError(_("“{text}” is no range of seeds, such as 0:50.").format(text=text))
    return range(first, last)


def _told(result: dict[str, Any]) -> str:
    first, last = result["seeds"]
    lines = [
        _("Seeds {first}:{last}: {steps} steps, {faults} faults, {failed} failed.").format(
            first=first, last=last, steps=result["steps"], faults=sum(result["faults"].values()),
            failed=len(result["failed"]),
        ),
        *(f"{count:7d} {kind}" for kind, count in result["faults"].items()),
    ]  # fmt: skip
    for one in result["failed"]:
        lines += ["", f"seed {one['seed']}", *one["trace"]]
    return "\n".join(lines)
