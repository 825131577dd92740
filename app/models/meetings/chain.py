"""The chain of acts: each closed act carries a fingerprint of what it says and of those before it.

The fingerprint of its text is SHA-256 over canonical JSON of the meeting and everything it owns, of
what it took from the register as it stood, and of the links before. That one is printed. The link
of the chain is made of it and of the SHA-256 of the PDF. Acts closed by two laptops unaware of each
other make the chain fork; the next act names both.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Literal

from app.models.queries.meetings.reading import Source
from app.models.queries.meetings.rows import Row
from app.models.queries.meetings.snapshot import Desk
from sync.values import Value, to_json

_MADE_LATER = frozenset({"act_hash", "text_hash", "pdf_hash", "previous_acts", "minutes_file"})
_END = re.compile(rb"%%EOF[\r\n]{0,2}")

Match = Literal["same", "added", "other"]
"""A file is the PDF of the act; begins with it and goes on, as a signed one does; is another."""


def commitments_then(desk: Desk) -> str:
    """What was promised in a meeting, as canonical JSON, in the order it was written down."""
    promised: list[Value] = [
        {
            "id": one.key.id.hex(), "text": one.text, "responsible": one.responsible,
            "institution": one.institution, "due": one.due, "deliverable": one.deliverable,
            "item": one.item.id.hex() if one.item else "",
        }
        for one in desk.commitments
    ]  # fmt: skip
    return to_json(promised)


def last_of_chain(siblings: list[Row]) -> list[str]:
    """The fingerprints of a committee's closed acts that no later act names yet."""
    made = {one.text("act_hash") for one in siblings if one.text("act_hash")}
    named = {known for one in siblings for known in one.text("previous_acts").split()}
    return sorted(made - named)


def names_then(source: Source) -> str:
    """What the committee and everybody in the minutes is called, as canonical JSON."""
    return source.names.as_json(source.committee.text("name"))


def fingerprint(
    source: Source,
    number: str,
    numbers: Mapping[bytes, str],
    then: Mapping[str, str],
    previous: list[str],
) -> str:
    """The fingerprint of an act's text under the numbers it is given; hexadecimal.

    `then` has the fields of the meeting that are written as it is closed.
    """
    given: dict[str, Value] = {"number": number, **then}
    rows: list[Value] = [_told(source.meeting, given)]
    for kind in sorted(source.rows):
        for row in sorted(source.rows[kind], key=lambda one: one.key.id):
            own: dict[str, Value] = {"number": numbers[row.key.id]} if row.key.id in numbers else {}
            rows.append(_told(row, own))
    content: dict[str, Value] = {"act": rows, "previous": list(previous)}
    return hashlib.sha256(to_json(content).encode()).hexdigest()


def _told(row: Row, given: Mapping[str, Value]) -> dict[str, Value]:
    fields: dict[str, Value] = {
        name: value
        for name, value in {**row.values, **given}.items()
        if name not in _MADE_LATER and value is not None
    }
    return {
        "kind": row.key.kind, "id": row.key.id.hex(), "owner": row.owner.hex(), "fields": fields,
    }  # fmt: skip


def link(text_hash: str, pdf_hash: str) -> str:
    """The fingerprint the next act names: of the act's text and of its PDF; hexadecimal."""
    return hashlib.sha256(to_json({"pdf": pdf_hash, "text": text_hash}).encode()).hexdigest()


def is_intact(source: Source) -> bool:
    """Whether a closed act still says what its fingerprint was made of.

    What was admitted since stands beside it as addenda; what was erased is missing from it.
    """
    meeting = source.meeting
    numbers = {row.key.id: row.text("number") for row in source.rows["resolution"]}
    previous = meeting.text("previous_acts").split()
    found = fingerprint(source, meeting.text("number"), numbers, {}, previous)
    is_linked = link(meeting.text("text_hash"), meeting.text("pdf_hash")) == meeting.text(
        "act_hash"
    )
    return is_linked and found == meeting.text("text_hash")


def matches(source: Source, pdf: bytes) -> Match:
    """Whether a file is the PDF that a closed act was closed with."""
    wanted = source.meeting.text("pdf_hash")
    if hashlib.sha256(pdf).hexdigest() == wanted:
        return "same"
    ends = (found.end() for found in _END.finditer(pdf))
    if any(hashlib.sha256(pdf[:end]).hexdigest() == wanted for end in ends):
        return "added"
    return "other"
