"""The shape of an expression once read: small frozen nodes, and the way back to text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

AXES = frozenset(
    {
        "ancestor",
        "ancestor-or-self",
        "attribute",
        "child",
        "descendant",
        "descendant-or-self",
        "following",
        "following-sibling",
        "namespace",
        "parent",
        "preceding",
        "preceding-sibling",
        "self",
    }
)
NODE_TYPES = frozenset({"comment", "text", "processing-instruction", "node"})


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written; never negative (that is a ``Negate``)."""

    value: float


@dataclass(frozen=True, slots=True)
class String:
    """A quoted text. It cannot hold both kinds of quote."""

    value: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; ``name`` keeps its prefix, as in ``jr:itext``."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """``left op right`` for the arithmetic and comparison operators and the union ``|``."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Logical:
    """``and`` or ``or`` over two or more operands, kept flat so that long chains stay shallow."""

    operator: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Negate:
    """Unary minus."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class NodeTest:
    """Which nodes a step keeps.

    ``kind`` is ``name`` or one of ``NODE_TYPES``; ``local`` is the local name, ``*`` for any, or
    the target of a processing instruction (may be empty).
    """

    kind: str
    prefix: str = ""
    local: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: an axis, a test and any number of predicates."""

    axis: str
    test: NodeTest
    predicates: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """A primary expression narrowed by predicates, as in ``instance('x')[1]``."""

    primary: Expression
    predicates: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A location path: from the root (``absolute``), from ``start``, or from the context node."""

    absolute: bool
    start: Expression | None
    steps: tuple[Step, ...]


Expression: TypeAlias = Number | String | Call | Binary | Logical | Negate | Filter | Path

ANY_NODE = NodeTest("node")
DESCEND = Step("descendant-or-self", ANY_NODE)
"""What ``//`` stands for between two steps."""


def children(expression: Expression) -> tuple[Expression, ...]:
    """Return the expressions directly inside ``expression``, predicates included."""
    match expression:
        case Call(_, arguments):
            return arguments
        case Binary(_, left, right):
            return (left, right)
        case Logical(_, operands):
            return operands
        case Negate(operand):
            return (operand,)
        case Filter(primary, predicates):
            return (primary, *predicates)
        case Path(_, start, steps):
            inner = tuple(one for step in steps for one in step.predicates)
            return inner if start is None else (start, *inner)
    return ()


def everything(expression: Expression) -> Iterator[Expression]:
    """Yield ``expression`` and all that is inside it."""
    stack = [expression]
    while stack:
        one = stack.pop()
        yield one
        stack.extend(children(one))


def to_text(expression: Expression) -> str:
    """Write ``expression`` as XPath that reads back as the same expression."""
    match expression:
        case Number(value):
            return _number(value)
        case String(value):
            return f'"{value}"' if "'" in value else f"'{value}'"
        case Call(name, arguments):
            return f"{name}({', '.join(map(to_text, arguments))})"
        case Binary(operator, left, right):
            return f"({to_text(left)} {operator} {to_text(right)})"
        case Logical(operator, operands):
            return "(" + f" {operator} ".join(map(to_text, operands)) + ")"
        case Negate(operand):
            return f"(-{to_text(operand)})"
        case Filter(primary, predicates):
            return f"({to_text(primary)})" + _predicates(predicates)
        case Path():
            return _path(expression)


def _number(value: float) -> str:
    # Through Decimal, because XPath knows no exponents.
    return str(int(value)) if value == int(value) else format(Decimal(repr(value)), "f")


def _predicates(predicates: tuple[Expression, ...]) -> str:
    return "".join(f"[{to_text(one)}]" for one in predicates)


def _path(path: Path) -> str:
    steps = "/".join(map(_step, path.steps))
    if path.start is not None:
        return f"({to_text(path.start)})/{steps}"
    # A bare "/" would swallow the operator after it as a name.
    return steps if not path.absolute else f"/{steps}" if steps else "(/)"


def _step(step: Step) -> str:
    test = step.test
    if test.kind == "name":
        name = f"{test.prefix}:{test.local}" if test.prefix else test.local
    else:
        name = f"{test.kind}({_target(test.local)})"
    return f"{step.axis}::{name}" + _predicates(step.predicates)


def _target(local: str) -> str:
    return f"'{local}'" if local else ""
