"""Reads one column from a block's streams, paying for every row before making it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring
from typing import Final, cast

from sync.columns.column import (
    SPECIALS,
    Cell,
    Column,
    ConstColumn,
    DictColumn,
    JsonColumn,
    NumberColumn,
    SpecialColumn,
    TextColumn,
    split,
)
from sync.columns.doubles import read_doubles
from sync.columns.integers import check_range, read_ints
from sync.columns.limits import CELL_COST, ITEM_COST, NUMBER_COST, TEXT_COST
from sync.columns.streams import NUL, Source
from sync.columns.views import read_view
from sync.errors import Malformed, UnknownVersion
from sync.values import is_canonical

SPECIAL: Final = 0
CONST: Final = 1
DICT: Final = 2
SPLIT: Final = 3
NUMBERS: Final = 4
TEXT: Final = 5
WORDS: Final = 6
JSON: Final = 7
DOUBLES: Final = 8

MOST_PARTS: Final = 16
MOST_WORDS: Final = 60_000
_DEEPEST: Final = 5


@dataclass(slots=True)
class Known:
    """What columns of one group may refer to: runs of numbers, masks, the block's ids."""

    ids: Sequence[bytes]
    runs: list[Sequence[int]]
    masks: list[Sequence[int]] = field(default_factory=list)


def read_column(source: Source, count: int, known: Known, depth: int = 0) -> Column:
    """A column of `count` rows (at least one), wholly checked: using it raises nothing.

    `depth` is 0 for a field of a group. Raises Malformed, TooLarge, UnknownVersion.
    """
    if depth > _DEEPEST:
        raise Malformed("Columns are nested too deeply", code="block.depth")
    source.budget.take(CELL_COST * count)
    tag = source.meta.byte()
    if tag == SPECIAL:
        return SpecialColumn(_special(source), count)
    if tag == CONST:
        return _const(source, count, known, depth)
    if tag == DICT:
        return _dict(source, count, known, depth)
    if tag == SPLIT:
        return _split(source, count, known, depth)
    if tag == NUMBERS:
        return _numbers(source, count, known, depth)
    if tag == TEXT:
        return _checked_text(source, source.strings(count))
    if tag == WORDS:
        return TextColumn(_words(source, count))
    if tag == JSON:
        return _json(source, count, known, depth)
    if tag == DOUBLES:
        source.budget.take(NUMBER_COST * count)
        return read_doubles(source, count)
    raise UnknownVersion("Unknown kind of column {tag}", code="block.column", tag=tag)


def _special(source: Source) -> int:
    code = source.meta.byte()
    if code >= len(SPECIALS):
        raise UnknownVersion("Unknown special value {value}", code="block.special", value=code)
    return code


def _const(source: Source, count: int, known: Known, depth: int) -> Column:
    one = read_column(source, 1, known, depth + 1)
    source.budget.take(TEXT_COST * len(one.json()[0]) * count)
    return ConstColumn(one, count)


def _dict(source: Source, count: int, known: Known, depth: int) -> Column:
    size = source.size("distinct values", count)
    if not size:
        raise Malformed("A dictionary is empty", code="block.count")
    entries = read_column(source, size, known, depth + 1)
    codes = read_ints(source, count)
    check_range(codes, 0, size - 1)
    lengths = list(map(len, entries.json()))
    source.budget.take(TEXT_COST * sum(map(lengths.__getitem__, codes)))
    return DictColumn(codes, entries)


def _split(source: Source, count: int, known: Known, depth: int) -> Column:
    kinds = source.size("kinds of value", MOST_PARTS)
    mask = source.meta.uint()
    if mask > len(known.masks) or (mask and depth):
        raise Malformed("A column is laid out like one that is not there", code="block.like")
    codes = known.masks[mask - 1] if mask else read_ints(source, count)
    check_range(codes, 0, kinds - 1)
    if not mask and not depth:
        known.masks.append(codes)
    sizes = list(map(codes.count, range(kinds)))
    if not all(sizes):
        raise Malformed("A kind of value has no rows", code="block.count")
    parts = [read_column(source, size, known, depth + 1) for size in sizes]
    return split(codes, parts)


def _numbers(source: Source, count: int, known: Known, depth: int) -> Column:
    source.budget.take(NUMBER_COST * count)
    view, least, most = read_view(source, count, known.ids)
    marks = [_special(source) for _ in range(source.size("special values", len(SPECIALS)))]
    low = source.meta.sint() if marks else least
    numbers = read_ints(source, count, () if depth or marks else known.runs)
    if marks:
        check_range(numbers, low - len(marks), most)
        check_range([low], least, most)
        return NumberColumn(numbers, view, marks, low)
    check_range(numbers, least, most)
    if not depth:
        known.runs.append(numbers)
    return NumberColumn(numbers, view)


def _checked_text(source: Source, texts: list[str]) -> TextColumn:
    # Control characters take six in JSON; a text of nothing else must be paid for.
    source.budget.take(sum(map(len, map(encode_basestring, texts))))
    return TextColumn(texts)


def _words(source: Source, count: int) -> list[str]:
    size = source.meta.uint()
    source.budget.count(size, MOST_WORDS, "words")
    words = source.strings(size)
    length = source.meta.uint()
    source.budget.take(TEXT_COST * length)
    try:
        tokens = source.blob(length).decode()
    except UnicodeDecodeError:
        raise Malformed("A text is not UTF-8", code="block.utf8") from None
    table = dict(zip(word_codes(size), words, strict=True))
    return _sentences(source, {NUL: NUL} | table, tokens, count)


def word_codes(size: int) -> list[str]:
    """The characters that stand for `size` words: from 1 on, without the surrogates.

    The character 0 ends a row. UTF-8 cannot write surrogates, so they are skipped.
    """
    codes = list(map(chr, range(1, min(size, 0xD7FF) + 1)))
    return codes + list(map(chr, range(0xE000, 0xE000 + size - len(codes))))


def _sentences(source: Source, table: dict[str, str], tokens: str, count: int) -> list[str]:
    longest = max(map(len, map(encode_basestring, table.values())))
    if len(tokens) * longest > source.budget.left // TEXT_COST:
        lengths = {code: len(encode_basestring(word)) for code, word in table.items()}
        source.budget.take(sum(lengths.get(token, 0) for token in tokens))
    try:
        whole = " ".join([table[token] for token in tokens])
    except KeyError:
        raise Malformed("A word is not in its list", code="block.range") from None
    source.budget.take(TEXT_COST * len(whole))
    texts = whole.replace(f" {NUL} ", NUL).split(NUL)
    if len(texts) != count:
        raise Malformed("A list of texts has a wrong length", code="block.count")
    return texts


def _json(source: Source, count: int, known: Known, depth: int) -> Column:
    texts = read_column(source, count, known, depth + 1).values()
    found = set(map(_as_text, texts))
    source.budget.take(ITEM_COST * sum(text.count(mark) for text in found for mark in "[{,"))
    if not all(map(is_canonical, found)):
        raise Malformed("A value is not written canonically", code="value.json")
    return JsonColumn(cast("list[str]", texts))


def _as_text(cell: Cell) -> str:
    if not isinstance(cell, str):
        raise Malformed("A value is not written as JSON", code="value.json")
    return cell
