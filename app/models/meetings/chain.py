"""The chain of acts: each closed act carries a fingerprint of what it says and of those before it.

The fingerprint is SHA-256 over canonical JSON of the meeting and everything it owns, of the
commitments made in it as they stood, and of the fingerprints before. Acts closed by two laptops
unaware of each other make the chain fork; the next act names both.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from app.models.queries.meetings.reading import Source
from app.models.queries.meetings.rows import Row
from app.models.queries.meetings.snapshot import Desk
from sync.values import Value, to_json

_MADE_LATER = frozenset({"act_hash", "previous_acts", "minutes_file"})


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
    """The fingerprint of an act under the numbers it is given; hexadecimal.

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


def is_intact(source: Source) -> bool:
    """Whether a closed act still says what its fingerprint was made of.

    Not so once a late change was admitted: then what it says is the act and its addendum.
    """
    meeting = source.meeting
    numbers = {row.key.id: row.text("number") for row in source.rows["resolution"]}
    previous = meeting.text("previous_acts").split()
    found = fingerprint(source, meeting.text("number"), numbers, {}, previous)
    return found == meeting.text("act_hash")
