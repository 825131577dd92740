"""The styles of DOCX documents, by which an editor's outline, and a screen reader, find their way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from app.reports.documents import style

if TYPE_CHECKING:
    from docx.document import Document as File

CELL: Final = "Kipu Cell"
HEAD: Final = "Kipu Column"
NOTE: Final = "Kipu Note"
ITEM: Final = "Kipu Item"
DECISION: Final = "Kipu Decision"
CENTRE: Final = "Kipu Centred"
VALUE: Final = "Kipu Value"
SIGNER: Final = "Kipu Signer"
PROJECT: Final = "Kipu Project"
BAND: Final = "Kipu Practice"
SMALL: Final = "Kipu Small"

_Look = tuple[str, tuple[float, float], str, bool, dict[str, float]]
_LOOKS: Final[dict[str, _Look]] = {
    "Normal": (style.SERIF_NAME, style.BODY, style.INK, False, {"after": 6}),
    "Title": (style.SERIF_NAME, style.TITLE, style.INK, True, {"after": 2}),
    "Subtitle": (style.SANS_NAME, (11, 15), style.FOREST, True, {"before": 8, "after": 4}),
    "Heading 1": (style.SERIF_NAME, style.SECTION, style.FOREST, True, {"before": 15, "after": 6}),
    "Heading 2": (style.SERIF_NAME, style.PART, style.INK, True, {"before": 9, "after": 4}),
    CELL: (style.SANS_NAME, style.CELL, style.INK, False, {"before": 2, "after": 3}),
    HEAD: (style.SANS_NAME, style.SMALL, style.MUTED, True, {"before": 2, "after": 3}),
    NOTE: (style.SANS_NAME, style.NOTE, style.MUTED, False, {"after": 5}),
    ITEM: (style.SERIF_NAME, style.BODY, style.INK, False, {"after": 4, "indent": 14}),
    DECISION: (style.SERIF_NAME, style.BODY, style.INK, False, {"after": 4, "indent": 10}),
    CENTRE: (style.SERIF_NAME, style.BODY, style.INK, False, {"after": 2}),
    VALUE: (style.SERIF_NAME, (10, 13), style.INK, False, {"before": 2, "after": 3}),
    SIGNER: (style.SERIF_NAME, (10, 13), style.INK, False, {"after": 0}),
    PROJECT: (style.SANS_NAME, (11.5, 15), style.FOREST, True, {"after": 0}),
    BAND: (style.SANS_NAME, (9.5, 14), style.MAIZE_INK, True, {"after": 2}),
    SMALL: (style.SANS_NAME, style.SMALL, style.MUTED, False, {"after": 0}),
}
_CENTRED: Final = {"Title", "Subtitle", CENTRE, SIGNER, BAND}


def dress(file: File, language: str) -> None:
    """Give the file our styles and its language."""
    for name, look in _LOOKS.items():
        _shape(_named(file, name), name, look)
    for defaults in file.styles.element.xpath("w:docDefaults//w:rPr"):
        _set_language(defaults, language)
    _set_language(file.styles["Normal"].element.get_or_add_rPr(), language)


def _named(file: File, name: str) -> Any:
    from docx.enum.style import WD_STYLE_TYPE

    if name in file.styles:
        return file.styles[name]
    made = file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    made.base_style = file.styles["Normal"]
    return made


def _shape(made: Any, name: str, look: _Look) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    family, (size, leading), colour, bold, room = look
    font, paragraph = made.font, made.paragraph_format
    font.size, font.bold, font.italic = Pt(size), bold, False
    font.color.rgb = RGBColor.from_string(colour.removeprefix("#"))
    _set_family(made.element.get_or_add_rPr(), family)
    paragraph.line_spacing = leading / size / 1.18
    paragraph.space_before, paragraph.space_after = Pt(room.get("before", 0)), Pt(room["after"])
    paragraph.left_indent = Pt(room.get("indent", 0))
    paragraph.widow_control = True
    if name in _CENTRED:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for border in made.element.xpath("w:pPr/w:pBdr"):
        border.getparent().remove(border)


def _set_family(properties: Any, family: str) -> None:
    from docx.oxml.ns import qn

    fonts = properties.get_or_add_rFonts()
    # A theme's font would win over a named one.
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), family)


def _set_language(properties: Any, language: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    lang = OxmlElement("w:lang")
    for script in ("val", "eastAsia", "bidi"):
        lang.set(qn(f"w:{script}"), language)
    properties.append(lang)
