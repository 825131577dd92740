"""The peers side by side: the same rows through each program's laptops, step by step."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.sync import rows
from benchmarks.sync.link import Link
from benchmarks.sync.servers import ROOT, Failed, free_ports, running

OURS: Final = "Kipu"
_NODE_SCRIPT: Final = Path(__file__).parent / "peers" / "pouchdb.mjs"
_PROBES: Final = {"geodiff": "pygeodiff", "pouchdb": "pouchdb"}
_NODE: Final = "pouchdb"


@dataclass(frozen=True)
class Contestant:
    """A program: the class that plays it, and whether it has a server of its own."""

    name: str
    peer: str
    has_server: bool = False


CONTESTANTS: Final = (
    Contestant(OURS, "kipu"),
    Contestant("Kipu, 100 a batch", "kipu:Hundreds"),
    Contestant("Kipu, a snapshot", "kipu:Newcomer"),
    Contestant("SQLite (floor)", "sqlite"),
    Contestant("Anki", "anki", has_server=True),
    Contestant("geodiff", "geodiff"),
    Contestant("Loro", "loro"),
    Contestant("bothy", "bothy"),
    Contestant("PouchDB", _NODE, has_server=True),
)


@dataclass
class Result:
    """What one program reached with so many rows; `missing` says why there is nothing."""

    name: str
    count: int
    version: str = ""
    does: str = ""
    missing: str = ""
    figures: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Places:
    """Where the peers' packages are: an interpreter that has them, a folder with node_modules."""

    python: str = sys.executable
    node: Path | None = None

    def version(self, one: Contestant) -> str:
        """The version that is installed; '' where there is none."""
        module = one.peer.partition(":")[0]
        if module == "kipu":
            return f"Python {sys.version.split()[0]}"
        if module == _NODE:
            file = self.node / "node_modules" / _NODE / "package.json" if self.node else None
            if file is None or not file.is_file() or shutil.which("node") is None:
                return ""
            return f"{_NODE} {json.loads(file.read_text('utf-8'))['version']}"
        package = _PROBES.get(module, "zstandard" if module == "sqlite" else module)
        code = f"from importlib.metadata import version; print(version({package!r}))"
        done = subprocess.run([self.python, "-c", code], capture_output=True, text=True)
        return "" if done.returncode else f"{package} {done.stdout.strip()}"

    def command(self, one: Contestant, step: str, folder: Path, side: str, share: str) -> list[str]:
        """The command line of a step."""
        if one.peer == _NODE:
            return ["node", str(_NODE_SCRIPT), str(self.node), step, str(folder), side, share]
        python = sys.executable if one.peer.startswith("kipu") else self.python
        module = [python, "-m", "benchmarks.sync.laptop", one.peer, step]
        return [*module, str(folder), side, share]


def run(one: Contestant, count: int, made: Path, folder: Path, places: Places) -> Result:
    """All steps of one program; the rows that were made are lent to its folder."""
    result = Result(one.name, count, places.version(one))
    if not result.version:
        result.missing = "not measured: not installed (see benchmarks/README.md)"
        return result
    for name in ("writer", "reader", "share", "server"):
        (folder / name).mkdir(parents=True)
    for name in ("rows.jsonl", "edits.json"):
        os.link(made / name, folder / name)
    try:
        with _share(one, folder, places) as (share, link):
            _Steps(one, places, folder, share, link, result).all()
    except Failed as error:
        result.missing = f"failed: {error}"
    return result


@contextmanager
def _share(one: Contestant, folder: Path, places: Places) -> Iterator[tuple[str, Link | None]]:
    """A folder, or the address of the program's server behind a link that counts."""
    if not one.has_server:
        yield str(folder / "share"), None
        return
    port = free_ports(1)[0]
    command = places.command(one, "serve", folder, str(port), "")
    with running(command, port, folder / "server.log"), Link(port) as link:
        yield f"http://127.0.0.1:{link.port}/", link


def _complaint(words: str) -> str:
    """The line that names the fault: Python says it last, Node before a long account."""
    lines = [line.strip() for line in words.splitlines() if line.strip()] or ["nothing said"]
    named = [line for line in lines if re.match(r"[\w.]+(Error|Exception)\b", line)]
    return (named or lines)[-1][:200]


class _Steps:
    """The life of the rows with one program: written, sent, received, some edited, sent again."""

    def __init__(
        self, one: Contestant, places: Places, folder: Path, share: str, link: Link | None,
        result: Result,
    ) -> None:  # fmt: skip
        self._one, self._places, self._folder = one, places, folder
        self._share, self._link, self._result = share, link, result

    def all(self) -> None:
        count, figures = self._result.count, self._result.figures
        self._result.does = str(self._do("prepare")["does"])
        figures["fill"] = count / self._do("fill", "writer")["seconds"]
        sent = self._do("send", "writer")
        figures |= {"bytes": sent["bytes"] / count, "send": count / sent["seconds"],
                    "send_us": sent["cpu"] / count * 1e6, "send_mb": sent["peak"]}  # fmt: skip
        got = self._do("receive", "reader")
        figures |= {"receive": count / got["seconds"], "receive_us": got["cpu"] / count * 1e6,
                    "receive_mb": got["peak"], "index_s": got.get("index")}  # fmt: skip
        self._do("edit", "writer")
        sent = self._do("send", "writer")
        got = self._do("receive", "reader")
        figures |= {"edit_bytes": sent["bytes"], "edit_s": sent["seconds"] + got["seconds"]}
        self._check()

    def _check(self) -> None:
        """Raise Failed unless the reader has every record, and the edited ones as they should be."""
        found = self._do("check", "reader")
        if found["count"] != self._result.count:
            raise Failed(f"{found['count']:,} of {self._result.count:,} records arrived")
        edits = rows.edits(self._folder)
        for (_id, _at, _fields, row), values in zip(edits, found["values"], strict=True):
            for (name, wanted), got in zip(row.items(), values, strict=True):
                if not rows.same(wanted, got):
                    raise Failed(f"{name} arrived as {got!r} instead of {wanted!r}")

    def _do(self, step: str, side: str = "") -> dict[str, Any]:
        before = self._link.up + self._link.down if self._link else 0
        command = self._places.command(self._one, step, self._folder, side, self._share)
        # As slow as the slowest peer was ever seen, three times over.
        patience = 300 + self._result.count / 50
        try:
            done = subprocess.run(
                command, cwd=ROOT, capture_output=True, text=True, timeout=patience
            )
        except subprocess.TimeoutExpired:
            raise Failed(f"to {step} was given up after {patience:,.0f} s") from None
        if done.returncode or not done.stdout.strip():
            raise Failed(f"to {step}: {_complaint(done.stderr)}")
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        if self._link:
            found["bytes"] = self._link.up + self._link.down - before
        return found
