"""Recorded form runs of ODK Web Forms: where we run the form at all, we run it as they do."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

from app.errors import KipuError
from app.forms import Definition, Session


def below_root(path: str) -> str:
    """Return our path of a recorded one: without the root, without prefixes."""
    return "".join(f"/{name.rpartition(':')[2]}" for name in path.split("/")[2:])


def agrees(session: Session, nodes: dict[str, dict[str, Any]]) -> bool:
    """Tell whether everything recorded of these nodes is what the session says."""
    answers, errors = session.answers(), session.errors()
    for recorded, node in nodes.items():
        path = below_root(recorded)
        state = session.state(path)
        seen = {"rel": state.relevant, "req": state.required, "bad": path in errors}
        if "ch" in node:
            seen["ch"] = [list(choice) for choice in state.choices]
        if any(seen[key] != (bool(node[key]) if key == "bad" else node[key])
               for key in seen if key in node):  # fmt: skip
            return False
        if "v" in node and not _same(node["v"], answers.get(path)):
            return False
    return True


def _same(recorded: object, ours: object) -> bool:
    written = " ".join(map(str, recorded)) if isinstance(recorded, list) else str(recorded)
    mine = "" if ours is None else str(ours)
    if isinstance(ours, int | float) and written.endswith(".0"):
        # A number is a number: 89.0 comes back as 89.
        return float(written) == ours
    # Identifiers are made anew in every run.
    return written == mine or (written.startswith("uuid:") and mine.startswith("uuid:"))


def run(case: dict[str, Any], form: Definition) -> bool:
    """Play one recorded run; tell whether it went as recorded at every step."""
    session = Session(form)
    if not agrees(session, case["state"]["nodes"]):
        return False
    for step in case.get("steps", []):
        if step["op"] == "answer":
            session.set(below_root(step["ref"]), step.get("value"))
        elif step["op"] == "set-language":
            session.set_language(step["language"])
        if not agrees(session, step["changed"]):
            return False
    return True


def test_recorded_runs_of_the_forms_we_support(shared: Path) -> None:
    with gzip.open(shared / "cases" / "scenarios-open.json.gz") as stream:
        recorded = json.load(stream)
    tally: Counter[bool] = Counter()
    for case in recorded["cases"]:
        # Runs that edit or restore an earlier response, or note the hour, depend on what is not
        # in the record.
        if case["kind"] != "init" or case.get("preload") or "Instance input" in case["test"]:
            continue
        try:
            form = Definition.from_xform(recorded["forms"][case["form"]])
        except KipuError:
            continue
        if not form.unsupported:
            tally[run(case, form)] += 1
    assert tally.total() > 150
    assert tally[True] / tally.total() >= 0.97
