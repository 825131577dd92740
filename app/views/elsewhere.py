"""What the buttons of the other pages offer, for Ctrl+K: pages are made only when one goes there.

Each line names an area and the words of a button on it; a test holds them against the pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.i18n import Text, _, lazy
from app.models.records import kind


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An area, and what can be done there, in the words of its button."""

    area: str
    text: str


ADDED: Final = {
    "focus_group": "groups",
    "committee": "committees",
    "commitment": "commitments",
    "person": "people",
    "organisation": "organisations",
    "place": "places",
}
"""The kinds whose list adds them with Ctrl+N, and the area of each."""
BUTTONS: Final[tuple[tuple[str, Text], ...]] = (
    ("surveys", lazy("Start an interview")),
    ("meetings", lazy("New meeting")),
    ("project", lazy("Add the space")),
    ("project", lazy("Admit a laptop…")),
    ("project", lazy("Import a questionnaire…")),
    ("project", lazy("Places of Ecuador")),
    ("project", lazy("Places of Panama")),
    ("project", lazy("Places from a CSV…")),
    ("settings", lazy("Change your passphrase")),
    ("settings", lazy("Check everything")),
    ("settings", lazy("Copy now")),
)


def elsewhere() -> Iterator[Elsewhere]:
    """Yield what can be done on a page, whichever is on show."""
    for area, text in BUTTONS:
        yield Elsewhere(area, str(text))
    for name, area in ADDED.items():
        yield Elsewhere(area, add_text(name))


def add_text(kind_name: str) -> str:
    """What adding a record is called, as its list says it."""
    return _("Add: {kind}").format(kind=kind(kind_name).label)
