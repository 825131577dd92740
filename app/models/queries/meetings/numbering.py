"""Numbers of acts and resolutions: those given, and what the next would be."""

from __future__ import annotations

from app.models.ledger import RecordKey
from app.models.meetings import numbers
from app.models.project import Project
from app.models.queries.meetings.rows import Row

Given = dict[RecordKey, tuple[str, bool]]
"""For each record its number, and whether it is provisional."""


def act_number(meeting: Row, siblings: list[Row], prefix: str) -> tuple[str, bool]:
    """A meeting's number; provisional: counted on from those given, in order of their dates."""
    if meeting.text("number"):
        return meeting.text("number"), False
    year = meeting.text("date")[:4]
    given = numbers.last_count((one.text("number") for one in siblings), year)
    waiting = sorted(
        (one.text("date"), one.text("starts"), one.key.id)
        for one in siblings
        if not one.text("number")
        and one.text("date")[:4] == year
        and (one.text("status") != "cancelled" or one.key == meeting.key)
    )
    this = (meeting.text("date"), meeting.text("starts"), meeting.key.id)
    place = waiting.index(this) + 1 if this in waiting else len(waiting) + 1
    return numbers.written(given + place, year, prefix), True


def resolution_numbers(
    project: Project, committee: Row, meeting: Row, resolutions: list[Row]
) -> Given:
    """The numbers of a meeting's resolutions, counted on from those of the committee's year."""
    if not resolutions:
        return {}
    year = meeting.text("date")[:4]
    last = 0
    if not all(one.text("number") for one in resolutions):
        last = numbers.last_count(_given(project, committee.key), year)
    found: Given = {}
    for one in resolutions:
        if one.text("number"):
            found[one.key] = one.text("number"), False
            continue
        last += 1
        found[one.key] = numbers.written(last, year, committee.text("resolution_prefix")), True
    return found


def _given(project: Project, committee: RecordKey) -> list[str]:
    registers = project.ledger.registers
    rows = project.store.rows(
        "SELECT f.number FROM records m JOIN records r ON r.parent_id=m.id AND r.parent_kid=m.kid "
        "AND r.sid=m.sid JOIN kind_resolution f ON f.rid=r.rid "
        "WHERE m.parent_id=? AND m.parent_kid=? AND m.sid=? AND f.number NOT NULL",
        (committee.id, registers.kid("committee"), registers.sid(committee.space)),
    )
    return [str(number) for (number,) in rows]
