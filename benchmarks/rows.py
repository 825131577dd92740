"""Deterministic responses of forty fields, and the form they answer.

Written for Kipu's own benchmarks. Where the environment variable KIPU_BENCH_ROWS names a Python file
with `rows(n)` and `edits(rows, k)`, its rows are used instead, so that peers can be compared on the
same ones.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import os
import random
import uuid
from collections.abc import Sequence
from typing import Any

_WORDS = [
    "calle",
    "barrio",
    "noche",
    "luz",
    "policía",
    "alarma",
    "reunión",
    "vecina",
    "cancha",
    "escuela",
    "puente",
    "mercado",
    "ronda",
    "aviso",
    "esquina",
    "tienda",
    "parque",
    "camino",
    "río",
    "comuna",
    "fiesta",
    "juventud",
    "respeto",
    "cuidado",
    "denuncia",
    "apoyo",
    "minga",
]
_CHOICES = {f"q{n:02d}": [f"o{k}" for k in range(2 + n % 5)] for n in range(1, 13)}


def _text(chance: random.Random, least: int, most: int) -> str:
    return " ".join(chance.choice(_WORDS) for _word in range(chance.randint(least, most)))


def _row(chance: random.Random, number: int) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "team": f"t{chance.randint(1, 40):02d}",
        "parish": f"P{chance.randint(1, 50):02d}",
        "community": f"C{chance.randint(1, 300):03d}",
        "visited": f"2026-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
        "begun": 1_760_000_000 + number * 90 + chance.randint(0, 60),
        "lat": round(-1.5 + chance.gauss(0, 0.7), 6),
        "lon": round(-77 + chance.gauss(0, 0.7), 6),
    }
    row |= {q: chance.choice(o) if chance.random() > 0.1 else None for q, o in _CHOICES.items()}
    row |= {f"n{k:02d}": chance.randint(0, 15) for k in range(1, 15)}
    row |= {f"d{k}": round(chance.random() * 300, 2) for k in range(1, 4)}
    row |= {"consent": 1, "name": _text(chance, 2, 3).title(), "note": _text(chance, 0, 40)}
    return row


def rows(count: int) -> list[dict[str, Any]]:
    """`count` rows, the same at every call."""
    given = _given()
    if given is not None:
        found: list[dict[str, Any]] = given.rows(count)
        return found
    chance = random.Random(5)
    return [_row(chance, number) for number in range(count)]


def edits(made: Sequence[dict[str, Any]], count: int) -> list[tuple[int, dict[str, Any]]]:
    """`count` edits of two fields each."""
    given = _given()
    if given is not None:
        found: list[tuple[int, dict[str, Any]]] = given.edits(made, count)
        return found
    chance = random.Random(6)
    return [
        (i, {"note": _text(chance, 5, 25), "q05": "o1"})
        for i in chance.sample(range(len(made)), count)
    ]


def _given() -> Any:
    path = os.environ.get("KIPU_BENCH_ROWS")
    if not path:
        return None
    spec = importlib.util.spec_from_file_location("given_rows", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def form(made: Sequence[dict[str, Any]]) -> bytes:
    """A form in Markdown that asks for every column of the rows but their id: a question called so
    would have `id` be an answer, and the records get ids of their own."""
    lines = ["| survey | | | |", "| | type | name | label |"]
    for name in filter("id".__ne__, made[0]):
        kinds = {type(row[name]) for row in made if row[name] is not None}
        kind = "integer" if kinds == {int} else "decimal" if kinds <= {int, float} else "text"
        lines.append(f"| | {kind} | {name} | {name} |")
    lines += ["| settings | | | |", "| | form_id | form_title | version |",
              "| | bench | Bench | 1 |"]  # fmt: skip
    return "\n".join([*lines, ""]).encode()


def table(made: Sequence[dict[str, Any]]) -> bytes:
    """The rows as CSV."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(made[0]))
    writer.writeheader()
    writer.writerows(made)
    return out.getvalue().encode()
