"""The rows that all peers are given, and how they are handed over: a file of JSON lines.

They come from the generator on which the peers were first measured, `bench/survey_rows.py` below
KIPU_SHARED or below a folder `shared` beside the project; a machine without it takes Kipu's own rows,
and the first line of the table says so.
"""

from __future__ import annotations

import importlib.util
import inspect
import json
import os
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks import rows as own

Row = dict[str, Any]
Edit = tuple[str, int, Row, Row]
"""A record's id, its place among the rows, the fields that get other values, the whole row then."""
EDITED: Final = 100


def generator() -> Path | None:
    """The file with the shared generator, where this machine has it."""
    named = os.environ.get("KIPU_SHARED")
    shared = Path(named) if named else Path(__file__).resolve().parents[3] / "shared"
    given = Path(os.environ.get("KIPU_BENCH_ROWS") or shared / "bench" / "survey_rows.py")
    return given if given.is_file() else None


def _module() -> Any:
    file = generator()
    if file is None:
        return own
    spec = importlib.util.spec_from_file_location("given_rows", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def made(count: int) -> Iterator[Row]:
    """The rows one by one: a million of them at once would fill the memory that is measured."""
    module = _module()
    if not hasattr(module, "row"):
        yield from module.rows(count)
        return
    chance = random.Random(inspect.signature(module.rows).parameters["seed"].default)
    for number in range(count):
        yield module.row(chance, number)


def write(folder: Path, count: int) -> None:
    """Write `rows.jsonl` and `edits.json` for the laptops, which are processes of their own."""
    changes = dict(_module().edits(range(count), min(EDITED, count)))
    edits: list[Edit] = []
    with (folder / "rows.jsonl").open("w", encoding="utf-8") as out:
        for at, row in enumerate(made(count)):
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            if at in changes:
                edits.append((row["id"], at, changes[at], row | changes[at]))
    (folder / "edits.json").write_text(json.dumps(edits, ensure_ascii=False), "utf-8")


def read(folder: Path) -> Iterator[Row]:
    with (folder / "rows.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def edits(folder: Path) -> list[Edit]:
    return [tuple(one) for one in json.loads((folder / "edits.json").read_text("utf-8"))]


def same(one: Any, other: Any) -> bool:
    """Whether two programs hold the same, one of them perhaps as text or without what is empty."""
    return _plain(one) == _plain(other)


def _plain(value: Any) -> str:
    try:
        return repr(float(value))
    except (TypeError, ValueError):
        return "" if value is None else str(value)


def in_chunks(rows: Iterator[Row], size: int) -> Iterator[Sequence[Row]]:
    """The rows, `size` at a time."""
    chunk: list[Row] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
