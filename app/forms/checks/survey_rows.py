"""The rows of a survey sheet as its author means them: what each is, and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.forms.checks.headers import meaning
from app.forms.guard import MAX_XML_DEPTH
from app.forms.problems import Problem
from app.forms.workbook import Sheet

_STRUCTURE = re.compile(r"(begin|end)[ _]+(group|lgroup|repeat|loop|looped group)\b.*")
_DOES = {"begin": "opens", "end": "closes"}
_KINDS = {"lgroup": "repeat", "looped group": "repeat"}
_SELECT = re.compile(
    r"(select[ _]one[ _]external|select[ _]one[ _]from[ _]file|select[ _]multiple[ _]from[ _]file"
    r"|add select one prompt using|add select multiple prompt using|select all that apply from"
    r"|select all that apply|select one from|select one|select_one|select1|select_multiple"
    r"|select multiple|rank)(?:\s+(\S.*?))?",
    re.IGNORECASE,
)
_OTHER = re.compile(r"\s+(?:or_other|or specify other)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the survey sheet.

    ``kind`` is opens, closes (then ``what`` is group, repeat or loop), select_one, select_multiple,
    rank, external, or the type as written. ``listed`` is what a select takes its choices from.
    ``around`` is the path of the group it stands in, ``path`` its own.
    """

    number: int
    written: str
    kind: str
    name: str
    around: str
    what: str = ""
    listed: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where it stands in a response."""
        return f"{self.around}/{self.name}"

    def cell(self, column: str) -> str:
        """Return the text of a column (its one name, see ``headers.meaning``), or an empty text."""
        return self.cells.get(column, "")

    def problem(self, message: str, column: str, advice: str = "") -> Problem:
        """Return what is wrong with this row."""
        header = self.headers.get(column, column)
        return Problem(message, self.name, "survey", self.number, header, advice, self.path)


def survey_rows(sheet: Sheet) -> Iterator[Row]:
    """Yield every row that counts; disabled ones are left out, as pyxform leaves them out."""
    around: list[str] = []
    for number, given in sheet.numbered():
        cells, headers = _cells(given)
        if cells.get("disabled", "").lower() in ("yes", "true", "true()", "1"):
            continue
        written = " ".join(cells.get("type", "").split())
        kind, what, listed = _kind(written)
        name = cells.get("name", "")
        if kind == "closes" and around:
            around.pop()
        # Deeper ones are refused: their paths would only take room.
        path = "".join(f"/{one}" for one in around[:MAX_XML_DEPTH])
        yield Row(number, written, kind, name, path, what, listed, cells, headers)
        if kind == "opens":
            around.append(name)


def _cells(given: dict[str, object]) -> tuple[dict[str, str], dict[str, str]]:
    cells: dict[str, str] = {}
    headers: dict[str, str] = {}
    for header, value in given.items():
        name, text = meaning(header), str(value).strip()
        if text and name not in cells:
            cells[name], headers[name] = text, header
    return cells, headers


def _kind(written: str) -> tuple[str, str, str]:
    structure = _STRUCTURE.fullmatch(written.lower())
    if structure is not None:
        return _DOES[structure[1]], _KINDS.get(structure[2], structure[2]), ""
    select = _SELECT.fullmatch(written)
    if select is None:
        return written, "", ""
    said = select[1].lower().replace("_", " ")
    listed = _OTHER.sub("", select[2] or "").strip()
    if "external" in said:
        return "external", "", listed
    if said == "rank":
        return "rank", "", listed
    several = "multiple" in said or "all that apply" in said
    return ("select_multiple" if several else "select_one"), "", listed
