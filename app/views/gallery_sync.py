"""The sync page with a place being added, with a server's key to compare, under way, half done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QWidget

from app.errors import KipuError
from app.i18n import _
from app.jobs import Jobs
from app.models.commands.syncing import Outcome
from app.models.faults import sentence
from app.models.remotes.trying import Trial
from app.models.vocabulary import Note, Report, Tally
from app.views import samples_desk
from app.views.frame import Frame
from app.views.pages.sync import SyncPage
from app.views.pages.sync_parts import synced_line
from app.views.pages.sync_reads import Filled, Synced

_NEXTCLOUD: Final = {"address": "https://nube.puyo.ec/remote.php/dav/files/eva/Kipu", "user": "eva"}
_SFTP: Final = {"server": "10.0.0.5", "folder": "/home/kipu/share", "user": "kipu"}
_KEY: Final = "SHA256:uNiVztksCsDhcc0u9e8BgJSCtR0GqYvM1kXpYF5cZyE"


def framed(page: QWidget, current: str) -> Frame:
    from app.views.gallery import framed as in_frame

    return in_frame(page, current)


def adding(jobs: Jobs) -> QWidget:
    """A Nextcloud being added, that answered and is no share yet."""
    page = SyncPage(samples_desk.syncing(jobs))
    page.outcome.show_report(samples_desk.report())
    strip = page.places.strip
    strip.show_filled(Filled("web", _NEXTCLOUD, _("cloud"), essentials=True, rate=20))
    strip.show_trial(Trial(False, "not-a-share", "", is_empty=True))
    return framed(page, "sync")


def host_key(jobs: Jobs) -> QWidget:
    """A server whose key is shown to be compared."""
    page = SyncPage(samples_desk.syncing(jobs))
    strip = page.places.strip
    strip.show_filled(Filled("sftp", _SFTP, _("municipality")))
    said = sentence("remote-host-key", {"place": "10.0.0.5", "fingerprint": _KEY})
    strip.show_trial(Trial(False, "remote-host-key", said, _KEY))
    return framed(page, "sync")


def going(jobs: Jobs) -> QWidget:
    """A sync under way, with the bytes to go and how fast they go."""
    page = SyncPage(samples_desk.syncing(jobs))
    far = _("Sent {sent} of {total} · received {received}").format(
        sent="12 kB", total="31 kB", received="4 kB"
    )
    speed = _("{said} · {speed} a second").format(said=far, speed="8 kB")
    page.progress.tell(f"{_('office')}: {speed}", 12, 31)
    return framed(page, "sync")


def half_done(jobs: Jobs) -> QWidget:
    """One of two places stopped answering half way, and this laptop turned out to be a copy."""
    page = SyncPage(samples_desk.syncing(jobs))
    twin = Report(Tally(1, 3, 1_024), Tally(2, 7, 2_304), [], [Note("store-copied", {})])
    away = KipuError(sentence("remote-timeout", {"place": "nube.puyo.ec"}))
    came = Report(received=Tally(1, 4, 900))
    synced = Synced(
        [
            Outcome(_("stick"), "/media/kipu/share", twin, (0, 0)),
            Outcome(_("office"), "webdav+https://eva@nube.puyo.ec/dav/kipu", came, (0, 0), away),
        ],
        drafts=0, may_go=False,
    )  # fmt: skip
    page.outcome.show_synced(synced)
    page.banner.tell("warning", synced_line(synced))
    return framed(page, "sync")


PAGES: Final[dict[str, Callable[[Jobs], QWidget]]] = {
    "sync-adding": adding,
    "sync-host-key": host_key,
    "sync-going": going,
    "sync-half": half_done,
}
