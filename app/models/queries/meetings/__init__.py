"""Named reads about meetings: the live desk, lists, and how the committees fare."""

from __future__ import annotations

from app.models.queries.meetings.board import desk
from app.models.queries.meetings.finding import find_attendees
from app.models.queries.meetings.health import (
    CommitteeHealth,
    Health,
    committee_health,
    overdue,
)
from app.models.queries.meetings.listing import (
    CommitteeRow,
    MeetingRow,
    committees,
    find_committee,
    find_meeting,
    meetings_of,
)
from app.models.queries.meetings.snapshot import (
    Attendee,
    Check,
    Commitment,
    Desk,
    FollowUp,
    Item,
    Motion,
    Previous,
    Quorum,
    Resolution,
    Stay,
    Vote,
)

__all__ = [
    "Attendee",
    "Check",
    "Commitment",
    "CommitteeHealth",
    "CommitteeRow",
    "Desk",
    "FollowUp",
    "Health",
    "Item",
    "MeetingRow",
    "Motion",
    "Previous",
    "Quorum",
    "Resolution",
    "Stay",
    "Vote",
    "committee_health",
    "committees",
    "desk",
    "find_attendees",
    "find_committee",
    "find_meeting",
    "meetings_of",
    "overdue",
]
