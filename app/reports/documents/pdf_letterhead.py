"""The head of the first page: the project, the institutions, the logo if there is a sound one."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from app.reports.documents import style
from app.reports.documents.content import Letterhead
from app.reports.documents.logo import picture_size
from app.reports.documents.pdf_parts import grid, text

if TYPE_CHECKING:
    from reportlab.platypus import Flowable

_MM = 72 / 25.4


def letterhead(head: Letterhead, width: float) -> list[Flowable]:
    """Return what stands above the title, closed by a rule."""
    from reportlab.platypus import Spacer

    words: list[Flowable] = [text(head.project, "project")]
    words += [text(line, "institution") for line in head.lines]
    rule = [("LINEBELOW", (0, 0), (-1, -1), 1.2, style.FOREST), ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]  # fmt: skip
    logo = _logo(head.logo)
    if logo is None:
        return [grid([[words]], [width], rule), Spacer(1, 4)]
    room = logo.drawWidth + 5 * _MM
    return [grid([[logo, words]], [room, width - room], rule), Spacer(1, 4)]


def _logo(raw: bytes | None) -> Flowable | None:
    size = picture_size(raw) if raw else None
    if raw is None or size is None:
        return None
    from reportlab.platypus import Image

    widest, highest = (side * _MM for side in style.LOGO)
    scale = min(widest / size[0], highest / size[1])
    return Image(io.BytesIO(raw), width=size[0] * scale, height=size[1] * scale, hAlign="LEFT")
