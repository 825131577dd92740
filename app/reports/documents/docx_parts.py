"""Blocks as WordprocessingML: real headings, lists and header rows, which an editor can work on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial, singledispatch
from typing import TYPE_CHECKING, Any, Final

from app.reports.documents import docx_styles as names
from app.reports.documents import style
from app.reports.documents.blocks import (
    Block,
    Facts,
    Heading,
    Paragraph,
    Points,
    Seats,
    Signatures,
    Table,
    Title,
)
from app.reports.documents.docx_xml import borders, cell, element, paragraph, row, run, table

if TYPE_CHECKING:
    from docx.document import Document as File

_HAIR: Final = (3, style.LINE)
_STYLES: Final = {
    "body": "Normal",
    "note": names.NOTE,
    "decision": names.DECISION,
    "item": names.ITEM,
    "centre": names.CENTRE,
}
_ALIGN: Final = {"left": "", "right": "right", "centre": "center"}
_SPLIT_ABOVE: Final = 1200
"""Characters in a row that may part over a page; shorter rows stay whole."""


class Body:
    """Appends elements to a file; ``width`` is the column's, in twentieths of a point."""

    def __init__(self, file: File, width: int) -> None:
        self.file = file
        self.width = width
        self._end = file.element.body.sectPr
        self._ids = {made.name: made.style_id for made in file.styles}

    def add(self, *made: Any) -> None:
        """Append to the text, before the section's properties, which must stay last."""
        for one in made:
            self._end.addprevious(one)

    def paragraph(self, name: str, *runs: Any, align: str = "", keep: bool = False) -> Any:
        """Return a paragraph in the style of this name."""
        return paragraph(self._ids[name], *runs, align=align, keep=keep)

    def gap(self) -> Any:
        """Return the small paragraph that parts a table from what follows."""
        return self.paragraph(names.SMALL)


def write(body: Body, blocks: Iterable[Block]) -> None:
    """Append all blocks."""
    for block in blocks:
        body.add(*_set(block, body))


@singledispatch
def _set(block: object, body: Body) -> Iterator[Any]:
    raise TypeError(f"no way to set {block!r}")


@_set.register(Title)
def _title(block: Title, body: Body) -> Iterator[Any]:
    if block.over:
        yield body.paragraph("Subtitle", run(block.over), keep=True)
    yield body.paragraph("Title", run(block.text), keep=True)
    yield from (body.paragraph(names.CENTRE, run(line), keep=True) for line in block.under)
    yield body.gap()


@_set.register(Heading)
def _heading(block: Heading, body: Body) -> Iterator[Any]:
    yield body.paragraph(f"Heading {block.level}", run(block.text))


@_set.register(Paragraph)
def _paragraph(block: Paragraph, body: Body) -> Iterator[Any]:
    lines = [line for line in block.text.splitlines() if line.strip()] or [""]
    align = "both" if block.style in ("body", "decision") else ""
    for at, line in enumerate(lines):
        runs = [run(line)] if line else []
        if block.label and at == 0:
            runs.insert(0, run(f"{block.label}: " if line else block.label, bold=True))
        if not runs:
            continue
        made = body.paragraph(_STYLES[block.style], *runs, align=align)
        if block.style == "decision":
            bar = {"w:val": "single", "w:sz": 18, "w:space": 8, "w:color": style.FOREST.strip("#")}
            made.pPr.insert_element_before(
                element("w:pBdr", None, element("w:left", bar)),
                "w:shd",
                "w:spacing",
                "w:ind",
                "w:jc",
            )
        yield made


@_set.register(Facts)
def _facts(block: Facts, body: Body) -> Iterator[Any]:
    if not block.rows:
        return
    widths = [round(body.width * 0.28), round(body.width * 0.72)]
    rows = [
        row(
            [
                cell(widths[0], body.paragraph(names.NOTE, run(label))),
                cell(widths[1], body.paragraph(names.VALUE, run(value))),
            ],
            whole=len(value) <= _SPLIT_ABOVE,
        )
        for label, value in block.rows
    ]
    yield table(widths, rows, borders("w:tblBorders", bottom=_HAIR, insideH=_HAIR))
    yield body.gap()


@_set.register(Points)
def _points(block: Points, body: Body) -> Iterator[Any]:
    if block.numbers:
        for own, item in zip(block.numbers, block.items, strict=True):
            yield body.paragraph(names.ITEM, run(f"{own}. {item}"))
        return
    number = _new_list(body.file)
    for item in block.items:
        made = body.paragraph("List Number", run(item))
        made.pPr.get_or_add_numPr().get_or_add_numId().val = number
        yield made


def _new_list(file: File) -> int:
    """Return the number of a list that starts again at 1."""
    numbering = file.part.numbering_part.element
    [style_list] = file.styles["List Number"].element.xpath("w:pPr/w:numPr/w:numId/@w:val")
    [pattern] = numbering.xpath(f'w:num[@w:numId="{style_list}"]/w:abstractNumId/@w:val')
    made = numbering.add_num(int(pattern))
    made.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(made.numId)


@_set.register(Table)
def _table(block: Table, body: Body) -> Iterator[Any]:
    whole = sum(column.share for column in block.columns)
    widths = [round(body.width * column.share / whole) for column in block.columns]
    aligns = [_ALIGN[column.align] for column in block.columns]
    under = partial(borders, "w:tcBorders", bottom=(8, style.MUTED))
    head = row(
        (
            cell(width, body.paragraph(names.HEAD, run(column.title), align=align), lines=under())
            for width, column, align in zip(widths, block.columns, aligns, strict=True)
        ),
        header=True,
    )
    height = round(block.height * 56.7)
    rows = [
        row(
            (
                cell(width, body.paragraph(names.CELL, run(said), align=align))
                for width, said, align in zip(widths, said_row, aligns, strict=True)
            ),
            height=height,
            whole=sum(map(len, said_row)) <= _SPLIT_ABOVE,
        )
        for said_row in block.rows
    ]
    sides: dict[str, tuple[int, str]] = {"bottom": _HAIR, "insideH": _HAIR}
    if height:
        sides = dict.fromkeys(("top", "left", "bottom", "right", "insideH", "insideV"), _HAIR)
    yield table(widths, [head, *rows], borders("w:tblBorders", **sides))
    yield body.gap()


@_set.register(Signatures)
def _signatures(block: Signatures, body: Body) -> Iterator[Any]:
    if block.heading:
        yield body.paragraph("Heading 1", run(block.heading))
    half, between = round(body.width * 0.43), round(body.width * 0.14)
    widths = [half, between, half]
    pairs = [block.places[at : at + 2] for at in range(0, len(block.places), 2)]
    rows = []
    for pair in pairs:
        left, *others = [cell(half, *_place(lines, body)) for lines in pair]
        blank = [cell(width, body.gap()) for width in widths[1 + len(others) :]]
        middle = [cell(between, body.gap())] if others else []
        rows.append(row([left, *middle, *others, *blank], height=round(30 * 56.7)))
    nothing = dict.fromkeys(("top", "left", "bottom", "right", "insideH", "insideV"))
    yield table(widths, rows, borders("w:tblBorders", **nothing))
    yield body.gap()


def _place(lines: tuple[str, ...], body: Body) -> list[Any]:
    """Return room to sign, then the rule with what stands under it, kept together."""
    name, *rest = map(style.clipped, lines)
    room = body.paragraph(names.SIGNER, keep=True)
    room.pPr.append(element("w:spacing", {"w:before": 1100, "w:after": 0}))
    signer = body.paragraph(names.SIGNER, run(name, bold=True), keep=True)
    rule = {"w:val": "single", "w:sz": 6, "w:space": 3, "w:color": style.INK.strip("#")}
    signer.pPr.append(element("w:pBdr", None, element("w:top", rule)))
    below = [body.paragraph(names.SIGNER, run(line), keep=True) for line in rest if line]
    return [room, signer, *below]


@_set.register(Seats)
def _seats(block: Seats, body: Body) -> Iterator[Any]:
    said = " – ".join(f"{at}. {label}" for at, label in enumerate(block.labels, 1))
    yield body.paragraph(names.CENTRE, run(said))
