"""Functions that decide: if, coalesce, once and the checklists."""

from __future__ import annotations

from typing import Any

from app.forms.xpath.context import Context
from app.forms.xpath.functions.registry import function, special
from app.forms.xpath.nodes import text_of
from app.forms.xpath.piece import Piece
from app.forms.xpath.values import to_number, to_text


@special("if", 3, 3)
def _if(arguments: list[Piece], forms: bool) -> Piece:
    truth = arguments[0].truth()
    yes, no = arguments[1], arguments[2]
    kind = yes.kind if yes.kind == no.kind else "any"
    a, b = yes.run, no.run
    return Piece(kind, lambda context: a(context) if truth(context) else b(context), forms=forms)


@special("coalesce", 2, None)
def _coalesce(arguments: list[Piece], forms: bool) -> Piece:
    texts = [one.text() for one in arguments]

    def first_answered(context: Context) -> str:
        for text in texts:
            found = text(context)
            if found not in ("", "NaN"):
                return found
        return ""

    return Piece("text", first_answered, forms=forms)


@special("once", 1, 1)
def _once(arguments: list[Piece], forms: bool) -> Piece:
    text = arguments[0].text()

    def once(context: Context) -> str:
        kept = text_of(context.origin)
        if kept:
            return kept
        found = text(context)
        return "" if found == "NaN" else found

    return Piece("text", once, forms=forms)


@function("boolean-from-string", "truth", "v")
def _boolean_from_string(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = to_text(value).strip()
    return text == "true" or to_number(text, None) == 1.0


@special("checklist", 2, None)
def _checklist(arguments: list[Piece], forms: bool) -> Piece:
    least, most = arguments[0].number(), arguments[1].number()
    truths = [one.truth() for one in arguments[2:]]

    def within(context: Context) -> bool:
        return _within(
            least(context), most(context), float(sum(truth(context) for truth in truths))
        )

    return Piece("truth", within, forms=forms)


@special("weighted-checklist", 2, None)
def _weighted_checklist(arguments: list[Piece], forms: bool) -> Piece:
    least, most = arguments[0].number(), arguments[1].number()
    pairs = [
        (truth.truth(), weight.number())
        for truth, weight in zip(arguments[2::2], arguments[3::2], strict=False)
    ]

    def within(context: Context) -> bool:
        total = sum(weight(context) for truth, weight in pairs if truth(context))
        return _within(least(context), most(context), total)

    return Piece("truth", within, forms=forms)


def _within(least: float, most: float, count: float) -> bool:
    # A negative bound means no bound.
    return (least < 0 or count >= least) and (most < 0 or count <= most)
