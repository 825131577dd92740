"""What an expression may read, worked out from its tree before it ever runs."""

from __future__ import annotations

from dataclasses import dataclass

from app.forms.places import Place, Reach, Skeleton
from app.forms.xpath.syntax import Call, Expression, Filter, Path, children

_PASSING = frozenset({"randomize", "if", "coalesce", "once"})
"""Functions that may hand on nodes they were given."""


@dataclass(frozen=True, slots=True)
class Reads:
    """What an expression may look at: ``values`` of places, and ``order``, the rows whose number
    it asks for. Each comes with the number of repeats whose row it certainly shares."""

    values: Reach
    order: Reach


def reads_of(skeleton: Skeleton, expression: Expression, context: Place) -> Reads:
    """Return what ``expression`` may read where it stands."""
    reading = _Reading(skeleton, context)
    reading.collect(expression, {context: context.depth})
    return Reads(reading.found, reading.order)


def reads_at_ends(
    skeleton: Skeleton, nodes: Expression, inner: Expression, context: Place
) -> Reach:
    """Return the places ``inner`` may read when it runs at each of the ``nodes``."""
    reading = _Reading(skeleton, context)
    reading.collect(inner, reading.ends(nodes, {context: context.depth}))
    return reading.found


class _Reading:
    def __init__(self, skeleton: Skeleton, origin: Place) -> None:
        self.found: Reach = {}
        self.order: Reach = {}
        self._skeleton = skeleton
        self._origin = origin

    def collect(self, expression: Expression, here: Reach) -> None:
        match expression:
            case Path():
                self._path(expression, here)
            case Filter(primary, predicates):
                self.collect(primary, here)
                self._predicates(predicates, self.ends(primary, here))
            case Call("position", (asked,)):
                # Which row it is does not depend on what the row holds.
                _note(self.order, self.ends(asked, here))
            case Call("indexed-repeat", arguments) if len(arguments) > 1:
                self._indexed(arguments, here)
            case _:
                for inner in children(expression):
                    self.collect(inner, here)

    def _path(self, path: Path, here: Reach) -> None:
        start = here
        if path.start is not None:
            self.collect(path.start, here)
            start = self.ends(path.start, here)
        _note(self.found, self._skeleton.walked(path, start, self._origin))
        for at, step in enumerate(path.steps, 1):
            if step.predicates:
                prefix = Path(path.absolute, path.start, path.steps[:at])
                self._predicates(
                    step.predicates, self._skeleton.walked(prefix, start, self._origin)
                )

    def _predicates(self, predicates: tuple[Expression, ...], around: Reach) -> None:
        # Outside the main instance a relative path reads no place of ours.
        for predicate in predicates:
            self.collect(predicate, around)

    def _indexed(self, arguments: tuple[Expression, ...], here: Reach) -> None:
        """Any row may be asked for: what is read shares none of the repeats that are named."""
        rows = self.ends(arguments[1], here)
        outside = min((one.depth - 1 for one in rows), default=0)
        inner = _Reading(self._skeleton, self._origin)
        for argument in arguments:
            inner.collect(argument, here)
        _note(self.found, {one: min(depth, max(outside, 0)) for one, depth in inner.found.items()})

    def ends(self, expression: Expression, here: Reach) -> Reach:
        """Return where the nodes an expression yields may stand."""
        match expression:
            case Path(_, None, _):
                return self._skeleton.walked(expression, here, self._origin)
            case Path(_, start, _) if start is not None:
                return self._skeleton.walked(expression, self.ends(start, here), self._origin)
            case Filter(primary, _):
                return self.ends(primary, here)
            case Call("current", ()):
                return {self._origin: self._origin.depth}
            case Call(name, arguments) if name in _PASSING:
                return self._joined(arguments, here)
            case Call("indexed-repeat", arguments) if arguments:
                return self.ends(arguments[0], here)
        return {}

    def _joined(self, arguments: tuple[Expression, ...], here: Reach) -> Reach:
        found: Reach = {}
        for argument in arguments:
            for place, depth in self.ends(argument, here).items():
                found[place] = min(found.get(place, depth), depth)
        return found


def _note(found: Reach, reach: Reach) -> None:
    for place, depth in reach.items():
        found[place] = min(found.get(place, depth), depth)
