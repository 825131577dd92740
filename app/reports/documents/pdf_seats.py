"""The drawing of who sat where round the table of a focus group."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from app.reports.documents import style
from app.reports.documents.fonts import SANS, SERIF, plain

if TYPE_CHECKING:
    from reportlab.graphics.shapes import Drawing

_SEAT: Final = 15.0
_LABEL: Final = 9.0
_ROOM: Final = 24.0
"""Points of the table's edge for each seat."""


def seat_map(labels: tuple[str, ...], width: float) -> Drawing:
    """Return a round table with a seat for each label, clockwise from the top."""
    from reportlab.graphics.shapes import Circle, Drawing, String

    # No wider than the column: with very many seats they overlap rather than leave the page.
    radius = min(max(62.0, len(labels) * _ROOM * 1.6 / (2 * math.pi)), width / 2 - 40, 190)
    height = 2 * (radius + _SEAT + 8)
    drawing = Drawing(width, height, initialFontName=SANS)
    x, y = width / 2, height / 2
    table = radius - _SEAT - 8
    drawing.add(
        Circle(x, y, table, strokeColor=_colour(style.LINE), fillColor=None, strokeWidth=0.6)
    )
    for at, label in enumerate(labels):
        turn = 2 * math.pi * at / len(labels)
        seat_x, seat_y = x + radius * math.sin(turn), y + radius * math.cos(turn)
        edge = _colour(style.FOREST)
        drawing.add(Circle(seat_x, seat_y, _SEAT, strokeColor=edge, fillColor=_colour("#FFFFFF")))
        shown = plain(label)[:4]
        drawing.add(
            String(seat_x, seat_y - 3, shown, fontName=f"{SANS}-Bold", fontSize=_LABEL,
                   textAnchor="middle", fillColor=_colour(style.INK))
        )  # fmt: skip
    centre = String(x, y - 4, str(len(labels)), fontName=SERIF, fontSize=14, textAnchor="middle")
    centre.fillColor = _colour(style.MUTED)
    drawing.add(centre)
    return drawing


def _colour(value: str) -> object:
    from reportlab.lib.colors import HexColor

    return HexColor(value)
