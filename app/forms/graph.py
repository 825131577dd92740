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
from app.forms.places import Place
from app.forms.problems import FormError, Problem
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


_AT_WORK = (Duty.VALUE, Duty.OFFER)
"""The duties that give or take a value, and only where the place applies."""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A formula, where it stands and what it decides."""

    duty: Duty
    place: Place
    formula: Formula


class Graph:
    """All rules of a form in rank order, and who must run when a value changes.

    ``touched_by[n]`` are the ranks of the rules that read place ``n``; ``waking[n]`` of those that
    rest while it does not apply; ``quoted_by[n]`` the places whose texts or choices quote it.
    """

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        rules = list(_rules(definition))
        self._needs = _needs(rules)
        self.rules, self._circle = _ranked(rules, self._needs)
        count = len(definition.skeleton.places)
        touched: list[set[int]] = [set() for _place in range(count)]
        self.waking: list[list[int]] = [[] for _place in range(count)]
        for rank, rule in enumerate(self.rules):
            for place in rule.formula.reads:
                touched[place.number].add(rank)
            if rule.duty is Duty.CONSTRAINT:
                touched[rule.place.number].add(rank)
            elif rule.duty in _AT_WORK:
                self.waking[rule.place.number].append(rank)
        self.touched_by: list[tuple[int, ...]] = [tuple(sorted(ranks)) for ranks in touched]

    def check(self) -> None:
        """Raise FormError naming the rules that wait for one another in a circle."""
        if self._circle:
            names = " → ".join(rule.place.name for rule in [*self._circle, self._circle[0]])
            first = self._circle[0].place.name
            message = _("These questions wait for one another: {names}.").format(names=names)
            raise FormError([Problem(message, first)])

    @cached_property
    def speaking(self) -> tuple[int, ...]:
        """The ranks of the rules whose result depends on the language of the session."""
        return tuple(rank for rank, rule in enumerate(self.rules) if rule.formula.calls & _SPEAKING)

    @cached_property
    def quoted_by(self) -> dict[int, tuple[Place, ...]]:
        """The places whose label, hint, message or choices quote a place, by its number."""
        found: dict[int, dict[Place, None]] = defaultdict(dict)
        for reader, read in _quotations(self._definition):
            found[read.number][reader] = None
        return {number: tuple(places) for number, places in found.items()}


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
                yield Rule(duty, place, formula)
    for path, question in definition.questions.items():
        if question.offer is not None:
            yield Rule(Duty.OFFER, definition.skeleton.by_path[path], question.offer.formula)


def _needs(rules: list[Rule]) -> dict[Rule, tuple[Rule, ...]]:
    """Return the rules that settle what each rule reads."""
    settles: dict[tuple[Place, Duty], Rule] = {(one.place, one.duty): one for one in rules}

    def settling(place: Place, itself: bool = True) -> Iterator[Rule]:
        for duty in _AT_WORK if itself else ():
            if (place, duty) in settles:
                yield settles[place, duty]
        for above in place.above():
            if (above, Duty.RELEVANT) in settles:
                yield settles[above, Duty.RELEVANT]

    needs: dict[Rule, tuple[Rule, ...]] = {}
    for rule in rules:
        found: dict[Rule, None] = {}
        for place in rule.formula.reads:
            found.update(dict.fromkeys(settling(place)))
        if rule.duty in _AT_WORK:
            found.update(dict.fromkeys(settling(rule.place, itself=False)))
        needs[rule] = tuple(found)
    return needs


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


def _quotations(definition: Definition) -> Iterable[tuple[Place, Place]]:
    by_path = definition.skeleton.by_path
    for question in definition.questions.values():
        bind = definition.binds.get(question.path)
        words = [question.label, question.hint, *(choice.label for choice in question.choices)]
        if bind is not None:
            words += [bind.constraint_message, bind.required_message]
        for one in words:
            for place in one.reads():
                yield by_path[question.path], place
    for group in definition.groups():
        for place in group.label.reads():
            yield by_path[group.path], place
