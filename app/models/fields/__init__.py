"""The kinds of field a record may declare.

``app.models.records`` declares records with these; editors, lists, files and the store ask them how
a value is written, checked, shown and kept.
"""

from __future__ import annotations

from app.models.fields.base import Choices, Column, Field, SqlScalar
from app.models.fields.choosing import Choice, Languages, MultiChoice
from app.models.fields.dates import Date, DateTime, PartialDate, Time
from app.models.fields.documents import Document, cedula_is_sound
from app.models.fields.links import Answers, AttachmentRef, Reference, record_id
from app.models.fields.numbers import Boolean, Decimal, Integer, Money
from app.models.fields.places import Location
from app.models.fields.position import Position, between
from app.models.fields.texts import LongText, Text

__all__ = [
    "Answers",
    "AttachmentRef",
    "Boolean",
    "Choice",
    "Choices",
    "Column",
    "Date",
    "DateTime",
    "Decimal",
    "Document",
    "Field",
    "Integer",
    "Languages",
    "Location",
    "LongText",
    "Money",
    "MultiChoice",
    "PartialDate",
    "Position",
    "Reference",
    "SqlScalar",
    "Text",
    "Time",
    "between",
    "cedula_is_sound",
    "record_id",
]
