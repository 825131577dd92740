"""The tree expressions walk: documents, secondary instances and the answers of a form alike.

One class for all kinds of node keeps the hot path (``node.value`` of a leaf) a plain attribute.
A leaf element holds its text in ``value``; the text node it stands for is made only if asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

from app.forms.xpath.errors import XPathEvaluationError
from app.i18n import _

MAX_TREE_DEPTH = 200
XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"


class Node:
    """A node of a tree.

    ``kind`` is document, element, attribute, text, comment or processing-instruction. ``name`` is
    the local name (or the target of a processing instruction). ``value`` is the text of a leaf;
    an element with children has its text in them.
    """

    __slots__ = ("attributes", "children", "kind", "name", "parent", "prefix", "uri", "value")

    relevant: bool = True
    """Whether it counts among the nodes of a set; in a response a question may not apply."""

    def __init__(
        self, kind: str, name: str = "", value: str = "", uri: str = "", prefix: str = ""
    ) -> None:
        self.kind = kind
        self.name = name
        self.value = value
        self.uri = uri
        self.prefix = prefix
        self.parent: Node | None = None
        self.children: list[Node] = []
        self.attributes: list[Node] = []

    def append(self, child: Node) -> Node:
        """Make ``child`` the last child of this node and return it."""
        child.parent = self
        self.children.append(child)
        return child

    def add_attribute(self, name: str, value: str, uri: str = "", prefix: str = "") -> None:
        """Give this element an attribute."""
        attribute = Node("attribute", name, value, uri, prefix)
        attribute.parent = self
        self.attributes.append(attribute)

    def text_children(self) -> list[Node]:
        """Turn the text of this leaf into a node of its own and return it, for good."""
        self.append(Node("text", value=self.value))
        self.value = ""
        return self.children

    def attribute(self, name: str) -> str:
        """Return the value of the attribute called ``name``, or an empty text."""
        return next((one.value for one in self.attributes if one.name == name), "")

    def element(self, name: str) -> Node | None:
        """Return the first child element called ``name``."""
        return next((one for one in self.children if one.name == name), None)

    @property
    def root(self) -> Node:
        """The top of the tree this node is in."""
        node = self
        while node.parent is not None:
            node = node.parent
        return node

    @property
    def qualified(self) -> str:
        """The name with its prefix, as written."""
        return f"{self.prefix}:{self.name}" if self.prefix else self.name


def fields_of(item: Node, field: str) -> list[Node]:
    """Return the children of ``item`` called ``field``, or its attribute after an ``@``."""
    if field.startswith("@"):
        return [one for one in item.attributes if one.name == field[1:]]
    return [one for one in item.children if one.name == field]


def text_of(node: Node) -> str:
    """Return the string-value of ``node``: its own text, or that of all text inside it."""
    if not node.children:
        return node.value
    return "".join(one.value for one in descendants(node) if one.kind in _TEXTUAL)


# A leaf element stands for the text node inside it; in mixed content it has a real one.
_TEXTUAL = frozenset({"text", "element"})


def descendants(node: Node) -> Iterator[Node]:
    """Yield everything below ``node`` in document order (not attributes)."""
    stack = node.children[::-1]
    while stack:
        one = stack.pop()
        yield one
        if one.children:
            stack.extend(one.children[::-1])


def in_document_order(nodes: list[Node]) -> list[Node]:
    """Return ``nodes`` without repetitions, sorted as they stand in their documents."""
    if len(nodes) < 2:
        return nodes
    unique = list(dict.fromkeys(nodes))
    order: dict[Node, int] = {}
    for root in dict.fromkeys(one.root for one in unique):
        order[root] = len(order)
        for node in descendants(root):
            order[node] = len(order)
            for attribute in node.attributes:
                order[attribute] = len(order)
    return sorted(unique, key=lambda one: order.get(one, len(order)))


def parse_document(xml: str | bytes) -> Node:
    """Return the document in ``xml`` with its namespaces, comments and instructions.

    Raises XPathEvaluationError when it is not XML, declares a document type (which is how entity
    bombs and stolen files come in) or is nested absurdly deep.
    """
    builder = _Builder()
    try:
        builder.parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise XPathEvaluationError(
            _("This is not XML: line {line}, column {column}.").format(
                line=error.lineno, column=error.offset + 1
            )
        ) from None
    return builder.document


class _Builder:
    def __init__(self) -> None:
        self.document = Node("document")
        self.parser = expat.ParserCreate(namespace_separator="\n")
        self.parser.namespace_prefixes = True
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.CommentHandler = self._comment
        self.parser.ProcessingInstructionHandler = self._instruction
        self._open = [self.document]

    def _doctype(self, *_declaration: object) -> None:
        raise XPathEvaluationError(_("The file declares a document type, which is not accepted."))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) > MAX_TREE_DEPTH:
            raise XPathEvaluationError(_("The file is nested too deeply."))
        node = Node("element", **_split(name))
        for key, value in attributes.items():
            node.add_attribute(value=value, **_split(key))
        self._open.append(self._open[-1].append(node))

    def _end(self, _name: str) -> None:
        node = self._open.pop()
        if len(node.children) == 1 and node.children[0].kind == "text":
            node.value = node.children.pop().value

    def _text(self, text: str) -> None:
        self._open[-1].append(Node("text", value=text))

    def _comment(self, text: str) -> None:
        self._open[-1].append(Node("comment", value=text))

    def _instruction(self, target: str, text: str) -> None:
        self._open[-1].append(Node("processing-instruction", target, text))


def _split(name: str) -> dict[str, str]:
    # expat writes a name as "local", "uri local" or "uri local prefix", with our separator.
    parts = name.split("\n")
    if len(parts) == 1:
        return {"name": name}
    return {"name": parts[1], "uri": parts[0], "prefix": parts[2] if len(parts) > 2 else ""}
