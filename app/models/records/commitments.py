"""Commitments: who does what by when."""

from __future__ import annotations

from app.i18n import lazy
from app.models.fields import AttachmentRef, Choice, Date, Integer, LongText, Reference, Text
from app.models.records.base import Kind
from app.models.records.common import COMMITMENT_STATES, notes, provenance

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
        Reference("agenda_item", lazy("Agenda item"), kind="agenda_item"),
        Reference("resolution", lazy("Resolution"), kind="resolution"),
        Reference(
            "organisation",
            lazy("Responsible institution"),
            kind="organisation",
            in_words="institution",
            listed=True,
        ),
        Text("institution", lazy("Responsible institution, in words"), searchable=True),
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
            choices=COMMITMENT_STATES,
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
