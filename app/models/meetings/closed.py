"""Whether a file in hand is the act that was closed, in a sentence for whoever asks."""

from __future__ import annotations

from dataclasses import dataclass

from app.errors import KipuError
from app.i18n import _
from app.models.ledger import RecordKey
from app.models.meetings.chain import Match, is_intact, matches
from app.models.project import Project
from app.models.queries.meetings.closed_acts import addenda
from app.models.queries.meetings.reading import read


@dataclass(frozen=True)
class Verdict:
    """What a file is to a closed act, and whether the act here still gives its fingerprint."""

    match: Match
    intact: bool
    sentence: str


def check_pdf(project: Project, meeting: RecordKey, pdf: bytes) -> Verdict:
    """Compare a file with the PDF an act was closed with.

    Raises KipuError for a meeting whose act is not closed.
    """
    source = read(project, meeting)
    if not source.meeting.text("pdf_hash"):
        raise KipuError(
            _(
                "This act is not closed yet, or an older Kipu closed it: there is no PDF to compare "
                "with."
            )
        )
    found, intact = matches(source, pdf), is_intact(source)
    told = _said(found).format(number=source.meeting.text("number"))
    if not intact:
        told += " " + _("Something the act said was erased since, or altered here.")
    if source.signed and addenda(project, meeting, source.signed):
        told += " " + _("Late changes were admitted since; they are printed behind it as addenda.")
    return Verdict(found, intact, told)


def _said(match: Match) -> str:
    if match == "same":
        return _("This is the PDF that act {number} was closed with, to the last byte.")
    if match == "added":
        return _(
            "This begins with the PDF that act {number} was closed with, and something was added "
            "at its end, as a signature is. Look at what was added in the program that signs."
        )
    return _("This is not the PDF that act {number} was closed with.")
