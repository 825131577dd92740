"""Whether a condition of a form can ever hold, as far as that can be told without answers.

A condition is taken apart into what must be so; where there are several ways, each is followed.
What is not understood counts as possible, so nothing is reported that could happen after all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from app.forms.checks.facts import MIRROR, Facts, Kind, Term
from app.forms.definition import Bind, Definition, Question
from app.forms.places import Place
from app.forms.xpath.operators import compare_results
from app.forms.xpath.syntax import (
    Binary,
    Call,
    Expression,
    Logical,
    Negate,
    Number,
    Path,
    String,
    everything,
)
from app.forms.xpath.values import plain_number

NOTHING = Call("", ())
"""Stands for a set of nodes that certainly is empty: no comparison with it holds."""

_MOST_STEPS = 400_000
_OPPOSITE = {"=": "!=", "!=": "="}
_CHANGING = frozenset({"random", "uuid", "once", "randomize"})
_ABOUT = {"string-length": "length", "count-selected": "count"}
_CLOSED = frozenset({"select_one", "select_multiple", "rank"})

Todo = list[tuple[Expression, bool, Place]]


class World:
    """What is known of a form before anybody answers; ``blank`` are places never asked for."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.blank: set[Place] = set()
        self.known: Mapping[Path, Expression] = {}
        self._kinds: dict[Place, Kind] = {}
        self._left = _MOST_STEPS

    @cached_property
    def _targets(self) -> frozenset[Place]:
        return frozenset(action.target for action in self.definition.actions)

    def spend(self) -> bool:
        """Count a step; return False when there were too many to go on."""
        self._left -= 1
        return self._left > 0

    def kind(self, place: Place) -> Kind:
        """Return what the answer at ``place`` may be."""
        if place in self.blank:
            return Kind(frozenset({""}), frozenset())
        if place not in self._kinds:
            question = self.definition.questions.get(place.path)
            self._kinds[place] = Kind() if question is None else self._of(place, question)
        return self._kinds[place]

    def _of(self, place: Place, question: Question) -> Kind:
        bind = self.definition.binds.get(place.path, Bind())
        whole = question.type in ("int", "integer")
        if question.kind == "range":
            given = dict(question.attributes)
            ends = [plain_number(given.get(one, "")) for one in ("start", "end")]
            if ends[0] == ends[0] and ends[1] == ends[1]:
                return Kind(is_whole=whole, least=min(ends), highest=max(ends))
        words = closed_list(question, bind)
        if words is None or place in self._targets:
            return Kind(is_whole=whole)
        if question.kind == "select_one":
            return Kind(words | {""}, words, 1)
        return Kind(None, words, len(words))

    def may_hold(self, conditions: Iterable[tuple[Expression, Place]]) -> bool:
        """Tell whether all ``conditions`` may hold together, each read where it stands."""
        todo = [(expression, True, place) for expression, place in conditions]
        return self.possible(todo, Facts())

    def possible(self, todo: Todo, facts: Facts) -> bool:
        """Tell whether everything in ``todo`` may be as wanted, given ``facts``."""
        later: list[list[Todo]] = []
        while todo:
            if not self.spend():
                return True
            expression, wanted, place = todo.pop()
            match expression:
                case Logical(symbol, operands):
                    parts: Todo = [(one, wanted, place) for one in operands]
                    if (symbol == "and") is wanted:
                        todo += parts
                    else:
                        later.append([[part] for part in parts])
                case Call("not", (inner,)):
                    todo.append((inner, not wanted, place))
                case Call("if", (test, yes, no)):
                    ways: list[Todo] = [
                        [(test, True, place), (yes, wanted, place)],
                        [(test, False, place), (no, wanted, place)],
                    ]
                    later.append(ways)
                case _:
                    if not self._atom(expression, wanted, place, facts):
                        return False
        return all(any(self.possible(list(way), facts.copy()) for way in ways) for ways in later)

    def _atom(self, expression: Expression, wanted: bool, place: Place, facts: Facts) -> bool:
        match expression:
            case Call("true", ()):
                return wanted
            case Call("false", ()):
                return not wanted
            case Call("selected", (chosen, word)):
                return self._selected(chosen, self._meant(word), wanted, place, facts)
            case Binary(symbol, left, right) if symbol in MIRROR:
                return self._compared(symbol, left, right, wanted, place, facts)
            case Path():
                # A question is always there, whether answered or not: as a condition it holds.
                return wanted or self.place_of(expression, place) is None
        value = literal(expression)
        return value is None or bool(value) is wanted

    def _selected(
        self, chosen: Expression, word: Expression, wanted: bool, place: Place, facts: Facts
    ) -> bool:
        at = self.place_of(chosen, place)
        value = literal(word)
        if at is None and word is not NOTHING and isinstance(self._meant(chosen), String):
            words = str(literal(self._meant(chosen))).split()
            return value is None or (str(value).strip() in words) is wanted
        if at is None or not isinstance(value, str) or not value.strip():
            of = self.place_of(word, place)
            return of is None or at is None or not wanted or self._share(at, of)
        return facts.selected(at, self.kind(at), value.strip(), wanted)

    def _share(self, one: Place, other: Place) -> bool:
        mine, theirs = self.kind(one).words, self.kind(other).words
        return mine is None or theirs is None or bool(mine & theirs)

    def _meant(self, expression: Expression) -> Expression:
        return (
            self.known.get(expression, expression) if isinstance(expression, Path) else expression
        )

    def _compared(
        self, symbol: str, left: Expression, right: Expression, wanted: bool, place: Place,
        facts: Facts,
    ) -> bool:  # fmt: skip
        left, right = self._meant(left), self._meant(right)
        if NOTHING in (left, right):
            return not wanted
        a, b = literal(left), literal(right)
        if a is not None and b is not None:
            return compare_results(symbol, a, b, 0) is wanted
        if not wanted:
            if symbol not in _OPPOSITE:
                # Neither x < 5 nor its opposite hold where nothing is answered.
                return True
            symbol = _OPPOSITE[symbol]
        if a is not None:
            left, right, b, symbol = right, left, a, MIRROR[symbol]
        term = self._term(left, place)
        if term is not None and b is not None:
            return facts.compared(term, self.kind(term.place), symbol, b)
        return self._between(symbol, left, right, place, facts)

    def _between(
        self, symbol: str, left: Expression, right: Expression, place: Place, facts: Facts
    ) -> bool:
        """Take in a comparison of two things of which neither is known."""
        one, other = self._term(left, place), self._term(right, place)
        if one is not None and other is not None and symbol == "=":
            mine, theirs = self.kind(one.place).values, self.kind(other.place).values
            if one.what == other.what == "value" and mine is not None and theirs is not None:
                return bool(mine & theirs)
        if one is None or not self._is_steady(right, place):
            left, right, symbol, one = right, left, MIRROR[symbol], other
        if one is None or not self._is_steady(right, place):
            return True
        return facts.ordered(one, symbol, right)

    def _is_steady(self, expression: Expression, place: Place) -> bool:
        """Tell whether an expression is one value, the same however often it is asked for."""
        for inner in everything(expression):
            if isinstance(inner, Path) and not (
                inner.absolute and self.place_of(inner, place) is not None
            ):
                return False
            if isinstance(inner, Call) and inner.name in _CHANGING:
                return False
        return True

    def _term(self, expression: Expression, place: Place) -> Term | None:
        if isinstance(expression, Call) and expression.name in _ABOUT:
            if len(expression.arguments) != 1:
                return None
            at = self.place_of(expression.arguments[0], place)
            return None if at is None else Term(at, _ABOUT[expression.name])
        at = self.place_of(expression, place)
        return None if at is None else Term(at)

    def place_of(self, expression: Expression, place: Place) -> Place | None:
        """Return the one place a path leads to from ``place``, or None."""
        if not isinstance(expression, Path):
            return None
        found = self.definition.skeleton.locate(expression, place)
        return found.place if found is not None and not found.steps else None


def closed_list(question: Question, bind: Bind) -> frozenset[str] | None:
    """Return all that may ever be chosen at a question, or None where that is not known."""
    itemset = question.itemset
    if question.kind not in _CLOSED or not question.choices or bind.calculate is not None:
        return None
    return question.values if itemset is None or itemset.instance else None


def literal(expression: Expression) -> str | float | None:
    """Return the value of a literal, or None for anything else."""
    match expression:
        case String(value) | Number(value):
            return value
        case Negate(Number(value)):
            return -value
    return None
