"""From what a person types, or what is remembered of a place, to a remote that can be asked."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.errors import KipuError
from app.i18n import _
from app.models.faults import explained
from app.models.remotes import known
from app.models.remotes.known import Known
from sync.errors import SyncError
from sync.ids import token
from sync.ports import Remote, RemoteError
from sync.remotes import addresses
from sync.remotes.addresses import Address, Identity, Secret

if TYPE_CHECKING:
    from app.models.project import Project

NO_SECRET: Final = Secret()
_LEAST_HIDDEN: Final = 4


@dataclass(frozen=True)
class Place:
    """An address with what opens it; `location` is what the engine remembers it by.

    `known_as` is that of a place that is remembered, which may be spelled otherwise.
    """

    address: Address
    secret: Secret = NO_SECRET
    known_as: str = ""

    @property
    def location(self) -> str:
        return self.known_as or location_of(self.address)


def location_of(address: Address) -> str:
    """The address of the place itself in one spelling, however it proves who it is."""
    if not address.is_folder:
        return address.place
    given = str(Path(address.path).expanduser().absolute())
    plain = os.path.normpath(given)
    # Behind a link “..” may lead elsewhere than it reads.
    return plain if os.path.realpath(plain) == os.path.realpath(given) else given


def read_address(text: str) -> Address:
    """Read an address. Raises KipuError with advice where it is none."""
    try:
        return addresses.parse(text)
    except RemoteError as error:
        raise KipuError(explained(error)) from error


def find(project: Project, text: str) -> Known | None:
    """The place of that name or address, however spelled; None where none is remembered so.

    Raises KipuError for a text that is neither a name nor an address.
    """
    exactly = known.by_name(project, text) or known.by_location(project, text)
    return exactly or known_at(project, Place(read_address(text)))


def known_at(project: Project, place: Place) -> Known | None:
    """The remembered place that lies where this one does."""
    exactly = known.by_location(project, place.location)
    return exactly or next((one for one in known.all_known(project) if is_at(one, place)), None)


def is_at(one: Known, place: Place) -> bool:
    """Whether a remembered place lies where this one does, by its address."""
    if one.location == place.location:
        return True
    return addresses.are_same(read_address(one.address), place.address)


def require(project: Project, text: str) -> Known:
    """The same. Raises KipuError where none is remembered so."""
    found = find(project, text)
    if found is None:
        names = ", ".join(one.name for one in known.all_known(project)) or "–"
        raise KipuError(
            _("No place is called “{name}” here; there are: {names}.").format(
                name=text, names=names
            )
        )
    return found


def place_of(project: Project, one: Known) -> Place:
    """How a remembered place is opened."""
    return Place(read_address(one.address), stored_secret(project, one), one.location)


def place_at(project: Project, text: str) -> tuple[Place, Known | None]:
    """The place of a name or an address, and what is remembered of it."""
    found = find(project, text)
    if found is None:
        return Place(read_address(text)), None
    kept = stored_secret(project, found)
    return Place(address_of(project, found, text), kept, found.location), found


def address_of(project: Project, one: Known, text: str) -> Address:
    """A remembered place's address, by the proof of its server that the text brings, if it does."""
    kept = read_address(one.address)
    if known.by_name(project, text) is None:
        told = read_address(text)
        for option in addresses.PROOFS:
            if value := told.option(option):
                kept = kept.with_option(option, value)
    return kept


def open_place(project: Project | None, place: Place) -> Remote:
    """The remote; nothing is asked of it yet.

    Raises KipuError where its driver is missing, or where neither a project nor the address says
    which project of a Kipu server is meant.
    """
    writer = token(project.device) if project else ""
    identity = Identity(project.keys, project.roster.project) if project else None
    try:
        return addresses.open_address(place.address, place.secret, writer, identity)
    except RemoteError as error:
        raise told_error(error, place) from error


@contextmanager
def opened(project: Project | None, place: Place) -> Iterator[Remote]:
    """The remote for as long as it is needed; its connections are closed afterwards."""
    remote = open_place(project, place)
    try:
        yield remote
    finally:
        close: Callable[[], None] | None = getattr(remote, "close", None)
        if close is not None:
            close()


# -- secrets ---------------------------------------------------------------------------------------


def stored_secret(project: Project, one: Known) -> Secret:
    """What opens a place; it lies in the encrypted store and is shown nowhere."""
    raw = project.store.value("SELECT secret FROM remotes WHERE remote=?", (one.id,))
    return Secret.from_dict(json.loads(raw)) if raw else NO_SECRET


def store_secret(project: Project, one: Known, secret: Secret) -> None:
    """Keep what opens a place; an empty one is forgotten."""
    found = secret.to_dict()
    known.set_column(project, one, secret=json.dumps(found) if found else None)


def without_secrets(text: str, secret: Secret) -> str:
    """A sentence in which no secret stands, whatever a server or a library put into its reason."""
    hidden = {one for one in secret.to_dict().values() if len(one) >= _LEAST_HIDDEN}
    for one in sorted(hidden, key=len, reverse=True):
        text = text.replace(one, "…")
    return text


def told_error(error: SyncError, place: Place) -> KipuError:
    """A fault as the sentence people read: the place as they know it, and no secret in it."""
    if error.params.get("place") == place.address.shown:
        error.params["place"] = place.location
    for name, value in error.params.items():
        if isinstance(value, str):
            error.params[name] = without_secrets(value, place.secret)
    return KipuError(without_secrets(explained(error), place.secret))
