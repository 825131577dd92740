"""What is known of the answers while a condition is followed, and whether it contradicts itself.

Only what certainly cannot be is reported: whatever is not understood counts as possible.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from app.forms.places import Place
from app.forms.xpath.operators import compare_results
from app.forms.xpath.syntax import Expression

MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_SIGNS = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_MOST_CHARACTERS = 1_000_000.0


@dataclass(frozen=True, slots=True)
class Term:
    """Something about an answer: its ``value``, its ``length``, or the ``count`` of its choices."""

    place: Place
    what: str = "value"


@dataclass(frozen=True, slots=True)
class Kind:
    """What an answer may be.

    ``values`` are all texts it may have, None where that is not known; ``words`` what may be
    chosen, None where anything may; ``most`` how many at once. ``least`` and ``highest`` bound it
    as a number; ``is_whole`` says that it has no fractions.
    """

    values: frozenset[str] | None = None
    words: frozenset[str] | None = None
    most: int = 0
    is_whole: bool = False
    least: float = -math.inf
    highest: float = math.inf


@dataclass
class Facts:
    """What must be so for the conditions taken in up to now to hold."""

    values: dict[Place, frozenset[str]] = field(default_factory=dict)
    barred: dict[Place, frozenset[str]] = field(default_factory=dict)
    chosen: dict[Place, frozenset[str]] = field(default_factory=dict)
    left_out: dict[Place, frozenset[str]] = field(default_factory=dict)
    bounds: dict[Term, tuple[float, float]] = field(default_factory=dict)
    signs: dict[tuple[Term, Expression], frozenset[str]] = field(default_factory=dict)

    def copy(self) -> Facts:
        """Return facts that can be added to without changing these."""
        return Facts(
            dict(self.values),
            dict(self.barred),
            dict(self.chosen),
            dict(self.left_out),
            dict(self.bounds),
            dict(self.signs),
        )

    def compared(self, term: Term, kind: Kind, symbol: str, literal: str | float) -> bool:
        """Take in ``term symbol literal``; return False if it cannot be."""
        if term.what == "value":
            known = self.values.get(term.place, kind.values)
            if known is not None:
                left = frozenset(one for one in known if compare_results(symbol, one, literal, 0))
                self.values[term.place] = left
                return bool(left)
            if isinstance(literal, str) and symbol in ("=", "!="):
                return self._text(term.place, kind, symbol, literal)
        number = literal if isinstance(literal, float) else _number(literal)
        return number != number or self._bounded(term, kind, symbol, number)

    def _text(self, place: Place, kind: Kind, symbol: str, text: str) -> bool:
        if symbol == "!=":
            self.barred[place] = self.barred.get(place, frozenset()) | {text}
            return True
        if kind.words is not None and not set(text.split()) <= kind.words:
            return False
        self.values[place] = frozenset({text})
        words = frozenset(text.split())
        is_barred = text in self.barred.get(place, ()) or words & self.left_out.get(
            place, frozenset()
        )
        return not is_barred and self.chosen.get(place, frozenset()) <= words

    def _bounded(self, term: Term, kind: Kind, symbol: str, number: float) -> bool:
        if symbol == "!=":
            return True
        whole = kind.is_whole or term.what != "value"
        low, high = self.bounds.get(term) or _first_bounds(term, kind)
        if symbol in (">", ">=", "="):
            low = max(low, _above(number, whole) if symbol == ">" else number)
        if symbol in ("<", "<=", "="):
            high = min(high, _below(number, whole) if symbol == "<" else number)
        if whole:
            low, high = _whole(low, math.ceil), _whole(high, math.floor)
        self.bounds[term] = (low, high)
        return low <= high

    def ordered(self, term: Term, symbol: str, other: Expression) -> bool:
        """Take in ``term symbol other`` for something not known; return False if it cannot be."""
        key = (term, other)
        left = self.signs.get(key, frozenset("<=>")) & frozenset(_SIGNS[symbol])
        self.signs[key] = left
        return bool(left)

    def selected(self, place: Place, kind: Kind, word: str, wanted: bool) -> bool:
        """Take in that ``word`` is chosen, or is not; return False if it cannot be."""
        known = self.values.get(place, kind.values)
        if known is not None:
            left = frozenset(one for one in known if (word in one.split()) is wanted)
            self.values[place] = left
            return bool(left)
        if wanted:
            self.chosen[place] = self.chosen.get(place, frozenset()) | {word}
            may_be = kind.words is None or word in kind.words
            return may_be and word not in self.left_out.get(place, ())
        self.left_out[place] = self.left_out.get(place, frozenset()) | {word}
        return word not in self.chosen.get(place, ())


def _first_bounds(term: Term, kind: Kind) -> tuple[float, float]:
    if term.what == "length":
        return 0.0, _MOST_CHARACTERS
    if term.what == "count":
        return 0.0, float(kind.most) if kind.words is not None else math.inf
    return kind.least, kind.highest


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _above(number: float, whole: bool) -> float:
    if whole and math.isfinite(number):
        return math.floor(number) + 1.0
    return math.nextafter(number, math.inf)


def _below(number: float, whole: bool) -> float:
    if whole and math.isfinite(number):
        return math.ceil(number) - 1.0
    return math.nextafter(number, -math.inf)


def _whole(number: float, cut: Callable[[float], int]) -> float:
    return float(cut(number)) if math.isfinite(number) else number
