"""Committees and the seats in them."""

from __future__ import annotations

from app.i18n import lazy
from app.models.fields import Boolean, Choice, Date, Decimal, PartialDate, Reference, Text
from app.models.records import rule_sets
from app.models.records.base import Kind, in_order
from app.models.records.common import notes, provenance

COMMITTEE = Kind(
    "committee",
    lazy("Committee"),
    lazy("Committees"),
    (
        Text("name", lazy("Name"), required=True, searchable=True, listed=True),
        Choice(
            "type",
            lazy("Type"),
            choices=(
                ("cantonal_council", lazy("Cantonal security council")),
                ("provincial_council", lazy("Provincial security council")),
                ("parish_council", lazy("Parish security council")),
                ("neighbourhood", lazy("Neighbourhood committee")),
                ("prevention", lazy("Prevention committee")),
                ("youth", lazy("Youth committee")),
                ("domestic_violence", lazy("Domestic violence network")),
                ("tourism", lazy("Tourism security committee")),
                ("technical", lazy("Technical commission")),
                ("other", lazy("Other")),
            ),
            listed=True,
        ),
        Choice(
            "status",
            lazy("Status"),
            choices=(
                ("forming", lazy("Being formed")),
                ("active", lazy("Active")),
                ("dormant", lazy("Dormant")),
                ("dissolved", lazy("Dissolved")),
            ),
            default="active",
            listed=True,
        ),
        Text("legal_basis", lazy("Legal basis"), help=lazy("The ordinance or law, with article.")),
        Text("founding_act", lazy("Founding act"), help=lazy("Number of the act that formed it.")),
        Date("founded_on", lazy("Founded on")),
        Reference("place", lazy("Jurisdiction"), kind="place", listed=True),
        Reference("organisation", lazy("Convened by"), kind="organisation"),
        PartialDate("term_from", lazy("Term from")),
        PartialDate("term_to", lazy("Term to"), listed=True),
        Choice(
            "cadence",
            lazy("Meets every"),
            choices=(
                ("week", lazy("Week")),
                ("fortnight", lazy("Two weeks")),
                ("month", lazy("Month")),
                ("two_months", lazy("Two months")),
                ("quarter", lazy("Three months")),
                ("half_year", lazy("Six months")),
                ("year", lazy("Year")),
                ("on_call", lazy("When called")),
            ),
            listed=True,
            help=lazy("How often it is due to meet; sessions held are compared with it."),
        ),
        Decimal(
            "functioning_score",
            lazy("Functioning score"),
            low=0,
            high=100,
            help=lazy("0 to 100, from its last assessment."),
        ),
        Text("usual_place", lazy("Usually meets at")),
        Text(
            "act_prefix",
            lazy("Before the number of acts"),
            help=lazy("“CCSC” gives CCSC-003-2026; empty: 003-2026."),
        ),
        Text("resolution_prefix", lazy("Before the number of resolutions")),
        *provenance(),
        notes(),
    ),
    help=lazy("A council, committee or network that meets and decides."),
    roles={"secretary": "ced"},
    rules=(in_order("term_from", "term_to", lazy("The term cannot end before it begins.")),),
)

SEAT = Kind(
    "seat",
    lazy("Seat"),
    lazy("Seats"),
    (
        Text("role", lazy("Role"), required=True, searchable=True, listed=True),
        Reference(
            "organisation",
            lazy("Institution"),
            kind="organisation",
            in_words="institution",
            listed=True,
        ),
        Text("institution", lazy("Institution, in words"), searchable=True),
        Reference(
            "holder",
            lazy("Holder"),
            kind="person",
            in_words="holder_name",
            listed=True,
            sensitivity=1,
        ),
        Text("holder_name", lazy("Holder, in words"), searchable=True, sensitivity=1),
        Reference(
            "alternate",
            lazy("Alternate"),
            kind="person",
            in_words="alternate_name",
            listed=True,
            sensitivity=1,
        ),
        Text("alternate_name", lazy("Alternate, in words"), searchable=True, sensitivity=1),
        Boolean("votes", lazy("Votes"), default=True, listed=True),
        Boolean("presides", lazy("Presides")),
        PartialDate("held_from", lazy("From")),
        PartialDate("held_to", lazy("To"), listed=True),
        notes(),
    ),
    help=lazy("A place on the committee, whoever holds it at the time."),
    parent="committee",
    ordered=True,
    title=("role", "holder|holder_name"),
    roles={"secretary": "ced"},
    rules=(in_order("held_from", "held_to", lazy("A seat cannot end before it begins.")),),
)

KINDS = (COMMITTEE, SEAT, *rule_sets.KINDS)
