"""What each answer can touch: the rules of a form, ordered so that each is run once.

A rule is a formula with a duty (is it relevant, what is its value …) at a place. Rules are ranked
so that whatever a rule reads is settled before it runs; a session that keeps its pending rules in
rank order therefore never runs one twice, and never one that nothing touched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING

from app.forms.formula import Formula
from app.forms.places import Place, Reach
from app.forms.problems import FormError, Problem
from app.forms.words import Words
from app.i18n import _

if TYPE_CHECKING:
    from app.forms.definition import Definition


_SPEAKING = frozenset({"jr:itext", "jr:choice-name"})


class Duty(IntEnum):
    """What the result of a rule decides."""

    RELEVANT = 0
    VALUE = 1
    READONLY = 2
    REQUIRED = 3
    CONSTRAINT = 4
    OFFER = 5
    COUNT = 6


_COLUMNS = {
    Duty.RELEVANT: "relevant",
    Duty.VALUE: "calculation",
    Duty.READONLY: "read_only",
    Duty.REQUIRED: "required",
    Duty.CONSTRAINT: "constraint",
    Duty.OFFER: "choice_filter",
    Duty.COUNT: "repeat_count",
}
"""Where the author of an XLSForm writes each of them."""

_AT_WORK = (Duty.VALUE, Duty.OFFER)
"""The duties that give or take a value, and only where the place applies."""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A formula, where it stands and what it decides.

    ``reads`` is what it may read, each place with the number of rows it certainly shares with it.
    """

    duty: Duty
    place: Place
    formula: Formula
    reads: Reach

    @property
    def depth(self) -> int:
        """In how many repeats it runs once each; a count runs once for all rows."""
        return self.place.depth - (self.duty is Duty.COUNT)


_Table = list[dict[int, int]]
"""For each place by number: rules by rank, with the number of rows they share with it."""

Touched = tuple[tuple[int, int], ...]
"""Rules by rank, each with the number of rows it shares with what touches it."""


class Graph:
    """All rules of a form in rank order, and who must run when a value changes.

    ``touched_by[n]`` are the rules that read place ``n``; ``waking[n]`` the ranks of those that
    rest while it does not apply; ``quoted_by[n]`` the places whose texts or choices quote it.
    ``at_rows[n]`` are the rules that look at the rows of the repeat ``n`` from outside, and run
    when one comes or goes; ``at_place[n]`` those inside a row that ask for its number.
    ``inside[n]`` are the ranks of all rules of a row of the repeat ``n``. ``self_counting`` are the
    repeats, by number, whose count depends on their own rows: "until somebody says no more"; such
    counts, by rank, are worked out anew after each calculation in ``feeding``, by rank.
    """

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        rules = list(_rules(definition))
        every, own = _needs(rules)
        self._needs = every
        self.rules, self._circle = _ranked(rules, every)
        self.self_counting: frozenset[int] = frozenset()
        self.feeding: dict[int, list[int]] = defaultdict(list)
        if self._circle:
            self.rules, self._circle = _ranked(rules, own)
            self._find_self_counting(every)
        count = len(definition.skeleton.places)
        self.waking: list[list[int]] = [[] for _place in range(count)]
        self.inside: list[list[int]] = [[] for _place in range(count)]
        tables: list[_Table] = [[{} for _place in range(count)] for _table in range(3)]
        for rank, rule in enumerate(self.rules):
            self._enter(rank, rule, *tables)
        self.touched_by, self.at_rows, self.at_place = (list(map(_sorted, one)) for one in tables)

    def _enter(self, rank: int, rule: Rule, touched: _Table, rows: _Table, order: _Table) -> None:
        """Note a rule wherever something may wake it."""
        for repeat in rule.place.repeats[: rule.depth]:
            self.inside[repeat.number].append(rank)
        for place, depth in rule.reads.items():
            shared = min(depth, rule.depth)
            touched[place.number][rank] = shared
            for repeat in place.repeats[shared:]:
                rows[repeat.number][rank] = shared
        for place, depth in rule.formula.order.items():
            order[place.number][rank] = min(depth, rule.depth)
        if rule.duty is Duty.CONSTRAINT:
            touched[rule.place.number][rank] = rule.place.depth
        elif rule.duty in _AT_WORK:
            self.waking[rule.place.number].append(rank)

    def _find_self_counting(self, needs: _Needs) -> None:
        ranks = {rule: rank for rank, rule in enumerate(self.rules)}
        counts = [one for one in self.rules if one.duty is Duty.COUNT]
        circular = {one: reached for one in counts if one in (reached := _reached(one, needs))}
        self.self_counting = frozenset(one.place.number for one in circular)
        for count, reached in circular.items():
            for one in reached:
                if one.duty is Duty.VALUE:
                    self.feeding[ranks[one]].append(ranks[count])

    def settled_by(self, rule: Rule) -> tuple[Rule, ...]:
        """The rules that settle what a rule reads."""
        return self._needs[rule]

    def check(self) -> None:
        """Raise FormError naming the rules that wait for one another in a circle."""
        if self._circle:
            names = " → ".join(rule.place.name for rule in [*self._circle, self._circle[0]])
            first = self._circle[0]
            message = _("These questions wait for one another: {names}.").format(names=names)
            column, place = _COLUMNS[first.duty], first.place
            raise FormError([Problem(message, place.name, column=column, path=place.path)])

    @cached_property
    def speaking(self) -> tuple[int, ...]:
        """The ranks of the rules whose result depends on the language of the session."""
        return tuple(rank for rank, rule in enumerate(self.rules) if rule.formula.calls & _SPEAKING)

    @cached_property
    def quoting_rows(self) -> dict[int, tuple[tuple[Place, int], ...]]:
        """The places whose texts look at the rows of a repeat from outside, by its number."""
        found: dict[int, dict[Place, int]] = defaultdict(dict)
        for reader, words in _texts(self._definition):
            for read, depth in words.reads().items():
                for repeat in read.repeats[min(depth, reader.depth) :]:
                    known = found[repeat.number]
                    shared = min(depth, reader.depth)
                    known[reader] = min(known.get(reader, shared), shared)
        return {number: tuple(places.items()) for number, places in found.items()}

    @cached_property
    def quoted_by(self) -> dict[int, tuple[tuple[Place, int], ...]]:
        """The places whose label, hint, message or choices quote a place, by its number.

        Each comes with the number of rows it shares with what it quotes.
        """
        found: dict[int, dict[Place, int]] = defaultdict(dict)
        for reader, words in _texts(self._definition):
            for read, depth in words.reads().items():
                shared = min(depth, reader.depth)
                known = found[read.number]
                known[reader] = min(known.get(reader, shared), shared)
        return {number: tuple(places.items()) for number, places in found.items()}


def _sorted(ranks: dict[int, int]) -> Touched:
    return tuple(sorted(ranks.items()))


def _rules(definition: Definition) -> Iterator[Rule]:
    for path, bind in definition.binds.items():
        place = definition.skeleton.by_path[path]
        formulas = {
            Duty.RELEVANT: bind.relevant,
            Duty.VALUE: bind.calculate,
            Duty.READONLY: bind.readonly,
            Duty.REQUIRED: bind.required,
            Duty.CONSTRAINT: bind.constraint,
        }
        for duty, formula in formulas.items():
            if formula is not None:
                yield Rule(duty, place, formula, formula.reads)
    for path, question in definition.questions.items():
        if question.itemset is not None:
            place = definition.skeleton.by_path[path]
            yield Rule(Duty.OFFER, place, question.itemset.nodes, question.itemset.reads)
    for path, repeat in definition.repeats.items():
        if repeat.count is not None:
            place = definition.skeleton.by_path[path]
            yield Rule(Duty.COUNT, place, repeat.count, repeat.count.reads)


_Needs = dict[Rule, tuple[Rule, ...]]


def _needs(rules: list[Rule]) -> tuple[_Needs, _Needs]:
    """Return the rules that settle what each rule reads: all of them, and those of its own row.

    A rule may read other rows of its own repeat (a running total does), and a count may depend on
    what its rows hold ("until somebody says there are no more"). That is no circle, though it
    looks like one as long as rows are not told apart.
    """
    settles: dict[tuple[Place, Duty], Rule] = {(one.place, one.duty): one for one in rules}
    every: dict[Rule, tuple[Rule, ...]] = {}
    own: dict[Rule, tuple[Rule, ...]] = {}
    for rule in rules:
        found: dict[Rule, None] = {}
        near: dict[Rule, None] = {}
        for place, depth in rule.reads.items():
            for one in _settling(settles, place, True):
                found[one] = None
                shared = min(one.depth, _common(rule.place, one.place))
                if one.duty is not Duty.COUNT and depth >= shared:
                    near[one] = None
        if rule.duty in _AT_WORK:
            around = dict.fromkeys(_settling(settles, rule.place, False))
            found.update(around)
            near.update(around)
        every[rule], own[rule] = tuple(found), tuple(near)
    return every, own


def _reached(start: Rule, needs: _Needs) -> set[Rule]:
    """All rules that settle what a rule reads, and what those read, and so on."""
    found: set[Rule] = set()
    waiting = list(needs[start])
    while waiting:
        rule = waiting.pop()
        if rule not in found:
            found.add(rule)
            waiting += needs[rule]
    return found


def _common(one: Place, other: Place) -> int:
    """Return how many repeats two places stand in together."""
    return sum(1 for a, b in zip(one.repeats, other.repeats, strict=False) if a is b)


def _settling(
    settles: dict[tuple[Place, Duty], Rule], place: Place, itself: bool
) -> Iterator[Rule]:
    for duty in _AT_WORK if itself else ():
        if (place, duty) in settles:
            yield settles[place, duty]
    for above in place.above():
        for duty in (Duty.RELEVANT, Duty.COUNT):
            if (above, duty) in settles:
                yield settles[above, duty]


def _ranked(
    rules: list[Rule], needs: dict[Rule, tuple[Rule, ...]]
) -> tuple[list[Rule], list[Rule]]:
    """Return the rules, each after those it needs, and the first circle found (or nothing)."""
    order: list[Rule] = []
    state: dict[Rule, bool] = {}
    for start in rules:
        if start in state:
            continue
        state[start] = False
        trail = [(start, iter(needs[start]))]
        while trail:
            rule, rest = trail[-1]
            following = next((one for one in rest if not state.get(one, False)), None)
            if following is None:
                state[rule] = True
                order.append(rule)
                trail.pop()
            elif following in state:
                return rules, _circle([one for one, _rest in trail], following)
            else:
                state[following] = False
                trail.append((following, iter(needs[following])))
    return order, []


def _circle(trail: list[Rule], again: Rule) -> list[Rule]:
    found: list[Rule] = []
    for rule in trail[trail.index(again) :]:
        if not found or found[-1].place is not rule.place:
            found.append(rule)
    return found


def _texts(definition: Definition) -> Iterable[tuple[Place, Words]]:
    by_path = definition.skeleton.by_path
    for question in definition.questions.values():
        bind = definition.binds.get(question.path)
        words = [question.label, question.hint, *(choice.label for choice in question.choices)]
        if bind is not None:
            words += [bind.constraint_message, bind.required_message]
        yield from ((by_path[question.path], one) for one in words)
    for group in definition.groups():
        yield by_path[group.path], group.label
