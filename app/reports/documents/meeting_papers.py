"""What is printed before a meeting: the call, and the list to sign by hand."""

from __future__ import annotations

from collections.abc import Iterator

from app.reports.documents.blocks import (
    Block,
    Column,
    Document,
    Facts,
    Heading,
    Paragraph,
    Points,
    Signatures,
    Table,
    Title,
)
from app.reports.documents.content import AttendanceSheet, CallNotice
from app.reports.documents.pieces import document, joined, signatures
from app.reports.documents.words import Words

_LINE = 11.0
"""Millimetres of a line to sign on: a hand's writing, standing, with a borrowed pen."""


def compose_call(call: CallNotice) -> Document:
    """Return the call to a meeting as blocks."""
    _ = Words(call.setting)
    title = joined(_("Call to a meeting"), call.number, " ")
    return document(call.setting, f"{title} · {call.committee}", tuple(_call(call, _)))


def _call(call: CallNotice, _: Words) -> Iterator[Block]:
    kind = _.meeting(call.type)
    yield Title(_("Call to a meeting"), over=call.committee, under=(joined(kind, call.number),))
    place_and_day = joined(call.town, _.day(call.issued), ", ")
    if place_and_day:
        yield Paragraph(place_and_day)
    said = _("You are called to the meeting of {committee}, as follows.")
    yield Paragraph(said.format(committee=call.committee))
    second = ""
    if call.second_call_after:
        second = _("{minutes} minutes later, with those present").format(
            minutes=call.second_call_after
        )
    rows = (
        (_("Subject"), call.message),
        (_("Date"), _.day(call.date)),
        (_("Time"), _.clock(call.starts)),
        (_("Second call"), second),
        (_("Place"), call.place),
        (_("How it is held"), _.code(call.mode)),
        (_("Rule"), call.notice),
    )
    yield Facts(tuple(row for row in rows if row[1]))
    yield Heading(_("Agenda"))
    if call.agenda:
        yield Points(call.agenda)
    else:
        yield Paragraph(_("The agenda will be announced at the meeting."), style="note")
    if call.signatures:
        yield Signatures("", signatures(call.signatures))
    if call.addressed_to:
        yield Heading(_("Addressed to"), 2)
        yield Paragraph("; ".join(call.addressed_to), style="note")


def compose_sheet(sheet: AttendanceSheet) -> Document:
    """Return the attendance sheet as blocks."""
    _ = Words(sheet.setting)
    title = _("Attendance list")
    return document(sheet.setting, f"{title} · {sheet.committee}", tuple(_sheet(sheet, _)))


def _sheet(sheet: AttendanceSheet, _: Words) -> Iterator[Block]:
    moment = joined(_.day(sheet.date), _.clock(sheet.starts), ", ")
    under = (joined(_.meeting(sheet.type), sheet.number), joined(moment, sheet.place))
    yield Title(_("Attendance list"), over=sheet.committee, under=tuple(filter(None, under)))
    columns = (
        Column("", 0.4, "right"),
        Column(_("Name"), 2.4),
        Column(_("Institution and role"), 2.2),
        Column(_("Identity document"), 1.4),
        Column(_("Arrived"), 0.8),
        Column(_("Signature"), 2.0),
    )
    expected = [
        (one.name, joined(one.institution, joined(one.role, _.code(one.capacity)), "\n"))
        for one in sheet.expected
    ]
    lines = [*expected, *[("", "")] * sheet.blank_lines]
    rows = tuple((str(at), *line, "", "", "") for at, line in enumerate(lines, 1))
    yield Table(columns, rows, height=_LINE)
    yield Paragraph(
        _("Whoever signs confirms being at the meeting. The list is kept with the minutes."),
        style="note",
    )
