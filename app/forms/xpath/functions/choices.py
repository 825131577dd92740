"""Functions about choices and about the texts of a form."""

from __future__ import annotations

from app.forms.xpath.context import Context
from app.forms.xpath.functions.registry import function, special
from app.forms.xpath.nodes import Node
from app.forms.xpath.piece import Piece, TruthRun
from app.forms.xpath.values import to_text


@special("selected", 2, 2)
def _selected(arguments: list[Piece], forms: bool) -> Piece:
    chosen = arguments[0].text()
    if arguments[1].constant is not None:
        known = to_text(arguments[1].constant).strip()
        run: TruthRun = lambda context: known in chosen(context).split()  # noqa: E731
        return Piece("truth", run, forms=forms)
    value = arguments[1].text()
    return Piece(
        "truth", lambda context: value(context).strip() in chosen(context).split(), forms=forms
    )


@function("count-selected", "number", "t")
def _count_selected(text: str) -> float:
    return float(len(text.split()))


@function("selected-at", "text", "tn")
def _selected_at(text: str, place: float) -> str:
    chosen = text.split()
    return chosen[int(place)] if 0 <= place < len(chosen) else ""


@function("jr:choice-name", "text", "Ctt")
def _choice_name(context: Context, value: str, path: str) -> str:
    return context.host.choice_name(value, path.strip(), context)


@function("jr:itext", "nodes", "Ct")
def _itext(context: Context, name: str) -> list[Node]:
    return context.host.itext(name, context)
