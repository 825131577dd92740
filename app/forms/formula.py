"""An expression of a form: its text, what it reads, and the closures that run it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from app.forms.places import Place, Skeleton
from app.forms.xpath.compiler import Scope, compile_expression
from app.forms.xpath.functions import is_known
from app.forms.xpath.parser import parse
from app.forms.xpath.piece import NodesRun, Piece, TextRun, TruthRun
from app.forms.xpath.syntax import Call, Expression, Path, children


class Source:
    """The text of an expression and what is true of it wherever it stands."""

    def __init__(self, text: str, skeleton: Skeleton) -> None:
        self.text = text
        self.tree = parse(text)
        every = list(_everything(self.tree))
        paths = [one for one in every if isinstance(one, Path)]
        self.calls = frozenset(one.name for one in every if isinstance(one, Call))
        self.is_fixed = all(path.absolute for path in paths)
        """Whether it means the same at every place: none of its paths starts where it stands."""
        self.lost = [
            path
            for path in paths
            if path.absolute and path.steps and not skeleton.reached(path, None)
        ]
        """The absolute paths in it that lead nowhere in this form."""


class Formula:
    """An expression as it stands at one place of a form; the same for all responses."""

    def __init__(self, source: Source, workshop: Workshop, context: Place) -> None:
        self.source = source
        self.context = context
        self._workshop = workshop

    @cached_property
    def reads(self) -> frozenset[Place]:
        """The places whose values it may read."""
        return self._workshop.reads(self.source, self.context)

    @cached_property
    def _piece(self) -> Piece:
        return self._workshop.piece(self.source, self.context)

    @cached_property
    def truth(self) -> TruthRun:
        """Yields the result as a boolean."""
        return self._piece.truth()

    @cached_property
    def text(self) -> TextRun:
        """Yields the result as text."""
        return self._piece.text()

    @cached_property
    def nodes(self) -> NodesRun:
        """Yields the nodes it leads to."""
        return self._piece.nodes()

    @property
    def calls(self) -> frozenset[str]:
        """The names of the functions it calls."""
        return self.source.calls

    @property
    def always(self) -> bool | None:
        """True or False where the expression is just ``true()`` or ``false()``, else None."""
        tree = self.source.tree
        if isinstance(tree, Call) and not tree.arguments:
            return {"true": True, "false": False}.get(tree.name)
        return None

    def unknown_functions(self) -> list[str]:
        """Return the names of functions it calls that do not exist."""
        return sorted(name for name in self.calls if not is_known(name))


class Workshop:
    """Makes the formulas of one form; equal texts are read, and where possible compiled, once."""

    def __init__(self, skeleton: Skeleton, namespaces: dict[str, str]) -> None:
        self.skeleton = skeleton
        self._namespaces = namespaces
        self._sources: dict[str, Source] = {}
        self._reads: dict[Source, frozenset[Place]] = {}
        self._pieces: dict[Source, Piece] = {}

    def formula(self, text: str, context: Place) -> Formula:
        """Read ``text`` as it stands at ``context``; raises XPathSyntaxError."""
        source = self._sources.get(text)
        if source is None:
            source = self._sources[text] = Source(text, self.skeleton)
        return Formula(source, self, context)

    def reads(self, source: Source, context: Place) -> frozenset[Place]:
        """Return the places an expression may read where it stands."""
        if not source.is_fixed:
            return frozenset(self.skeleton.reads(source.tree, context))
        if source not in self._reads:
            self._reads[source] = frozenset(self.skeleton.reads(source.tree, context))
        return self._reads[source]

    def piece(self, source: Source, context: Place) -> Piece:
        """Return an expression compiled for where it stands."""
        if not source.is_fixed:
            return compile_expression(source.tree, self._scope(context))
        if source not in self._pieces:
            self._pieces[source] = compile_expression(source.tree, self._scope(context))
        return self._pieces[source]

    def _scope(self, context: Place) -> Scope:
        def locate(path: Path) -> int | None:
            place = self.skeleton.locate(path, context)
            return None if place is None else place.number

        return Scope(True, self._namespaces, locate)


def _everything(tree: Expression) -> Iterator[Expression]:
    stack = [tree]
    while stack:
        one = stack.pop()
        yield one
        stack.extend(children(one))
