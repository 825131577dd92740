"""What came of one point of the agenda: text, motions, votes, resolutions, commitments."""

from __future__ import annotations

from collections.abc import Iterator

from app.reports.documents.blocks import Block, Column, Heading, Paragraph, Table
from app.reports.documents.content import AgendaItem, Commitment, Motion, Resolution
from app.reports.documents.pieces import joined, quorum_sentence
from app.reports.documents.words import Words


def agenda_item(at: int, item: AgendaItem, _: Words) -> Iterator[Block]:
    """Return the blocks of the item that is ``at`` its place, counted from 1."""
    yield Heading(f"{item.number or at}. {item.title}", 2)
    if item.presenter:
        yield Paragraph(item.presenter, label=_("Presented by"), style="note")
    if item.text.strip():
        yield Paragraph(item.text)
    for motion in item.motions:
        yield from _motion(motion, _)
    if item.conclusion.strip():
        yield Paragraph(item.conclusion, label=_("Conclusion"))
    for resolution in item.resolutions:
        yield _resolution(resolution, _)
    for commitment in item.commitments:
        yield Paragraph(_commitment(commitment, _), label=_("Commitment"), style="item")


def _commitment(made: Commitment, _: Words) -> str:
    due = _("by {day}").format(day=_.day(made.due)) if made.due else ""
    return "; ".join(filter(None, (made.what, made.responsible, due)))


def _motion(motion: Motion, _: Words) -> Iterator[Block]:
    yield Paragraph(motion.text, label=_("Motion"), style="item")
    people = (
        (_("Moved by"), motion.mover),
        (_("Seconded by"), motion.seconder),
        (_("Vote"), _.code(motion.kind)),
        (_("Majority"), motion.majority),
    )
    told = " · ".join(f"{label}: {value}" for label, value in people if value)
    if told:
        yield Paragraph(told, style="item")
    if motion.quorum:
        label = joined(_("Quorum"), _.clock(motion.quorum.at))
        yield Paragraph(quorum_sentence(motion.quorum, _), label=label, style="item")
    outcome = _outcome(motion, _)
    if outcome:
        yield Paragraph(outcome, label=_("Result"), style="item")
    yield from _by_name(motion, _)
    for dissent in motion.dissents:
        label = _("Dissenting vote of {name}").format(name=dissent.name)
        yield Paragraph(dissent.text, label=label, style="item")


def _outcome(motion: Motion, _: Words) -> str:
    counted = (
        (_("In favour"), motion.votes_for),
        (_("Against"), motion.votes_against),
        (_("Abstentions"), motion.abstentions),
        (_("Blank or void"), motion.blank_votes),
        (_("Present at the vote"), motion.present),
    )
    votes = ", ".join(f"{label.lower()} {n}" for label, n in counted if n is not None)
    casting = _("casting vote used") if motion.casting_vote else ""
    when = _.clock(motion.at)
    return "; ".join(filter(None, (_.code(motion.result), votes, casting, when)))


def _by_name(motion: Motion, _: Words) -> Iterator[Block]:
    """Of a secret ballot nobody's vote is printed, whatever was handed over."""
    if not motion.nominal or motion.kind == "secret":
        return
    reasons = any(one.reason for one in motion.nominal)
    columns = [Column(_("Name"), 2.0), Column(_("Vote"), 1.0)]
    if reasons:
        columns.append(Column(_("Reason"), 3.0))
    rows = ((one.name, _.code(one.vote), one.reason)[: len(columns)] for one in motion.nominal)
    yield Table(tuple(columns), tuple(rows))


def _resolution(resolution: Resolution, _: Words) -> Paragraph:
    label = _("Resolution {number}").format(number=resolution.number).strip()
    text = resolution.text
    if resolution.in_force_from:
        since = _("In force from {day}.").format(day=_.day(resolution.in_force_from))
        text = f"{text}\n{since}"
    return Paragraph(text, label=label, style="decision")
