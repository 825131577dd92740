"""Files kept beside the records."""

from __future__ import annotations

from app.i18n import lazy
from app.models.fields import AttachmentRef, Choice, DateTime, Location, LongText, Reference, Text
from app.models.records.base import Kind
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
                ("scan", lazy("Scan")),
                ("document", lazy("Document")),
                ("map", lazy("Map")),
                ("other", lazy("Other")),
            ),
            listed=True,
        ),
        Text("caption", lazy("Caption"), searchable=True, listed=True),
        Text(
            "subject_kind",
            lazy("Kind of the record it belongs to"),
            help=lazy("The record’s kind, such as meeting; its id goes into the next field."),
        ),
        Reference("subject", lazy("Record it belongs to")),
        DateTime("taken", lazy("Taken"), listed=True),
        Location("location", lazy("Location"), sensitivity=2),
        Text("taken_by", lazy("Taken by"), sensitivity=1),
        LongText("transcription", lazy("Transcription"), searchable=True, sensitivity=1),
        Choice("sensitivity", lazy("Sensitivity"), choices=SENSITIVITY),
    ),
    help=lazy("A photograph, recording, scan or document. The bytes are kept apart, encrypted."),
    title=("caption|file",),
    roles={"facilitator": "ced", "secretary": "ced"},
)

KINDS = (ATTACHMENT,)
