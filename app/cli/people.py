"""Verbs about who is who and where: duplicates joined and parted, the project's country."""

from __future__ import annotations

import click

from app.cli.desk import Call, verb
from app.errors import KipuError
from app.i18n import _
from app.models import country as manners
from app.models import project_settings
from app.models.commands import same as joining
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import duplicates as alike
from app.models.queries import records


def register(cli: click.Group) -> None:
    for command in (same, duplicates, country):
        cli.add_command(command)


@click.command()
@click.argument("name", metavar="ID")
@click.argument("kept", metavar="ID", required=False)
@click.option("--apart", is_flag=True, help="Part them; with two, remember that they are two.")
@verb
def same(call: Call, name: str, kept: str | None, apart: bool) -> None:
    """Mark the first as the same person, organisation or place as the second; reversible."""
    project = call.joined
    one = records.find(project, name)
    other = records.find(project, kept) if kept else None
    if apart:
        _part(project, one, other)
        call.tell({"id": one.id.hex()}, _("They are two again."))
        return
    if other is None:
        raise KipuError(_("Name the two that are the same: the duplicate, then the one to keep."))
    target, _touched = joining.join(project, one, other)
    call.tell(
        {"id": one.id.hex(), "canonical": target.id.hex()},
        _("Joined: {id} stands for both. “kipu same --apart” parts them again.").format(
            id=target.id.hex()
        ),
    )


def _part(project: Project, one: RecordKey, other: RecordKey | None) -> None:
    if other is None:
        joining.part(project, one)
    else:
        joining.keep_apart(project, one, other)


@click.command()
@click.option("--kind", "kind_name", type=click.Choice(alike.KINDS), help="Only of this kind.")
@verb
def duplicates(call: Call, kind_name: str | None) -> None:
    """People, organisations and places that look alike, the likeliest first."""
    found = alike.possible_duplicates(call.joined, kind_name or "")
    rows = [
        {"kind": pair.one.kind, "one": pair.one.id.hex(), "other": pair.other.id.hex(),
         "titles": list(pair.titles), "score": round(pair.score, 2), "why": list(pair.why)}
        for pair in found
    ]  # fmt: skip
    lines = [
        f"{pair.one.id.hex()}  {pair.titles[0]}\n{pair.other.id.hex()}  {pair.titles[1]}\n"
        f"    {alike.reason(pair.why)}"
        for pair in found
    ]
    call.tell(rows, "\n".join(lines) or _("Nobody here looks like somebody else."))


@click.command()
@click.argument("code", metavar="ec|pa", required=False)
@verb
def country(call: Call, code: str | None) -> None:
    """The project's country, whose words, decimals, dates and paper it follows; or set it."""
    project = call.joined
    if code is not None:
        project_settings.choose_country(project, code)
    here = manners.here()
    call.tell({"country": here.code, "paper": here.paper}, str(here.label))
