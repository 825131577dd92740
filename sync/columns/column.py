"""The decoded columns: cheap to hold, turned into values or JSON texts a whole run at a time."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
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

# What is not a number or text, by its code in the format.
SPECIALS: Final[tuple[Cell, ...]] = (ABSENT, None, False, True, ERASED)
SPECIAL_JSON: Final = ("", "null", "false", "true", '{"$e":1}')


def _special(code: int, lead: str) -> str:
    return lead + SPECIAL_JSON[code] if SPECIAL_JSON[code] else ""


def _led(texts: list[str], lead: str) -> list[str]:
    return list(map(lead.__add__, texts)) if lead else texts


class Column(ABC):
    """One field of a group's rows."""

    __slots__ = ()

    @abstractmethod
    def values(self) -> list[Cell]:
        """The value of each row; ABSENT where there is none. A new list each time."""

    def mapped(self, convert: Callable[[Cell], _T]) -> list[_T]:
        """`convert` of each row's value, asked as seldom as the column's form allows."""
        return list(map(convert, self.values()))

    @abstractmethod
    def json(self, lead: str = "") -> list[str]:
        """`lead` and the canonical JSON of each row; "" where there is no value.

        A lead costs little here, where each different value is written once.
        """


class SpecialColumn(Column):
    """One special value in all rows."""

    __slots__ = ("_code", "_count")

    def __init__(self, code: int, count: int) -> None:
        self._code = code
        self._count = count

    def values(self) -> list[Cell]:
        return [SPECIALS[self._code]] * self._count

    def json(self, lead: str = "") -> list[str]:
        return [_special(self._code, lead)] * self._count


class ConstColumn(Column):
    """One value, taken from a column of one row, in all rows."""

    __slots__ = ("_count", "_one")

    def __init__(self, one: Column, count: int) -> None:
        self._one = one
        self._count = count

    def values(self) -> list[Cell]:
        return self._one.values() * self._count

    def mapped(self, convert: Callable[[Cell], _T]) -> list[_T]:
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
        return list(map(self._entries.values().__getitem__, self._codes))

    def mapped(self, convert: Callable[[Cell], _T]) -> list[_T]:
        return list(map(self._entries.mapped(convert).__getitem__, self._codes))

    def json(self, lead: str = "") -> list[str]:
        return list(map(self._entries.json(lead).__getitem__, self._codes))


class SplitColumn(Column):
    """Rows told apart by a code, each kind with a column of its own."""

    __slots__ = ("_codes", "_parts")

    def __init__(self, codes: Sequence[int], parts: list[Column]) -> None:
        self._codes = codes
        self._parts = parts

    def values(self) -> list[Cell]:
        runs = [iter(part.values()) for part in self._parts]
        return list(map(next, map(runs.__getitem__, self._codes)))

    def mapped(self, convert: Callable[[Cell], _T]) -> list[_T]:
        runs = [iter(part.mapped(convert)) for part in self._parts]
        return list(map(next, map(runs.__getitem__, self._codes)))

    def json(self, lead: str = "") -> list[str]:
        runs = [iter(part.json(lead)) for part in self._parts]
        return list(map(next, map(runs.__getitem__, self._codes)))


class NumberColumn(Column):
    """Integers under a view."""

    __slots__ = ("_numbers", "_view")

    def __init__(self, numbers: Sequence[int], view: View) -> None:
        self._numbers = numbers
        self._view = view

    def values(self) -> list[Cell]:
        return _shown(
            self._numbers, cast("Callable[[Sequence[int]], list[Cell]]", self._view.values)
        )

    def mapped(self, convert: Callable[[Cell], _T]) -> list[_T]:
        def show(numbers: Sequence[int]) -> list[_T]:
            return list(map(convert, self._view.values(numbers)))

        return _shown(self._numbers, show)

    def json(self, lead: str = "") -> list[str]:
        def show(numbers: Sequence[int]) -> list[str]:
            return _led(self._view.json(numbers), lead)

        return _shown(self._numbers, show)


def _shown(numbers: Sequence[int], show: Callable[[Sequence[int]], list[_T]]) -> list[_T]:
    """What `show` makes of the numbers, each different one shown once if that is less work."""
    found = list(set(numbers))
    if len(found) * 2 > len(numbers):
        return show(numbers)
    return list(map(dict(zip(found, show(found), strict=True)).__getitem__, numbers))


class MarkedColumn(Column):
    """Integers under a view, where the ones just below `low` stand for special values."""

    __slots__ = ("_low", "_marks", "_numbers", "_plain", "_view")

    def __init__(self, numbers: Sequence[int], view: View, marks: Sequence[int], low: int) -> None:
        self._numbers = numbers
        self._view = view
        self._marks = marks
        self._low = low
        self._plain = [one for one in set(numbers) if one >= low]

    def values(self) -> list[Cell]:
        return list(map(self._cells().__getitem__, self._numbers))

    def mapped(self, convert: Callable[[Cell], _T]) -> list[_T]:
        shown = {number: convert(cell) for number, cell in self._cells().items()}
        return list(map(shown.__getitem__, self._numbers))

    def _cells(self) -> dict[int, Cell]:
        cells: dict[int, Cell] = dict(zip(self._plain, self._view.values(self._plain), strict=True))
        return cells | {self._low - 1 - k: SPECIALS[code] for k, code in enumerate(self._marks)}

    def json(self, lead: str = "") -> list[str]:
        shown = dict(zip(self._plain, _led(self._view.json(self._plain), lead), strict=True))
        shown |= {self._low - 1 - k: _special(code, lead) for k, code in enumerate(self._marks)}
        return list(map(shown.__getitem__, self._numbers))


class TextColumn(Column):
    """Texts as they are."""

    __slots__ = ("texts",)

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts

    def values(self) -> list[Cell]:
        return list[Cell](self.texts)

    def json(self, lead: str = "") -> list[str]:
        return _led(list(map(encode_basestring, self.texts)), lead)


class JsonColumn(Column):
    """Values of any kind, kept as their canonical JSON."""

    __slots__ = ("_texts",)

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts

    def values(self) -> list[Cell]:
        return list(map(from_json, self._texts))

    def json(self, lead: str = "") -> list[str]:
        return _led(list(self._texts), lead)
