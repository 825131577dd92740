"""The verb that makes room."""

from __future__ import annotations

import click

from app.cli.desk import Call, verb
from app.i18n import _, ngettext
from app.models.commands import compacting as work
from app.models.commands import syncing


def register(cli: click.Group) -> None:
    cli.add_command(compact)


@click.command()
@click.argument("location", required=False, metavar="[NAME|LOCATION]")
@verb
def compact(call: Call, location: str | None) -> None:
    """Pack many small files where you sync, leave snapshots for newcomers, and tidy the store."""
    done = work.compact(call.joined, location)
    report = syncing.summed(done.outcomes)
    packed, left = report.packs.files, report.snapshots.batches
    lines = [
        _("Store: {before} B, now {after} B").format(before=done.before, after=done.after),
        ngettext("{count} pack written", "{count} packs written", packed).format(count=packed),
        ngettext("{count} snapshot left", "{count} snapshots left", left).format(count=left),
    ]
    told = {
        "store": {"before": done.before, "after": done.after},
        "packs": packed,
        "snapshots": left,
        "remotes": [{"name": one.name, "ok": one.error is None} for one in done.outcomes],
    }
    call.tell(told, "\n".join(lines))
    syncing.require_fine(done.outcomes)
