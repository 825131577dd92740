"""Makes the fonts of the documents from the Noto family: smaller, and with letters ready-made.

Three things are done to each face. It keeps the Latin letters and signs alone, which makes it half
its size. Ticks, boxes, arrows and signs of arithmetic come in from Noto's fonts of symbols. And the
letters of Shuar, Emberá and their like that Unicode composes of two (a with a line below, ʉ with a
tilde) become single glyphs in the private use area, placed as the font's own anchors say: what draws
our PDF files knows no anchors, and would set the line beside the letter.

``python packaging/fonts.py FOLDER`` reads the Noto fonts there (Debian's package fonts-noto-core has
them) and writes resources/fonts. ``letters.json`` beside them says which private character stands for
which letters; app/reports/documents/fonts.py reads it. ``stamp.json`` has the outlines of the capitals
that app/reports/documents/stamp.py draws across a page.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.pens.basePen import BasePen
from fontTools.pens.filterPen import DecomposingFilterPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

TARGET = Path(__file__).resolve().parent.parent / "resources/fonts"
FACES = [
    *(f"NotoSerif-{style}" for style in ("Regular", "Bold", "Italic", "BoldItalic")),
    *(f"NotoSans-{style}" for style in ("Regular", "Bold")),
]
KEPT = [
    (0x20, 0x7E),  # Latin
    (0xA0, 0x36F),  # Latin, phonetic letters, combining marks
    (0x1D00, 0x1DFF),
    (0x1E00, 0x1EFF),
    (0x2000, 0x214F),  # punctuation, currencies, №
    (0x2150, 0x218F),
    (0x2C60, 0x2C7F),
    (0xA717, 0xA7FF),
    (0xFB00, 0xFB04),
    (0xFFFD, 0xFFFD),
]
SYMBOLS = {
    "NotoSansSymbols2-Regular": "✓✔✗✘☐☑☒●○■□▲▼◆★☆",
    "NotoSansMath-Regular": "←↑→↓↔⇄−≤≥≠≈∞√",
}
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZÁÉÍÓÚÜÑ"
BASES = "aeiouAEIOUbcdghjklmnprstvwxyzBCDGHJKLMNPRSTVWXYZʉɄɨƗʌɅɛƐɔƆəƏŋŊɵæÆ"
MARKS = "\u0300\u0301\u0302\u0303\u0304\u0306\u0308\u030c\u0323\u0327\u0328\u0330\u0331"


def letters() -> dict[str, str]:
    """Return each private character with the pair it stands for; pairs Unicode composes are not."""
    pairs = [base + mark for base in BASES for mark in MARKS]
    apart = [pair for pair in pairs if len(unicodedata.normalize("NFC", pair)) == 2]
    return {chr(0xE000 + at): pair for at, pair in enumerate(apart)}


def main(folder: Path) -> None:
    """Write every face and the table of letters."""
    known = letters()
    for face in FACES:
        font = _trimmed(TTFont(folder / f"{face}.ttf"))
        for source, signs in SYMBOLS.items():
            _bring(font, TTFont(folder / f"{source}.ttf"), signs)
        _compose(font, known)
        font.save(TARGET / f"{face}.ttf")
    table = json.dumps(known, ensure_ascii=True, indent=0)
    (TARGET / "letters.json").write_text(table + "\n", "utf-8")
    outlines = json.dumps(_outlines(TTFont(folder / "NotoSans-Bold.ttf")), separators=(",", ":"))
    (TARGET / "stamp.json").write_text(outlines + "\n", "utf-8")


class _Outline(BasePen):  # type: ignore[misc]
    """Records a glyph as moves, lines and cubic curves, which is what a PDF can draw."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.steps: list[list[float]] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:
        self.steps.append([*pt, 0])

    def _lineTo(self, pt: tuple[float, float]) -> None:
        self.steps.append([*pt])

    def _curveToOne(self, *points: tuple[float, float]) -> None:
        self.steps.append([round(value, 1) for point in points for value in point])


def _outlines(font: TTFont) -> dict[str, list[Any]]:
    """Return each capital's width and outline, in thousandths: 3 numbers move, 2 line, 6 curve."""
    glyphs, cmap = font.getGlyphSet(), font.getBestCmap()
    found = {}
    for capital in CAPITALS:
        pen = _Outline(glyphs)
        glyphs[cmap[ord(capital)]].draw(pen)
        found[capital] = [font["hmtx"][cmap[ord(capital)]][0], pen.steps]
    return found


def _trimmed(font: TTFont) -> TTFont:
    options = subset.Options(
        layout_features=["ccmp", "mark", "mkmk", "kern", "locl"],
        name_IDs=["*"],
        hinting=False,
        notdef_outline=True,
        glyph_names=True,
    )
    trimmer = subset.Subsetter(options)
    trimmer.populate(unicodes=[code for low, high in KEPT for code in range(low, high + 1)])
    trimmer.subset(font)
    return font


def _bring(font: TTFont, source: TTFont, signs: str) -> None:
    """Copy the glyphs of these signs; both fonts have the same units and licence."""
    drawn, cmap = source.getGlyphSet(), source.getBestCmap()
    for sign in signs:
        if ord(sign) in cmap:
            pen = TTGlyphPen(None)
            drawn[cmap[ord(sign)]].draw(DecomposingFilterPen(pen, drawn))
            _name(font, ord(sign), pen.glyph(), source["hmtx"][cmap[ord(sign)]])


def _compose(font: TTFont, known: dict[str, str]) -> None:
    anchors = _anchors(font)
    cmap = font.getBestCmap()
    for private, pair in known.items():
        base_name, mark_name = cmap.get(ord(pair[0])), cmap.get(ord(pair[1]))
        if base_name and mark_name:
            _add(font, ord(private), base_name, mark_name, anchors)


def _add(font: TTFont, code: int, base: str, mark: str, anchors: dict[Any, Any]) -> None:
    pen = TTGlyphPen(font.getGlyphSet())
    pen.addComponent(base, (1, 0, 0, 1, 0, 0))
    pen.addComponent(mark, (1, 0, 0, 1, *_offset(font, base, mark, anchors)))
    _name(font, code, pen.glyph(), font["hmtx"][base])


def _name(font: TTFont, code: int, glyph: Any, metrics: Any) -> None:
    name = f"uni{code:04X}"
    font["glyf"][name] = glyph
    font["hmtx"][name] = metrics
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[code] = name


def _offset(font: TTFont, base: str, mark: str, anchors: dict[Any, Any]) -> tuple[int, int]:
    """Return how far the mark goes to sit on its base: by anchors, else centred."""
    if (base, mark) in anchors:
        return anchors[base, mark]  # type: ignore[no-any-return]
    drawn, width = font["glyf"][mark], font["hmtx"][base][0]
    return round((width - drawn.xMin - drawn.xMax) / 2), 0


def _anchors(font: TTFont) -> dict[tuple[str, str], tuple[int, int]]:
    """Return, for every base and mark the font attaches to each other, how far the mark goes."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            plain = getattr(table, "ExtSubTable", table)
            if type(plain).__name__ == "MarkBasePos":
                _read_attachments(plain, found)
    return found


def _read_attachments(table: Any, found: dict[tuple[str, str], tuple[int, int]]) -> None:
    marks = dict(zip(table.MarkCoverage.glyphs, table.MarkArray.MarkRecord, strict=True))
    bases = zip(table.BaseCoverage.glyphs, table.BaseArray.BaseRecord, strict=True)
    for base, record in bases:
        for mark, marked in marks.items():
            to = record.BaseAnchor[marked.Class]
            if to is not None:
                at = marked.MarkAnchor
                place = (to.XCoordinate - at.XCoordinate, to.YCoordinate - at.YCoordinate)
                found.setdefault((base, mark), place)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
