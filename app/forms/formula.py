"""An expression of a form: its text, what it reads, and the closures that run it."""

from __future__ import annotations

from functools import cached_property

from app.forms.places import Place, Reach, Skeleton
from app.forms.reads import Reads, reads_of
from app.forms.xpath.compiler import Located, Scope, compile_expression
from app.forms.xpath.functions import is_known
from app.forms.xpath.parser import parse
from app.forms.xpath.piece import NodesRun, NumberRun, Piece, Run, TextRun, TruthRun
from app.forms.xpath.syntax import Call, Path, everything


class Source:
    """The text of an expression and what is true of it wherever it stands."""

    def __init__(self, text: str, skeleton: Skeleton) -> None:
        self.text = text
        self.tree = parse(text)
        every = list(everything(self.tree))
        paths = [one for one in every if isinstance(one, Path)]
        self.calls = frozenset(one.name for one in every if isinstance(one, Call))
        self.is_fixed = all(path.absolute for path in paths)
        """Whether it means the same all over one row: no path starts where it stands."""
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
    def reads(self) -> Reach:
        """The places whose values it may read, with how many rows it certainly shares with them."""
        return self._workshop.reads(self.source, self.context).values

    @property
    def order(self) -> Reach:
        """The rows whose number it asks for."""
        return self._workshop.reads(self.source, self.context).order

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
    def number(self) -> NumberRun:
        """Yields the result as a number."""
        return self._piece.number()

    @cached_property
    def nodes(self) -> NodesRun:
        """Yields the nodes it leads to."""
        return self._piece.nodes()

    @cached_property
    def value(self) -> Run:
        """Yields the result as it is."""
        return self._piece.run

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
        self._reads: dict[tuple[Source, Place], Reads] = {}
        self._pieces: dict[tuple[Source, Place], Piece] = {}

    def formula(self, text: str, context: Place) -> Formula:
        """Read ``text`` as it stands at ``context``; raises XPathSyntaxError."""
        source = self._sources.get(text)
        if source is None:
            source = self._sources[text] = Source(text, self.skeleton)
        return Formula(source, self, context)

    def reads(self, source: Source, context: Place) -> Reads:
        """Return what an expression may read where it stands."""
        key = (source, _row(context) if source.is_fixed else context)
        if key not in self._reads:
            self._reads[key] = reads_of(self.skeleton, source.tree, context)
        return self._reads[key]

    def piece(self, source: Source, context: Place) -> Piece:
        """Return an expression compiled for where it stands."""
        key = (source, _row(context) if source.is_fixed else context)
        if key not in self._pieces:
            self._pieces[key] = compile_expression(source.tree, self._scope(context))
        return self._pieces[key]

    def inner(self, text: str) -> Piece:
        """Compile what is run at the nodes of a list; raises XPathSyntaxError."""
        return compile_expression(parse(text), Scope(True, self._namespaces))

    def _scope(self, context: Place) -> Scope:
        def locate(path: Path) -> Located | None:
            found = self.skeleton.locate(path, context)
            if found is None:
                return None
            return Located(found.place.depth, found.place.number, found.steps)

        return Scope(True, self._namespaces, locate)


def _row(place: Place) -> Place:
    """Return the innermost repeat around a place, or the root: absolute paths depend on no more."""
    return next((one for one in place.above() if one.is_repeat or one.parent is None), place)
