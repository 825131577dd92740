"""Location paths: a chain of small functions from one list of nodes to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from app.forms.xpath.context import Context
from app.forms.xpath.errors import XPathEvaluationError
from app.forms.xpath.nodes import Node, in_document_order
from app.forms.xpath.piece import NodesRun, Piece
from app.forms.xpath.syntax import NodeTest
from app.i18n import _

Walk: TypeAlias = Callable[[Node], Sequence[Node]]
Test: TypeAlias = Callable[[Node], bool]
StepRun: TypeAlias = Callable[[Context, list[Node]], list[Node]]


def children_of(node: Node) -> list[Node]:
    """Return the children of ``node``, making the text node that a leaf stands for."""
    if node.children or not node.value or node.kind != "element":
        return node.children
    return node.text_children()


def _deep(node: Node) -> list[Node]:
    found: list[Node] = []
    stack = children_of(node)[::-1]
    while stack:
        one = stack.pop()
        found.append(one)
        stack.extend(children_of(one)[::-1])
    return found


def _ancestors(node: Node) -> list[Node]:
    found = []
    parent = node.parent
    while parent is not None:
        found.append(parent)
        parent = parent.parent
    return found


def _after(node: Node) -> list[Node]:
    if node.parent is None or node.kind == "attribute":
        return []
    siblings = children_of(node.parent)
    return siblings[siblings.index(node) + 1 :] if node in siblings else []


def _before(node: Node) -> list[Node]:
    if node.parent is None or node.kind == "attribute":
        return []
    siblings = children_of(node.parent)
    return siblings[: siblings.index(node)][::-1] if node in siblings else []


def _following(node: Node) -> list[Node]:
    found: list[Node] = []
    if node.kind == "attribute" and node.parent is not None:
        found.extend(_deep(node.parent))
        node = node.parent
    for one in [node, *_ancestors(node)]:
        for sibling in _after(one):
            found.extend((sibling, *_deep(sibling)))
    return found


def _preceding(node: Node) -> list[Node]:
    if node.kind == "attribute" and node.parent is not None:
        node = node.parent
    found: list[Node] = []
    for one in [node, *_ancestors(node)]:
        for sibling in _before(one):
            found.extend([sibling, *_deep(sibling)][::-1])
    return found


_WALKS: dict[str, Walk] = {
    "self": lambda node: [node],
    "child": children_of,
    "attribute": lambda node: node.attributes,
    "parent": lambda node: [] if node.parent is None else [node.parent],
    "descendant": _deep,
    "descendant-or-self": lambda node: [node, *_deep(node)],
    "ancestor": _ancestors,
    "ancestor-or-self": lambda node: [node, *_ancestors(node)],
    "following-sibling": _after,
    "preceding-sibling": _before,
    "following": _following,
    "preceding": _preceding,
    "namespace": lambda node: [],
}
_IN_ORDER = frozenset({"self", "child", "attribute"})


def node_test(test: NodeTest, axis: str, namespaces: dict[str, str], forms: bool) -> Test | None:
    """Return what tells whether a node passes ``test``, or None if every node does.

    In a form a name without prefix means that name in any namespace, because forms put their
    instance in a default namespace their expressions never mention.
    """
    principal = "attribute" if axis == "attribute" else "element"
    local = test.local
    if test.kind == "node":
        return None
    if test.kind == "processing-instruction" and local:
        return lambda node: node.kind == "processing-instruction" and node.name == local
    if test.kind != "name":
        kind = test.kind
        return lambda node: node.kind == kind
    if test.prefix:
        return _in_namespace(principal, local, _uri(test.prefix, namespaces))
    if local == "*":
        return lambda node: node.kind == principal
    if forms:
        return lambda node: node.name == local and node.kind == principal
    return lambda node: node.name == local and node.kind == principal and not node.uri


def _uri(prefix: str, namespaces: dict[str, str]) -> str:
    if prefix not in namespaces:
        raise XPathEvaluationError(
            _("The prefix “{prefix}” is not declared.").format(prefix=prefix)
        )
    return namespaces[prefix]


def _in_namespace(principal: str, local: str, uri: str) -> Test:
    if local == "*":
        return lambda node: node.kind == principal and node.uri == uri
    return lambda node: node.kind == principal and node.name == local and node.uri == uri


def children_run(name: str) -> StepRun:
    """Return the plainest step there is: to the child elements called ``name``."""

    def step(context: Context, nodes: list[Node]) -> list[Node]:
        found: list[Node] = []
        looked_at = 0
        for node in nodes:
            children = node.children
            looked_at += len(children) + 1
            found += [one for one in children if one.name == name and one.kind == "element"]
        context.host.spend(looked_at)
        return found

    return step


def step_run(axis: str, test: Test | None, predicates: list[Piece], tidy: bool) -> StepRun:
    """Return one step; ``tidy`` says that its input may hold nodes inside one another."""
    walk = _WALKS[axis]

    def from_node(context: Context, node: Node) -> list[Node]:
        on_axis = walk(node)
        context.host.spend(len(on_axis) + 1)
        found = [one for one in on_axis if test is None or test(one)]
        for predicate in predicates:
            found = narrowed(context, found, predicate)
        return found

    def step(context: Context, nodes: list[Node]) -> list[Node]:
        if len(nodes) == 1:
            found = from_node(context, nodes[0])
            return found if axis in _IN_ORDER else in_document_order(found)
        merged = [one for node in nodes for one in from_node(context, node)]
        return in_document_order(merged) if tidy or axis not in _IN_ORDER else merged

    return step


def narrowed(context: Context, nodes: list[Node], predicate: Piece) -> list[Node]:
    """Return those of ``nodes`` for which ``predicate`` holds; a number means a place."""
    size = len(nodes)
    if predicate.kind == "number" and predicate.constant is not None:
        place = predicate.constant
        return [one for at, one in enumerate(nodes, 1) if at == place]
    run, truth, kind = predicate.run, predicate.truth(), predicate.kind
    kept = []
    for at, one in enumerate(nodes, 1):
        inner = Context(context.host, one, at, size, context.origin, context.levels)
        if kind in ("number", "any"):
            value = run(inner)
            keep = value == at if isinstance(value, float) else truth(inner)
        else:
            keep = truth(inner)
        if keep:
            kept.append(one)
    return kept


def path_run(start: NodesRun | None, absolute: bool, steps: list[StepRun]) -> NodesRun:
    """Return the whole path as one closure."""

    def run(context: Context) -> list[Node]:
        if start is not None:
            nodes = start(context)
        else:
            nodes = [context.host.root if absolute else context.node]
        for step in steps:
            if not nodes:
                break
            nodes = step(context, nodes)
        return nodes

    return run


def relevant_run(path: NodesRun) -> NodesRun:
    """Return a path that leaves out what does not apply, as ODK Collect does in sums and counts."""

    def run(context: Context) -> list[Node]:
        return [one for one in path(context) if one.relevant]

    return run
