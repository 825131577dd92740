"""The few elements of WordprocessingML that python-docx has no words for, made from plain text.

Every text goes through ``clean``: XML holds no control characters, and lxml escapes the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any

from app.reports.documents.fonts import clean


def element(tag: str, attributes: Mapping[str, object] | None = None, *children: Any) -> Any:
    """Return ``<w:tag w:name="value">`` with these children; tags and names bear their prefix."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(tag)
    for name, value in (attributes or {}).items():
        made.set(qn(name), str(value))
    for child in children:
        made.append(child)
    return made


def run(text: str, bold: bool = False) -> Any:
    """Return a run; its line breaks are kept."""
    made = element("w:r")
    if bold:
        made.append(element("w:rPr", None, element("w:b")))
    for at, line in enumerate(clean(text).split("\n")):
        if at:
            made.append(element("w:br"))
        words = element("w:t", {"xml:space": "preserve"})
        words.text = line
        made.append(words)
    return made


def paragraph(style_id: str, *runs: Any, align: str = "", keep: bool = False) -> Any:
    """Return a paragraph; ``keep`` holds it on the page of the next one."""
    properties = element("w:pPr", None, element("w:pStyle", {"w:val": style_id}))
    if keep:
        properties.append(element("w:keepNext"))
        properties.append(element("w:keepLines"))
    if align:
        properties.append(element("w:jc", {"w:val": align}))
    return element("w:p", None, properties, *runs)


def field(code: str) -> list[Any]:
    """Return the runs of a field, such as PAGE, that the reader's program fills in."""
    instruction = element("w:instrText", {"xml:space": "preserve"})
    instruction.text = f" {code} "
    return [
        element("w:r", None, element("w:fldChar", {"w:fldCharType": "begin"})),
        element("w:r", None, instruction),
        element("w:r", None, element("w:fldChar", {"w:fldCharType": "separate"})),
        run("1"),
        element("w:r", None, element("w:fldChar", {"w:fldCharType": "end"})),
    ]


def numbered(pattern: str) -> list[Any]:
    """Return the runs of "Page {page} of {pages}", with fields for both."""
    codes = {"page": "PAGE", "pages": "NUMPAGES"}
    runs: list[Any] = []
    for words, name, _spec, _conversion in Formatter().parse(pattern):
        if words:
            runs.append(run(words))
        if name:
            runs += field(codes[name])
    return runs


def borders(tag: str, **sides: tuple[int, str] | None) -> Any:
    """Return the borders of a table or cell: eighths of a point and colour by side; None: none."""
    made = element(tag)
    for side, drawn in sides.items():
        if drawn is None:
            made.append(element(f"w:{side}", {"w:val": "nil"}))
        else:
            size, colour = drawn
            look = {"w:val": "single", "w:sz": size, "w:space": 0, "w:color": colour.strip("#")}
            made.append(element(f"w:{side}", look))
    return made


def table(widths: list[int], rows: Iterable[Any], lines: Any) -> Any:
    """Return a table of fixed widths, in twentieths of a point."""
    return element(
        "w:tbl",
        None,
        element(
            "w:tblPr",
            None,
            element("w:tblW", {"w:w": sum(widths), "w:type": "dxa"}),
            lines,
            element("w:tblLayout", {"w:type": "fixed"}),
            element(
                "w:tblCellMar",
                None,
                element("w:left", {"w:w": 60, "w:type": "dxa"}),
                element("w:right", {"w:w": 90, "w:type": "dxa"}),
            ),
        ),
        element("w:tblGrid", None, *(element("w:gridCol", {"w:w": width}) for width in widths)),
        *rows,
    )


def row(cells: Iterable[Any], header: bool = False, height: int = 0, whole: bool = True) -> Any:
    """Return a row; a header comes back on every page, a whole one is never parted."""
    properties = element("w:trPr")
    if whole:
        properties.append(element("w:cantSplit"))
    if height:
        properties.append(element("w:trHeight", {"w:val": height, "w:hRule": "atLeast"}))
    if header:
        properties.append(element("w:tblHeader"))
    return element("w:tr", None, properties, *cells)


def cell(width: int, *paragraphs: Any, lines: Any = None) -> Any:
    """Return a cell of this width; it needs one paragraph at least."""
    properties = element("w:tcPr", None, element("w:tcW", {"w:w": width, "w:type": "dxa"}))
    if lines is not None:
        properties.append(lines)
    return element("w:tc", None, properties, *paragraphs)
