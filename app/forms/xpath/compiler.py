"""From the tree of an expression to one closure.

A definition compiles each expression once; every session then runs the same closures against its
own host. ``Scope.locate`` is how the definition shortens paths: where a path always leads to the
same single question, it answers with that question's number and the walk becomes an index.
Inside a repeat, "single" means: single in the row the expression stands in, or around it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from app.forms.xpath import indexing, operators, paths
from app.forms.xpath.context import Context
from app.forms.xpath.errors import XPathEvaluationError
from app.forms.xpath.nodes import XML_NAMESPACE, Node
from app.forms.xpath.piece import NodesRun, Piece, Run
from app.forms.xpath.syntax import (
    Binary,
    Call,
    Expression,
    Filter,
    Logical,
    Negate,
    Number,
    Path,
    Step,
    String,
)
from app.forms.xpath.values import Result
from app.i18n import _

JAVAROSA = "http://openrosa.org/javarosa"
NAMESPACES = {
    "xml": XML_NAMESPACE,
    "jr": JAVAROSA,
    "h": "http://www.w3.org/1999/xhtml",
    "orx": "http://openrosa.org/xforms",
    "odk": "http://www.opendatakit.org/xforms",
}


@dataclass(frozen=True, slots=True)
class Located:
    """A shortened path: from the node ``number`` of the row at ``level`` (0: the root), taking
    ``steps``."""

    level: int
    number: int
    steps: tuple[Step, ...] = ()


Locate = Callable[[Path], Located | None]


def _nowhere(_path: Path) -> Located | None:
    return None


@dataclass(frozen=True)
class Scope:
    """How names are understood where an expression stands.

    ``forms`` False means plain XPath 1.0: no dates, no form functions, names in no namespace.
    """

    forms: bool = True
    namespaces: dict[str, str] = field(default_factory=lambda: dict(NAMESPACES))
    locate: Locate = _nowhere

    def inside(self) -> Scope:
        """Return the scope within a predicate, where relative paths start elsewhere."""
        locate = self.locate

        def from_outside(path: Path) -> Located | None:
            # current() means where the whole expression stands, even inside a predicate.
            return locate(path) if path.absolute or path.start is not None else None

        return Scope(self.forms, self.namespaces, from_outside)


def compile_expression(expression: Expression, scope: Scope) -> Piece:
    """Return ``expression`` as a closure.

    Calling an unknown function or one with the wrong arguments fails only when the call is
    reached, as XForms has it; the form check names such calls beforehand.
    """
    match expression:
        case Number(value) | String(value):
            return literal(value, scope)
        case Path():
            return _path(expression, scope)
        case Call():
            return _call(expression, scope)
        case Logical(symbol, operands):
            pieces = [compile_expression(one, scope) for one in operands]
            return operators.logical(symbol, pieces, scope.forms)
        case Binary(symbol, left, right):
            return _binary(symbol, left, right, scope)
        case Negate(operand):
            return operators.negate(compile_expression(operand, scope), scope.forms)
        case Filter(primary, predicates):
            return _filter(compile_expression(primary, scope), predicates, scope)


def literal(value: str | float, scope: Scope) -> Piece:
    """Return a constant."""
    kind = "text" if isinstance(value, str) else "number"
    constant: Result = value
    return Piece(kind, lambda context: value, forms=scope.forms, constant=constant)


def _binary(symbol: str, left: Expression, right: Expression, scope: Scope) -> Piece:
    a, b = compile_expression(left, scope), compile_expression(right, scope)
    if symbol == "|":
        return operators.union(a, b, scope.forms)
    if symbol in ("+", "-", "*", "div", "mod"):
        return operators.arithmetic(symbol, a, b, scope.forms)
    return operators.comparison(symbol, a, b, scope.forms)


def _filter(primary: Piece, predicates: tuple[Expression, ...], scope: Scope) -> Piece:
    nodes = primary.nodes()
    inner = scope.inside()
    tests = [compile_expression(one, inner) for one in predicates]

    def run(context: Context) -> list[Node]:
        found = nodes(context)
        for test in tests:
            found = paths.narrowed(context, found, test)
        return found

    return Piece("nodes", run, forms=scope.forms)


def _path(path: Path, scope: Scope) -> Piece:
    located = scope.locate(path)
    if located is not None:
        start = _single(located, scope)
        return start if not located.steps else _walked(start.nodes(), False, located.steps, scope)
    start_run = None if path.start is None else compile_expression(path.start, scope).nodes()
    return _walked(start_run, path.absolute, path.steps, scope, is_tidy=path.start is None)


def _walked(
    start: NodesRun | None,
    absolute: bool,
    steps: tuple[Step, ...],
    scope: Scope,
    is_tidy: bool = True,
) -> Piece:
    compiled = []
    tidy = not is_tidy
    for step in steps:
        compiled.append(_step(step, scope, tidy))
        tidy = tidy or step.axis not in ("self", "child", "attribute", "parent")
    run = paths.path_run(start, absolute, compiled)
    return Piece("nodes", paths.relevant_run(run) if scope.forms else run, forms=scope.forms)


def _single(located: Located, scope: Scope) -> Piece:
    number, level = located.number, located.level
    if level == 0:
        return Piece(
            "nodes",
            lambda context: [context.singles[number]],
            forms=scope.forms,
            first=lambda context: context.singles[number].value,
            single=True,
        )
    return Piece(
        "nodes",
        lambda context: [context.levels[level][number]],
        forms=scope.forms,
        first=lambda context: context.levels[level][number].value,
        single=True,
    )


def _step(step: Step, scope: Scope, tidy: bool) -> paths.StepRun:
    test = paths.node_test(step.test, step.axis, scope.namespaces, scope.forms)
    name = step.test
    is_plain = scope.forms and name.kind == "name" and not name.prefix and name.local != "*"
    if is_plain and step.axis == "child" and not step.predicates and not tidy:
        return paths.children_run(name.local)
    inner = scope.inside()
    predicates = [compile_expression(one, inner) for one in step.predicates]
    walked = paths.step_run(step.axis, test, predicates, tidy)
    lookup = indexing.lookup_of(step)
    if lookup is None or not scope.forms:
        return walked
    value = compile_expression(lookup.value, inner)
    if value.kind not in ("text", "nodes"):
        return walked
    rest = [
        Piece("truth", compile_expression(one, inner).truth(), forms=True) for one in lookup.rest
    ]
    return indexing.indexed_step(step, lookup.field, value, rest + predicates[1:], walked)


def _call(call: Call, scope: Scope) -> Piece:
    # Functions compile their own arguments, so the two modules need each other.
    from app.forms.xpath.functions import build

    try:
        return build(call, [compile_expression(one, scope) for one in call.arguments], scope)
    except XPathEvaluationError as error:
        return Piece("any", _failing(error.message), forms=scope.forms)


def _failing(message: str) -> Run:
    def fail(context: Context) -> Result:
        raise XPathEvaluationError(message)

    return fail


def unknown_function(name: str) -> XPathEvaluationError:
    """Return the complaint about a function nobody knows."""
    return XPathEvaluationError(_("There is no function called “{name}”.").format(name=name))
