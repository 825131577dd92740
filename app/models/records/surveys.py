"""Surveys and the interviews that answer them."""

from __future__ import annotations

from app.i18n import lazy
from app.models.fields import (
    Answers,
    AttachmentRef,
    Boolean,
    Choice,
    DateTime,
    Integer,
    Languages,
    Location,
    LongText,
    PartialDate,
    Reference,
    Text,
)
from app.models.records.base import Kind, in_order
from app.models.records.common import notes

SURVEY = Kind(
    "survey",
    lazy("Questionnaire"),
    lazy("Questionnaires"),
    (
        Text("form_id", lazy("Form"), required=True, searchable=True, listed=True),
        Text("version", lazy("Version"), listed=True),
        Text("title", lazy("Title"), searchable=True, listed=True),
        Languages("languages", lazy("Languages"), automatic=True),
        Text("default_language", lazy("Main language"), automatic=True),
        LongText(
            "xform",
            lazy("Form definition"),
            automatic=True,
            limit=8_000_000,
            help=lazy("The XForm that interviews run on."),
        ),
        AttachmentRef("source_file", lazy("Spreadsheet of the form")),
        Text("file_name", lazy("Name of the imported file"), automatic=True),
        Integer("question_count", lazy("Questions"), low=0, automatic=True, listed=True),
        Choice(
            "status",
            lazy("Status"),
            choices=(
                ("draft", lazy("Being prepared")),
                ("open", lazy("Open")),
                ("closed", lazy("Closed")),
            ),
            default="open",
            listed=True,
        ),
        LongText("purpose", lazy("Purpose"), searchable=True),
        Text("universe", lazy("Universe"), help=lazy("Whom the results speak of.")),
        Text("frame", lazy("Sampling frame")),
        LongText("design", lazy("Sample design"), help=lazy("Stages, strata, selection.")),
        Text("stratum", lazy("Question with the stratum")),
        Text("psu", lazy("Question with the primary sampling unit")),
        Text("weight", lazy("Question with the weight")),
        Integer("target", lazy("Interviews planned"), low=0, listed=True),
        PartialDate("period_from", lazy("Fieldwork from")),
        PartialDate("period_to", lazy("Fieldwork to")),
        LongText("field_notes", lazy("Field sheet"), searchable=True),
        notes(),
    ),
    help=lazy("A questionnaire in one version, with the design it belongs to."),
    title=("title|form_id", "version"),
    home="common",
    rules=(in_order("period_from", "period_to", lazy("Fieldwork cannot end before it begins.")),),
)

RESPONSE = Kind(
    "response",
    lazy("Response"),
    lazy("Responses"),
    (
        Text(
            "folio",
            lazy("Folio"),
            searchable=True,
            listed=True,
            coded=True,
            help=lazy("Short enough to write on paper: ARJ-L2-014."),
        ),
        Reference("survey", lazy("Questionnaire"), kind="survey"),
        Text("form_id", lazy("Form"), automatic=True, listed=True),
        Text("form_version", lazy("Version of the form"), automatic=True),
        Choice(
            "status",
            lazy("Status"),
            choices=(
                ("draft", lazy("Draft")),
                ("complete", lazy("Complete")),
                ("refused", lazy("Refused")),
                ("interrupted", lazy("Broken off")),
                ("not_eligible", lazy("Not eligible")),
                ("annulled", lazy("Annulled")),
            ),
            default="draft",
            listed=True,
        ),
        DateTime("started", lazy("Started"), listed=True),
        DateTime("finished", lazy("Finished")),
        Integer(
            "seconds",
            lazy("Seconds of interviewing"),
            low=0,
            automatic=True,
            help=lazy("Without pauses and without the time nobody was at the interview."),
        ),
        Languages("language", lazy("Language of the interview")),
        Reference("place", lazy("Place"), kind="place", listed=True),
        Location(
            "location",
            lazy("Rough location"),
            sensitivity=2,
            help=lazy("No more exact than the analysis needs."),
        ),
        Boolean("consent", lazy("Consent given"), sensitivity=1),
        Text(
            "correction_reason",
            lazy("Why it was corrected"),
            automatic=True,
            searchable=True,
            help=lazy("Said when a finished interview was opened again; the history has them all."),
        ),
        Text("refusal_reason", lazy("Why it was refused or broken off"), searchable=True),
        Choice(
            "mode",
            lazy("Collected"),
            choices=(
                ("face_to_face", lazy("Face to face")),
                ("paper", lazy("On paper, keyed in later")),
                ("phone", lazy("By telephone")),
                ("self", lazy("By the person alone")),
                ("imported", lazy("Imported from a file")),
            ),
        ),
        Text("collected_by", lazy("Collected by"), sensitivity=1),
        Text("keyed_by", lazy("Keyed in by"), sensitivity=1),
        LongText("interviewer_notes", lazy("Interviewer’s notes"), searchable=True, sensitivity=2),
        Answers("answers", lazy("Answers"), searchable=True, sensitivity=2),
    ),
    help=lazy("One interview. Its answers are fields named by their path in the form."),
    title=("folio", "form_id", "started"),
    roles={"facilitator": "ced"},
)

RESPONSE_ROW = Kind(
    "response_row",
    lazy("Row of a response"),
    lazy("Rows of responses"),
    (
        Reference("survey", lazy("Questionnaire"), kind="survey", automatic=True),
        Text(
            "repeat",
            lazy("Repeated section"),
            automatic=True,
            listed=True,
            help=lazy("The path in the form of what is asked several times."),
        ),
        Answers("answers", lazy("Answers"), searchable=True, sensitivity=2),
    ),
    help=lazy("One time round of a repeated section: a member of the household, say."),
    parent="response",
    ordered=True,
    title=("repeat", "position"),
    roles={"facilitator": "ced"},
)

KINDS = (SURVEY, RESPONSE, RESPONSE_ROW)
