"""What a whole project has agreed on, read by every member and set by its coordinators."""

from __future__ import annotations

from typing import Final

from app.i18n import lazy
from app.models.country import COUNTRIES
from app.models.fields import Choice
from app.models.records.base import Kind

COUNTRY_CHOICES: Final = tuple((one.code, one.label) for one in COUNTRIES.values())

PROJECT_SETTINGS = Kind(
    "project_settings",
    lazy("Settings of the project"),
    lazy("Settings of the project"),
    (
        Choice(
            "country",
            lazy("Country"),
            choices=COUNTRY_CHOICES,
            listed=True,
            help=lazy("Decides the words for places, decimals, dates, paper and documents."),
        ),
    ),
    help=lazy("One record in the common space; without it everything is as Ecuador has it."),
    title=("country",),
    home="common",
)

KINDS = (PROJECT_SETTINGS,)
