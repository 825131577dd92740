"""Read an expression into its tree: the grammar of XPath 1.0 by precedence climbing.

Depth is bounded on the way in, so that neither reading, compiling nor running an expression built
to blow up can exhaust the stack.
"""

from __future__ import annotations

from app.forms.xpath.errors import XPathSyntaxError
from app.forms.xpath.lexer import Token, tokens
from app.forms.xpath.syntax import (
    ANY_NODE,
    AXES,
    DESCEND,
    NODE_TYPES,
    Binary,
    Call,
    Expression,
    Filter,
    Logical,
    Negate,
    NodeTest,
    Number,
    Path,
    Step,
    String,
)
from app.i18n import _

MAX_DEPTH = 100
_LEVELS: tuple[frozenset[str], ...] = (
    frozenset({"or"}),
    frozenset({"and"}),
    frozenset({"=", "!="}),
    frozenset({"<", "<=", ">", ">="}),
    frozenset({"+", "-"}),
    frozenset({"*", "div", "mod"}),
)
_LEVEL = {operator: level for level, group in enumerate(_LEVELS) for operator in group}


def parse(expression: str) -> Expression:
    """Return the tree of ``expression``.

    Raises XPathSyntaxError with the offset of what does not fit.
    """
    return _Parser(tokens(expression)).whole()


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._depth = 0

    def whole(self) -> Expression:
        if self._peek.kind == "end":
            raise XPathSyntaxError(_("The expression is empty."), 0)
        tree = self._expression(0)
        if self._peek.kind != "end":
            raise self._misplaced()
        return tree

    @property
    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _symbol(self, text: str) -> bool:
        token = self._tokens[self._at]
        if token.text == text and token.kind == "symbol":
            self._at += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        if not self._symbol(text):
            if self._peek.kind == "end":
                raise XPathSyntaxError(
                    _("“{symbol}” is missing.").format(symbol=text), self._peek.position
                )
            raise self._misplaced()

    def _misplaced(self) -> XPathSyntaxError:
        token = self._peek
        if token.kind == "end":
            message = _("The expression stops short: something is missing at its end.")
        else:
            message = _("“{word}” cannot stand here.").format(word=token.text[:40])
        return XPathSyntaxError(message, token.position)

    def _deeper(self, levels: int = 1) -> None:
        self._depth += levels
        if self._depth > MAX_DEPTH:
            raise XPathSyntaxError(_("The expression is nested too deeply."), self._peek.position)

    def _expression(self, lowest: int) -> Expression:
        depth = self._depth
        self._deeper()
        left = self._unary()
        while True:
            token = self._peek
            level = _LEVEL.get(token.text, -1) if token.kind == "symbol" else -1
            if level < lowest:
                self._depth = depth
                return left
            self._deeper()
            left = self._chain(left, token.text, level)

    def _chain(self, left: Expression, operator: str, level: int) -> Expression:
        self._at += 1
        right = self._expression(level + 1)
        if operator not in ("and", "or"):
            return Binary(operator, left, right)
        operands = [left, right]
        while self._symbol(operator):
            operands.append(self._expression(level + 1))
        return Logical(operator, tuple(operands))

    def _unary(self) -> Expression:
        minus = 0
        while self._symbol("-"):
            minus += 1
        operand = self._union()
        # Two signs cancel, except that they still turn the operand into a number.
        for _sign in range(minus if minus < 3 else 2 - minus % 2):
            operand = Negate(operand)
        return operand

    def _union(self) -> Expression:
        left = self._path()
        depth = self._depth
        while self._symbol("|"):
            self._deeper()
            left = Binary("|", left, self._path())
        self._depth = depth
        return left

    def _path(self) -> Expression:
        token = self._peek
        if token.kind == "symbol" and token.text in ("/", "//"):
            return self._absolute()
        if self._starts_step():
            return Path(False, None, tuple(self._steps([self._step()])))
        primary = self._filtered()
        if self._peek.kind == "symbol" and self._peek.text in ("/", "//"):
            return Path(False, primary, tuple(self._steps([])))
        return primary

    def _absolute(self) -> Path:
        slash = self._next()
        if slash.text == "//":
            return Path(True, None, tuple(self._steps([DESCEND, self._step()])))
        if not self._starts_step():
            return Path(True, None, ())
        return Path(True, None, tuple(self._steps([self._step()])))

    def _steps(self, steps: list[Step]) -> list[Step]:
        while self._peek.kind == "symbol" and self._peek.text in ("/", "//"):
            if self._next().text == "//":
                steps.append(DESCEND)
            steps.append(self._step())
        return steps

    def _starts_step(self) -> bool:
        token = self._peek
        if token.kind == "axis" or (token.kind == "symbol" and token.text in (".", "..", "@")):
            return True
        return token.kind == "name" and (not self._before_bracket() or token.text in NODE_TYPES)

    def _before_bracket(self) -> bool:
        following = self._tokens[self._at + 1]
        return following.kind == "symbol" and following.text == "("

    def _step(self) -> Step:
        if self._symbol("."):
            return Step("self", ANY_NODE, self._predicates())
        if self._symbol(".."):
            return Step("parent", ANY_NODE, self._predicates())
        axis = "child"
        if self._symbol("@"):
            axis = "attribute"
        elif self._peek.kind == "axis":
            axis = self._axis()
        return Step(axis, self._node_test(), self._predicates())

    def _axis(self) -> str:
        token = self._next()
        if token.text not in AXES:
            raise XPathSyntaxError(
                _("“{word}” is not an axis.").format(word=token.text), token.position
            )
        return token.text

    def _node_test(self) -> NodeTest:
        token = self._peek
        if token.kind != "name":
            raise self._misplaced()
        if token.text in NODE_TYPES and self._before_bracket():
            return self._node_type()
        self._at += 1
        prefix, _colon, local = token.text.rpartition(":")
        return NodeTest("name", prefix, local)

    def _node_type(self) -> NodeTest:
        kind = self._next().text
        self._expect("(")
        target = ""
        if kind == "processing-instruction" and self._peek.kind == "string":
            target = self._next().text[1:-1]
        self._expect(")")
        return NodeTest(kind, "", target)

    def _predicates(self) -> tuple[Expression, ...]:
        found: list[Expression] = []
        while self._symbol("["):
            found.append(self._expression(0))
            self._expect("]")
        return tuple(found)

    def _filtered(self) -> Expression:
        primary = self._primary()
        predicates = self._predicates()
        return Filter(primary, predicates) if predicates else primary

    def _primary(self) -> Expression:
        token = self._peek
        if token.kind == "number":
            self._at += 1
            return Number(float(token.text))
        if token.kind == "string":
            self._at += 1
            return String(token.text[1:-1])
        if token.kind == "name":
            return self._call()
        if token.kind == "variable":
            raise XPathSyntaxError(
                _("Forms have no variables: “{word}”.").format(word=token.text), token.position
            )
        if self._symbol("("):
            inner = self._expression(0)
            self._expect(")")
            return inner
        raise self._misplaced()

    def _call(self) -> Call:
        name = self._next().text
        self._expect("(")
        arguments: list[Expression] = []
        if not self._symbol(")"):
            arguments.append(self._expression(0))
            while self._symbol(","):
                arguments.append(self._expression(0))
            self._expect(")")
        return Call(name, tuple(arguments))
