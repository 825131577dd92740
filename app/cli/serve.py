"""The verb that runs the relay server. It hands over at once: the server is no part of the app."""

from __future__ import annotations

import runpy
import sys

import click

from app.errors import KipuError
from app.i18n import _


def register(cli: click.Group) -> None:
    cli.add_command(serve)


@click.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def serve(arguments: tuple[str, ...]) -> None:
    """Relay sealed files between laptops; touches no project and asks no passphrase."""
    kept, sys.argv = sys.argv, ["kipu serve", *arguments]
    try:
        # By its name, as its own program: nothing of the app knows what is inside.
        runpy.run_module("sync.server", run_name="__main__")
    except ImportError as error:
        raise KipuError(_("This installation of Kipu has no server.")) from error
    finally:
        sys.argv = kept
