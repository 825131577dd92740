"""A share as large as a country's: thousands of laptops, each with batches of years.

Real: the members with their keys and signed admissions, the wrapped keys, the signed heads, where
everything lies, and the marks. Made up: the bytes of the batches, which no poll ever reads, and the
word of the laptops measured that they have applied them. Sealing that many valid ones takes hours;
`python -m benchmarks.sync.poll` says how many a second this machine makes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.models.project import Project
from app.models.replica import LocalReplica
from sync import layout, members, news
from sync.crypto import KeyPair
from sync.ids import device_id, log_id, random_incarnation
from sync.news import SHELF_MARKS, Bookmark
from sync.ports import Remote
from sync.roster import Entry, EntryType, author_entry

BATCH_BYTES: Final = 400
"""What a batch of one small change takes: a header, two seals, a signature, padding."""


@dataclass(frozen=True)
class Made:
    """One made-up log: whose it is, and how many batches lie in it."""

    keys: KeyPair
    log: bytes
    incarnation: bytes
    batches: int
    head: bytes

    @property
    def device(self) -> bytes:
        return device_id(self.keys.sign_public)


def logs(space: bytes, devices: int, batches: int) -> list[Made]:
    """A log of each of so many new devices; the batches are shared out evenly."""
    found = []
    for number in range(devices):
        keys, incarnation = KeyPair.generate(), random_incarnation()
        log = log_id(device_id(keys.sign_public), incarnation, space)
        share = batches // devices + (number < batches % devices)
        found.append(Made(keys, log, incarnation, share, os.urandom(32)))
    return found


def admit(coordinator: Project, space: bytes, made: Iterable[Made]) -> None:
    """Admit the devices as `membership.admit` does, without a file for each to carry home."""
    roster, entries = coordinator.roster, list[Entry]()
    heads, last = roster.heads(), roster.last_of(coordinator.device)
    assert last is not None
    for number, one in enumerate(made, start=1):
        entry = author_entry(
            coordinator.keys, coordinator.device, last.number + 1, last.hash, heads,
            {"type": EntryType.ADMIT.value, "project": roster.project, "device": one.device,
             "sign": one.keys.sign_public, "seal": one.keys.seal_public, "code": f"C{number}",
             "roles": {space.hex(): "facilitator"}},
        )  # fmt: skip
        roster.add(entry)
        entries.append(entry)
        heads, last = (entry.hash,), entry
    coordinator.keep_entries(entries)


def _files(project: bytes, space: bytes, made: list[Made]) -> Iterator[tuple[str, bytes]]:
    """Everything these devices have on a share, and a mark for each batch in a likely order."""
    rubbish = os.urandom(BATCH_BYTES + 1024)
    marks = 0
    for number in range(1, max((one.batches for one in made), default=0) + 1):
        for one in made:
            if number <= one.batches:
                start = marks % 1024
                yield layout.batch(space, one.log, number), rubbish[start : start + BATCH_BYTES]
                shelf = marks // SHELF_MARKS + 1
                yield layout.mark(shelf, news.batch_mark(space, one.log, number)), b""
                marks += 1
    for one in made:
        heads = members.make_heads(one.keys, project, space, {one.log: (one.batches, one.head)})
        yield layout.heads(space, one.device), heads


def lay(root: Path, project: bytes, space: bytes, made: list[Made]) -> int:
    """Write all files beneath a share's root; returns how many.

    Without the care of `FolderRemote.put`, whose flushes would take hours here.
    """
    known: set[str] = set()
    count = 0
    for path, data in _files(project, space, made):
        folder = path.rpartition("/")[0]
        if folder not in known:
            os.makedirs(f"{root}/{folder}", exist_ok=True)
            known.add(folder)
        descriptor = os.open(f"{root}/{path}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, data)
        finally:
            os.close(descriptor)
        count += 1
    return count


def believe(project: Project, space: bytes, made: Iterable[Made], has_said_so: bool) -> None:
    """Let a laptop take the made-up logs for applied, as they would be on one that kept up.

    Unless it `has_said_so` already, its next batch will name every one of them.
    """
    with project.store.transaction():
        sid = project.ledger.registers.sid(space)
        project.store.run_many(
            "INSERT INTO logs(log, device, incarnation, sid, number, seq, head) "
            "VALUES(?,?,?,?,?,?,?)",
            [(one.log, one.device, one.incarnation, sid, one.batches, one.batches, one.head)
             for one in made],
        )  # fmt: skip
        if has_said_so:
            project.store.run(
                "INSERT OR REPLACE INTO frontiers(lid, seen_lid, number, seq) "
                "SELECT own.lid, seen.lid, own.number, seen.seq FROM logs own "
                "JOIN logs seen USING(sid) WHERE own.log=? AND seen.lid<>own.lid AND seen.seq>0",
                (project.ledger.author.log(space),),
            )


def catch_up(project: Project, remote: Remote) -> None:
    """Let a laptop take all marks for read, and all it has applied for having come from there."""
    replica = LocalReplica(project)
    with project.store.transaction():
        for space in replica.spaces():
            for at in replica.unsent(remote.name, space):
                if at.device != project.device:
                    replica.remember_sent(remote.name, at.log, at.number)
    mark = Bookmark.from_text(replica.bookmark(remote.name))
    mark.shelf = news.last_shelf(remote)
    mark.seen = sorted(remote.list(layout.shelf(mark.shelf)))
    replica.remember_bookmark(remote.name, mark.to_text())
