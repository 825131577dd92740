"""Reads a catalogue of places from CSV, and the two catalogues that ship.

One row is one place. Columns, named by field id or label, in any order:

- ``name``, ``level`` (a code or label of the place's levels) and ``code`` are needed in every row;
- ``code_system`` (EC-DPA, PA-INEC …) and ``code_year`` say whose code it is and of which year; they
  are needed too, for a place is known by system, year and code on every laptop;
- ``parent_code`` is the code of the place it lies in, of the same system and year;
- ``country``, ``other_names``, ``police_code``, ``valid_from``, ``valid_to``, ``population``,
  ``population_year``, ``population_source``, and ``lat`` with ``lon`` may be left out.

Spreadsheets eat leading zeros, and 20150 would silently be another place than 020150: a code too
short for its level is refused, with its row.
"""

from __future__ import annotations

import uuid
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Final

from app.errors import KipuError
from app.i18n import _
from app.models.fields import Field
from app.models.fields.choosing import find_code
from app.models.records.places import PLACE
from app.reports.tables import Table, from_csv
from sync.values import Value

SHIPPED: Final = ("ecuador", "panama")
NEEDED: Final = ("name", "level", "code", "code_system", "code_year")
OPTIONAL: Final = (
    "country", "other_names", "police_code", "valid_from", "valid_to", "population",
    "population_year", "population_source",
)  # fmt: skip
OWN_COLUMNS: Final = ("parent_code", "lat", "lon")

CODE_WIDTHS: Final[Mapping[str, Mapping[str, int]]] = {
    "EC-DPA": {"province": 2, "canton": 4, "parish": 6},
    "PA-INEC": {"province": 2, "comarca": 2, "district": 4, "corregimiento": 6},
}
"""Digits of a code by system and level."""

# Any laptop must derive the same ids for ever.
_NAMESPACE: Final = uuid.UUID("6f1f4a52-8a0e-5d0c-9b5e-3c5d9a4e7b10")


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with a row, by its number in a spreadsheet."""

    row: int
    message: str


@dataclass(frozen=True)
class CataloguePlace:
    """A place to keep: the id it has on every laptop, its row in the file, its fields."""

    id: bytes
    row: int
    fields: dict[str, Value]


@dataclass(frozen=True)
class Catalogue:
    """What a file holds; only without ``problems`` is it fit to import."""

    places: tuple[CataloguePlace, ...]
    problems: tuple[RowProblem, ...]


def place_id(code_system: str, code_year: str, code: str) -> bytes:
    """Return the 16 bytes that name an official place: UUIDv5 of system, year and code."""
    return uuid.uuid5(_NAMESPACE, "\x1f".join((code_system, code_year, code))).bytes


def shipped(name: str) -> Catalogue:
    """Return the first-level divisions of a country of ``SHIPPED``."""
    return read_places((files("resources") / "places" / f"{name}.csv").read_bytes())


def read_places(data: bytes, known: Container[bytes] = frozenset()) -> Catalogue:
    """Read a catalogue; ``known`` holds the ids of the places there already are, as parents.

    Raises KipuError when the file is no such CSV at all; what is wrong with single rows comes back
    as problems.
    """
    table = from_csv(data)
    reader = _Reader(_columns(table), known)
    for row in table:
        if row.problem:
            reader.problems.append(RowProblem(row.number, row.problem))
        else:
            reader.read(row.number, row.cells)
    return reader.finish()


def _columns(table: Table) -> dict[str, int]:
    """Return the place of each known column; raises KipuError for missing and unknown ones."""
    choices = tuple((one, PLACE.field(one).label) for one in (*NEEDED, *OPTIONAL))
    choices += tuple((one, one) for one in OWN_COLUMNS)
    found: dict[str, int] = {}
    for number, title in enumerate(table.header):
        column = find_code(choices, title)
        if column is None or column in found:
            raise KipuError(
                _("The column “{title}” is not expected; known are: {known}.").format(
                    title=title, known=", ".join(name for name, _label in choices)
                )
            )
        found[column] = number
    missing = [name for name in NEEDED if name not in found]
    if missing:
        raise KipuError(
            _("These columns are missing: {missing}.").format(missing=", ".join(missing))
        )
    return found


@dataclass
class _Reader:
    columns: Mapping[str, int]
    known: Container[bytes]
    places: dict[bytes, CataloguePlace] = field(default_factory=dict)
    parents: dict[bytes, str] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)

    def read(self, number: int, cells: tuple[str, ...]) -> None:
        texts = {name: cells[at].strip() for name, at in self.columns.items()}
        try:
            self._keep(number, texts)
        except KipuError as error:
            message = _("Row {row}: {message}").format(row=number, message=error.message)
            self.problems.append(RowProblem(number, message))

    def _keep(self, number: int, texts: Mapping[str, str]) -> None:
        values = _values(texts)
        _check_width(texts["code"], texts["code_system"], str(values["level"]))
        own = place_id(texts["code_system"], texts["code_year"], texts["code"])
        if own in self.places:
            raise KipuError(
                _("the code {code} already stands in row {first}.").format(
                    code=texts["code"], first=self.places[own].row
                )
            )
        if parent := texts.get("parent_code"):
            parent_id = place_id(texts["code_system"], texts["code_year"], parent)
            values["part_of"] = parent_id.hex()
            self.parents[own] = parent
        self.places[own] = CataloguePlace(own, number, values)

    def finish(self) -> Catalogue:
        for own, parent in self.parents.items():
            place = self.places[own]
            if message := self._broken(place, parent):
                self.problems.append(
                    RowProblem(
                        place.row,
                        _("Row {row}: {message}").format(row=place.row, message=message),
                    )
                )
        problems = sorted(self.problems, key=lambda problem: problem.row)
        return Catalogue(tuple(self.places.values()), tuple(problems))

    def _broken(self, place: CataloguePlace, parent: str) -> str:
        """Return what is wrong with the parent of ``place``; empty when nothing is."""
        above = bytes.fromhex(str(place.fields["part_of"]))
        if above not in self.places and above not in self.known:
            return _("there is no place with the code {code}, named as its parent.").format(
                code=parent
            )
        seen = {place.id}
        while above in self.places and above not in seen:
            seen.add(above)
            above = bytes.fromhex(str(self.places[above].fields.get("part_of", "")))
        return _("its parents lead back to itself.") if above == place.id else ""


def _values(texts: Mapping[str, str]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for name in (*NEEDED, *OPTIONAL):
        declared = PLACE.field(name)
        value = declared.parse(texts.get(name, ""))
        if value is not None:
            values[name] = value
        elif name in NEEDED:
            raise KipuError(_("{field} is missing.").format(field=declared.label))
    if texts.get("lat") or texts.get("lon"):
        values["location"] = _location(PLACE.field("location"), texts)
    return values


def _location(declared: Field, texts: Mapping[str, str]) -> Value:
    return declared.parse(f"{texts.get('lat', '')}; {texts.get('lon', '')}")


def _check_width(code: str, system: str, level: str) -> None:
    width = CODE_WIDTHS.get(system, {}).get(level)
    if width is None or len(code) == width:
        return
    if code.isdigit() and len(code) < width:
        raise KipuError(
            _(
                "the code {code} has {found} digits, this level has {width}; a spreadsheet may "
                "have dropped the zero in front: {whole}?"
            ).format(code=code, found=len(code), width=width, whole=code.zfill(width))
        )
    raise KipuError(
        _("the code {code} does not have the {width} digits of its level.").format(
            code=code, width=width
        )
    )
