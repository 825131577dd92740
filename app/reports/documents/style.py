"""The measures and colours of documents, which must also be right on a black-and-white printer."""

from __future__ import annotations

from typing import Final

from app.reports.documents.content import Paper

INK: Final = "#1C2421"
MUTED: Final = "#55605A"
LINE: Final = "#B4BBB5"
FOREST: Final = "#1F5E4B"
PALE: Final = "#EEF1EE"
"""The stamp across a page: seen, and read through."""
MAIZE: Final = "#FBE7B5"
MAIZE_INK: Final = "#6B4600"

PAPERS: Final[dict[Paper, tuple[float, float]]] = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4)}
"""Width and height in millimetres."""
SIDE: Final = 25.0
TOP: Final = 24.0
BOTTOM: Final = 22.0
LOGO: Final = (40.0, 18.0)
"""The largest logo, width and height in millimetres."""

BODY: Final = (11.0, 14.0)
"""Size and leading in points, here and below."""
NOTE: Final = (9.0, 12.0)
CELL: Final = (8.5, 11.0)
SMALL: Final = (8.0, 10.0)
TITLE: Final = (19.0, 24.0)
SECTION: Final = (13.0, 17.0)
PART: Final = (11.0, 14.5)

SERIF_NAME: Final = "Noto Serif"
SANS_NAME: Final = "Noto Sans"

SIGNATURE_LIMIT: Final = 160
"""Characters of a line under a signature: the whole place stays on one page."""


def clipped(text: str) -> str:
    """Return a line short enough for the place under a signature."""
    one = " ".join(text.split())
    return one if len(one) <= SIGNATURE_LIMIT else f"{one[:SIGNATURE_LIMIT]}…"
