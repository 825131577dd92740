"""How functions are declared, and how a call becomes a closure.

Most functions are plain Python over converted arguments: their signature says what each argument
is turned into (``t`` text, ``n`` number, ``b`` boolean, ``s`` nodes, ``v`` whatever it is), with
``?`` after an optional one and ``*`` after one that may repeat. A capital ``C`` first asks for the
context. The few that must see the unevaluated pieces (``if``, ``position``) are ``special``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from app.forms.xpath.context import Context
from app.forms.xpath.errors import XPathEvaluationError
from app.forms.xpath.piece import Piece, Run
from app.i18n import _

Builder = Callable[[list[Piece], bool], Piece]
"""Makes the piece of a call from its arguments; the flag says whether forms' rules hold."""

Body = TypeVar("Body", bound=Callable[..., Any])


@dataclass(frozen=True)
class Function:
    """A function: how many arguments it takes, and how to build a call (``None``: no limit)."""

    name: str
    fewest: int
    most: int | None
    build: Builder
    forms_only: bool


FUNCTIONS: dict[str, Function] = {}


def special(
    name: str, fewest: int, most: int | None, *, plain: bool = False
) -> Callable[[Builder], Builder]:
    """Declare a function that builds its own piece; ``plain`` ones exist in XPath 1.0 too."""

    def declare(build: Builder) -> Builder:
        FUNCTIONS[name] = Function(name, fewest, most, build, not plain)
        return build

    return declare


def function(
    name: str, kind: str, signature: str = "", *, plain: bool = False
) -> Callable[[Body], Body]:
    """Declare a function of converted arguments that yields ``kind`` (see ``Piece.kind``)."""
    wants_context = signature.startswith("C")
    parts = re.findall(r"[tnbsv][?*]?", signature.removeprefix("C"))
    fewest = sum(len(one) == 1 for one in parts)
    most = None if any(one.endswith("*") for one in parts) else len(parts)

    def declare(body: Body) -> Body:
        def build(arguments: list[Piece], forms: bool) -> Piece:
            converted = _converted(parts, arguments)
            return Piece(kind, _applied(body, converted, wants_context), forms=forms)

        FUNCTIONS[name] = Function(name, fewest, most, build, not plain)
        return body

    return declare


def check_count(found: Function, count: int) -> None:
    """Raise XPathEvaluationError when a function cannot take ``count`` arguments."""
    if count < found.fewest:
        message = _("{name}() needs at least {number} arguments, not {count}.")
        number = found.fewest
    elif found.most is not None and count > found.most:
        message = _("{name}() takes at most {number} arguments, not {count}.")
        number = found.most
    else:
        return
    raise XPathEvaluationError(message.format(name=found.name, number=number, count=count))


def _converted(parts: list[str], arguments: list[Piece]) -> list[Run]:
    runs = []
    for at, argument in enumerate(arguments):
        part = parts[at] if at < len(parts) else parts[-1]
        runs.append(_CONVERT[part[0]](argument))
    return runs


def _any(argument: Piece) -> Run:
    return argument.run


_CONVERT: dict[str, Callable[[Piece], Run]] = {
    "t": Piece.text,
    "n": Piece.number,
    "b": Piece.truth,
    "s": Piece.nodes,
    "v": _any,
}


def _applied(body: Callable[..., Any], runs: list[Run], wants_context: bool) -> Run:
    if wants_context:
        return lambda context: body(context, *[run(context) for run in runs])
    return _BY_COUNT.get(len(runs), _many)(body, runs)


def _none(body: Callable[..., Any], runs: list[Run]) -> Run:
    return lambda context: body()


def _one(body: Callable[..., Any], runs: list[Run]) -> Run:
    (a,) = runs
    return lambda context: body(a(context))


def _two(body: Callable[..., Any], runs: list[Run]) -> Run:
    a, b = runs
    return lambda context: body(a(context), b(context))


def _many(body: Callable[..., Any], runs: list[Run]) -> Run:
    def call(context: Context) -> Any:
        return body(*[run(context) for run in runs])

    return call


_BY_COUNT = {0: _none, 1: _one, 2: _two}
