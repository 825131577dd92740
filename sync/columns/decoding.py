"""Reads a block somebody else wrote: checked to the last byte before anything is handed on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, repeat
from typing import Final

from sync.changes import Verb
from sync.columns.block import Block, Group, Header
from sync.columns.ids import read_ids
from sync.columns.integers import check_range, read_ints
from sync.columns.limits import CELL_COST, ID_COST, TEXT_COST, Budget, Limits
from sync.columns.reading import Known, read_column
from sync.columns.refs import read_refs
from sync.columns.streams import Cursor, Expander, Source
from sync.errors import Malformed, UnknownVersion
from sync.values import INT_LIMIT

MAJOR: Final = 1
MINOR: Final = 0
SALT_SIZE: Final = 16
META: Final = 1
TEXT: Final = 2
RAW: Final = 3
_OPTIONAL: Final = 128


def decode(data: bytes, limits: Limits | None = None) -> Block:
    """The block in `data`, wholly checked: nothing read from it later can fail.

    Raises Malformed, TooLarge, or UnknownVersion for what a newer program wrote. Effort and
    memory are bounded by `limits`.
    """
    budget = Budget(limits or Limits())
    budget.count(len(data), budget.limits.max_plain_bytes, "bytes")
    cursor = Cursor(data)
    major, _minor = cursor.byte(), cursor.byte()
    if major != MAJOR:
        raise UnknownVersion("Unknown version {major}", code="block.version", major=major)
    salt = cursor.take(SALT_SIZE)
    source = _source(_sections(cursor), budget)
    block = _block(salt, source)
    source.done()
    return block


def _sections(cursor: Cursor) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while cursor.at < len(cursor.data):
        tag = cursor.byte()
        if RAW < tag < _OPTIONAL:
            raise UnknownVersion("Unknown part {tag}", code="block.section", tag=tag)
        part = cursor.take(cursor.uint())
        if tag < _OPTIONAL:
            if tag != len(found) + 1:
                raise Malformed("The parts of a batch are out of order", code="block.section")
            found[tag] = part
    if len(found) != RAW:
        raise Malformed("A part of a batch is missing", code="block.section")
    return found


def _source(parts: dict[int, bytes], budget: Budget) -> Source:
    expander = Expander()
    meta = _open(parts[META], expander, budget, 1)
    text = _open(parts[TEXT], expander, budget, TEXT_COST)
    return Source(meta, parts[RAW], text, expander, budget)


def _open(data: bytes, expander: Expander, budget: Budget, price: int) -> bytes:
    cursor = Cursor(data)
    size, method = cursor.uint(), cursor.byte()
    rest = data[cursor.at :]
    if method > 1:
        raise UnknownVersion("Unknown compression {method}", code="block.method", method=method)
    budget.take(price * size)
    if method:
        return expander.open(rest, size)
    if len(rest) != size:
        raise Malformed("A part of a batch has a wrong length", code="block.section")
    return rest


def _block(salt: bytes, source: Source) -> Block:
    people = read_ids(source)
    persons = dict(zip(people, source.strings(len(people)), strict=True))
    headers = _headers(source, people)
    total = sum(header.count for header in headers)
    ids, logs = read_ids(source), read_ids(source)
    count = source.size("groups", total)
    order = read_ints(source, total)
    check_range(order, 0, count - 1)
    rows: list[list[int]] = [[] for _ in range(count)]
    for position, number in enumerate(order):
        rows[number].append(position)
    groups = [_group(source, positions, ids, logs) for positions in rows]
    return Block(salt, persons, headers, groups)


def _headers(source: Source, people: Sequence[bytes]) -> list[Header]:
    budget = source.budget
    labels = source.strings(source.size("labels", budget.limits.max_changes))
    commands: list[bytes | None] = [None, *read_ids(source)]
    count = source.size("transactions", budget.limits.max_changes)
    budget.take(ID_COST * count)
    sizes, times, persons, label, command = (read_ints(source, count) for _ in range(5))
    check_range(sizes, 0, INT_LIMIT)
    total = budget.count(sum(sizes), budget.limits.max_changes, "changes")
    budget.take(ID_COST * total)
    check_range(times, 1 - INT_LIMIT, INT_LIMIT - 1)
    for places, table in ((persons, people), (label, labels), (command, commands)):
        check_range(places, 0, len(table) - 1)
    return list(
        map(
            Header,
            times,
            map(people.__getitem__, persons),
            map(commands.__getitem__, command),
            map(labels.__getitem__, label),
            accumulate(sizes, initial=0),
            sizes,
        )
    )


def _group(
    source: Source, positions: list[int], ids: Sequence[bytes], logs: Sequence[bytes]
) -> Group:
    if not positions:
        raise Malformed("A group is empty", code="block.count")
    count = len(positions)
    verb = _verb(source.meta.byte())
    kind = source.strings(1)[0]
    records = read_ints(source, count)
    check_range(records, 0, len(ids) - 1)
    parents = _parents(source, count, ids)
    names = source.strings(source.size("fields", source.budget.limits.max_fields))
    if names != sorted(set(names)):
        raise Malformed("The fields of a group are out of order", code="block.fields")
    if any(map(str.startswith, names, repeat("$"))):
        raise Malformed("A field's name begins with $", code="value.key")
    source.budget.take(CELL_COST * count + count * sum(map(len, names)))
    known = Known(ids, [records])
    columns = {name: read_column(source, count, known) for name in names}
    replaces = read_refs(source, columns, count, logs)
    own = list(map(ids.__getitem__, records))
    return Group(verb, kind, positions, own, parents, columns, replaces)


def _verb(number: int) -> Verb:
    try:
        return Verb(number)
    except ValueError:
        raise UnknownVersion("Unknown verb {verb}", code="block.verb", verb=number) from None


def _parents(
    source: Source, count: int, ids: Sequence[bytes]
) -> list[tuple[str, bytes] | None] | None:
    kinds = source.strings(source.size("kinds of parent", count))
    if not kinds:
        return None
    places = read_ints(source, count)
    check_range(places, 0, len(kinds))
    total = count - list(places).count(0)
    run = read_ints(source, total)
    check_range(run, 0, len(ids) - 1)
    owners = iter(map(ids.__getitem__, run))
    return [(kinds[place - 1], next(owners)) if place else None for place in places]
