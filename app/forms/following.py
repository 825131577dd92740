"""What of a response follows from its other answers, and so can be worked out anew at any time.

A price looked up in a list, the day of the interview or a number drawn by chance cannot: tomorrow it
would be another. Such a calculation stays as it was worked out, and what follows from it follows from
that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from app.forms.graph import Duty, Rule

if TYPE_CHECKING:
    from app.forms.definition import Definition
    from app.forms.places import Place

_MOMENTARY: Final = frozenset({"today", "now", "random", "randomize", "uuid", "pulldata"})


class Following:
    """The calculations of one form that nobody is asked, by whether they can be worked out anew.

    ``kept`` are the paths of those that were taken from elsewhere, each after what it reads;
    ``counted`` of those that follow from answers and from the ones kept.
    """

    def __init__(self, definition: Definition) -> None:
        self._graph = definition.graph
        lists = any(one.get("src") for one in definition.instances.values())
        self._elsewhere = _MOMENTARY | ({"instance"} if lists else set())
        found = [rule for rule in self._graph.rules if _is_hidden(definition, rule)]
        self._kept = {rule for rule in found if self._is_elsewhere(rule)}
        certain = [rule for rule in found if rule not in self._kept and self._is_certain(rule)]
        self._counted = {rule.place.path: rule for rule in certain}
        self.kept = tuple(rule.place.path for rule in found if rule in self._kept)
        self.counted = frozenset(self._counted)

    def reads(self, repeat: Place) -> bool:
        """Whether anything outside a repeat is worked out from its rows."""
        return any(
            repeat in place.repeats
            for rule in self._counted.values()
            if repeat not in rule.place.repeats
            for one in (rule, *self._behind(rule))
            for place in (*one.reads, *one.formula.order)
        )

    def _is_elsewhere(self, rule: Rule) -> bool:
        return bool(rule.formula.calls & self._elsewhere)

    def _is_certain(self, rule: Rule) -> bool:
        """Whether nothing but answers, and what is kept, decides on a calculation."""
        return not any(
            self._is_elsewhere(one) for one in self._behind(rule) if one not in self._kept
        )

    def _behind(self, rule: Rule) -> Iterator[Rule]:
        """The rules that settle what a rule reads, and what those read, up to what is kept."""
        seen: set[Rule] = set()
        waiting = list(self._graph.settled_by(rule))
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                yield one
                waiting += [] if one in self._kept else self._graph.settled_by(one)


def _is_hidden(definition: Definition, rule: Rule) -> bool:
    question = definition.questions.get(rule.place.path)
    return rule.duty is Duty.VALUE and question is not None and not question.asked
