"""Which steps into a list can be looked up instead of walked: ``item[field = value and …]``.

Only where looking up cannot change the answer: the value must not depend on the item, and must be
compared as text; what is left of the condition must not ask where the item stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.forms.xpath import paths
from app.forms.xpath.context import Context
from app.forms.xpath.listing import Tree, items_having
from app.forms.xpath.nodes import Node, text_of
from app.forms.xpath.piece import Piece
from app.forms.xpath.syntax import (
    Binary,
    Call,
    Expression,
    Logical,
    Path,
    Step,
    String,
    children,
    everything,
)

_PLACED = frozenset({"position", "last"})
_OF_THE_NODE = frozenset({"position", "last", "lang", "id", "once", "randomize", "random", "uuid"})
_WITHOUT_NODE = frozenset({"true", "false", "current", "today", "now", "pi"})


@dataclass(frozen=True, slots=True)
class Lookup:
    """``field`` of an item must equal ``value``; ``rest`` must hold too."""

    field: str
    value: Expression
    rest: tuple[Expression, ...]


def lookup_of(step: Step) -> Lookup | None:
    """Return how a step can be looked up by its first predicate, or None."""
    test = step.test
    if step.axis != "child" or test.kind != "name" or test.prefix or test.local == "*":
        return None
    if not step.predicates:
        return None
    first = step.predicates[0]
    is_and = isinstance(first, Logical) and first.operator == "and"
    parts = first.operands if isinstance(first, Logical) and is_and else (first,)
    calls = [one.name for part in parts for one in everything(part) if isinstance(one, Call)]
    if not _PLACED.isdisjoint(calls):
        return None
    for at, part in enumerate(parts):
        sides = _sides(part)
        if sides is not None:
            return Lookup(sides[0], sides[1], (*parts[:at], *parts[at + 1 :]))
    return None


def looked_up(tree: Expression) -> Iterator[tuple[str, str, str]]:
    """Yield the list, the name of its items and the field of every step that can be looked up."""
    for one in everything(tree):
        match one:
            case Path(_, Call("instance", (String(name),)), steps):
                for step in steps:
                    lookup = lookup_of(step)
                    if lookup is not None:
                        yield name, step.test.local, lookup.field


def _sides(part: Expression) -> tuple[str, Expression] | None:
    if not isinstance(part, Binary) or part.operator != "=":
        return None
    for one, other in ((part.left, part.right), (part.right, part.left)):
        field = _field(one)
        if field and _is_outside(other):
            return field, other
    return None


def _field(expression: Expression) -> str:
    """Return the name of the child (or ``@`` attribute) an expression reads, if it is just that."""
    match expression:
        case Path(False, None, (Step(axis, test, ()),)):
            if test.kind == "name" and test.local != "*" and not test.prefix:
                return {"child": test.local, "attribute": f"@{test.local}"}.get(axis, "")
    return ""


def _is_outside(expression: Expression) -> bool:
    """Tell whether an expression yields the same at every item."""
    match expression:
        case Path(absolute, start, _):
            return absolute or (start is not None and _is_outside(start))
        case Call(name, arguments):
            known = name not in _OF_THE_NODE if arguments else name in _WITHOUT_NODE
            return known and all(map(_is_outside, arguments))
    return all(map(_is_outside, children(expression)))


def indexed_step(
    step: Step, field: str, value: Piece, rest: list[Piece], walked: paths.StepRun
) -> paths.StepRun:
    """Return a step that looks up in lists that never change, and walks anything else.

    ``rest`` are the conditions left, those of the first predicate as truths.
    """
    name = step.test.local
    texts = value.text() if value.kind == "text" or value.single else None

    def run(context: Context, nodes: list[Node]) -> list[Node]:
        if len(nodes) != 1 or not isinstance(nodes[0].root, Tree):
            return walked(context, nodes)
        if texts is not None:
            wanted = texts(context)
        else:
            values = {text_of(one) for one in value.run(context)}
            if len(values) != 1:
                return walked(context, nodes) if values else []
            wanted = values.pop()
        found = items_having(nodes[0], name, field, wanted)
        context.host.spend(len(found) + 1)
        for predicate in rest:
            found = paths.narrowed(context, found, predicate)
        return list(found)

    return run
