"""Storing, sealing, sending, receiving, editing, listing, searching: against SQLite and zstd floors."""

from __future__ import annotations

import json
import resource
import sqlite3
import sys
from pathlib import Path
from typing import Any

import zstandard

from app.models.commands import records, responses
from app.models.ledger import RecordKey
from app.models.queries import lists
from app.models.queries.lists import Listing
from benchmarks import rows as made_rows
from benchmarks.laptops import Pair
from benchmarks.measure import Report, median, timed


def run(folder: Path, count: int, report: Report) -> None:
    """Measure `count` responses through their whole life."""
    made = made_rows.rows(count)
    pair = Pair.make(folder, made_rows.form(made))
    floor = _sqlite_floor(folder / "floor.db", made)
    seconds, _done = timed(
        lambda: responses.import_table(pair.writer, pair.form, made_rows.table(made), pair.space)
    )
    report.compare("store with log on (from CSV)", count / seconds, floor, "rec/s")
    seconds, _made = timed(pair.writer.ledger.seal)
    report.add("seal", f"{count / seconds:,.0f} rec/s")
    seconds, sent = timed(lambda: pair.sync(pair.writer))
    report.add("send", f"{count / seconds:,.0f} rec/s")
    report.compare(
        "bytes a record, 1,000 a batch", sent.sent.bytes / count, _zstd_floor(made), "B", "≤ 95"
    )
    seconds, _got = timed(lambda: pair.sync(pair.reader))
    report.compare("receive", count / seconds, floor, "rec/s", "≥ 20,000")
    _reads(pair, report)
    _edits(pair, made, report)
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20
    report.add("peak memory (rows themselves included)", f"{peak:,.0f} MB", goal="≤ 300 MB")
    pair.close()


def _sqlite_floor(path: Path, made: list[dict[str, Any]]) -> float:
    """Rows a second into plain SQLite: no key, no log, no signature, no search."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    names = list(made[0])
    connection.execute(f"CREATE TABLE survey({', '.join(names)})")
    marks = ",".join("?" * len(names))

    def fill() -> None:
        for start in range(0, len(made), 1000):
            connection.execute("BEGIN")
            chunk = ([row[name] for name in names] for row in made[start : start + 1000])
            connection.executemany(f"INSERT INTO survey VALUES({marks})", chunk)
            connection.execute("COMMIT")

    seconds, _none = timed(fill)
    connection.close()
    return len(made) / seconds


def _zstd_floor(made: list[dict[str, Any]]) -> float:
    """Bytes a record of JSON columns under zstd-3, a thousand rows at a time, nothing else."""
    squeezer, size = zstandard.ZstdCompressor(level=3), 0
    for start in range(0, len(made), 1000):
        chunk = made[start : start + 1000]
        columns = {name: [row[name] for row in chunk] for name in chunk[0]}
        size += len(squeezer.compress(json.dumps(columns, ensure_ascii=False).encode()))
    return size / len(made)


def _reads(pair: Pair, report: Report) -> None:
    for what, listing in (
        ("first page, newest first", Listing("response")),
        ("page sorted by folio", Listing("response", sort="folio")),
        ("search a word", Listing("response", words="noch")),
    ):
        seconds = median(lambda listing=listing: _page(pair, listing))
        report.add(f"{what}, with its count", f"{seconds * 1000:.1f} ms", goal="≤ 100 ms")


def _page(pair: Pair, listing: Listing) -> None:
    lists.count(pair.reader, listing)
    lists.page(pair.reader, listing, 0, 50)


def _edits(pair: Pair, made: list[dict[str, Any]], report: Report) -> None:
    def edit() -> None:
        for index, fields in made_rows.edits(made, 100):
            key = RecordKey(
                pair.space, "response", bytes.fromhex(made[index]["id"].replace("-", ""))
            )
            records.edit(pair.writer, key, {f"/{name}": value for name, value in fields.items()})

    seconds, _none = timed(edit)
    report.add("100 records edited", f"{seconds * 1000:,.0f} ms")
    sent = pair.sync(pair.writer).sent
    report.add("100 edits travel as", f"{sent.bytes:,} B", goal="≤ 7,000 B")
    seconds, _got = timed(lambda: pair.sync(pair.reader))
    report.add("100 edits received", f"{seconds * 1000:,.0f} ms")
