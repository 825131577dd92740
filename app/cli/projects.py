"""Verbs about projects, spaces, laptops and persons."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from app.cli.desk import Call, Desk, read_file, require_writable, secret_from, verb, write_file
from app.errors import KipuError
from app.i18n import _
from app.models import checking, papers, restoring, spaces
from app.models.commands import membership, people, syncing
from app.models.project import Project, folders
from app.models.queries import conflicts
from app.models.vault import Vault
from app.paths import home


def register(cli: click.Group) -> None:
    for command in (init, codes, space, request, admit, join, device, person, passphrase, recover,
                    status, verify, backup, restore, demo):  # fmt: skip
        cli.add_command(command)


@click.command()
@click.option("--person", "person_name", required=True, help="Who is sitting here.")
@click.option("--initials", default="", help="The label shown before unlocking.")
@verb
def init(call: Call, person_name: str, initials: str) -> None:
    """Create a project (--project NAME); its person becomes the first coordinator."""
    if not call.project_name:
        raise KipuError(_("A project needs a name: --project NAME."))
    created = membership.create_project(
        home(), call.project_name, person_name, call.passphrase(confirm=True), initials
    )
    call.desk.adopt(created.project)
    call.tell(
        {"recovery_code": created.laptop_code, "project_recovery_code": created.project_code},
        _(
            "The project is ready. Copy these two codes by hand, on two different papers.\n"
            "This laptop's code (opens only this laptop): {laptop}\n"
            "The project's code (reads everything; keep it locked away): {project}"
        ).format(laptop=created.laptop_code, project=created.project_code),
    )
    papers.shown(created.project)


@click.command()
@click.option("--new", is_flag=True, help="Make a new code for this laptop; the old one ends.")
@verb
def codes(call: Call, new: bool) -> None:
    """The recovery codes that were made and never shown, because something came between."""
    project = call.project
    if new:
        code = project.vault.new_recovery_code(project.data_key)
        papers.remember(project.store, papers.LAPTOP, code)
    found = papers.unshown(project)
    call.tell(found, "\n".join(found.values()) or _("All codes have been shown."))
    papers.shown(project)


@click.group()
def space() -> None:
    """Spaces: what a member may read as a whole."""


@space.command("add")
@click.argument("name")
@verb
def space_add(call: Call, name: str) -> None:
    """Add a space (coordinators)."""
    added = membership.add_space(call.joined, name)
    call.tell({"id": added.hex()}, _("The space “{name}” is ready.").format(name=name))


@space.command("list")
@verb
def space_list(call: Call) -> None:
    """The spaces this laptop can read."""
    found = spaces.all_named(call.joined, with_common=True)
    rows = [
        {"id": s.id.hex(), "name": s.name, "code": s.code, "common": s.is_common} for s in found
    ]
    call.tell(rows, "\n".join(f"{s.code:5} {s.name}" for s in found))


@click.command()
@click.option("--person", "person_name", required=True, help="Who is sitting here.")
@click.option("--initials", default="", help="The label shown before unlocking.")
@click.option("--out", required=True, metavar="FILE", help="Where to write the request.")
@verb
def request(call: Call, person_name: str, initials: str, out: str) -> None:
    """Begin on a laptop that wants to join: make the request file for a coordinator."""
    require_writable(out)
    asked = membership.make_request(home(), person_name, call.passphrase(confirm=True), initials)
    call.desk.adopt(asked.project)
    write_file(out, asked.raw)
    call.tell(
        {"phrase": asked.phrase, "recovery_code": asked.laptop_code},
        _(
            "Take {file} to a coordinator and compare these six words aloud:\n{phrase}\n"
            "This laptop's recovery code, to copy by hand: {code}"
        ).format(file=out, phrase=asked.phrase, code=asked.laptop_code),
    )
    papers.shown(asked.project)


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--role", required=True, help="coordinator, facilitator, secretary or observer.")
@click.option("--space", "names", multiple=True, metavar="NAME", help="May be given many times.")
@click.option("--out", required=True, metavar="FILE", help="Where to write the grant.")
@click.option("--phrase", "words", help="The six words heard; refuses where they differ.")
@verb
def admit(
    call: Call, file: str, role: str, names: tuple[str, ...], out: str, words: str | None
) -> None:
    """Admit a laptop by its request file; writes the grant to take back (coordinators)."""
    require_writable(out)
    project = call.joined
    asked, phrase = membership.read_request(read_file(file, 1024 * 1024))
    _compare(call, phrase, words)
    grant = membership.admit(project, asked, role, names)
    write_file(out, grant)
    known = membership.project_phrase(project)
    call.tell(
        {"phrase": phrase, "project_phrase": known,
         "device": spaces.device_code(project, asked.device)},
        _("Admitted. Take {file} back; the project's six words are:\n{phrase}").format(
            file=out, phrase=known
        ),
    )  # fmt: skip


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--phrase", "words", help="The project's six words; refuses where they differ.")
@verb
def join(call: Call, file: str, words: str | None) -> None:
    """Take the grant a coordinator made for this laptop's request."""
    grant = read_file(file, 64 * 1024 * 1024 + 1)
    project = _waiting(call, grant)
    phrase = membership.preview(project, grant)
    _compare(call, phrase, words)
    membership.join(project, grant)
    call.tell(
        {"phrase": phrase, "project": project.name, "device": project.code},
        _("This laptop has joined “{name}” as {code}. The project's six words:\n{phrase}").format(
            name=project.name, code=project.code, phrase=phrase
        ),
    )


def _waiting(call: Call, grant: bytes) -> Project:
    """The project on this laptop whose request the grant answers."""

    def fits(project: Project) -> bool:
        try:
            membership.preview(project, grant)
        except KipuError:
            return False
        return True

    return call.desk.open_waiting(call.project_name, call.passphrase(), call.label, fits)


def _compare(call: Call, phrase: str, words: str | None) -> None:
    """Somebody must compare the words: given as an option, or asked for at a terminal."""
    if words is not None:
        if " ".join(words.casefold().split()) != phrase:
            raise KipuError(
                _("The words differ: this is not the file you think it is. Nothing was changed.")
            )
    elif sys.stdin.isatty() and not call.as_json:
        click.echo(phrase)
        click.confirm(_("Are these the six words you were told?"), abort=True)


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
        {"device": member.code, "id": member.device.hex(), "active": member.is_active,
         "roles": {names.get(s, s): role for s, role in member.roles.items()}}
        for member in spaces.member_list(project)
    ]  # fmt: skip
    lines = [f"{row['device']:6} {'' if row['active'] else '✕'} {row['roles']}" for row in rows]
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


@device.command("quota")
@click.argument("name")
@click.option("--megabytes", type=int, required=True, help="Of batches, in each space.")
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
    project.vault.remove_person(project.data_key, leaving)
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
    places = folders(home())
    if len(places) != 1:
        raise KipuError(_("This works where there is one project; choose it with KIPU_HOME."))
    vault = Vault.open(places[0])
    who = call.label or vault.people[0].id
    vault.reset_with_code(code, who, call.passphrase(confirm=True))
    call.tell({"changed": True}, _("The passphrase is changed."))


@click.command()
@click.argument("location")
@click.option("--person", "person_name", required=True, help="Who is sitting here.")
@click.option(
    "--code-fd", type=int, required=True, metavar="N", help="Read the project's code there."
)
@verb
def recover(call: Call, location: str, person_name: str, code_fd: int) -> None:
    """Become a coordinator by the project's recovery code and its share (all laptops lost)."""
    code = secret_from(code_fd)
    share = syncing.read_share(location)
    made = membership.recover_project(
        home(), share, code, person_name, call.passphrase(confirm=True)
    )
    call.desk.adopt(made.project)
    call.tell(
        {"recovery_code": made.laptop_code, "project": made.project.name},
        _("The project “{name}” is back. Sync now. This laptop's code: {code}").format(
            name=made.project.name, code=made.laptop_code
        ),
    )


@click.command()
@verb
def status(call: Call) -> None:
    """Who and what this is, what waits, and a digest a space to compare laptops by."""
    project = call.project
    found = summary(project)
    lines = [
        f"{found['project']} · {found['device']} · {found['person']}",
        _("Not sent: {pending}. Conflicts: {conflicts}.").format(**found),
        *(f"{name}: {one['digest']}" for name, one in found["spaces"].items()),
    ]
    call.tell(found, "\n".join(lines))


def summary(project: Project) -> dict[str, Any]:
    """What `status` tells."""
    here = spaces.all_named(project, with_common=True) if project.is_joined else []
    view = project.roster.view() if project.is_joined else None
    return {
        "project": project.name,
        "device": project.code,
        "person": project.person.name,
        "roles": {one.name: view.role(project.device, one.id) for one in here} if view else {},
        "pending": syncing.unsent(project),
        "conflicts": conflicts.count(project),
        "drafts": int(project.store.value("SELECT count(*) FROM drafts")),
        "withheld": int(project.store.value("SELECT count(*) FROM transactions WHERE class<>0")),
        "spaces": {one.name: {"digest": checking.digest(project, one.id)} for one in here},
    }


@click.command()
@verb
def verify(call: Call) -> None:
    """Check the store, every chain and signature, and that all projections follow from the log."""
    problems = checking.verify(call.project)
    if problems and not call.as_json:
        raise KipuError("\n".join(problems))
    call.tell({"ok": not problems, "problems": problems}, _("All is whole."))
    if problems:
        raise KipuError("\n".join(problems))


@click.command()
@verb
def backup(call: Call) -> None:
    """Make an encrypted copy of the store now."""
    path = call.project.back_up()
    call.tell({"file": str(path)}, _("Copied to {file}.").format(file=path))


@click.command()
@verb
def restore(call: Call) -> None:
    """Go back to the newest sound backup, when the store is damaged; the damaged one is kept aside."""
    places = folders(home())
    if len(places) != 1:
        raise KipuError(_("This works where there is one project; choose it with KIPU_HOME."))
    unlocked = Vault.open(places[0]).unlock(call.passphrase(), call.label)
    copy = restoring.restore(places[0], unlocked)
    call.tell(
        {"file": str(copy)},
        _("Back to {file}. Sync now: what was sent comes back.").format(file=copy.name),
    )


@click.command()
@click.argument("folder", metavar="FOLDER")
@verb
def demo(call: Call, folder: str) -> None:
    """Make a ready demo project in FOLDER: three laptops, a share, exports."""
    from app.demo import build

    made = build(Path(folder).absolute())
    call.tell(
        made,
        _(
            "The demo is ready.\nCoordinator's laptop: KIPU_HOME={coordinator}\nShare: {share}\n"
            "Exports: {exports}\nPassphrase: {passphrase}"
        ).format(**made),
    )
