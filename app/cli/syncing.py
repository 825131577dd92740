"""Verbs about shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import click

from app.cli import remotes
from app.cli.desk import Call, verb
from app.i18n import _, ngettext
from app.models.commands import syncing as work
from app.models.commands.syncing import Outcome
from app.models.queries import waiting
from app.models.remotes.known import MOST_RATE
from sync.engine import Note, Report, Tally


def register(cli: click.Group) -> None:
    cli.add_command(sync)
    remotes.register(cli)


@click.command()
@click.argument("location", required=False, metavar="[NAME|LOCATION]")
@click.option("--found", is_flag=True, help="Make an empty place the project's share.")
@click.option("--essentials", is_flag=True, help="Words only; photographs and files wait.")
@click.option("--limit", type=click.IntRange(0, MOST_RATE), metavar="KB", help="A second, at most.")
@click.option("--thorough", is_flag=True, help="Look at everything there, not only at what is new.")
@verb
def sync(
    call: Call, location: str | None, found: bool, essentials: bool, limit: int | None,
    thorough: bool,
) -> None:  # fmt: skip
    """Sync with a place, or with every one that is not paused: send what is new, take in the rest.

    What goes wrong with one place stops no other; the exit code is then 1. What came and went
    before it is told all the same.
    """
    project = call.joined
    if found:
        work.found_share(project, location or "")
    wishes = work.Wishes(essentials, limit, False if thorough else None)
    outcomes, _touched = work.sync_places(project, location, wishes)
    if len(outcomes) > 1 or outcomes[0].report is not None:
        drafts = waiting.drafts(project)
        told = {**_as_json(work.summed(outcomes)), "drafts": drafts,
                "remotes": [_outcome(one) for one in outcomes]}  # fmt: skip
        call.tell(told, "\n".join(_lines(outcomes, drafts)))
    work.require_fine(outcomes)


def _lines(outcomes: Sequence[Outcome], drafts: int) -> list[str]:
    lines = []
    for one in outcomes:
        if one.report is None:
            continue
        lines += [one.name] if len(outcomes) > 1 else []
        lines += [_line(_("Sent"), one.report.sent), _line(_("Received"), one.report.received)]
        lines += _files(one.report)
        lines += [work.told(note) for note in (*one.report.quarantined, *one.report.warnings)]
    return [*lines, *([drafts_line(drafts)] if drafts else [])]


def _outcome(one: Outcome) -> dict[str, object]:
    """How it went with one place; where nothing came or went before a fault, both are null."""
    sent, received = one.moved
    return {
        "name": one.name,
        "location": one.location,
        "ok": one.error is None,
        "code": one.code or ("ok" if one.error is None else "error"),
        "message": one.error.message if one.error else "",
        "bytes": {"sent": sent, "received": received},
        **(_as_json(one.report) if one.report else {"sent": None, "received": None}),
    }


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
