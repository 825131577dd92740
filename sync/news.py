"""What came last to a share, told in the names of empty files, so that asking costs what is new.

A laptop that wrote something leaves marks on the newest *shelf*, a folder ``news/NUMBER``; a reader
keeps the names it has met there (its `Bookmark`) and lists that one folder. A mark is a hint for
whoever may read the names, never an authority: what it points at proves itself, and whatever goes
without a mark is found by the full walk that every so many polls are.

b-SPACE-LOG-NUMBER   a log goes as far as this batch
r-AUTHOR-NUMBER      so does an author's roster
f-SPACE-NAME         an attachment lies there whole; NAME is the first half of its name
w-DEVICE-CHECK       a device rewrote its list of wants; CHECK differs with the content
x-DEVICE-CHECK       a device rewrote its report of erasures
y-DEVICE-CHECK       a device put back what the share had lost of others
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import NamedTuple

from sync import layout
from sync.ids import digest, from_token, token
from sync.ports import Remote

SHELF_MARKS = 128
"""Marks on a shelf, about, before the next is begun: writers do not wait for each other."""
MOST_MARKS = 4096
"""Fresh marks beyond which walking costs no more, and somebody's mischief no longer."""
POLLS = 32
"""Polls by marks alone between two walks over the whole share."""
_CHECK_CHARS = 8


class BatchMark(NamedTuple):
    space: bytes
    log: bytes
    number: int


def batch_mark(space: bytes, log: bytes, number: int) -> str:
    return f"b-{token(space)}-{token(log)}-{number:08d}"


def roster_mark(author: bytes, number: int) -> str:
    return f"r-{token(author)}-{number:08d}"


def file_mark(folder: str) -> str:
    """The mark of an attachment by the folder that `layout.attachment` gives."""
    _files, space, _shard, name = folder.split("/")
    return f"f-{space}-{name}"


def device_mark(kind: str, device: bytes, content: bytes) -> str:
    check = digest(content, b"kipu mark").hex()[:_CHECK_CHARS]
    return f"{kind}-{token(device)}-{check}"


def read_batch(name: str) -> BatchMark | None:
    """What a mark says of a log; None for every other name."""
    parts = name.split("-")
    if parts[0] != "b" or len(parts) != 4 or not (parts[3].isdecimal() and len(parts[3]) <= 12):
        return None
    space, log = from_token(parts[1]), from_token(parts[2])
    return BatchMark(space, log, int(parts[3])) if space and log else None


def read_device(name: str, kind: str) -> bytes | None:
    """The device that a mark of this kind names; None for every other name."""
    parts = name.split("-")
    return from_token(parts[1]) if parts[0] == kind and len(parts) == 3 else None


@dataclass
class Bookmark:
    """How far a laptop has read the marks of one share, and what it has told there itself.

    `told` has the last batch marked of each of its logs (by token), `entries` how many roster
    entries it held at the last sync; `polls` counts those since the last full walk; `is_troubled`
    when something was amiss, so that the next sync walks; `is_even` since a walk saw how far the logs
    of others go there: what is new of them here since then came from elsewhere.
    """

    share: str = ""
    shelf: int = 0
    seen: list[str] = field(default_factory=list)
    told: dict[str, int] = field(default_factory=dict)
    entries: int = 0
    polls: int = 0
    is_troubled: bool = False
    is_even: bool = False

    def to_text(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> Bookmark:
        return cls(**json.loads(text)) if text else cls()


def last_shelf(remote: Remote) -> int:
    """The newest shelf's number; 1 where there is none yet."""
    names = remote.list(layout.NEWS)
    return max((int(name) for name in names if name.isdecimal() and len(name) == 8), default=1)


def newest(marks: Iterable[str], known: Mapping[bytes, int]) -> dict[bytes, BatchMark]:
    """By log, the farthest mark beyond what is known of the log."""
    found: dict[bytes, BatchMark] = {}
    for one in filter(None, map(read_batch, marks)):
        before = found.get(one.log)
        if one.number > max(known.get(one.log, 0), before.number if before else 0):
            found[one.log] = one
    return found
