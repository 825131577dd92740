"""Meetings: the session itself, its agenda, its quorum and what it followed up."""

from __future__ import annotations

from app.i18n import lazy
from app.models.fields import (
    AttachmentRef,
    Boolean,
    Choice,
    Date,
    Integer,
    LongText,
    Reference,
    Text,
    Time,
)
from app.models.records import attendance, decisions
from app.models.records.base import Kind
from app.models.records.common import COMMITMENT_STATES, MODES, SECRETARY, notes

MEETING = Kind(
    "meeting",
    lazy("Meeting"),
    lazy("Meetings"),
    (
        Text(
            "number",
            lazy("Number"),
            searchable=True,
            listed=True,
            help=lazy("The act's official number, given when it is closed."),
        ),
        Text("subject", lazy("Subject"), searchable=True, listed=True),
        Choice(
            "type",
            lazy("Type"),
            choices=(
                ("ordinary", lazy("Ordinary")),
                ("extraordinary", lazy("Extraordinary")),
                ("inaugural", lazy("Inaugural")),
                ("working", lazy("Working session")),
                ("assembly", lazy("Public assembly")),
            ),
            default="ordinary",
            listed=True,
        ),
        Choice(
            "status",
            lazy("Status"),
            choices=(
                ("planned", lazy("Planned")),
                ("called", lazy("Called")),
                ("in_session", lazy("In session")),
                ("held", lazy("Held")),
                ("no_quorum", lazy("Without quorum")),
                ("cancelled", lazy("Cancelled")),
                ("approved", lazy("Minutes approved")),
            ),
            default="planned",
            listed=True,
        ),
        Choice("mode", lazy("Mode"), choices=MODES),
        Date("date", lazy("Date"), required=True, listed=True),
        Time("starts", lazy("Starts"), listed=True),
        Time(
            "installed_at",
            lazy("Installed at"),
            help=lazy("When the quorum was declared and the session began."),
        ),
        Time("ends", lazy("Ends")),
        Text("venue", lazy("Venue"), searchable=True, listed=True),
        Reference("place", lazy("Place"), kind="place"),
        Date("call_sent_on", lazy("Call sent on")),
        Choice(
            "call_channel",
            lazy("Called by"),
            choices=(
                ("letter", lazy("Letter")),
                ("email", lazy("Email")),
                ("message", lazy("Messaging group")),
                ("phone", lazy("Telephone")),
                ("radio", lazy("Radio")),
                ("notice", lazy("Public notice")),
                ("other", lazy("Other")),
            ),
        ),
        AttachmentRef("call_proof", lazy("Proof of the call")),
        Boolean("second_call", lazy("On second call")),
        Time("second_call_at", lazy("Second call at")),
        Integer("quorum_required", lazy("Quorum required"), low=0),
        Reference("chair", lazy("Chaired by"), kind="person", in_words="chair_name", sensitivity=1),
        Text("chair_name", lazy("Chaired by, in words"), searchable=True, sensitivity=1),
        Reference(
            "secretary", lazy("Minutes by"), kind="person", in_words="secretary_name", sensitivity=1
        ),
        Text("secretary_name", lazy("Minutes by, in words"), searchable=True, sensitivity=1),
        LongText("opening", lazy("Opening"), searchable=True),
        LongText(
            "previous_minutes",
            lazy("Minutes of the last meeting"),
            searchable=True,
            help=lazy("How they were read and approved."),
        ),
        LongText("closing", lazy("Closing"), searchable=True),
        Date("approved_on", lazy("Minutes approved on")),
        Reference("approved_in", lazy("Minutes approved in"), kind="meeting"),
        Text("approval_note", lazy("Remarks on the approval"), searchable=True),
        Text(
            "act_hash",
            lazy("Fingerprint of the act"),
            automatic=True,
            help=lazy("SHA-256 of its text's and its PDF's fingerprints: what the next act names."),
        ),
        Text(
            "text_hash",
            lazy("Fingerprint of the text"),
            automatic=True,
            help=lazy("SHA-256 of what the minutes say; its first twelve digits are printed."),
        ),
        Text(
            "pdf_hash",
            lazy("Fingerprint of the PDF"),
            automatic=True,
            help=lazy("SHA-256 of the PDF the act was closed with."),
        ),
        Text(
            "previous_acts",
            lazy("Fingerprints of the acts before"),
            automatic=True,
            help=lazy("Several when two laptops closed acts unaware of each other."),
        ),
        LongText(
            "commitments_then",
            lazy("Commitments as closed"),
            automatic=True,
            help=lazy("What was promised, as it stood when the act was closed; JSON."),
        ),
        LongText(
            "names_then",
            lazy("Names as closed"),
            automatic=True,
            sensitivity=1,
            help=lazy("What everybody in it was called when the act was closed; JSON."),
        ),
        LongText(
            "register_then",
            lazy("Register as closed"),
            automatic=True,
            sensitivity=3,
            help=lazy(
                "Seats, rules, signatories' documents and merged totals when it was closed; JSON."
            ),
        ),
        AttachmentRef("minutes_file", lazy("Signed minutes")),
        notes(),
    ),
    help=lazy("A session of a committee: from the call to the signed minutes."),
    parent="committee",
    title=("number", "date", "subject"),
    closes=True,
    roles={"secretary": "cedx"},
)

AGENDA_ITEM = Kind(
    "agenda_item",
    lazy("Agenda item"),
    lazy("Agenda"),
    (
        Text("title", lazy("Title"), required=True, searchable=True, listed=True),
        Choice(
            "type",
            lazy("Type"),
            choices=(
                ("quorum", lazy("Quorum")),
                ("approval", lazy("Approval of minutes")),
                ("follow_up", lazy("Follow-up of commitments")),
                ("report", lazy("Report")),
                ("decision", lazy("For decision")),
                ("discussion", lazy("Discussion")),
                ("opening", lazy("Opening")),
                ("closing", lazy("Closing of the session")),
                ("other_business", lazy("Other business")),
            ),
            listed=True,
        ),
        Reference(
            "presenter",
            lazy("Presented by"),
            kind="person",
            in_words="presenter_name",
            listed=True,
            sensitivity=1,
        ),
        Text("presenter_name", lazy("Presented by, in words"), searchable=True, sensitivity=1),
        Integer("minutes_planned", lazy("Minutes planned"), low=0, high=1440, listed=True),
        LongText("discussion", lazy("Discussion"), searchable=True, sensitivity=1),
        LongText("conclusion", lazy("Conclusion"), searchable=True),
        Time("started", lazy("Begun at")),
        Time("finished", lazy("Finished at")),
        notes(),
    ),
    help=lazy("A point of the agenda and what was said on it."),
    parent="meeting",
    ordered=True,
    title=("title",),
    roles=SECRETARY,
)

QUORUM_CHECK = Kind(
    "quorum_check",
    lazy("Quorum check"),
    lazy("Quorum checks"),
    (
        Time("checked_at", lazy("Checked at"), listed=True),
        Integer("present", lazy("Seats present"), low=0, listed=True),
        Integer("required", lazy("Seats required"), low=0, listed=True),
        Integer("entitled", lazy("Seats counted on"), low=0),
        Choice(
            "call",
            lazy("Call"),
            choices=(("first", lazy("First call")), ("second", lazy("Second call"))),
            listed=True,
        ),
        Boolean("met", lazy("Quorum"), listed=True),
        Reference("motion", lazy("For the vote on"), kind="motion"),
        Text("article", lazy("By rule"), searchable=True),
        notes(),
    ),
    help=lazy("A count of the seats present at one moment: of opening, of a vote."),
    parent="meeting",
    ordered=True,
    title=("checked_at", "present"),
    roles=SECRETARY,
)

FOLLOW_UP = Kind(
    "follow_up",
    lazy("Follow-up of a commitment"),
    lazy("Follow-up of commitments"),
    (
        Reference("commitment", lazy("Commitment"), kind="commitment", listed=True),
        Reference("agenda_item", lazy("Agenda item"), kind="agenda_item"),
        Choice(
            "before", lazy("Stood before"), choices=COMMITMENT_STATES, listed=True, automatic=True
        ),
        LongText("said", lazy("What was reported"), searchable=True, listed=True),
        Choice("outcome", lazy("Stands now"), choices=COMMITMENT_STATES, listed=True),
        Date("new_due", lazy("New date")),
        Integer("progress", lazy("Progress, per cent"), low=0, high=100),
        notes(),
    ),
    help=lazy("What a meeting heard of a commitment made before, and how it stands since."),
    parent="meeting",
    ordered=True,
    title=("said", "outcome"),
    roles=SECRETARY,
)

KINDS = (MEETING, AGENDA_ITEM, *attendance.KINDS, *decisions.KINDS, QUORUM_CHECK, FOLLOW_UP)
