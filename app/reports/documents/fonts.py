"""The fonts of documents: bundled, embedded, and with a glyph for every letter people write.

Noto's serif and sans faces come trimmed to Latin by packaging/fonts.py, which also gave them the
letters that Unicode composes of two (Shuar's a with a line below) as single private characters. A
PDF draws those and still says, to whoever copies or searches its text, the two they stand for. What
Noto lacks DejaVu draws; what nobody has becomes the replacement sign, never an empty box.
"""

from __future__ import annotations

import io
import json
import threading
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFont

SERIF: Final = "KipuSerif"
SANS: Final = "KipuSans"
SIGNS: Final = "KipuSigns"
_FACES: Final = {
    SERIF: "NotoSerif-Regular",
    f"{SERIF}-Bold": "NotoSerif-Bold",
    f"{SERIF}-Italic": "NotoSerif-Italic",
    f"{SERIF}-BoldItalic": "NotoSerif-BoldItalic",
    SANS: "NotoSans-Regular",
    f"{SANS}-Bold": "NotoSans-Bold",
    SIGNS: "DejaVuSans",
}
_LOCK: Final = threading.Lock()
_REPLACEMENT: Final = "\ufffd"


def face_bytes(name: str) -> bytes:
    """Return a bundled face by its file's name, without ending."""
    return (files("resources") / "fonts" / f"{name}.ttf").read_bytes()


def clean(text: str) -> str:
    """Return text as a document may hold it: composed, without control and invisible characters."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(filter(None, map(_visible, composed)))


def _visible(character: str) -> str:
    if character == "\t":
        return " "
    if character == "\n" or not unicodedata.category(character).startswith("C"):
        return "" if "\ufe00" <= character <= "\ufe0f" else character
    # Unassigned and private characters were meant to be seen; controls and joiners were not.
    return _REPLACEMENT if unicodedata.category(character) in ("Co", "Cn") else ""


def markup(text: str) -> str:
    """Return text as reportlab's paragraphs read it: harmless, each sign in a font that has it."""
    register()
    parts = []
    for font, run in groupby(_single(clean(text)), _font_for):
        said = "".join(run) if font is not None else _REPLACEMENT
        said = escape(said, quote=False).replace("\n", "<br/>")
        parts.append(f'<font name="{SIGNS}">{said}</font>' if font == SIGNS else said)
    return "".join(parts)


def plain(text: str) -> str:
    """Return text for one line drawn in Noto, outside any paragraph."""
    register()
    line = _single(" ".join(clean(text).split()))
    return "".join(one if _font_for(one) == SERIF else _REPLACEMENT for one in line)


@cache
def letters() -> dict[str, str]:
    """Return each pair of characters that the faces hold as one, with its private character."""
    table = json.loads((files("resources") / "fonts" / "letters.json").read_text("utf-8"))
    return {pair: private for private, pair in table.items()}


def _single(text: str) -> str:
    if text.isascii():
        return text
    known = letters()
    out: list[str] = []
    for character in text:
        if out and (single := known.get(out[-1] + character)):
            out[-1] = single
        else:
            out.append(character)
    return "".join(out)


def _font_for(character: str) -> str | None:
    code = ord(character)
    if code in _coverage(SERIF) or character == "\n":
        return SERIF
    return SIGNS if code in _coverage(SIGNS) else None


@cache
def _coverage(font: str) -> frozenset[int]:
    from reportlab.pdfbase import pdfmetrics

    return frozenset(pdfmetrics.getFont(font).face.charToGlyph)


def register() -> None:
    """Make the faces known to reportlab, once; safe from any thread."""
    with _LOCK:
        _register()


@cache
def _register() -> None:
    from reportlab.pdfbase import pdfmetrics

    make = _font_class()
    for name, face in _FACES.items():
        pdfmetrics.registerFont(make(name, io.BytesIO(face_bytes(face))))
    pdfmetrics.registerFontFamily(
        SERIF,
        normal=SERIF,
        bold=f"{SERIF}-Bold",
        italic=f"{SERIF}-Italic",
        boldItalic=f"{SERIF}-BoldItalic",
    )
    bold = f"{SANS}-Bold"
    pdfmetrics.registerFontFamily(SANS, normal=SANS, bold=bold, italic=SANS, boldItalic=bold)
    pdfmetrics.registerFontFamily(SIGNS, normal=SIGNS, bold=SIGNS, italic=SIGNS, boldItalic=SIGNS)


def _font_class() -> Callable[[str, io.BytesIO], TTFont]:
    from reportlab.pdfbase.ttfonts import TTFont

    class ReadableFont(TTFont):  # type: ignore[misc]
        """A font whose text comes out of the PDF as it was written."""

        def addObjects(self, doc: Any) -> None:
            subsets = self.state[doc].subsets
            names = [self.getSubsetInternalName(n, doc)[1:] for n in range(len(subsets))]
            super().addObjects(doc)
            fonts = doc.idToObject["BasicFonts"].dict
            for name, subset in zip(names, subsets, strict=True):
                stream = doc.idToObject[fonts[name].ToUnicode.name]
                stream.content = _meaning(name, subset)

    made: Callable[[str, io.BytesIO], TTFont] = ReadableFont
    return made


def _meaning(name: str, subset: Sequence[int]) -> str:
    """Return the table by which readers turn the codes of a font back into text.

    reportlab writes one code of four digits each; our private characters mean two characters, and
    those beyond the basic plane need surrogates.
    """
    pairs = {ord(private): pair for pair, private in letters().items()}
    lines = []
    for at, code in enumerate(subset):
        text = pairs.get(code) or chr(code)
        lines.append(f"<{at:02X}> <{text.encode('utf-16-be').hex().upper()}>")
    blocks = [lines[at : at + 100] for at in range(0, len(lines), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def",
            f"/CMapName /{name} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<00> <FF>",
            "endcodespacerange",
            *(
                line
                for block in blocks
                for line in (f"{len(block)} beginbfchar", *block, "endbfchar")
            ),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )
