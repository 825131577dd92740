"""Verbs that erase for good, and say how far that has come."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click

from app.cli.desk import Call, iso, verb
from app.errors import KipuError
from app.i18n import _, ngettext
from app.models import spaces
from app.models.commands import erasing
from app.models.queries import erasures, records


def register(cli: click.Group) -> None:
    """Add this module's verbs."""
    cli.add_command(erase)
    cli.add_command(list_orders)


@click.command("erase")
@click.argument("name", metavar="ID")
@click.option("--field", "fields", multiple=True, help="Only this field; may be given again.")
@click.option("--reason", default="", help="Why, for the coordinators: who asked, and when.")
@click.option("--yes", is_flag=True, help="Do not ask; nothing brings it back.")
@verb
def erase(call: Call, name: str, fields: tuple[str, ...], reason: str, yes: bool) -> None:
    """Erase a record, or fields of it, for good: here, on the share, on every laptop that syncs.

    The history keeps that something was written, by whom and when, and not what. Paper, exports
    and laptops that stay away are out of reach.
    """
    project = call.joined
    key = records.find(project, name, among="all")
    plan = erasing.plan(project, key, fields)
    _ask(plan, yes)
    erasing.erase(project, key, fields, reason)
    changes = plan.sealed + plan.pending
    said = (
        _("Erased here. Sync, and the other laptops erase it as each syncs next.")
        if plan.sealed
        else _("Erased. It never left this laptop.")
    )
    call.tell(
        {
            "id": key.id.hex(),
            "records": plan.record_count,
            "changes": changes,
            "followed": [one.id.hex() for one in plan.followed],
            "kept": [one.id.hex() for one in plan.kept],
        },
        "\n".join([said, *_followed(plan)]),
    )


def _followed(plan: erasing.Plan) -> list[str]:
    """What becomes of the things that an interview made or changed and that are followed."""
    said = erasing.words_on_followed(len(plan.followed), len(plan.kept))
    return [*said, *(f"  {one.id.hex()}" for one in plan.kept)]


def _ask(plan: erasing.Plan, yes: bool) -> None:
    """A second step, which says what is lost."""
    if yes:
        return
    count = plan.record_count
    what = ngettext(
        "{count} record loses what was written in it, on every laptop. Nothing brings it back.",
        "{count} records lose what was written in them, on every laptop. Nothing brings it back.",
        count,
    ).format(count=count)
    what = "\n".join([what, *_followed(plan)])
    if not sys.stdin.isatty():
        raise KipuError(what + " " + _("To go on, say so with --yes."))
    click.echo(what)
    click.confirm(_("Erase it?"), abort=True)


@click.command("erasures")
@verb
def list_orders(call: Call) -> None:
    """What was ordered to be erased, and which laptops have done it."""
    project = call.joined
    found, names = erasures.orders(project), spaces.names(project)
    result = [
        {
            "id": one.id.hex(),
            "space": names.get(one.space, spaces.UNKNOWN),
            "records": [{"kind": kind, "id": record.hex()} for kind, record in one.records],
            "reason": one.reason,
            "person": one.person,
            "at": iso(one.at_ms),
            "devices": [
                {"device": holder.code, "done": holder.done, "shut_out": holder.was_shut_out}
                for holder in one.holders
            ],
        }
        for one in found
    ]
    call.tell(result, "\n".join(map(_line, found)) or _("Nothing was ordered to be erased."))


def _line(one: erasures.Erasure) -> str:
    waiting = _codes(each for each in one.holders if not (each.done or each.was_shut_out))
    out = _codes(each for each in one.holders if each.was_shut_out)
    state = (
        _("not yet on {devices}").format(devices=waiting) if waiting else _("done on every laptop")
    )
    kept = [_("shut out, and keeps what it had: {devices}").format(devices=out)] if out else []
    return " · ".join([iso(one.at_ms), one.person, one.reason or "–", state, *kept])


def _codes(holders: Iterable[erasures.Holder]) -> str:
    return ", ".join(holder.code for holder in holders)
