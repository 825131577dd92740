"""The manners of the project's country: its words for places, its numbers, dates, paper, documents.

They follow the project, not the computer: a laptop bought abroad must not turn 1.234 into one and a
quarter. Only one project is open in a process, so they are spoken like the language is: `use` says
which country it is, and fields, lists and documents ask `here`.

Sources: CLDR 46 (decimal marks, first weekday, paper) for es_EC and es_PA; Ley 11 of 1898 and Ley 5
of 2019 of Panama (balboa at par with the dollar, which circulates).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from app.i18n import Text as Label
from app.i18n import current, lazy

Paper = Literal["A4", "Letter"]


@dataclass(frozen=True)
class Country:
    """What is particular to a country; the first of everything is the usual one.

    ``code`` is ISO 3166 in lower case. ``decimal_mark`` and ``group_mark`` are those of its
    Spanish. ``first_weekday`` counts from Monday, 1, to Sunday, 7. ``day_first`` tells whether
    3/4/2026 is the third of April to everybody there. ``levels`` and ``documents`` are the codes
    its places and its people use, in the order to offer them; ``code_system`` is who numbers its
    places.
    """

    code: str
    label: Label
    decimal_mark: str
    group_mark: str
    paper: Paper
    first_weekday: int
    day_first: bool
    currency: str
    levels: tuple[str, ...]
    documents: tuple[str, ...]
    code_system: str
    catalogue: str


ECUADOR: Final = Country(
    code="ec",
    label=lazy("Ecuador"),
    decimal_mark=",",
    group_mark=".",
    paper="A4",
    first_weekday=1,
    day_first=True,
    currency="USD",
    levels=("province", "canton", "parish", "community", "neighbourhood", "sector"),
    documents=(
        "ec_cedula", "passport", "foreign_id", "refugee_id", "birth_record", "other", "pa_cedula",
    ),
    code_system="EC-DPA",
    catalogue="ecuador",
)  # fmt: skip

PANAMA: Final = Country(
    code="pa",
    label=lazy("Panama"),
    decimal_mark=".",
    group_mark=",",
    paper="Letter",
    first_weekday=7,
    # Both orders are written there, and CLDR has the month first.
    day_first=False,
    currency="PAB",
    levels=(
        "province", "comarca", "district", "corregimiento", "community", "neighbourhood", "sector",
    ),
    documents=(
        "pa_cedula", "passport", "foreign_id", "refugee_id", "birth_record", "other", "ec_cedula",
    ),
    code_system="PA-INEC",
    catalogue="panama",
)  # fmt: skip

COUNTRIES: Final[Mapping[str, Country]] = MappingProxyType(
    {country.code: country for country in (ECUADOR, PANAMA)}
)
"""Every country Kipu has the manners of, by its code; the first is the one projects begin with."""
DEFAULT: Final = ECUADOR


class _Seat:
    """Where the process is; one project is open in it."""

    def __init__(self) -> None:
        self.country = DEFAULT


_seat = _Seat()


def here() -> Country:
    """Return the country of the open project."""
    return _seat.country


def use(code: str) -> bool:
    """Follow the manners of a country from now on; tells whether they are others than before.

    An unknown code, which only a newer Kipu can have written, means the default.
    """
    before, _seat.country = _seat.country, COUNTRIES.get(code, DEFAULT)
    return _seat.country is not before


def decimal_mark() -> str:
    """Return the mark between units and decimals, as the language writes it in this country."""
    return _seat.country.decimal_mark if current() == "es" else "."


def group_mark() -> str:
    """Return the mark between groups of three digits, as the language writes it here."""
    return _seat.country.group_mark if current() == "es" else ","


def day_comes_first() -> bool:
    """Return whether 3/4/2026 can only be the third of April, in this language and country."""
    return current() == "es" and _seat.country.day_first


def grouped(digits: str) -> str:
    """Return a plain number ("-1234.5") with its marks as people here read it ("-1.234,5")."""
    sign, bare = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    whole, point, decimals = bare.partition(".")
    if not whole.isdigit():
        return digits.replace(".", decimal_mark())
    parted = f"{int(whole):,}".replace(",", group_mark()) if whole[:1] != "0" else whole
    return sign + parted + (decimal_mark() + decimals if point else "")
