"""What documents are built of, between their content and the two ways to write it.

A document says each thing once, as blocks; the PDF and the DOCX writer set the same blocks, so the
two never differ in a word. All text here is finished: translated, formatted, in reading order, and
plain (no markup of any kind).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.reports.documents.content import Paper, Setting

Style = Literal["body", "note", "decision", "item", "centre"]
Align = Literal["left", "right", "centre"]


@dataclass(frozen=True, slots=True)
class Title:
    """The document's name, once, at its top."""

    text: str
    over: str = ""
    under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A section (level 1) or a part of one (level 2); both are bookmarks."""

    text: str
    level: Literal[1, 2] = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text with its line breaks; ``label`` stands before it in bold."""

    text: str
    label: str = ""
    style: Style = "body"
    keeps: bool = False
    """Its last line stands on the page of what follows: nobody signs a page without a text."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of label and value, one below the other."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Points:
    """A numbered list; ``numbers`` are said instead of 1, 2, 3."""

    items: tuple[str, ...]
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``share`` is its part of the width, beside the others'."""

    title: str
    share: float = 1.0
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose header comes back on every page; ``height`` is a row's least, in mm."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Signatures:
    """Places to sign, two in a row: the lines under each rule, the first of them the name."""

    heading: str
    places: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Seats:
    """Who sat where, round a table: the labels in the order of the chairs."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Codes:
    """A code to be copied by hand, large, each group in a box of its own."""

    code: str


Block = Title | Heading | Paragraph | Facts | Points | Table | Signatures | Seats | Codes


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document and what stands on each of its pages."""

    setting: Setting
    title: str
    """For the file's properties and the head of the pages after the first."""
    foot: str
    blocks: tuple[Block, ...]
    stamp: str = ""
    """The pale word across every page."""
    band: str = ""
    """What the band of the practice project says."""
    page: str = "{page} / {pages}"
    """The page number's words."""
    dated: date | None = None
    """The day its file bears. With one, the same content makes the same bytes on any computer."""

    @property
    def paper(self) -> Paper:
        """The sheet: as chosen, or as the country has it."""
        usual: Paper = "Letter" if self.setting.country == "PA" else "A4"
        return self.setting.paper or usual

    @property
    def locale(self) -> str:
        """The language as files name it: es-EC, en."""
        spanish = self.setting.language == "es" and self.setting.country
        return f"es-{self.setting.country}" if spanish else self.setting.language
