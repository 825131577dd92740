"""Places: the official divisions, and the communities they leave out."""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import lazy
from app.models import country
from app.models.fields import (
    Choice,
    Choices,
    Date,
    Integer,
    Location,
    PartialDate,
    Reference,
    Text,
)
from app.models.records.base import Kind, in_order
from app.models.records.common import notes, provenance

LEVELS = (
    ("country", lazy("Country")),
    ("province", lazy("Province")),
    ("comarca", lazy("Comarca")),
    ("canton", lazy("Canton")),
    ("district", lazy("District")),
    ("parish", lazy("Parish")),
    ("corregimiento", lazy("Corregimiento")),
    ("community", lazy("Community")),
    ("neighbourhood", lazy("Neighbourhood")),
    ("sector", lazy("Sector")),
)


@dataclass(frozen=True)
class Level(Choice):
    """What a place is in its country; offered are the levels of the project's country alone."""

    def offered(self) -> Choices:
        labels = dict(self.choices)
        return tuple((code, labels[code]) for code in country.here().levels)


PLACE = Kind(
    "place",
    lazy("Place"),
    lazy("Places"),
    (
        Text("name", lazy("Name"), required=True, searchable=True, listed=True),
        Level("level", lazy("Level"), choices=LEVELS, listed=True),
        Text("country", lazy("Country"), help=lazy("Two letters of ISO 3166: EC, PA.")),
        Text(
            "code",
            lazy("Official code"),
            searchable=True,
            listed=True,
            coded=True,
            help=lazy("Text: 020150 keeps its zero."),
        ),
        Text("code_system", lazy("Code system"), help=lazy("Who gives the code: EC-DPA, PA-INEC.")),
        Text("code_year", lazy("Year of the code"), help=lazy("Codes change from year to year.")),
        Reference("part_of", lazy("Part of"), kind="place", listed=True),
        Text("other_names", lazy("Other names"), searchable=True),
        PartialDate("valid_from", lazy("Exists since")),
        PartialDate("valid_to", lazy("Existed until")),
        Text(
            "police_code",
            lazy("Police code"),
            searchable=True,
            help=lazy("A hierarchy of its own: 16D01C01S03 is district, circuit and sub-circuit."),
        ),
        Location("location", lazy("Location")),
        Integer("population", lazy("Population"), low=0, grouped=True),
        Integer("population_year", lazy("Year of the population"), low=1900, high=2200),
        Text("population_source", lazy("Source of the population")),
        Date("adopted_on", lazy("Adopted on"), writers=("coordinator",)),
        Reference("same_as", lazy("Same place as"), kind="place"),
        *provenance(),
        notes(),
    ),
    help=lazy("The official divisions of the country, down to communities and neighbourhoods."),
    title=("name", "code"),
    home="common",
    adoptable=True,
    roles={"facilitator": "ce", "secretary": "ce"},
    rules=(in_order("valid_from", "valid_to", lazy("A place cannot end before it begins.")),),
)

KINDS = (PLACE,)
