"""Syncing the open project with a share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.errors import KipuError
from app.i18n import _
from app.models import practice
from app.models.faults import explained, sentence
from app.models.ledger import Touched
from app.models.project import Project
from app.models.replica import LocalReplica
from app.models.watched_remote import Watch, Watched
from sync import engine, envelope, layout, members
from sync.errors import SyncError
from sync.ids import from_token, token
from sync.ports import Remote
from sync.roster import parse_entry
from sync.roster.entries import MAX_ENTRY_BYTES, ROOT, Entry

_MAX_FOREIGN_TOLD = 20


def open_remote(project: Project | None, location: str) -> Remote:
    """The remote at a location. Raises KipuError for an address this Kipu has no driver for."""
    from sync.remotes.folder import FolderRemote

    if "://" in location:
        scheme = location.partition("://")[0]
        raise KipuError(_("Kipu cannot sync with “{scheme}://” yet.").format(scheme=scheme))
    writer = token(project.device) if project else ""
    return FolderRemote(Path(location).expanduser().absolute(), writer)


def found_share(project: Project, location: str) -> None:
    """Make an empty folder the project's share. Only coordinators."""
    project.require_joined()
    if not project.is_coordinator:
        raise KipuError(_("Only a coordinator can found a share."))
    practice.require_fitting_share(project, location)
    remote = open_remote(project, location)
    try:
        remote.probe()
        _require_empty(remote)
        engine.found(LocalReplica(project), remote)
    except SyncError as error:
        raise KipuError(explained(error)) from error


def _require_empty(remote: Remote) -> None:
    from sync.remotes.folder import FolderRemote

    founded = remote.read(layout.SENTINEL, members.MAX_SMALL_BYTES) is not None
    if not founded and isinstance(remote, FolderRemote) and not remote.is_empty_place():
        raise engine.NotEmpty("{place} is not empty", place=remote.name)


def sync(
    project: Project,
    location: str | None = None,
    watch: Watch | None = None,
    essentials: bool = False,
) -> tuple[engine.Report, Touched]:
    """Sync with a location, or with the one synced with last; `watch` hears how far it is.

    With `essentials` no attachment goes or comes; they wait for a sync without it.
    Raises KipuError with a sentence that says what is safe. What arrived before a fault stays.
    """
    project.require_joined()
    place = location or practice.own_place(project) or last_location(project)
    if place is None:
        raise KipuError(_("Say where the share is: a folder, for example."))
    practice.require_fitting_share(project, place)
    replica = LocalReplica(project)
    try:
        remote = open_remote(project, place)
        watched = Watched(remote, watch) if watch else remote
        report = engine.synchronise(replica, watched, essentials)
    except SyncError as error:
        raise KipuError(explained(error)) from error
    for path in sorted(getattr(remote, "left_alone", ()))[:_MAX_FOREIGN_TOLD]:
        report.warn("foreign-file", path=path)
    project.back_up_if_due()
    return report, replica.touched


def last_location(project: Project) -> str | None:
    found = project.store.value("SELECT location FROM remotes ORDER BY last_sync DESC LIMIT 1")
    return None if found is None else str(found)


def last_sync_ms(project: Project) -> int | None:
    found = project.store.value("SELECT max(last_sync) FROM remotes")
    return None if found is None else int(found)


def unsent(project: Project) -> int:
    """Changes made here that no remote is known to hold."""
    sealed = project.store.value(
        "SELECT ifnull(sum(b.changes), 0) FROM batches b JOIN logs l USING(lid) WHERE l.device=? "
        "AND b.number > ifnull((SELECT max(s.number) FROM sent s WHERE s.lid=b.lid), 0)",
        (project.device,),
    )
    return project.ledger.pending_changes() + int(sealed)


def unsent_entries(project: Project) -> int:
    """Entries of the roster made here (admissions, new spaces, orders to erase) no share holds."""
    last = project.roster.last_of(project.device)
    return last.number - int(project.store.meta("roster_sent") or 0) if last else 0


def told(note: engine.Note) -> str:
    """A note of a report as a sentence."""
    return sentence(note.code, note.params)


def code_of(error: BaseException) -> str:
    """The code of the fault between laptops that an error explains; empty for any other error."""
    cause = error.__cause__
    return cause.code if isinstance(cause, SyncError) else ""


def read_share(location: str) -> dict[str, Any]:
    """What recovering a project by its paper needs from a share (see membership.recover_project)."""
    practice.require_real_share(location)
    remote = open_remote(None, location)
    try:
        remote.probe()
        root_key = remote.read(layout.ROOT_KEY, members.MAX_SMALL_BYTES)
        if root_key is None:
            raise engine.NotAShare("{place} is not a share", place=location)
        entries = _entries(remote)
        return {"entries": entries, "root_key": root_key, "wraps": _root_wraps(remote, entries)}
    except SyncError as error:
        raise KipuError(explained(error)) from error


def _entries(remote: Remote) -> list[Entry]:
    """All roster entries of a share, each after those it saw."""
    found: dict[bytes, Entry] = {}
    for author in remote.list(layout.ROSTER):
        for number in remote.list(f"{layout.ROSTER}/{author}"):
            raw = remote.read(f"{layout.ROSTER}/{author}/{number}", MAX_ENTRY_BYTES)
            if raw is not None:
                entry = parse_entry(raw)
                found[entry.hash] = entry
    ordered: dict[bytes, Entry] = {}
    while len(ordered) < len(found):
        ready = [e for h, e in found.items() if h not in ordered and _follows(e, ordered)]
        if not ready:
            break
        ordered |= {entry.hash: entry for entry in ready}
    return list(ordered.values())


def _follows(entry: Entry, known: dict[bytes, Entry]) -> bool:
    chained = entry.number <= 1 or entry.previous in known
    return chained and all(seen in known for seen in entry.seen)


def _root_wraps(remote: Remote, entries: list[Entry]) -> dict[bytes, bytes]:
    found = {}
    for entry in entries:
        if entry.type != "epoch":
            continue
        epoch = bytes(entry.body["epoch"])
        for author in remote.list("keys"):
            device = from_token(author)
            raw = remote.read(
                layout.wrapped_key(device or ROOT, epoch, None), envelope.MAX_BATCH_BYTES
            )
            if raw is not None:
                found[epoch] = raw
                break
    return found
