"""Writes a run of transactions as one block, and writes one again without erased values."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import repeat
from operator import attrgetter
from typing import Any, Final

from sync.changes import Change, Transaction
from sync.columns.column import ABSENT
from sync.columns.decoding import MAJOR, META, MINOR, RAW, SALT_SIZE, TEXT, decode
from sync.columns.ids import write_ids
from sync.columns.integers import write_ints
from sync.columns.limits import Limits
from sync.columns.refs import write_refs
from sync.columns.shapes import Shape, group
from sync.columns.streams import Piece, Squeezer, concat, joined, uint
from sync.columns.views import Ids
from sync.columns.writing import Table, write_column
from sync.errors import Malformed
from sync.values import ERASED, INT_LIMIT

LEVEL: Final = 9


def encode(
    transactions: Sequence[Transaction],
    persons: Mapping[bytes, str],
    salt: bytes | None = None,
    level: int = LEVEL,
) -> bytes:
    """The block of these transactions.

    `persons` gives display names; those used are written, "" for one not found. `salt` is 16
    random bytes, drawn here by default. `level` is zstandard's, for words only. Raises Malformed
    for values, names or ids that have no place in a block.
    """
    squeezer = Squeezer(level)
    changes = [change for one in transactions for change in one.changes]
    shapes, order = group(changes)
    ids: Ids = {}
    logs: Ids = {}
    records = [_indexes(map(attrgetter("record"), shape.changes), ids) for shape in shapes]
    groups = [
        _group(shape, run, ids, logs, squeezer) for shape, run in zip(shapes, records, strict=True)
    ]
    body = concat(
        (
            _transactions(transactions, persons, squeezer),
            write_ids(ids, squeezer),
            write_ids(logs, squeezer),
            Piece(meta=uint(len(groups))),
            write_ints(order, squeezer),
            *groups,
        )
    )
    return _seal(body, os.urandom(SALT_SIZE) if salt is None else salt, squeezer)


def _seal(body: Piece, salt: bytes, squeezer: Squeezer) -> bytes:
    if len(salt) != SALT_SIZE:
        raise Malformed("The salt must have 16 bytes", code="block.salt")
    parts = [bytes((MAJOR, MINOR)), salt]
    streams = ((META, _squeezed(body.meta, squeezer)), (TEXT, _squeezed(body.text, squeezer)))
    for tag, data in (*streams, (RAW, body.raw)):
        parts += (bytes((tag,)), uint(len(data)), data)
    return b"".join(parts)


def _squeezed(data: bytes, squeezer: Squeezer) -> bytes:
    frame = squeezer.text(data) if data else b""
    if data and len(frame) < len(data):
        return uint(len(data)) + b"\1" + frame
    return uint(len(data)) + b"\0" + data


def _indexes(ids: Iterable[bytes], table: Ids) -> list[int]:
    return [table.setdefault(one, len(table)) for one in ids]


def _transactions(
    transactions: Sequence[Transaction], persons: Mapping[bytes, str], squeezer: Squeezer
) -> Piece:
    people: Ids = {}
    commands: Ids = {}
    labels: dict[str, int] = {}
    runs = (
        [len(one.changes) for one in transactions],
        [one.at_ms for one in transactions],
        _indexes((one.person for one in transactions), people),
        [labels.setdefault(one.label, len(labels)) for one in transactions],
        [
            0 if one.command is None else 1 + commands.setdefault(one.command, len(commands))
            for one in transactions
        ],
    )
    if runs[1] and not -INT_LIMIT < min(runs[1]) <= max(runs[1]) < INT_LIMIT:
        raise Malformed("A time is out of its range", code="value.integer")
    pieces = [write_ids(people, squeezer), joined([persons.get(one, "") for one in people])]
    pieces += [Piece(meta=uint(len(labels))), joined(list(labels)), write_ids(commands, squeezer)]
    pieces.append(Piece(meta=uint(len(transactions))))
    return concat(pieces + [write_ints(run, squeezer) for run in runs])


def _group(shape: Shape, records: list[int], ids: Ids, logs: Ids, squeezer: Squeezer) -> Piece:
    names = sorted(shape.fields)
    if any(map(str.startswith, names, repeat("$"))):
        raise Malformed("A field's name begins with $", code="value.key")
    columns = _columns(shape)
    table = Table(squeezer, ids, [records])
    pieces = [Piece(meta=bytes((shape.verb,))), joined([shape.kind])]
    pieces.append(write_ints(records, squeezer))
    pieces.append(_parents(shape.changes, ids, squeezer))
    pieces += [Piece(meta=uint(len(names))), joined(names)]
    pieces += [write_column(columns[name], table) for name in names]
    pieces.append(write_refs(shape.changes, logs, squeezer))
    return concat(pieces)


def _columns(shape: Shape) -> dict[str, Sequence[Any]]:
    rows = [change.fields for change in shape.changes]
    if len(shape.orders) == 1:
        (names,) = shape.orders
        return dict(zip(names, zip(*(row.values() for row in rows), strict=True), strict=True))
    return {name: [row.get(name, ABSENT) for row in rows] for name in shape.fields}


def _parents(changes: Sequence[Change], ids: Ids, squeezer: Squeezer) -> Piece:
    parents = [change.parent for change in changes]
    found = [parent for parent in parents if parent is not None]
    if not found:
        return Piece(meta=b"\0")
    kinds: dict[str, int] = {}
    places = [
        0 if parent is None else 1 + kinds.setdefault(parent[0], len(kinds)) for parent in parents
    ]
    run = _indexes((record for _, record in found), ids)
    head = concat((Piece(meta=uint(len(kinds))), joined(list(kinds))))
    return concat((head, write_ints(places, squeezer), write_ints(run, squeezer)))


def redact(
    data: bytes, targets: Collection[tuple[int, str]], limits: Limits | None = None
) -> bytes:
    """The same block with the named values ERASED and a new salt.

    A target is (index of the change in the block, field). Changes, their order, transactions and
    persons stay. Raises Malformed where a target holds no value.
    """
    block = decode(data, limits or Limits())
    wanted: dict[int, list[str]] = {}
    for index, name in targets:
        wanted.setdefault(index, []).append(name)
    done, first = [], 0
    for one in block.transactions:
        changes = [
            _without(change, wanted.pop(first + k, ())) for k, change in enumerate(one.changes)
        ]
        first += len(changes)
        done.append(Transaction(one.at_ms, one.person, one.command, one.label, tuple(changes)))
    if wanted:
        raise Malformed("There is no such change to erase in", code="block.target")
    return encode(done, block.persons)


def _without(change: Change, names: Collection[str]) -> Change:
    if not names:
        return change
    if not set(names) <= set(change.fields):
        raise Malformed("There is no such field to erase", code="block.target")
    fields = dict(change.fields) | dict.fromkeys(names, ERASED)
    return Change(change.verb, change.kind, change.record, change.parent, fields, change.replaces)
