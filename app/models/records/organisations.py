"""Institutions and organisations people speak for."""

from __future__ import annotations

from app.i18n import lazy
from app.models.fields import Choice, Reference, Text
from app.models.records.base import Kind
from app.models.records.common import notes, provenance

ORGANISATION = Kind(
    "organisation",
    lazy("Organisation"),
    lazy("Organisations"),
    (
        Text("name", lazy("Name"), required=True, searchable=True, listed=True),
        Text("acronym", lazy("Acronym"), searchable=True, listed=True),
        Choice(
            "type",
            lazy("Type"),
            choices=(
                ("central_government", lazy("Central government")),
                ("provincial_government", lazy("Provincial government")),
                ("municipality", lazy("Municipality")),
                ("parish_government", lazy("Parish government")),
                ("police", lazy("Police")),
                ("justice", lazy("Justice")),
                ("health", lazy("Health")),
                ("education", lazy("Education")),
                ("emergency", lazy("Emergency services")),
                ("indigenous", lazy("Indigenous organisation")),
                ("neighbourhood", lazy("Neighbourhood organisation")),
                ("civil_society", lazy("Civil society")),
                ("private", lazy("Private company")),
                ("cooperation", lazy("International cooperation")),
                ("academia", lazy("University")),
                ("media", lazy("Media")),
                ("other", lazy("Other")),
            ),
            listed=True,
        ),
        Text("tax_number", lazy("Tax number"), searchable=True, help=lazy("RUC, as text.")),
        Reference("part_of", lazy("Part of"), kind="organisation"),
        Reference("place", lazy("Place"), kind="place", listed=True),
        Text("address", lazy("Address")),
        Text("phone", lazy("Telephone"), listed=True),
        Text("email", lazy("Email")),
        Text("website", lazy("Website")),
        Reference("contact", lazy("Contact person"), kind="person", sensitivity=2),
        Reference(
            "same_as",
            lazy("Same organisation as"),
            kind="organisation",
            help=lazy("Joins a duplicate to this one; empty it to part them again."),
        ),
        *provenance(),
        notes(),
    ),
    help=lazy("An institution, association or company."),
    title=("acronym|name",),
    home="common",
    adoptable=True,
    roles={"facilitator": "ce", "secretary": "ce"},
)

KINDS = (ORGANISATION,)
