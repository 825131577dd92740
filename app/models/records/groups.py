"""Focus groups: who sat there under which alias, and what was said."""

from __future__ import annotations

from app.i18n import lazy
from app.models.fields import (
    Boolean,
    Choice,
    Date,
    Decimal,
    Integer,
    Languages,
    LongText,
    Reference,
    Text,
    Time,
)
from app.models.records.base import Kind
from app.models.records.common import notes, provenance, traits

_FACILITATOR = {"facilitator": "ced"}

FOCUS_GROUP = Kind(
    "focus_group",
    lazy("Focus group"),
    lazy("Focus groups"),
    (
        Text("topic", lazy("Topic"), required=True, searchable=True, listed=True),
        LongText("guide", lazy("Question guide"), searchable=True),
        Text("profile", lazy("Profile of the group"), searchable=True, listed=True),
        Date("date", lazy("Date"), listed=True),
        Time("starts", lazy("Starts")),
        Time("ends", lazy("Ends")),
        Reference("place", lazy("Place"), kind="place", listed=True),
        Text("venue", lazy("Venue"), sensitivity=1),
        Reference("facilitator", lazy("Moderator"), kind="person", in_words="facilitator_name"),
        Text("facilitator_name", lazy("Moderator, in words")),
        Text("note_taker", lazy("Note-taker")),
        Languages("languages", lazy("Languages spoken")),
        Boolean("recorded", lazy("Recorded")),
        Date("delete_recording_by", lazy("Delete the recording by"), sensitivity=1),
        Choice(
            "status",
            lazy("Status"),
            choices=(
                ("planned", lazy("Planned")),
                ("held", lazy("Held")),
                ("transcribed", lazy("Transcribed")),
                ("coded", lazy("Coded")),
                ("cancelled", lazy("Cancelled")),
            ),
            default="planned",
            listed=True,
        ),
        LongText("summary", lazy("Summary"), searchable=True, sensitivity=1),
        *provenance(),
        notes(),
    ),
    help=lazy(
        "A conversation with a guide; quotes travel with the group’s traits, never a person’s."
    ),
    title=("topic", "date"),
    roles=_FACILITATOR,
)

PARTICIPANT = Kind(
    "participant",
    lazy("Participant"),
    lazy("Participants"),
    (
        Text(
            "alias",
            lazy("Alias"),
            required=True,
            listed=True,
            help=lazy("How transcripts call them: M1, H2. Never the name."),
        ),
        Integer("chair", lazy("Seat"), low=1, high=99, listed=True),
        Text("hotkey", lazy("Key"), help=lazy("The key that starts their turn.")),
        *traits(),
        Text("occupation", lazy("Occupation"), sensitivity=2),
        Boolean("consent_take_part", lazy("Agrees to take part"), listed=True),
        Boolean("consent_recording", lazy("Agrees to be recorded"), listed=True),
        Boolean("consent_quotes", lazy("Agrees to be quoted"), listed=True),
        Text("attributes", lazy("Other attributes"), sensitivity=1),
    ),
    help=lazy("Someone at the table, under an alias."),
    parent="focus_group",
    ordered=True,
    title=("alias",),
    roles=_FACILITATOR,
)

TURN = Kind(
    "turn",
    lazy("Turn"),
    lazy("Turns"),
    (
        Reference(
            "speaker", lazy("Speaker"), kind="participant", in_words="speaker_alias", listed=True
        ),
        Text("speaker_alias", lazy("Speaker, in words"), listed=True),
        Decimal("starts_at", lazy("From second"), low=0, listed=True),
        Decimal("ends_at", lazy("To second"), low=0),
        LongText("text", lazy("What was said"), searchable=True, listed=True, sensitivity=1),
        Languages("language", lazy("Language")),
        Boolean("quotable", lazy("May be quoted"), default=False, listed=True),
        Integer(
            "question",
            lazy("Question of the guide"),
            low=1,
            help=lazy("Which line of the guide was being talked about, from 1."),
        ),
    ),
    help=lazy("What one person said before another spoke."),
    parent="focus_group",
    ordered=True,
    title=("speaker|speaker_alias", "text"),
    roles=_FACILITATOR,
)

KINDS = (FOCUS_GROUP, PARTICIPANT, TURN)
