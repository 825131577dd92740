"""The acta, section by section, in the order in which councils file it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.reports.documents.acta_items import agenda_item
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
from app.reports.documents.content import (
    Acta,
    Addendum,
    Attendee,
    Call,
    Commitment,
    QuorumCheck,
)
from app.reports.documents.pieces import (
    acta_name,
    commitments_table,
    document,
    joined,
    quorum_sentence,
    signatures,
    tallies,
)
from app.reports.documents.words import Words


def compose(acta: Acta) -> Document:
    """Return the acta as blocks."""
    _ = Words(acta.setting)
    title = acta_name(acta.number, _)
    stamp = _("DRAFT") if acta.status == "draft" else ""
    foot = " · ".join(filter(None, (title, acta.committee, acta.hash)))
    made = document(
        acta.setting, f"{title} · {acta.committee}", tuple(_blocks(acta, _)), foot, stamp
    )
    return replace(made, dated=acta.date) if acta.status == "closed" else made


def _blocks(acta: Acta, _: Words) -> Iterator[Block]:
    yield from _head(acta, _)
    yield from _call(acta.call, _)
    yield from _attendance(acta, _)
    yield from _quorum(acta.quorum, _)
    yield from _agenda(acta, _)
    yield from _text(_("Reading and approval of the previous minutes"), acta.previous_minutes)
    yield from _follow_up(acta.follow_up, _)
    yield from _development(acta, _)
    yield from _commitments(acta, _)
    yield from _close(acta, _)
    yield from _annexes(acta, _)
    yield from _addenda(acta.addenda, _)


def _head(acta: Acta, _: Words) -> Iterator[Block]:
    kind = _.meeting(acta.type)
    if acta.second_call:
        kind = joined(kind, _("on second call"), ", ")
    under = tuple(filter(None, (joined(kind, _.day(acta.date)), acta.subject)))
    yield Title(acta_name(acta.number, _), over=acta.committee, under=under)
    rows = (
        (_("Place"), joined(acta.place, acta.town, ", ")),
        (_("How it is held"), _.code(acta.mode)),
        (_("Start"), _.clock(acta.starts)),
        (_("End"), _.clock(acta.ends)),
        (_("Chaired by"), acta.chair),
        (_("Minutes by"), acta.secretary),
        (_("Legal basis"), acta.legal_basis),
    )
    yield Facts(tuple(row for row in rows if row[1]))
    if not acta.installed:
        yield Paragraph(
            _("There was no quorum: the meeting was not installed, and nothing was decided."),
            style="decision",
        )
    if acta.opening:
        yield Paragraph(acta.opening)


def _call(call: Call | None, _: Words) -> Iterator[Block]:
    yield Heading(_("Call"))
    if call is None:
        yield Paragraph(_("No call is recorded."), style="note")
        return
    rows = (
        (_("Call sent on"), _.moment(call.sent)),
        (_("Means"), _.code(call.channel)),
        (_("Proof of the call"), call.proof),
        (_("Rule"), call.notice),
    )
    yield Facts(tuple(row for row in rows if row[1]))


def _attendance(acta: Acta, _: Words) -> Iterator[Block]:
    yield Heading(_("Attendance"))
    if not acta.attendance:
        yield Paragraph(_("Nobody is recorded as attending."), style="note")
        return
    columns = (
        Column("", 0.42, "right"),
        Column(_("Name"), 2.2),
        Column(_("Institution"), 2.0),
        Column(_("Role"), 1.6),
        Column(_("Attends as"), 1.0),
        Column(_("Arrived"), 0.95, "right"),
        Column(_("Left"), 0.95, "right"),
    )
    rows = (_attendee(at, one, _) for at, one in enumerate(acta.attendance, 1))
    yield Table(columns, tuple(rows))
    if acta.tallies:
        yield Facts(tallies(acta.tallies))
        yield Paragraph(
            _(
                "Traits are recorded to be counted and printed only as totals; small ones are merged."
            ),
            style="note",
        )


def _attendee(at: int, one: Attendee, _: Words) -> tuple[str, ...]:
    arrived, left = _.clock(one.arrived), _.clock(one.departed)
    if one.presence == "remote":
        arrived = "\n".join(filter(None, (arrived, _("remote"))))
    elif one.presence not in ("present", ""):
        arrived = _.code(one.presence)
    name = "\n".join(filter(None, (one.name, one.note)))
    return (str(at), name, one.institution, one.role, _.code(one.capacity), arrived, left)


def _quorum(checks: tuple[QuorumCheck, ...], _: Words) -> Iterator[Block]:
    yield Heading(_("Quorum"))
    if not checks:
        yield Paragraph(_("No quorum check is recorded."), style="note")
    for check in checks:
        label = joined(_.clock(check.at), check.moment)
        yield Paragraph(quorum_sentence(check, _), label=label)


def _agenda(acta: Acta, _: Words) -> Iterator[Block]:
    yield Heading(_("Agenda"))
    if acta.agenda:
        numbers = tuple(item.number or str(at) for at, item in enumerate(acta.agenda, 1))
        own = any(item.number for item in acta.agenda)
        yield Points(tuple(item.title for item in acta.agenda), numbers if own else ())
    else:
        yield Paragraph(_("The meeting had no agenda."), style="note")


def _text(heading: str, text: str) -> Iterator[Block]:
    if text.strip():
        yield Heading(heading)
        yield Paragraph(text)


def _follow_up(old: tuple[Commitment, ...], _: Words) -> Iterator[Block]:
    if not old:
        return
    yield Heading(_("Follow-up of commitments"))
    columns = (
        Column(_("Commitment"), 2.6),
        Column(_("Responsible"), 1.5),
        Column(_("Due"), 0.95),
        Column(_("Status"), 1.0),
        Column(_("What was reported"), 1.8),
    )
    rows = (
        (joined(one.what, one.origin, "\n"), one.responsible, _.short_day(one.due),
         _.code(one.status), one.note)
        for one in old
    )  # fmt: skip
    yield Table(columns, tuple(rows))


def _development(acta: Acta, _: Words) -> Iterator[Block]:
    if not acta.agenda:
        return
    yield Heading(_("Development of the agenda"))
    for at, item in enumerate(acta.agenda, 1):
        yield from agenda_item(at, item, _)


def _commitments(acta: Acta, _: Words) -> Iterator[Block]:
    made = acta.commitments or tuple(one for item in acta.agenda for one in item.commitments)
    yield Heading(_("Commitments"))
    if made:
        yield commitments_table(made, _)
    else:
        yield Paragraph(_("No commitment was made."), style="note")


def _close(acta: Acta, _: Words) -> Iterator[Block]:
    if acta.closing.strip() or acta.ends:
        yield Heading(_("Closing"))
    if acta.ends:
        said = _("The meeting closed at {time}.").format(time=_.clock(acta.ends))
        yield Paragraph(said, keeps=not acta.closing.strip())
    if acta.closing.strip():
        yield Paragraph(acta.closing, keeps=True)
    if acta.signatures:
        yield Signatures(_("Signatures"), signatures(acta.signatures))


def _annexes(acta: Acta, _: Words) -> Iterator[Block]:
    if acta.annexes:
        yield Heading(_("Annexes"))
        yield Points(
            tuple(joined(joined(one.title, one.note, ": "), one.hash) for one in acta.annexes)
        )
    if acta.previous:
        yield Heading(_("Chained to"), 2)
        yield Paragraph(
            "\n".join(joined(acta_name(one.number, _), one.hash) for one in acta.previous),
            style="note",
        )


def _addenda(late: tuple[Addendum, ...], _: Words) -> Iterator[Block]:
    if not late:
        return
    yield Heading(_("Addenda"))
    yield Paragraph(
        _("Admitted after the act was closed. The text above is the one that was signed."),
        style="note",
    )
    columns = (
        Column(_("About"), 1.9),
        Column(_("Late change"), 2.8),
        Column(_("Written by"), 1.4),
        Column(_("Day"), 0.95),
    )
    rows = (
        (one.where, _("deleted") if one.deleted else one.text or "–", one.person,
         _.short_day(one.on))
        for one in late
    )  # fmt: skip
    yield Table(columns, tuple(rows))
