"""What a meeting decides: motions, the votes on them, resolutions."""

from __future__ import annotations

from app.i18n import lazy
from app.models.fields import Boolean, Choice, Date, DateTime, Integer, LongText, Reference, Text
from app.models.records.base import Kind
from app.models.records.common import MAJORITIES, SECRETARY, VOTE_KINDS, notes

MOTION = Kind(
    "motion",
    lazy("Motion"),
    lazy("Motions"),
    (
        LongText("text", lazy("Text"), required=True, searchable=True, listed=True),
        Reference("agenda_item", lazy("Agenda item"), kind="agenda_item", listed=True),
        Reference(
            "mover", lazy("Moved by"), kind="attendance", in_words="mover_name", sensitivity=1
        ),
        Text("mover_name", lazy("Moved by, in words"), searchable=True, sensitivity=1),
        Reference("seconder", lazy("Seconded by"), kind="attendance", sensitivity=1),
        Choice(
            "vote",
            lazy("Vote"),
            choices=VOTE_KINDS,
            help=lazy("Of a secret ballot only the totals are kept."),
        ),
        Integer("votes_for", lazy("In favour"), low=0, listed=True),
        Integer("votes_against", lazy("Against"), low=0, listed=True),
        Integer("abstentions", lazy("Abstentions"), low=0, listed=True),
        Integer("blank_votes", lazy("Blank or void"), low=0),
        Integer("present", lazy("Present at the vote"), low=0),
        Boolean("casting_vote", lazy("Casting vote used")),
        Choice(
            "casting_for",
            lazy("Casting vote"),
            choices=(("for", lazy("In favour")), ("against", lazy("Against"))),
        ),
        Choice("majority", lazy("Majority asked for"), choices=MAJORITIES),
        Integer("majority_needed", lazy("Votes needed"), low=0),
        Boolean(
            "quorum_met",
            lazy("With quorum"),
            help=lazy("Whether the quorum was there at the moment of the vote."),
        ),
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
    roles=SECRETARY,
)

VOTE = Kind(
    "vote",
    lazy("Vote by name"),
    lazy("Votes by name"),
    (
        Reference("attendance", lazy("Voter"), kind="attendance", listed=True, sensitivity=1),
        Choice(
            "choice",
            lazy("Vote"),
            choices=(
                ("for", lazy("In favour")),
                ("against", lazy("Against")),
                ("abstention", lazy("Abstains")),
                ("blank", lazy("Blank")),
            ),
            listed=True,
        ),
        LongText("reason", lazy("Reasons or dissent"), searchable=True, listed=True),
    ),
    help=lazy("How one member voted where votes are given by name; never of a secret ballot."),
    parent="motion",
    ordered=True,
    title=("choice", "reason"),
    roles=SECRETARY,
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
    roles=SECRETARY,
)

KINDS = (MOTION, VOTE, RESOLUTION)
