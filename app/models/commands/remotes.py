"""Adding, changing, trying and forgetting the places this laptop syncs with.

None of it is anybody else's business: places and what opens them stay on this laptop.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from app.errors import KipuError
from app.i18n import _
from app.models import practice
from app.models.commands import syncing
from app.models.faults import explained
from app.models.remotes import forgetting, known, opening, trying
from app.models.remotes.forgetting import OnlyThere
from app.models.remotes.known import MOST_RATE, Known
from app.models.remotes.opening import NO_SECRET, Place
from app.models.remotes.trying import Trial
from sync.ports import RemoteError
from sync.remotes.addresses import S3, SFTP, Address, Secret

if TYPE_CHECKING:
    from app.models.project import Project


@dataclass(frozen=True)
class Given:
    """What a person gives of a place: its address, and what opens it.

    `user` is the name at the server; for S3 the access key id. `secret` is the password; where there
    is a key (the text of a private key file) it opens that.
    """

    address: str
    user: str = ""
    secret: str = ""
    key: str = ""
    host_key: str = ""


def place_from(given: Given) -> Place:
    """The place that was given.

    Raises KipuError where the address is none, or does not go with the rest.
    """
    address = opening.read_address(given.address)
    if given.host_key and address.scheme != SFTP:
        raise KipuError(_("A host key goes with sftp:// only. Nothing was changed."))
    try:
        if given.user and address.scheme != S3:
            address = address.with_user(given.user)
        if given.host_key:
            address = address.with_option("host-key", given.host_key)
    except RemoteError as error:
        raise KipuError(explained(error)) from error
    return Place(address, _secret(address, given))


def place_for(project: Project, given: Given, remote: int = 0) -> Place:
    """The place that was given for one that is remembered, whose secret stays unless a new one came.

    It stays for that place alone: another address never gets to see it. Raises as `place_from`.
    """
    one = known.get(project, remote) if remote else None
    place = place_from(_with_kept_name(project, given, one) if one else given)
    if one is None or not opening.is_at(one, place):
        return place
    kept = place.secret if place.secret != NO_SECRET else opening.stored_secret(project, one)
    return Place(place.address, kept, one.location)


def _with_kept_name(project: Project, given: Given, one: Known) -> Given:
    """The same with the access key id that is kept, where only the secret key is new."""
    kept = opening.stored_secret(project, one).access_key
    is_there = opening.is_at(one, Place(opening.read_address(given.address)))
    return replace(given, user=kept) if kept and is_there and not given.user else given


def _secret(address: Address, given: Given) -> Secret:
    if given.key and address.scheme != SFTP:
        raise KipuError(_("A key file goes with sftp:// only. Nothing was changed."))
    if given.key:
        return Secret(key=given.key, passphrase=given.secret)
    if address.scheme == S3:
        if given.secret and not given.user:
            raise KipuError(
                _("The access key id is missing: give it with --user. Nothing was changed.")
            )
        # The name alone opens nothing, and what is kept must not be lost for it.
        return Secret(password=given.secret, access_key=given.user) if given.secret else NO_SECRET
    if address.scheme.startswith("kipu+"):
        return Secret(token=given.secret)
    return Secret(password=given.secret)


def add(project: Project, name: str, place: Place) -> Known:
    """Remember a place under a name; nothing is asked of it yet.

    Raises KipuError where the name or the place is taken already.
    """
    project.require_joined()
    syncing.require_fitting(project, place)
    practice.require_real(project)
    name = known.require_name(project, name)
    other = opening.known_at(project, place)
    if other is not None:
        raise KipuError(
            _("This place is known already; it is called “{name}”.").format(name=other.name)
        )
    address = place.location if place.address.is_folder else place.address.shown
    with project.store.transaction():
        known.insert(project.store, place.location, name, address)
        made = opening.require(project, name)
        opening.store_secret(project, made, place.secret)
    return opening.require(project, name)


def unused_name(project: Project, text: str) -> str:
    """A name for a place whose address is typed, that nobody uses here yet."""
    return known.fresh_name(project.store, text)


def change(
    project: Project,
    one: Known,
    *,
    name: str | None = None,
    place: Place | None = None,
    is_paused: bool | None = None,
    is_automatic: bool | None = None,
    essentials: bool | None = None,
    rate: int | None = None,
) -> Known:
    """Change what is given of a place. Raises KipuError for another place, or what cannot be."""
    values: dict[str, Any] = {"paused": is_paused, "automatic": is_automatic,
                              "essentials": essentials, "rate": rate}  # fmt: skip
    if name is not None:
        values["name"] = known.require_name(project, name, one)
    if rate is not None and not 0 <= rate <= MOST_RATE:
        raise KipuError(_("The limit is a number of KB a second; 0 is none."))
    if place is not None:
        if not opening.is_at(one, place):
            raise KipuError(
                _("That is another place: add it, and remove this one if it is not used any more.")
            )
        values["address"] = place.address.shown
    with project.store.transaction():
        if place is not None:
            opening.store_secret(project, one, place.secret)
        kept = {column: value for column, value in values.items() if value is not None}
        known.set_column(project, one, **kept)
    return known.get(project, one.id) or one


def trust(project: Project, one: Known, fingerprint: str) -> Known:
    """Take a server's host key, which somebody compared, as the right one from now on."""
    place = opening.place_of(project, one)
    address = place.address.with_option("host-key", fingerprint)
    return change(project, one, place=Place(address, place.secret))


def remove(project: Project, one: Known) -> OnlyThere:
    """Forget the address and what opens it, never data; returns what only it was known to hold."""
    alone = forgetting.only_there(project, one)
    forgetting.forget(project, one)
    return alone


def try_known(project: Project, text: str) -> Trial:
    """Try a place by its name or address; what is wrong is told in the trial."""
    place, _one = opening.place_at(project, text)
    return trying.attempt(project, place)


def try_given(project: Project, given: Given, remote: int = 0) -> Trial:
    """Try what was given, before it is remembered; of a known one by the secret that is kept."""
    return trying.attempt(project, place_for(project, given, remote))
