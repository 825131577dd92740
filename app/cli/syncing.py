"""Verbs about shares."""

from __future__ import annotations

from dataclasses import asdict

import click

from app.cli.desk import Call, verb
from app.i18n import _, ngettext
from app.models.commands import syncing as work
from app.models.queries import waiting
from sync.engine import Note, Report, Tally


def register(cli: click.Group) -> None:
    cli.add_command(sync)


@click.command()
@click.argument("location", required=False)
@click.option("--found", is_flag=True, help="Make an empty folder the project's share.")
@click.option("--essentials", is_flag=True, help="Words only; photographs and files wait.")
@verb
def sync(call: Call, location: str | None, found: bool, essentials: bool) -> None:
    """Sync with a share: send what is new here, take in what is new there."""
    project = call.joined
    if found:
        work.found_share(project, location or "")
    report, _touched = work.sync(project, location, essentials=essentials)
    drafts = waiting.drafts(project)
    lines = [
        _line(_("Sent"), report.sent),
        _line(_("Received"), report.received),
        *([drafts_line(drafts)] if drafts else []),
        *_files(report),
        *(work.told(note) for note in (*report.quarantined, *report.warnings)),
    ]
    call.tell({**_as_json(report), "drafts": drafts}, "\n".join(lines))


def _as_json(report: Report) -> dict[str, object]:
    return {
        "sent": asdict(report.sent),
        "received": asdict(report.received),
        "attachments": asdict(report.attachments),
        "quarantined": [_note(note) for note in report.quarantined],
        "warnings": [_note(note) for note in report.warnings],
    }


def _note(note: Note) -> dict[str, object]:
    return {"code": note.code, "message": work.told(note), **note.params}


def drafts_line(count: int) -> str:
    """How many drafts no sync takes along."""
    return ngettext(
        "{count} draft stays on this laptop until it is finished.",
        "{count} drafts stay on this laptop until they are finished.",
        count,
    ).format(count=count)


def _line(word: str, tally: Tally) -> str:
    changes = ngettext("{count} change", "{count} changes", tally.changes)
    return f"{word}: {changes.format(count=tally.changes)}, {tally.bytes} B"


def _files(report: Report) -> list[str]:
    """How the attachments went, where there were any."""
    carried, lines = report.attachments, []
    for word, one in ((_("Files sent"), carried.sent), (_("Files received"), carried.received)):
        if one.files:
            lines.append(f"{word}: {one.files}, {one.bytes} B")
    if carried.missing:
        text = ngettext(
            "{count} file has not reached the share yet.",
            "{count} files have not reached the share yet.",
            carried.missing,
        )
        lines.append(text.format(count=carried.missing))
    return lines
