"""The verb of the practice project; it asks for no passphrase, for there is nothing to protect."""

from __future__ import annotations

import sys

import click

from app.cli.desk import Call, verb
from app.i18n import _
from app.models import practice, practice_data
from app.models.commands import practising
from app.paths import home


def register(cli: click.Group) -> None:
    cli.add_command(make_practice)


@click.command("practice")
@click.option("--throw-away", is_flag=True, help="Take the practice project off this laptop.")
@verb
def make_practice(call: Call, throw_away: bool) -> None:
    """Make a practice project: made-up data, marked so, that syncs with no real share."""
    if throw_away:
        _throw_away(call)
        return
    project = practising.begin(home())
    call.desk.adopt(project)
    people = [label for _name, label in practice_data.PEOPLE]
    call.tell(
        {"project": project.name, "passphrase": practice.PASSPHRASE, "people": people},
        _(
            "The practice project is ready. Open Kipu and choose {people}; the passphrase is "
            "“{passphrase}”.\nThrow it away with “kipu practice --throw-away”."
        ).format(people=" / ".join(people), passphrase=practice.PASSPHRASE),
    )


def _throw_away(call: Call) -> None:
    project = call.desk.adopt(practising.open_here(home()))
    if sys.stdin.isatty() and not call.as_json:
        click.confirm(
            _("Everything in the practice project goes, and nothing else. Throw it away?"),
            abort=True,
        )
    practising.throw_away(project)
    call.desk.project = None
    call.tell({"thrown_away": True}, _("The practice project is gone."))
