"""Handing over a laptop: everything sent, a receipt on paper, then nothing of the project left here.

The one thing that must never happen is that work dies which nobody else has. So what only this
laptop holds is counted after a last sync, said in words, and must be typed back word for word
before it is destroyed; where the count has changed meanwhile, the typed words no longer fit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from app.errors import KipuError
from app.i18n import _, ngettext
from app.models import checking, practice, spaces, wiping
from app.models.attachments import whereabouts
from app.models.commands import people, syncing
from app.models.fields.dates import show_day
from app.models.project import Project
from app.models.watched_remote import Watch

if TYPE_CHECKING:
    from app.reports.documents.content import Receipt


@dataclass(frozen=True)
class SpaceState:
    """One space as it stands here: its digest, by which laptops are compared, and its records."""

    name: str
    digest: str
    records: int


@dataclass(frozen=True)
class Standing:
    """What is on this laptop, and what of it nobody else has."""

    device: str
    project: str
    persons: tuple[str, ...]
    spaces: tuple[SpaceState, ...]
    sent: int
    """Changes of this laptop that reached a share."""
    location: str = ""
    last_sync_ms: int | None = None
    unsent: int = 0
    drafts: int = 0
    files: int = 0
    """Photographs, recordings and documents that no share is known to hold."""
    sole_coordinator: bool = False
    """No other laptop may admit anybody: then only the project's paper can."""
    trouble: str = ""
    """Why the last sync did not go through, in words."""

    @property
    def is_clear(self) -> bool:
        """Whether nothing is lost with this laptop."""
        return not (self.unsent or self.drafts or self.files)

    @property
    def losses(self) -> str:
        """What would be lost, in words; empty when nothing would."""
        parts = []
        if self.unsent:
            text = ngettext("{count} change", "{count} changes", self.unsent)
            parts.append(text.format(count=self.unsent))
        if self.drafts:
            text = ngettext("{count} draft", "{count} drafts", self.drafts)
            parts.append(text.format(count=self.drafts))
        if self.files:
            text = ngettext("{count} file", "{count} files", self.files)
            parts.append(text.format(count=self.files))
        return ", ".join(parts)

    @property
    def phrase(self) -> str:
        """What must be typed before it is lost; empty when nothing is."""
        return _("lose {what}").format(what=self.losses) if self.losses else ""

    @property
    def unseen(self) -> str:
        """What a wipe says of a last sync that did not go through; empty when it did.

        `trouble` says that the work is safe on this laptop, and is for whoever does not wipe it.
        """
        if not self.trouble:
            return ""
        said = _("The last sync did not go through.")
        if self.is_clear:
            text = _("What was made here reached {place} before; whether it still lies there was not "
                     "seen.")  # fmt: skip
            said = f"{said} {text.format(place=self.location)}"
        return said

    def is_confirmed_by(self, typed: str) -> bool:
        """Whether nothing is lost, or what is lost was typed back, word for word."""
        return self.is_clear or _words(typed) == _words(self.phrase)


def standing(project: Project) -> Standing:
    """Count what is here and what waits."""
    here = spaces.all_named(project, with_common=True) if project.is_joined else []
    total = int(
        project.store.value(
            "SELECT ifnull(sum(l.seq), 0) FROM logs l WHERE l.device=?", (project.device,)
        )
    )
    unsent, orders = syncing.unsent(project), syncing.unsent_entries(project)
    return Standing(
        project.code,
        project.name,
        tuple(seat.name for seat in people.all_here(project)),
        tuple(
            SpaceState(one.name, checking.digest(project, one.id), _records(project, one.id))
            for one in here
        ),
        max(0, total - unsent),
        syncing.last_location(project) or "",
        syncing.last_sync_ms(project),
        unsent + orders,
        int(project.store.value("SELECT count(*) FROM drafts")),
        len(whereabouts.unsent(project)),
        _is_sole_coordinator(project),
    )


def prepare(project: Project, watch: Watch | None = None) -> Standing:
    """Sync once more and count. A sync that fails is told in the standing and changes nothing."""
    trouble = ""
    if project.is_joined and (syncing.last_location(project) is not None):
        try:
            syncing.sync(project, None, watch)
        except KipuError as error:
            trouble = error.message
    return replace(standing(project), trouble=trouble)


def require_confirmed(found: Standing, typed: str) -> None:
    """Raise KipuError unless what is lost was typed back."""
    if not found.is_confirmed_by(typed):
        text = _(
            "Only this laptop has {what}. Nothing was wiped. Sync first; or, to lose it for good, "
            "confirm with the words: {phrase}"
        )
        raise KipuError(text.format(what=found.losses, phrase=found.phrase))


def sole_words() -> str:
    """What it means that no other laptop may admit anybody."""
    return _(
        "This is the only coordinator's laptop: afterwards nobody can admit anybody, unless "
        "the project's paper brings the project back."
    )


def hand_over(
    project: Project,
    typed: str = "",
    keep_receipt: Callable[[Standing], object] | None = None,
) -> Standing:
    """Wipe the project off this laptop; it is closed afterwards. Returns how it stood.

    `keep_receipt` is called with how it stands before anything is wiped; what it raises stops the
    hand-over. Raises KipuError when something would be lost and `typed` does not say so.
    """
    found = standing(project)
    require_confirmed(found, typed)
    if keep_receipt is not None:
        keep_receipt(found)
    project.close()
    wiping.wipe(project.home, project.folder, project.vault.store_id)
    return found


def receipt(project: Project, found: Standing, at: datetime | None = None) -> Receipt:
    """What the paper states that goes with the laptop."""
    from app.i18n import current
    from app.models import project_settings
    from app.reports.documents.content import Letterhead, Receipt, Setting, Signature

    country = project_settings.country_of(project).upper()
    setting = Setting(
        letterhead=Letterhead(project=found.project),
        language=current(),
        country=country if country in ("EC", "PA") else "",  # type: ignore[arg-type]
        practice=practice.is_practice(project),
    )
    signers = (*(Signature(name=name) for name in found.persons[:1]), Signature())
    return Receipt(
        setting=setting,
        device=found.device,
        at=at or datetime.fromtimestamp(project.ledger.now_ms() / 1000).astimezone(),
        facts=tuple(facts(found)),
        statement=statement(found),
        signatures=signers,
    )


def facts(found: Standing) -> list[tuple[str, str]]:
    """The lines of the receipt, in the language of the window."""
    synced = _("never")
    if found.last_sync_ms is not None:
        at = datetime.fromtimestamp(found.last_sync_ms / 1000)
        synced = f"{show_day(at.date().isoformat())}, {at:%H:%M}"
    lines = [
        (_("People on this laptop"), ", ".join(found.persons)),
        (_("Sent from this laptop"), _changes(found.sent)),
        (_("Sent to"), found.location or "–"),
        (_("Last sync"), synced),
        (_("Lost with it"), found.losses or _("nothing")),
    ]
    for one in found.spaces:
        records = ngettext("{count} record", "{count} records", one.records)
        lines.append((one.name, f"{records.format(count=one.records)} · {one.digest}"))
    return lines


def statement(found: Standing) -> str:
    """What the paper says happened, honest about disks."""
    first = (
        _("Everything made on this laptop had reached the share before it was wiped.")
        if found.is_clear
        else _("This was on no other laptop and was destroyed on purpose: {what}.").format(
            what=found.losses
        )
    )
    return f"{first} {honest_words()}"


def honest_words() -> str:
    """What wiping does and what it cannot promise."""
    return _(
        "The keys are destroyed first and every file is written over once. On solid-state disks "
        "old blocks may remain for a while; without the keys and a passphrase they cannot be read."
    )


def _words(text: str) -> list[str]:
    return text.casefold().replace(",", " ").split()


def _changes(count: int) -> str:
    return ngettext("{count} change", "{count} changes", count).format(count=count)


def _records(project: Project, space: bytes) -> int:
    return int(
        project.store.value(
            "SELECT count(*) FROM records r JOIN spaces s USING(sid) "
            "WHERE s.space=? AND r.state & 1 AND r.lid IS NOT NULL",
            (space,),
        )
    )


def _is_sole_coordinator(project: Project) -> bool:
    if not project.is_coordinator:
        return False
    others = [
        one
        for one in spaces.member_list(project)
        if one.is_active and one.is_coordinator and one.device != project.device
    ]
    return not others
