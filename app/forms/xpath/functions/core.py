"""The functions of XPath 1.0 itself."""

from __future__ import annotations

import math
import re

from app.forms.xpath.context import Context
from app.forms.xpath.errors import XPathEvaluationError
from app.forms.xpath.functions.registry import function, special
from app.forms.xpath.nodes import XML_NAMESPACE, Node, descendants, text_of
from app.forms.xpath.piece import Piece, TextRun
from app.forms.xpath.values import NAN, to_number
from app.i18n import _

MAX_TEXT = 250_000
_SPACES = re.compile(r"[ \t\r\n]+")


def half_up(number: float) -> float:
    """Round as XPath 1.0 does: halves towards positive infinity."""
    return float(math.floor(number + 0.5)) if math.isfinite(number) else number


@special("true", 0, 0, plain=True)
def _true(arguments: list[Piece], forms: bool) -> Piece:
    return Piece("truth", lambda context: True, forms=forms, constant=True)


@special("false", 0, 0, plain=True)
def _false(arguments: list[Piece], forms: bool) -> Piece:
    return Piece("truth", lambda context: False, forms=forms, constant=False)


@special("not", 1, 1, plain=True)
def _not(arguments: list[Piece], forms: bool) -> Piece:
    truth = arguments[0].truth()
    return Piece("truth", lambda context: not truth(context), forms=forms)


@special("boolean", 1, 1, plain=True)
def _boolean(arguments: list[Piece], forms: bool) -> Piece:
    return Piece("truth", arguments[0].truth(), forms=forms)


@special("number", 0, 1, plain=True)
def _number(arguments: list[Piece], forms: bool) -> Piece:
    return Piece("number", (arguments or [_here(forms)])[0].number(), forms=forms)


@special("string", 0, 1, plain=True)
def _string(arguments: list[Piece], forms: bool) -> Piece:
    return Piece("text", (arguments or [_here(forms)])[0].text(), forms=forms)


def _here(forms: bool) -> Piece:
    return Piece("nodes", lambda context: [context.node], forms=forms)


@special("last", 0, 0, plain=True)
def _last(arguments: list[Piece], forms: bool) -> Piece:
    return Piece("number", lambda context: float(context.size), forms=forms)


@special("position", 0, 1, plain=True)
def _position(arguments: list[Piece], forms: bool) -> Piece:
    if not arguments:
        return Piece("number", lambda context: float(context.position), forms=forms)
    nodes = arguments[0].nodes()

    def place(context: Context) -> float:
        found = nodes(context)
        return float(context.host.repeat_position(found[0])) if found else NAN

    return Piece("number", place, forms=forms)


@function("count", "number", "s", plain=True)
def _count(nodes: list[Node]) -> float:
    return float(len(nodes))


def _added(numbers: list[float]) -> float:
    """Their sum; infinite, or NaN, where it is beyond what a number can be."""
    try:
        return math.fsum(numbers)
    except (OverflowError, ValueError):
        return sum(numbers)


@special("sum", 1, 1, plain=True)
def _sum(arguments: list[Piece], forms: bool) -> Piece:
    nodes = arguments[0].nodes()

    def total(context: Context) -> float:
        offset = context.offset if forms else None
        return _added([to_number([one], offset) for one in nodes(context)])

    return Piece("number", total, forms=forms)


@function("floor", "number", "n", plain=True)
def _floor(number: float) -> float:
    return float(math.floor(number)) if math.isfinite(number) else number


@function("ceiling", "number", "n", plain=True)
def _ceiling(number: float) -> float:
    return float(math.ceil(number)) if math.isfinite(number) else number


@special("concat", 0, None, plain=True)
def _concat(arguments: list[Piece], forms: bool) -> Piece:
    # Forms join every node of a set; plain XPath takes the first.
    texts = [_all_text(one) if forms and one.kind == "nodes" else one.text() for one in arguments]

    def joined(context: Context) -> str:
        return bounded("", [text(context) for text in texts])

    return Piece("text", joined, forms=forms)


def bounded(glue: str, parts: list[str]) -> str:
    """Join ``parts``; raise XPathEvaluationError rather than build a text nobody can read."""
    if sum(map(len, parts)) + len(glue) * len(parts) > MAX_TEXT:
        raise XPathEvaluationError(_("The text put together is too long."))
    return glue.join(parts)


def _all_text(argument: Piece) -> TextRun:
    nodes = argument.nodes()
    return lambda context: "".join([text_of(one) for one in nodes(context)])


@function("starts-with", "truth", "tt", plain=True)
def _starts_with(text: str, start: str) -> bool:
    return text.startswith(start)


@function("contains", "truth", "tt", plain=True)
def _contains(text: str, part: str) -> bool:
    return part in text


@function("substring-before", "text", "tt", plain=True)
def _substring_before(text: str, mark: str) -> str:
    return text.partition(mark)[0] if mark and mark in text else ""


@function("substring-after", "text", "tt", plain=True)
def _substring_after(text: str, mark: str) -> str:
    return text.partition(mark)[2] if mark else text


@function("substring", "text", "tnn?", plain=True)
def _substring(text: str, start: float, length: float | None = None) -> str:
    first = half_up(start)
    end = math.inf if length is None else first + half_up(length)
    return "".join(one for at, one in enumerate(text, 1) if first <= at < end)


@special("string-length", 0, 1, plain=True)
def _string_length(arguments: list[Piece], forms: bool) -> Piece:
    text = (arguments or [_here(forms)])[0].text()
    return Piece("number", lambda context: float(len(text(context))), forms=forms)


@special("normalize-space", 0, 1, plain=True)
def _normalize_space(arguments: list[Piece], forms: bool) -> Piece:
    text = (arguments or [_here(forms)])[0].text()
    return Piece("text", lambda context: _SPACES.sub(" ", text(context)).strip(" "), forms=forms)


@function("translate", "text", "ttt", plain=True)
def _translate(text: str, old: str, new: str) -> str:
    table: dict[str, str] = {}
    for at, letter in enumerate(old):
        table.setdefault(letter, new[at] if at < len(new) else "")
    return "".join(table.get(letter, letter) for letter in text)


def _name_function(name: str, read: str) -> None:
    def build(arguments: list[Piece], forms: bool) -> Piece:
        nodes = (arguments or [_here(forms)])[0].nodes()

        def text(context: Context) -> str:
            found = nodes(context)
            return str(getattr(found[0], read)) if found else ""

        run: TextRun = text
        return Piece("text", run, forms=forms)

    special(name, 0, 1, plain=True)(build)


_name_function("local-name", "name")
_name_function("namespace-uri", "uri")
_name_function("name", "qualified")


@function("lang", "truth", "Ct", plain=True)
def _lang(context: Context, wanted: str) -> bool:
    node: Node | None = context.node
    while node is not None:
        for attribute in node.attributes:
            if attribute.name == "lang" and attribute.uri == XML_NAMESPACE:
                language, wanted = attribute.value.lower(), wanted.lower()
                return language == wanted or language.startswith(wanted + "-")
        node = node.parent
    return False


@function("id", "nodes", "Cv", plain=True)
def _id(context: Context, value: object) -> list[Node]:
    texts = [text_of(one) for one in value] if isinstance(value, list) else [str(value)]
    wanted = {word for text in texts for word in text.split()}
    return [one for one in descendants(context.node.root) if one.attribute("id") in wanted]
