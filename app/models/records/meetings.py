"""Meetings and everything in their minutes: agenda, attendance, motions, resolutions."""

from __future__ import annotations

from app.i18n import lazy
from app.models.fields import (
    AttachmentRef,
    Boolean,
    Choice,
    Date,
    DateTime,
    Integer,
    LongText,
    Reference,
    Text,
    Time,
)
from app.models.records.base import Kind, in_order
from app.models.records.common import MODES, notes, traits

_SECRETARY = {"secretary": "ced"}

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
        Integer("quorum_required", lazy("Quorum required"), low=0),
        Reference("chair", lazy("Chaired by"), kind="person", sensitivity=1),
        Reference("secretary", lazy("Minutes by"), kind="person", sensitivity=1),
        LongText("opening", lazy("Opening"), searchable=True),
        LongText(
            "previous_minutes",
            lazy("Minutes of the last meeting"),
            searchable=True,
            help=lazy("How they were read and approved."),
        ),
        LongText("closing", lazy("Closing"), searchable=True),
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
    ),
    help=lazy("A point of the agenda and what was said on it."),
    parent="meeting",
    ordered=True,
    title=("title",),
    roles=_SECRETARY,
)

ATTENDANCE = Kind(
    "attendance",
    lazy("Attendance"),
    lazy("Attendance list"),
    (
        Reference(
            "person", lazy("Person"), kind="person", in_words="name", listed=True, sensitivity=1
        ),
        Text(
            "name",
            lazy("Name, in words"),
            searchable=True,
            listed=True,
            sensitivity=1,
            help=lazy("For whoever is not in the register of people."),
        ),
        Reference("seat", lazy("Seat"), kind="seat", listed=True),
        Text("institution", lazy("Institution"), searchable=True, listed=True),
        Text("role", lazy("Role"), listed=True),
        Choice(
            "capacity",
            lazy("Attends as"),
            choices=(
                ("holder", lazy("Holder")),
                ("alternate", lazy("Alternate")),
                ("guest", lazy("Guest")),
                ("public", lazy("Public")),
            ),
            listed=True,
        ),
        Choice(
            "presence",
            lazy("Presence"),
            choices=(
                ("present", lazy("Present")),
                ("remote", lazy("Present remotely")),
                ("excused", lazy("Excused")),
                ("absent", lazy("Absent")),
            ),
            default="present",
            listed=True,
        ),
        Time("arrived", lazy("Arrived")),
        Time("departed", lazy("Left")),
        *traits(),
        Boolean("signed", lazy("Signed the list")),
        notes(),
    ),
    help=lazy("One person at a meeting, from when to when. Quorum is counted from these rows."),
    parent="meeting",
    ordered=True,
    title=("person|name", "institution"),
    roles=_SECRETARY,
    rules=(in_order("arrived", "departed", lazy("Nobody leaves before arriving.")),),
)

MOTION = Kind(
    "motion",
    lazy("Motion"),
    lazy("Motions"),
    (
        LongText("text", lazy("Text"), required=True, searchable=True, listed=True),
        Reference("agenda_item", lazy("Agenda item"), kind="agenda_item", listed=True),
        Reference("mover", lazy("Moved by"), kind="attendance", sensitivity=1),
        Reference("seconder", lazy("Seconded by"), kind="attendance", sensitivity=1),
        Choice(
            "vote",
            lazy("Vote"),
            choices=(
                ("ordinary", lazy("Ordinary")),
                ("nominal", lazy("By name")),
                ("reasoned", lazy("Reasoned")),
                ("secret", lazy("Secret")),
                ("consensus", lazy("By consensus")),
            ),
            help=lazy("Of a secret ballot only the totals are kept."),
        ),
        Integer("votes_for", lazy("In favour"), low=0, listed=True),
        Integer("votes_against", lazy("Against"), low=0, listed=True),
        Integer("abstentions", lazy("Abstentions"), low=0, listed=True),
        Integer("blank_votes", lazy("Blank or void"), low=0),
        Integer("present", lazy("Present at the vote"), low=0),
        Boolean("casting_vote", lazy("Casting vote used")),
        Choice(
            "result",
            lazy("Result"),
            choices=(
                ("carried", lazy("Carried")),
                ("lost", lazy("Lost")),
                ("withdrawn", lazy("Withdrawn")),
                ("postponed", lazy("Postponed")),
            ),
            listed=True,
        ),
        DateTime("voted_at", lazy("Voted at")),
        notes(),
    ),
    help=lazy("A proposal put to the vote, with its totals."),
    parent="meeting",
    ordered=True,
    title=("text",),
    roles=_SECRETARY,
)

RESOLUTION = Kind(
    "resolution",
    lazy("Resolution"),
    lazy("Resolutions"),
    (
        Text(
            "number",
            lazy("Number"),
            searchable=True,
            listed=True,
            help=lazy("The official number, given when the act is closed."),
        ),
        LongText("text", lazy("Text"), required=True, searchable=True, listed=True),
        Reference("agenda_item", lazy("Agenda item"), kind="agenda_item"),
        Reference("motion", lazy("Motion"), kind="motion"),
        Date("in_force_from", lazy("In force from")),
        Choice(
            "status",
            lazy("Status"),
            choices=(
                ("adopted", lazy("Adopted")),
                ("amended", lazy("Amended")),
                ("repealed", lazy("Repealed")),
            ),
            default="adopted",
            listed=True,
        ),
        Reference("replaced_by", lazy("Replaced by"), kind="resolution"),
        notes(),
    ),
    help=lazy("What the committee decided, in the words that count."),
    parent="meeting",
    ordered=True,
    title=("number", "text"),
    roles=_SECRETARY,
)

KINDS = (MEETING, AGENDA_ITEM, ATTENDANCE, MOTION, RESOLUTION)
