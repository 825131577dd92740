"""Commitments: who does what by when."""

from __future__ import annotations

from app.i18n import lazy
from app.models.fields import AttachmentRef, Choice, Date, Integer, LongText, Reference, Text
from app.models.records.base import Kind
from app.models.records.common import notes, provenance

COMMITMENT = Kind(
    "commitment",
    lazy("Commitment"),
    lazy("Commitments"),
    (
        LongText("text", lazy("Commitment"), required=True, searchable=True, listed=True),
        Choice(
            "origin",
            lazy("Origin"),
            choices=(
                ("resolution", lazy("Resolution")),
                ("agreement", lazy("Agreement in a meeting")),
                ("plan", lazy("Plan")),
                ("assembly", lazy("Public assembly")),
                ("other", lazy("Other")),
            ),
        ),
        Reference("committee", lazy("Committee"), kind="committee", listed=True),
        Reference("meeting", lazy("Meeting"), kind="meeting"),
        Reference("resolution", lazy("Resolution"), kind="resolution"),
        Reference(
            "organisation", lazy("Responsible institution"), kind="organisation", listed=True
        ),
        Reference(
            "person",
            lazy("Responsible person"),
            kind="person",
            in_words="responsible",
            listed=True,
            sensitivity=1,
        ),
        Text("responsible", lazy("Responsible, in words"), searchable=True, sensitivity=1),
        Date("agreed_on", lazy("Agreed on")),
        Date("due", lazy("Due"), listed=True),
        Integer("extensions", lazy("Times extended"), low=0),
        LongText("deliverable", lazy("Deliverable"), searchable=True, help=lazy("What proves it.")),
        Choice(
            "status",
            lazy("Status"),
            choices=(
                ("open", lazy("Open")),
                ("under_way", lazy("Under way")),
                ("met", lazy("Met")),
                ("partly_met", lazy("Partly met")),
                ("not_met", lazy("Not met")),
                ("dropped", lazy("Dropped")),
            ),
            default="open",
            listed=True,
        ),
        Integer("progress", lazy("Progress, per cent"), low=0, high=100),
        Date("met_on", lazy("Met on")),
        AttachmentRef("evidence", lazy("Evidence")),
        LongText("follow_up", lazy("Follow-up"), searchable=True),
        *provenance(),
        notes(),
    ),
    help=lazy("At once a line of the minutes, an activity of the plan and of the monthly report."),
    title=("text",),
    roles={"facilitator": "ce", "secretary": "ced"},
)

KINDS = (COMMITMENT,)
