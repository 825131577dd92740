"""What a meeting's agenda begins with, by its type: (title, type) in order."""

from __future__ import annotations

from app.i18n import Text as Label
from app.i18n import lazy

Template = tuple[tuple[Label, str], ...]

_OPENING: Template = (
    (lazy("Roll call and quorum"), "quorum"),
    (lazy("Opening of the session"), "opening"),
)
_CLOSING: Template = (
    (lazy("Other business"), "other_business"),
    (lazy("Closing of the session"), "closing"),
)
_ORDINARY: Template = (
    *_OPENING,
    (lazy("Reading and approval of the last minutes"), "approval"),
    (lazy("Follow-up of commitments"), "follow_up"),
    *_CLOSING,
)
TEMPLATES: dict[str, Template] = {
    "ordinary": _ORDINARY,
    # An extraordinary session takes up only what it was called for: no other business.
    "extraordinary": (*_OPENING, _CLOSING[-1]),
    "inaugural": (
        *_OPENING,
        (lazy("Reading of the rule that forms the committee"), "report"),
        (lazy("Swearing-in of its members"), "decision"),
        *_CLOSING,
    ),
    "working": ((lazy("Follow-up of commitments"), "follow_up"), _CLOSING[0]),
    "assembly": (*_OPENING, (lazy("Follow-up of commitments"), "follow_up"), *_CLOSING),
}


def template(meeting_type: str) -> Template:
    """The points every meeting of a type has; those of an ordinary one for an unknown type."""
    return TEMPLATES.get(meeting_type, _ORDINARY)
