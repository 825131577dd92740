"""Fields and choices that several kinds share, declared once so that they read the same."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from app.i18n import lazy
from app.models.fields import Choice, Choices, Date, Field, LongText, PartialDate, Text

SENSITIVITY: Choices = (
    ("0", lazy("Public")),
    ("1", lazy("For the team")),
    ("2", lazy("Personal data")),
    ("3", lazy("Specially protected")),
)

SEXES: Choices = (
    ("female", lazy("Woman")),
    ("male", lazy("Man")),
    ("intersex", lazy("Intersex")),
    ("undisclosed", lazy("Prefers not to say")),
)

AGE_BANDS: Choices = (
    ("0-11", lazy("0 to 11")),
    ("12-17", lazy("12 to 17")),
    ("18-29", lazy("18 to 29")),
    ("30-44", lazy("30 to 44")),
    ("45-64", lazy("45 to 64")),
    ("65+", lazy("65 and over")),
    ("undisclosed", lazy("Prefers not to say")),
)

ETHNICITIES: Choices = (
    ("indigenous", lazy("Indigenous")),
    ("afro_descendant", lazy("Afro-descendant")),
    ("montubio", lazy("Montubio")),
    ("mestizo", lazy("Mestizo")),
    ("white", lazy("White")),
    ("other", lazy("Other")),
    ("undisclosed", lazy("Prefers not to say")),
)

COMMITMENT_STATES: Choices = (
    ("open", lazy("Open")),
    ("under_way", lazy("Under way")),
    ("met", lazy("Met")),
    ("partly_met", lazy("Partly met")),
    ("not_met", lazy("Not met")),
    ("dropped", lazy("Dropped")),
)

VOTE_KINDS: Choices = (
    ("ordinary", lazy("Ordinary")),
    ("nominal", lazy("By name")),
    ("reasoned", lazy("Reasoned")),
    ("secret", lazy("Secret")),
    ("consensus", lazy("By consensus")),
)

MAJORITIES: Choices = (
    ("simple_votes", lazy("More in favour than against")),
    ("simple_present", lazy("More than half of those present")),
    ("absolute", lazy("More than half of all seats")),
    ("two_thirds_present", lazy("Two thirds of those present")),
    ("two_thirds", lazy("Two thirds of all seats")),
)

SECRETARY: Final[Mapping[str, str]] = MappingProxyType({"secretary": "ced"})
"""Who writes the parts of a meeting; coordinators may do everything anyway."""

MODES: Choices = (
    ("in_person", lazy("In person")),
    ("remote", lazy("Remote")),
    ("mixed", lazy("In person and remote")),
)


def traits() -> tuple[Field, ...]:
    """Return what is recorded about somebody only to be counted, never printed beside a name."""
    counted = lazy("Recorded to be counted; printed only in totals.")
    return (
        Choice("sex", lazy("Sex"), choices=SEXES, sensitivity=2, help=counted),
        Choice("age_band", lazy("Age band"), choices=AGE_BANDS, sensitivity=2, help=counted),
        Choice("ethnicity", lazy("Ethnicity"), choices=ETHNICITIES, sensitivity=3, help=counted),
        Text(
            "ethnic_people",
            lazy("Nationality or people"),
            sensitivity=3,
            help=lazy("The indigenous nationality, then the people: Kichwa, Waorani, Guna …"),
        ),
    )


def provenance() -> tuple[Field, ...]:
    """Return where a record comes from, how sensitive it is and how long it is kept."""
    return (
        Choice(
            "sensitivity",
            lazy("Sensitivity"),
            choices=SENSITIVITY,
            help=lazy("Who may see this record, beyond what each field asks for."),
        ),
        Text("source_type", lazy("Kind of source")),
        Text("source_ref", lazy("Source"), help=lazy("Document, row or address it comes from.")),
        PartialDate("source_date", lazy("Obtained on")),
        Text("source_method", lazy("How it was obtained")),
        Date("keep_until", lazy("Keep until"), help=lazy("The day it is to be erased.")),
    )


def notes() -> LongText:
    """Return the field for whatever has no other place."""
    return LongText("notes", lazy("Notes"), searchable=True, sensitivity=1)
