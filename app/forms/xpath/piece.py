"""A compiled expression: a closure together with what is known of it before it runs.

Knowing the kind of an operand in advance is what lets a comparison become one closure instead of
a decision taken anew at each run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from app.forms.xpath.context import Context
from app.forms.xpath.errors import XPathEvaluationError
from app.forms.xpath.nodes import Node, text_of
from app.forms.xpath.values import (
    Result,
    form_number,
    number_text,
    plain_number,
    to_number,
    to_text,
    to_truth,
)
from app.i18n import _

Run: TypeAlias = Callable[[Context], Any]
TextRun: TypeAlias = Callable[[Context], str]
NumberRun: TypeAlias = Callable[[Context], float]
TruthRun: TypeAlias = Callable[[Context], bool]
NodesRun: TypeAlias = Callable[[Context], list[Node]]


class Piece:
    """``kind`` is text, number, truth, moment, nodes or any; ``run`` yields that kind.

    ``constant`` is the value of a literal. ``first`` reads the text of a node-set's first node
    without building the set, and ``single`` promises that there is always exactly one.
    """

    __slots__ = ("constant", "first", "forms", "kind", "run", "single")

    def __init__(
        self,
        kind: str,
        run: Run,
        *,
        forms: bool,
        constant: Result | None = None,
        first: TextRun | None = None,
        single: bool = False,
    ) -> None:
        self.kind = kind
        self.run = run
        self.forms = forms
        self.constant = constant
        self.first = first
        self.single = single

    def text(self) -> TextRun:
        """Return a closure that yields the result as text."""
        run = self.run
        if self.constant is not None:
            known = to_text(self.constant)
            return lambda context: known
        if self.kind == "text":
            return run
        if self.kind == "nodes":
            return self.first or _first_text(run)
        if self.kind == "number":
            return lambda context: number_text(run(context))
        return lambda context: to_text(run(context))

    def number(self) -> NumberRun:
        """Return a closure that yields the result as a number."""
        if self.kind == "number":
            return self.run
        if self.constant is None and self.kind in ("text", "nodes"):
            return _number_of_text(self.text(), self.forms)
        run, forms = self.run, self.forms
        return lambda context: to_number(run(context), context.offset if forms else None)

    def truth(self) -> TruthRun:
        """Return a closure that yields the result as a boolean."""
        run = self.run
        if self.kind == "truth":
            return run
        if self.single:
            return lambda context: True
        return lambda context: to_truth(run(context))

    def nodes(self) -> NodesRun:
        """Return a closure that yields the nodes; it raises for anything but a node-set."""
        if self.kind == "nodes":
            return self.run
        if self.kind == "any":
            return _checked_nodes(self.run)
        raise XPathEvaluationError(_("A path to questions is needed here, not a value."))


def _first_text(run: NodesRun) -> TextRun:
    def first(context: Context) -> str:
        found = run(context)
        return text_of(found[0]) if found else ""

    return first


def _number_of_text(read: TextRun, forms: bool) -> NumberRun:
    if not forms:
        return lambda context: plain_number(read(context))
    return lambda context: form_number(read(context), context.offset)


def _checked_nodes(run: Run) -> NodesRun:
    def checked(context: Context) -> list[Node]:
        found = run(context)
        if not isinstance(found, list):
            raise XPathEvaluationError(_("A path to questions is needed here, not a value."))
        return found

    return checked
