"""Verbs about the project's laptops, and about who may sit at this one."""

from __future__ import annotations

from typing import Final

import click

from app.cli.desk import Call, Desk, iso, secret_from, verb
from app.errors import KipuError
from app.i18n import _
from app.models import spaces
from app.models.commands import contact, membership, people, practising
from app.models.queries import devices
from app.models.vault import Vault
from app.paths import home

_NO_ROLE: Final = "none"


def register(cli: click.Group) -> None:
    for command in (device, person, passphrase, role):
        cli.add_command(command)
    # The short names of what is done most.
    cli.add_command(device_list, "devices")
    cli.add_command(device_revoke, "revoke")


@click.group()
def device() -> None:
    """The project's laptops."""


@device.command("list")
@verb
def device_list(call: Call) -> None:
    """Every laptop ever admitted, with its roles."""
    project = call.joined
    names = {one.id.hex(): one.name for one in spaces.all_named(project, with_common=True)}
    rows = [
        {"device": one.code, "id": one.device.hex(), "active": one.is_active,
         "roles": {names.get(s, s): role for s, role in one.roles.items()},
         "person": one.person, "last_seen": iso(one.last_ms) if one.last_ms else None,
         "last_sent": one.last_said or None, "changes": one.changes, "missing": one.missing}
        for one in devices.all_devices(project)
    ]  # fmt: skip
    lines = [
        f"{row['device']:6} {'' if row['active'] else '✕'} {row['roles']} {row['person']} "
        f"{row['last_seen'] or '–'}"
        for row in rows
    ]
    call.tell(rows, "\n".join(lines))


@device.command("revoke")
@click.argument("name")
@verb
def device_revoke(call: Call, name: str) -> None:
    """Shut out a lost or stolen laptop (coordinators)."""
    project = call.joined
    membership.revoke(project, membership.find_device(project, name))
    call.tell(
        {"device": name},
        _("{name} is shut out. Sync now, so that the others learn of it.").format(name=name),
    )


@device.command("role")
@click.argument("name")
@click.option("--role", help="The new role; without it the spaces are taken away.")
@click.option("--space", "names", multiple=True, required=True, metavar="NAME")
@verb
def device_role(call: Call, name: str, role: str | None, names: tuple[str, ...]) -> None:
    """Change what a laptop may do in spaces (coordinators)."""
    project = call.joined
    membership.change_role(project, membership.find_device(project, name), role, names)
    call.tell({"device": name, "role": role}, _("Done. Sync now, so that the others learn of it."))


@click.command()
@click.argument("name", metavar="DEVICE")
@click.argument("space")
@click.argument("wanted", metavar="ROLE")
@verb
def role(call: Call, name: str, space: str, wanted: str) -> None:
    """Give a laptop a ROLE in a SPACE, or “none” to take the space away (coordinators)."""
    project = call.joined
    given = None if wanted.casefold() == _NO_ROLE else wanted
    membership.change_role(project, membership.find_device(project, name), given, [space])
    call.tell(
        {"device": name, "space": space, "role": given},
        _("Done. Sync now, so that the others learn of it."),
    )


@device.command("quota")
@click.argument("name")
@click.option(
    "--megabytes",
    type=click.IntRange(max=10**9),
    required=True,
    help="Of words and files, in each space.",
)
@verb
def device_quota(call: Call, name: str, megabytes: int) -> None:
    """Change how much a laptop may put into each space (coordinators)."""
    project = call.joined
    membership.set_quota(project, membership.find_device(project, name), megabytes * 1_000_000)
    call.tell(
        {"device": name, "megabytes": megabytes},
        _("Done. Sync now, so that the others learn of it."),
    )


@click.group()
def person() -> None:
    """Who may sit at this laptop."""


@person.command("add")
@click.option("--name", "person_name", required=True)
@click.option("--initials", default="", help="The label shown before unlocking.")
@click.option("--new-passphrase-fd", type=int, metavar="N", help="Read the new passphrase there.")
@verb
def person_add(call: Call, person_name: str, initials: str, new_passphrase_fd: int | None) -> None:
    """Give a colleague a passphrase of their own on this laptop."""
    project = call.project
    secret = _new_passphrase(new_passphrase_fd)
    slot = people.add(project, person_name, initials, secret)
    call.tell({"label": slot.label}, _("{label} can unlock now.").format(label=slot.label))


@person.command("remove")
@click.argument("leaving", metavar="LABEL")
@verb
def person_remove(call: Call, leaving: str) -> None:
    """Take a colleague's passphrase away from this laptop; what they did stays."""
    project = call.project
    people.remove(project, leaving)
    call.tell({"label": leaving}, _("{label} can no longer unlock.").format(label=leaving))


@person.command("list")
@verb
def person_list(call: Call) -> None:
    """The persons with a passphrase on this laptop."""
    found = people.all_here(call.project)
    call.tell(
        [{"label": one.label, "name": one.name} for one in found],
        "\n".join(f"{one.label}  {one.name}" for one in found),
    )


@person.command("contact")
@click.option("--email", metavar="ADDRESS")
@click.option("--phone", metavar="NUMBER")
@click.option("--at", "point", metavar="POINT", help="Where the laptop is today: -1.4924 -78.0024")
@verb
def person_contact(call: Call, email: str | None, phone: str | None, point: str | None) -> None:
    """What questionnaires ask of whoever sits here: email, telephone, where the laptop is today."""
    project = call.project
    made = contact.tell(project, email, phone)
    if point is not None:
        contact.stand(project, point)
    told = {"email": made.email, "phone": made.phone, "at": contact.position(project)}
    call.tell(told, "\n".join(f"{name}: {text or '–'}" for name, text in told.items()))


def _new_passphrase(fd: int | None) -> str:
    return Desk().passphrase(fd, confirm=True)


@click.group()
def passphrase() -> None:
    """Passphrases on this laptop."""


@passphrase.command("change")
@click.option("--new-passphrase-fd", type=int, metavar="N", help="Read the new passphrase there.")
@verb
def passphrase_change(call: Call, new_passphrase_fd: int | None) -> None:
    """Change the passphrase that unlocked; the data stays as it is."""
    project = call.project
    people.change_passphrase(project, call.passphrase(), _new_passphrase(new_passphrase_fd))
    call.tell({"changed": True}, _("The passphrase is changed."))


@passphrase.command("reset")
@click.option(
    "--code-fd", type=int, required=True, metavar="N", help="Read the recovery code there."
)
@verb
def passphrase_reset(call: Call, code_fd: int) -> None:
    """Set a new passphrase by this laptop's recovery code (the one unlocked with is the new one)."""
    code = secret_from(code_fd)
    places = practising.real_folders(home())
    if len(places) != 1:
        raise KipuError(_("This works where there is one project; choose it with KIPU_HOME."))
    vault = Vault.open(places[0])
    who = call.label or vault.people[0].id
    vault.reset_with_code(code, who, call.passphrase(confirm=True))
    call.tell({"changed": True}, _("The passphrase is changed."))
