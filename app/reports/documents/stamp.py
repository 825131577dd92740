"""The pale word across a page, drawn as shapes.

As text it would lie in the middle of every line it crosses: whoever copied or searched the acta
would find a stray R in the third paragraph. The same word stands as text at the head of the page.
"""

from __future__ import annotations

import json
import math
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from app.reports.documents import style

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_ANGLE: Final = 55.0
_LENGTH: Final = 0.78
"""Part of the page's diagonal that the word takes."""
_CAPITALS: Final = 714
"""Height of a capital, in thousandths."""


@cache
def outlines() -> dict[str, list[Any]]:
    """Return each capital's width and steps, as packaging/fonts.py wrote them."""
    table: dict[str, list[Any]] = json.loads(
        (files("resources") / "fonts" / "stamp.json").read_text("utf-8")
    )
    return table


def draw(canvas: Canvas, word: str, width: float, height: float) -> None:
    """Draw the word across a page of this size; letters that have no outline leave a gap."""
    known = outlines()
    letters = [known.get(letter, [600, []]) for letter in word.upper()]
    whole = sum(advance for advance, _steps in letters)
    if not whole:
        return
    scale = min(_LENGTH * math.hypot(width, height) / whole, 0.15)
    canvas.saveState()
    canvas.translate(width / 2, height / 2)
    canvas.rotate(_ANGLE)
    canvas.scale(scale, scale)
    canvas.translate(-whole / 2, -_CAPITALS / 2)
    canvas.setFillColor(style.PALE)
    for advance, steps in letters:
        _letter(canvas, steps)
        canvas.translate(advance, 0)
    canvas.restoreState()


def _letter(canvas: Canvas, steps: list[list[float]]) -> None:
    path = canvas.beginPath()
    for at, step in enumerate(steps):
        if len(step) == 3:
            if at:
                path.close()
            path.moveTo(*step[:2])
        elif len(step) == 2:
            path.lineTo(*step)
        else:
            path.curveTo(*step)
    if steps:
        path.close()
    # Winding, not even-odd: the parts of an accented letter may overlap.
    canvas.drawPath(path, stroke=0, fill=1, fillMode=1)
