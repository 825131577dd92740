"""What stands on every page of a DOCX document: stamp, practice band, running head, page numbers."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from app.reports.documents import docx_styles as names
from app.reports.documents import style
from app.reports.documents.blocks import Document
from app.reports.documents.content import Letterhead
from app.reports.documents.docx_parts import Body
from app.reports.documents.docx_xml import borders, cell, element, numbered, row, run, table
from app.reports.documents.fonts import clean
from app.reports.documents.logo import picture_size

if TYPE_CHECKING:
    from docx.section import Section

_VML: Final = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
}
_LETTER: Final = 78
"""Points of width for each letter of the stamp."""


def furnish(document: Document, section: Section, body: Body) -> None:
    """Fill the heads and feet of the section; the first page has the letterhead instead of a head."""
    section.different_first_page_header_footer = True
    for header, running in ((section.first_page_header, False), (section.header, True)):
        header.is_linked_to_previous = False
        made = _head(document, body, running)
        _replace(header._element, made or [body.gap()])
    for footer in (section.first_page_footer, section.footer):
        footer.is_linked_to_previous = False
        _replace(footer._element, [_foot(document, body)])


def _replace(holder: Any, made: list[Any]) -> None:
    for old in list(holder):
        holder.remove(old)
    for one in made:
        holder.append(one)


def _head(document: Document, body: Body, running: bool) -> list[Any]:
    made = []
    if document.band:
        band = body.paragraph(names.BAND, run(document.band))
        fill = {"w:val": "clear", "w:color": "auto", "w:fill": style.MAIZE.strip("#")}
        band.pPr.append(element("w:shd", fill))
        made.append(band)
    if document.stamp:
        # The word itself too: a screen reader passes over a drawn one.
        made.append(body.paragraph(names.SMALL, run(document.stamp, bold=True), align="center"))
        made[-1].append(_stamp(document.stamp))
    if running:
        made.append(body.paragraph(names.SMALL, run(style.clipped(document.title)), align="right"))
    return made


def _foot(document: Document, body: Body) -> Any:
    made = body.paragraph(
        names.SMALL,
        run(f"{style.clipped(document.foot)}    "),
        *numbered(document.page),
        align="center",
    )
    line = {"w:val": "single", "w:sz": 3, "w:space": 4, "w:color": style.LINE.strip("#")}
    made.pPr.insert_element_before(element("w:pBdr", None, element("w:top", line)), "w:jc")
    return made


def _stamp(word: str) -> Any:
    """Return a run that draws the word across the page, behind the text."""
    from lxml.etree import Element, SubElement, _Element

    def tag(name: str) -> str:
        prefix, _, local = name.partition(":")
        return f"{{{_VML[prefix]}}}{local}"

    drawn: _Element = Element(tag("w:r"), nsmap=_VML)
    picture = SubElement(drawn, tag("w:pict"))
    kind = SubElement(picture, tag("v:shapetype"), id="_x0000_t136", coordsize="21600,21600")
    kind.set(tag("o:spt"), "136")
    kind.set("path", "m0,0l21600,0m0,21600l21600,21600e")
    SubElement(kind, tag("v:path"), textpathok="t")
    SubElement(kind, tag("v:textpath"), on="t", fitshape="t")
    said = clean(word)
    place = (
        "position:absolute;margin-left:0;margin-top:0;"
        f"width:{min(_LETTER * len(said), 560)}pt;height:120pt;rotation:305;z-index:-251658240;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    shape = SubElement(
        picture, tag("v:shape"), id="stamp", type="#_x0000_t136", style=place,
        fillcolor=style.PALE, stroked="f", alt=said,
    )  # fmt: skip
    look = f"font-family:'{style.SANS_NAME}';font-size:1pt;font-weight:bold"
    SubElement(shape, tag("v:textpath"), style=look, string=said)
    return drawn


def letterhead(head: Letterhead, body: Body) -> None:
    """Put the project, its institutions and the logo at the top of the text."""
    words = [body.paragraph(names.PROJECT, run(head.project))]
    words += [body.paragraph(names.NOTE, run(line)) for line in head.lines]
    widths, cells = [body.width], [cell(body.width, *words)]
    picture = _logo(head, body)
    if picture is not None:
        room = round(body.width * 0.2)
        widths = [room, body.width - room]
        cells = [cell(room, body.paragraph(names.SMALL, picture)), cell(widths[1], *words)]
    line = borders("w:tblBorders", bottom=(10, style.FOREST))
    body.add(table(widths, [row(cells)], line), body.gap())


def _logo(head: Letterhead, body: Body) -> Any:
    size = picture_size(head.logo) if head.logo else None
    if head.logo is None or size is None:
        return None
    from docx.shared import Mm

    widest, highest = 28.0, style.LOGO[1]
    scale = min(widest / size[0], highest / size[1])
    holder = body.file.add_paragraph()
    inside = holder.add_run()
    inside.add_picture(io.BytesIO(head.logo), Mm(size[0] * scale), Mm(size[1] * scale))
    holder._p.getparent().remove(holder._p)
    for named in inside._r.iter("{*}docPr"):
        named.set("descr", clean(head.project))
    return inside._r
