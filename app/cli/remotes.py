"""Verbs about the places a laptop syncs with."""

from __future__ import annotations

import getpass
import os
import sys
from typing import Any, Final

import click

from app.cli.desk import Call, iso, read_file, secret_from, verb
from app.errors import KipuError
from app.i18n import _, ngettext
from app.models.commands import remotes as work
from app.models.project import Project
from app.models.queries import sharing
from app.models.remotes import forgetting, known, opening
from app.models.remotes.known import MOST_RATE, Known
from app.models.remotes.trying import Trial, plain_warning

SECRET: Final = "KIPU_REMOTE_SECRET"
_LARGEST_KEY: Final = 64 * 1024
_ASKED: Final = ("sftp", "webdav+https", "webdav+http", "s3")
"""Kinds of places that are rarely opened without a secret."""


def register(cli: click.Group) -> None:
    cli.add_command(remote)


@click.group()
def remote() -> None:
    """The places this laptop syncs with."""


def opens(command: Any) -> Any:
    """Add the options that say what opens a place."""
    for option in (
        click.option("--host-key", default="", metavar="SHA256:…", help="The server's own key."),
        click.option("--key", metavar="FILE", help="A private key file, for sftp://."),
        click.option("--secret-fd", type=int, metavar="N", help="Read the password or key there."),
        click.option("--user", default="", help="The name there; for s3:// the access key id."),
    ):
        command = option(command)
    return command


@remote.command("add")
@click.argument("name")
@click.argument("address")
@opens
@verb
def remote_add(
    call: Call, name: str, address: str, user: str, secret_fd: int | None, key: str | None,
    host_key: str,
) -> None:  # fmt: skip
    """Remember a place: a folder, sftp://, webdav+https://, s3:// or kipu+https://.

    The password comes from --secret-fd, KIPU_REMOTE_SECRET or a prompt and lies in the encrypted
    store; with --key it opens that file.
    """
    project = call.joined
    place = work.place_from(given_place(address, user, secret_fd, key, host_key))
    made = work.add(project, name, place)
    lines = [_("{name} is remembered. Try it with “kipu remote test”.").format(name=made.name)]
    call.tell(_as_json(project, made), "\n".join([*lines, *plain_warning(place)]))


@remote.command("list")
@verb
def remote_list(call: Call) -> None:
    """Every place, when it was synced with last, and what is to go there."""
    project = call.joined
    rows = [_as_json(project, one) for one in known.all_known(project)]
    call.tell(rows, "\n".join(map(_line, rows)) or _("No place is remembered yet."))


@remote.command("set")
@click.argument("name")
@click.option("--rename", metavar="NAME", help="Call it otherwise.")
@click.option("--pause/--go-on", "is_paused", default=None, help="Leave it out, or not any more.")
@click.option(
    "--automatic/--by-hand",
    "is_automatic",
    default=None,
    help="Whether the window syncs by itself.",
)
@click.option("--essentials/--everything", default=None, help="Words only, or files too.")
@click.option(
    "--limit", "rate", type=click.IntRange(0, MOST_RATE), metavar="KB", help="A second; 0 is none."
)
@click.option("--address", help="How it is reached now; the place itself stays the same.")
@opens
@verb
def remote_set(
    call: Call, name: str, rename: str | None, is_paused: bool | None, is_automatic: bool | None,
    essentials: bool | None, rate: int | None, address: str | None, user: str,
    secret_fd: int | None, key: str | None, host_key: str,
) -> None:  # fmt: skip
    """Change what is remembered of a place."""
    project = call.joined
    one = opening.require(project, name)
    place = None
    if address or user or key or host_key or secret_fd is not None or SECRET in os.environ:
        given = given_place(address or one.address, user, secret_fd, key, host_key, ask=False)
        place = work.place_for(project, given, one.id)
    made = work.change(
        project, one, name=rename, place=place, is_paused=is_paused, is_automatic=is_automatic,
        essentials=essentials, rate=rate,
    )  # fmt: skip
    found = _as_json(project, made)
    call.tell(found, _line(found))


@remote.command("remove")
@click.argument("name")
@verb
def remote_remove(call: Call, name: str) -> None:
    """Forget a place's address and password; what lies there and here stays."""
    project = call.joined
    one = opening.require(project, name)
    alone = work.remove(project, one)
    only = {"changes": alone.changes, "files": alone.files, "not_here": alone.not_here,
            "erased": alone.erased}  # fmt: skip
    lines = [forgetting.farewell(one), *alone.sentences()]
    call.tell({"name": one.name, "only_there": only}, "\n".join(lines))


@remote.command("test")
@click.argument("name", metavar="NAME|ADDRESS")
@opens
@verb
def remote_test(
    call: Call, name: str, user: str, secret_fd: int | None, key: str | None, host_key: str
) -> None:
    """Try a place: name, port, password, certificate, permission, and whose share it is."""
    project = call.joined
    one = opening.find(project, name)
    address = opening.address_of(project, one, name).shown if one else name
    given = given_place(
        address, user, secret_fd, key, host_key, ask=one is None
    )  # fmt: skip
    _tell_trial(call, work.try_given(project, given, one.id if one else 0))


def _tell_trial(call: Call, trial: Trial) -> None:
    said = "\n".join([trial.message, *trial.warnings])
    if trial.host_key:
        text = _("It shows the key {key}; where that is the right one, give it with --host-key.")
        said = f"{said}\n{text.format(key=trial.host_key)}"
    elif trial.fingerprint and not trial.ok:
        text = _(
            "It shows the certificate {key}. Ask whoever keeps the server whether that is theirs; if "
            "so, add it to the address: ?certificate={key}"
        )
        said = f"{said}\n{text.format(key=trial.fingerprint)}"
    if trial.ok or call.as_json:
        found = {"ok": trial.ok, "code": trial.code, "message": trial.message,
                 "fingerprint": trial.fingerprint, "warnings": trial.warnings}  # fmt: skip
        call.tell(found, said)
    if not trial.ok:
        raise KipuError(said)


def given_place(
    address: str, user: str, secret_fd: int | None, key: str | None, host_key: str,
    ask: bool = True,
) -> work.Given:  # fmt: skip
    """What the options give of a place; `ask` for its password where it is likely to want one."""
    text = read_file(key, _LARGEST_KEY).decode("utf-8", "replace") if key else ""
    wants = ask and address.partition("://")[0] in _ASKED
    return work.Given(address, user, given_secret(secret_fd, wants), text, host_key)


def given_secret(descriptor: int | None, wants: bool = False) -> str:
    """From --secret-fd, KIPU_REMOTE_SECRET (then removed from the environment) or a prompt."""
    given = os.environ.pop(SECRET, None)
    if descriptor is not None:
        return secret_from(descriptor)
    if given is None and wants and sys.stdin.isatty():
        return getpass.getpass(_("Password of the place (empty for none): "))
    return given or ""


def _as_json(project: Project, one: Known) -> dict[str, Any]:
    words, files = sharing.to_send(project).get(one.id, (0, 0))
    failed = one.failed
    return {
        "name": one.name,
        "address": one.address,
        "paused": one.is_paused,
        "automatic": one.is_automatic,
        "essentials": one.essentials,
        "limit": one.rate,
        "has_secret": one.has_secret,
        "last_sync": iso(one.last_ms) if one.last_ms else None,
        "to_send": {"bytes": words, "files_bytes": files},
        "failure": failed
        and {"code": failed.code, "message": failed.message, "at": iso(failed.at_ms)},
    }


def _line(row: dict[str, Any]) -> str:
    """One place in words."""
    parts = [row["name"], row["address"], row["last_sync"] or _("never synced yet")]
    size = row["to_send"]["bytes"] + row["to_send"]["files_bytes"]
    if size:
        parts.append(ngettext("{count} byte to send", "{count} bytes to send", size).format(
            count=size))  # fmt: skip
    if row["paused"]:
        parts.append(_("paused"))
    if row["failure"]:
        parts.append(row["failure"]["message"])
    return " · ".join(parts)
