"""Files that belong to a record: photographs, drawings, recordings, scans, documents."""

from __future__ import annotations

from app.i18n import lazy
from app.models.fields import AttachmentRef, Choice, DateTime, Location, LongText, Text
from app.models.records.base import ANYTHING, Kind
from app.models.records.common import SENSITIVITY

ATTACHMENT = Kind(
    "attachment",
    lazy("Attachment"),
    lazy("Attachments"),
    (
        AttachmentRef("file", lazy("File"), required=True, searchable=True, listed=True),
        Choice(
            "type",
            lazy("Type"),
            choices=(
                ("photo", lazy("Photograph")),
                ("audio", lazy("Recording")),
                ("video", lazy("Video")),
                ("drawing", lazy("Drawing")),
                ("scan", lazy("Scan")),
                ("document", lazy("Document")),
                ("map", lazy("Map")),
                ("other", lazy("Other")),
            ),
            listed=True,
        ),
        Text("caption", lazy("Caption"), searchable=True, listed=True),
        Text(
            "question",
            lazy("Question it answers"),
            help=lazy("The path of the form’s question, such as /house/photo; empty for none."),
        ),
        DateTime("taken", lazy("Taken"), listed=True),
        Location("location", lazy("Location"), sensitivity=2),
        Text("taken_by", lazy("Taken by"), sensitivity=1),
        LongText("transcription", lazy("Transcription"), searchable=True, sensitivity=1),
        Choice("sensitivity", lazy("Sensitivity"), choices=SENSITIVITY),
    ),
    help=lazy(
        "A photograph, recording, scan or document that belongs to a record and goes with it. The "
        "bytes are kept apart, encrypted; `kipu attachment add` keeps them."
    ),
    parent=ANYTHING,
    title=("caption|file",),
    roles={"facilitator": "ced", "secretary": "ced"},
)

KINDS = (ATTACHMENT,)
