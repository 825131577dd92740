"""Verbs about shares."""

from __future__ import annotations

from dataclasses import asdict

import click

from app.cli.desk import Call, verb
from app.i18n import _, ngettext
from app.models.commands import syncing as work
from sync.engine import Note, Report, Tally


def register(cli: click.Group) -> None:
    cli.add_command(sync)


@click.command()
@click.argument("location", required=False)
@click.option("--found", is_flag=True, help="Make an empty folder the project's share.")
@verb
def sync(call: Call, location: str | None, found: bool) -> None:
    """Sync with a share: send what is new here, take in what is new there."""
    project = call.joined
    if found:
        work.found_share(project, location or "")
    report, _touched = work.sync(project, location)
    lines = [
        _line(_("Sent"), report.sent),
        _line(_("Received"), report.received),
        *(work.told(note) for note in (*report.quarantined, *report.warnings)),
    ]
    call.tell(_as_json(report), "\n".join(lines))


def _as_json(report: Report) -> dict[str, object]:
    return {
        "sent": asdict(report.sent),
        "received": asdict(report.received),
        "quarantined": [_note(note) for note in report.quarantined],
        "warnings": [_note(note) for note in report.warnings],
    }


def _note(note: Note) -> dict[str, object]:
    return {"code": note.code, "message": work.told(note), **note.params}


def _line(word: str, tally: Tally) -> str:
    changes = ngettext("{count} change", "{count} changes", tally.changes)
    return f"{word}: {changes.format(count=tally.changes)}, {tally.bytes} B"
