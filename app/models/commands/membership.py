"""Projects, spaces and who belongs to them: everything that writes roster entries."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.errors import KipuError
from app.i18n import _, lazy
from app.models import papers, practice, project_settings, spaces
from app.models.commands.space_names import code_for, name_space, require_free, written
from app.models.epochs import new_epoch
from app.models.faults import explained
from app.models.ledger.sealing import KeyAwaited, require_key
from app.models.project import Project, begin
from app.models.records import default_policy
from app.models.roster_writing import write_entry
from app.models.vault.papers import read_code
from sync import crockford, members
from sync.crockford import Paper
from sync.crypto import CannotOpen, KeyPair
from sync.errors import SyncError
from sync.ids import random_id
from sync.members import Grant, Request
from sync.phrase import PROJECT, REQUEST, phrase
from sync.roster import ROOT, Entry, EntryType, Roster, author_entry, root_entry
from sync.roster.state import COORDINATOR, EVERYWHERE

ROLES = (COORDINATOR, "facilitator", "secretary", "observer")


@dataclass(frozen=True)
class Created:
    """A new project, and the two papers its founder must keep apart."""

    project: Project
    laptop_code: str
    project_code: str


def create_project(
    home: Path,
    name: str,
    person: str,
    passphrase: str,
    label: str = "",
    country: str = "ec",
    *,
    as_practice: bool = False,
) -> Created:
    """Found a project on this laptop; its person becomes the first coordinator.

    `country` is a code of `app.models.country.COUNTRIES`; its manners are shared with everybody who
    joins.
    """
    name = written(name)
    if not name:
        raise KipuError(_("A project needs a name."))
    country = project_settings.require_country(country)
    project, laptop_code = begin(home, person, passphrase, label, as_practice=as_practice)
    root = KeyPair.generate()
    first = root_entry(root, os.urandom(16))
    project_code = crockford.new(Paper.PROJECT)
    with project.ledger.writing():
        project.roster.add(first)
        admission = author_entry(
            root, ROOT, 1, bytes(32), project.roster.heads(),
            {"type": EntryType.ADMIT.value, "project": first.project, "device": project.device,
             "sign": project.keys.sign_public, "seal": project.keys.seal_public, "code": "L1",
             "roles": {EVERYWHERE: COORDINATOR}},
        )  # fmt: skip
        project.roster.add(admission)
        project.keep_entries([first, admission])
        secret = crockford.read(project_code, Paper.PROJECT)
        project.store.set_meta("root_key", members.wrap_root(root, secret, first.project))
        papers.remember(project.store, papers.PROJECT, project_code)
        write_entry(project, EntryType.POLICY, {"kinds": default_policy()})
        _new_space(project, project.roster.common, name, "")
        project_settings.choose_country(project, country)
    return Created(project, laptop_code, project_code)


# -- spaces ----------------------------------------------------------------------------------------


def add_space(project: Project, name: str) -> bytes:
    """Add a space (a parish, a committee …); returns its id. Only coordinators."""
    project.require_coordinator()
    name = require_free(project, name)
    space = random_id()
    with project.ledger.writing():
        _new_space(project, space, name, code_for(project, name))
    return space


def _new_space(project: Project, space: bytes, name: str, code: str) -> None:
    name_space(project, space, *new_epoch(project, space), {"name": name, "code": code})


# -- admission -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A request file made on this laptop, and the papers and words that go with it."""

    project: Project
    raw: bytes
    phrase: str
    laptop_code: str


def make_request(home: Path, person: str, passphrase: str, label: str = "") -> Asked:
    """Begin on a laptop that wants to join: its vault, its keys, and the file to hand over."""
    project, code = begin(home, person, passphrase, label)
    request = members.make_request(project.keys, project.person.label, os.urandom(16))
    project.store.set_meta("request", request.raw)
    return Asked(project, request.raw, phrase(request.raw, REQUEST), code)


def read_request(raw: bytes) -> tuple[Request, str]:
    """A request file and its six words. Raises KipuError when it is not one."""
    try:
        request = members.read_request(raw)
    except SyncError as error:
        raise KipuError(explained(error)) from error
    return request, phrase(raw, REQUEST)


def admit(project: Project, request: Request, role: str, names: Sequence[str]) -> bytes:
    """Admit a device with a role in spaces; returns the grant file for it. Only coordinators.

    A coordinator needs no spaces named: they have them all.
    """
    project.require_coordinator()
    practice.require_real(project)
    roles = _roles(project, role, names)
    known = project.roster.view().members.get(request.device)
    if known is not None and known.is_active:
        # The grant's file may never have been written: the same answer is given again.
        if known.seal != request.seal or known.admission.body["roles"] != roles:
            raise KipuError(_("This laptop is admitted already."))
        return _grant(project, request)
    with project.ledger.writing():
        write_entry(
            project,
            EntryType.ADMIT,
            {"device": request.device, "sign": request.sign, "seal": request.seal,
             "code": known.code if known else spaces.next_device_code(project), "roles": roles},
        )  # fmt: skip
    return _grant(project, request)


def _roles(project: Project, role: str, names: Sequence[str]) -> dict[str, str | None]:
    if role not in ROLES:
        known = ", ".join(ROLES)
        raise KipuError(
            _("“{role}” is not a role; the roles are: {known}.").format(role=role, known=known)
        )
    if role == COORDINATOR:
        return {EVERYWHERE: COORDINATOR}
    if not names:
        raise KipuError(_("Name at least one space for this role."))
    found = [spaces.find(project, name).id for name in names]
    for space in found:
        # Whoever is let in without its key reads nothing and reaches nobody there.
        require_key(project.store, space)
    return {space.hex(): role for space in found}


def _grant(project: Project, request: Request) -> bytes:
    """Roster and the keys of all epochs of the spaces the device may read."""
    project.bear_witness()
    view = project.roster.view()
    epochs = {
        bytes(epoch): bytes(key)
        for epoch, space, key in project.store.rows("SELECT epoch, space, key FROM epochs")
        if view.role(request.device, bytes(space)) is not None
    }
    return members.make_grant(
        project.keys, request, project.roster.entries, epochs,
        bytes(project.store.meta("root_key")),
    )  # fmt: skip


def project_phrase(project: Project) -> str:
    """Six words that every laptop of the project can show, to compare when one joins."""
    return phrase(project.roster.root.raw, PROJECT)


def preview(project: Project, raw: bytes) -> str:
    """The six words of the project a grant admits to, to compare before joining. Raises as `join`."""
    return phrase(_open_grant(project, raw).roster.root.raw, PROJECT)


def _open_grant(project: Project, raw: bytes) -> Grant:
    if project.is_joined:
        raise KipuError(_("This laptop has joined its project already."))
    try:
        grant = members.open_grant(raw, project.keys)
        if grant.request != members.read_request(bytes(project.store.meta("request"))).hash:
            raise members.NotForThisDevice("the grant answers another request")
    except SyncError as error:
        raise KipuError(explained(error)) from error
    return grant


def join(project: Project, raw: bytes) -> str:
    """Take the grant made for this laptop's request; returns the project's phrase to compare.

    Raises KipuError when the grant is damaged, made for another request, or was taken before.
    """
    grant = _open_grant(project, raw)
    with project.ledger.writing():
        for entry in grant.roster.entries:
            project.roster.add(entry)
        project.keep_entries(list(grant.roster.entries))
        project.store.set_meta("root_key", grant.root_key)
        epochs = project.roster.view().epochs
        for epoch, key in grant.epochs.items():
            if epoch in epochs:
                space = bytes(epochs[epoch].body["space"])
                project.store.run("INSERT INTO epochs VALUES(?,?,?)", (epoch, space, key))
    return project_phrase(project)


# -- roles and revocation --------------------------------------------------------------------------


def find_device(project: Project, name: str) -> bytes:
    """The device of a short name (L2) or id. Raises KipuError naming the ones there are."""
    found = project.roster.view().members
    for device, member in found.items():
        if name in (member.code, device.hex()):
            return device
    known = ", ".join(member.code for member in found.values())
    raise KipuError(
        _("There is no laptop “{name}”; there are: {known}.").format(name=name, known=known)
    )


STAYS_COORDINATOR: Final = lazy(
    "A coordinator's laptop may do everything in every space. To take that away, shut it out and "
    "admit it again."
)


def change_role(project: Project, device: bytes, role: str | None, names: Sequence[str]) -> None:
    """Give a device another role in some spaces, or none (role None). Only coordinators.

    What it wrote beyond what has reached this laptop is judged by the lesser role.
    """
    project.require_coordinator()
    member = project.roster.view().members.get(device)
    if member is not None and member.is_coordinator:
        raise KipuError(str(STAYS_COORDINATOR))
    if role is None:
        roles: dict[str, str | None] = {spaces.find(project, n).id.hex(): None for n in names}
    else:
        roles = _roles(project, role, names)
    lost = [spaces.find(project, name).id for name in names] if role is None else []
    project.ledger.seal()
    with project.ledger.writing():
        entry = write_entry(project, EntryType.GRANT, {"roles": roles, **_cut(project, device)})
        _shut_out_of(project, lost)
    project.ledger.roster_changed([entry])


def set_quota(project: Project, device: bytes, limit: int) -> None:
    """Let a device put up to `limit` bytes into each space, files counted. Only coordinators."""
    project.require_coordinator()
    if limit < 1:
        raise KipuError(_("A quota is a number of megabytes, at least one."))
    with project.ledger.writing():
        write_entry(project, EntryType.QUOTA, {"device": device, "bytes": limit})


def revoke(project: Project, device: bytes) -> None:
    """Shut a device out (lost, stolen, left) and begin new epochs of all it could read.

    What it wrote beyond what has reached this laptop is set aside everywhere.
    """
    project.require_coordinator()
    if device == project.device:
        raise KipuError(_("A coordinator cannot shut out the laptop in use."))
    view = project.roster.view()
    read = [space for space in view.spaces if view.role(device, space) is not None]
    project.ledger.seal()
    with project.ledger.writing():
        entry = write_entry(project, EntryType.REVOKE, _cut(project, device))
        _shut_out_of(project, read)
    project.ledger.roster_changed([entry])


def _shut_out_of(project: Project, lost: Iterable[bytes]) -> None:
    """Begin new epochs of spaces that somebody may not read on.

    Shutting out waits for nothing: where no key of a space is here, the epoch is begun at the first
    sync with one (`epochs.renew`), and till then nobody here can write there anyway.
    """
    for space in lost:
        with contextlib.suppress(KeyAwaited):
            new_epoch(project, space)


def _cut(project: Project, device: bytes) -> dict[str, Any]:
    """How far this laptop has applied a device's logs and roster entries."""
    logs = [log for log in project.ledger.registers.logs() if log.device == device]
    last = project.roster.last_of(device)
    return {
        "device": device,
        "cuts": {log.log.hex(): [log.seq, log.head] for log in logs if log.number},
        "roster_cut": last.number if last else 0,
    }


# -- when the only coordinator is lost ----------------------------------------------------------------


def open_paper(share: Mapping[str, Any], code: str) -> KeyPair:
    """The project's root key, by its paper and what lies on its share (see `recover_project`).

    Raises KipuError naming the mistyped group, for the paper of another project, and for a share on
    which the root's own entries are not all there: the next one would take the place of one missing.
    """
    try:
        secret = read_code(code, Paper.PROJECT)
        known = Roster(share["entries"])
        root = members.unwrap_root(share["root_key"], secret, known.project)
    except SyncError as error:
        raise KipuError(explained(error)) from error
    if not any(one.author == ROOT and one.type == EntryType.ADMIT for one in known.entries):
        raise KipuError(
            _("The share does not tell yet who founded the project. Wait until all of it has "
              "arrived there, or sync there from a laptop of the project, and try again. Nothing "
              "was changed.")
        )  # fmt: skip
    return root


def recover_project(
    home: Path, share: Mapping[str, Any], code: str, person: str, passphrase: str, label: str = ""
) -> Created:
    """Become a coordinator by the project's recovery paper and what lies on its share.

    `share` holds "entries" (the roster's), "root_key" (the wrapped root) and "wraps"
    (epoch → what lies there sealed to the root, of every author).
    """
    # The paper is tried first: a wrong one leaves nothing behind.
    root = open_paper(share, code)
    project, laptop_code = begin(home, person, passphrase, label)
    try:
        _recover(project, share, root)
    except SyncError as error:
        project.close()
        raise KipuError(explained(error)) from error
    return Created(project, laptop_code, code)


def _recover(project: Project, share: Mapping[str, Any], root: KeyPair) -> None:
    entries: Sequence[Entry] = share["entries"]
    with project.ledger.writing():
        for entry in entries:
            project.roster.add(entry)
        roster = project.roster
        last = roster.last_of(ROOT)
        number = last.number if last else 0
        taken = sum(1 for one in entries if one.author == ROOT and one.type == EntryType.ADMIT)
        admission = author_entry(
            root, ROOT, number + 1, last.hash if last and number else bytes(32), roster.heads(),
            {"type": EntryType.ADMIT.value, "project": roster.project, "device": project.device,
             "sign": project.keys.sign_public, "seal": project.keys.seal_public,
             "code": f"R{taken}", "roles": {EVERYWHERE: COORDINATOR}},
        )  # fmt: skip
        roster.add(admission)
        project.keep_entries([*entries, admission])
        project.store.set_meta("root_key", share["root_key"])
        for epoch, wraps in share["wraps"].items():
            _take_key(project, root, epoch, wraps)


def _take_key(project: Project, root: KeyPair, epoch: bytes, wraps: Iterable[bytes]) -> None:
    """Keep the key of an epoch that counts; those before a later one lie under the later one too."""
    roster, view = project.roster, project.roster.view()
    begun = view.epochs.get(epoch)
    if begun is None:
        return
    space = bytes(begun.body["space"])
    for wrapped in wraps:
        with contextlib.suppress(SyncError):
            key = members.unwrap_epoch(root, roster.project, epoch, wrapped)
            if members.is_key_of(roster, epoch, key):
                project.store.run("INSERT INTO epochs VALUES(?,?,?)", (epoch, space, key))
                return
    if epoch in view.current_epochs(space):
        raise CannotOpen("no key on the share opens what was sealed under its epoch")
