"""Verbs about projects and spaces: beginning, joining, recovering, checking."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from app.cli.desk import Call, read_file, require_writable, secret_from, verb, write_file
from app.cli.remotes import given_place, opens
from app.cli.syncing import drafts_line
from app.errors import KipuError
from app.i18n import _, ngettext
from app.models import checking, papers, restoring, spaces
from app.models.commands import membership, practising, remotes, space_names, syncing
from app.models.faults import explained, sentence
from app.models.project import Project
from app.models.queries import attachments, conflicts, sharing, waiting
from app.models.vault import Vault
from app.paths import home


def register(cli: click.Group) -> None:
    for command in (init, codes, space, request, admit, join, recover, status, verify, backup,
                    restore, demo):  # fmt: skip
        cli.add_command(command)


@click.command()
@click.option("--person", "person_name", required=True, help="Who is sitting here.")
@click.option("--initials", default="", help="The label shown before unlocking.")
@click.option("--country", default="ec", help="ec or pa: words for places, decimals, dates, paper.")
@verb
def init(call: Call, person_name: str, initials: str, country: str) -> None:
    """Create a project (--project NAME); its person becomes the first coordinator."""
    if not call.project_name:
        raise KipuError(_("A project needs a name: --project NAME."))
    created = membership.create_project(
        home(), call.project_name, person_name, call.passphrase(confirm=True), initials, country
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


@space.command("rename")
@click.argument("space", metavar="SPACE")
@click.argument("name")
@click.option(
    "--new-key", is_flag=True, help="Nobody has the space's key any more: begin a new one."
)
@verb
def space_rename(call: Call, space: str, name: str, new_key: bool) -> None:
    """Call a space something else (coordinators). Its code on folios stays."""
    found = spaces.find(call.joined, space)
    kept = space_names.rename_space(call.joined, found.id, name, with_new_key=new_key)
    text = _("The space is called “{name}” now. Sync, so that the others learn of it.")
    call.tell({"id": found.id.hex(), "name": kept}, text.format(name=kept))


@space.command("list")
@verb
def space_list(call: Call) -> None:
    """The spaces this laptop can read."""
    rows, lines = [], []
    for one in spaces.all_named(call.joined, with_common=True):
        has_key = bool(spaces.held_epochs(call.joined, one.id))
        rows.append({
            "id": one.id.hex(), "name": one.name, "code": one.code, "common": one.is_common,
            "has_key": has_key,
        })  # fmt: skip
        told = "" if has_key else _("(its key is not on this computer; id {id})")
        lines.append(f"{one.code:8} {one.name} {told.format(id=one.id.hex())}".rstrip())
    call.tell(rows, "\n".join(lines))


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


@click.command()
@click.argument("location")
@click.option("--person", "person_name", required=True, help="Who is sitting here.")
@click.option(
    "--code-fd", type=int, required=True, metavar="N", help="Read the project's code there."
)
@opens
@verb
def recover(
    call: Call, location: str, person_name: str, code_fd: int, user: str, secret_fd: int | None,
    key: str | None, host_key: str,
) -> None:  # fmt: skip
    """Become a coordinator by the project's recovery code and its share (all laptops lost)."""
    code = secret_from(code_fd)
    place = remotes.place_from(given_place(location, user, secret_fd, key, host_key))
    share = syncing.read_place(place, code)
    made = membership.recover_project(
        home(), share, code, person_name, call.passphrase(confirm=True)
    )
    call.desk.adopt(made.project)
    remotes.add(made.project, remotes.unused_name(made.project, place.location), place)
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
        *_conflicted(found["conflicts"], found["conflicted_records"]),
        *([] if found["belongs"] else [explained(syncing.shut_out(project))]),
        *(sentence(code, {"count": count}) for code, count in found["set_aside"].items()),
        *_awaiting(found["awaiting_key"]),
        *_entries(found["pending_entries"]),
        *_files(found["attachments"]),
        *([drafts_line(found["drafts"])] if found["drafts"] else []),
        *(spaces.told_of_one_name(project) if project.is_joined else []),
        *(f"{name}: {one['digest']}" for name, one in found["spaces"].items()),
    ]
    call.tell(found, "\n".join(lines))


def _conflicted(conflicts: int, records: int) -> list[str]:
    """How many records the conflicts are in, where that is another number."""
    text = ngettext(
        "The conflicts are in {count} record.", "The conflicts are in {count} records.", records
    )
    return [text.format(count=records)] if records != conflicts else []


def _awaiting(count: int) -> list[str]:
    """Why some of what is not sent stays so."""
    return [sentence("key-awaited", {"count": count})] if count else []


def _entries(count: int) -> list[str]:
    """What the others have not heard of who belongs to the project and what they may do."""
    text = _("Changes of membership not sent: {count}.")
    return [text.format(count=count)] if count else []


def _files(found: dict[str, int]) -> list[str]:
    """What is still to come and to go of photographs, recordings and documents."""
    text = _("Files to send: {to_send}, to fetch: {to_fetch}.")
    return [text.format(**found)] if found["to_send"] or found["to_fetch"] else []


def summary(project: Project) -> dict[str, Any]:
    """What `status` tells."""
    here = spaces.all_named(project, with_common=True) if project.is_joined else []
    view = project.roster.view() if project.is_joined else None
    twice = spaces.of_one_name(project) if project.is_joined else []
    return {
        "project": project.name,
        "device": project.code,
        "person": project.person.name,
        "roles": {one.name: view.role(project.device, one.id) for one in here} if view else {},
        "belongs": not project.is_joined or syncing.belongs(project),
        "pending": syncing.unsent(project),
        "awaiting_key": project.ledger.awaiting_key(),
        "pending_entries": syncing.unsent_entries(project) if project.is_joined else 0,
        "conflicts": len(conflicts.all_conflicts(project)),
        "conflicted_records": conflicts.count(project),
        "attachments": asdict(attachments.waiting(project)),
        "drafts": waiting.drafts(project),
        "withheld": waiting.withheld(project),
        "set_aside": sharing.by_reason(sharing.own_aside(project)),
        "same_name": [[one.name for one in twins] for twins in twice],
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
    places = practising.real_folders(home())
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
@click.option("--small", is_flag=True, help="A short story instead of a year's.")
@verb
def demo(call: Call, folder: str, small: bool) -> None:
    """Make a ready demo project in FOLDER: three laptops, a share, exports."""
    from app.demo import FULL, SMALL, build

    made = build(Path(folder).absolute(), SMALL if small else FULL)
    call.tell(
        made,
        _(
            "The demo is ready.\nCoordinator's laptop: KIPU_HOME={coordinator}\nShare: {share}\n"
            "Exports: {exports}\nPassphrase: {passphrase}"
        ).format(**made),
    )
