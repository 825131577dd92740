"""Functions on sets of nodes: repeats, lists and figures over them."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable

from app.forms.xpath.context import Context
from app.forms.xpath.errors import XPathEvaluationError
from app.forms.xpath.functions.registry import function, special
from app.forms.xpath.listing import items_having
from app.forms.xpath.nodes import Node, fields_of, text_of
from app.forms.xpath.piece import Piece
from app.forms.xpath.values import NAN, form_number, to_number
from app.i18n import _

# The generator of Park and Miller, which the ODK specification prescribes for randomize().
_MODULUS = 2_147_483_647
_MULTIPLIER = 16_807
_LONGEST = 2**63 - 1


@function("count-non-empty", "number", "s")
def _count_non_empty(nodes: list[Node]) -> float:
    return float(sum(text_of(one) != "" for one in nodes))


def _extreme(name: str, choose: Callable[[list[float]], float]) -> None:
    def build(arguments: list[Piece], forms: bool) -> Piece:
        def chosen(context: Context) -> float:
            numbers = [one for piece in arguments for one in _numbers(piece, context)]
            # NaN compares false with everything, so it must be looked for.
            return NAN if not numbers or any(map(math.isnan, numbers)) else choose(numbers)

        return Piece("number", chosen, forms=forms)

    special(name, 1, None)(build)


def _numbers(piece: Piece, context: Context) -> list[float]:
    if piece.kind == "nodes":
        return [form_number(text_of(one), context.offset) for one in piece.run(context)]
    return [to_number(piece.run(context), context.offset)]


_extreme("min", min)
_extreme("max", max)


@function("instance", "nodes", "Ct")
def _instance(context: Context, name: str) -> list[Node]:
    return [context.host.instance(name)]


@function("pulldata", "text", "Ctttt")
def _pulldata(context: Context, name: str, wanted: str, field: str, value: str) -> str:
    """Read one field of the first item whose ``field`` holds ``value`` (XLSForm, pulldata)."""
    top = context.host.instance(name)
    for root in top.children:
        found = items_having(root, "item", field, value)
        if found:
            inner = fields_of(found[0], wanted)
            return text_of(inner[0]) if inner else ""
    return ""


@function("current", "nodes", "C", plain=True)
def _current(context: Context) -> list[Node]:
    return [context.origin]


@special("randomize", 1, 2)
def _randomize(arguments: list[Piece], forms: bool) -> Piece:
    nodes = arguments[0].nodes()
    seed = arguments[1] if len(arguments) > 1 else None
    number = None if seed is None else seed.number()
    text = None if seed is None else seed.text()

    def shuffled(context: Context) -> list[Node]:
        found = list(nodes(context))
        if number is None or text is None:
            context.host.random.shuffle(found)
            return found
        return shuffle(found, seed_of(number(context), text(context)))

    return Piece("nodes", shuffled, forms=forms)


def seed_of(number: float, text: str) -> int:
    """Return the whole number a seed stands for: a fraction is cut, a text is hashed.

    As the ODK XForms specification has it (randomize): the first eight bytes of the SHA-256 of a
    text that is no number; an empty one is 0.
    """
    if math.isfinite(number):
        return math.trunc(number)
    if not math.isnan(number):
        return _LONGEST if number > 0 else -_LONGEST - 1
    if text in ("", "NaN"):
        return 0
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], signed=True)


def shuffle(nodes: list[Node], seed: int) -> list[Node]:
    """Return ``nodes`` in the order that ``seed`` stands for, the same on every device."""
    # What is left of a negative seed is negative, as in the engines on telephones.
    state = abs(seed) % _MODULUS * (1 if seed > 0 else -1)
    if state <= 0:
        state += _MODULUS - 1
    found: list[Node] = []
    for at, node in enumerate(nodes):
        state = state * _MULTIPLIER % _MODULUS
        other = int((state - 1) / (_MODULUS - 1) * (at + 1))
        found.append(node)
        found[at], found[other] = found[other], node
    return found


@special("indexed-repeat", 3, None)
def _indexed_repeat(arguments: list[Piece], forms: bool) -> Piece:
    if len(arguments) % 2 == 0:
        raise XPathEvaluationError(_("indexed-repeat() needs a number for each repeat."))
    target = arguments[0].nodes()
    levels = [
        (repeat.nodes(), place.number())
        for repeat, place in zip(arguments[1::2], arguments[2::2], strict=True)
    ]

    def found(context: Context) -> list[Node]:
        # The repeats may be named in any order.
        asked = [(repeat(context), place(context)) for repeat, place in levels]
        if not all(rows for rows, _number in asked):
            return []
        top = min((rows[0] for rows, _number in asked), key=_depth).parent
        if top is None:
            return []
        candidates = _below(top, target(context))
        for some, number in asked:
            rows = _below(top, some)
            kept = {one for one in rows if context.host.repeat_position(one) == number}
            candidates = [one for one in candidates if _is_inside(one, kept)]
        return candidates

    return Piece("nodes", found, forms=forms)


def _depth(node: Node) -> int:
    depth, above = 0, node.parent
    while above is not None:
        depth, above = depth + 1, above.parent
    return depth


def _below(top: Node, nodes: list[Node]) -> list[Node]:
    """Return every node that stands to ``top`` as the first of ``nodes`` does.

    A path may have been read from inside one row; the index asks for any of them.
    """
    names: list[str] = []
    node = nodes[0] if nodes else None
    while node is not None and node is not top:
        names.append(node.name)
        node = node.parent
    if node is None:
        return []
    found = [top]
    for name in reversed(names):
        found = [child for one in found for child in one.children if child.name == name]
    return found


def _is_inside(node: Node, rows: set[Node]) -> bool:
    above: Node | None = node
    while above is not None:
        if above in rows:
            return True
        above = above.parent
    return False
