"""The end of an act: approved, numbered, chained to the ones before, closed for good."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from app.errors import KipuError
from app.i18n import _
from app.models.commands.meetings.work import Done, Work
from app.models.ledger import RecordKey
from app.models.meetings import papers
from app.models.meetings.chain import (
    commitments_then,
    fingerprint,
    last_of_chain,
    link,
    names_then,
)
from app.models.project import Project
from app.models.queries import records as reading
from app.models.queries.conflicts import require_settled
from app.models.queries.meetings import desk as read_desk
from app.models.queries.meetings.reading import Source, as_closed, read
from app.models.queries.meetings.snapshot import Desk
from app.models.records import kind
from sync.changes import Change, Verb
from sync.merge import EXISTENCE
from sync.values import Value


def approve(
    project: Project, meeting: RecordKey, on: str = "", in_meeting: RecordKey | None = None,
    note: str = "",
) -> Done:  # fmt: skip
    """Note that the minutes were approved: on which day, and in which later meeting.

    Where that meeting says nothing yet of the minutes before it, it says so now. Raises KipuError
    for a meeting that was not held, or while two versions of anything in it stand.
    """
    desk = read_desk(project, meeting)
    if desk.status not in ("held", "no_quorum", "approved"):
        raise KipuError(_("Minutes are approved after the session has ended."))
    require_settled(project, meeting)
    later = read_desk(project, in_meeting) if in_meeting else None
    given = kind("meeting").field("approved_on").parse(on)
    today = project.ledger.now_ms() // 1000
    day = given or (later.date if later else _day(today))
    if str(day) < desk.date:
        raise KipuError(_("Minutes cannot be approved before the meeting."))
    values: dict[str, Value] = {
        "approved_on": day,
        "approved_in": in_meeting.id.hex() if in_meeting else None,
        "approval_note": note.strip() or None,
    }
    if desk.status == "held":
        values["status"] = "approved"
    work = Work(project, meeting.space)
    work.edit(meeting, values)
    if later is not None and not later.previous_minutes and later.key.space == meeting.space:
        told = _("The minutes {number} were read and approved.").format(number=desk.number)
        work.edit(later.key, {"previous_minutes": told})
    return work.commit("meeting approve", _("approve the minutes"), meeting)


def _day(seconds: int) -> str:
    from datetime import datetime

    return datetime.fromtimestamp(seconds).date().isoformat()


def close(project: Project, meeting: RecordKey) -> Done:
    """Give the act and its resolutions their numbers, chain it, and close it for good.

    There is no way back; what arrives later waits for a coordinator. Raises KipuError before the
    minutes are approved, or while two versions of anything in it stand.
    """
    desk = read_desk(project, meeting)
    if desk.is_closed:
        raise KipuError(_("This act is closed already."))
    if not desk.approved_on:
        raise KipuError(_("Approve the minutes before closing the act."))
    require_settled(project, meeting)
    work = Work(project, meeting.space)
    _number(work, desk)
    source = read(project, meeting)
    previous = last_of_chain([one for one in source.siblings if one.key != meeting])
    work.edit(meeting, {**_final(project, desk, source, previous)})
    closes = tuple(fact.ref for fact in reading.state(project, meeting).closes)
    replaces = {EXISTENCE: closes} if closes else {}
    work.changes.append(Change(Verb.CLOSE, meeting.kind, meeting.id, None, {}, replaces))
    words = _("close the act {number}").format(number=desk.number)
    return work.commit("meeting close", words, meeting)


def _final(project: Project, desk: Desk, source: Source, previous: list[str]) -> dict[str, Value]:
    """The fields that make an act final: its number, what it holds fast, its fingerprints."""
    then = {
        "commitments_then": commitments_then(desk),
        "names_then": names_then(source),
        "register_then": papers.register_of(project, desk, source, previous),
    }
    numbers = {one.key.id: one.number for one in desk.resolutions}
    told = fingerprint(source, desk.number, numbers, then, previous)
    pdf = hashlib.sha256(_pdf(project, desk, source, {**then, "text_hash": told})).hexdigest()
    return {
        "number": desk.number,
        **then,
        "previous_acts": " ".join(previous) or None,
        "text_hash": told,
        "pdf_hash": pdf,
        "act_hash": link(told, pdf),
    }


def _pdf(project: Project, desk: Desk, source: Source, final: dict[str, str]) -> bytes:
    """The PDF of an act as it will be printed from now on."""
    from app.reports import documents

    row = replace(source.meeting, values={**source.meeting.values, **final})
    then = as_closed(replace(source, meeting=row))
    return documents.acta_pdf(papers.acta_from(project, replace(desk, is_closed=True), then))


def _number(work: Work, desk: Desk) -> None:
    for one in desk.resolutions:
        if one.provisional:
            work.edit(one.key, {"number": one.number})
