"""The skeleton of a form's answers: one place for every element of its instance.

Places are numbered in document order. A place stands at a depth: in how many repeats it is. What
an expression reads is told with the depth it shares with its reader, so that a change in one row
of a repeat wakes only the rules of that row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from app.forms.problems import FormError, Problem
from app.forms.xpath.syntax import Call, NodeTest, Path, Step
from app.i18n import _

MAX_PLACES = 10_000
MAX_WALKED = 2_000_000
"""How many places all rules together may look at while they are understood; real forms need some
thousands, and a rule such as ``count(//*)`` at every question would need the square of the form."""


@dataclass(slots=True, eq=False)
class Place:
    """An element of the instance, or an attribute that has a rule.

    ``path`` starts below the root: ``/group/question``, ``/group/@attribute``; the root's own is
    empty. ``default`` is the text the blank form holds. ``is_repeat`` says that it is a row of a
    repeat; ``repeats`` are those it stands in, outermost first, its own included, and ``depth``
    says how many.
    """

    number: int
    name: str
    path: str
    parent: Place | None
    default: str = ""
    is_repeat: bool = False
    kind: str = "element"
    uri: str = ""
    children: list[Place] = field(default_factory=list)
    attributes: list[Place] = field(default_factory=list)
    named: dict[str, list[Place]] = field(default_factory=dict)
    depth: int = field(init=False)
    repeats: tuple[Place, ...] = field(init=False)

    def __post_init__(self) -> None:
        around = () if self.parent is None else self.parent.repeats
        self.repeats = (*around, self) if self.is_repeat else around
        self.depth = len(self.repeats)

    @property
    def repeated(self) -> bool:
        """Whether a response may hold it several times."""
        return self.depth > 0

    def below(self) -> Iterator[Place]:
        """Yield every place inside this one, in document order."""
        yield from self.attributes
        for child in self.children:
            yield child
            yield from child.below()

    def above(self) -> Iterator[Place]:
        """Yield this place and those around it, innermost first."""
        place: Place | None = self
        while place is not None:
            yield place
            place = place.parent


def form_path(written: str, around: str, root: str) -> str:
    """The path by which the form knows what is written as a path, seen from the path ``around``."""
    names = [name.strip().rpartition(":")[2] for name in written.strip().rstrip("/").split("/")]
    if names[0] == "":
        parts, names = [], names[2:] if names[1:2] == [root] else names[1:]
    else:
        parts = around.split("/")[1:]
    for name in names:
        if name == "..":
            parts = parts[:-1]
        elif name not in (".", "current()"):
            parts.append(name)
    return "".join(f"/{name}" for name in parts)


Reach = dict[Place, int]
"""Places a path may lead to, each with the number of repeats whose row it certainly shares with
where the path starts."""


@dataclass(frozen=True, slots=True)
class Located:
    """How a path is shortened: from the node of ``place`` that exists once at ``place.depth``,
    taking the steps that are left."""

    place: Place
    steps: tuple[Step, ...]


class Skeleton:
    """All places of a form, by number and by path.

    ``templates`` hold what a new row of a repeat starts from, by its number.
    """

    def __init__(self, root: Place, templates: Mapping[int, Element] | None = None) -> None:
        self.root = root
        self.templates = {} if templates is None else templates
        self.places: list[Place] = [root, *root.below()]
        self._left = MAX_WALKED
        self.by_path: dict[str, Place] = {}
        for place in self.places:
            if place.parent is not None and place.kind == "element":
                place.parent.named.setdefault(place.name, []).append(place)
            self.by_path.setdefault(place.path, place)

    def locate(self, path: Path, context: Place) -> Located | None:
        """Return the shortest way to what ``path`` leads to, or None where there is none.

        A path to one node of the same row, or of a row around it, needs no steps at all.
        """
        if path.start is not None and path.start != Call("current", ()):
            return None
        known = 0 if path.absolute else context.depth
        place = None if path.absolute else context
        for at, step in enumerate(path.steps):
            following = self._one(place, step)
            if following is None or following.depth > known:
                shared = following is not None and self._is_shared(path, at, following, context)
                if not shared or following is None:
                    return None if place is None or not at else Located(place, path.steps[at:])
            known = following.depth
            place = following
        return None if place is None else Located(place, ())

    def _one(self, place: Place | None, step: Step) -> Place | None:
        """Return the one place a plain step leads to."""
        if step.predicates:
            return None
        if step.axis == "child" and step.test.kind == "name" and step.test.local != "*":
            if place is None:
                return self.root if _passes(self.root, step.test) else None
            found = place.named.get(step.test.local, ())
            return found[0] if len(found) == 1 else None
        if place is None or step.test.kind != "node":
            return None
        if step.axis == "parent":
            return place.parent
        return place if step.axis == "self" else None

    def _is_shared(self, path: Path, at: int, place: Place, context: Place) -> bool:
        """Tell whether a step into a repeat means the row the expression stands in.

        The ODK XForms specification (XPath paths) reads an absolute path into a repeat, used
        inside it, as one into the same row. What ends at the repeat itself means all its rows.
        """
        if not path.absolute or path.steps[at].predicates or at + 1 == len(path.steps):
            return False
        return place.is_repeat and any(one is place for one in context.above())

    def reached(self, path: Path, context: Place | None) -> list[Place]:
        """Return every place ``path`` may lead to, whatever its predicates; in document order."""
        start: Reach = {} if context is None else {context: context.depth}
        if path.start is not None and path.start != Call("current", ()):
            start = {}
        return _unique(self.walked(path, start, context))

    def walked(self, path: Path, start: Reach, origin: Place | None) -> Reach:
        """Return what ``path`` may lead to from ``start``, or from the root if it is absolute.

        ``origin`` is where the whole expression stands.
        """
        if not path.absolute:
            found, first = start, 0
        else:
            found, first = self._from_top(path.steps)
        for at in range(first, len(path.steps)):
            found = self._stepped(found, path.steps[at])
            if path.absolute and origin is not None:
                for place, depth in found.items():
                    if depth == place.depth - 1 and self._is_shared(path, at, place, origin):
                        found[place] = place.depth
        return found

    def _stepped(self, places: Reach, step: Step) -> Reach:
        found: Reach = {}
        for place, depth in places.items():
            reached, looked_at = _walk(place, step)
            self._look(looked_at)
            shared = min(depth, _shared(place, step.axis))
            for one in reached:
                most = min(shared, one.depth)
                found[one] = min(found.get(one, most), most)
        return found

    def _look(self, places: int) -> None:
        self._left -= places
        if self._left < 0:
            raise FormError([Problem(_("The rules of the form read too much of it at once."))])

    def _from_top(self, steps: tuple[Step, ...]) -> tuple[Reach, int]:
        # The document above the root is no place: the first step names the root itself.
        if not steps:
            return {}, 0
        first = steps[0]
        if first.axis == "child":
            return ({self.root: 0} if _passes(self.root, first.test) else {}), 1
        if first.axis == "descendant-or-self" and len(steps) > 1:
            self._look(len(self.places))
            every = [one for one in self.places if _passes(one, steps[1].test)]
            return dict.fromkeys(every, 0), 2
        return {}, 0


def _walk(place: Place, step: Step) -> tuple[list[Place], int]:
    """Return where one step leads from a place, and how many places that meant looking at."""
    if step.axis == "child" and step.test.kind == "name" and step.test.local != "*":
        return place.named.get(step.test.local, []), 1
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
        case "attribute":
            return place.attributes
        case "namespace":
            return []
    return [] if place.parent is None else _beside(place, place.parent, axis)


def _beside(place: Place, parent: Place, axis: str) -> list[Place]:
    if axis.endswith("-sibling"):
        # The rows of a repeat stand beside one another.
        return [one for one in parent.children if one is not place or place.is_repeat]
    # following and preceding reach across the whole form: assume all of it.
    top = list(place.above())[-1]
    return [top, *top.below()]


def _shared(place: Place, axis: str) -> int:
    """Return how many rows are certainly still the same after a step along ``axis``."""
    if axis.endswith("-sibling"):
        return place.depth - place.is_repeat
    return 0 if axis in ("following", "preceding") else place.depth


def _passes(place: Place, test: NodeTest) -> bool:
    if test.kind == "node":
        return True
    return test.kind == "name" and test.local in ("*", place.name)


def _unique(places: Iterable[Place]) -> list[Place]:
    return sorted(dict.fromkeys(places), key=lambda place: place.number)
