"""Documents as DOCX: the accessible, editable twin of the PDF, made in memory.

The faces travel inside, as the standard has it (ISO/IEC 29500-1, 17.8.1): masked with a key by
their first 32 bytes. A reader without Noto sees the letters of Kichwa and Shuar all the same.
"""

from __future__ import annotations

import io
import uuid
from typing import TYPE_CHECKING, Any, Final

from app.reports.documents import style
from app.reports.documents.blocks import Document
from app.reports.documents.docx_page import furnish, letterhead
from app.reports.documents.docx_parts import Body, write
from app.reports.documents.docx_styles import dress
from app.reports.documents.docx_xml import element
from app.reports.documents.fonts import clean, face_bytes

if TYPE_CHECKING:
    from docx.document import Document as File

_TWIPS: Final = 56.693
"""Twentieths of a point in a millimetre."""
_EMBEDDED: Final = {
    style.SERIF_NAME: {"embedRegular": "NotoSerif-Regular", "embedBold": "NotoSerif-Bold"},
    style.SANS_NAME: {"embedRegular": "NotoSans-Regular", "embedBold": "NotoSans-Bold"},
}
_FONT_TYPE: Final = "application/vnd.openxmlformats-officedocument.obfuscatedFont"
_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def to_docx(document: Document) -> bytes:
    """Return the document as a DOCX file with heading styles, language and embedded fonts."""
    import docx

    file = docx.Document()
    dress(file, document.locale)
    body = Body(file, _lay_out(file, document))
    letterhead(document.setting.letterhead, body)
    write(body, document.blocks)
    furnish(document, file.sections[0], body)
    _describe(file, document)
    _embed_fonts(file)
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()


def _lay_out(file: File, document: Document) -> int:
    """Set paper and margins; returns the width of the text in twentieths of a point."""
    from docx.shared import Mm

    width, height = style.PAPERS[document.paper]
    section = file.sections[0]
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin = section.right_margin = Mm(style.SIDE)
    section.top_margin, section.bottom_margin = Mm(style.TOP), Mm(style.BOTTOM)
    section.header_distance = section.footer_distance = Mm(10)
    return round((width - 2 * style.SIDE) * _TWIPS)


def _describe(file: File, document: Document) -> None:
    about = file.core_properties
    about.title = clean(document.title)[:255]
    about.subject = clean(document.foot)[:255]
    about.author = clean(document.setting.letterhead.project)[:255]
    about.language = document.locale
    about.comments = about.keywords = ""
    about.last_modified_by = "Kipu"


def _embed_fonts(file: File) -> None:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    fonts = element("w:fonts")
    holder = file.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    for family, faces in _EMBEDDED.items():
        font = element("w:font", {"w:name": family})
        for tag, face in faces.items():
            # The same face always gets the same key: files do not differ for no reason.
            key = uuid.uuid5(uuid.NAMESPACE_URL, face)
            name = PackURI(f"/word/fonts/{face}.odttf")
            part = Part(name, _FONT_TYPE, _masked(face_bytes(face), key), holder.package)
            related = holder.relate_to(part, f"{_RELATION}/font")
            guid = f"{{{str(key).upper()}}}"
            font.append(element(f"w:{tag}", {"r:id": related, "w:fontKey": guid}))
        fonts.append(font)
    _fill(holder, fonts)
    settings = file.settings.element
    settings.insert_element_before(element("w:embedTrueTypeFonts"), *_AFTER_FONTS)


_AFTER_FONTS: Final = (
    "w:embedSystemFonts",
    "w:saveSubsetFonts",
    "w:bordersDoNotSurroundHeader",
    "w:bordersDoNotSurroundFooter",
    "w:proofState",
    "w:defaultTabStop",
    "w:compat",
    "w:rsids",
    "w:themeFontLang",
    "w:decimalSymbol",
)
"""What may follow that setting: the schema has an order."""


def _fill(holder: Any, fonts: Any) -> None:
    from lxml import etree

    holder._blob = etree.tostring(fonts, xml_declaration=True, encoding="UTF-8", standalone=True)


def _masked(face: bytes, key: uuid.UUID) -> bytes:
    mask = bytes.fromhex(key.hex)[::-1] * 2
    return bytes(a ^ b for a, b in zip(face[:32], mask, strict=True)) + face[32:]
