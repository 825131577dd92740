"""Trying a place: does it answer, does it let us in, is it this project's share? Nothing is written
but what `probe` writes and takes away again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.errors import KipuError
from app.i18n import _
from app.models.commands import syncing
from app.models.remotes import known, opening
from app.models.remotes.opening import Place
from app.models.replica import LocalReplica
from sync import engine, layout, members
from sync.errors import Malformed, SyncError
from sync.ports import RemoteCertificate, RemoteFull, RemoteHostKey, RemoteReadOnly
from sync.remotes.addresses import is_loopback

if TYPE_CHECKING:
    from app.models.project import Project
    from sync.ports import Remote


@dataclass(frozen=True)
class Trial:
    """How trying a place went. `code` is stable; `fingerprint` is of the host key or the
    certificate to compare.

    A place that can be used but is no share yet is `is_empty`: a coordinator may found one there.
    """

    ok: bool
    code: str
    message: str
    fingerprint: str = ""
    is_empty: bool = False
    warnings: list[str] = field(default_factory=list)

    @property
    def host_key(self) -> str:
        """The key of a server not known yet, which one may trust on comparing it.

        A certificate is none: those who run a server with one of their own hand out its address.
        """
        is_asked = not self.ok and self.code.partition(".")[0] == RemoteHostKey.default_code
        return self.fingerprint if is_asked else ""


def attempt(project: Project, place: Place) -> Trial:
    """Try a place for this project; what is wrong is told, never raised."""
    warnings = plain_warning(place)
    try:
        syncing.require_fitting(project, place)
        with opening.opened(project, place) as remote:
            try:
                remote.probe()
                _require_room(remote)
            except (RemoteReadOnly, RemoteFull):
                warnings += _pulling(project, remote)
                raise
            try:
                warnings += _known_otherwise(project, place, _prove(project, remote))
            except engine.NotAShare:
                # One may be founded here only where nothing else lies.
                syncing.require_empty(project, remote)
                raise
    except SyncError as error:
        return _failed(error, opening.told_error(error, place), warnings)
    except KipuError as error:
        return _failed(error.__cause__, error, warnings)
    text = _("It answers, and it is this project's share.")
    shown = place.address.option("host-key") or place.address.option("certificate")
    return Trial(True, "ok", text, shown, warnings=warnings)


def _require_room(remote: Remote) -> None:
    """Raises RemoteFull where the place says beforehand that it takes nothing more of ours."""
    ask: Callable[[], None] | None = getattr(remote, "require_room", None)
    if ask is not None:
        ask()


def _failed(cause: BaseException | None, told: KipuError, warnings: list[str]) -> Trial:
    code = cause.code if isinstance(cause, SyncError) else ""
    proves = isinstance(cause, (RemoteHostKey, RemoteCertificate))
    key = cause.params.get("fingerprint", "") if proves and isinstance(cause, SyncError) else ""
    is_empty = isinstance(cause, engine.NotAShare)
    return Trial(False, code, told.message, str(key), is_empty, warnings)


def plain_warning(place: Place) -> list[str]:
    """What to say of an address whose way is not encrypted."""
    address = place.address
    if not address.is_plain or is_loopback(address.server):
        return []
    if address.user:
        return [
            _("This address is not encrypted on its way: whoever shares the network can read the "
              "password. What Kipu sends is sealed in any case.")
        ]  # fmt: skip
    return [
        _("This address is not encrypted on its way: whoever shares the network can see which files "
          "come and go. What Kipu sends is sealed in any case.")
    ]  # fmt: skip


def _pulling(project: Project, remote: Remote) -> list[str]:
    """What to say of a place that cannot be written to and is this project's share all the same."""
    try:
        _prove(project, remote)
    except SyncError:
        return []
    return [_("It is this project's share: what others left there can still be taken in.")]


def _known_otherwise(project: Project, place: Place, share: bytes) -> list[str]:
    """What to say where a share is remembered under another address already."""
    replica = LocalReplica(project)
    for one in known.all_known(project):
        if replica.share_of(one.location) == share and not opening.is_at(one, place):
            return [
                _("It is the same share as “{name}”, or a copy of it: one of the two is enough if "
                  "both lead to the same files.").format(name=one.name)
            ]  # fmt: skip
    return []


def _prove(project: Project, remote: Remote) -> bytes:
    """The share's id. Raises NotAShare or OtherShare unless one of our coordinators founded it."""
    raw = remote.read(layout.SENTINEL, members.MAX_SMALL_BYTES)
    if raw is None:
        raise engine.NotAShare("{place} is not a share of Kipu's", place=remote.name)
    try:
        sentinel, _signature, _content = members.read_sentinel(raw)
    except Malformed as error:
        raise engine.NotAShare("{place} is not a share of Kipu's", place=remote.name) from error
    if sentinel.project != project.roster.project:
        raise engine.OtherShare("{place} is another project's share", place=remote.name)
    member = project.roster.view().members.get(sentinel.device)
    # Somebody admitted since may have founded it; the sync itself learns whether.
    if member is not None:
        members.check_sentinel(raw, member.sign)
    return sentinel.share
