"""What changes replace: mostly one and the same change for all fields of a row.

The first list of a row is its base; other fields of the row say "the base" or bring their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Final

from sync.changes import Change, Ref
from sync.columns.column import Column
from sync.columns.integers import check_range, read_ints, write_ints
from sync.columns.limits import CELL_COST, ID_COST
from sync.columns.streams import Piece, Source, Squeezer, concat, joined, uint
from sync.errors import Malformed, UnknownVersion
from sync.values import INT_LIMIT

_WITH_FIELD: Final = 0
_CODED: Final = 1
_MISSING: Final = 0
_BASE: Final = 1
_OWN: Final = 2

Refs = tuple[Ref, ...]
Rows = list[dict[str, Refs]]


def write_refs(changes: Sequence[Change], logs: dict[bytes, int], squeezer: Squeezer) -> Piece:
    """The `replaces` of a group's changes; logs met are added to `logs`."""
    keys = sorted(set().union(*(change.replaces for change in changes)))
    if not keys:
        return Piece(meta=b"\0")
    bases = [change.replaces[min(change.replaces)] if change.replaces else () for change in changes]
    pieces = [Piece(meta=b"\1" + uint(len(keys))), joined(keys)]
    pieces.append(write_ints(list(map(len, bases)), squeezer))
    pieces.append(_flat(bases, logs, squeezer))
    pieces += [_key(key, changes, bases, logs, squeezer) for key in keys]
    return concat(pieces)


def _flat(lists: Iterable[Refs], logs: dict[bytes, int], squeezer: Squeezer) -> Piece:
    refs = [ref for refs in lists for ref in refs]
    seqs = [ref.seq for ref in refs]
    if seqs and not 0 <= min(seqs) <= max(seqs) < INT_LIMIT:
        raise Malformed("A sequence number is out of its range", code="value.integer")
    places = [logs.setdefault(ref.log, len(logs)) for ref in refs]
    return concat((write_ints(places, squeezer), write_ints(seqs, squeezer)))


def _key(
    key: str,
    changes: Sequence[Change],
    bases: Sequence[Refs],
    logs: dict[bytes, int],
    squeezer: Squeezer,
) -> Piece:
    lists = [change.replaces.get(key) for change in changes]
    if all(
        refs == base if key in change.fields else refs is None
        for refs, base, change in zip(lists, bases, changes, strict=True)
    ):
        return Piece(meta=bytes((_WITH_FIELD,)))
    codes = [
        _MISSING if refs is None else _BASE if refs == base else len(refs) + _OWN
        for refs, base in zip(lists, bases, strict=True)
    ]
    own = [refs for refs, code in zip(lists, codes, strict=True) if refs and code >= _OWN]
    head = Piece(meta=bytes((_CODED,)))
    return concat((head, write_ints(codes, squeezer), _flat(own, logs, squeezer)))


def read_refs(
    source: Source, columns: Mapping[str, Column], count: int, logs: Sequence[bytes]
) -> Rows | None:
    """The `replaces` of `count` rows, or None where no row has any.

    `columns` are the group's fields: a row may have the same keys as it has fields.
    """
    mode = source.meta.byte()
    if mode == 0:
        return None
    if mode > 1:
        raise UnknownVersion("Unknown way to replace {mode}", code="block.refs", mode=mode)
    size = source.size("replaced fields", source.budget.limits.max_fields)
    keys = source.strings(size)
    source.budget.take(CELL_COST * count * (size + 1))
    bases = _lists(source, read_ints(source, count), logs)
    rows: Rows = [{} for _ in range(count)]
    for key in keys:
        _read_key(source, key, rows, bases, columns.get(key), logs)
    return rows


def _read_key(
    source: Source,
    key: str,
    rows: Rows,
    bases: Sequence[Refs],
    column: Column | None,
    logs: Sequence[bytes],
) -> None:
    mode = source.meta.byte()
    if mode == _WITH_FIELD:
        present = column.json() if column else [""] * len(rows)
        for row, base, text in zip(rows, bases, present, strict=True):
            if text:
                row[key] = base
        return
    if mode != _CODED:
        raise UnknownVersion("Unknown way to replace {mode}", code="block.refs", mode=mode)
    codes = read_ints(source, len(rows))
    check_range(codes, 0, INT_LIMIT)
    own = iter(_lists(source, [code - _OWN for code in codes if code >= _OWN], logs))
    for row, base, code in zip(rows, bases, codes, strict=True):
        if code != _MISSING:
            row[key] = base if code == _BASE else next(own)


def _lists(source: Source, sizes: Sequence[int], logs: Sequence[bytes]) -> list[Refs]:
    check_range(sizes, 0, INT_LIMIT)
    total = sum(sizes)
    source.budget.take(ID_COST * total)
    places = read_ints(source, total)
    seqs = read_ints(source, total)
    check_range(places, 0, len(logs) - 1)
    check_range(seqs, 0, INT_LIMIT - 1)
    flat = list(map(Ref, map(logs.__getitem__, places), seqs))
    ends = list(accumulate(sizes))
    return [tuple(flat[end - size : end]) for size, end in zip(sizes, ends, strict=True)]
