"""The styles of paragraphs in PDF documents."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from app.reports.documents import style
from app.reports.documents.fonts import SANS, SERIF, register

if TYPE_CHECKING:
    from reportlab.lib.styles import ParagraphStyle

_LEFT, _CENTRE, _RIGHT, _JUSTIFIED = 0, 1, 2, 4
BOLD, SANS_BOLD = f"{SERIF}-Bold", f"{SANS}-Bold"

_STYLES: dict[str, tuple[str, tuple[float, float], str, dict[str, Any]]] = {
    "body": (SERIF, style.BODY, style.INK, {"alignment": _JUSTIFIED, "spaceAfter": 6}),
    "note": (SANS, style.NOTE, style.MUTED, {"spaceAfter": 5}),
    "decision": (SERIF, style.BODY, style.INK, {"alignment": _JUSTIFIED, "spaceAfter": 3}),
    "item": (SERIF, style.BODY, style.INK, {"leftIndent": 14, "spaceAfter": 4}),
    "centre": (SERIF, style.BODY, style.INK, {"alignment": _CENTRE, "spaceAfter": 6}),
    "point": (SERIF, style.BODY, style.INK, {"leftIndent": 24, "bulletIndent": 4, "spaceAfter": 3}),
    "title": (BOLD, style.TITLE, style.INK, {"alignment": _CENTRE, "spaceAfter": 2}),
    "over": (SANS_BOLD, (11, 15), style.FOREST, {"alignment": _CENTRE, "spaceAfter": 4}),
    "under": (SERIF, style.BODY, style.INK, {"alignment": _CENTRE}),
    "heading1": (BOLD, style.SECTION, style.FOREST, {"spaceBefore": 15, "spaceAfter": 6}),
    "heading2": (BOLD, style.PART, style.INK, {"spaceBefore": 9, "spaceAfter": 4}),
    "label": (SANS, style.NOTE, style.MUTED, {}),
    "value": (SERIF, (10, 13), style.INK, {}),
    "cell": (SANS, style.CELL, style.INK, {}),
    "cell right": (SANS, style.CELL, style.INK, {"alignment": _RIGHT}),
    "cell centre": (SANS, style.CELL, style.INK, {"alignment": _CENTRE}),
    "head": (SANS_BOLD, style.SMALL, style.MUTED, {}),
    "head right": (SANS_BOLD, style.SMALL, style.MUTED, {"alignment": _RIGHT}),
    "head centre": (SANS_BOLD, style.SMALL, style.MUTED, {"alignment": _CENTRE}),
    "signer": (BOLD, (10, 13), style.INK, {"alignment": _CENTRE}),
    "signed": (SERIF, (9.5, 12.5), style.INK, {"alignment": _CENTRE}),
    "project": (SANS_BOLD, (11.5, 15), style.FOREST, {}),
    "institution": (SANS, style.NOTE, style.MUTED, {}),
    "code": (SANS_BOLD, (17, 24), style.INK, {"alignment": _CENTRE}),
}


@cache
def paragraph_style(name: str) -> ParagraphStyle:
    """Return one of the styles above as reportlab's."""
    from reportlab.lib.styles import ParagraphStyle

    register()
    font, (size, leading), colour, rest = _STYLES[name]
    return ParagraphStyle(
        name,
        fontName=font,
        bulletFontName=font,
        fontSize=size,
        bulletFontSize=size,
        leading=leading,
        textColor=colour,
        allowWidows=0,
        allowOrphans=0,
        splitLongWords=1,
        **rest,
    )
