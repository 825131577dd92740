"""Whether this laptop's clock can be right: asked of the work that is here already.

A dead battery sends a clock back years. What is dated by it orders nothing (sync rule 9), but people
read dates, so whoever unlocks is asked once. Being told that the date is right is remembered for as
long as the clock does not go back further, or the project would ask at every unlock after a year
that was once set wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from app.i18n import _, ngettext

if TYPE_CHECKING:
    from app.models.project import Project

SLACK_MS: Final = 24 * 3600 * 1000
"""Time zones and a clock set by hand."""
FAR_AHEAD_MS: Final = 60 * 24 * 3600 * 1000
"""Longer than a laptop stays in the field."""
_ANSWERED: Final = "clock_answered"


@dataclass(frozen=True)
class Doubt:
    """What makes the clock doubtful, in milliseconds since 1970."""

    kind: Literal["behind", "ahead"]
    now_ms: int
    last_ms: int
    """The last work here ("behind"), or the last sync or work ("ahead")."""


def doubt(project: Project) -> Doubt | None:
    """What speaks against the clock, None when nothing does or somebody said it is right."""
    now = project.ledger.now_ms()
    worked = int(project.store.value("SELECT ifnull(max(reference_ms), 0) FROM spaces"))
    if now < worked - SLACK_MS:
        return None if _was_answered(project, now, worked) else Doubt("behind", now, worked)
    synced = int(project.store.value("SELECT ifnull(max(last_sync), 0) FROM remotes"))
    last = max(worked, synced)
    if last and now > last + FAR_AHEAD_MS:
        return Doubt("ahead", now, last)
    return None


def sentence(found: Doubt) -> str:
    """The doubt as the line that stands above the pages."""
    if found.kind == "behind":
        return _("This laptop's clock is behind the last work here; please check date and time.")
    days = (found.now_ms - found.last_ms) // (24 * 3600 * 1000)
    text = ngettext(
        "This laptop's clock is {count} day ahead of the last sync; please check date and time.",
        "This laptop's clock is {count} days ahead of the last sync; please check date and time.",
        days,
    )
    return text.format(count=days)


def ask_again(project: Project) -> Doubt | None:
    """Look at the clock anew, after somebody set it; the line above the pages follows."""
    found = doubt(project)
    if found is None:
        old = sentence(Doubt("behind", 0, 0))
        project.notices = [one for one in project.notices if one != old]
    return found


def say_it_is_right(project: Project) -> None:
    """Remember that somebody looked at the date and found it right."""
    now = project.ledger.now_ms()
    worked = int(project.store.value("SELECT ifnull(max(reference_ms), 0) FROM spaces"))
    project.store.set_meta(_ANSWERED, f"{now} {worked}")
    ask_again(project)


def _was_answered(project: Project, now: int, worked: int) -> bool:
    """Whether the date was found right for this very work, and the clock has gone on since."""
    kept = str(project.store.meta(_ANSWERED) or "")
    said = [int(part) for part in kept.split()]
    return len(said) == 2 and said[1] == worked and now >= said[0] - SLACK_MS
