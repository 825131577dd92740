"""Syncing the open project with the places it knows, or with one that is named.

Each place has its own watermark and its own outcome: one that fails stops no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.errors import KipuError
from app.i18n import _
from app.models import practice
from app.models.faults import sentence
from app.models.ledger import Touched
from app.models.project import Project
from app.models.queries import sharing
from app.models.remotes import known
from app.models.remotes.known import Failure, Known
from app.models.remotes.opening import (
    Place,
    opened,
    place_at,
    place_of,
    read_address,
    told_error,
)
from app.models.replica import LocalReplica
from app.models.watched_remote import Stopped, Watch, Watched, unwatched
from sync import crockford, engine, envelope, layout, members
from sync.errors import SyncError
from sync.ids import from_token, token
from sync.ports import Remote
from sync.roster import Roster, parse_entry
from sync.roster.entries import MAX_ENTRY_BYTES, ROOT, Entry
from sync.roster.state import UnknownPast

_MAX_FOREIGN_TOLD = 20
_KB = 1000


@dataclass(frozen=True)
class Wishes:
    """How a sync is to go. `rate` in KB/s; what is not said follows the place's own wishes.

    With `poll` only what others left marks of is looked at, as long as that suffices. With `compact`
    many small batches are packed, and a coordinator leaves snapshots for newcomers.
    """

    essentials: bool = False
    rate: int | None = None
    poll: bool | None = None
    compact: bool = False


@dataclass(frozen=True)
class Outcome:
    """How a sync with one place went: what it did, and the error that ended it, where one did.

    A fault before which nothing came or went has no report. `moved` are the bytes written and read,
    also by one that failed on its way.
    """

    name: str
    location: str
    report: engine.Report | None
    moved: tuple[int, int]
    error: KipuError | None = None

    @property
    def code(self) -> str:
        return code_of(self.error) if self.error else ""


class ShutOut(SyncError):
    """The roster that came has this laptop no more, or never had it by an entry that counts."""

    default_code = "shut-out"


Begins = Callable[[str, str], object]
"""Called with name and location as a sync with a place begins."""


def found_share(project: Project, location: str) -> None:
    """Make an empty place, by name or address, the project's share. Only coordinators."""
    project.require_joined()
    if not project.is_coordinator:
        raise KipuError(_("Only a coordinator can found a share."))
    place, _known = place_at(project, location)
    require_fitting(project, place)
    try:
        with opened(project, place) as there:
            remote = Watched(there, name=place.location)
            remote.probe()
            require_empty(project, there)
            engine.found(LocalReplica(project), remote)
    except SyncError as error:
        raise told_error(error, place) from error


def require_fitting(project: Project, place: Place) -> None:
    """Keep practice and real data apart. Raises KipuError where a place is of the other sort."""
    if place.address.is_folder or practice.is_practice(project):
        practice.require_fitting_share(project, place.location)


def require_empty(project: Project, there: Remote) -> None:
    """Raise NotEmpty where other things lie; what our own founding left when it was cut off is none."""
    ask: Callable[[], bool] | None = getattr(there, "is_empty_place", None)
    if ask is None or ask():
        return
    lying = [there.read(one, members.MAX_SMALL_BYTES) for one in (layout.SENTINEL, layout.ROOT_KEY)]
    if lying[0] is None and lying[1] != LocalReplica(project).root_key:
        raise engine.NotEmpty("{place} is not empty", place=there.name)


# -- syncing ---------------------------------------------------------------------------------------


def sync(
    project: Project,
    location: str | None = None,
    watch: Watch | None = None,
    essentials: bool = False,
) -> tuple[engine.Report, Touched]:
    """Sync with one place, by name or address, or with all; `watch` hears how far it is.

    With `essentials` no attachment goes or comes; they wait for a sync without it.
    Raises KipuError with a sentence that says what is safe. What arrived before a fault stays.
    """
    outcomes, touched = sync_places(project, location, Wishes(essentials), watch)
    require_fine(outcomes)
    return summed(outcomes), touched


def sync_places(
    project: Project,
    text: str | None = None,
    wishes: Wishes | None = None,
    watch: Watch | None = None,
    begins: Begins | None = None,
    touched: Touched | None = None,
) -> tuple[list[Outcome], Touched]:
    """Sync with one place, or with all that are not paused, one after another.

    What goes wrong with a place is told in its outcome. Raises KipuError where there is nothing to
    sync with, and `Stopped` when `watch` does; `touched` has then what arrived until that.
    """
    project.require_joined()
    touched = Touched() if touched is None else touched
    outcomes = []
    for place, one in _chosen(project, text):
        name = one.name if one else place.location
        if begins is not None:
            begins(name, place.location)
        outcomes.append(_outcome(project, place, one, wishes or Wishes(), watch, touched))
    project.back_up_if_due()
    return outcomes, touched


def _chosen(project: Project, text: str | None) -> list[tuple[Place, Known | None]]:
    text = text or practice.own_place(project)
    if text is not None:
        return [place_at(project, text)]
    every = known.all_known(project)
    if not every:
        raise KipuError(_("Say where the share is: a folder, for example."))
    free = [one for one in every if not one.is_paused]
    if not free:
        raise KipuError(_("Every place is paused. Nothing was sent; let one go on first."))
    return [(place_of(project, one), one) for one in free]


def _outcome(
    project: Project, place: Place, one: Known | None, wishes: Wishes, watch: Watch | None,
    touched: Touched,
) -> Outcome:  # fmt: skip
    """Sync with one place and keep how it went."""
    remote: Watched | None = None
    report: engine.Report | None = None
    error = None
    try:
        require_fitting(project, place)
        wishes = replace(
            wishes,
            rate=wishes.rate if wishes.rate is not None else (one.rate if one else 0),
            essentials=wishes.essentials or bool(one and one.essentials),
            poll=wishes.poll if wishes.poll is not None else not place.address.is_folder,
        )
        with opened(project, place) as there:
            rate = (wishes.rate or 0) * _KB
            remote = Watched(there, watch or unwatched, place.location, rate)
            report = engine.Report()
            _synchronise(project, remote, place, wishes, touched, report)
            _tell_foreign(report, there)
            _require_belonging(project, place)
    except Stopped:
        raise
    except KipuError as fault:
        error = fault
        report = None if report is None or report.is_empty else report
    kept = known.by_location(project, place.location)
    if kept is not None:
        _keep_outcome(project, kept, error)
        if error is None and kept.address != place.address.shown and not place.address.is_folder:
            known.set_column(project, kept, address=place.address.shown)
    name = kept.name if kept else place.location
    return Outcome(name, place.location, report, remote.moved if remote else (0, 0), error)


def _synchronise(
    project: Project, remote: Watched, place: Place, wishes: Wishes, touched: Touched,
    report: engine.Report,
) -> None:  # fmt: skip
    replica = LocalReplica(project)
    before = sharing.own_aside(project)
    try:
        engine.synchronise(
            replica, remote, wishes.essentials, bool(wishes.poll), wishes.compact, report
        )
        _tell_aside(project, report, before)
        if waiting := project.ledger.awaiting_key():
            report.warn("key-awaited", count=waiting)
    except SyncError as error:
        raise told_error(error, place) from error
    finally:
        touched.merge(replica.touched)


def _tell_foreign(report: engine.Report, there: Remote) -> None:
    for path in sorted(getattr(there, "left_alone", ()))[:_MAX_FOREIGN_TOLD]:
        report.warn("foreign-file", path=path)


def _tell_aside(project: Project, report: engine.Report, before: sharing.OwnAside) -> None:
    """Whoever is told that work was sent must hear as well that it counts for nobody."""
    after = sharing.own_aside(project)
    new = {one: after[one] for one in after if one not in before}
    for code, count in sharing.by_reason(new).items():
        report.warn(code, count=count)


def belongs(project: Project) -> bool:
    """Whether the roster, as far as it is known here, still has this laptop."""
    member = project.roster.view().members.get(project.device)
    return member is not None and member.is_active


def shut_out(project: Project) -> ShutOut:
    """Why nothing that is made here reaches anybody."""
    return ShutOut("this laptop does not belong to the project", count=unsent(project))


def _require_belonging(project: Project, place: Place) -> None:
    """Raises KipuError: a laptop that was shut out must not believe that its work arrives."""
    if not belongs(project):
        error = shut_out(project)
        raise told_error(error, place) from error


def _keep_outcome(project: Project, one: Known, error: KipuError | None) -> None:
    if error is None:
        known.forget_failure(project, one)
        return
    cause = error.__cause__
    params = cause.params if isinstance(cause, SyncError) else {}
    failure = Failure(code_of(error), params, project.ledger.now_ms(), error.message)
    known.remember_failure(project, one, failure)


def require_fine(outcomes: Sequence[Outcome]) -> None:
    """Raise KipuError with a sentence for each place that failed."""
    failed = [one for one in outcomes if one.error is not None]
    if len(failed) == 1 and failed[0].error is not None:
        error = failed[0].error
        said = error.message if len(outcomes) == 1 else f"{failed[0].name}: {error.message}"
        raise KipuError(said) from error.__cause__
    if failed:
        raise KipuError("\n".join(f"{one.name}: {one.error}" for one in failed))


def summed(outcomes: Iterable[Outcome]) -> engine.Report:
    """One report of all that was done, also on the way to a fault."""
    total = engine.Report()
    for report in (one.report for one in outcomes):
        if report is None:
            continue
        for ours, theirs in ((total.sent, report.sent), (total.received, report.received)):
            ours.batches += theirs.batches
            ours.changes += theirs.changes
            ours.bytes += theirs.bytes
        mine, other = total.attachments, report.attachments
        for count, more in ((mine.sent, other.sent), (mine.received, other.received)):
            count.files += more.files
            count.bytes += more.bytes
        mine.missing = max(mine.missing, other.missing)
        total.packs.files += report.packs.files
        total.snapshots.batches += report.snapshots.batches
        total.quarantined += [one for one in report.quarantined if one not in total.quarantined]
        total.warnings += [one for one in report.warnings if one not in total.warnings]
    return total


# -- what is known ---------------------------------------------------------------------------------


def last_location(project: Project) -> str | None:
    found = project.store.value(
        "SELECT location FROM remotes WHERE last_sync NOT NULL ORDER BY last_sync DESC LIMIT 1"
    )
    return None if found is None else str(found)


def last_sync_ms(project: Project) -> int | None:
    found = project.store.value("SELECT max(last_sync) FROM remotes")
    return None if found is None else int(found)


def trouble(project: Project) -> str:
    """The names of the places that the last sync did not go through with; paused ones aside."""
    failed = (one for one in known.all_known(project) if one.failed and not one.is_paused)
    return ", ".join(one.name for one in failed)


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


# -- recovering ------------------------------------------------------------------------------------


def read_share(location: str, code: str = "") -> dict[str, Any]:
    """What recovering a project by its paper needs from a share (see membership.recover_project).

    A Kipu server shows it to nobody who lacks the paper's `code`.
    """
    return read_place(Place(read_address(location)), code)


def read_place(place: Place, code: str = "") -> dict[str, Any]:
    """The same, from a place that wants a secret."""
    if place.address.is_folder:
        practice.require_real_share(place.location)
    try:
        with opened(None, place) as remote:
            remote.probe()
            root_key = remote.read(layout.ROOT_KEY, members.MAX_SMALL_BYTES)
            if root_key is None:
                raise engine.NotAShare("{place} is not a share", place=place.location)
            enter: Callable[[bytes], None] | None = getattr(remote, "as_root", None)
            if enter is not None:
                enter(crockford.read(code, crockford.Paper.PROJECT))
            return {"root_key": root_key, **gathered(remote)}
    except SyncError as error:
        raise told_error(error, place) from error


def gathered(remote: Remote) -> dict[str, Any]:
    """The roster's entries on a share, and the keys there that its root opens."""
    entries = _entries(remote)
    return {"entries": entries, "wraps": _root_wraps(remote, entries)}


def _entries(remote: Remote) -> list[Entry]:
    """The entries of the roster on a share, each after those it saw.

    What is torn, forged or foreign is passed over: syncing brings it when it is put right. Only the
    root's own must all be read, as the next of them is written at once.
    """
    waiting = []
    for author in remote.list(layout.ROSTER):
        for number in remote.list(f"{layout.ROSTER}/{author}"):
            raw = remote.read(f"{layout.ROSTER}/{author}/{number}", MAX_ENTRY_BYTES)
            try:
                waiting.append(parse_entry(raw or b""))
            except SyncError:
                if author == token(ROOT):
                    raise
    roster, left = Roster(), len(waiting) + 1
    while len(waiting) < left:
        left = len(waiting)
        waiting = [entry for entry in waiting if not _is_settled(roster, entry)]
    if len(roster) and any(roster.sign_key(entry.author) is None for entry in waiting):
        # Perhaps the root admitted them: another entry of that number would divide the project.
        raise UnknownPast("the share lacks who admitted somebody")
    return list(roster.entries)


def _is_settled(roster: Roster, entry: Entry) -> bool:
    """Whether an entry is taken in, or can never be; else it waits for what it saw."""
    try:
        roster.add(entry)
    except UnknownPast:
        return False
    except SyncError:
        return True
    return True


def _root_wraps(remote: Remote, entries: list[Entry]) -> dict[bytes, list[bytes]]:
    found: dict[bytes, list[bytes]] = {}
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
                found.setdefault(epoch, []).append(raw)
    return found
