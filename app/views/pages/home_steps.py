"""What to do first in a fresh project, for whoever sits here: one sentence and one button."""

from __future__ import annotations

from dataclasses import dataclass

from app.i18n import _
from app.views.pages.home_reads import News
from app.views.shared import Shared


@dataclass(frozen=True, slots=True)
class Step:
    """A sentence, the word on its button, and the area it opens."""

    sentence: str
    word: str
    area: str
    offers_own: bool = False
    """Whether Kipu's own questionnaires are offered there and then."""


def first_step(shared: Shared, found: News) -> Step | None:
    """Return the next step towards work, None once work is under way."""
    roles = shared.facts.roles
    if "coordinator" in roles:
        return _coordinator(shared, found)
    if "facilitator" in roles and not found.responses and not found.begun:
        return _facilitator(found)
    if "secretary" in roles and not found.committees:
        return Step(
            _("Begin with the committee you keep the minutes of; meetings are added to it."),
            _("Add a committee"),
            "committees",
        )
    if shared.facts.last_sync_ms is None and not (found.begun or found.due):
        return _sync()
    return None


def _coordinator(shared: Shared, found: News) -> Step | None:
    if not shared.own_spaces():
        return Step(
            _("Begin by adding a space: a parish, a committee, whatever works together."),
            _("Add a space"),
            "project",
        )
    if found.begun or found.due:
        return None
    if not found.forms and not found.committees:
        return Step(
            _("Next, take one of Kipu’s own questionnaires, or import yours."),
            _("Import your own"),
            "project",
            offers_own=True,
        )
    if found.laptops < 2:
        return Step(
            _("Next, admit the laptops of your team; each asks with a small file and six words."),
            _("Admit a laptop"),
            "project",
        )
    return _sync() if shared.facts.last_sync_ms is None else None


def _facilitator(found: News) -> Step:
    if found.forms:
        return Step(
            _("A questionnaire is here: begin the first interview."),
            _("To the interviews"),
            "surveys",
        )
    return Step(
        _("There is no questionnaire here yet. Sync: it comes from the coordinator."),
        _("Sync"),
        "sync",
    )


def _sync() -> Step:
    return Step(_("Sync once, so that this laptop and the others meet."), _("Sync"), "sync")
