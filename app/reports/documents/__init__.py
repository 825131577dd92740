"""Documents to print, sign and file: content in, PDF or DOCX bytes out, nothing on the disk.

``content`` says what each holds. Every function here is safe in any thread, needs no window and
speaks the document's own language.
"""

from __future__ import annotations

from app.reports.documents import acta as _acta
from app.reports.documents import group_papers, laptop_papers, meeting_papers
from app.reports.documents.blocks import Document
from app.reports.documents.content import (
    Acta,
    AttendanceSheet,
    CallNotice,
    FieldNote,
    Receipt,
    RecoveryPaper,
)

__all__ = [
    "acta_docx",
    "acta_pdf",
    "attendance_sheet_docx",
    "attendance_sheet_pdf",
    "call_docx",
    "call_pdf",
    "field_note_docx",
    "field_note_pdf",
    "receipt_pdf",
    "recovery_paper_pdf",
]


def acta_pdf(acta: Acta) -> bytes:
    """Return the acta as PDF."""
    return _pdf(_acta.compose(acta))


def acta_docx(acta: Acta) -> bytes:
    """Return the acta as DOCX."""
    return _docx(_acta.compose(acta))


def call_pdf(call: CallNotice) -> bytes:
    """Return the call to a meeting as PDF."""
    return _pdf(meeting_papers.compose_call(call))


def call_docx(call: CallNotice) -> bytes:
    """Return the call to a meeting as DOCX."""
    return _docx(meeting_papers.compose_call(call))


def attendance_sheet_pdf(sheet: AttendanceSheet) -> bytes:
    """Return the list to sign as PDF."""
    return _pdf(meeting_papers.compose_sheet(sheet))


def attendance_sheet_docx(sheet: AttendanceSheet) -> bytes:
    """Return the list to sign as DOCX."""
    return _docx(meeting_papers.compose_sheet(sheet))


def field_note_pdf(note: FieldNote) -> bytes:
    """Return a focus group's field note as PDF."""
    return _pdf(group_papers.compose_note(note))


def field_note_docx(note: FieldNote) -> bytes:
    """Return a focus group's field note as DOCX."""
    return _docx(group_papers.compose_note(note))


def receipt_pdf(receipt: Receipt) -> bytes:
    """Return the receipt of a hand-over as PDF."""
    return _pdf(laptop_papers.compose_receipt(receipt))


def recovery_paper_pdf(paper: RecoveryPaper) -> bytes:
    """Return the recovery codes as PDF; there is no editable twin, on purpose."""
    return _pdf(laptop_papers.compose_recovery(paper))


def _pdf(document: Document) -> bytes:
    from app.reports.documents.pdf_file import to_pdf

    return to_pdf(document)


def _docx(document: Document) -> bytes:
    from app.reports.documents.docx_file import to_docx

    return to_docx(document)
