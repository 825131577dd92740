"""Functions on texts that XForms adds to XPath."""

from __future__ import annotations

from app.forms.xpath.context import Context
from app.forms.xpath.functions.core import bounded
from app.forms.xpath.functions.registry import function, special
from app.forms.xpath.nodes import text_of
from app.forms.xpath.patterns import matches
from app.forms.xpath.piece import Piece


@function("substr", "text", "tnn?")
def _substr(text: str, start: float, end: float = float("inf")) -> str:
    size = len(text)
    return text[_place(start, size) : _place(end, size)]


def _place(number: float, size: int) -> int:
    if number != number:
        return 0
    bounded = int(max(-size, min(size, number)))
    return bounded if bounded >= 0 else size + bounded


@function("ends-with", "truth", "tt")
def _ends_with(text: str, end: str) -> bool:
    return text.endswith(end)


@special("join", 1, None)
def _join(arguments: list[Piece], forms: bool) -> Piece:
    glue, rest = arguments[0].text(), arguments[1:]
    runs = [(one.nodes() if one.kind == "nodes" else None, one.text()) for one in rest]

    def joined(context: Context) -> str:
        parts: list[str] = []
        for nodes, text in runs:
            if nodes is None:
                parts.append(text(context))
            else:
                parts.extend(text_of(one) for one in nodes(context))
        return bounded(glue(context), parts)

    return Piece("text", joined, forms=forms)


@function("regex", "truth", "Ctt")
def _regex(context: Context, text: str, pattern: str) -> bool:
    return matches(text, pattern, context.host.spend)
