"""What the sync page asks of the project, in the worker."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from app.errors import KipuError
from app.i18n import _, ngettext
from app.models import spaces
from app.models.commands import carrying, remotes, syncing
from app.models.commands.remotes import Given
from app.models.commands.syncing import Begins, Outcome
from app.models.ledger import Touched
from app.models.project import Project
from app.models.queries import attachments, sharing, waiting
from app.models.queries.devices import all_devices
from app.models.queries.sharing import asides, waiting_kinds
from app.models.records import KINDS
from app.models.remotes import forgetting, kinds, known, opening
from app.models.remotes.known import Known
from app.models.remotes.trying import Trial
from app.models.removable import is_removable
from app.models.unsent import Unsent, unsent
from app.models.vocabulary import EVERYWHERE, Report
from app.models.watched_remote import Watch
from app.views.facts import shut_out

_LARGEST_KEY: Final = 64 * 1024


@dataclass(frozen=True)
class Laptop:
    """One laptop of the project as this one knows it.

    ``missing`` are batches others have seen and this laptop has not; ``aside`` is what came from
    it and was set aside.
    """

    code: str
    role: str
    is_this: bool
    is_active: bool
    person: str = ""
    last_ms: int | None = None
    changes: int = 0
    missing: int = 0
    aside: int = 0
    why: Sequence[str] = ()


@dataclass(frozen=True)
class Share:
    """One place this laptop syncs with; ``to_send`` and ``files`` are in bytes, as they lie here.

    ``is_there`` is None where nobody can say without asking the network.
    """

    location: str
    is_there: bool | None
    last_ms: int | None
    to_send: int
    files: int = 0
    id: int = 0
    name: str = ""
    address: str = ""
    failed: str = ""
    """Why the last sync with it did not come to its end, in words; empty where it did."""
    failed_ms: int = 0
    is_paused: bool = False
    is_automatic: bool = True
    essentials: bool = False
    rate: int = 0


@dataclass(frozen=True)
class SyncState:
    """Where and when this laptop synced, what waits by kind, and who is in the project."""

    location: str
    last_ms: int | None
    unsent: Unsent
    may_found: bool
    laptops: Sequence[Laptop]
    kinds: Sequence[tuple[str, int]] = ()
    shares: Sequence[Share] = ()
    strange: Sequence[str] = ()
    """What was set aside and is nobody's here, in words."""
    drafts: int = 0
    """What is begun here and stays on this laptop until it is finished."""
    awaiting_key: int = 0
    """Changes that no sync takes along before the key of their space is here."""
    to_fetch: int = 0
    """Files that others have and this laptop has not."""
    shut_out: str = ""
    """Why nothing that is made here reaches anybody; empty while this laptop belongs."""


def state(project: Project) -> SyncState:
    """Read everything the page shows."""
    whys = asides(project)
    laptops = [replace(one, why=whys.get(one.code, ())) for one in _laptops(project)]
    return SyncState(
        syncing.last_location(project) or "",
        syncing.last_sync_ms(project),
        unsent(project),
        project.is_coordinator,
        laptops,
        [(_label(name), count) for name, count in waiting_kinds(project)],
        _shares(project),
        whys.get("", ()),
        waiting.drafts(project),
        project.ledger.awaiting_key(),
        attachments.waiting(project).to_fetch,
        shut_out(project),
    )


def _label(kind_name: str) -> str:
    declared = KINDS.get(kind_name)
    return str(declared.plural) if declared is not None else kind_name


def no_share(place: str) -> str:
    """What is said of a place without this project's share, where a button helps."""
    text = _(
        "{place} is not a share of this project: it is empty, not connected, or the wrong "
        "folder. Nothing was sent and nothing was deleted."
    )
    return text.format(place=place)


def _why(one: Known) -> str:
    failed = one.failed
    if failed is None:
        return ""
    return no_share(one.location) if failed.code == "not-a-share" else failed.message


def _shares(project: Project) -> list[Share]:
    waiting_there = sharing.to_send(project)
    found = []
    for one in known.all_known(project):
        words, files = waiting_there.get(one.id, (0, 0))
        failed = one.failed
        found.append(
            Share(
                one.location, Path(one.location).is_dir() if one.is_folder else None, one.last_ms,
                words, 0 if one.essentials else files, one.id, one.name, one.address,
                _why(one), failed.at_ms if failed else 0, one.is_paused,
                one.is_automatic, one.essentials, one.rate,
            )
        )  # fmt: skip
    return found


@dataclass(frozen=True)
class Synced:
    """How syncing went, what it left here, and whether the stick may be taken out now."""

    outcomes: Sequence[Outcome]
    drafts: int
    may_go: bool
    files_left: int = 0
    """How many files did not go along to a place, the most of any."""
    to_fetch: int = 0
    """How many files did not come."""

    @property
    def report(self) -> Report:
        """All that was done, as one."""
        return syncing.summed(self.outcomes)

    @property
    def failures(self) -> Sequence[Outcome]:
        """The places that failed."""
        return [one for one in self.outcomes if one.error is not None]

    @property
    def sole_reason(self) -> str:
        """Why no place worked, where one sentence says it of all; empty otherwise."""
        whys = {why(one) for one in self.failures}
        return whys.pop() if len(self.failures) == len(self.outcomes) and len(whys) == 1 else ""


def why(one: Outcome) -> str:
    """Why a place failed, as the window says it: where a share is missing, a button founds it."""
    return no_share(one.location) if one.code == "not-a-share" else str(one.error)


def synchronise(
    project: Project,
    text: str,
    watch: Watch,
    begins: Begins | None = None,
    essentials: bool = False,
) -> tuple[Synced, Touched]:
    """Sync with a place by name or address, or with all of them where ``text`` is empty.

    Raises KipuError with a sentence that says what is safe where the one place did nothing.
    """
    wishes = syncing.Wishes(essentials)
    outcomes, touched = syncing.sync_places(project, text or None, wishes, watch, begins)
    if len(outcomes) == 1 and outcomes[0].report is None:
        syncing.require_fine(outcomes)
    fine = [one.location for one in outcomes if one.error is None]
    lacking = sharing.files_lacking(project)
    left = [lacking[one.id] for one in known.all_known(project) if one.location in fine]
    synced = Synced(
        outcomes, waiting.drafts(project), any(may_go(project, one) for one in fine),
        max(left, default=0), attachments.waiting(project).to_fetch,
    )  # fmt: skip
    return synced, touched


def found(
    project: Project,
    text: str,
    watch: Watch,
    begins: Begins | None = None,
    essentials: bool = False,
) -> tuple[Synced, Touched]:
    """Make an empty place the project's share and sync with it. Raises as `synchronise`."""
    syncing.found_share(project, text)
    return synchronise(project, text, watch, begins, essentials)


def carry_file(
    project: Project,
    path: str,
    watch: Watch,
    _begins: Begins | None = None,
    essentials: bool = False,
) -> tuple[str, Touched]:
    """Put what others may have into one file; returns what is said of it."""
    made = carrying.carry(project, path, essentials=essentials, overwrite=True, watch=watch)
    changes = ngettext("{count} change", "{count} changes", made.report.sent.changes)
    text = _("“{file}” is made, with {changes}. It counts as sent to nobody until it is taken in.")
    said = text.format(file=made.file.name, changes=changes.format(count=made.report.sent.changes))
    return f"{said} {carrying.left_out(project)}".strip(), Touched()


def receive_file(
    project: Project,
    path: str,
    watch: Watch,
    _begins: Begins | None = None,
    essentials: bool = False,
) -> tuple[Report, Touched]:
    """Take in a file another laptop made. Raises KipuError with a sentence that says what is safe."""
    return carrying.receive(project, path, essentials, watch)


# -- places ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filled:
    """A place as the form holds it. ``id`` is 0 for a new one; the field ``key`` names a file."""

    kind: str
    fields: Mapping[str, str]
    name: str = ""
    id: int = 0
    host_key: str = ""
    is_automatic: bool = True
    essentials: bool = False
    rate: int = 0

    def given(self) -> Given:
        """What opens it. Raises KipuError where something is missing or the key cannot be read."""
        address = kinds.address_of(self.kind, self.fields)
        path = self.fields.get("key", "").strip()
        key = _key_text(Path(path).expanduser()) if path else ""
        user = "" if self.kind == "sftp" else self.fields.get("user", "").strip()
        return Given(address, user, self.fields.get("secret", ""), key, self.host_key)


def _key_text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(_LARGEST_KEY).decode("utf-8", "replace")
    except OSError as error:
        text = _("“{file}” cannot be read: {reason}.")
        raise KipuError(text.format(file=path.name, reason=error.strerror)) from error


def form_of(project: Project, remote: int) -> Filled | None:
    """What a remembered place's form holds; no secret is among it."""
    one = known.get(project, remote)
    if one is None:
        return None
    place = opening.place_of(project, one)
    kind, fields = kinds.fields_of(place.address, place.secret.access_key)
    return Filled(kind, fields, one.name, one.id, place.address.option("host-key"),
                  one.is_automatic, one.essentials, one.rate)  # fmt: skip


def try_place(project: Project, filled: Filled) -> Trial:
    """Try what is filled in. Raises KipuError where it is no address."""
    return remotes.try_given(project, filled.given(), filled.id)


def keep_place(project: Project, filled: Filled) -> str:
    """Remember what is filled in; returns its name. Raises KipuError where it cannot be."""
    place = remotes.place_for(project, filled.given(), filled.id)
    one = known.get(project, filled.id) if filled.id else None
    if one is None:
        name = filled.name.strip() or remotes.unused_name(project, place.location)
        one = remotes.add(project, name, place)
    made = remotes.change(
        project, one, name=filled.name.strip() or None, place=place,
        is_automatic=filled.is_automatic, essentials=filled.essentials, rate=filled.rate,
    )  # fmt: skip
    return made.name


def pause_place(project: Project, remote: int, is_paused: bool) -> None:
    """Leave a place out of syncing, or not any more."""
    one = known.get(project, remote)
    if one is not None:
        remotes.change(project, one, is_paused=is_paused)


def only_there(project: Project, remote: int) -> list[str]:
    """What only this place is known to hold, in sentences."""
    one = known.get(project, remote)
    return forgetting.only_there(project, one).sentences() if one else []


def remove_place(project: Project, remote: int) -> str:
    """Forget a place; returns what is said of it."""
    one = known.get(project, remote)
    if one is None:
        return ""
    remotes.remove(project, one)
    return forgetting.farewell(one)


def may_go(project: Project, location: str) -> bool:
    """Whether a location is on a stick that may be taken out: all the words were sent and are on it.

    What the system still holds in memory is written out first.
    """
    if "://" in location or not is_removable(Path(location)) or syncing.unsent(project):
        return False
    if hasattr(os, "sync"):
        os.sync()
    return True


def _laptops(project: Project) -> list[Laptop]:
    names = {one.id.hex(): one.name for one in spaces.all_named(project)}
    return [
        Laptop(
            one.code, _role_words(one.roles, names), one.is_ours, one.is_active,
            one.person, one.last_ms, one.changes, one.missing, one.aside,
        )
        for one in all_devices(project)
    ]  # fmt: skip


def _role_words(roles: Mapping[str, str | None], names: Mapping[str, str]) -> str:
    words = {
        "coordinator": _("coordinator"),
        "facilitator": _("facilitator"),
        "secretary": _("secretary"),
        "observer": _("observer"),
    }
    said = []
    for space, role in roles.items():
        if role is None:
            continue
        word = words.get(role, role)
        said.append(word if space == EVERYWHERE else f"{word} ({names.get(space, '…')})")
    return ", ".join(said) or _("shut out")
