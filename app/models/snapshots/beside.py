"""What a snapshot needs besides SQLite, done while SQLite works: two threads share a laptop's cores.

Deciphering, unpacking and checking signatures leave the interpreter to others while they run, and so
do SQLite's statements.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

from app.models.snapshots.pages import Image, UnlikeItself
from sync.envelope import Batch
from sync.opening import check
from sync.roster import Roster
from sync.snapshots import Sealed

_NAME: Final = "snapshot"
_PARTS: Final = 2
"""Parts made ready at once."""
_AT_HAND_BYTES: Final = 32 * 1024 * 1024
"""Batches that may lie in memory until they are checked; those beyond are checked in their turn."""
_ROW_BYTES: Final = 256
"""What a batch takes in memory besides its bytes."""

Placed = tuple[Any, ...]
"""A batch as a row of the image: the maker's number of its log, its own there, its bytes."""


def enciphered(parts: Iterable[Sealed], image: Image) -> Iterator[bytes]:
    """The pages of each part as `Image.append` takes them, in order.

    Raises UnlikeItself, or what `sync.snapshots.Sealed.open` raises.
    """
    with ThreadPoolExecutor(_PARTS, _NAME) as beside:
        coming: deque[Future[bytes]] = deque()
        for index, part in enumerate(parts):
            coming.append(beside.submit(_made_ready, part, image, index == 0))
            if len(coming) == _PARTS:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()


def _made_ready(part: Sealed, image: Image, is_first: bool) -> bytes:
    return image.encipher(part.open(), is_first)


@contextlib.contextmanager
def checked(rows: Iterator[Placed], roster: Roster) -> Iterator[Iterator[tuple[Placed, Batch]]]:
    """Batches with what each says of itself, to be gone through at the end of what is done meanwhile.

    Going through them raises UnlikeItself, or what `sync.opening.check` raises.
    """
    at_hand = list(_as_many_as_fit(rows))
    with ThreadPoolExecutor(1, _NAME) as beside:
        yield _in_order(rows, at_hand, beside.submit(_all_checked, at_hand, roster), roster)


def _as_many_as_fit(rows: Iterator[Placed]) -> Iterator[Placed]:
    size = 0
    for row in rows:
        yield row
        size += len(row[-1]) + _ROW_BYTES
        if size >= _AT_HAND_BYTES:
            return


def _in_order(
    rows: Iterator[Placed], at_hand: list[Placed], coming: Future[list[Batch]], roster: Roster
) -> Iterator[tuple[Placed, Batch]]:
    yield from zip(at_hand, coming.result(), strict=True)
    for row in rows:
        yield row, _checked(row, roster)


def _all_checked(rows: list[Placed], roster: Roster) -> list[Batch]:
    return [_checked(row, roster) for row in rows]


def _checked(row: Placed, roster: Roster) -> Batch:
    if not isinstance(row[-1], bytes):
        raise UnlikeItself("a snapshot has something else where batches are")
    return check(row[-1], roster)
