"""`python -m benchmarks.forms [FORM]`: the survey engine against its goals and its peers.

Without FORM (a spreadsheet) it is the WHO verbal autopsy, looked for where the tests look:
KIPU_SHARED, or a folder ``shared`` beside the project.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.forms import turns
from benchmarks.forms.engines import Maker, kipu, peers
from benchmarks.forms.figures import Figures

WHO = "who-verbal-autopsy.xlsx"


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forms")
    parser.add_argument("form", nargs="?", type=Path, help="an XLSForm instead of the WHO's")
    parser.add_argument("--runs", type=int, default=10, help="how often each is measured (10)")
    parser.add_argument("--json", action="store_true", help="print figures instead of a table")
    parser.add_argument("--alone", action="store_true", help="measure Kipu without its peers")
    parser.add_argument("--folder", type=Path, help="keep what is installed for peers here")
    return parser.parse_args()


def _form(given: Path | None) -> Path:
    named = os.environ.get("KIPU_SHARED")
    shared = Path(named) if named else Path(__file__).resolve().parents[3] / "shared"
    return given or shared / "forms" / WHO


def measured(file: Path, engines: Sequence[Maker], folder: Path, runs: int) -> Figures:
    """All figures, in the order of the table."""
    figures = Figures()
    if file.is_file():
        turns.form(figures, engines, file, folder, runs)
    turns.repeats(figures, engines, folder)
    turns.long_list(figures, engines, folder, runs)
    turns.growth(figures, engines, folder)
    return figures


def main() -> None:
    given = _given()
    file = _form(given.form)
    with tempfile.TemporaryDirectory() as name:
        kept = given.folder or Path(name)
        kept.mkdir(parents=True, exist_ok=True)
        engines = [kipu(), *([] if given.alone else peers(kept))]
        figures = measured(file, engines, Path(name), given.runs)
    about: dict[str, Any] = {
        "form": file.name if file.is_file() else f"{file.name} is not on this machine: left out",
        "machine": f"{platform.platform()}, {os.cpu_count()} processors",
        "engines": {one.name: one.version or one.missing for one in engines},
    }
    if given.json:
        print(json.dumps({**about, "rows": figures.plain()}, indent=1))
        return
    print(about["form"], about["machine"], sep="\n")
    for engine, version in about["engines"].items():
        print(f"{engine}: {version}")
    print(figures.text())


if __name__ == "__main__":
    main()
