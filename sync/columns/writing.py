"""Chooses how one column is written: by what its values are, and by size where that is unclear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from operator import contains, is_
from typing import Any, Final

from sync.columns.column import ABSENT, SPECIALS, Absent
from sync.columns.doubles import write_doubles
from sync.columns.integers import steady, write_codes, write_ints
from sync.columns.reading import (
    CONST,
    DICT,
    DOUBLES,
    JSON,
    MOST_WORDS,
    NUMBERS,
    SPECIAL,
    SPLIT,
    TEXT,
    WORDS,
    word_codes,
)
from sync.columns.streams import NUL, Piece, Squeezer, blob, concat, joined, sint, uint
from sync.columns.views import Ids, Seen, see_bytes, see_numbers, see_texts
from sync.values import Erased, to_json

_MARKS: Final = frozenset((type(None), bool, Absent, Erased))
_BY_ID: Final = {id(special): code for code, special in enumerate(SPECIALS)}
_NARROW: Final = 1 << 16
_FEW: Final = 8
_ONE_BYTE: Final = 127
_CLEARLY: Final = 6
_SAMPLE: Final = 64

# A cell that need not be canonical yet: what callers put into a change.
Cells = Sequence[Any]


@dataclass(slots=True)
class Table:
    """What the columns of one group share while they are written."""

    squeezer: Squeezer
    ids: Ids
    runs: list[Sequence[int]]
    masks: dict[bytes, int] = field(default_factory=dict)


def write_column(cells: Cells, table: Table, depth: int = 0) -> Piece:
    """A column of at least one row, ABSENT where there is no value.

    Raises Malformed for what is no Value.
    """
    types = set(map(type, cells))
    kinds = types - _MARKS
    if not kinds:
        return _marks_only(cells, table, depth)
    if Absent in types:
        return _split(cells, table, depth)
    if kinds == {str}:
        return _texts(cells, types, table, depth)
    if kinds == {int} or kinds == {float} or kinds == {int, float}:
        return _numbers(cells, types, table, depth)
    if kinds == {bytes} and len(types) == 1:
        return _bytes(list(cells), table, depth)
    return _any(cells, table, depth)


def _marks_only(cells: Cells, table: Table, depth: int) -> Piece:
    first = cells[0]
    if all(cell is first for cell in cells):
        return Piece(meta=bytes((SPECIAL, SPECIALS.index(first))))
    return _split(cells, table, depth)


def _codes(cells: Cells) -> list[int]:
    # By identity, for 0 and 1 equal False and True.
    return list(map(_BY_ID.get, map(id, cells), repeat(-1)))


def _split(cells: Cells, table: Table, depth: int) -> Piece:
    """Rows with a value in one column, rows of each special value apart."""
    if any(map(is_, cells, repeat(ABSENT))):
        mask = bytes(map(is_, cells, repeat(ABSENT)))
        apart = [0]
    else:
        codes = _codes(cells)
        apart = sorted(set(codes) - {-1})
        mask = bytes(map(({-1: 0} | {c: k for k, c in enumerate(apart, 1)}).__getitem__, codes))
    dense = [cell for cell, code in zip(cells, mask, strict=True) if not code]
    if not dense:
        mask = bytes(code - 1 for code in mask)
    parts = [write_column(dense, table, depth + 1)] if dense else []
    parts += [Piece(meta=bytes((SPECIAL, code))) for code in apart]
    head = Piece(meta=bytes((SPLIT,)) + uint(len(parts)))
    return concat((head, _mask(mask, table, depth), *parts))


def _mask(mask: bytes, table: Table, depth: int) -> Piece:
    if not depth and mask in table.masks:
        return Piece(meta=uint(table.masks[mask]))
    if not depth:
        table.masks[mask] = len(table.masks) + 1
    return concat((Piece(meta=b"\0"), write_ints(mask, table.squeezer)))


def _distinct(cells: Cells, marked: bool) -> tuple[list[Any], list[int]]:
    """The distinct values in order of appearance, and the codes of the special ones."""
    found = list(dict.fromkeys(cells))
    if not marked:
        return found, []
    codes = _codes(found)
    plain = [one for one, code in zip(found, codes, strict=True) if code < 0]
    return plain, sorted(code for code in codes if code >= 0)


def _texts(cells: Cells, types: set[type], table: Table, depth: int) -> Piece:
    found, marks = _distinct(cells, len(types) > 1)
    if len(found) == 1 and not marks and len(cells) > 1:
        return concat((Piece(meta=bytes((CONST,))), write_column(found, table, depth + 1)))
    seen = see_texts(found, table.ids)
    if seen:
        return _seen(cells, found, seen, marks, table, depth)
    if any(map(contains, found, repeat(NUL))):
        return _any(cells, table, depth)
    if len(found) * _FEW <= len(cells):
        return _dict(cells, found, marks, table, depth)
    if marks:
        return _split(cells, table, depth)
    prose = _prose(cells, table)
    if len(found) * 2 > len(cells):
        return prose
    return min(prose, _dict(cells, found, marks, table, depth), key=partial(_weight, table))


def _weight(table: Table, piece: Piece) -> int:
    """The cost of a piece, its text truly compressed."""
    text = len(table.squeezer.numbers(piece.text)) if piece.text else 0
    return len(piece.meta) + len(piece.raw) + text


def _dict(cells: Cells, found: list[Any], marks: list[int], table: Table, depth: int) -> Piece:
    entries = [SPECIALS[code] for code in marks] + sorted(found)
    places = dict(zip(entries, range(len(entries)), strict=True))
    head = Piece(meta=bytes((DICT,)) + uint(len(entries)))
    codes = list(map(places.__getitem__, cells))
    return concat(
        (head, write_column(entries, table, depth + 1), write_ints(codes, table.squeezer))
    )


def _prose(texts: Sequence[str], table: Table) -> Piece:
    """Texts as they are, or as the numbers of their words where those repeat enough."""
    plain = concat((Piece(meta=bytes((TEXT,))), joined(texts)))
    if len(plain.text) < 128:
        return plain
    words = _words(texts, table)
    if words is None:
        return plain
    if (len(words.raw) + len(words.text)) * _CLEARLY < len(plain.text):
        return words
    return min(plain, words, key=partial(_weight, table))


def _words(texts: Sequence[str], table: Table) -> Piece | None:
    tokens = NUL.join(texts).replace(NUL, f" {NUL} ").split(" ")
    words = list(dict.fromkeys(tokens))
    if len(words) * 3 > len(tokens) or len(words) > MOST_WORDS:
        return None
    if len(words) > _ONE_BYTE:
        words = [word for word, _ in Counter(tokens).most_common()]
    words = [word for word in words if word != NUL]
    codes = dict(zip(words, word_codes(len(words)), strict=True))
    codes[NUL] = NUL
    data = "".join(map(codes.__getitem__, tokens)).encode()
    listed = joined(words)
    head = (Piece(meta=bytes((WORDS,)) + uint(len(words))), listed, Piece(meta=uint(len(data))))
    return concat((*head, blob(data, data, table.squeezer)))


def _numbers(cells: Cells, types: set[type], table: Table, depth: int) -> Piece:
    if bool in types:
        return _any(cells, table, depth)
    marked = not types <= {int, float}
    if not marked and len(set(cells[:_SAMPLE])) > _SAMPLE // 2:
        found, marks = list(cells), list[int]()
    else:
        found, marks = _distinct(cells, marked)
    seen = see_numbers(found, float not in types)
    if seen is None:
        return _split(cells, table, depth) if marks else _doubles(cells, table, depth)
    return _seen(cells, found, seen, marks, table, depth)


def _doubles(cells: Cells, table: Table, depth: int) -> Piece:
    piece = write_doubles(cells, table.squeezer)
    if piece is None:
        return _any(cells, table, depth)
    return concat((Piece(meta=bytes((DOUBLES,))), piece))


def _bytes(cells: list[bytes], table: Table, depth: int) -> Piece:
    seen = see_bytes(cells, table.ids)
    if seen is None:
        return _any(cells, table, depth)
    head = concat((Piece(meta=bytes((NUMBERS,))), seen.params, Piece(meta=b"\0")))
    return concat((head, _run(seen.numbers, table, depth)))


def _run(run: Sequence[int], table: Table, depth: int) -> Piece:
    if depth:
        return write_ints(run, table.squeezer)
    piece = write_ints(run, table.squeezer, table.runs)
    table.runs.append(run)
    return piece


def _seen(
    cells: Cells, found: list[Any], seen: Seen, marks: list[int], table: Table, depth: int
) -> Piece:
    """Values that are integers in disguise, special ones just below the least of them."""
    low, high = min(seen.numbers), max(seen.numbers)
    if marks and (high - low >= _NARROW or steady(seen.numbers, high - low)):
        return _split(cells, table, depth)
    if _worth_listing(len(found), len(cells), (high - low).bit_length()):
        return _dict(cells, found, marks, table, depth)
    head = concat((Piece(meta=bytes((NUMBERS,))), seen.params, Piece(meta=uint(len(marks)))))
    if marks:
        head = concat((head, Piece(meta=bytes(marks) + sint(low))))
        low -= len(marks)
    elif len(found) == len(cells):
        return concat((head, _run(seen.numbers, table, depth)))
    places: dict[Any, int] = dict(zip(found, seen.numbers, strict=True))
    places |= {SPECIALS[code]: low + k for k, code in enumerate(reversed(marks))}
    if high - low < 256:
        if not (marks or depth):
            # Too narrow for another run to gain by being like it: only its place is kept.
            table.runs.append(())
        shifted = {value: place - low for value, place in places.items()}
        codes = bytes(map(shifted.__getitem__, cells))
        return concat((head, write_codes(codes, low, high - low, table.squeezer)))
    run = list(map(places.__getitem__, cells))
    return concat((head, write_ints(run, table.squeezer) if marks else _run(run, table, depth)))


def _worth_listing(distinct: int, rows: int, bits: int) -> bool:
    """Whether indexes into a list of the values take less than the values."""
    return distinct * 2 < rows and (
        distinct * bits // 8 + 8 + rows * distinct.bit_length() // 8 < rows * bits // 8
    )


def _any(cells: Cells, table: Table, depth: int) -> Piece:
    texts = list(map(to_json, cells))
    return concat((Piece(meta=bytes((JSON,))), write_column(texts, table, depth + 1)))
