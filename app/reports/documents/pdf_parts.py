"""Blocks as reportlab sets them: hairlines, repeated headers, nothing that must fit on one page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import singledispatch
from typing import TYPE_CHECKING

from app.reports.documents import style
from app.reports.documents.blocks import (
    Block,
    Codes,
    Column,
    Facts,
    Heading,
    Paragraph,
    Points,
    Seats,
    Signatures,
    Table,
    Title,
)
from app.reports.documents.fonts import SANS, markup, plain
from app.reports.documents.pdf_seats import seat_map
from app.reports.documents.pdf_styles import paragraph_style

if TYPE_CHECKING:
    from reportlab.platypus import Flowable
    from reportlab.platypus import Paragraph as Words
    from reportlab.platypus import Table as Grid

_MM = 72 / 25.4
_HAIR = 0.35
_LABEL = 0.28
"""The part of the width that labels have: “Convocatoria enviada el” on one line."""
_BARE = [
    # Table cells set their font even where a paragraph brings its own.
    ("FONTNAME", (0, 0), (-1, -1), SANS),
    *((f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")),
]
_GROUPS = 4
"""Groups of a code in a line."""
_HEADING_ROOM = 30 * _MM
"""A heading goes to the next page unless this much fits below its top."""


def parts(blocks: Iterable[Block], width: float) -> list[Flowable]:
    """Return fresh flowables for a column ``width`` points wide; each is good for one build."""
    return [part for block in blocks for part in _set(block, width)]


def text(said: str, name: str) -> Words:
    """Return a paragraph of plain text in one of our styles."""
    from reportlab.platypus import Paragraph as Words

    return Words(markup(said), paragraph_style(name))


def grid(
    rows: list[list[object]], widths: list[float], commands: Iterable[tuple[object, ...]],
    repeat: int = 0, height: float = 0.0,
) -> Grid:  # fmt: skip
    """Return a table without padding or lines but those of ``commands``."""
    from reportlab.platypus import Table as Grid

    least = [0.0] * repeat + [height] * (len(rows) - repeat) if height else None
    return Grid(
        rows,
        colWidths=widths,
        style=[*_BARE, ("VALIGN", (0, 0), (-1, -1), "TOP"), *commands],
        repeatRows=repeat,
        minRowHeights=least,
        # A row taller than a page goes on over the page instead of failing.
        splitInRow=1,
    )


@singledispatch
def _set(block: object, width: float) -> Iterator[Flowable]:
    raise TypeError(f"no way to set {block!r}")


@_set.register(Title)
def _title(block: Title, width: float) -> Iterator[Flowable]:
    from reportlab.platypus import Spacer

    yield Spacer(1, 10)
    if block.over:
        yield text(block.over, "over")
    yield text(block.text, "title")
    for line in block.under:
        yield text(line, "under")
    yield Spacer(1, 12)


@_set.register(Heading)
def _heading(block: Heading, width: float) -> Iterator[Flowable]:
    from reportlab.platypus import CondPageBreak

    yield CondPageBreak(_HEADING_ROOM)
    yield bookmarked(block.text, block.level)


def bookmarked(said: str, level: int) -> Words:
    """Return a heading that becomes a bookmark when it is drawn."""
    heading = text(said, f"heading{level}")
    heading.bookmark = (said, level)
    return heading


@_set.register(Paragraph)
def _paragraph(block: Paragraph, width: float) -> Iterator[Flowable]:
    from reportlab.platypus import Paragraph as Words
    from reportlab.platypus import Spacer

    lines = [line for line in block.text.splitlines() if line.strip()] or [""]
    marked = [markup(line) for line in lines]
    if block.label:
        sign = ":" if marked[0] else ""
        marked[0] = f"<b>{markup(block.label)}{sign}</b> {marked[0]}"
    set_lines = [Words(line, paragraph_style(block.style)) for line in marked if line]
    if block.keeps and set_lines:
        set_lines[-1].keepWithNext = 1
    if block.style != "decision":
        yield from set_lines
        return
    bar = [("LINEBEFORE", (0, 0), (0, -1), 2.2, style.FOREST),
           ("LEFTPADDING", (0, 0), (-1, -1), 10), ("BOTTOMPADDING", (0, 0), (-1, -1), 3)]  # fmt: skip
    yield Spacer(1, 3)
    yield grid([[line] for line in set_lines], [width - 14], bar)
    yield Spacer(1, 6)


@_set.register(Facts)
def _facts(block: Facts, width: float) -> Iterator[Flowable]:
    from reportlab.platypus import Spacer

    if not block.rows:
        return
    rows: list[list[object]] = [
        [text(label, "label"), text(value, "value")] for label, value in block.rows
    ]
    lines = [("LINEBELOW", (0, 0), (-1, -1), _HAIR, style.LINE),
             ("TOPPADDING", (0, 0), (0, -1), 4), ("TOPPADDING", (1, 0), (1, -1), 3),
             ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5), ("RIGHTPADDING", (0, 0), (0, -1), 8)]  # fmt: skip
    yield grid(rows, [width * _LABEL, width * (1 - _LABEL)], lines)
    yield Spacer(1, 8)


@_set.register(Points)
def _points(block: Points, width: float) -> Iterator[Flowable]:
    from reportlab.platypus import Paragraph as Words

    numbers = block.numbers or tuple(map(str, range(1, len(block.items) + 1)))
    for number, item in zip(numbers, block.items, strict=True):
        yield Words(markup(item), paragraph_style("point"), bulletText=f"{plain(number)}.")


@_set.register(Table)
def _table(block: Table, width: float) -> Iterator[Flowable]:
    from reportlab.platypus import Spacer

    whole = sum(column.share for column in block.columns)
    rows: list[list[object]] = [[_cell(one, one.title, "head") for one in block.columns]]
    rows += [
        [_cell(column, said, "cell") for column, said in zip(block.columns, row, strict=True)]
        for row in block.rows
    ]
    lines = [("LINEBELOW", (0, 0), (-1, 0), 0.8, style.MUTED),
             ("LINEBELOW", (0, 1), (-1, -1), _HAIR, style.LINE),
             ("TOPPADDING", (0, 0), (-1, -1), 3.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
             ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
             ("LEFTPADDING", (0, 0), (-1, -1), 3), ("RIGHTPADDING", (0, 0), (-1, -1), 5)]  # fmt: skip
    if block.height:
        columns_between = ("LINEAFTER", (0, 0), (-2, -1), _HAIR, style.LINE)
        lines += [columns_between, ("BOX", (0, 0), (-1, -1), _HAIR, style.LINE)]
    widths = [width * column.share / whole for column in block.columns]
    yield grid(rows, widths, lines, repeat=1, height=block.height * _MM)
    yield Spacer(1, 9)


def _cell(column: Column, said: str, kind: str) -> Words:
    return text(said, kind if column.align == "left" else f"{kind} {column.align}")


@_set.register(Signatures)
def _signatures(block: Signatures, width: float) -> Iterator[Flowable]:
    pairs = [block.places[at : at + 2] for at in range(0, len(block.places), 2)]
    if block.heading and pairs:
        # A part of its own would let go of the line that is to stay with it.
        heading = bookmarked(block.heading, 1)
        heading.keepWithNext = 1
        yield heading
    for pair in pairs:
        yield _signing(pair, width)


def _signing(pair: tuple[tuple[str, ...], ...], width: float) -> Grid:
    """Return one row of places, whole: its lines are cut rather than parted."""
    from reportlab.platypus import Spacer
    from reportlab.platypus import Table as Grid

    half, blank = width * 0.43, Spacer(1, 1)
    places = [_signing_place(lines) for lines in pair]
    if len(places) == 2:
        cells, widths, ruled = [places[0], blank, places[1]], [half, width * 0.14, half], [0, 2]
    else:
        margin = (width - half) / 2
        cells, widths, ruled = [blank, places[0], blank], [margin, half, margin], [1]
    rules = [("LINEABOVE", (at, 1), (at, 1), 0.7, style.INK) for at in ruled]
    looks = [*rules, ("NOSPLIT", (0, 0), (-1, -1)), ("VALIGN", (0, 0), (-1, -1), "TOP"), *_BARE]
    looks.append(("TOPPADDING", (0, 1), (-1, 1), 4))
    return Grid([[blank] * 3, cells], colWidths=widths, rowHeights=[21 * _MM, None], style=looks)


def _signing_place(lines: tuple[str, ...]) -> list[Flowable]:
    name, *rest = map(style.clipped, lines)
    return [text(name, "signer"), *(text(line, "signed") for line in rest if line)]


@_set.register(Seats)
def _seats(block: Seats, width: float) -> Iterator[Flowable]:
    yield seat_map(block.labels, width)


@_set.register(Codes)
def _codes(block: Codes, width: float) -> Iterator[Flowable]:
    from reportlab.platypus import Spacer

    groups = block.code.replace("-", " ").split()
    groups += [""] * (-len(groups) % _GROUPS)
    rows: list[list[object]] = [
        [text(group, "code") for group in groups[at : at + _GROUPS]]
        for at in range(0, len(groups), _GROUPS)
    ]
    lines = [
        ("GRID", (0, 0), (-1, -1), _HAIR, style.LINE),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
    ]
    yield Spacer(1, 6)
    yield grid(rows, [width / _GROUPS] * _GROUPS, lines)
    yield Spacer(1, 12)
