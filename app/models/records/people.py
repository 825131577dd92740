"""People, and what they agreed to."""

from __future__ import annotations

from app.i18n import lazy
from app.models.fields import (
    AttachmentRef,
    Boolean,
    Choice,
    DateTime,
    Document,
    Languages,
    MultiChoice,
    PartialDate,
    Reference,
    Text,
)
from app.models.records.base import Kind, in_order
from app.models.records.common import notes, provenance, traits

DISABILITIES = (
    ("none", lazy("None")),
    ("physical", lazy("Physical")),
    ("sight", lazy("Sight")),
    ("hearing", lazy("Hearing")),
    ("intellectual", lazy("Intellectual")),
    ("psychosocial", lazy("Psychosocial")),
    ("speech", lazy("Speech")),
    ("undisclosed", lazy("Prefers not to say")),
)

GENDERS = (
    ("woman", lazy("Woman")),
    ("man", lazy("Man")),
    ("trans_woman", lazy("Trans woman")),
    ("trans_man", lazy("Trans man")),
    ("non_binary", lazy("Non-binary")),
    ("other", lazy("Other")),
    ("undisclosed", lazy("Prefers not to say")),
)

PERSON = Kind(
    "person",
    lazy("Person"),
    lazy("People"),
    (
        Text("name", lazy("Name"), required=True, searchable=True, listed=True, sensitivity=2),
        Text("known_as", lazy("Known as"), searchable=True, sensitivity=2),
        Document("document", lazy("Document"), searchable=True, sensitivity=3),
        PartialDate(
            "birth",
            lazy("Born"),
            sensitivity=2,
            help=lazy("The year is enough; leave it empty and choose an age band instead."),
        ),
        *traits(),
        Choice("gender", lazy("Gender identity"), choices=GENDERS, sensitivity=3),
        Text("nationality", lazy("Citizenship"), sensitivity=2),
        MultiChoice("disability", lazy("Disability"), choices=DISABILITIES, sensitivity=3),
        Languages("languages", lazy("Languages"), sensitivity=1),
        Text("phone", lazy("Telephone"), searchable=True, listed=True, sensitivity=2),
        Text("email", lazy("Email"), searchable=True, sensitivity=2),
        Text("address", lazy("Address"), searchable=True, sensitivity=2),
        Reference("place", lazy("Place"), kind="place", listed=True, sensitivity=1),
        Reference("organisation", lazy("Organisation"), kind="organisation", listed=True),
        Text("post", lazy("Post"), listed=True, help=lazy("What they do in the organisation.")),
        Reference(
            "guardian",
            lazy("Guardian"),
            kind="person",
            sensitivity=2,
            help=lazy("Who answers for a minor."),
        ),
        Reference(
            "same_as",
            lazy("Same person as"),
            kind="person",
            help=lazy("Joins a duplicate to this person; empty it to part them again."),
        ),
        *provenance(),
        notes(),
    ),
    help=lazy("Someone Kipu has to name: a member, a contact, an interviewer, a witness."),
    roles={"facilitator": "ced", "secretary": "ced"},
)

CONSENT = Kind(
    "consent",
    lazy("Consent"),
    lazy("Consents"),
    (
        Choice(
            "purpose",
            lazy("Purpose"),
            choices=(
                ("survey", lazy("Survey")),
                ("focus_group", lazy("Focus group")),
                ("register", lazy("Register of people")),
                ("photograph", lazy("Photograph")),
                ("publication", lazy("Publication")),
                ("other", lazy("Other")),
            ),
            listed=True,
        ),
        MultiChoice(
            "scopes",
            lazy("Agreed to"),
            choices=(
                ("take_part", lazy("Taking part")),
                ("be_recorded", lazy("Being recorded")),
                ("be_quoted", lazy("Being quoted")),
                ("be_photographed", lazy("Being photographed")),
                ("be_contacted", lazy("Being contacted again")),
                ("be_shared", lazy("Sharing the data with others")),
            ),
            listed=True,
            help=lazy("Each is asked for by itself; agreeing to one says nothing of the others."),
        ),
        Choice(
            "mode",
            lazy("Given how"),
            choices=(
                ("written", lazy("In writing")),
                ("spoken", lazy("Spoken")),
                ("recorded", lazy("Recorded")),
                ("fingerprint", lazy("By fingerprint")),
                ("guardian", lazy("By the guardian")),
            ),
        ),
        Text("form_version", lazy("Version of the consent text")),
        Languages("language", lazy("Language of the text")),
        Boolean(
            "text_reviewed",
            lazy("Text reviewed by a speaker"),
            help=lazy("A text no speaker has reviewed is a draft, and says so."),
        ),
        DateTime("given", lazy("Given"), listed=True),
        DateTime("withdrawn", lazy("Withdrawn"), listed=True),
        Text("witness", lazy("Witness"), sensitivity=2),
        AttachmentRef("evidence", lazy("Evidence"), sensitivity=2),
        notes(),
    ),
    help=lazy("What a person agreed to, when and how; withdrawn consents stay, with their day."),
    parent="person",
    title=("purpose", "given"),
    roles={"facilitator": "ced", "secretary": "ced"},
    rules=(
        in_order("given", "withdrawn", lazy("Consent cannot be withdrawn before it is given.")),
    ),
)

DISTINCTION = Kind(
    "distinction",
    lazy("Two that are not the same"),
    lazy("Pairs that are not the same"),
    (
        Reference("one", lazy("The one"), required=True, listed=True),
        Reference("other", lazy("The other"), listed=True),
        notes(),
    ),
    help=lazy("Two people, organisations or places that look alike and that somebody told apart."),
    title=("one", "other"),
    roles={"facilitator": "ced", "secretary": "ced"},
)

KINDS = (PERSON, CONSENT, DISTINCTION)
