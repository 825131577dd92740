"""New records of one kind as SQLite takes them: worked out from a batch's bytes alone.

Nothing here asks the store, so that a helping process can do it while the store writes the batch
before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import repeat
from operator import add
from typing import Any, NamedTuple

from app.models.fields import Field
from app.models.records import KINDS, Kind
from sync import clock
from sync.changes import Verb
from sync.columns import ABSENT, Block, Group, Header
from sync.values import ERASED, Value

DIGEST_BYTES = 16
# A UUID alone, and with "uuid:" before it.
_UUID_LENGTHS = frozenset({36, 41})

TextPaths = Callable[[str], frozenset[str] | None]
Owner = tuple[str, bytes] | None


@dataclass(frozen=True, slots=True)
class Rows:
    """New records of one kind; all sequences are parallel.

    `data` has the records' fields as JSON in UTF-8. `cells` fills the kind's table column by column,
    those named in `columns`; the others stay empty. `words` is empty where nobody searches.
    """

    kind: str
    ids: list[bytes]
    owners: list[Owner] | None
    seqs: list[int]
    effective: list[int]
    made: list[bytes]
    digests: list[bytes]
    data: list[bytes]
    columns: tuple[str, ...]
    cells: list[list[Any]]
    words: list[str]

    @property
    def digest_sum(self) -> int:
        """What they add to their space's digest."""
        return sum(map(int.from_bytes, self.digests))


class Content:
    """A block on its way into the store, decoded here or, its rows worked out, by a helper."""

    def __init__(
        self,
        headers: list[Header],
        persons: dict[bytes, str],
        shapes: list[Shape],
        rows: list[Rows] | None,
        block: Callable[[], Block],
    ) -> None:
        self.headers = headers
        self.persons = persons
        self.shapes = shapes
        self._rows = rows
        self._block = block

    @classmethod
    def of(cls, block: Block) -> Content:
        shapes = [Shape(one.verb, one.kind, bool(one.parents)) for one in block.groups]
        return cls(block.headers, block.persons, shapes, None, lambda: block)

    @property
    def count(self) -> int:
        """The number of changes."""
        return sum(one.count for one in self.headers)

    @cached_property
    def block(self) -> Block:
        """The block itself, for whoever looks at single changes."""
        return self._block()

    def effective(self, reference: int) -> list[int]:
        """When each transaction counts as written (sync rule 9)."""
        return [clock.effective(one.at_ms, reference) for one in self.headers]

    def rows(self, log: bytes, first_seq: int, reference: int, text_paths: TextPaths) -> list[Rows]:
        """The rows of each group; all of them are creations."""
        if self._rows is None:
            times = spread(self.headers, self.effective(reference))
            self._rows = [
                prepare(group, log, first_seq, times, text_paths) for group in self.block.groups
            ]
        return self._rows


class Shape(NamedTuple):
    """What a group of changes is, for judging it without looking at its rows."""

    verb: Verb
    kind: str
    owned: bool


def spread(headers: Sequence[Header], per_transaction: Sequence[int]) -> list[int]:
    """One value a change from one value a transaction."""
    spread: list[int] = []
    for header, value in zip(headers, per_transaction, strict=True):
        spread += [value] * header.count
    return spread


def prepare(
    group: Group, log: bytes, first_seq: int, effective: Sequence[int], text_paths: TextPaths
) -> Rows:
    """The rows of a group of creations; `effective` has one time for every change of the block."""
    seqs = [first_seq + position for position in group.positions]
    times = [effective[position] for position in group.positions]
    data = [row.encode() for row in group.json_rows()]
    columns, cells, words = _projected(group, text_paths)
    return Rows(
        group.kind, group.ids, group.parents, seqs, times,
        list(map(made, times, repeat(log), seqs)), _digests(group, log, seqs, data),
        data, columns, cells, words,
    )  # fmt: skip


def made(effective_ms: int, log: bytes, seq: int) -> bytes:
    """When a record was made, as bytes that sort alike on every laptop.

    By the time that counts, then in the order one laptop wrote them; no two changes have the same.
    """
    return b"%b%b%b" % (effective_ms.to_bytes(8), log[:8], seq.to_bytes(6))


# -- digests ---------------------------------------------------------------------------------------


_hashed = partial(hashlib.blake2b, digest_size=DIGEST_BYTES, person=b"kipu digest")


def element(text: str) -> bytes:
    """What one record adds to its space's digest."""
    return _hashed(text.encode()).digest()


def identity(kind: str, record: bytes, owner: Owner) -> str:
    return f"{kind}\n{record.hex()}\n{_owner(owner)}\n"


def plain(log: bytes, seq: int) -> str:
    """A record nobody changed since it was created: its one change stands for all fields."""
    return f"{log.hex()} {seq}\n"


def _owner(owner: Owner) -> str:
    return f"{owner[0]} {owner[1].hex()}" if owner else ""


def _digests(group: Group, log: bytes, seqs: Sequence[int], data: Sequence[bytes]) -> list[bytes]:
    """`element(identity(…) + plain(…) + text)` of each row; written out, as it runs hot."""
    name, kind = log.hex(), group.kind
    owners = map(_owner, group.parents) if group.parents else repeat("")
    starts = [
        f"{kind}\n{record.hex()}\n{owner}\n{name} {seq}\n".encode()
        for record, owner, seq in zip(group.ids, owners, seqs, strict=False)
    ]
    return [one.digest() for one in map(_hashed, map(add, starts, data))]


# -- tables by kind, and words -----------------------------------------------------------------------


def _projected(
    group: Group, text_paths: TextPaths
) -> tuple[tuple[str, ...], list[list[Any]], list[str]]:
    declared = KINDS.get(group.kind)
    if declared is None:
        return (), [], []
    present = tuple(one for one in declared.columns if one.id in group.columns)
    cells = [group.columns[one.id].mapped(_converter(one)) for one in present]
    return tuple(one.id for one in present), cells, _group_words(declared, group, text_paths)


def _converter(declared: Field) -> Callable[[list[Any]], list[Any]]:
    def convert(values: list[Any]) -> list[Any]:
        if set(map(type, values)) == {str}:
            # Every field keeps texts as they are.
            return values
        return [None if one is ABSENT else declared.to_column(one) for one in values]

    return convert


def words_of(kind: Kind, values: Mapping[str, Value], text_paths: TextPaths) -> str:
    """The words one record is found by."""
    texts = [_text(values.get(one.id)) for one in kind.searchable]
    if kind.dynamic:
        wanted = text_paths(str(values.get("form_id") or ""))
        texts += [
            _text(value)
            for name, value in values.items()
            if name.startswith("/") and (wanted is None or name in wanted)
        ]
    return " ".join(text for text in texts if text)


def _group_words(kind: Kind, group: Group, text_paths: TextPaths) -> list[str]:
    names = [one.id for one in kind.searchable if one.id in group.columns]
    if kind.dynamic:
        names += _dynamic_names(group, text_paths)
    if not names:
        return []
    columns = [group.columns[name].mapped(_led_texts) for name in names]
    return list(map("".join, zip(*columns, strict=True)))


def _led_texts(values: list[Any]) -> list[str]:
    """The words of each value behind a space, so that rows need only be put together."""
    if set(map(type, values)) != {str} or not _UUID_LENGTHS.isdisjoint(map(len, values)):
        values = list(map(_text, values))
    return [f" {text}" if text else "" for text in values]


def _dynamic_names(group: Group, text_paths: TextPaths) -> list[str]:
    forms = group.columns.get("form_id")
    wanted: frozenset[str] | None = None
    if forms is not None:
        known = [text_paths(str(form)) for form in dict.fromkeys(forms.values())]
        if all(paths is not None for paths in known):
            wanted = frozenset().union(*(paths or frozenset() for paths in known))
    return [
        name
        for name in group.columns
        if name.startswith("/") and (wanted is None or name in wanted)
    ]


def _text(value: Any) -> str:
    """The words of a value: text itself, the texts inside a composite, else nothing."""
    if isinstance(value, str):
        # Identifiers are no words: nobody searches for them, and each would bloat the index.
        return "" if _is_uuid(value) else value
    if value is None or value is ABSENT or value is ERASED:
        return ""
    if isinstance(value, list | dict):
        parts = value.values() if isinstance(value, dict) else value
        return " ".join(_text(part) for part in parts)
    return ""


def _is_uuid(text: str) -> bool:
    return len(text) in _UUID_LENGTHS and text[-13:-12] == text[-18:-17] == text[-28:-27] == "-"
