"""The decoded columns: cheap to hold, turned into values or JSON texts a whole run at a time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from json.encoder import encode_basestring
from typing import Final, TypeVar, cast

from sync.columns.views import View
from sync.values import ERASED, Value, from_json


class Absent:
    """Stands where a row has no such field; use the one instance `ABSENT`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()
Cell = Value | Absent
_T = TypeVar("_T")
Convert = Callable[[list[Cell]], list[_T]]
"""Makes a list of as many things out of a list of values, each by itself."""

# What is not a number or text, by its code in the format.
SPECIALS: Final[tuple[Cell, ...]] = (ABSENT, None, False, True, ERASED)
SPECIAL_JSON: Final = ("", "null", "false", "true", '{"$e":1}')


def _special(code: int, lead: str) -> str:
    return lead + SPECIAL_JSON[code] if SPECIAL_JSON[code] else ""


def _led(texts: list[str], lead: str) -> list[str]:
    return [lead + text for text in texts] if lead else texts


class Column(ABC):
    """One field of a group's rows."""

    __slots__ = ()

    @abstractmethod
    def values(self) -> list[Cell]:
        """The value of each row; ABSENT where there is none. A new list each time."""

    def mapped(self, convert: Convert[_T]) -> list[_T]:
        """What `convert` makes of the rows' values, given as few of them as the form allows."""
        return convert(self.values())

    @abstractmethod
    def json(self, lead: str = "") -> list[str]:
        """`lead` and the canonical JSON of each row; "" where there is no value.

        A lead costs little here, where each different value is written once.
        """


class SpecialColumn(Column):
    """One special value in all rows."""

    __slots__ = ("_count", "code")

    def __init__(self, code: int, count: int) -> None:
        self.code = code
        self._count = count

    def values(self) -> list[Cell]:
        return [SPECIALS[self.code]] * self._count

    def json(self, lead: str = "") -> list[str]:
        return [_special(self.code, lead)] * self._count


class ConstColumn(Column):
    """One value, taken from a column of one row, in all rows."""

    __slots__ = ("_count", "_one")

    def __init__(self, one: Column, count: int) -> None:
        self._one = one
        self._count = count

    def values(self) -> list[Cell]:
        return self._one.values() * self._count

    def mapped(self, convert: Convert[_T]) -> list[_T]:
        return self._one.mapped(convert) * self._count

    def json(self, lead: str = "") -> list[str]:
        return self._one.json(lead) * self._count


class DictColumn(Column):
    """Rows that index a shorter column of distinct values."""

    __slots__ = ("_codes", "_entries")

    def __init__(self, codes: Sequence[int], entries: Column) -> None:
        self._codes = codes
        self._entries = entries

    def values(self) -> list[Cell]:
        entries = self._entries.values()
        return [entries[code] for code in self._codes]

    def mapped(self, convert: Convert[_T]) -> list[_T]:
        entries = self._entries.mapped(convert)
        return [entries[code] for code in self._codes]

    def json(self, lead: str = "") -> list[str]:
        entries = self._entries.json(lead)
        return [entries[code] for code in self._codes]


class SplitColumn(Column):
    """Rows told apart by a code, each kind with a column of its own."""

    __slots__ = ("_codes", "_parts")

    def __init__(self, codes: Sequence[int], parts: list[Column]) -> None:
        self._codes = codes
        self._parts = parts

    def values(self) -> list[Cell]:
        runs = [iter(part.values()) for part in self._parts]
        return list(map(next, map(runs.__getitem__, self._codes)))

    def mapped(self, convert: Convert[_T]) -> list[_T]:
        runs = [iter(part.mapped(convert)) for part in self._parts]
        return list(map(next, map(runs.__getitem__, self._codes)))

    def json(self, lead: str = "") -> list[str]:
        runs = [iter(part.json(lead)) for part in self._parts]
        return list(map(next, map(runs.__getitem__, self._codes)))


def split(codes: Sequence[int], parts: list[Column]) -> Column:
    """Rows told apart by a code, in the form that takes the least work to use."""
    if len(parts) == 2:
        numbers, special = parts
        if isinstance(numbers, NumberColumn) and isinstance(special, SpecialColumn):
            return numbers.among(codes, special.code) or SplitColumn(codes, parts)
    return SplitColumn(codes, parts)


class NumberColumn(Column):
    """Integers under a view, where the ones just below `low` stand for special values, `marks`.

    Each different number is shown once, unless most of them differ.
    """

    __slots__ = ("_cells", "_marks", "_numbers", "_plain", "_view")

    def __init__(
        self, numbers: Sequence[int], view: View, marks: Sequence[int] = (), low: int = 0
    ) -> None:
        self._numbers = numbers
        self._view = view
        self._marks = {low - 1 - k: code for k, code in enumerate(marks)}
        found = set(numbers)
        mostly_differ = not marks and len(found) * 2 > len(numbers)
        self._plain = numbers if mostly_differ else list(found.difference(self._marks))
        self._cells: list[Cell] | None = None

    def _shown(self) -> list[Cell]:
        """The values of the plain numbers: kept, for JSON, tables and words all come of them."""
        if self._cells is None:
            self._cells = list[Cell](self._view.values(self._plain))
        return self._cells

    def _spread(self, shown: list[_T], marks: Iterable[_T]) -> list[_T]:
        """A list by rows of what was made of the plain numbers and of the marks."""
        if self._plain is self._numbers:
            return list(shown)
        table = dict(zip(self._plain, shown, strict=True))
        table.update(zip(self._marks, marks, strict=True))
        return [table[number] for number in self._numbers]

    def values(self) -> list[Cell]:
        return self._spread(self._shown(), (SPECIALS[code] for code in self._marks.values()))

    def mapped(self, convert: Convert[_T]) -> list[_T]:
        marks = convert([SPECIALS[code] for code in self._marks.values()])
        return self._spread(convert(self._shown()), marks)

    def json(self, lead: str = "") -> list[str]:
        if self._view.json:
            texts = self._view.json(self._plain)
        else:
            texts = list(map(encode_basestring, cast("list[str]", self._shown())))
        marks = (_special(code, lead) for code in self._marks.values())
        return self._spread(_led(texts, lead), marks)

    def among(self, codes: Sequence[int], special: int) -> Column | None:
        """These rows where a code is 0, and a special value where it is 1.

        None where nothing is gained by it.
        """
        if self._marks or self._plain is self._numbers:
            return None
        low, coming = min(self._plain), iter(self._numbers)
        numbers = [low - 1 if code else next(coming) for code in codes]
        return NumberColumn(numbers, self._view, [special], low)


class TextColumn(Column):
    """Texts as they are."""

    __slots__ = ("texts",)

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts

    def values(self) -> list[Cell]:
        return list[Cell](self.texts)

    def json(self, lead: str = "") -> list[str]:
        return [lead + text for text in map(encode_basestring, self.texts)]


class JsonColumn(Column):
    """Values of any kind, kept as their canonical JSON."""

    __slots__ = ("_texts",)

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts

    def values(self) -> list[Cell]:
        return list(map(from_json, self._texts))

    def json(self, lead: str = "") -> list[str]:
        return _led(list(self._texts), lead)
