"""Operators: each becomes the narrowest closure that the kinds of its operands allow."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from app.forms.xpath.context import Context
from app.forms.xpath.nodes import in_document_order, text_of
from app.forms.xpath.piece import NodesRun, NumberRun, Piece, Run, TextRun, TruthRun
from app.forms.xpath.values import (
    Moment,
    Result,
    days_of,
    looks_like_date,
    to_number,
    to_text,
    to_truth,
)

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_NUMERIC = frozenset({"number", "moment"})


def arithmetic(symbol: str, left: Piece, right: Piece, forms: bool) -> Piece:
    """Return ``left symbol right`` for ``+ - * div mod``."""
    a, b = left.number(), right.number()
    return Piece("number", _ARITHMETIC[symbol](a, b), forms=forms)


def _add(a: NumberRun, b: NumberRun) -> NumberRun:
    return lambda context: a(context) + b(context)


def _subtract(a: NumberRun, b: NumberRun) -> NumberRun:
    return lambda context: a(context) - b(context)


def _multiply(a: NumberRun, b: NumberRun) -> NumberRun:
    return lambda context: a(context) * b(context)


def _divide(a: NumberRun, b: NumberRun) -> NumberRun:
    def divide(context: Context) -> float:
        over, under = a(context), b(context)
        if under != 0:
            return over / under
        if over == 0 or over != over:
            return math.nan
        return math.copysign(math.inf, over) * math.copysign(1.0, under)

    return divide


def _remainder(a: NumberRun, b: NumberRun) -> NumberRun:
    def remainder(context: Context) -> float:
        over, under = a(context), b(context)
        if under == 0 or over in (math.inf, -math.inf):
            return math.nan
        return math.fmod(over, under)

    return remainder


_ARITHMETIC = {"+": _add, "-": _subtract, "*": _multiply, "div": _divide, "mod": _remainder}


def negate(operand: Piece, forms: bool) -> Piece:
    """Return ``-operand``."""
    number = operand.number()
    if operand.constant is not None and operand.kind == "number":
        known = -float(to_number(operand.constant, None))
        return Piece("number", lambda context: known, forms=forms, constant=known)
    return Piece("number", lambda context: -number(context), forms=forms)


def logical(symbol: str, operands: list[Piece], forms: bool) -> Piece:
    """Return the operands joined by ``and`` or ``or``; it stops at the first that settles it."""
    truths = [one.truth() for one in operands]
    if len(truths) == 2:
        return Piece("truth", _pair(symbol, *truths), forms=forms)
    settles = symbol == "or"

    def chain(context: Context) -> bool:
        for truth in truths:
            if truth(context) is settles:
                return settles
        return not settles

    return Piece("truth", chain, forms=forms)


def _pair(symbol: str, a: TruthRun, b: TruthRun) -> TruthRun:
    if symbol == "or":
        return lambda context: a(context) or b(context)
    return lambda context: a(context) and b(context)


def union(left: Piece, right: Piece, forms: bool) -> Piece:
    """Return the nodes of both, in document order."""
    a, b = left.nodes(), right.nodes()
    return Piece("nodes", lambda context: in_document_order(a(context) + b(context)), forms=forms)


def comparison(symbol: str, left: Piece, right: Piece, forms: bool) -> Piece:
    """Return ``left symbol right`` for the six comparisons."""
    return Piece("truth", _comparison(symbol, left, right, forms), forms=forms)


def _comparison(symbol: str, left: Piece, right: Piece, forms: bool) -> Run:
    if "any" in (left.kind, right.kind):
        return _dynamic(symbol, left.run, right.run, forms)
    equality = symbol in ("=", "!=")
    if left.kind == "nodes" and not left.single and not (equality and right.kind == "truth"):
        return _exists(symbol, left, right, forms)
    if right.kind == "nodes" and not right.single and not (equality and left.kind == "truth"):
        return _exists(_MIRROR[symbol], right, left, forms)
    return _scalar(symbol, left, right)


def _scalar(symbol: str, left: Piece, right: Piece) -> Run:
    compare = _COMPARE[symbol]
    if symbol in ("=", "!="):
        if "truth" in (left.kind, right.kind):
            return _compare(compare, left.truth(), right.truth())
        if not (left.kind in _NUMERIC or right.kind in _NUMERIC):
            return _compare_texts(symbol, left, right)
    return _compare(compare, left.number(), right.number())


def _compare(compare: Callable[[Any, Any], bool], a: Run, b: Run) -> Run:
    return lambda context: compare(a(context), b(context))


def _compare_texts(symbol: str, left: Piece, right: Piece) -> Run:
    a, b = left.text(), right.text()
    if right.constant is not None:
        known = to_text(right.constant)
        if right.forms and looks_like_date(known):
            return _same_date(symbol, a, known)
        if symbol == "=":
            return lambda context: a(context) == known
        return lambda context: a(context) != known
    return _compare(_COMPARE[symbol], a, b)


def _same_date(symbol: str, read: TextRun, known: str) -> Run:
    """Compare with a date that is written out: the same moment written otherwise is the same."""
    wanted = symbol == "="
    return lambda context: _is_same_date(read(context), known, context.offset) is wanted


def _any_same_date(symbol: str, nodes: NodesRun, known: str) -> Run:
    wanted = symbol == "="
    return lambda context: any(
        _is_same_date(text_of(one), known, context.offset) is wanted for one in nodes(context)
    )


def _is_same_date(text: str, known: str, offset: int) -> bool:
    return text == known or days_of(text, offset) == days_of(known, offset)


def _exists(symbol: str, left: Piece, right: Piece, forms: bool) -> Run:
    if right.kind == "nodes":
        return _dynamic(symbol, left.run, right.run, forms)
    nodes, compare = left.nodes(), _COMPARE[symbol]
    if symbol in ("=", "!=") and right.kind == "text":
        if forms and isinstance(right.constant, str) and looks_like_date(right.constant):
            return _any_same_date(symbol, nodes, right.constant)
        text = right.text()

        def any_text(context: Context) -> bool:
            wanted = text(context)
            return any(compare(text_of(one), wanted) for one in nodes(context))

        return any_text
    number = right.number()

    def any_number(context: Context) -> bool:
        wanted, offset = number(context), context.offset if forms else None
        return any(compare(to_number([one], offset), wanted) for one in nodes(context))

    return any_number


def _dynamic(symbol: str, a: Run, b: Run, forms: bool) -> Run:
    def compared(context: Context) -> bool:
        return compare_results(symbol, a(context), b(context), context.offset if forms else None)

    return compared


def compare_results(symbol: str, left: Result, right: Result, offset: int | None) -> bool:
    """Compare two results whose kinds are only known now, by the rules of XPath 1.0."""
    equality = symbol in ("=", "!=")
    if isinstance(left, list) and not (equality and isinstance(right, bool)):
        texts: list[Result] = [text_of(one) for one in left]
        return any(compare_results(symbol, one, right, offset) for one in texts)
    if isinstance(right, list) and not (equality and isinstance(left, bool)):
        return compare_results(_MIRROR[symbol], right, left, offset)
    compare = _COMPARE[symbol]
    if equality:
        if isinstance(left, bool) or isinstance(right, bool):
            return compare(to_truth(left), to_truth(right))
        if isinstance(left, str) and isinstance(right, str):
            return compare(left, right)
    assert not isinstance(left, Moment) or offset is not None
    return compare(to_number(left, offset), to_number(right, offset))
