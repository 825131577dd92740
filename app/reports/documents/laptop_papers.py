"""Papers about a laptop: the receipt that ends a hand-over, and the codes that open it again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from app.reports.documents.blocks import (
    Block,
    Codes,
    Document,
    Facts,
    Heading,
    Paragraph,
    Signatures,
    Title,
)
from app.reports.documents.content import Receipt, RecoveryPaper
from app.reports.documents.pieces import document, signatures
from app.reports.documents.words import Words


def compose_receipt(receipt: Receipt) -> Document:
    """Return the receipt as blocks."""
    _ = Words(receipt.setting)
    title = _("Receipt of a laptop handed over")
    return document(
        receipt.setting, title, tuple(_receipt(receipt, _)), f"{title} · {receipt.device}"
    )


def _receipt(receipt: Receipt, _: Words) -> Iterator[Block]:
    yield Title(_("Receipt of a laptop handed over"), over=receipt.device)
    yield Facts(((_("Date"), _.moment(receipt.at)), *receipt.facts))
    if receipt.statement.strip():
        yield Paragraph(receipt.statement)
    if receipt.signatures:
        yield Signatures("", signatures(receipt.signatures))


def compose_recovery(paper: RecoveryPaper) -> Document:
    """Return the recovery paper as blocks."""
    _ = Words(paper.setting)
    return document(paper.setting, _("Recovery codes"), tuple(_recovery(paper, _)))


def _recovery(paper: RecoveryPaper, _: Words) -> Iterator[Block]:
    yield Title(_("Recovery codes"), over=paper.person)
    rows = ((_("Laptop"), paper.device), (_("Made on"), _.day(paper.made)))
    yield Facts(tuple(row for row in rows if row[1]))
    yield Paragraph(
        _(
            "Whoever has this paper and the laptop can open the project. Keep it locked away, far "
            "from the laptop; do not photograph it."
        ),
        style="decision",
    )
    for code, meaning in zip_longest(paper.codes, paper.meanings[: len(paper.codes)], fillvalue=""):
        if meaning:
            yield Heading(meaning)
        yield Codes(code)
    yield Heading(_("How to use a code"))
    own, lost = _("I lost my passphrase"), _("Every laptop is lost: recover the project")
    yield Paragraph(
        _(
            "On Kipu’s first page choose “{own}”, or for a code that begins with P “{lost}”, and type "
            "the code, with or without its hyphens. 0 and O, and 1, I and L, count as the same."
        ).format(own=own, lost=lost)
    )
