"""The skeleton of a form's answers: one place for every element of its instance.

Places are numbered in document order. A place that no repeat contains exists exactly once in every
response, so an expression that leads to it can be an index instead of a walk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.forms.problems import FormError, Problem
from app.forms.xpath.syntax import Call, Expression, NodeTest, Path, Step, children
from app.i18n import _

MAX_PLACES = 10_000
MAX_WALKED = 2_000_000
"""How many places all rules together may look at while they are understood; real forms need some
thousands, and a rule such as ``count(//*)`` at every question would need the square of the form."""


@dataclass(slots=True, eq=False)
class Place:
    """An element of the instance.

    ``path`` starts below the root: ``/group/question``; the root's own is empty. ``default`` is
    the text the blank form holds. ``repeated`` says that a response may hold it several times.
    """

    number: int
    name: str
    path: str
    parent: Place | None
    default: str = ""
    repeated: bool = False
    children: list[Place] = field(default_factory=list)
    named: dict[str, list[Place]] = field(default_factory=dict)

    def below(self) -> Iterator[Place]:
        """Yield every place inside this one, in document order."""
        for child in self.children:
            yield child
            yield from child.below()

    def above(self) -> Iterator[Place]:
        """Yield this place and those around it, innermost first."""
        place: Place | None = self
        while place is not None:
            yield place
            place = place.parent


class Skeleton:
    """All places of a form, by number and by path."""

    def __init__(self, root: Place) -> None:
        self.root = root
        self.places: list[Place] = [root, *root.below()]
        self._left = MAX_WALKED
        self.by_path: dict[str, Place] = {}
        for place in self.places:
            if place.parent is not None:
                place.parent.named.setdefault(place.name, []).append(place)
            self.by_path.setdefault(place.path, place)

    def locate(self, path: Path, context: Place | None) -> Place | None:
        """Return the one place ``path`` always leads to, or None if that is not certain."""
        if any(step.predicates for step in path.steps):
            return None
        found = self.reached(path, context)
        if len(found) != 1 or found[0].repeated or not all(map(_is_plain, path.steps)):
            return None
        return found[0]

    def reached(self, path: Path, context: Place | None) -> list[Place]:
        """Return every place ``path`` may lead to, whatever its predicates; in document order."""
        steps = path.steps
        if path.start is not None:
            if path.start != Call("current", ()) or context is None:
                return []
            found = [context]
        elif path.absolute:
            found, steps = self._from_top(steps)
        else:
            found = [] if context is None else [context]
        for step in steps:
            if step.axis == "child" and step.test.kind == "name" and step.test.local != "*":
                name = step.test.local
                found = [place for one in found for place in one.named.get(name, ())]
            else:
                found = self._walked(found, step)
        return found

    def _walked(self, places: list[Place], step: Step) -> list[Place]:
        found: list[Place] = []
        for place in places:
            reached, looked_at = _walk(place, step)
            self._left -= looked_at
            if self._left < 0:
                raise FormError([Problem(_("The rules of the form read too much of it at once."))])
            found += reached
        return _unique(found)

    def _from_top(self, steps: tuple[Step, ...]) -> tuple[list[Place], tuple[Step, ...]]:
        # The document above the root is no place: the first step names the root itself.
        if not steps:
            return [], ()
        first = steps[0]
        if first.axis == "child":
            return ([self.root] if _passes(self.root, first.test) else []), steps[1:]
        if first.axis == "descendant-or-self" and len(steps) > 1:
            return self.places, (Step("self", steps[1].test), *steps[2:])
        return [], ()

    def reads(self, expression: Expression, context: Place | None) -> set[Place]:
        """Return the places whose values ``expression`` may read."""
        found: set[Place] = set()
        self._collect(expression, context, context, found)
        return found

    def _collect(
        self,
        expression: Expression,
        context: Place | None,
        origin: Place | None,
        found: set[Place],
    ) -> None:
        if isinstance(expression, Path):
            self._collect_path(expression, context, origin, found)
            return
        for inner in children(expression):
            self._collect(inner, context, origin, found)

    def _collect_path(
        self, path: Path, context: Place | None, origin: Place | None, found: set[Place]
    ) -> None:
        if path.start is not None:
            self._collect(path.start, context, origin, found)
            # current() means where the whole expression stands, even inside a predicate.
            context = origin
        found.update(self.reached(path, context))
        for at, step in enumerate(path.steps, 1):
            if step.predicates:
                prefix = Path(path.absolute, path.start, path.steps[:at])
                # Outside the main instance a relative path reads no place of ours.
                around: list[Place | None] = [*self.reached(prefix, context)]
                for inner in around or [None]:
                    for predicate in step.predicates:
                        self._collect(predicate, inner, origin, found)


def _is_plain(step: Step) -> bool:
    return step.axis in ("child", "parent", "self") and step.test.local != "*"


def _walk(place: Place, step: Step) -> tuple[list[Place], int]:
    """Return where one step leads from a place, and how many places that meant looking at."""
    on_axis = _on_axis(place, step.axis)
    return [one for one in on_axis if _passes(one, step.test)], len(on_axis) + 1


def _on_axis(place: Place, axis: str) -> list[Place]:
    match axis:
        case "child":
            return place.children
        case "self":
            return [place]
        case "parent":
            return [] if place.parent is None else [place.parent]
        case "descendant":
            return list(place.below())
        case "descendant-or-self":
            return [place, *place.below()]
        case "ancestor":
            return list(place.above())[1:]
        case "ancestor-or-self":
            return list(place.above())
        case "attribute" | "namespace":
            return []
    return [] if place.parent is None else _beside(place, place.parent, axis)


def _beside(place: Place, parent: Place, axis: str) -> list[Place]:
    siblings = [one for one in parent.children if one is not place]
    if axis.endswith("-sibling"):
        return siblings
    # following and preceding reach across the whole form: assume all of it.
    top = list(place.above())[-1]
    return [top, *top.below()]


def _passes(place: Place, test: NodeTest) -> bool:
    if test.kind == "node":
        return True
    return test.kind == "name" and test.local in ("*", place.name)


def _unique(places: Iterable[Place]) -> list[Place]:
    return sorted(dict.fromkeys(places), key=lambda place: place.number)
