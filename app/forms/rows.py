"""The living tree of one response: its nodes, the rows of its repeats, and how rows are made.

Every row, and the root, is a scope: it knows the nodes that exist once inside it by the number of
their place, and the ranges of rows it holds. Finding the node a rule stands at is then a lookup.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import count

from app.forms.definition import Choice
from app.forms.places import Place
from app.forms.xpath.context import Context, Host
from app.forms.xpath.nodes import Node

MAX_NODES = 150_000
"""How many nodes a response may hold; a repeat count of a million asks for more."""

_serials = count()


class LiveNode(Node):
    """An element or attribute of a response.

    ``raw`` is the answer as kept; ``value``, which expressions read, is empty while the node is
    not relevant. ``rejected`` holds what was typed and why it is no answer, if it is none.
    ``offered`` are the choices that may be taken now, None while nobody has asked. ``row_number``
    counts the rows of a repeat from 1; ``tag`` is whatever whoever keeps the response knows a row by.
    """

    __slots__ = (
        "_context",
        "offered",
        "own_relevant",
        "place",
        "raw",
        "readonly",
        "rejected",
        "relevant",
        "required",
        "row_number",
        "scope",
        "serial",
        "tag",
        "valid",
    )

    def __init__(self, place: Place, scope: Scope) -> None:
        super().__init__(place.kind, place.name, uri=place.uri)
        self.place = place
        self.scope = scope
        self.serial = next(_serials)
        self.raw = ""
        self.relevant = True
        self.own_relevant = True
        self.readonly = False
        self.required = False
        self.valid = True
        self.rejected: tuple[str, str] | None = None
        self.offered: tuple[Choice, ...] | None = None
        self.row_number = 0
        self.tag = ""
        self._context: Context | None = None

    @property
    def context(self) -> Context:
        """Where expressions stand that belong to this node."""
        if self._context is None:
            self._context = Context(self.scope.host, self, levels=self.scope.levels)
        return self._context

    @property
    def told_path(self) -> str:
        """Where what is wrong at it is told: of a count, which is worked out at a row that stands in
        no response, at the repeat.
        """
        outer = (
            self.parent.scope
            if self.place.is_repeat and isinstance(self.parent, LiveNode)
            else None
        )
        is_template = outer is not None and outer.ranges[self.place.number].template is self
        return self.path.rpartition("[")[0] if is_template else self.path

    @property
    def parts(self) -> Iterator[LiveNode]:
        """Its children and attributes, all of them live."""
        for one in self.attributes:
            assert isinstance(one, LiveNode)
            yield one
        for one in self.children:
            assert isinstance(one, LiveNode)
            yield one

    @property
    def path(self) -> str:
        """Its path with the number of each row: ``/household/member[2]/age``."""
        place, line = self.place, self.scope.line
        outer = line[-2] if place.is_repeat else line[-1]
        if len(line) == 1:
            return place.path
        path = outer.row.path + place.path[len(outer.row.place.path) :]
        return f"{path}[{self.row_number}]" if place.is_repeat else path

    @property
    def order(self) -> tuple[int, ...]:
        """What sorts nodes as they stand in the response."""
        keys: list[int] = [] if self.place.is_repeat else [self.place.number]
        for scope in reversed(self.scope.line[1:]):
            keys += [scope.row.row_number, scope.row.place.number]
        return tuple(reversed(keys))

    def text_children(self) -> list[Node]:
        """Return a text node for the answer; a passing one, since answers change."""
        text = Node("text", value=self.value)
        text.parent = self
        return [text]


class Range:
    """The rows of one repeat inside one node; ``template`` is a row that stands in no response."""

    __slots__ = ("node", "place", "rows", "template")

    def __init__(self, place: Place, node: LiveNode) -> None:
        self.place = place
        self.node = node
        self.rows: list[LiveNode] = []
        self.template: LiveNode | None = None

    @property
    def path(self) -> str:
        """Its path, without a number."""
        return f"{self.node.path}/{self.place.name}"

    @property
    def order(self) -> tuple[int, ...]:
        """What sorts it among nodes: it stands where its first row would."""
        return (*self.node.order, self.place.number)

    def number(self, start: int = 0) -> None:
        """Number the rows anew from the index ``start`` on."""
        for at in range(start, len(self.rows)):
            self.rows[at].row_number = at + 1

    def insert(self, row: LiveNode, at: int) -> None:
        """Put ``row`` at the index ``at``."""
        siblings = self.node.children
        first = bisect_left(siblings, self.place.number, key=_number)
        siblings.insert(first + at, row)
        row.parent = self.node
        self.rows.insert(at, row)
        self.number(at)

    def take(self, at: int) -> LiveNode:
        """Take the row at the index ``at`` out and return it."""
        row = self.rows.pop(at)
        first = bisect_left(self.node.children, self.place.number, key=_number)
        del self.node.children[first + at]
        row.scope.leave()
        self.number(at)
        return row


def _number(node: Node) -> int:
    assert isinstance(node, LiveNode)
    return node.place.number


class Scope:
    """The nodes that exist once inside the root or inside a row.

    ``line`` are the scopes around it and itself, outermost first; ``levels`` their nodes.
    ``is_gone`` says that its row has been taken out.
    """

    __slots__ = ("host", "is_gone", "levels", "line", "nodes", "ranges", "row")

    def __init__(self, host: Host, outer: Scope | None) -> None:
        self.host = host
        self.nodes: dict[int, LiveNode] = {}
        self.ranges: dict[int, Range] = {}
        self.line: tuple[Scope, ...] = (*(outer.line if outer else ()), self)
        self.levels: tuple[dict[int, LiveNode], ...] = tuple(one.nodes for one in self.line)
        self.is_gone = False
        self.row: LiveNode

    def leave(self) -> None:
        """Note that this row, and every row inside it, is no longer part of the response."""
        self.is_gone = True
        for held in self.ranges.values():
            for row in held.rows:
                row.scope.leave()
            if held.template is not None:
                held.template.scope.leave()

    def everything(self) -> Iterator[LiveNode]:
        """Yield every node in it and in the rows it holds."""
        yield from self.nodes.values()
        for held in self.ranges.values():
            for row in held.rows:
                yield from row.scope.everything()

    def templates(self) -> Iterator[LiveNode]:
        """Yield the templates at which counts inside it are worked out."""
        for held in self.ranges.values():
            if held.template is not None:
                yield held.template
            for row in held.rows:
                yield from row.scope.templates()

    def at(self, place: Place) -> Iterator[LiveNode]:
        """Yield every node of ``place``, which must not stand further out than this scope."""
        for scope in self.inside(place.repeats[len(self.line) - 1 :]):
            yield scope.nodes[place.number]

    def ranges_of(self, place: Place) -> Iterator[Range]:
        """Yield every range of the repeat ``place``, as ``at`` does nodes."""
        for scope in self.inside(place.repeats[len(self.line) - 1 : -1]):
            yield scope.ranges[place.number]

    def inside(self, repeats: tuple[Place, ...]) -> list[Scope]:
        """Return the scopes of all rows of the innermost of ``repeats``, one inside the other."""
        scopes = [self]
        for repeat in repeats:
            scopes = [row.scope for one in scopes for row in one.ranges[repeat.number].rows]
        return scopes


def grown(place: Place, host: Host, outer: Scope | None) -> LiveNode:
    """Return a new node of ``place``, a scope of its own, with all that exists once inside it.

    It holds no answers and no rows.
    """
    scope = Scope(host, outer)
    scope.row = _grown(place, scope)
    return scope.row


def _grown(place: Place, scope: Scope) -> LiveNode:
    node = LiveNode(place, scope)
    scope.nodes[place.number] = node
    for attribute in place.attributes:
        made = LiveNode(attribute, scope)
        made.parent = node
        node.attributes.append(made)
        scope.nodes[attribute.number] = made
    for child in place.children:
        if child.is_repeat:
            scope.ranges[child.number] = Range(child, node)
        else:
            node.append(_grown(child, scope))
    return node
