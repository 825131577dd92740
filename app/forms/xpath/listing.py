"""Long lists as trees: an item becomes a node when somebody looks at it, and is found by a text.

Of fifty thousand choices a question offers a hundred. Making nodes of the others took half a second
at the first question that asked, and the memory for good.
"""

from __future__ import annotations

from typing import Any, Protocol

from app.forms.xpath.nodes import Node, fields_of, text_of

Index = dict[str, list[int]]
"""Which items of a list, from 0 in their order, hold a text."""


class Row(Node):
    """An item of a list; ``at`` is its place among all children there, from 0."""

    __slots__ = ("at",)

    def __init__(self, at: int, name: str, value: str = "") -> None:
        super().__init__("element", name, value)
        self.at = at


class Source(Protocol):
    """What a list is made from."""

    def __len__(self) -> int:
        """Return how many children the list has."""

    def made(self, at: int) -> Row:
        """Return the child ``at`` as a node, with all that is inside it."""

    def index(self, name: str, field: str) -> Index:
        """Return which children called ``name`` hold what in ``field``, see ``items_having``."""


class Tree(Node):
    """The top of a list that never changes.

    ``indexes`` are those of parts that are no ``Listing``: one for each parent, name of item and
    name of field.
    """

    __slots__ = ("indexes",)

    def __init__(self, name: str) -> None:
        super().__init__("element", name)
        self.indexes: dict[tuple[int, str, str], dict[str, list[Node]]] = {}


class Listing(Node):
    """The element that holds the items of a list.

    Several threads may look into it: each sees the same node for the same item.
    """

    __slots__ = ("_indexes", "_made", "source")

    def __init__(self, name: str, source: Source) -> None:
        super().__init__("element", name)
        self.source = source
        self._made: dict[int, Row] = {}
        self._indexes: dict[tuple[str, str], Index] = {}
        # Whoever asks for them finds the slot empty, and __getattr__ fills it.
        del self.children

    def __getattr__(self, name: str) -> Any:
        if name != "children":
            raise AttributeError(name)
        self.children = [self.row(at) for at in range(len(self.source))]
        return self.children

    def row(self, at: int) -> Row:
        """Return the child ``at``."""
        found = self._made.get(at)
        if found is None:
            found = self.source.made(at)
            found.parent = self
            # Of two threads the first one's counts.
            found = self._made.setdefault(at, found)
        return found

    def index(self, name: str, field: str) -> Index:
        """Return where children called ``name`` hold what in ``field``; made at the first call."""
        key = (name, field)
        if key not in self._indexes:
            self._indexes[key] = self.source.index(name, field)
        return self._indexes[key]


def items_having(parent: Node, name: str, field: str, value: str) -> list[Node]:
    """Return the children of ``parent`` called ``name`` whose ``field`` holds ``value``.

    A field that begins with ``@`` is an attribute. In a list that never changes the first question
    makes an index, and the others look it up.
    """
    if isinstance(parent, Listing):
        return [parent.row(at) for at in parent.index(name, field).get(value, ())]
    top = parent.root
    if not isinstance(top, Tree):
        return _index(parent, name, field).get(value, [])
    key = (id(parent), name, field)
    if key not in top.indexes:
        top.indexes[key] = _index(parent, name, field)
    return top.indexes[key].get(value, [])


def _index(parent: Node, name: str, field: str) -> dict[str, list[Node]]:
    index: dict[str, list[Node]] = {}
    for item in parent.children:
        if item.name == name and item.kind == "element":
            for text in {text_of(one) for one in fields_of(item, field)}:
                index.setdefault(text, []).append(item)
    return index
