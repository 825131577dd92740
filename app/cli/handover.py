"""The verb that ends a laptop's part in a project."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

import click

from app.cli.desk import Call, iso, require_writable, verb, write_file
from app.errors import KipuError
from app.i18n import _
from app.models import handover as work
from app.models.project import Project


def register(cli: click.Group) -> None:
    cli.add_command(handover)


@click.command()
@click.option("--receipt", metavar="FILE.pdf", help="Where to write the receipt.")
@click.option("--yes", is_flag=True, help="Wipe without asking, where nothing is lost by it.")
@click.option("--lose", metavar="WORDS", default="", help="The words that say what is lost.")
@verb
def handover(call: Call, receipt: str | None, yes: bool, lose: str) -> None:
    """Hand this laptop over: sync, write a receipt, and wipe the project off it.

    Where something is on this laptop alone, nothing is wiped until the words that say what is lost
    are given. Of the only coordinator's laptop it says what wiping it means.
    """
    if receipt is not None:
        require_writable(receipt)
    project = call.project
    found = work.prepare(project)
    if found.trouble:
        click.echo(found.unseen if found.is_confirmed_by(lose) else found.trouble, err=True)
    if found.sole_coordinator:
        click.echo(work.sole_words(), err=True)
    lose = _confirmed(found, yes, lose)
    whole = work.hand_over(project, lose, lambda now: _keep(project, now, receipt))
    call.desk.project = None
    told = {**_as_json(whole, receipt), "synced": not found.trouble}
    call.tell(told, "\n".join([_said(whole), work.honest_words()]))


def _confirmed(found: work.Standing, yes: bool, lose: str) -> str:
    """Ask at a terminal for what was not given. Raises KipuError where nobody can be asked."""
    asked = sys.stdin.isatty()
    if found.is_clear:
        if not yes and not asked:
            raise KipuError(_("Everything is sent. Say --yes to wipe the project off this laptop."))
        if not yes:
            click.confirm(_("Everything is sent. Wipe the project off this laptop?"), abort=True)
        return ""
    if not lose and asked:
        text = _("Only this laptop has {what}. To lose it for good, type: {phrase}")
        click.echo(text.format(what=found.losses, phrase=found.phrase))
        lose = click.prompt("", prompt_suffix="> ")
    work.require_confirmed(found, lose)
    return lose


def _keep(project: Project, found: work.Standing, receipt: str | None) -> None:
    if receipt is not None:
        from app.reports.documents import receipt_pdf

        write_file(receipt, receipt_pdf(work.receipt(project, found)))


def _said(found: work.Standing) -> str:
    return _("The project is no longer on this laptop ({device}).").format(device=found.device)


def _as_json(found: work.Standing, receipt: str | None) -> dict[str, Any]:
    return {
        "device": found.device,
        "persons": list(found.persons),
        "sent": found.sent,
        "sent_to": found.location or None,
        "last_sync": iso(found.last_sync_ms) if found.last_sync_ms else None,
        "lost": {"changes": found.unsent, "drafts": found.drafts, "files": found.files},
        "sole_coordinator": found.sole_coordinator,
        "spaces": {one.name: asdict(one) for one in found.spaces},
        "receipt": receipt,
    }
