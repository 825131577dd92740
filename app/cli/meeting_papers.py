"""Verbs that put a meeting on paper: the acta, the call, the sheet to sign."""

from __future__ import annotations

from pathlib import PurePath

import click

from app.cli.desk import Call, read_file, require_writable, verb, write_file
from app.errors import KipuError
from app.i18n import _
from app.models.ledger import RecordKey
from app.models.queries import meetings as reading

_SUFFIXES = (".pdf", ".docx")


def _suffix(out: str) -> str:
    suffix = PurePath(out).suffix.casefold()
    if suffix not in _SUFFIXES:
        raise KipuError(_("The file's name must end in .pdf or .docx."))
    return suffix


@click.command()
@click.argument("name", metavar="MEETING")
@click.option("-o", "out", metavar="FILE", help="FILE.pdf or FILE.docx.")
@click.option("--verify", metavar="FILE", help="Say whether this PDF is the one that was closed.")
@verb
def acta(call: Call, name: str, out: str | None, verify: str | None) -> None:
    """Write a meeting's minutes, or compare a PDF with the act that was closed.

    A draft (BORRADOR) until they are approved. A PDF that is another ends with an error.
    """
    key = reading.find_meeting(call.joined, name)
    if (out is None) == (verify is None):
        raise KipuError(_("Say what to do: -o FILE to write it, or --verify FILE."))
    if verify is not None:
        _verify(call, key, verify)
    elif out is not None:
        _write_acta(call, key, out)


def _write_acta(call: Call, key: RecordKey, out: str) -> None:
    from app.models.meetings.papers import acta_of
    from app.reports import documents

    suffix = _suffix(out)
    require_writable(out)
    found = acta_of(call.joined, key)
    write_file(out, documents.acta_pdf(found) if suffix == ".pdf" else documents.acta_docx(found))
    call.tell(
        {"file": out, "number": found.number, "status": found.status},
        _("{number} in {file}.").format(number=found.number, file=out),
    )


def _verify(call: Call, key: RecordKey, path: str) -> None:
    from app.models.meetings.closed import check_pdf

    found = check_pdf(call.joined, key, read_file(path))
    if found.match == "other":
        raise KipuError(found.sentence)
    call.tell({"match": found.match, "intact": found.intact}, found.sentence)


@click.command()
@click.argument("name", metavar="MEETING")
@click.option("--call", "is_call", is_flag=True, help="The call to the meeting.")
@click.option("--attendance", is_flag=True, help="The attendance sheet, to sign.")
@click.option("-o", "out", required=True, metavar="FILE", help="FILE.pdf or FILE.docx.")
@verb
def paper(call: Call, name: str, is_call: bool, attendance: bool, out: str) -> None:
    """Write the call to a meeting, or its attendance sheet."""
    if is_call == attendance:
        raise KipuError(_("Say which paper: --call or --attendance."))
    suffix = _suffix(out)
    require_writable(out)
    project = call.joined
    key = reading.find_meeting(project, name)
    from app.models.meetings.papers import attendance_sheet_of, call_of
    from app.reports import documents

    is_pdf = suffix == ".pdf"
    if is_call:
        notice = call_of(project, key)
        data = documents.call_pdf(notice) if is_pdf else documents.call_docx(notice)
    else:
        sheet = attendance_sheet_of(project, key)
        written = documents.attendance_sheet_pdf if is_pdf else documents.attendance_sheet_docx
        data = written(sheet)
    write_file(out, data)
    call.tell({"file": out}, _("{file} is written.").format(file=out))
