"""Verbs for what goes by hand."""

from __future__ import annotations

from dataclasses import asdict

import click

from app.cli.desk import Call, verb
from app.i18n import _, ngettext
from app.models.commands import carrying as work
from app.models.commands import membership
from app.models.commands.syncing import told
from sync.engine import Files, Note, Report, Tally


def register(cli: click.Group) -> None:
    cli.add_command(carry)
    cli.add_command(receive)


@click.command()
@click.option("-o", "--out", "file", required=True, metavar="FILE", help="The file to make.")
@click.option("--for", "device", metavar="DEVICE", help="Leave out what that laptop has already.")
@click.option("--essentials", is_flag=True, help="Words only; photographs and files stay here.")
@click.option("--overwrite", is_flag=True, help="Replace the file if it is there.")
@verb
def carry(call: Call, file: str, device: str | None, essentials: bool, overwrite: bool) -> None:
    """Put everything others may have into one file, to be carried by hand."""
    project = call.joined
    to = membership.find_device(project, device) if device is not None else None
    made = work.carry(project, file, to, essentials, overwrite)
    lines = [_("“{file}”: {bytes} B").format(file=made.file.name, bytes=made.size),
             *_lines(made.report), *filter(None, [work.left_out(project)])]  # fmt: skip
    call.tell(
        {"file": str(made.file), "size": made.size, **_as_json(made.report)}, "\n".join(lines)
    )


@click.command()
@click.argument("file")
@click.option("--essentials", is_flag=True, help="Words only; photographs and files stay there.")
@verb
def receive(call: Call, file: str, essentials: bool) -> None:
    """Take in a file that “kipu carry” made on another laptop."""
    report, _touched = work.receive(call.joined, file, essentials)
    call.tell(_as_json(report), "\n".join(_lines(report)))


def _as_json(report: Report) -> dict[str, object]:
    return {
        "sent": asdict(report.sent),
        "received": asdict(report.received),
        "attachments": asdict(report.attachments),
        "quarantined": [_note(note) for note in report.quarantined],
        "warnings": [_note(note) for note in report.warnings],
    }


def _note(note: Note) -> dict[str, object]:
    return {"code": note.code, "message": told(note), **note.params}


def _lines(report: Report) -> list[str]:
    files = report.attachments
    return [
        *_tally(_("In the file"), report.sent, files.sent),
        *_tally(_("Taken in"), report.received, files.received),
        *(told(note) for note in (*report.quarantined, *report.warnings)),
    ] or [_("Nothing in it is new here.")]


def _tally(word: str, tally: Tally, files: Files) -> list[str]:
    """How much went one way, where anything did."""
    if not tally.batches and not files.files:
        return []
    changes = ngettext("{count} change", "{count} changes", tally.changes)
    attached = ngettext("{count} file", "{count} files", files.files)
    return [
        f"{word}: {changes.format(count=tally.changes)}, {attached.format(count=files.files)}, "
        f"{tally.bytes + files.bytes} B"
    ]
