"""Parts that several documents share, so that they read the same in each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.reports.documents.blocks import Block, Column, Document, Table
from app.reports.documents.content import Commitment, QuorumCheck, Setting, Signature, Tally
from app.reports.documents.words import Words


def document(
    setting: Setting, title: str, blocks: tuple[Block, ...], foot: str = "", stamp: str = ""
) -> Document:
    """Return a document with what Kipu puts on every page."""
    _ = Words(setting)
    band = _("PRACTICE · made to learn, worth nothing") if setting.practice else ""
    page = _("Page {page} of {pages}")
    return Document(setting, title, foot or title, blocks, stamp=stamp, band=band, page=page)


def joined(first: str, second: str, by: str = " · ") -> str:
    """Return both texts with ``by`` between them, or the one there is."""
    return by.join(filter(None, (first, second)))


def acta_name(number: str, _: Words) -> str:
    """Return "Minutes 003-2026"; without a number yet, the bare word."""
    return joined(_("Minutes No."), number, " ") if number else _("Minutes")


def quorum_sentence(check: QuorumCheck, _: Words) -> str:
    """Return the given sentence, or the one the figures make, with the rule it follows."""
    if check.sentence:
        return check.sentence
    if check.reached:
        pattern = _("{present} of {seats} seats present, {needed} needed: there is quorum.")
    else:
        pattern = _("{present} of {seats} seats present, {needed} needed: there is no quorum.")
    needed = joined(str(check.needed), f"({check.rule})" if check.rule else "", " ")
    return pattern.format(present=check.present, seats=check.seats, needed=needed)


def commitments_table(made: Sequence[Commitment], _: Words) -> Table:
    """Return who does what by when, and what proves it."""
    columns = (
        Column("", 0.42, "right"),
        Column(_("Responsible"), 1.7),
        Column(_("Commitment"), 2.8),
        Column(_("Due"), 1.0),
        Column(_("Deliverable"), 1.7),
    )
    rows = (
        (str(at), one.responsible, one.what, _.short_day(one.due), one.deliverable)
        for at, one in enumerate(made, 1)
    )
    return Table(columns, tuple(rows))


def tallies(found: Iterable[Tally]) -> tuple[tuple[str, str], ...]:
    """Return each trait's totals in one line."""
    lines = []
    for tally in found:
        counted = "; ".join(f"{label}: {count}" for label, count in tally.rows)
        lines.append((tally.title, joined(counted, tally.note)))
    return tuple(lines)


def signatures(wanted: Iterable[Signature]) -> tuple[tuple[str, ...], ...]:
    """Return the lines under each rule: name, role, institution, document."""
    return tuple((one.name, one.role, one.institution, one.document) for one in wanted)
