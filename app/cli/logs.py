"""The verb about Kipu's own log."""

from __future__ import annotations

import platform
from dataclasses import asdict

import click

from app.cli.desk import Call, require_writable, verb, write_file
from app.i18n import _, ngettext
from app.models import kept_log
from app.models.kept_log import Entry


def register(cli: click.Group) -> None:
    cli.add_command(log)


@click.command()
@click.option("-o", "--out", metavar="FILE", help="Write it there, to hand to somebody.")
@verb
def log(call: Call, out: str | None) -> None:
    """Show what Kipu remembers of its own faults: types and places, nothing anybody typed."""
    if out is not None:
        require_writable(out)
    found = kept_log.entries(call.project)
    if out is None:
        call.tell([asdict(one) for one in found], _told(found))
        return
    write_file(out, f"{_about()}\n{_told(found)}\n".encode())
    said = ngettext("{count} entry is in “{file}”.", "{count} entries are in “{file}”.", len(found))
    call.tell({"file": out, "entries": len(found)}, said.format(count=len(found), file=out))


def _about() -> str:
    return f"Kipu, Python {platform.python_version()}, {platform.system()}"


def _told(found: list[Entry]) -> str:
    if not found:
        return _("Nothing went wrong here.")
    return "\n".join(
        "\n  ".join([f"{one.at} {one.level} {one.place} {one.message}".rstrip(), *one.trace])
        for one in found
    )
