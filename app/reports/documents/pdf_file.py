"""Documents as PDF: the pages, what stands on each of them, and what readers are told of the whole.

The total of pages is known only when all are set, so a document is set twice. Nothing is written to
the disk: pictures and fonts go in from memory and the file comes out as bytes.
"""

from __future__ import annotations

import io
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from app.reports.documents import stamp, style
from app.reports.documents.blocks import Document
from app.reports.documents.fonts import SANS, clean, plain, register
from app.reports.documents.pdf_letterhead import letterhead
from app.reports.documents.pdf_parts import parts

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import BaseDocTemplate

_MM: Final = 72 / 25.4


def to_pdf(document: Document) -> bytes:
    """Return the document as a PDF file with embedded fonts, bookmarks, title and language."""
    register()
    pages = _build(document, 0)[1]
    return _build(document, pages)[0]


def _build(document: Document, pages: int) -> tuple[bytes, int]:
    stream = io.BytesIO()
    template = _template(document, stream, pages)
    head = letterhead(document.setting.letterhead, template.width)
    template.build([*head, *parts(document.blocks, template.width)])
    return stream.getvalue(), template.page


def _template(document: Document, stream: io.BytesIO, pages: int) -> BaseDocTemplate:
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    class Bookmarking(BaseDocTemplate):  # type: ignore[misc]
        """A template that makes a bookmark of each heading as it is drawn."""

        def beforeDocument(self) -> None:
            if document.dated is not None:
                self.canv._doc._timeStamp = _Dated(document.dated)

        def afterFlowable(self, flowable: Any) -> None:
            if found := getattr(flowable, "bookmark", None):
                _bookmark(self, found[0], found[1], flowable.height)

    width, height = (side * _MM for side in style.PAPERS[document.paper])
    side, top, bottom = style.SIDE * _MM, style.TOP * _MM, style.BOTTOM * _MM
    template = Bookmarking(
        stream,
        pagesize=(width, height),
        leftMargin=side,
        rightMargin=side,
        topMargin=top,
        bottomMargin=bottom,
        title=document.title,
        author=document.setting.letterhead.project,
        subject=document.foot,
        creator="Kipu",
        producer="Kipu",
        lang=document.locale,
        displayDocTitle=1,
        # Else every file names Helvetica, which it neither uses nor holds.
        initialFontName=SANS,
        allowSplitting=1,
        # Two builds of zlib press the same words into different bytes.
        invariant=int(document.dated is not None),
        pageCompression=int(document.dated is None),
    )
    frame = Frame(side, bottom, width - 2 * side, height - top - bottom, 0, 0, 0, 0)
    template.addPageTemplates(
        PageTemplate("page", [frame], onPage=partial(_furnish, document, pages))
    )
    return template


class _Dated:
    """Midnight of a day, as reportlab asks for the moment a file was made."""

    def __init__(self, day: date) -> None:
        self.YMDhms = (day.year, day.month, day.day, 0, 0, 0)
        self.dhh = self.dmm = 0


def _bookmark(template: Any, text: str, level: int, height: float) -> None:
    canvas = template.canv
    template.headings = getattr(template, "headings", 0) + 1
    key = f"section{template.headings}"
    canvas.bookmarkPage(key, fit="XYZ", left=0, top=template.frame._y + height + 6)
    canvas.addOutlineEntry(" ".join(clean(text).split())[:200], key, level - 1, closed=level > 1)


def _furnish(document: Document, pages: int, canvas: Canvas, template: BaseDocTemplate) -> None:
    """Draw what stands on every page, before its text."""
    canvas.saveState()
    width, height = canvas._pagesize
    if document.stamp:
        stamp.draw(canvas, document.stamp, width, height)
        _status(canvas, document.stamp, width, height)
    if document.band:
        _band(canvas, document.band, width, height)
    if template.page > 1:
        _running_head(canvas, document, width, height)
    _foot(canvas, document, template.page, pages, width)
    canvas.restoreState()
    if template.page == 1:
        canvas.showOutline()


def _status(canvas: Canvas, word: str, width: float, height: float) -> None:
    canvas.setFont(f"{SANS}-Bold", style.NOTE[0])
    canvas.setFillColor(style.MUTED)
    canvas.drawCentredString(width / 2, height - 11.5 * _MM, plain(word))


def _band(canvas: Canvas, words: str, width: float, height: float) -> None:
    """Hatched, so that it is a band on a black-and-white printer too."""
    deep = 8 * _MM
    canvas.saveState()
    canvas.setFillColor(style.MAIZE)
    canvas.rect(0, height - deep, width, deep, stroke=0, fill=1)
    clip = canvas.beginPath()
    clip.rect(0, height - deep, width, deep)
    canvas.clipPath(clip, stroke=0, fill=0)
    canvas.setStrokeColor(style.MAIZE_INK)
    canvas.setLineWidth(0.25)
    step = 3 * _MM
    for at in range(-4, int(width / step) + 1):
        canvas.line(at * step, height - deep, at * step + deep, height)
    said = plain(words)
    canvas.setFont(f"{SANS}-Bold", 9.5)
    room = canvas.stringWidth(said) + 8 * _MM
    canvas.setFillColor(style.MAIZE)
    canvas.rect((width - room) / 2, height - deep, room, deep, stroke=0, fill=1)
    canvas.setFillColor(style.MAIZE_INK)
    canvas.drawCentredString(width / 2, height - deep / 2 - 3.2, said)
    canvas.restoreState()


def _running_head(canvas: Canvas, document: Document, width: float, height: float) -> None:
    side, y = style.SIDE * _MM, height - 16 * _MM
    _line_of_two(canvas, document.setting.letterhead.project, document.title, width, y)
    _rule(canvas, side, width - side, y - 2 * _MM)


def _foot(canvas: Canvas, document: Document, page: int, pages: int, width: float) -> None:
    side, y = style.SIDE * _MM, 12 * _MM
    numbered = document.page.format(page=page, pages=pages or page)
    _rule(canvas, side, width - side, y + 4 * _MM)
    _line_of_two(canvas, document.foot, numbered, width, y)


def _rule(canvas: Canvas, left: float, right: float, y: float) -> None:
    canvas.setStrokeColor(style.LINE)
    canvas.setLineWidth(0.35)
    canvas.line(left, y, right, y)


def _line_of_two(canvas: Canvas, left: str, right: str, width: float, y: float) -> None:
    size, side = style.SMALL[0], style.SIDE * _MM
    canvas.setFont(SANS, size)
    canvas.setFillColor(style.MUTED)
    whole = width - 2 * side
    ending = _fitted(canvas, plain(right), whole * 0.5)
    room = whole - canvas.stringWidth(ending) - 6 * _MM
    canvas.drawString(side, y, _fitted(canvas, plain(left), room))
    canvas.drawRightString(width - side, y, ending)


def _fitted(canvas: Canvas, said: str, room: float) -> str:
    """Return as much of a line as fits, with a sign where it was cut."""
    if canvas.stringWidth(said) <= room:
        return said
    low, high = 0, len(said)
    while low < high:
        middle = (low + high + 1) // 2
        fits = canvas.stringWidth(f"{said[:middle]}…") <= room
        low, high = (middle, high) if fits else (low, middle - 1)
    return f"{said[:low]}…"
